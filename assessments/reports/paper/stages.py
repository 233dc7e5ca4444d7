"""The six stages, each with its own account: practised, planned, waiting."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Leaf, Point
from assessments.results.subject import joined, midline
from assessments.ui import numbers
from maturity.framework import RISK, STAGES
from maturity.roadmap import PlannedAction, Roadmap, Waiting

NAMED = 3  # titles written out; more are counted
NAMED_PLANNED = 5
FEW_WAITING = 8  # then the page has room for each stage’s example


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One stage: what the bank does there, what comes when, what waits and on what."""

    number: str
    name: str
    about: str
    example: str
    practised: str
    planned: str
    waiting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StagesLeaf(Leaf):
    """Six accounts."""

    accounts_title: str
    accounts: tuple[Account, ...]

    template: ClassVar[str] = "reports/leaves/stages.html"


def build(edition: Edition) -> StagesLeaf | None:
    """The stage page; None without a placement."""
    roadmap = edition.source.findings.roadmap
    if roadmap is None:
        return None
    room = len({entry.action for entry in roadmap.waiting}) < FEW_WAITING
    return StagesLeaf(
        kicker=_("Six stages"),
        title=_title(edition, roadmap),
        accounts_title=_("What each stage holds for this bank"),
        accounts=tuple(_account(edition, roadmap, stage, room=room) for stage in STAGES),
        so_what=_so_what(edition, roadmap),
        source=_(
            "Practised: every question that the action lifts is already within half a level of its "
            "aim. Waiting: the first test that the action failed in the last quarter it was tried."
        ),
    )


def _title(edition: Edition, roadmap: Roadmap) -> str:
    actions = edition.source.framework.actions
    used = {actions[step.action].stage for step in roadmap.plan}
    practised = len(roadmap.practised)
    return _(
        "The plan works in %(used)s of 6 stages; %(practised)s of %(all)s actions are practised"
    ) % {
        "used": numbers.number(len(used)),
        "practised": numbers.number(practised),
        "all": numbers.number(len(actions)),
    }


def _account(edition: Edition, roadmap: Roadmap, stage: int, *, room: bool) -> Account:
    source = edition.source
    words = source.wording.stages[stage]
    mine = [a.id for a in source.framework.actions.values() if a.stage == stage]
    practised = [id_ for id_ in mine if id_ in roadmap.practised]
    planned = [step for step in roadmap.plan if step.action in mine]
    return Account(
        number=numbers.number(stage),
        name=words.name,
        about=words.about,
        example=words.example if room else "",
        practised=_titles(edition, practised)
        or _("Nothing yet that would count as a habit of the bank."),
        planned=_planned(edition, planned) or _("No action of this stage is in the plan."),
        waiting=_waiting(edition, roadmap, mine, [step.action for step in planned]),
    )


def _planned(edition: Edition, steps: list[PlannedAction]) -> str:
    """Titles by quarter."""
    quarters = dict.fromkeys(step.quarter for step in steps[:NAMED_PLANNED])
    texts = [
        _("%(quarter)s: %(titles)s.")
        % {
            "quarter": edition.quarter(quarter),
            "titles": "; ".join(
                edition.source.action(step.action)
                for step in steps[:NAMED_PLANNED]
                if step.quarter == quarter
            ),
        }
        for quarter in quarters
    ]
    rest = len(steps) - NAMED_PLANNED
    if rest > 0:
        texts.append(
            ngettext("%(count)s more later.", "%(count)s more later.", rest)
            % {"count": numbers.number(rest)}
        )
    return " ".join(texts)


def _titles(edition: Edition, ids: list[str], most: int = NAMED) -> str:
    names = "; ".join(edition.source.action(id_) for id_ in ids[:most])
    return names + _more(len(ids) - most)


def _more(count: int) -> str:
    if count <= 0:
        return ""
    return ngettext("; %(count)s more", "; %(count)s more", count) % {
        "count": numbers.number(count)
    }


def _waiting(edition: Edition, roadmap: Roadmap, mine: list[str], planned: list[str]) -> str:
    """Each reason once, with what is waited for and for how many actions."""
    last: dict[str, Waiting] = {}
    for entry in roadmap.waiting:
        if entry.action in mine and entry.action not in planned:
            last[entry.action] = entry
    if not last:
        return _("Nothing waits.")
    groups: dict[str, list[Waiting]] = {}
    for entry in last.values():
        groups.setdefault(entry.reason, []).append(entry)
    return " ".join(_reason(edition, reason, entries) for reason, entries in groups.items())


def _reason(edition: Edition, reason: str, entries: list[Waiting]) -> str:
    count = len(entries)
    values = {
        "count": numbers.number(count),
        "titles": _titles(edition, [entry.action for entry in entries], 2),
        "on": joined(_on(edition, entries)),
        "gate": midline(edition.source.framework.parameters.risk_gate),
    }
    return {
        "prerequisite": _("%(titles)s: until %(on)s is done."),
        "gate": _("%(titles)s: until Risk reaches %(gate)s and no critical control fails."),
        "channels": _("%(titles)s: until no open account is silent."),
        "capacity": _("%(titles)s: no effort points are left."),
        "parallel": _("%(titles)s: enough runs at once."),
        "rank": _("%(titles)s: other actions bring more for the same effort."),
    }[reason] % values


def _on(edition: Edition, entries: list[Waiting]) -> tuple[str, ...]:
    """What is waited for, the most frequent first, at most two."""
    actions = edition.source.framework.actions
    named = [id_ for entry in entries for id_ in entry.on if id_ in actions]
    ranked = sorted(set(named), key=lambda id_: (-named.count(id_), id_))
    return tuple(f"“{edition.source.action(id_)}”" for id_ in ranked[:2])


def _so_what(edition: Edition, roadmap: Roadmap) -> tuple[Point, ...]:
    actions, source = edition.source.framework.actions, edition.source
    empty = [
        source.wording.stages[stage].name
        for stage in STAGES
        if not any(actions[step.action].stage == stage for step in roadmap.plan)
    ]
    points = []
    if empty:
        points.append(
            Point(
                lead=_("An empty stage is a choice."),
                text=_("%(names)s: nothing there is worth more to this strategy now.")
                % {"names": joined(empty)}
                if not source.findings.bank.risk.gate_active
                else _("%(names)s: no action now; Risk and the strategy decide.")
                % {"names": joined(empty)},
            )
        )
    if source.findings.bank.risk.gate_active:
        points.append(
            Point(
                lead=_("Stages 4 to 6 open with the gate."),
                text=_("They need %(risk)s at %(gate)s or more, and no silent account.")
                % {
                    "risk": source.dimension(RISK),
                    "gate": midline(source.framework.parameters.risk_gate),
                },
            )
        )
    points.append(
        Point(
            lead=_("What waits is not lost."),
            text=_("Each next assessment plans again from what has become habit by then."),
        )
    )
    return tuple(points[:2])
