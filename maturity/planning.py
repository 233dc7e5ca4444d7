"""Actions into quarters: the best of twelve plans, its expected path and range (framework D, H)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from maturity.case import Case
from maturity.estimate import above, below, tied
from maturity.framework import RISK, Framework
from maturity.projection import Outcome, Projection, clamped_customer
from maturity.quadrant import strategy_at
from maturity.schedule import (
    REASONS,
    Goal,
    Outlook,
    Quarter,
    Ranking,
    Schedule,
    Scheduler,
    Start,
    Terms,
)
from maturity.scoring import effective_score, gate_active
from maturity.standing import Standing

WaitingReason = Literal["prerequisite", "gate", "channels", "capacity", "parallel", "rank"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAction:
    """One action of the plan. ``ends`` is the quarter at whose end it is finished.

    Gains are in points, what finishing it alone would have changed when it was chosen.
    """

    quarter: int
    action: str
    effort: int
    ends: int
    reason: str
    bank_gain: float
    customer_gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrajectoryRow:
    """Expected scores at the end of a quarter; row 0 is the start. ``used`` is effort points."""

    quarter: int
    bank: float
    effective: float
    customer: float
    risk: float | None
    strategy: str
    used: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisPoint:
    """Scores of both axes, 0 to 100."""

    bank: float
    customer: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Where the plan ends at slow, expected and fast progress."""

    low: AxisPoint
    expected: AxisPoint
    high: AxisPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class BandPoint:
    """Scores at one end of the range after one quarter."""

    bank: float
    customer: float
    risk: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The range beside one row of the trajectory."""

    low: BandPoint
    high: BandPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Why an action that could be worth doing was not started in a quarter.

    The first test it failed, and what it waits ``on``: prerequisites not yet done, failing
    controls, the action that clears silent accounts, or the work that took the room.
    "capacity" means that points ran out, "parallel" that slots did, "rank" that both did.
    """

    quarter: int
    action: str
    reason: WaitingReason
    on: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roadmap:
    """The plan kept, and everything a reader may ask about it.

    ``practised`` are actions that were no candidates at the start; ``opens`` gives, for each
    planned action, those it is a prerequisite of; ``band`` stands beside ``trajectory``.
    """

    targets: Goal
    capacity: float
    quarters: int
    strategy: str
    ranking: Ranking
    plan: tuple[PlannedAction, ...]
    trajectory: tuple[TrajectoryRow, ...]
    range: Range
    band: tuple[Band, ...]
    waiting: tuple[Waiting, ...]
    practised: tuple[str, ...]
    opens: Mapping[str, tuple[str, ...]]


def plan(framework: Framework, case: Case, standing: Standing) -> Roadmap | None:
    """The roadmap of a scored case; None when it has no placement."""
    if standing.placement is None:
        return None
    terms = terms_of(framework, case, standing, case.roadmap.strategy)
    scheduler = Scheduler(Projection(framework, case, standing), terms)
    return _Writer(framework, case, scheduler, best_schedule(scheduler)).roadmap()


def best_schedule(scheduler: Scheduler) -> Schedule:
    """The best of the twelve rankings: soonest at all targets, else highest, else first."""
    strategy, planning = scheduler.terms.strategy, scheduler.planning

    def merit(schedule: Schedule) -> tuple[int, float]:
        last = schedule.last
        worth = strategy.bank * last.bank + strategy.customers * clamped_customer(last)
        return schedule.first_met, -tied(worth)

    rankings = (
        Ranking(price=price, look_ahead=look_ahead)
        for look_ahead in planning.look_ahead
        for price in planning.prices
    )
    return min((scheduler.schedule(ranking) for ranking in rankings), key=merit)


def terms_of(framework: Framework, case: Case, standing: Standing, strategy: str | None) -> Terms:
    """What every ranking of a case shares. Raises ``ValueError`` without a placement."""
    raw, score = standing.bank.raw, standing.customers.axis.score
    if standing.placement is None or raw is None or score is None:
        raise ValueError("a case without a placement has no roadmap")
    chosen = framework.strategies[strategy or standing.placement.strategy]
    return Terms(
        strategy=chosen,
        goal=goal_of(framework, case, raw, score),
        capacity=case.roadmap.capacity,
        quarters=case.roadmap.quarters,
        parallel=chosen.parallel,
    )


def goal_of(framework: Framework, case: Case, raw: float, score: float) -> Goal:
    """The targets given, each missing one by the framework's default.

    ``raw`` is the bank's score before the gate, ``score`` the customers'.
    """
    given, midlines = case.roadmap.targets, case.midlines
    planning, quarters = framework.roadmap, case.roadmap.quarters

    def default(now: float, midline: float) -> float:
        step = planning.target_step
        edges = [edge for edge in planning.target_edges if above(edge, now)]
        wanted = midline + step if below(now, midline) else min(edges, default=100.0)
        return min(wanted, now + step * quarters, 100.0)

    bank = default(raw, midlines.bank) if given.bank is None else given.bank
    customer = default(score, midlines.customer) if given.customer is None else given.customer
    upper = not below(bank, midlines.bank) and not below(customer, midlines.customer)
    risk = planning.risk_target_upper if upper else planning.risk_target
    return Goal(bank=bank, customer=customer, risk=risk if given.risk is None else given.risk)


class _Writer:
    """Writes the kept schedule out as a roadmap."""

    def __init__(
        self, framework: Framework, case: Case, scheduler: Scheduler, schedule: Schedule
    ) -> None:
        self.framework = framework
        self.case = case
        self.terms = scheduler.terms
        self.projection = scheduler.projection
        self.schedule = schedule

    def roadmap(self) -> Roadmap:
        paths = {
            pace: self._replay(progress) for pace, progress in self.framework.roadmap.range.items()
        }
        ends = {pace: _axis_point(path[-1]) for pace, path in paths.items()}
        practised = self._practised()
        return Roadmap(
            targets=self.terms.goal,
            capacity=self.terms.capacity,
            quarters=self.terms.quarters,
            strategy=self.terms.strategy.id,
            ranking=self.schedule.ranking,
            plan=tuple(_planned(start) for start in self.schedule.starts),
            trajectory=self._trajectory(),
            range=Range(low=ends["low"], expected=ends["expected"], high=ends["high"]),
            band=tuple(
                Band(low=_band_point(low), high=_band_point(high))
                for low, high in zip(paths["low"], paths["high"], strict=True)
            ),
            waiting=tuple(self._waiting()),
            practised=practised,
            opens={
                start.step.action.id: tuple(
                    action.id
                    for action in self.framework.actions.values()
                    if start.step.action.id in action.pre and action.id not in practised
                )
                for start in self.schedule.starts
            },
        )

    def _trajectory(self) -> tuple[TrajectoryRow, ...]:
        rows = [self._row(0, self.schedule.start, 0)]
        for number, quarter in enumerate(self.schedule.quarters, start=1):
            rows.append(self._row(number, quarter.end, quarter.used))
        return tuple(rows)

    def _row(self, number: int, outcome: Outcome, used: float) -> TrajectoryRow:
        parameters, midlines = self.framework.parameters, self.case.midlines
        effective = effective_score(
            parameters, midlines, outcome.bank, gated=gate_active(parameters, outcome.risk)
        )
        customer = clamped_customer(outcome)
        return TrajectoryRow(
            quarter=number,
            bank=outcome.bank,
            effective=effective,
            customer=customer,
            risk=outcome.risk,
            strategy=strategy_at(midlines, effective, customer),
            used=used,
        )

    def _replay(self, progress: tuple[float, float]) -> list[Outcome]:
        """The plan's scores at the start and after each quarter at another pace."""
        projection, state = self.projection, self.projection.start()
        path = [projection.outcome(state)]
        for number in range(1, len(self.schedule.quarters) + 1):
            for start in self.schedule.starts:  # what began earlier ends first
                if start.ends == number:
                    projection.finish(state, start.step, progress)
            path.append(projection.outcome(state))
        return path

    def _practised(self) -> tuple[str, ...]:
        scheduler = Scheduler(self.projection, self.terms)
        state = self.projection.start()
        idle = {
            step.action.id
            for step in self.projection.steps
            if not scheduler.is_candidate(state, step)
        }
        return tuple(name for name in self.framework.actions if name in idle)

    def _waiting(self) -> Iterable[Waiting]:
        for number, quarter in enumerate(self.schedule.quarters, start=1):
            outlook = quarter.outlook
            if outlook is None:  # the targets are met; nothing is waited for
                continue
            started = {start.step.action.id for start in quarter.started}
            for position in outlook.candidates:
                name = self.projection.steps[position].action.id
                if name not in started:
                    reason, on = self._why_not(outlook, quarter, position)
                    yield Waiting(quarter=number, action=name, reason=reason, on=on)

    def _why_not(
        self, outlook: Outlook, quarter: Quarter, position: int
    ) -> tuple[WaitingReason, tuple[str, ...]]:
        steps = self.projection.steps
        step = steps[position]
        if outlook.missing[position]:
            return "prerequisite", tuple(steps[p].action.id for p in outlook.missing[position])
        if position not in outlook.eligible:
            return self._gate(outlook)
        work = (*quarter.running, *quarter.started)
        on = tuple(start.step.action.id for start in work)
        fits = not above(step.effort_a_quarter, self.terms.capacity - quarter.used)
        slot = len(work) < self.terms.parallel
        if slot:
            return "capacity", on
        return ("parallel" if fits else "rank"), on

    def _gate(self, outlook: Outlook) -> tuple[WaitingReason, tuple[str, ...]]:
        """A late stage waits for Risk first, then for silent accounts to be dealt with."""
        failing = tuple(self.projection.names[control] for control in outlook.now.failing)
        if failing or gate_active(self.framework.parameters, outlook.now.risk):
            return "gate", failing or (RISK,)
        closing = (a.id for a in self.framework.actions.values() if a.closes_channels)
        return "channels", tuple(closing)


def _planned(start: Start) -> PlannedAction:
    action = start.step.action
    return PlannedAction(
        quarter=start.quarter,
        action=action.id,
        effort=action.effort,
        ends=start.ends,
        reason=REASONS[start.rank],
        bank_gain=start.bank_gain,
        customer_gain=start.customer_gain,
    )


def _axis_point(outcome: Outcome) -> AxisPoint:
    return AxisPoint(bank=outcome.bank, customer=clamped_customer(outcome))


def _band_point(outcome: Outcome) -> BandPoint:
    return BandPoint(bank=outcome.bank, customer=clamped_customer(outcome), risk=outcome.risk)
