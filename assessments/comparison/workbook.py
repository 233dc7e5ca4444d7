"""The comparison as a workbook: a sheet a subject, and one that explains every column."""

from collections.abc import Iterator

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from assessments.comparison import answers as answering
from assessments.comparison import file_names, parts
from assessments.comparison import roadmaps as planning
from assessments.comparison.lineup import Lineup, Side
from assessments.models import ComparisonKind
from assessments.ui.filenames import disposition
from assessments.ui.sheets import Cell, Column, Kind, Table, xlsx_response
from maturity.compare import Row


def response(lineup: Lineup) -> HttpResponseBase:
    """The download."""
    name = disposition(file_names.of_workbook(lineup), "xlsx", instead="comparison")
    return xlsx_response(tables(lineup), name)


def tables(lineup: Lineup) -> tuple[Table, ...]:
    """All sheets. Sheets that compare have one row a side, so that they can be filtered and joined."""
    return (_sides(lineup), _dimensions(lineup), _answers(lineup), _roadmaps(lineup))


def _side_columns(lineup: Lineup) -> tuple[Column, ...]:
    """What says whose row it is; under letters neither the period nor the day."""
    columns = [
        Column(
            id="place",
            heading=_("Place"),
            explanation=_("Order in the comparison; 1 is the reference."),
            kind=Kind.WHOLE,
        ),
        Column(
            id="name",
            heading=_("Name"),
            explanation=_("Who is compared: the bank, the round or the region, or its letter."),
            width=26,
        ),
    ]
    if lineup.lettered:
        return (
            *columns,
            Column(
                id="year",
                heading=_("Year"),
                explanation=_("The year in which the result was published."),
                kind=Kind.WHOLE,
            ),
        )
    return (
        *columns,
        Column(
            id="bank", heading=_("Bank"), explanation=_("The bank whose round it is."), width=26
        ),
        Column(id="period", heading=_("Period"), explanation=_("The period of the round.")),
        Column(
            id="published",
            heading=_("Published"),
            explanation=_("The day on which the result was published, where the bank is."),
            kind=Kind.DAY,
        ),
    )


def _about(lineup: Lineup, side: Side) -> tuple[Cell, ...]:
    named: tuple[Cell, ...] = (side.place + 1, lineup.names[side.place])
    if lineup.lettered:
        return (*named, side.published.year)
    return (*named, side.bank, side.period, side.published)


# ---- where each stands -------------------------------------------------------------------------


def _sides(lineup: Lineup) -> Table:
    return Table(
        title=_("Where each stands"),
        note=_("One row for each column of the comparison. Scores run from 0 to 100."),
        columns=(*_side_columns(lineup), *_figure_columns()),
        rows=((*_about(lineup, side), *_figures(side)) for side in lineup.sides),
    )


def _score(id_: str, heading: str, explanation: str) -> Column:
    return Column(
        id=id_, heading=heading, explanation=explanation, kind=Kind.DECIMAL, unit=_("points")
    )


def _count(id_: str, heading: str, explanation: str) -> Column:
    return Column(id=id_, heading=heading, explanation=explanation, kind=Kind.WHOLE)


def _figure_columns() -> tuple[Column, ...]:
    return (
        Column(
            id="framework",
            heading=_("Framework"),
            explanation=_("The version of the framework that the result was made with."),
        ),
        Column(
            id="strategy",
            heading=_("Strategy"),
            explanation=_("The quadrant that the result is placed in; empty without both scores."),
        ),
        Column(
            id="probability",
            heading=_("Probability"),
            explanation=_("How probable that quadrant is."),
            kind=Kind.PERCENT,
            places=0,
        ),
        _score("bank_counted", _("Bank, counted"), _("The bank score that counts, gate included.")),
        _score("bank_raw", _("Bank, raw"), _("The bank score before the Risk gate.")),
        _score("bank_se", _("Error, bank"), _("The standard error of the raw bank score.")),
        _score("customer", _("Customers"), _("The customer score.")),
        _score(
            "customer_se", _("Error, customers"), _("The standard error of the customer score.")
        ),
        Column(
            id="gate_closed",
            heading=_("Gate closed"),
            explanation=_("Whether Risk under its gate holds the bank in the lower half."),
            kind=Kind.YES_NO,
        ),
        _count("controls_failed", _("Controls failed"), _("Critical controls that fail.")),
        _score("agreement", _("Agreement"), _("Mean agreement index; empty with one respondent.")),
        _count("respondents", _("Respondents"), _("People who answered.")),
        _score("channel_index", _("Channel index"), _("Index of the inventory of accounts.")),
        _count("silent", _("Silent accounts"), _("Open accounts without a post in 30 days.")),
    )


def _figures(side: Side) -> tuple[Cell, ...]:
    source, found = side.source, side.source.findings
    placement = found.placement
    return (
        found.framework,
        source.strategy(placement.strategy) if placement else None,
        placement.probabilities[placement.strategy] if placement else None,
        found.bank.effective,
        found.bank.raw,
        found.bank.se,
        found.customer.score,
        found.customer.se,
        found.bank.risk.gate_active,
        len(found.bank.risk.critical_failed),
        found.agreement.mean_index if found.agreement else None,
        source.respondents,
        found.bank.channel_index,
        None if found.channels is None else len(found.channels.silent),
    )


# ---- dimensions and facets ---------------------------------------------------------------------


def _dimensions(lineup: Lineup) -> Table:
    return Table(
        title=_("Dimensions"),
        note=_dimensions_note(lineup),
        columns=(
            *_side_columns(lineup),
            Column(
                id="dimension",
                heading=_("Dimension"),
                explanation=_("One of the six of the bank, or the customers."),
            ),
            Column(
                id="part",
                heading=_("Part"),
                explanation=_("The whole score, or awareness or usage apart."),
            ),
            _score("value", _("Score"), _("The score, 0 to 100; empty where nothing is scored.")),
            _score("difference", _("Difference"), _("The score minus that of the reference.")),
            Column(
                id="a_level_apart",
                heading=_("A level apart"),
                explanation=_("Whether the difference is a level, 25 points, or more."),
                kind=Kind.YES_NO,
            ),
        ),
        rows=_dimension_rows(lineup),
    )


def _dimensions_note(lineup: Lineup) -> str:
    version = parts.versions(lineup)
    return version.text if version else _("Scores by dimension, and their two halves apart.")


def _dimension_rows(lineup: Lineup) -> Iterator[tuple[Cell, ...]]:
    names = {"score": _("score"), "A": _("awareness"), "U": _("usage")}
    bank = lineup.first.framework.dimensions
    for id_, found in lineup.found.dimensions.items():
        if lineup.kind == ComparisonKind.REGIONS and id_ in bank:
            continue
        halves = {"score": found.score, "A": found.awareness, "U": found.usage}
        for part, row in halves.items():
            for side in lineup.sides:
                yield (
                    *_about(lineup, side),
                    parts.dimension_name(lineup, id_),
                    names[part],
                    *_compared(row, side.place),
                )


def _compared(row: Row, place: int) -> tuple[Cell, ...]:
    change = row.differences[place] if place else None
    apart = row.sides[place] != "same" if place and change is not None else None
    return row.values[place], change, apart


# ---- answers -----------------------------------------------------------------------------------


def _answers(lineup: Lineup) -> Table:
    found = answering.answers(lineup)
    return Table(
        title=_("Answers"),
        note=" ".join(
            text for text in (answering.key(found), answering.closed_note(found)) if text
        ),
        columns=(
            *_side_columns(lineup),
            Column(
                id="item", heading=_("Id"), explanation=_("The question’s id in the framework.")
            ),
            Column(
                id="dimension",
                heading=_("Dimension"),
                explanation=_("The dimension that the question belongs to."),
            ),
            Column(
                id="question",
                heading=_("Question"),
                explanation=_("The question’s short title."),
                width=34,
            ),
            Column(
                id="critical",
                heading=_("Critical control"),
                explanation=_("Whether the question is a critical control of Risk."),
                kind=Kind.YES_NO,
            ),
            Column(
                id="level",
                heading=_("Level"),
                explanation=_("The merged level, 1 to 5; empty where nobody rated it."),
                kind=Kind.DECIMAL,
                unit=_("levels"),
            ),
            Column(
                id="difference",
                heading=_("Difference"),
                explanation=_("The level minus that of the reference."),
                kind=Kind.DECIMAL,
                unit=_("levels"),
            ),
            Column(
                id="a_level_apart",
                heading=_("A level apart"),
                explanation=_("Whether the difference is a level or more."),
                kind=Kind.YES_NO,
            ),
        ),
        rows=_answer_rows(lineup, found),
    )


def _answer_rows(lineup: Lineup, found: answering.Answers) -> Iterator[tuple[Cell, ...]]:
    """Only sides whose answers are open have rows."""
    for group in found.groups:
        for line in group.lines:
            row = Row(values=line.values, step=1.0)
            for side in lineup.sides:
                if side.answers:
                    yield (
                        *_about(lineup, side),
                        line.id,
                        group.name,
                        line.title,
                        line.critical,
                        *_compared(row, side.place),
                    )


# ---- roadmaps ----------------------------------------------------------------------------------


def _roadmaps(lineup: Lineup) -> Table:
    return Table(
        title=_("Roadmaps"),
        note=_("One row for each action that a side plans."),
        columns=(
            *_side_columns(lineup),
            Column(id="stage", heading=_("Stage"), explanation=_("The stage of the roadmap.")),
            Column(
                id="action", heading=_("Id"), explanation=_("The action’s id in the framework.")
            ),
            Column(id="title", heading=_("Action"), explanation=_("What is to be done."), width=44),
            Column(
                id="quarter",
                heading=_("Quarter"),
                explanation=_("The quarter of the side’s own plan in which the action begins."),
                kind=Kind.WHOLE,
            ),
            _count("plans", _("Plans"), _("How many of the compared plans hold the action.")),
            Column(
                id="common",
                heading=_("In all plans"),
                explanation=_("Whether every plan holds the action."),
                kind=Kind.YES_NO,
            ),
        ),
        rows=_roadmap_rows(lineup),
    )


def _roadmap_rows(lineup: Lineup) -> Iterator[tuple[Cell, ...]]:
    for stage in planning.roadmaps(lineup).stages:
        for line in stage.lines:
            for side in lineup.sides:
                quarter = line.quarters[side.place]
                if quarter is not None:
                    yield (
                        *_about(lineup, side),
                        stage.name,
                        line.id,
                        line.title,
                        quarter,
                        line.plans,
                        line.common,
                    )
