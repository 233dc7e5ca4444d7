"""From merged items to the bank's score, its floors and its uncertainty (framework B, H)."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from maturity.answers import (
    BLANK_VARIANCE,
    ItemScore,
    leniency_variance,
    rating_roles,
    respondent_leanings,
)
from maturity.case import Case, Midlines
from maturity.channels import ChannelInventory
from maturity.estimate import HIGH, LOW, UNIFORM, Estimate, below, mean, tied, weighted_mean
from maturity.framework import CUSTOMERS, FACETS, RISK, Framework, Item, Level, Parameters

if TYPE_CHECKING:
    pass

if TYPE_CHECKING:
    from maturity.assess import Findings

Status = Literal["complete", "provisional", "insufficient"]
# A weight may be thought half or half again as large.
CORNER_WEIGHTS = (0.5, 1.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetScore:
    """Awareness or usage of one dimension, over the items that apply.

    ``score`` is None where nothing is scored; ``coverage`` is the share, 0 to 1, of the
    applicable weight that was rated.
    """

    score: float | None
    low: float
    high: float
    variance: float
    coverage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionScore:
    """One dimension: scores 0 to 100, gap = awareness - usage, bounds, squared points."""

    awareness: float | None
    usage: float | None
    score: float | None
    gap: float | None
    coverage: float
    low: float
    high: float
    variance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskScore:
    """The Risk dimension as a gate. ``critical_failed`` is sorted by id."""

    score: float | None
    se: float | None
    gate_active: bool
    critical_failed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BankScore:
    """The bank axis. ``raw`` is before the risk gate, ``effective`` after it, both 0 to 100.

    Numbers are None where no dimension has a score (status "insufficient"). ``p_high`` is the
    probability that the bank belongs in the upper half; ``bounds`` show what unknown answers
    alone could do; ``weight_range`` what other weights of the dimensions could do.
    """

    dimensions: Mapping[str, DimensionScore]
    questionnaire: float | None
    channel_index: float | None
    raw: float | None
    effective: float | None
    se: float | None
    ci90: tuple[float, float] | None
    bounds: tuple[float, float] | None
    risk: RiskScore
    p_high: float | None
    weakest: str | None
    level: int | None
    level_name: str | None
    weight_range: tuple[float, float] | None
    status: Status


def score_facet(items: list[tuple[Item, ItemScore]]) -> FacetScore | None:
    """One facet; None where every item is N/A, so that the facet does not exist."""
    applicable = [(item.weight, score) for item, score in items if score.kind != "na"]
    if not applicable:
        return None
    scored = [(weight, score) for weight, score in applicable if score.points is not None]
    whole = sum(weight for weight, _ in applicable)
    counted = sum(weight for weight, _ in scored)
    rated = sum(weight for weight, score in scored if score.kind == "rated")
    return FacetScore(
        score=weighted_mean([(weight, score.points or 0.0) for weight, score in scored])
        if scored
        else None,
        low=weighted_mean([(weight, score.low or 0.0) for weight, score in applicable]),
        high=weighted_mean([(weight, score.high or 0.0) for weight, score in applicable]),
        variance=math.fsum((w / counted) ** 2 * (score.variance or 0.0) for w, score in scored)
        + ((whole - counted) / whole) ** 2 * BLANK_VARIANCE,
        coverage=rated / whole,
    )


def score_facets(
    framework: Framework, scores: Mapping[str, ItemScore], dimension: str
) -> dict[str, FacetScore]:
    """The existing facets of one dimension, by "A" and "U"; one that asks nothing is none."""
    facets = {
        facet: score_facet(
            [(item, scores[item.id]) for item in framework.facets.get((dimension, facet), ())]
        )
        for facet in FACETS
    }
    return {name: facet for name, facet in facets.items() if facet is not None}


def score_dimension(
    framework: Framework, scores: Mapping[str, ItemScore], dimension: str
) -> DimensionScore | None:
    """One bank dimension before any cap; None where every item of it is N/A."""
    facets = score_facets(framework, scores, dimension)
    if not facets:
        return None
    weight = framework.parameters.facet_weight
    with_score = [(weight(n), f.score) for n, f in facets.items() if f.score is not None]
    whole = math.fsum(weight(name) for name in facets)
    awareness, usage = (facets[name].score if name in facets else None for name in FACETS)
    return DimensionScore(
        awareness=awareness,
        usage=usage,
        score=weighted_mean(with_score) if with_score else None,
        gap=awareness - usage if awareness is not None and usage is not None else None,
        coverage=min(facet.coverage for facet in facets.values()),
        low=weighted_mean([(weight(name), facet.low) for name, facet in facets.items()]),
        high=weighted_mean([(weight(name), facet.high) for name, facet in facets.items()]),
        variance=math.fsum(
            (weight(name) / whole) ** 2 * facet.variance for name, facet in facets.items()
        ),
    )


def failed_controls(framework: Framework, scores: Mapping[str, ItemScore]) -> tuple[str, ...]:
    """Critical items whose level is too low, or that nobody knows or answered; sorted."""
    limit = framework.parameters.critical_level
    failed = [
        item.id
        for item in framework.critical_items
        if (level := scores[item.id].level) is None or below(level, limit)
    ]
    return tuple(sorted(failed))


def score_dimensions(
    framework: Framework, scores: Mapping[str, ItemScore]
) -> dict[str, DimensionScore]:
    """The existing bank dimensions in instrument order, Risk capped by its failed controls."""
    found = {name: score_dimension(framework, scores, name) for name in framework.dimensions}
    dimensions = {name: score for name, score in found.items() if score is not None}
    failed = failed_controls(framework, scores)
    if failed and RISK in dimensions:
        by_rating = any(scores[name].level is not None for name in failed)
        dimensions[RISK] = _capped(dimensions[RISK], framework.parameters.critical_cap, by_rating)
    return dimensions


def _capped(risk: DimensionScore, cap: float, by_rating: bool) -> DimensionScore:
    """Risk under its cap; what could still be answered well leaves the upper bound open."""
    return DimensionScore(
        awareness=risk.awareness,
        usage=risk.usage,
        score=None if risk.score is None else min(risk.score, cap),
        gap=risk.gap,
        coverage=risk.coverage,
        low=min(risk.low, cap),
        high=min(risk.high, cap) if by_rating else risk.high,
        variance=risk.variance,
    )


def score_bank(
    framework: Framework,
    case: Case,
    scores: Mapping[str, ItemScore],
    inventory: ChannelInventory | None,
) -> BankScore:
    """The bank axis from merged items and the channel inventory."""
    parameters = framework.parameters
    dimensions = score_dimensions(framework, scores)
    failed = failed_controls(framework, scores)
    scored = {n: d.score for n, d in dimensions.items() if d.score is not None}
    index = None if inventory is None else inventory.index
    if not scored:
        return _insufficient(dimensions, index, failed)
    leniency = leniency_variance(
        parameters, respondent_leanings(framework, case), rating_roles(framework, case)
    )
    questionnaire = mean(list(scored.values()))
    axis = Estimate(
        value=with_channels(parameters, questionnaire, index),
        se=_axis_error(parameters, case, dimensions, leniency, has_index=index is not None),
    )
    risk = _risk(parameters, dimensions.get(RISK), failed, leniency)
    effective = effective_score(parameters, case.midlines, axis.value, gated=risk.gate_active)
    weakest = min(scored, key=lambda name: tied(scored[name]))
    level = _level(framework, effective, scored[weakest])
    return BankScore(
        dimensions=dimensions,
        questionnaire=questionnaire,
        channel_index=index,
        raw=axis.value,
        effective=effective,
        se=axis.se,
        ci90=axis.interval(parameters.z90),
        bounds=_bounds(parameters, dimensions, index),
        risk=risk,
        p_high=axis.chance_above(case.midlines.bank) * _gate_chance(parameters, risk),
        weakest=weakest,
        level=level.number,
        level_name=level.name,
        weight_range=_weight_range(parameters, list(scored.values()), index),
        status=_status(parameters, dimensions, index),
    )


def with_channels(parameters: Parameters, questionnaire: float, index: float | None) -> float:
    """The axis score: the questionnaire, with the channel index where there is one."""
    if index is None:
        return questionnaire
    share = parameters.channel_share
    return (1.0 - share) * questionnaire + share * index


def effective_score(
    parameters: Parameters, midlines: Midlines, raw: float, *, gated: bool
) -> float:
    """The score that places the bank: a closed gate holds it under the midline."""
    return min(raw, midlines.bank - parameters.gate_margin) if gated else raw


def gate_active(parameters: Parameters, risk: float | None) -> bool:
    """Whether Risk is under its gate; Risk without a score counts as under it."""
    return risk is None or below(risk, parameters.risk_gate)


def level_of(framework: Framework, score: float) -> Level:
    """The band a score lies in."""
    return next(level for level in reversed(framework.levels) if not below(score, level.from_score))


def _level(framework: Framework, effective: float, weakest: float) -> Level:
    """The level label: at most one above the weakest dimension's."""
    highest = level_of(framework, weakest).number + 1
    return framework.levels[min(level_of(framework, effective).number, highest) - 1]


def _axis_error(
    parameters: Parameters,
    case: Case,
    dimensions: Mapping[str, DimensionScore],
    leniency: float,
    *,
    has_index: bool,
) -> float:
    share = parameters.channel_share
    answers = math.fsum(d.variance for d in dimensions.values()) / len(dimensions) ** 2
    channels = (
        parameters.channel_se[case.channel_source] ** 2
        if has_index
        else (HIGH - LOW) ** 2 * UNIFORM
    )
    return math.sqrt((1.0 - share) ** 2 * answers + share**2 * channels + leniency)


def _risk(
    parameters: Parameters, risk: DimensionScore | None, failed: tuple[str, ...], leniency: float
) -> RiskScore:
    score = None if risk is None else risk.score
    return RiskScore(
        score=score,
        se=None if risk is None or score is None else math.sqrt(risk.variance + leniency),
        gate_active=gate_active(parameters, score),
        critical_failed=failed,
    )


def _gate_chance(parameters: Parameters, risk: RiskScore) -> float:
    if risk.critical_failed or risk.score is None or risk.se is None:
        return 0.0
    return Estimate(value=risk.score, se=risk.se).chance_above(parameters.risk_gate)


def _bounds(
    parameters: Parameters, dimensions: Mapping[str, DimensionScore], index: float | None
) -> tuple[float, float]:
    low = mean([dimension.low for dimension in dimensions.values()])
    high = mean([dimension.high for dimension in dimensions.values()])
    lowest, highest = (LOW, HIGH) if index is None else (index, index)
    return with_channels(parameters, low, lowest), with_channels(parameters, high, highest)


def _weight_range(
    parameters: Parameters, scores: list[float], index: float | None
) -> tuple[float, float]:
    """Lowest and highest score at the corners where each weight is halved or half again.

    The extremes lie where the larger weights go to the highest, or the lowest, so many scores;
    so a few of the corners stand for all.
    """
    less, more = CORNER_WEIGHTS
    rising = sorted(scores)
    shares = [[less] * (len(scores) - heavy) + [more] * heavy for heavy in range(len(scores))]
    high = max(weighted_mean(list(zip(share, rising, strict=True))) for share in shares)
    low = min(weighted_mean(list(zip(share, rising[::-1], strict=True))) for share in shares)
    return with_channels(parameters, low, index), with_channels(parameters, high, index)


def _status(
    parameters: Parameters, dimensions: Mapping[str, DimensionScore], index: float | None
) -> Status:
    least = min(dimension.coverage for dimension in dimensions.values())
    covered = not below(least, parameters.least_coverage)
    return "complete" if covered and index is not None else "provisional"


def _insufficient(
    dimensions: Mapping[str, DimensionScore], index: float | None, failed: tuple[str, ...]
) -> BankScore:
    return BankScore(
        dimensions=dimensions,
        questionnaire=None,
        channel_index=index,
        raw=None,
        effective=None,
        se=None,
        ci90=None,
        bounds=None,
        risk=RiskScore(score=None, se=None, gate_active=True, critical_failed=failed),
        p_high=None,
        weakest=None,
        level=None,
        level_name=None,
        weight_range=None,
        status="insufficient",
    )


def doubt(findings: "Findings", framework: Framework) -> tuple[tuple[str, float], ...]:
    """The answers that make the placement doubtful: (item, share of the variance), largest first.

    Shares, 0 to 1, are of the variance of the axis whose half is less certain; what no single
    answer causes (shared leniency, the channel index, a pulse) is the rest to 1.
    """
    if findings.bank.se is None:
        return ()
    if _customers_are_less_certain(findings):
        shares = _customer_shares(findings, framework)
    else:
        shares = _bank_shares(findings, framework)
    ranked = sorted(shares.items(), key=lambda pair: (-tied(pair[1]), pair[0]))
    return tuple((name, share) for name, share in ranked if share > 0)


def _customers_are_less_certain(findings: "Findings") -> bool:
    if findings.placement is None or findings.bank.p_high is None:
        return False
    chances = findings.placement.probabilities
    p_bank, p_customer = findings.bank.p_high, chances["innovate"] + chances["capability"]
    return p_customer * (1.0 - p_customer) > p_bank * (1.0 - p_bank)


def _bank_shares(findings: "Findings", framework: Framework) -> dict[str, float]:
    dimensions, se = findings.bank.dimensions, findings.bank.se or 1.0
    part = (1.0 - framework.parameters.channel_share) / len(dimensions) / se
    weight = framework.parameters.facet_weight
    return {
        name: share
        for dimension in dimensions
        for name, share in _dimension_shares(framework, findings.items, dimension, weight, part)
    }


def _customer_shares(findings: "Findings", framework: Framework) -> dict[str, float]:
    if findings.estimate is None or findings.customer.se is None:
        return {}
    part = findings.estimate.weight / findings.customer.se
    return dict(_dimension_shares(framework, findings.items, CUSTOMERS, lambda _: 1.0, part))


def _dimension_shares(
    framework: Framework,
    scores: Mapping[str, ItemScore],
    dimension: str,
    weight: Callable[[str], float],
    part: float,
) -> Iterator[tuple[str, float]]:
    """Each item's variance through its coefficient; blanks share theirs by weight."""
    facets = {
        facet: [(item, scores[item.id]) for item in framework.facets[dimension, facet]]
        for facet in FACETS
    }
    existing = {
        facet: [(item, score) for item, score in items if score.kind != "na"]
        for facet, items in facets.items()
    }
    total = math.fsum(weight(facet) for facet, items in existing.items() if items)
    for facet, items in existing.items():
        whole = sum(item.weight for item, _ in items)
        counted = sum(item.weight for item, score in items if score.points is not None)
        scale = (part * weight(facet) / total) ** 2 if items else 0.0
        for item, score in items:
            if score.points is None:
                spread = item.weight * (whole - counted) / whole**2 * BLANK_VARIANCE
            else:
                spread = (item.weight / counted) ** 2 * (score.variance or 0.0)
            yield item.id, scale * spread
