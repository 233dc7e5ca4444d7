"""The page of a comparison and the pages that say why there is none, as values."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.comparison import answers as answering
from assessments.comparison import charts, parts, roadmaps
from assessments.comparison.asked import Asked, RefusedError
from assessments.comparison.lineup import Lineup
from assessments.models import ComparisonKind
from assessments.results import svg
from assessments.ui import numbers
from assessments.ui.shell import BankNav
from maturity.compare import Row

MOST_APART = 10  # differences that are written out


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Addresses beside a comparison; an empty one is not shown."""

    pdf_url: str
    xlsx_url: str
    letters_url: str
    only_url: str
    choose_url: str
    back_url: str
    back_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """All that the template sees. `measures` says how to read each exhibit."""

    bank: BankNav | None
    title: str
    lead: str
    kicker: str
    fictional: bool
    lettered: bool
    columns: tuple[parts.Column, ...]
    versions: parts.VersionNote | None
    notices: tuple[str, ...]
    facts: tuple[parts.Line, ...]
    quadrant: charts.CompareQuadrant | None
    quadrant_title: str
    quadrant_source: str
    dimensions_title: str
    dimensions_measure: str
    dimensions: tuple[parts.DimensionView, ...]
    axis: svg.LevelAxis
    apart: tuple[parts.Apart, ...]
    apart_rest: str
    tables: tuple["LinesView", ...]
    answers_title: str
    answers: tuple[answering.AnswerGroup, ...]
    answers_note: str
    answers_key: str
    answers_only: bool
    roadmaps: roadmaps.Roadmaps
    roadmaps_title: str
    roadmaps_note: str
    links: Links

    @property
    def span(self) -> int:
        """Columns of a table, the names of its rows included."""
        return len(self.columns) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesView:
    """A table of lines under a title."""

    id: str
    title: str
    measure: str
    lines: tuple[parts.Line, ...]


def page(
    lineup: Lineup, asked: Asked, *, bank: BankNav | None, may_print: bool, may_export: bool
) -> ComparePage:
    """The whole page."""
    found, plans = answering.answers(lineup), roadmaps.roadmaps(lineup)
    return ComparePage(
        bank=bank,
        title=lineup.heading,
        lead=lead(lineup),
        kicker=kicker(lineup),
        fictional=lineup.fictional,
        lettered=lineup.lettered,
        columns=_columns(lineup, asked),
        versions=parts.versions(lineup),
        notices=notices(lineup),
        facts=parts.facts(lineup),
        quadrant=parts.quadrant(lineup),
        quadrant_title=quadrant_title(lineup),
        quadrant_source=quadrant_source(lineup),
        dimensions_title=dimensions_title(lineup),
        dimensions_measure=dimensions_measure(lineup),
        dimensions=parts.dimensions(lineup),
        axis=svg.LevelAxis(
            label=_("Scale from 0 to 100"), names=tuple(numbers.number(n) for n in range(1, 6))
        ),
        apart=parts.apart(lineup)[:MOST_APART],
        apart_rest=apart_rest(len(parts.apart(lineup)) - MOST_APART),
        tables=_tables(lineup),
        answers_title=answers_title(lineup, found),
        answers=found.only_differing() if asked.only else found.groups,
        answers_note=answering.closed_note(found),
        answers_key=answering.key(found) if lineup.answers_open else "",
        answers_only=asked.only,
        roadmaps=plans,
        roadmaps_title=roadmaps_title(plans),
        roadmaps_note=roadmaps_note(plans),
        links=_links(lineup, asked, may_print=may_print, may_export=may_export),
    )


def _columns(lineup: Lineup, asked: Asked) -> tuple[parts.Column, ...]:
    """Each head leads to the round's own results, and to comparing the others with it.

    Under letters neither: the results name the bank, and another order would change the letters.
    """
    heads = parts.columns(lineup)
    if lineup.lettered:
        return heads

    return tuple(
        replace(
            head,
            url=reverse("results", args=[side.round]),
            lead_url=asked.led_by(side.round).url()
            if side.place and lineup.kind != ComparisonKind.REGIONS
            else "",
        )
        for head, side in zip(heads, lineup.sides, strict=True)
    )


def _links(lineup: Lineup, asked: Asked, *, may_print: bool, may_export: bool) -> Links:
    back_url, back_text = "", ""
    if not lineup.lettered:
        back_url = reverse("results", args=[lineup.sides[0].round])
        back_text = _("Back to the results of %(name)s") % {"name": lineup.reference}
    return Links(
        pdf_url=asked.but(only=False).url("compare_pdf") if may_print else "",
        xlsx_url=asked.but(only=False).url("compare_xlsx") if may_export else "",
        letters_url=asked.but(letters=not asked.letters).url(),
        only_url=asked.but(only=not asked.only).url() + "#answers",
        choose_url=asked.choose_url,
        back_url=back_url,
        back_text=back_text,
    )


# ---- sentences ---------------------------------------------------------------------------------


def kicker(lineup: Lineup) -> str:
    """What is compared, and against what."""
    return _("Comparison; reference: %(name)s") % {"name": lineup.reference}


def differing_dimensions(lineup: Lineup) -> tuple[int, int]:
    """How many of the bank's dimensions differ by a level or more, and how many there are."""
    rows = bank_rows(lineup)
    return sum(row.differs for row in rows.values()), len(rows)


def bank_rows(lineup: Lineup) -> dict[str, Row]:
    """The scores of the bank's own dimensions."""
    bank = lineup.first.framework.dimensions
    return {id_: rows.score for id_, rows in lineup.found.dimensions.items() if id_ in bank}


def lead(lineup: Lineup) -> str:
    """The most important difference, first."""
    if lineup.kind == ComparisonKind.REGIONS:
        return customers_title(lineup)
    count, of = differing_dimensions(lineup)
    if not count:
        return nothing_apart(lineup)
    return ngettext(
        "%(count)s of %(of)s dimensions differs by a level or more from %(name)s",
        "%(count)s of %(of)s dimensions differ by a level or more from %(name)s",
        count,
    ) % {
        "count": numbers.number(count),
        "of": numbers.number(of),
        "name": lineup.reference,
    }


def nothing_apart(lineup: Lineup) -> str:
    """Where no dimension is a level away: how far apart the widest lies."""
    found = parts.widest(lineup, bank_rows(lineup))
    if found is None:
        return _("There is no score to compare on 2 sides or more")
    return _(
        "No dimension differs by a level from %(reference)s; %(name)s spans %(points)s points"
    ) % {
        "reference": lineup.reference,
        "name": parts.dimension_name(lineup, found[0]),
        "points": numbers.score(found[1]),
    }


def quadrant_title(lineup: Lineup) -> str:
    """How many strategies the sides need."""
    groups = parts.strategies(lineup)
    placed = sum(len(names) for names in groups.values())
    if not placed:
        return _("None of %(all)s has a place in the quadrant yet") % {
            "all": parts.count_of(lineup, len(lineup.sides))
        }
    if len(groups) == 1:
        return _("All %(placed)s stand in the same quadrant: %(name)s") % {
            "placed": parts.count_of(lineup, placed),
            "name": lineup.first.short(next(iter(groups))),
        }
    return _("%(placed)s stand in %(count)s different quadrants") % {
        "placed": parts.count_of(lineup, placed),
        "count": numbers.number(len(groups)),
    }


def quadrant_source(lineup: Lineup) -> str:
    """How to read the quadrant."""
    texts = [
        _(
            "Filled: the score that counts; the ring around it is the joint 90 % region. A red line "
            "from a hollow marker shows what the Risk gate takes away."
        ),
        parts.midline_note(lineup),
    ]
    return " ".join(text for text in texts if text)


def dimensions_title(lineup: Lineup) -> str:
    """Where the widest difference is."""
    rows = {id_: found.score for id_, found in lineup.found.dimensions.items()}
    if lineup.kind == ComparisonKind.REGIONS:
        rows = {id_: row for id_, row in rows.items() if id_ not in bank_rows(lineup)}
    found = parts.widest(lineup, rows)
    if found is None:
        return _("No dimension has a score on 2 sides")
    return _("The widest span is %(points)s points, in %(name)s") % {
        "points": numbers.score(found[1]),
        "name": parts.dimension_name(lineup, found[0]),
    }


def dimensions_measure(lineup: Lineup) -> str:
    """How to read the small multiples."""
    return _(
        "0 to 100. Marker: the score; below it a ring for awareness and a dot for usage; upright "
        "line: %(name)s. ▲ ▼ and bold: a level, 25 points, or more from it."
    ) % {"name": lineup.reference}


def apart_rest(count: int) -> str:
    """How many differences the list leaves to the table."""
    if count <= 0:
        return ""
    return ngettext(
        "%(count)s more is marked in the table.", "%(count)s more are marked in the table.", count
    ) % {"count": numbers.number(count)}


def customers_title(lineup: Lineup) -> str:
    found = parts.widest(lineup, {"CUS": lineup.found.axes["customer"]})
    if found is None:
        return _("The customers have no score on 2 sides yet")
    known = [value for value in lineup.found.axes["customer"].values if value is not None]
    return _("Customer scores lie %(points)s points apart: %(range)s") % {
        "points": numbers.score(found[1]),
        "range": numbers.interval(min(known), max(known)),
    }


def agreement_title(lineup: Lineup) -> str:
    known = [
        found.mean_index
        for side in lineup.sides
        if (found := side.source.findings.agreement) is not None
    ]
    if not known:
        return _("One respondent each: agreement cannot be compared")
    if len(known) == 1:
        return _("Agreement is known for 1 of %(all)s: %(value)s of 100") % {
            "all": parts.count_of(lineup, len(lineup.sides)),
            "value": numbers.score(known[0]),
        }
    return _("Agreement lies between %(range)s of 100") % {
        "range": numbers.interval(min(known), max(known))
    }


def gates_title(lineup: Lineup) -> str:
    closed = sum(side.source.findings.bank.risk.gate_active for side in lineup.sides)
    return _("The Risk gate is closed for %(closed)s of %(all)s") % {
        "closed": numbers.number(closed),
        "all": parts.count_of(lineup, len(lineup.sides)),
    }


def channels_title(lineup: Lineup) -> str:
    silent = sum(
        len(side.source.findings.channels.silent)
        for side in lineup.sides
        if side.source.findings.channels is not None
    )
    return ngettext(
        "%(count)s open account is silent", "%(count)s open accounts are silent", silent
    ) % {"count": numbers.number(silent)}


def answers_title(lineup: Lineup, found: answering.Answers) -> str:
    """How many answers differ; whether any may be read."""
    if not lineup.answers_open:
        return _("Answers stay with the banks: none of them is open to you")
    return ngettext(
        "%(count)s of %(all)s answers differs by a level or more from %(name)s",
        "%(count)s of %(all)s answers differ by a level or more from %(name)s",
        found.differing,
    ) % {
        "count": numbers.number(found.differing),
        "all": numbers.number(len(found.lines)),
        "name": lineup.reference,
    }


def roadmaps_title(plans: roadmaps.Roadmaps) -> str:
    if not plans.planned:
        return _("0 actions are planned: no side has a roadmap")
    return ngettext(
        "%(common)s of %(planned)s planned action stands in every plan",
        "%(common)s of %(planned)s planned actions stand in every plan",
        plans.planned,
    ) % {"common": numbers.number(plans.common), "planned": numbers.number(plans.planned)}


def roadmaps_note(plans: roadmaps.Roadmaps) -> str:
    """Who has no plan."""
    if not plans.without:
        return ""
    return _("Without a roadmap, since a score is missing: %(names)s.") % {
        "names": "; ".join(plans.without)
    }


def notices(lineup: Lineup) -> tuple[str, ...]:
    """What must be known before reading on."""
    found = []
    if lineup.regions_left_out:
        found.append(
            ngettext(
                "The regions whose customers differ most from the whole bank’s are shown; "
                "%(count)s more is left out.",
                "The regions whose customers differ most from the whole bank’s are shown; "
                "%(count)s more are left out.",
                lineup.regions_left_out,
            )
            % {"count": numbers.number(lineup.regions_left_out)}
        )
    if lineup.kind == ComparisonKind.REGIONS:
        found.append(
            _("The bank’s own scores are the same in every region, so only customers are compared.")
        )
    if lineup.lettered:
        found.append(
            _("Letters stand in place of names. Periods and days are left out for the same reason.")
        )
    return tuple(found)


def _tables(lineup: Lineup) -> tuple[LinesView, ...]:
    customers = LinesView(
        id="customers",
        title=customers_title(lineup),
        measure=_("Scores 0 to 100, each with its own 90 % range"),
        lines=parts.customers(lineup),
    )
    if lineup.kind == ComparisonKind.REGIONS:
        return (customers,)
    return (
        customers,
        LinesView(
            id="agreement",
            title=agreement_title(lineup),
            measure=_("100: all gave the same answers"),
            lines=parts.agreement(lineup),
        ),
        LinesView(
            id="gate",
            title=gates_title(lineup),
            measure=_("Risk under its gate holds the bank in the lower half"),
            lines=parts.gates(lineup),
        ),
        LinesView(
            id="channels",
            title=channels_title(lineup),
            measure=_("From the inventories of accounts"),
            lines=parts.channels(lineup),
        ),
    )


# ---- why there is none -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPage:
    """Why these rounds cannot be compared, and the way back to choosing."""

    status: int
    title: str
    text: str
    choose_url: str


def refused(error: RefusedError, asked: Asked) -> RefusedPage:
    """The page for rounds that cannot be compared."""
    title, text = {
        "few": (
            _("Choose 2 to 6 rounds"),
            _("There is only one, and nothing to compare it with. Add at least one more."),
        ),
        "many": (
            _("Choose 2 to 6 rounds"),
            _("There are more than 6. Take some away: more than 6 columns cannot be read."),
        ),
        "twice": (
            _("One round was chosen twice"),
            _("A round compared with itself differs in nothing. Choose another one."),
        ),
        "mixed": (
            _("Choose banks or rounds, not both"),
            _("Compare one round each of several banks, or several rounds of one bank."),
        ),
        "unpublished": (
            _("Not every round is published"),
            _("Only published rounds are compared, since only these no longer change."),
        ),
        "regions": (
            _("Choose one round for its regions"),
            _("Regions are compared within one round of one bank."),
        ),
        "none": (
            _("No region was estimated"),
            _(
                "In this round the customers of no region were estimated apart, so there are no "
                "regions to compare."
            ),
        ),
        "version": (
            _("A framework version is missing"),
            _(
                "One of these rounds was scored with a framework version that is no longer here, so "
                "it cannot be told which questions are the same."
            ),
        ),
        "changed": (
            _("The results changed"),
            _("Something changed while this was being prepared. Ask for it again."),
        ),
    }[error.why]
    return RefusedPage(
        status=409 if error.why in {"unpublished", "none", "version", "changed"} else 400,
        title=title,
        text=text,
        choose_url=asked.choose_url,
    )
