"""Roadmaps aligned by stage: which action each side begins in which quarter of its plan."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.comparison.lineup import Lineup
from assessments.comparison.parts import NOTHING
from assessments.ui import numbers
from maturity.framework import STAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLine:
    """One action: the quarter in which each side begins it, counted from its plan's start.

    `quarters` are None where the side does not plan it; `common`: all sides with a plan do.
    """

    id: str
    title: str
    quarters: tuple[int | None, ...]
    texts: tuple[str, ...]
    plans: int
    common: bool
    shared: str  # "3 of 4 plans"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLines:
    """One stage, its actions by how many plans hold them."""

    number: int
    name: str
    lines: tuple[PlannedLine, ...]
    counts: tuple[str, ...]  # planned actions of each side


@dataclass(frozen=True, slots=True, kw_only=True)
class Roadmaps:
    """All six stages; `without` names the sides that have no plan."""

    stages: tuple[StageLines, ...]
    planned: int
    common: int
    without: tuple[str, ...]


def roadmaps(lineup: Lineup) -> Roadmaps:
    """The plans of all sides."""
    starts = [
        {} if plan is None else {step.action: step.quarter for step in plan.plan}
        for side in lineup.sides
        for plan in (side.source.findings.roadmap,)
    ]
    plans = sum(side.source.findings.roadmap is not None for side in lineup.sides)
    stages = tuple(_stage(lineup, stage, starts, plans) for stage in STAGES)
    lines = [line for stage in stages for line in stage.lines]
    return Roadmaps(
        stages=stages,
        planned=len(lines),
        common=sum(line.common for line in lines),
        without=tuple(
            name
            for side, name in zip(lineup.sides, lineup.names, strict=True)
            if side.source.findings.roadmap is None
        ),
    )


def _stage(lineup: Lineup, stage: int, starts: list[dict[str, int]], plans: int) -> StageLines:
    stages = {
        id_: action.stage
        for side in lineup.sides
        for id_, action in side.source.framework.actions.items()
    }
    ids = {id_ for plan in starts for id_ in plan if stages[id_] == stage}
    lines = [_line(lineup, id_, starts, plans) for id_ in ids]
    lines.sort(
        key=lambda line: (-line.plans, min(q for q in line.quarters if q is not None), line.id)
    )
    counts = [sum(stages[id_] == stage for id_ in plan) for plan in starts]
    return StageLines(
        number=stage,
        name=lineup.first.wording.stages[stage].name,
        lines=tuple(lines),
        counts=tuple(numbers.number(count) for count in counts),
    )


def _line(lineup: Lineup, id_: str, starts: list[dict[str, int]], plans: int) -> PlannedLine:
    quarters = tuple(plan.get(id_) for plan in starts)
    held = sum(quarter is not None for quarter in quarters)
    titles = (
        side.source.wording.actions[id_].title
        for side in lineup.sides
        if id_ in side.source.wording.actions
    )
    return PlannedLine(
        id=id_,
        title=next(titles),
        quarters=quarters,
        texts=tuple(
            NOTHING if quarter is None else numbers.number(quarter) for quarter in quarters
        ),
        plans=held,
        common=plans > 1 and held == plans,
        shared=_shared(held, plans),
    )


def _shared(held: int, plans: int) -> str:
    if plans > 1 and held == plans:
        return _("all plans")
    if held == 1:
        return _("one plan")
    return ngettext("%(held)s of %(plans)s plan", "%(held)s of %(plans)s plans", plans) % {
        "held": numbers.number(held),
        "plans": numbers.number(plans),
    }
