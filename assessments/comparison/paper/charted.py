"""Pages with one large drawing."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.comparison import charts, pages, parts
from assessments.comparison.lineup import Lineup, Side
from assessments.models import ComparisonKind
from assessments.reports.paper import plots
from assessments.reports.paper.frame import Fact, Leaf, Point
from assessments.results import svg
from assessments.results.profile import SAY_DO
from assessments.results.subject import joined
from assessments.ui import numbers
from maturity.compare import DimensionRows

QUADRANT = svg.Paper(640, 520)
PITCH = 60  # px of one row of small multiples


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartLeaf(Leaf):
    """A drawing, and below it what it says, term by term."""

    chart_title: str
    measure: str
    chart: SafeString | str
    rows_title: str
    rows: tuple[Fact, ...]

    template: ClassVar[str] = "comparison/leaves/chart.html"


def quadrant(lineup: Lineup) -> ChartLeaf:
    """Everybody in one quadrant."""
    drawn = parts.quadrant(lineup, paper=True)
    return ChartLeaf(
        kicker=_("Placement"),
        title=pages.quadrant_title(lineup),
        chart_title=_("All in one quadrant, each with its joint 90 % region"),
        measure=pages.quadrant_source(lineup),
        chart="" if drawn is None else plots.single(drawn.draw(QUADRANT)),
        rows_title=_("Strategies and who needs them"),
        rows=tuple(
            Fact(term=lineup.first.short(id_), value=_placed(lineup, id_))
            for id_ in parts.strategies(lineup)
        ),
        so_what=_of_quadrant(lineup),
        source=_("Source: published results. The reference is %(name)s.")
        % {"name": lineup.reference},
    )


def _placed(lineup: Lineup, strategy: str) -> str:
    """Who is placed there and how sure that is."""
    texts = [
        _("%(name)s (%(sure)s)") % {"name": name, "sure": parts.sure(side)}
        for side, name in zip(lineup.sides, lineup.names, strict=True)
        for placement in (side.source.findings.placement,)
        if placement is not None and placement.strategy == strategy
    ]
    return "; ".join(texts)


def _of_quadrant(lineup: Lineup) -> tuple[Point, ...]:
    unsure = [
        name
        for side, name in zip(lineup.sides, lineup.names, strict=True)
        for placement in (side.source.findings.placement,)
        if placement is not None and placement.status != "firm"
    ]
    points = []
    if unsure:
        points.append(
            Point(
                lead=_("Not every place is firm."),
                text=_("More answers or a pulse could move %(names)s.") % {"names": joined(unsure)},
            )
        )
    else:
        points.append(
            Point(lead=_("Every place is firm."), text=_("Talk about steps, not about scores."))
        )
    if len(parts.strategies(lineup)) > 1:
        points.append(
            Point(
                lead=_("One plan does not fit all."),
                text=_("Another quadrant asks for other first steps, even at equal scores."),
            )
        )
    return tuple(points)


# ---- small multiples ---------------------------------------------------------------------------


def dimensions(lineup: Lineup) -> ChartLeaf | None:
    """The scores of every dimension, column by column."""
    if lineup.kind == ComparisonKind.REGIONS:
        return None
    return ChartLeaf(
        kicker=_("Dimensions"),
        title=pages.dimensions_title(lineup),
        chart_title=_("Scores by dimension"),
        measure=_(
            "0–100, lines every 20; grey upright line: %(name)s. ▲ ▼ and bold: a level, 25 points, "
            "or more from it"
        )
        % {"name": lineup.reference},
        chart=_grid(lineup, facets=False),
        rows_title=_("Highest and lowest"),
        rows=tuple(
            Fact(term=parts.dimension_name(lineup, id_), value=_ends(lineup, rows))
            for id_, rows in lineup.found.dimensions.items()
        ),
        so_what=_of_dimensions(lineup),
        source=_source(lineup),
    )


def facets(lineup: Lineup) -> ChartLeaf:
    """Awareness and usage apart."""
    rows = [
        (id_, name, row)
        for id_, found in lineup.found.dimensions.items()
        for name, row in (("A", found.awareness), ("U", found.usage))
        if lineup.kind != ComparisonKind.REGIONS or id_ not in pages.bank_rows(lineup)
    ]
    differing = sum(row.differs for _id, _name, row in rows)
    found = parts.widest(lineup, {f"{id_} {name}": row for id_, name, row in rows})
    where = ""
    if found is not None:
        id_, name = found[0].split()
        where = parts.facet_title(lineup, id_, name)
    return ChartLeaf(
        kicker=_("Awareness and usage"),
        title=ngettext(
            "%(count)s of %(all)s facets differs by a level or more; the widest is %(where)s",
            "%(count)s of %(all)s facets differ by a level or more; the widest is %(where)s",
            differing,
        )
        % {
            "count": numbers.number(differing),
            "all": numbers.number(len(rows)),
            "where": where or parts.NOTHING,
        },
        chart_title=_("Awareness and usage by dimension"),
        measure=_(
            "Ring: awareness (knows, decided, agreed). Dot: usage (does). First figure: awareness"
        ),
        chart=_grid(lineup, facets=True),
        rows_title=_("Where knowing and doing part by %(points)s points or more")
        % {"points": numbers.number(SAY_DO)},
        rows=tuple(
            Fact(term=name, value=_say_do(lineup, side))
            for side, name in zip(lineup.sides, lineup.names, strict=True)
        ),
        so_what=(
            Point(
                lead=_("Awareness ahead of usage asks for work, not for another plan."),
                text=_("Usage ahead of awareness asks for rules, soonest in Risk."),
            ),
        ),
        source=_source(lineup),
    )


def _source(lineup: Lineup) -> str:
    return _("Source: published results; each dimension is half awareness, half usage.")


def _shown(lineup: Lineup) -> dict[str, DimensionRows]:
    bank = lineup.first.framework.dimensions
    return {
        id_: rows
        for id_, rows in lineup.found.dimensions.items()
        if lineup.kind != ComparisonKind.REGIONS or id_ not in bank
    }


def _grid(lineup: Lineup, *, facets: bool) -> SafeString:
    shown = _shown(lineup)
    rows = tuple(
        (
            parts.dimension_name(lineup, id_),
            _facet_cells(lineup, found) if facets else _score_cells(lineup, found),
        )
        for id_, found in shown.items()
    )
    texts = [
        f"{title}: "
        + ", ".join(f"{name} {cell.text}" for name, cell in zip(lineup.names, cells, strict=True))
        for title, cells in rows
    ]
    grid = charts.Grid(label="; ".join(texts), names=lineup.names, rows=rows, facets=facets)
    return plots.single(
        grid.draw(svg.Paper(charts.Grid.size.width, charts.Grid.HEAD + PITCH * len(rows)))
    )


def _score_cells(lineup: Lineup, found: DimensionRows) -> tuple[charts.GridCell, ...]:
    cells = parts.cells(lineup, found.score)
    return tuple(
        charts.GridCell(
            score=value,
            awareness=None,
            usage=None,
            reference=found.score.values[0],
            text=cell.text,
            strong=cell.strong,
        )
        for value, cell in zip(found.score.values, cells, strict=True)
    )


def _facet_cells(lineup: Lineup, found: DimensionRows) -> tuple[charts.GridCell, ...]:
    knows, does = parts.cells(lineup, found.awareness), parts.cells(lineup, found.usage)
    return tuple(
        charts.GridCell(
            score=None,
            awareness=found.awareness.values[place],
            usage=found.usage.values[place],
            reference=None,
            text=f"{knows[place].text} · {does[place].text}",
            strong=knows[place].strong or does[place].strong,
        )
        for place in range(lineup.found.count)
    )


def _ends(lineup: Lineup, rows: DimensionRows) -> str:
    known = [
        (value, name)
        for value, name in zip(rows.score.values, lineup.names, strict=True)
        if value is not None
    ]
    if not known:
        return parts.NOTHING
    (low, last), (high, first) = min(known), max(known)
    return _("%(high)s %(first)s; %(low)s %(last)s") % {
        "high": numbers.score(high),
        "first": first,
        "low": numbers.score(low),
        "last": last,
    }


def _say_do(lineup: Lineup, side: Side) -> str:
    """The dimensions of one side whose halves part."""
    texts = []
    for id_, rows in _shown(lineup).items():
        knows, does = rows.awareness.values[side.place], rows.usage.values[side.place]
        if knows is None or does is None or abs(knows - does) < SAY_DO:
            continue
        words = (
            _("%(name)s %(gap)s: knows, does not act")
            if knows > does
            else _("%(name)s %(gap)s: acts without knowing")
        )
        texts.append(
            words % {"name": parts.dimension_name(lineup, id_), "gap": numbers.signed(knows - does)}
        )
    return "; ".join(texts) or _("nowhere")


def _of_dimensions(lineup: Lineup) -> tuple[Point, ...]:
    rows = pages.bank_rows(lineup)
    alike = [
        parts.dimension_name(lineup, id_)
        for id_, row in rows.items()
        if not row.differs and row.spread is not None
    ]
    points = []
    if alike:
        points.append(
            Point(
                lead=_("Common ground."),
                text=_("Within a level of the reference in: %(names)s.") % {"names": joined(alike)},
            )
        )
    else:
        points.append(
            Point(
                lead=_("No common ground by level."),
                text=_("In every dimension somebody is a level or more from the reference."),
            )
        )
    points.append(
        Point(
            lead=_("Less than a level is noise until it repeats."),
            text=_("Answers of one respondent alone vary by most of a level."),
        )
    )
    return tuple(points)
