"""The roadmap's picture: six stages as lanes over the quarters, and each stage's account."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments.results.canvas import squares
from assessments.results.reasons import effort, tag, waited, when
from assessments.results.subject import Source, joined, midline
from assessments.ui import numbers
from maturity.framework import STAGES
from maturity.roadmap import PlannedAction, Roadmap

FIRST_GATED = 4  # stages from here on need Risk at its gate and no silent account


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One action in the lanes; ``continued`` marks the second half of long work."""

    id: str
    title: str
    when: str
    owner: str
    effort: str
    points: int
    squares: SafeString
    tag: str
    continued: bool
    state: str = ""  # in the adopted plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """The closed quarters of the last three stages, drawn as one area."""

    title: str
    text: str
    quarters: int
    stages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One stage in one quarter. ``covered``: a lock drawn elsewhere covers it."""

    quarter: str
    chips: tuple[Chip, ...]
    lock: Lock | None = None
    covered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """An action that is not in the plan, and what it waits for."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageAccount:
    """One of the six stages, accounted for even where no action is planned."""

    number: int
    name: str
    about: str
    example: str
    summary: str
    practised: tuple[str, ...]
    planned: tuple[Chip, ...]
    waiting: tuple[Waits, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A stage's row in the picture."""

    account: StageAccount
    cells: tuple[Cell, ...]


def lanes(source: Source, roadmap: Roadmap, quarters: Sequence[str]) -> tuple[Lane, ...]:
    lock = _lock(source, roadmap, quarters)
    return tuple(
        Lane(
            account=_account(source, roadmap, stage, quarters),
            cells=_cells(source, roadmap, stage, quarters, lock),
        )
        for stage in STAGES
    )


def _chip(
    source: Source, step: PlannedAction, quarters: Sequence[str], *, continued: bool = False
) -> Chip:
    action = source.framework.actions[step.action]
    return Chip(
        id=step.action,
        title=source.action(step.action),
        when=when(step, quarters),
        owner=source.wording.owners[action.owner],
        effort=effort(step.effort),
        points=step.effort,
        squares=squares(step.effort),
        tag=tag(step.reason),
        continued=continued,
        state=source.states.get(step.action, ""),
    )


def _cells(
    source: Source, roadmap: Roadmap, stage: int, quarters: Sequence[str], lock: Lock | None
) -> tuple[Cell, ...]:
    steps = [s for s in roadmap.plan if source.framework.actions[s.action].stage == stage]
    cells = []
    for number, name in enumerate(quarters, start=1):
        if lock and stage >= FIRST_GATED and number <= lock.quarters:
            own = lock if stage == FIRST_GATED and number == 1 else None
            cells.append(Cell(quarter=name, chips=(), lock=own, covered=own is None))
            continue
        running = [
            _chip(source, s, quarters, continued=True)
            for s in steps
            if s.quarter < number <= s.ends
        ]
        started = [_chip(source, s, quarters) for s in steps if s.quarter == number]
        cells.append(Cell(quarter=name, chips=(*running, *started)))
    return tuple(cells)


def _lock(source: Source, roadmap: Roadmap, quarters: Sequence[str]) -> Lock | None:
    """Quarters from the first on in which the late stages were closed to something worth doing."""
    closed = [w for w in roadmap.waiting if w.reason in ("gate", "channels")]
    if not closed or not roadmap.plan:
        return None
    last = max(w.quarter for w in closed)
    values = {"first": quarters[0], "last": quarters[last - 1]}
    if last == 1:
        title = _("Locked in %(first)s") % values
    elif last == len(quarters):
        title = _("Locked throughout")
    else:
        title = _("Locked until the end of %(last)s") % values
    return Lock(
        title=title,
        text=_(
            "%(stages)s open when Risk reaches %(gate)s, no critical control fails and no account "
            "is silent."
        )
        % {
            "stages": joined([source.wording.stages[n].name for n in (4, 5, 6)]),
            "gate": midline(source.framework.parameters.risk_gate),
        },
        quarters=last,
        stages=len(STAGES) - FIRST_GATED + 1,
    )


def _account(source: Source, roadmap: Roadmap, stage: int, quarters: Sequence[str]) -> StageAccount:
    words = source.wording.stages[stage]
    ids = [a.id for a in source.framework.actions.values() if a.stage == stage]
    steps = [s for s in roadmap.plan if s.action in ids]
    practised = [id_ for id_ in ids if id_ in roadmap.practised]
    planned = {s.action for s in steps}
    rest = [id_ for id_ in ids if id_ not in planned and id_ not in practised]
    return StageAccount(
        number=stage,
        name=words.name,
        about=words.about,
        example=words.example,
        summary=_summary(steps, practised, rest, quarters),
        practised=tuple(source.action(id_) for id_ in practised),
        planned=tuple(_chip(source, step, quarters) for step in steps),
        waiting=tuple(_waits(source, roadmap, id_, quarters) for id_ in rest),
    )


def _summary(
    steps: Sequence[PlannedAction],
    practised: Sequence[str],
    rest: Sequence[str],
    quarters: Sequence[str],
) -> str:
    """What the bank practises, what comes and what waits, in one line."""
    values = {
        "practised": numbers.number(len(practised)),
        "planned": numbers.number(len(steps)),
        "waiting": numbers.number(len(rest)),
    }
    if steps:
        values["first"] = quarters[steps[0].quarter - 1]
        return (
            _(
                "%(practised)s practised already, %(planned)s planned from %(first)s, %(waiting)s not "
                "in this plan"
            )
            % values
        )
    if not rest:
        return _("Every action of this stage is practised already")
    return _("%(practised)s practised already, none planned, %(waiting)s not in this plan") % values


def _waits(source: Source, roadmap: Roadmap, id_: str, quarters: Sequence[str]) -> Waits:
    entries = [w for w in roadmap.waiting if w.action == id_]
    text = (
        waited(source, entries[-1], quarters)
        if entries
        else _("Not needed to reach the targets set.")
    )
    return Waits(title=source.action(id_), text=text)
