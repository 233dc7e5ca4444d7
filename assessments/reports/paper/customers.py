"""The customers' side: what the bank believes and what customers say."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments.reports.paper import plots
from assessments.reports.paper.edition import Edition, pulse, respondents
from assessments.reports.paper.frame import Fact, Leaf, Point
from assessments.results import regional, story, svg
from assessments.results.canvas import Paper
from assessments.ui import numbers
from maturity.customers import CustomerPart
from maturity.framework import AWARENESS

STRIP = Paper(205, 20)
ITEM = Paper(150, 16)
MOST_REGIONS = 6  # as many as the page has room for
ROW, ITEM_ROW = 28, 22  # px from row to row, as the style sheet has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One figure for the customers: from the bank, from customers, or the one that counts."""

    name: str
    awareness: str
    usage: str
    score: str
    interval: str
    weight: str
    chart: SafeString
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """One of the ten questions in which the bank estimates its customers."""

    title: str
    facet: str
    level: str
    tone: int
    headline: str
    chart: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersLeaf(Leaf):
    """Estimate, pulse and blend; then the ten questions."""

    parts_title: str
    measure: str
    parts: tuple[Part, ...]
    parts_chart: SafeString
    share: str
    guesses_title: str
    guesses_measure: str
    guesses: tuple[Guess, ...]
    guesses_chart: SafeString
    empty: str
    pulse_title: str
    pulse_rows: tuple[Fact, ...]
    regions_title: str
    regions_rows: tuple[Fact, ...]

    template: ClassVar[str] = "reports/leaves/customers.html"


def build(edition: Edition) -> CustomersLeaf:
    """The customer page, also when nothing is known about customers."""
    findings = edition.source.findings
    parts, guesses = _parts(edition), _guesses(edition)
    return CustomersLeaf(
        kicker=_("Customers"),
        title=_title(edition),
        sentence=_sentence(edition),
        parts_title=_("What the customer score is made of"),
        measure=_("0–100. Bar: 90 % range. Line: midline"),
        parts=parts,
        parts_chart=plots.rows([part.chart for part in parts], ROW),
        share=_share(findings.pulse),
        guesses_title=_("The bank’s own estimate, question by question"),
        guesses_measure=_("Level 1–5 and points 0–100; the line marks the midline"),
        guesses=guesses,
        guesses_chart=plots.rows([guess.chart for guess in guesses], ITEM_ROW),
        empty=""
        if guesses
        else _(
            "Nobody has answered the ten customer questions yet. They take five minutes and are "
            "best answered by marketing."
        ),
        pulse_title=_("How the pulse was taken")
        if edition.source.case.pulse
        else _("What the ten questions ask"),
        pulse_rows=_pulse(edition) if guesses or edition.source.case.pulse else _asked(edition),
        regions_title=_("Customers by region: score, 90 %% range, strategy") % (),
        regions_rows=_regions(edition),
        so_what=_so_what(edition),
        source=_("Source: %(respondents)s; %(pulse)s.")
        % {"respondents": respondents(edition), "pulse": pulse(edition)},
    )


def _title(edition: Edition) -> str:
    customer = edition.source.findings.customer
    if customer.score is None:
        return _("Customers: 0 figures so far, so the bank cannot be placed")
    if customer.awareness is None or customer.usage is None:
        return _("Customers stand at %(score)s, from one facet only") % {
            "score": numbers.score(customer.score)
        }
    values = {
        "awareness": numbers.score(customer.awareness),
        "usage": numbers.score(customer.usage),
    }
    if values["awareness"] == values["usage"]:
        return _("Customers use what they know: awareness and usage both %(usage)s") % values
    if customer.usage > customer.awareness:
        return (
            _("Customers use more than they understand: usage %(usage)s, awareness %(awareness)s")
            % values
        )
    return _("Customers know more than they use: awareness %(awareness)s, usage %(usage)s") % values


def _sentence(edition: Edition) -> str:
    return {
        "estimate": _("These figures are the bank’s own estimate; customers were not asked."),
        "blended": _("The bank’s estimate and a customer pulse are blended by their precision."),
        "measured": _("Customers themselves were asked, so the bank’s estimate is set aside."),
        "none": _("Without a figure for customers there is neither a placement nor a roadmap."),
    }[edition.source.findings.customer.basis]


def _parts(edition: Edition) -> tuple[Part, ...]:
    findings = edition.source.findings
    customer = findings.customer
    parts = []
    if findings.estimate is not None and findings.estimate.score is not None:
        parts.append(_part(edition, _("Bank’s estimate"), findings.estimate))
    if findings.pulse is not None and findings.pulse.score is not None:
        parts.append(_part(edition, _("Customer pulse"), findings.pulse))
    if customer.score is not None and customer.se is not None:
        interval = story.reach(customer.score, customer.se, _z(edition))
        parts.append(
            Part(
                name=_("Counts"),
                awareness=numbers.score(customer.awareness),
                usage=numbers.score(customer.usage),
                score=numbers.score(customer.score),
                interval=numbers.interval(*interval),
                weight="",
                chart=_strip(edition, _("Customer score"), customer.score, interval, "brand"),
                counts=True,
            )
        )
    return tuple(parts)


def _part(edition: Edition, name: str, part: CustomerPart) -> Part:
    score, se = part.score or 0.0, part.se or 0.0
    interval = story.reach(score, se, _z(edition))
    return Part(
        name=name,
        awareness=numbers.score(part.awareness),
        usage=numbers.score(part.usage),
        score=numbers.score(score),
        interval=numbers.interval(*interval),
        weight=numbers.percent(part.weight),
        chart=_strip(edition, name, score, interval, "muted"),
        counts=False,
    )


def _z(edition: Edition) -> float:
    return edition.source.framework.parameters.z90


def _strip(
    edition: Edition, name: str, score: float, interval: tuple[float, float], tone: str
) -> SafeString:
    return svg.ScoreStrip(
        label=_("%(name)s: %(score)s, 90 %% range %(range)s")
        % {"name": name, "score": numbers.score(score), "range": numbers.interval(*interval)},
        value=score,
        tone=tone,
        interval=interval,
        midline=edition.source.findings.midlines.customer,
    ).draw(STRIP)


def _share(part: CustomerPart | None) -> str:
    """How many customers are mature themselves, with its interval."""
    if part is None:
        return ""
    if part.score is None:
        return _("The pulse has too few answers to show: at least 10 effective answers are needed.")
    if part.share is None or part.share_ci90 is None:
        return ""
    return _(
        "%(share)s of the customers asked score 50 or more themselves (90 %% range %(low)s–%(high)s)."
    ) % {
        "share": numbers.percent(part.share),
        "low": numbers.number(part.share_ci90[0] * 100),
        "high": numbers.percent(part.share_ci90[1]),
    }


def _regions(edition: Edition) -> tuple[Fact, ...]:
    """Regions estimated apart; where there are many, those furthest from all customers."""
    found = regional.regions(edition.source)
    if found is None:
        return ()
    whole = edition.source.findings.customer.score or 0.0
    scores = {name: f.customer.score or 0.0 for name, f in edition.source.regions.items()}
    apart = sorted(scores, key=lambda name: (-abs(scores[name] - whole), name))[:MOST_REGIONS]
    return tuple(
        Fact(
            term=row.name,
            value=_("%(score)s (%(range)s) · %(strategy)s, %(sure)s")
            % {
                "score": row.score,
                "range": row.interval,
                "strategy": row.strategy_name,
                "sure": row.sure,
            }
            if row.strategy
            else _("no score"),
        )
        for row in found.rows
        if row.name in apart and not row.whole
    )


def _asked(edition: Edition) -> tuple[Fact, ...]:
    """The questions that wait for an answer."""
    words = [edition.words(item.id) for item in edition.source.framework.customer_items]
    return tuple(Fact(term=item.title, value=item.question) for item in words)


def _pulse(edition: Edition) -> tuple[Fact, ...]:
    """Sample, source and precision; a pulse that is too small shows only its size."""
    sample, part = edition.source.case.pulse, edition.source.findings.pulse
    if sample is None or part is None:
        return ()
    facts = [
        Fact(
            term=_("Answers"),
            value=_("%(n)s, worth %(eff)s independent ones")
            % {
                "n": numbers.number(sample.n),
                "eff": numbers.number(part.n_eff or 0, (part.n_eff or 0) % 1 > 0),
            },
        ),
        Fact(
            term=_("Drawn from"),
            value={
                "random": _("A random sample of customers"),
                "mixed": _("Several points of contact"),
                "followers": _("Followers of the bank’s accounts only, who are kinder than most"),
            }[sample.source],
        ),
    ]
    if part.half_width is not None:
        facts.append(
            Fact(
                term=_("Precision"),
                value=_("± %(points)s points at 90 %%; it replaces the estimate at ± 7.5 or better")
                % {"points": numbers.score(part.half_width)},
            )
        )
    return tuple(facts)


def _guesses(edition: Edition) -> tuple[Guess, ...]:
    rows = []
    for item in edition.source.framework.customer_items:
        score = edition.score(item.id)
        if score.points is None:
            continue
        tone = int((score.level or 0) + 0.5)
        words = edition.words(item.id)
        rows.append(
            Guess(
                title=words.title,
                facet=_("awareness") if item.facet == AWARENESS else _("usage"),
                level=numbers.number(score.level, score.level % 1 > 0)
                if score.level is not None
                else "?",
                tone=tone,
                headline=words.levels[tone - 1].headline if tone else _("Don’t know"),
                chart=svg.GapBar(
                    label=_("%(title)s: %(points)s of 100")
                    % {"title": words.title, "points": numbers.number(score.points)},
                    value=score.points,
                    line=edition.source.findings.midlines.customer,
                ).draw(ITEM),
            )
        )
    return tuple(rows)


def _so_what(edition: Edition) -> tuple[Point, ...]:
    findings = edition.source.findings
    customer, lines = findings.customer, findings.midlines
    if customer.score is None:
        return (
            Point(
                lead=_("Answer the customer section."),
                text=_("Ten questions place the bank; a pulse of customers does it better."),
            ),
        )
    distance = lines.customer - customer.score
    points = [
        Point(
            lead=_("%(points)s points below the midline.") % {"points": numbers.score(distance)},
            text=_("New services would meet customers who do not look for them yet."),
        )
        if distance > 0
        else Point(
            lead=_("%(points)s points above the midline.") % {"points": numbers.score(-distance)},
            text=_("These customers notice what the bank leaves unanswered."),
        )
    ]
    guess, said = findings.estimate, findings.pulse
    if guess and said and guess.score is not None and said.score is not None:
        points.append(
            Point(
                lead=_("What we thought, what they say."),
                text=_("The bank guessed %(guess)s, customers answered %(said)s.")
                % {"guess": numbers.score(guess.score), "said": numbers.score(said.score)},
            )
        )
    if customer.basis != "measured":
        points.append(
            Point(
                lead=_("Measure next."),
                text=_("From 50 effective answers a pulse can replace the estimate."),
            )
        )
    return tuple(points)
