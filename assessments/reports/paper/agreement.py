"""How far the respondents agree, and what to settle in a meeting."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments.reports.paper import edition as facts
from assessments.reports.paper import plots
from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Fact, Leaf, Point
from assessments.results.canvas import COLOURS, Paper
from assessments.ui import numbers
from maturity.agreement import Agreement

STRIP = Paper(190, 24)
BAR = (180.0, 22.0)  # px: a bar's length at 100, and from line to line as in the style sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """One question of the meeting's agenda."""

    number: str
    title: str
    dimension: str
    question: str
    spread_text: str
    chart: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class Accord:
    """Agreement within one dimension."""

    name: str
    index: str
    text: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementLeaf(Leaf):
    """The five widest differences, then each dimension."""

    agenda_title: str
    measure: str
    agenda: tuple[Dispute, ...]
    accord_title: str
    accord_measure: str
    accord_chart: SafeString
    accords: tuple[Accord, ...]
    sums: tuple[Fact, ...]

    template: ClassVar[str] = "reports/leaves/agreement.html"


def build(edition: Edition) -> AgreementLeaf | None:
    """The agreement page; None where no question has two ratings."""
    found = edition.source.findings.agreement
    if found is None:
        return None
    view = edition.page.agreement
    agenda = tuple(
        Dispute(
            number=numbers.number(place),
            title=row.title,
            dimension=row.dimension,
            question=edition.words(id_).question,
            spread_text=_("levels %(levels)s, spread %(spread)s")
            % {"levels": row.ratings, "spread": row.spread},
            chart=plots.single(row.chart.draw(STRIP)),
        )
        for place, (id_, row) in enumerate(zip(_open(found), view.rows, strict=True), start=1)
    )
    accords = _accords(edition, found)
    return AgreementLeaf(
        kicker=_("Agreement"),
        title=_title(edition, found),
        sentence=view.measure,
        agenda_title=_("What to settle first") if agenda else _("Nothing to settle"),
        measure=view.note,
        agenda=agenda,
        accord_title=_("Agreement by dimension"),
        accord_measure=_("Agreement index, 0–100: 100 is full agreement"),
        accord_chart=plots.bars(
            _("Agreement index of each dimension"),
            [(row.value / 100, 1 - row.value / 100) for row in accords],
            (COLOURS["brand"], COLOURS["hairline"]),
            BAR,
        ),
        accords=accords,
        sums=(
            Fact(term=_("Agreement index, 0–100"), value=numbers.score(found.mean_index)),
            Fact(term=_("Krippendorff’s alpha"), value=numbers.number(found.alpha, 2)),
        ),
        so_what=_so_what(edition, found),
        source=facts.basis(edition),
    )


def _open(found: Agreement) -> tuple[str, ...]:
    return tuple(id_ for id_ in found.agenda if found.items[id_].ad > 0)


def _title(edition: Edition, found: Agreement) -> str:
    disputed = _open(found)
    values = {"share": numbers.percent(found.share_ok)}
    if not disputed:
        return _("%(share)s of shared questions agree; nobody differs on any") % values
    values["title"] = edition.words(disputed[0]).title
    return _("%(share)s of shared questions agree; “%(title)s” divides most") % values


def _accords(edition: Edition, found: Agreement) -> tuple[Accord, ...]:
    limit = edition.source.framework.parameters.widest_deviation
    rows = []
    for dimension in edition.source.framework.dimensions:
        items = [
            found.items[item.id]
            for item in edition.source.framework.bank_items
            if item.dimension == dimension and item.id in found.items
        ]
        if not items:
            continue
        index = sum(item.index for item in items) / len(items)
        text = _("%(within)s of %(shared)s questions agree, mean spread %(spread)s") % {
            "within": numbers.number(sum(item.ad <= limit + 1e-9 for item in items)),
            "shared": numbers.number(len(items)),
            "spread": numbers.number(sum(item.ad for item in items) / len(items), 2),
        }
        rows.append(
            Accord(
                name=edition.source.dimension(dimension),
                index=numbers.score(index),
                text=text,
                value=index,
            )
        )
    return tuple(rows)


def _so_what(edition: Edition, found: Agreement) -> tuple[Point, ...]:
    points = []
    disputed = _open(found)
    if disputed:
        points.append(
            Point(
                lead=_("Put these on one agenda."),
                text=_(
                    "An hour settles them: each says what was seen, then one level is agreed. The "
                    "first answers stay visible."
                ),
            )
        )
    points.append(
        Point(
            lead=_("Read alpha with care."),
            text=_("It falls towards 0 when answers hardly vary, even where everybody agrees."),
        )
    )
    points.append(
        Point(
            lead=_("Agreement is not truth."),
            text=_("Colleagues can be kind together; evidence narrows the doubt further."),
        )
    )
    return tuple(points)
