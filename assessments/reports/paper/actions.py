"""The planned actions as a working table: why, first step, owner, effort, cost, KPI."""

from dataclasses import dataclass, fields
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Leaf, Point
from assessments.reports.paper.roadmap import ExpectedPath, expected_path
from assessments.results import reasons
from assessments.results.subject import joined
from assessments.ui import numbers
from maturity.roadmap import PlannedAction, Roadmap

IN_FULL = 9
ON_TWO_PAGES = 18
WITH_PATH = 24  # rows of the second page that leave room for the expected path


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One action."""

    quarter: str
    title: str
    why: str
    first_step: str
    owner: str
    effort: str
    cost: str
    kpi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionsLeaf(Leaf):
    """The nearest actions in full."""

    rows_title: str
    measure: str
    rows: tuple[Row, ...]

    template: ClassVar[str] = "reports/leaves/actions.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterLeaf(Leaf):
    """The rest of the plan, one line each."""

    rows_title: str
    measure: str
    rows: tuple[Row, ...]
    path: ExpectedPath | None

    template: ClassVar[str] = "reports/leaves/later.html"


def build(edition: Edition) -> ActionsLeaf | None:
    """The action page; None where nothing is planned."""
    roadmap = edition.source.findings.roadmap
    if roadmap is None or not roadmap.plan:
        return None
    rows = tuple(_row(edition, roadmap, step) for step in roadmap.plan)
    first = [step for step in roadmap.plan if step.quarter == 1]
    return ActionsLeaf(
        kicker=_("Actions"),
        title=ngettext(
            "%(count)s action starts in the first quarter, for %(used)s of %(capacity)s effort points",
            "%(count)s actions start in the first quarter, for %(used)s of %(capacity)s effort points",
            len(first),
        )
        % {
            "count": numbers.number(len(first)),
            "used": reasons.points(roadmap.trajectory[1].used),
            "capacity": reasons.points(roadmap.capacity),
        },
        rows_title=_("The first actions in full")
        if is_long(edition)
        else _("Every action in full"),
        measure=_("In the order of the plan. Effort in points; cost in full-time salary months"),
        rows=rows[: cut(edition)],
        so_what=() if is_long(edition) else _so_what(edition, roadmap),
        source=_source(),
    )


def later(edition: Edition) -> ActionsLeaf | LaterLeaf | None:
    """What did not fit on the first action page; None where all did.

    Two pages hold up to eighteen actions in full; the rest of a longer plan has a line each.
    """
    roadmap = edition.source.findings.roadmap
    if roadmap is None or not is_long(edition):
        return None
    steps = roadmap.plan[cut(edition) :]
    parts = ActionsLeaf(
        kicker=_("Actions, continued"),
        title=ngettext(
            "%(count)s more action follows, up to %(quarter)s",
            "%(count)s more actions follow, up to %(quarter)s",
            len(steps),
        )
        % {
            "count": numbers.number(len(steps)),
            "quarter": edition.quarter(max(step.quarter for step in steps)),
        },
        sentence=_("Plan them again after the next assessment: by then the first will be habits."),
        rows_title=_("The rest of the plan"),
        measure=_("In the order of the plan. Effort in points; cost in full-time salary months"),
        rows=tuple(_row(edition, roadmap, step) for step in steps),
        so_what=_so_what(edition, roadmap),
        source=_source(),
    )
    if len(roadmap.plan) <= ON_TWO_PAGES:
        return parts
    path = expected_path(edition, roadmap) if len(steps) <= WITH_PATH else None
    return LaterLeaf(
        **{field.name: getattr(parts, field.name) for field in fields(parts)}, path=path
    )


def is_long(edition: Edition) -> bool:
    """Whether the plan takes more than one page."""
    roadmap = edition.source.findings.roadmap
    return roadmap is not None and len(roadmap.plan) > IN_FULL


def crowded(edition: Edition) -> bool:
    """Whether a long plan and a page about agreement together ask for a seventeenth sheet."""
    return is_long(edition) and edition.source.findings.agreement is not None


def cut(edition: Edition) -> int:
    """How many actions stand in full on the first page."""
    roadmap = edition.source.findings.roadmap
    count = len(roadmap.plan) if roadmap else 0
    return (count + 1) // 2 if IN_FULL < count <= ON_TWO_PAGES else IN_FULL


def _source() -> str:
    return _(
        "Source: the library of 50 actions, planned from the answers. A gain is what finishing "
        "that action alone would add when it was chosen."
    )


def _row(edition: Edition, roadmap: Roadmap, step: PlannedAction) -> Row:
    source = edition.source
    action, words = source.framework.actions[step.action], source.wording.actions[step.action]
    return Row(
        quarter=reasons.when(step, edition.roadmap.quarters),
        title=words.title,
        why=_why(edition, roadmap, step),
        first_step=words.first_step,
        owner=source.wording.owners[action.owner],
        effort=reasons.effort(step.effort),
        cost=source.wording.cost_bands[action.cost_band],
        kpi=words.kpi,
    )


def _why(edition: Edition, roadmap: Roadmap, step: PlannedAction) -> str:
    """Reason, gain and what it opens, in one line."""
    lead = {
        "mandatory": _("Mandatory: it clears a failing control or a silent account."),
        "twin-track": _("Keeps customers moving along with the bank."),
        "value": "",
    }.get(step.reason, "")
    opens = roadmap.opens.get(step.action, ())
    parts = [
        lead,
        _("%(gain)s.") % {"gain": reasons.gain(step.bank_gain, step.customer_gain)},
        ngettext("Opens %(count)s later action.", "Opens %(count)s later actions.", len(opens))
        % {"count": numbers.number(len(opens))}
        if opens
        else "",
    ]
    return " ".join(part for part in parts if part)


def _so_what(edition: Edition, roadmap: Roadmap) -> tuple[Point, ...]:
    source = edition.source
    owners = [
        source.wording.owners[source.framework.actions[step.action].owner]
        for step in roadmap.plan
        if step.quarter == 1
    ]
    named = list(dict.fromkeys(owners))
    months = [source.framework.actions[step.action].cost_band for step in roadmap.plan]
    return (
        Point(
            lead=_("Name people, not departments."),
            text=_("The first quarter needs: %(owners)s.") % {"owners": joined(named)},
        ),
        Point(
            lead=_("Most cost is time."),
            text=ngettext(
                "%(count)s of %(all)s action needs more than six salary months.",
                "%(count)s of %(all)s actions need more than six salary months.",
                len(months),
            )
            % {
                "count": numbers.number(sum(band == 3 for band in months)),  # noqa: PLR2004 -- the highest band
                "all": numbers.number(len(months)),
            },
        ),
        Point(
            lead=_("Count from the first week."),
            text=_("Each KPI can be counted with what the bank has; agree who counts it."),
        ),
    )
