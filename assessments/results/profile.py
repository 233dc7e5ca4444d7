"""The bank's six dimensions: scores, strengths, gaps, and where saying and doing part."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.results import story, svg
from assessments.results.subject import Source, midline
from assessments.ui import numbers
from maturity.framework import RISK
from maturity.scoring import DimensionScore, level_of

SAY_DO = 20.0  # points between awareness and usage that are worth a sentence (framework B.4)
MOST_CARDS = 3
STRONG_LEVEL = 3.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """One score of the board beside the quadrant."""

    id: str
    name: str
    note: str
    value: str
    detail: str
    chart: svg.ScoreStrip


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionRow:
    """One dimension; the strings are formatted, the chart draws the same numbers."""

    id: str
    name: str
    awareness: str
    usage: str
    score: str
    level: str
    coverage: str
    thin: bool
    hot: bool
    chart: svg.DimensionDots


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All dimensions, weakest first."""

    title: str
    measure: str
    axis: svg.LevelAxis
    rows: tuple[DimensionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCard:
    """One question as a strength or a gap: where it stands and what the next level looks like."""

    id: str
    title: str
    dimension: str
    level: str
    headline: str
    now: str
    next_headline: str
    next_level: str
    evidence: str
    critical: bool
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SayDo:
    """A dimension whose awareness and usage lie far apart."""

    id: str
    tone: str
    title: str
    text: str


# ---- scores -----------------------------------------------------------------------------------


def score_rows(source: Source) -> tuple[ScoreRow, ...]:
    """Bank, customers, Risk and channels, each on its scale."""
    return (_bank_row(source), _customer_row(source), _risk_row(source), _channel_row(source))


def _range_text(interval: tuple[float, float]) -> str:
    return _("Range %(range)s") % {"range": numbers.interval(*interval)}


def _bank_row(source: Source) -> ScoreRow:
    bank = source.findings.bank
    name = _("Bank")
    if bank.effective is None or bank.ci90 is None or bank.raw is None:
        detail, note = _("No score yet"), ""
    elif source.gate_bites:
        note = _("counted")
        detail = _("%(raw)s without the gate, range %(range)s") % {
            "raw": numbers.score(bank.raw),
            "range": numbers.interval(*bank.ci90),
        }
    else:
        note, detail = respondents(source.respondents), _range_text(bank.ci90)
    return ScoreRow(
        id="bank",
        name=name,
        note=note,
        value=numbers.score(bank.effective),
        detail=detail,
        chart=svg.ScoreStrip(
            label=f"{name} {numbers.score(bank.effective)}. {detail}.",
            value=bank.effective,
            tone=source.strategy_id,
            interval=bank.ci90,
            midline=source.findings.midlines.bank,
            ring=bank.raw if source.gate_bites else None,
        ),
    )


def respondents(count: int, asked: int = 0) -> str:
    """How many people answered, of how many asked where some did not."""
    if asked > count:
        return ngettext(
            "%(count)s of %(asked)s respondent", "%(count)s of %(asked)s respondents", asked
        ) % {"count": numbers.number(count), "asked": numbers.number(asked)}
    return ngettext("%(count)s respondent", "%(count)s respondents", count) % {
        "count": numbers.number(count)
    }


def _customer_row(source: Source) -> ScoreRow:
    customer = source.findings.customer
    name = _("Customers")
    interval = None
    detail = _("Nobody has estimated them yet")
    if customer.score is not None and customer.se is not None:
        interval = story.reach(customer.score, customer.se, source.framework.parameters.z90)
        detail = _customer_detail(source, numbers.interval(*interval))
    note = {
        "estimate": _("estimated"),
        "blended": _("blended"),
        "measured": _("measured"),
        "none": _("unknown"),
    }[customer.basis]
    return ScoreRow(
        id="customer",
        name=name,
        note=note,
        value=numbers.score(customer.score),
        detail=detail,
        chart=svg.ScoreStrip(
            label=f"{name} {numbers.score(customer.score)}. {detail}.",
            value=customer.score,
            tone=source.strategy_id,
            interval=interval,
            midline=source.findings.midlines.customer,
        ),
    )


def _customer_detail(source: Source, interval: str) -> str:
    pulse = source.findings.pulse
    values: dict[str, str] = {"range": interval}
    if source.findings.customer.basis == "estimate" or pulse is None or pulse.n is None:
        return _("The bank’s own estimate, range %(range)s") % values
    values["count"] = numbers.number(pulse.n)
    if source.findings.customer.basis == "measured":
        return _("Pulse of %(count)s customers, range %(range)s") % values
    return _("Pulse of %(count)s customers with the bank’s estimate, range %(range)s") % values


def _risk_row(source: Source) -> ScoreRow:
    risk, parameters = source.findings.bank.risk, source.framework.parameters
    name = source.dimension(RISK)
    interval = None
    detail = _("No score, which counts as below the gate")
    if risk.score is not None and risk.se is not None:
        interval = story.reach(risk.score, risk.se, parameters.z90)
        values = {
            "points": numbers.score(abs(risk.score - parameters.risk_gate)),
            "range": numbers.interval(*interval),
        }
        short = _("%(points)s short of the gate, range %(range)s")
        clear = _("%(points)s above the gate, range %(range)s")
        detail = (short if risk.gate_active else clear) % values
    return ScoreRow(
        id="risk",
        name=name,
        note=_("needs %(gate)s") % {"gate": midline(parameters.risk_gate)},
        value=numbers.score(risk.score),
        detail=detail,
        chart=svg.ScoreStrip(
            label=f"{name} {numbers.score(risk.score)}. {detail}.",
            value=risk.score,
            tone="error" if risk.gate_active else "brand",
            interval=interval,
            gate=parameters.risk_gate,
        ),
    )


def _channel_row(source: Source) -> ScoreRow:
    inventory, name = source.findings.channels, _("Channels")
    index = inventory.index if inventory else None
    detail = _("No inventory yet")
    if inventory:
        states = [account.state for account in inventory.accounts]
        detail = _("%(live)s live, %(dormant)s dormant, %(abandoned)s abandoned") % {
            state: numbers.number(states.count(state)) for state in ("live", "dormant", "abandoned")
        }
    return ScoreRow(
        id="channels",
        name=name,
        note=_("index"),
        value=numbers.score(index),
        detail=detail,
        chart=svg.ScoreStrip(
            label=f"{name} {numbers.score(index)}. {detail}.", value=index, tone="muted"
        ),
    )


# ---- dimensions -------------------------------------------------------------------------------


def profile(source: Source) -> Profile:
    """The dimensions, weakest first; those without a score last."""
    ranked = _ranked(source)
    return Profile(
        title=_profile_title(source, ranked),
        measure=_("Score by dimension, 0–100, weakest first"),
        axis=svg.LevelAxis(
            label=_("Levels from 0 to 100: %(names)s.")
            % {"names": ", ".join(level.name for level in source.wording.levels.values())},
            names=tuple(level.name for level in source.wording.levels.values()),
        ),
        rows=tuple(_dimension_row(source, id_, score) for id_, score in ranked),
    )


def _ranked(source: Source) -> list[tuple[str, DimensionScore]]:
    dimensions = source.findings.bank.dimensions
    return sorted(
        dimensions.items(),
        key=lambda entry: (entry[1].score is None, round(entry[1].score or 0.0, 9)),
    )


def _profile_title(source: Source, ranked: list[tuple[str, DimensionScore]]) -> str:
    scored = [(id_, d.score) for id_, d in ranked if d.score is not None]
    if not scored:
        return _("No dimension has a score yet")
    weakest, lowest = scored[0]
    if len(scored) > 1 and numbers.score(scored[-1][1]) == numbers.score(lowest):
        return _("All dimensions stand at %(score)s") % {"score": numbers.score(lowest)}
    values = {"weakest": source.dimension(weakest), "score": numbers.score(lowest)}
    if len(scored) > 1 and scored[1][1] - lowest >= 5:  # noqa: PLR2004 -- points: a clear distance
        return _("%(weakest)s trails the next weakest dimension by %(points)s points") % {
            **values,
            "points": numbers.score(scored[1][1] - lowest),
        }
    if len(scored) > 1:
        return _(
            "%(weakest)s is the weakest dimension at %(score)s, %(strongest)s the strongest at %(top)s"
        ) % {
            **values,
            "strongest": source.dimension(scored[-1][0]),
            "top": numbers.score(scored[-1][1]),
        }
    return _("Only %(weakest)s has a score, %(score)s") % values


def _dimension_row(source: Source, id_: str, dimension: DimensionScore) -> DimensionRow:
    parameters = source.framework.parameters
    is_risk = id_ == RISK
    name = source.dimension(id_)
    texts = {
        "name": name,
        "awareness": numbers.score(dimension.awareness),
        "usage": numbers.score(dimension.usage),
        "score": numbers.score(dimension.score),
    }
    return DimensionRow(
        id=id_,
        name=name,
        awareness=texts["awareness"],
        usage=texts["usage"],
        score=texts["score"],
        level=""
        if dimension.score is None
        else source.wording.levels[level_of(source.framework, dimension.score).number].name,
        coverage=numbers.percent(dimension.coverage),
        thin=dimension.coverage < parameters.least_coverage,
        hot=is_risk and source.findings.bank.risk.gate_active,
        chart=svg.DimensionDots(
            label=_("%(name)s: awareness %(awareness)s, usage %(usage)s, score %(score)s.") % texts,
            awareness=dimension.awareness,
            usage=dimension.usage,
            gate=parameters.risk_gate if is_risk else None,
            gate_label=_("gate %(gate)s") % {"gate": midline(parameters.risk_gate)},
        ),
    )


def say_do(source: Source) -> tuple[SayDo, ...]:
    """Dimensions that know but do not act, and those that act without understanding."""
    found = []
    for id_, dimension in source.findings.bank.dimensions.items():
        if dimension.gap is None or abs(dimension.gap) < SAY_DO - 1e-9:
            continue
        values = {
            "name": source.dimension(id_),
            "awareness": numbers.score(dimension.awareness),
            "usage": numbers.score(dimension.usage),
            "gap": numbers.score(abs(dimension.gap)),
        }
        found.append((abs(dimension.gap), _say_do(id_, values, knows=dimension.gap > 0)))
    return tuple(entry for _gap, entry in sorted(found, key=lambda pair: -pair[0]))


def _say_do(id_: str, values: dict[str, str], *, knows: bool) -> SayDo:
    if knows:
        return SayDo(
            id=id_,
            tone="info",
            title=_("%(name)s knows but does not act") % values,
            text=_("Awareness %(awareness)s, usage %(usage)s: %(gap)s points apart.") % values,
        )
    if id_ == RISK:
        text = _(
            "Usage %(usage)s, awareness %(awareness)s: habits without the reasons behind them, "
            "where that is most dangerous."
        )
    else:
        text = _(
            "Usage %(usage)s, awareness %(awareness)s: what works today may not survive the people "
            "who do it."
        )
    return SayDo(
        id=id_,
        tone="warning",
        title=_("%(name)s acts without understanding") % values,
        text=text % values,
    )


# ---- strengths and gaps -----------------------------------------------------------------------


def strengths(source: Source) -> tuple[ItemCard, ...]:
    """The highest answers, best evidence first among equals."""
    rated = [
        (-(score.level or 0), -int(score.evidence[1]), -item.weight, place, item.id)
        for place, item in enumerate(source.framework.bank_items)
        if (score := source.findings.items[item.id]).level is not None
        and score.level >= STRONG_LEVEL
    ]
    return tuple(_card(source, entry[-1]) for entry in sorted(rated)[:MOST_CARDS])


def gaps(source: Source, count: int = MOST_CARDS) -> tuple[ItemCard, ...]:
    """What costs most: failed controls first, then points short of the midline, then of 100.

    Both are weighed as in the score; Risk counts double while it is gated.
    """
    failed = source.findings.bank.risk.critical_failed
    losses = []
    for place, item in enumerate(source.framework.bank_items):
        score = source.findings.items[item.id]
        if score.kind == "na" or (score.points is not None and score.points >= 75):  # noqa: PLR2004
            continue
        facet = source.framework.facets[item.dimension, item.facet]
        weight = item.weight / sum(i.weight for i in facet)
        if item.dimension == RISK and source.findings.bank.risk.gate_active:
            weight *= source.framework.roadmap.risk_urgency
        points = score.points or 0
        short = weight * max(0.0, source.findings.midlines.bank - points)
        lost = weight * (100 - points)
        losses.append((item.id not in failed, -round(short, 9), -round(lost, 9), place, item.id))
    return tuple(_card(source, entry[-1]) for entry in sorted(losses)[:count])


def _card(source: Source, id_: str) -> ItemCard:
    item, score, words = (
        source.framework.items[id_],
        source.findings.items[id_],
        source.wording.items[id_],
    )
    now = int((score.level or 0) + 0.5)
    level = words.levels[now - 1] if now else None
    # Who does not know where the bank stands aims at the first level worth reaching, the second.
    after = words.levels[max(now, 1)] if now < len(words.levels) else None
    return ItemCard(
        id=id_,
        title=words.title,
        dimension=source.dimension(item.dimension),
        level=_("Level %(level)s") % {"level": numbers.number(score.level, score.level % 1 > 0)}
        if score.level is not None
        else "",
        headline=level.headline if level else "",
        now=level.plain if level else _unknown(score.kind),
        next_headline=after.headline if after else "",
        next_level=after.plain if after else "",
        evidence=evidence(score.evidence),
        critical=item.critical,
        remedy=_remedy(source, id_),
    )


def _unknown(kind: str) -> str:
    return _("Nobody knew the answer.") if kind == "dk" else _("Nobody answered.")


def evidence(grade: str) -> str:
    """An evidence grade in words."""
    return {
        "E0": _("claimed"),
        "E1": _("described"),
        "E2": _("document seen"),
        "E3": _("verified independently"),
    }[grade]


def _remedy(source: Source, id_: str) -> str:
    """The planned action that lifts an item first, or nothing."""
    roadmap = source.findings.roadmap
    for step in roadmap.plan if roadmap else ():
        if id_ in source.framework.actions[step.action].lifts:
            return source.action(step.action)
    return ""
