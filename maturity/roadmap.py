"""The roadmap and what a reader may ask of it: its limit, its safe choices, its gaps."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from maturity.case import Case
from maturity.estimate import tied
from maturity.framework import STAGES, Framework
from maturity.planning import (
    AxisPoint,
    Band,
    BandPoint,
    PlannedAction,
    Range,
    Roadmap,
    TrajectoryRow,
    Waiting,
    WaitingReason,
    best_schedule,
    plan,
    terms_of,
)
from maturity.projection import Projection, clamped_customer
from maturity.schedule import Goal, Ranking, Schedule, Scheduler, Terms
from maturity.standing import stand

__all__ = [
    "AxisPoint",
    "Band",
    "BandPoint",
    "Completeness",
    "Goal",
    "Limit",
    "LimitKind",
    "PlannedAction",
    "Range",
    "Ranking",
    "Roadmap",
    "TrajectoryRow",
    "Trial",
    "Waiting",
    "WaitingReason",
    "binding_limit",
    "completeness",
    "no_regret",
    "plan",
]

LimitKind = Literal["none", "capacity", "parallel", "horizon", "prerequisites", "library"]
EARLY_QUARTERS = 2
# What a rerun allows when it looks for the binding limit.
MORE_CAPACITY = 4
WIDER_PARALLEL = 2
LONGER_HORIZON = 2
# Fewer points than this are no help.
LEAST_HELP = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A rerun with one limit or two widened, and where it ended."""

    capacity: float
    parallel: int
    quarters: int
    bank: float
    customer: float
    risk: float | None
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What keeps the plan from its targets, found by rerunning it.

    "none": nothing does. "capacity" or "parallel": more points, or more work at once, help
    most; failing both "prerequisites" or "horizon". "library": no wider limit helps, so the
    actions themselves do not reach further. ``trials`` holds the reruns by name.
    """

    kind: LimitKind
    trials: Mapping[str, Trial]


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How many planned actions serve each rule, opportunity, value step and stage."""

    rules: Mapping[str, int]
    opportunities: Mapping[str, int]
    value_steps: Mapping[str, int]
    stages: Mapping[int, int]


def no_regret(framework: Framework, case: Case, known: Roadmap | None = None) -> tuple[str, ...]:
    """Actions that both likely strategies start in the first two quarters.

    Empty when the placement is firm or missing: then there is no choice to regret. ``known`` is
    the case's own plan where it was made already; it need not be made again.
    """
    standing = stand(framework, case)
    if standing.placement is None or standing.placement.alternative is None:
        return ()
    projection = Projection(framework, case, standing)

    def early(strategy: str) -> list[str]:
        if known is not None and known.strategy == strategy:
            return [step.action for step in known.plan if step.quarter <= EARLY_QUARTERS]
        terms = terms_of(framework, case, standing, strategy)
        starts = best_schedule(Scheduler(projection, terms)).starts
        return [start.step.action.id for start in starts if start.quarter <= EARLY_QUARTERS]

    other = early(standing.placement.alternative)
    return tuple(action for action in early(standing.placement.strategy) if action in other)


def binding_limit(framework: Framework, case: Case) -> Limit:
    """What keeps the plan from its targets, found by rerunning it with wider limits.

    Raises ``ValueError`` for a case without a placement.
    """
    standing = stand(framework, case)
    terms = terms_of(framework, case, standing, case.roadmap.strategy)
    projection = Projection(framework, case, standing)
    more: dict[str, dict[str, Any]] = {
        "capacity": {"capacity": terms.capacity + max(terms.capacity / 2, MORE_CAPACITY)},
        "parallel": {"parallel": terms.parallel + WIDER_PARALLEL},
        "horizon": {"quarters": terms.quarters * LONGER_HORIZON},
        "prerequisites": {"free_order": True},
    }
    tried = {
        "none": terms,
        **{name: replace(terms, **wider) for name, wider in more.items()},
        "capacity and parallel": replace(terms, **more["capacity"], **more["parallel"]),
    }
    trials = {
        name: _trial(terms, best_schedule(Scheduler(projection, terms)))
        for name, terms in tried.items()
    }
    return Limit(kind=_binding(terms, trials), trials=trials)


def _trial(terms: Terms, schedule: Schedule) -> Trial:
    last = schedule.last
    return Trial(
        capacity=terms.capacity,
        parallel=terms.parallel,
        quarters=terms.quarters,
        bank=last.bank,
        customer=clamped_customer(last),
        risk=last.risk,
        met=schedule.first_met <= terms.quarters,
    )


def _binding(terms: Terms, trials: Mapping[str, Trial]) -> LimitKind:
    """The limit whose widening helps most, by the measure that chose the plan.

    Room comes first, since it is the bank's to give; then order, then time.
    """
    now, together = trials["none"], trials["capacity and parallel"]
    if now.met:
        return "none"
    worth = {
        name: terms.strategy.bank * trial.bank + terms.strategy.customers * trial.customer
        for name, trial in trials.items()
    }
    room: tuple[LimitKind, ...] = ("parallel", "capacity")
    best = max(room, key=lambda name: (trials[name].met, tied(worth[name])))
    if together.met or any(trials[name].met for name in room):
        return best
    if max(worth[best], worth["capacity and parallel"]) > worth["none"] + LEAST_HELP:
        return best
    rest: tuple[LimitKind, ...] = ("prerequisites", "horizon")
    helpful = (n for n in rest if trials[n].met or worth[n] > worth["none"] + LEAST_HELP)
    return next(helpful, "library")


def completeness(framework: Framework, roadmap: Roadmap) -> Completeness:
    """Counts over the planned actions; what the plan leaves out shows as 0."""
    actions = [framework.actions[planned.action] for planned in roadmap.plan]
    words = framework.vocabulary
    rules = Counter(action.rule for action in actions)
    opportunities = Counter(action.opportunity for action in actions)
    value_steps = Counter(action.value_step for action in actions)
    stages = Counter(action.stage for action in actions)
    return Completeness(
        rules={name: rules[name] for name in words.rules},
        opportunities={name: opportunities[name] for name in words.opportunities},
        value_steps={name: value_steps[name] for name in words.value_steps},
        stages={stage: stages[stage] for stage in STAGES},
    )
