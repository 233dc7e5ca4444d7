"""The page for the board: two scores, the quadrant, the dimensions, five gaps, three decisions."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.reports.paper import edition as facts
from assessments.reports.paper import plots
from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Leaf
from assessments.results import profile, reasons, story, svg
from assessments.results.canvas import Paper
from assessments.ui import numbers

QUADRANT = svg.Paper(336, 388)
STRIP = Paper(275, 18)
DOTS = svg.Paper(146, 20)
AXIS = svg.Paper(146, 14)
GAP = Paper(110, 16)
ROW, GAP_ROW = 20, 25  # px from line to line, as the style sheet has it
MOST_GAPS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One of the two scores."""

    value: str
    name: str
    lines: tuple[str, ...]
    chart: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One row of the small profile."""

    name: str
    score: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """One gap: where, how far, and the score."""

    title: str
    where: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLeaf(Leaf):
    """Everything a board needs on one page."""

    quadrant_title: str
    quadrant: SafeString | str
    missing: tuple[story.Notice, ...]
    scores_title: str
    scores: tuple[Score, ...]
    dimensions_title: str
    dimensions_measure: str
    dimensions_chart: SafeString
    dimensions: tuple[Dimension, ...]
    gaps_title: str
    gaps_measure: str
    gaps_chart: SafeString
    gaps: tuple[GapRow, ...]
    decisions_title: str
    decisions: tuple[tuple[str, str], ...]
    notices: tuple[story.Notice, ...]

    template: ClassVar[str] = "reports/leaves/board.html"


def build(edition: Edition) -> BoardLeaf:
    """The board page, also without a placement."""
    page = edition.page
    asked = _decisions(edition)
    return BoardLeaf(
        kicker=_("For the board"),
        title=_title(edition),
        sentence=page.headline + ". " + _confidence(edition),
        quadrant_title=page.quadrant.title if page.quadrant else _("No placement yet"),
        quadrant=plots.single(page.quadrant.chart.draw(QUADRANT)) if page.quadrant else "",
        missing=() if page.quadrant else _missing(edition),
        scores_title=_("Bank %(bank)s, customers %(customer)s")
        % {
            "bank": numbers.score(edition.source.findings.bank.effective),
            "customer": numbers.score(edition.source.findings.customer.score),
        },
        scores=_scores(edition),
        dimensions_title=page.dimensions.title,
        dimensions_measure=_("Ring: awareness. Dot: usage. Number: score, 0–100"),
        dimensions_chart=plots.rows(
            [row.chart.draw(DOTS) for row in page.dimensions.rows],
            ROW,
            page.dimensions.axis.draw(AXIS),
        ),
        dimensions=tuple(Dimension(name=row.name, score=row.score) for row in page.dimensions.rows),
        gaps_title=_("The five gaps that cost most"),
        gaps_measure=_("Level, question, and the distance of its points to the midline"),
        gaps_chart=_gaps_chart(edition),
        gaps=_gaps(edition),
        decisions_title=ngettext(
            "%(count)s decision asked", "%(count)s decisions asked", len(asked)
        )
        % {"count": numbers.number(len(asked))},
        decisions=tuple((numbers.number(place), text) for place, text in enumerate(asked, start=1)),
        notices=page.warnings[:2],
        source=facts.basis(edition),
    )


def _title(edition: Edition) -> str:
    source, findings = edition.source, edition.source.findings
    bank, customer, placement = findings.bank, findings.customer, findings.placement
    values = {
        "bank": numbers.score(bank.effective),
        "raw": numbers.score(bank.raw),
        "customer": numbers.score(customer.score),
        "risk": numbers.score(bank.risk.score),
    }
    if bank.effective is None:
        return _("0 of 6 dimensions have a score: the bank must answer before it can be placed")
    if customer.score is None or placement is None:
        return (
            _("The bank stands at %(bank)s; its customers must be measured before it is placed")
            % values
        )
    values["apart"] = numbers.score(abs(bank.effective - customer.score))
    if placement.status == "borderline" and placement.alternative:
        names = {
            "one": source.short(placement.strategy),
            "p": numbers.probability(placement.probabilities[placement.strategy]),
            "other": source.short(placement.alternative),
            "q": numbers.probability(placement.probabilities[placement.alternative]),
        }
        return _("Between two strategies: “%(one)s” %(p)s, “%(other)s” %(q)s") % names
    if source.gate_bites:
        return _("Risk at %(risk)s holds the bank at %(bank)s: repair the controls first") % values
    return {
        "awareness": _(
            "Customers trail the bank by %(apart)s points: raise awareness before adding services"
        ),
        "capability": _(
            "Customers lead the bank by %(apart)s points: build capabilities before new offers"
        ),
        "innovate": _(
            "Bank at %(bank)s, customers at %(customer)s: both are ready for something new"
        ),
        "stepwise": _(
            "Bank at %(bank)s, customers at %(customer)s: raise both in small, safe steps"
        ),
    }[placement.strategy] % values


def _confidence(edition: Edition) -> str:
    confidence = edition.page.confidence
    if confidence is None:
        return _("Without both scores there is neither a strategy nor a roadmap in this report.")
    return confidence.text


def _missing(edition: Edition) -> tuple[story.Notice, ...]:
    return (
        story.Notice(
            tone="info",
            icon="info",
            title=_("Why there is no quadrant."),
            text=story.position(edition.source),
        ),
        story.Notice(
            tone="info",
            icon="info",
            title=_("What is left out."),
            text=_(
                "Placement, strategy, roadmap, stages and actions need a score on both axes; this "
                "report is shorter by their pages."
            ),
        ),
    )


def _scores(edition: Edition) -> tuple[Score, ...]:
    rows = {row.id: row for row in edition.page.scores}
    names = {
        "bank": _("Bank. %(level)s") % {"level": edition.page.level},
        "customer": _("Customers, %(basis)s") % {"basis": rows["customer"].note},
    }
    return tuple(
        Score(
            value=rows[id_].value,
            name=name,
            lines=(rows[id_].detail,),
            chart=plots.single(rows[id_].chart.draw(STRIP)),
        )
        for id_, name in names.items()
    )


def _gaps(edition: Edition) -> tuple[GapRow, ...]:
    return tuple(
        GapRow(title=card.title, where=card.dimension, level=card.level or _("unknown"))
        for card in profile.gaps(edition.source, MOST_GAPS)
    )


def _gaps_chart(edition: Edition) -> SafeString:
    """Each gap's distance to the midline; an unknown answer counts as what it is scored."""
    line = edition.source.findings.midlines.bank
    bars = []
    for card in profile.gaps(edition.source, MOST_GAPS):
        points = edition.score(card.id).points
        label = _("%(title)s: %(points)s of 100") % {
            "title": card.title,
            "points": numbers.score(points),
        }
        value = line if points is None else points
        bars.append(svg.GapBar(label=label, value=value, line=line).draw(GAP))
    return plots.rows(bars, GAP_ROW)


def _decisions(edition: Edition) -> tuple[str, ...]:
    """What the board is asked: strategy, effort, and the largest or first piece of work."""
    source, roadmap = edition.source, edition.source.findings.roadmap
    if roadmap is None or source.findings.placement is None:
        return _decisions_without(edition)
    texts = [
        _("Adopt “%(strategy)s” as the direction until the next assessment.")
        % {"strategy": source.strategy(source.findings.placement.strategy)}
    ]
    if source.findings.placement.alternative:
        texts[0] = _(
            "Take “%(strategy)s” as the working direction, “%(other)s” as the alternative."
        ) % {
            "strategy": source.short(source.findings.placement.strategy),
            "other": source.short(source.findings.placement.alternative),
        }
    if not roadmap.plan:
        return (*texts, _("Keep the rhythm and assess again in a year."))
    texts.append(
        _("Release %(capacity)s effort points a quarter up to %(last)s.")
        % {
            "capacity": reasons.points(roadmap.capacity),
            "last": edition.quarter(max(step.quarter for step in roadmap.plan)),
        }
    )
    texts.append(_key_action(edition))
    return tuple(texts)


def _key_action(edition: Edition) -> str:
    """The first mandatory step where there is one, else the largest of the plan."""
    source, roadmap = edition.source, edition.source.findings.roadmap
    assert roadmap is not None  # noqa: S101 -- _decisions() saw to it
    must = [step for step in roadmap.plan if step.reason == "mandatory"]
    if must:
        return ngettext(
            "Order the mandatory action now: “%(title)s”.",
            "Order the %(count)s mandatory actions now, beginning with “%(title)s”.",
            len(must),
        ) % {"count": numbers.number(len(must)), "title": source.action(must[0].action)}
    largest = max(roadmap.plan, key=lambda step: (step.effort, -step.quarter))
    return _("Fund “%(title)s” in %(quarter)s, the largest single action.") % {
        "title": source.action(largest.action),
        "quarter": edition.quarter(largest.quarter),
    }


def _decisions_without(edition: Edition) -> tuple[str, ...]:
    findings = edition.source.findings
    texts = []
    if findings.bank.effective is None:
        texts.append(_("Have each section answered by the function that knows it best."))
    if findings.customer.score is None:
        texts.append(_("Have marketing answer the ten customer questions, then ask customers."))
    if findings.channels is None:
        texts.append(_("Have the accounts listed: an inventory takes half an hour."))
    texts.append(_("Print this report again once both scores exist."))
    return tuple(texts[:3])
