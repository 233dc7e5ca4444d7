"""The plan on one page: six lanes over the quarters, and where they should lead."""

import math
from dataclasses import dataclass, replace
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.reports.paper import plots
from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Fact, Leaf, Point
from assessments.results import reasons, svg
from assessments.results.subject import midline
from assessments.ui import numbers
from maturity.framework import STAGES
from maturity.roadmap import PlannedAction, Roadmap

MOST_COLUMNS = 4
CHART = svg.Paper(642, 196)
SMALL_CHART = svg.Paper(642, 152)
DENSE = 18  # actions beyond which the lanes take the whole page
CROWDED = 9  # actions beyond which a bar carries its title alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One action in its lane."""

    title: str
    detail: str
    continues: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One stage over the columns; ``note`` stands where no bar does."""

    number: str
    name: str
    cells: tuple[tuple[Bar, ...], ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPath:
    """Where the plan should lead, as an exhibit."""

    title: str
    measure: str
    chart: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapLeaf(Leaf):
    """Lanes, effort and expected path."""

    dense: bool
    stacked: bool
    lanes_title: str
    columns: tuple[str, ...]
    lanes: tuple[Lane, ...]
    effort: tuple[str, ...]
    path: ExpectedPath | None
    success_title: str
    success: tuple[Fact, ...]

    template: ClassVar[str] = "reports/leaves/roadmap.html"


def build(edition: Edition) -> RoadmapLeaf | None:
    """The roadmap page; None without a placement."""
    roadmap = edition.source.findings.roadmap
    if roadmap is None:
        return None
    groups, dense = columns(roadmap), len(roadmap.plan) > DENSE
    return RoadmapLeaf(
        kicker=_("Roadmap"),
        title=_title(edition, roadmap),
        sentence="" if len(roadmap.plan) > CROWDED else _sentence(edition, roadmap),
        dense=dense,
        stacked=len(roadmap.plan) <= CROWDED,
        lanes_title=_("Stages and quarters"),
        columns=tuple(column_name(edition, group) for group in groups)
        if roadmap.plan
        else (_("Now"),),
        lanes=tuple(_lane(edition, roadmap, stage, groups) for stage in STAGES),
        effort=tuple(_effort(roadmap, group) for group in groups),
        path=None if path_moves(roadmap) else expected_path(edition, roadmap),
        success_title="" if roadmap.plan else _("Three conditions for success, today"),
        success=() if roadmap.plan else _success(edition),
        so_what=_so_what(edition, roadmap),
        source=_source(roadmap),
    )


def last_quarter(roadmap: Roadmap) -> int:
    """The last quarter in which anything happens, at least 1."""
    return max([1, *(row.quarter for row in roadmap.trajectory)])


def columns(roadmap: Roadmap) -> tuple[range, ...]:
    """Quarters in at most four columns of equal length."""
    last = last_quarter(roadmap)
    size = math.ceil(last / MOST_COLUMNS)
    return tuple(range(start, min(start + size, last + 1)) for start in range(1, last + 1, size))


def column_name(edition: Edition, group: range) -> str:
    """The quarters of a column: one name, or the first and the last."""
    if len(group) == 1:
        return edition.quarter(group[0])
    return _("%(first)s to %(last)s") % {
        "first": edition.quarter(group[0]),
        "last": edition.quarter(group[-1]),
    }


def _title(edition: Edition, roadmap: Roadmap) -> str:
    first, last = roadmap.trajectory[0], roadmap.trajectory[-1]
    count = len(roadmap.plan)
    if not count:
        return _("Every target is met: 0 actions are needed now")
    values: dict[str, object] = {
        "count": numbers.number(count),
        "last": edition.quarter(last_quarter(roadmap)),
    }
    if last.customer - first.customer > last.bank - first.bank:
        values |= {"from": numbers.score(first.customer), "to": numbers.score(last.customer)}
        form = ngettext(
            "%(count)s action should bring customers from %(from)s to about %(to)s by %(last)s",
            "%(count)s actions should bring customers from %(from)s to about %(to)s by %(last)s",
            count,
        )
    else:
        values |= {"from": numbers.score(first.bank), "to": numbers.score(last.bank)}
        form = ngettext(
            "%(count)s action should bring the bank from %(from)s to about %(to)s by %(last)s",
            "%(count)s actions should bring the bank from %(from)s to about %(to)s by %(last)s",
            count,
        )
    return form % values


def _sentence(edition: Edition, roadmap: Roadmap) -> str:
    source = edition.source
    stages = [source.framework.actions[step.action].stage for step in roadmap.plan]
    if not stages:
        return _("Keep the rhythm and assess again in a year.")
    busiest = max(STAGES, key=lambda stage: (stages.count(stage), -stage))
    return _("Most of the work lies in %(stage)s: %(about)s") % {
        "stage": source.wording.stages[busiest].name,
        "about": source.wording.stages[busiest].about,
    }


def _lane(edition: Edition, roadmap: Roadmap, stage: int, groups: tuple[range, ...]) -> Lane:
    words, actions = edition.source.wording.stages[stage], edition.source.framework.actions
    steps = [step for step in roadmap.plan if actions[step.action].stage == stage]
    return Lane(
        number=numbers.number(stage),
        name=words.name,
        cells=tuple(
            tuple(
                _bar(edition, roadmap, step, continues=step.quarter not in group)
                for step in steps
                if step.quarter in group or step.ends in group
            )
            for group in groups
        ),
        note="" if steps else _lane_note(edition, roadmap, stage),
    )


def _bar(edition: Edition, roadmap: Roadmap, step: PlannedAction, *, continues: bool) -> Bar:
    source = edition.source
    owner = source.wording.owners[source.framework.actions[step.action].owner]
    parts = [] if len(roadmap.plan) > CROWDED else [owner, reasons.effort(step.effort)]
    if last_quarter(roadmap) > MOST_COLUMNS:
        # A plain space: WeasyPrint breaks the line before the whole run otherwise.
        parts.insert(0, edition.quarter(step.quarter).replace("\u00a0", " "))
    return Bar(
        title=source.action(step.action),
        detail=_("continues") if continues else " · ".join(parts),
        continues=continues,
    )


def _lane_note(edition: Edition, roadmap: Roadmap, stage: int) -> str:
    """Why nothing was chosen here, from the last quarter's reasons."""
    actions = edition.source.framework.actions
    mine = [w for w in roadmap.waiting if actions[w.action].stage == stage]
    if not mine:
        return _("Nothing is needed here: practised already, or the targets are met without it.")
    last = max(w.quarter for w in mine)
    reasons = [w.reason for w in mine if w.quarter == last]
    most = max(sorted(set(reasons)), key=reasons.count)
    return {
        "prerequisite": _("Waits for earlier actions to be finished."),
        "gate": _("Locked until Risk passes its gate."),
        "channels": _("Locked until no account is silent."),
        "capacity": _("No action chosen: the effort points went to others."),
        "parallel": _("No action chosen: enough runs at once."),
        "rank": _("No action chosen: others bring more for the same effort."),
    }[most]


def _effort(roadmap: Roadmap, group: range) -> str:
    used = sum(row.used for row in roadmap.trajectory if row.quarter in group)
    return _("%(used)s of %(capacity)s points") % {
        "used": reasons.points(used),
        "capacity": reasons.points(roadmap.capacity * len(group)),
    }


def _path_title(roadmap: Roadmap) -> str:
    ends = roadmap.range
    values = {
        "bank": numbers.score(ends.expected.bank),
        "bank_low": numbers.score(ends.low.bank),
        "customer": numbers.score(ends.expected.customer),
        "customer_low": numbers.score(ends.low.customer),
    }
    return (
        _(
            "Expected: bank %(bank)s, customers %(customer)s; at slow progress %(bank_low)s and "
            "%(customer_low)s"
        )
        % values
    )


def path_moves(roadmap: Roadmap) -> bool:
    """Whether the lanes need the whole page, so that the path stands after the actions."""
    return len(roadmap.plan) > DENSE


def expected_path(edition: Edition, roadmap: Roadmap) -> ExpectedPath | None:
    """The path exhibit, in the size that the page has room for."""
    figure, count = edition.roadmap.path, len(roadmap.plan)
    if figure is None:
        return None
    chart = figure.chart
    if count > CROWDED and isinstance(chart, svg.Path):
        # Three labels fit the smaller size; the lines are left out with their names.
        chart = replace(chart, gate=None, midline=None)
    return ExpectedPath(
        title=_path_title(roadmap),
        measure=_(
            "Expected score, 0–100. Filled: measured. Open, dashed: expected. Band: slower and "
            "faster progress"
        ),
        chart=plots.single(chart.draw(SMALL_CHART if count > CROWDED else CHART)),
    )


def _success(edition: Edition) -> tuple[Fact, ...]:
    """What keeps a bank where it is, when nothing needs to be planned."""
    return tuple(
        Fact(
            term=factor.name,
            value=_("%(about)s Today: %(evidence)s; %(met)s.")
            % {
                "about": factor.about,
                "evidence": factor.evidence,
                "met": _("met") if factor.met else _("not met"),
            },
        )
        for factor in edition.roadmap.success
    )


def _so_what(edition: Edition, roadmap: Roadmap) -> tuple[Point, ...]:
    last, goal = roadmap.trajectory[-1], roadmap.targets
    first = [step for step in roadmap.plan if step.quarter == 1]
    points = []
    if first:
        points.append(
            Point(
                lead=_("Approve the next quarter now."),
                text=ngettext(
                    "%(count)s action, %(used)s of %(capacity)s effort points.",
                    "%(count)s actions, %(used)s of %(capacity)s effort points.",
                    len(first),
                )
                % {
                    "count": numbers.number(len(first)),
                    "used": reasons.points(roadmap.trajectory[1].used),
                    "capacity": reasons.points(roadmap.capacity),
                },
            )
        )
    met = last.bank >= goal.bank and last.customer >= goal.customer
    points.append(
        Point(
            lead=_("Targets within reach."),
            text=_("Bank %(bank)s and customers %(customer)s are met on the expected path.")
            % {"bank": midline(goal.bank), "customer": midline(goal.customer)},
        )
        if met
        else Point(
            lead=_("The path falls short of the targets."),
            text=_("Bank %(bank)s and customers %(customer)s need more time or effort; see Method.")
            % {"bank": midline(goal.bank), "customer": midline(goal.customer)},
        )
    )
    strategies = [row.strategy for row in roadmap.trajectory]
    if strategies[-1] != strategies[0]:
        points.append(
            Point(
                lead=_("Reassess at the end."),
                text=_(
                    "The expected quadrant is then “%(strategy)s”; a projection decides nothing."
                )
                % {"strategy": edition.source.short(strategies[-1])},
            )
        )
    return tuple(points[:2])


def _source(roadmap: Roadmap) -> str:
    return _(
        "Source: plan computed from the answers; capacity %(capacity)s points a quarter; targets "
        "bank %(bank)s, customers %(customer)s, Risk %(risk)s. "
        "Only the next assessment changes a score."
    ) % {
        "capacity": reasons.points(roadmap.capacity),
        "bank": midline(roadmap.targets.bank),
        "customer": midline(roadmap.targets.customer),
        "risk": midline(roadmap.targets.risk),
    }
