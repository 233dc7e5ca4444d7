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
from assessments.results.outside import AgendaRow
from assessments.results.subject import MOST_UNSPLIT
from assessments.ui import numbers
from maturity.agreement import Agreement, by_dimension

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
class Change:
    """One figure before the meeting and after it."""

    name: str
    before: str
    after: str


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
    meeting_title: str
    meeting_measure: str
    meeting: tuple[Change, ...]

    template: ClassVar[str] = "reports/leaves/agreement.html"

    @property
    def size(self) -> str:
        return "tight" if self.meeting else ""


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
            spread_text=_spread(edition, id_, row),
            chart=plots.single(row.chart.draw(STRIP)),
        )
        for place, (id_, row) in enumerate(zip(_open(found), view.rows, strict=True), start=1)
    )
    accords = _accords(edition)
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
        meeting_title=_("Before and after the meeting"),
        meeting_measure=_meeting_measure(edition),
        meeting=_meeting(edition),
        so_what=_so_what(edition, found),
        source=facts.basis(edition),
    )


def _spread(edition: Edition, item: str, row: AgendaRow) -> str:
    """How far a question's ratings lie apart, and the level that a meeting agreed on."""
    text = _("levels %(levels)s, spread %(spread)s") % {"levels": row.ratings, "spread": row.spread}
    agreed = edition.source.case.agreed.get(item)
    if agreed is None:
        return text
    return f"{text} · " + _("agreed: %(level)s") % {"level": numbers.number(agreed)}


def _meeting_measure(edition: Edition) -> str:
    settlement = edition.settlement
    if settlement is None or not settlement.agreed:
        return ""
    return _("%(settled)s of %(agenda)s agenda questions settled, %(count)s in all. %(note)s") % {
        "settled": numbers.number(settlement.agenda_settled),
        "agenda": numbers.number(len(settlement.agenda)),
        "count": numbers.number(len(settlement.agreed)),
        "note": _("First answers stay as they were given; agreed levels make the scores."),
    }


def _meeting(edition: Edition) -> tuple[Change, ...]:
    """Agreement and scores by the first answers, and with what the meeting agreed."""
    settlement = edition.settlement
    if settlement is None or not settlement.agreed:
        return ()
    before, after = settlement.before, settlement.after
    rows = [
        Change(
            name=_("Agreement index"),
            before=numbers.score(settlement.index),
            after=numbers.score(settlement.index_after),
        ),
        Change(
            name=_("Bank score"),
            before=numbers.score(before.bank),
            after=numbers.score(after.bank),
        ),
        Change(
            name=_("Customer score"),
            before=numbers.score(before.customer),
            after=numbers.score(after.customer),
        ),
    ]
    if before.strategy and after.strategy:
        rows.append(
            Change(
                name=_("Strategy"),
                before=edition.source.short(before.strategy),
                after=edition.source.short(after.strategy),
            )
        )
    return tuple(rows)


def _open(found: Agreement) -> tuple[str, ...]:
    return tuple(id_ for id_ in found.agenda if found.items[id_].ad > 0)


def _title(edition: Edition, found: Agreement) -> str:
    disputed = _open(found)
    values = {"share": numbers.percent(found.share_ok)}
    if not disputed:
        return _("%(share)s of shared questions agree; nobody differs on any") % values
    values["title"] = edition.words(disputed[0]).title
    return _("%(share)s of shared questions agree; “%(title)s” divides most") % values


def _accords(edition: Edition) -> tuple[Accord, ...]:
    source = edition.source
    least = MOST_UNSPLIT if source.subject.anonymous else 1
    return tuple(
        Accord(
            name=source.dimension(dimension),
            index=numbers.score(row.index),
            text=_("%(within)s of %(shared)s questions agree, mean spread %(spread)s")
            % {
                "within": numbers.number(row.within),
                "shared": numbers.number(row.items),
                "spread": numbers.number(row.ad, 2),
            },
            value=row.index,
        )
        for dimension, row in by_dimension(source.framework, source.case, least).items()
    )


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
