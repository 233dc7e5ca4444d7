"""Where the bank sits, how sure that is, and what holds it there."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments.reports.paper import edition as facts
from assessments.reports.paper import plots
from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Leaf, Point
from assessments.results import story, svg
from assessments.results.canvas import mark_icon
from assessments.results.subject import joined, midline
from assessments.ui import numbers

SIZE = svg.Paper(370, 350)
ROW = 24  # px from line to line, as the style sheet has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """One strategy and how likely it is."""

    id: str
    name: str
    share: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One score with what surrounds it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementLeaf(Leaf):
    """The quadrant and its probabilities."""

    chart_title: str
    chart: SafeString
    odds_title: str
    odds_measure: str
    icons: SafeString
    odds: tuple[Odds, ...]
    notices: tuple[story.Notice, ...]
    readings_title: str
    readings: tuple[Reading, ...]
    steps_title: str
    steps: tuple[str, ...]

    template: ClassVar[str] = "reports/leaves/placement.html"


def build(edition: Edition) -> PlacementLeaf | None:
    """The placement page; None where an axis has no score."""
    source = edition.source
    quadrant, placement = story.quadrant(source), source.findings.placement
    if quadrant is None or placement is None:
        return None
    confidence, odds = edition.page.confidence, _odds(edition)
    return PlacementLeaf(
        kicker=_("Placement"),
        title=_title(edition),
        sentence=" ".join(filter(None, (story.position(source), _since(edition)))),
        chart_title=story.quadrant_title(source),
        chart=plots.single(quadrant.draw(SIZE)),
        odds_title=_("How likely each strategy is"),
        odds_measure=_("From both scores, their 90 % ranges and the risk gate"),
        icons=plots.marks(
            _("Marks of %(names)s") % {"names": joined([row.name for row in odds])},
            [mark_icon(row.id) for row in odds],
            ROW,
        ),
        odds=odds,
        notices=tuple(n for n in (story.gate(source), *story.floors(source)) if n),
        readings_title=_("Three kinds of doubt, kept apart"),
        readings=_readings(edition),
        steps_title=confidence.steps_title if confidence else "",
        steps=confidence.steps if confidence else (),
        so_what=_so_what(edition),
        source=facts.basis(edition),
    )


def _since(edition: Edition) -> str:
    """How far both scores moved since the round before, as a sentence."""
    moved = edition.page.since
    return _("%(moved)s.") % {"moved": moved} if moved else ""


def _title(edition: Edition) -> str:
    placement = edition.source.findings.placement
    assert placement is not None  # noqa: S101 -- build() saw to it
    values = {
        "bank": edition.bank,
        "strategy": edition.source.short(placement.strategy),
        "share": numbers.probability(placement.probabilities[placement.strategy]),
        "other": edition.source.short(placement.alternative or placement.strategy),
    }
    if placement.status == "firm":
        return _("The placement is firm: “%(strategy)s” is %(share)s likely") % values
    if placement.status == "leaning":
        return _("The placement leans: “%(strategy)s” %(share)s, with “%(other)s” next") % values
    return _("The placement is open: “%(strategy)s” has only %(share)s") % values


def _odds(edition: Edition) -> tuple[Odds, ...]:
    placement = edition.source.findings.placement
    assert placement is not None  # noqa: S101 -- build() saw to it
    ranked = sorted(placement.probabilities.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(
        Odds(
            id=id_,
            name=edition.source.short(id_),
            share=numbers.probability(share),
            own=id_ == placement.strategy,
        )
        for id_, share in ranked
    )


def _readings(edition: Edition) -> tuple[Reading, ...]:
    bank, customer = edition.source.findings.bank, edition.source.findings.customer
    parameters = edition.source.framework.parameters
    rows = []
    if bank.ci90 and bank.bounds and bank.weight_range:
        rows = [
            _reading(
                _("Bank, 90 % range"),
                bank.raw,
                bank.ci90,
                _("what other raters of the same bank would give"),
            ),
            _reading(
                _("Bank, unknown answers"),
                bank.raw,
                bank.bounds,
                _("if every open or unknown answer fell lowest or highest"),
            ),
            _reading(
                _("Bank, other weights"),
                bank.raw,
                bank.weight_range,
                _("each dimension’s weight halved or half as much again"),
            ),
        ]
    if customer.score is not None and customer.se is not None:
        rows.append(
            _reading(
                _("Customers, 90 % range"),
                customer.score,
                story.reach(customer.score, customer.se, parameters.z90),
                {
                    "estimate": _("the bank’s own estimate; banks guess their customers poorly"),
                    "blended": _("the bank’s estimate and a pulse, each by its precision"),
                    "measured": _("measured by a pulse"),
                }.get(customer.basis, ""),
            )
        )
    return tuple(rows)


def _reading(name: str, value: float | None, between: tuple[float, float], extra: str) -> Reading:
    text = _("%(value)s, between %(range)s: %(extra)s") % {
        "value": numbers.score(value),
        "range": numbers.interval(*between),
        "extra": extra,
    }
    return Reading(name=name, text=text)


def _so_what(edition: Edition) -> tuple[Point, ...]:
    source = edition.source
    findings, placement = source.findings, source.findings.placement
    assert placement is not None  # noqa: S101 -- build() saw to it
    course = story.course(source, brief=True)
    points = [Point(lead=course.title, text=course.text)] if course else []
    if placement.status == "firm":
        points.append(
            Point(
                lead=_("Decide on it."),
                text=_("No reasonable change of answers or weights moves the bank elsewhere.")
                if _weights_agree(edition)
                else _("The probability is high, though other weights could cross the midline."),
            )
        )
    elif placement.alternative:
        points.append(
            Point(
                lead=_("Keep both ways open."),
                text=_(
                    "Begin with what “%(one)s” and “%(other)s” share, and gather evidence where "
                    "doubt is largest."
                )
                % {
                    "one": source.short(placement.strategy),
                    "other": source.short(placement.alternative),
                },
            )
        )
    if findings.bank.risk.gate_active:
        points.append(
            Point(
                lead=_("Risk first."),
                text=_("Nothing public should grow before Risk reaches %(gate)s.")
                % {"gate": midline(source.framework.parameters.risk_gate)},
            )
        )
    if findings.customer.basis == "estimate":
        points.append(
            Point(
                lead=_("Ask customers."),
                text=_("A pulse of 50 answers would replace the bank’s own guess about them."),
            )
        )
    else:
        points.append(
            Point(
                lead=_("Repeat the pulse yearly."),
                text=_("After twelve months it no longer replaces the bank’s estimate."),
            )
        )
    return tuple(points[:2])


def _weights_agree(edition: Edition) -> bool:
    """Whether every tried set of weights keeps the raw score on its side of the midline."""
    bank, line = edition.source.findings.bank, edition.source.findings.midlines.bank
    if bank.weight_range is None or bank.raw is None:
        return False
    low, high = bank.weight_range
    return (low >= line) == (high >= line)
