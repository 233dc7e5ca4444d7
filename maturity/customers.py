"""The customer axis: the bank's estimate, a customer pulse, or both (framework E, H)."""

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from maturity.answers import ItemScore
from maturity.case import PulseSample
from maturity.estimate import above, below, clamp, mean
from maturity.framework import CUSTOMERS, Framework
from maturity.scoring import score_facets

Basis = Literal["estimate", "blended", "measured", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPart:
    """What one source says: the bank's estimate or the pulse.

    ``weight`` is its share, 0 to 1, in the customer score. Only a pulse has ``n``, ``n_eff``,
    ``half_width`` (of the 90 % interval, points) and ``share`` (of customers with 50 or more).
    A pulse with too few answers shows no figure but ``n`` and ``n_eff``.
    """

    score: float | None
    se: float | None
    awareness: float | None
    usage: float | None
    n: int | None
    n_eff: float | None
    half_width: float | None
    share: float | None
    share_ci90: tuple[float, float] | None
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerScore:
    """The customer axis, 0 to 100; all None where basis is "none"."""

    score: float | None
    se: float | None
    basis: Basis
    awareness: float | None
    usage: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    """The customer axis with the parts it was made of."""

    axis: CustomerScore
    estimate: CustomerPart | None
    pulse: CustomerPart | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A source that counts: score and error are known, a facet may be missing."""

    score: float
    se: float
    awareness: float | None
    usage: float | None


def score_customers(
    framework: Framework, scores: Mapping[str, ItemScore], pulse: PulseSample | None
) -> Customers:
    """The customer axis from the merged ``CUS`` items and a pulse."""
    estimate = _estimate(framework, scores)
    sample = None if pulse is None else _sample(framework, pulse)
    weight = _pulse_weight(framework, estimate, sample, pulse)
    return Customers(
        axis=_axis(estimate, sample, weight),
        estimate=None if estimate is None else _estimate_part(estimate, 1.0 - weight),
        pulse=None if pulse is None else _pulse_part(framework, pulse, sample, weight),
    )


def _estimate(framework: Framework, scores: Mapping[str, ItemScore]) -> _Source | None:
    """The bank's own guess: the plain mean of the facets that have a score."""
    facets = score_facets(framework, scores, CUSTOMERS)
    found = {name: f.score for name, f in facets.items() if f.score is not None}
    if not found:
        return None
    variance = math.fsum(facet.variance for facet in facets.values()) / len(facets) ** 2
    return _Source(
        score=mean(list(found.values())),
        se=math.sqrt(variance + framework.parameters.customer_bias**2),
        awareness=found.get("A"),
        usage=found.get("U"),
    )


def effective_size(pulse: PulseSample) -> float:
    """Number of independent answers that a pulse is worth."""
    return min(pulse.n / pulse.deff, sys.float_info.max)


def _finite(pulse: PulseSample) -> float:
    """Finite-population correction of a variance, 0 to 1."""
    return 1.0 if pulse.N is None else (pulse.N - pulse.n) / (pulse.N - 1)


def _sample(framework: Framework, pulse: PulseSample) -> _Source | None:
    """The pulse as a source; None where too few answered to show anything."""
    n_eff = effective_size(pulse)
    parameters = framework.pulse
    if below(n_eff, parameters.least_n_eff):
        return None
    sampling = pulse.sd["C"] / math.sqrt(n_eff) * math.sqrt(_finite(pulse))
    bias = parameters.source_bias[pulse.source]
    return _Source(
        score=pulse.mean["C"],
        se=math.hypot(max(sampling, parameters.least_standard_error), bias),
        awareness=pulse.mean["A"],
        usage=pulse.mean["U"],
    )


def _pulse_weight(
    framework: Framework,
    estimate: _Source | None,
    sample: _Source | None,
    pulse: PulseSample | None,
) -> float:
    """The pulse's share in the customer score: 0 ignored, 1 replaces the estimate."""
    if sample is None or pulse is None:
        return 0.0
    if estimate is None or _replaces(framework, sample, pulse):
        return 1.0
    return estimate.se**2 / (estimate.se**2 + sample.se**2)


def _replaces(framework: Framework, sample: _Source, pulse: PulseSample) -> bool:
    parameters = framework.pulse
    return (
        pulse.source in parameters.replaces_sources
        and not below(effective_size(pulse), parameters.replaces_n_eff)
        and not above(framework.parameters.z90 * sample.se, parameters.replaces_half_width)
    )


def _axis(estimate: _Source | None, sample: _Source | None, weight: float) -> CustomerScore:
    if sample is not None and (estimate is None or weight == 1.0):
        return _as_score(sample, "measured")
    if estimate is None:
        return CustomerScore(score=None, se=None, basis="none", awareness=None, usage=None)
    if sample is None:
        return _as_score(estimate, "estimate")
    return CustomerScore(
        score=_blend(estimate.score, sample.score, weight),
        se=1.0 / math.sqrt(estimate.se**-2 + sample.se**-2),
        basis="blended",
        awareness=_blend(estimate.awareness, sample.awareness, weight),
        usage=_blend(estimate.usage, sample.usage, weight),
    )


def _as_score(source: _Source, basis: Basis) -> CustomerScore:
    return CustomerScore(
        score=source.score,
        se=source.se,
        basis=basis,
        awareness=source.awareness,
        usage=source.usage,
    )


def _blend(estimate: float | None, pulse: float | None, weight: float) -> float | None:
    """Both, by the pulse's weight; a facet that the estimate lacks is taken from the pulse."""
    if estimate is None or pulse is None:
        return pulse
    return weight * pulse + (1.0 - weight) * estimate


def _estimate_part(estimate: _Source, weight: float) -> CustomerPart:
    return CustomerPart(
        score=estimate.score,
        se=estimate.se,
        awareness=estimate.awareness,
        usage=estimate.usage,
        n=None,
        n_eff=None,
        half_width=None,
        share=None,
        share_ci90=None,
        weight=weight,
    )


def _pulse_part(
    framework: Framework, pulse: PulseSample, sample: _Source | None, weight: float
) -> CustomerPart:
    shown = sample is not None
    z90 = framework.parameters.z90
    mature = pulse.mature if shown else None
    return CustomerPart(
        score=sample.score if sample else None,
        se=sample.se if sample else None,
        awareness=sample.awareness if sample else None,
        usage=sample.usage if sample else None,
        n=pulse.n,
        n_eff=effective_size(pulse),
        half_width=z90 * sample.se if sample else None,
        share=None if mature is None else mature / pulse.n,
        share_ci90=None
        if mature is None
        else wilson(mature / pulse.n, effective_size(pulse), _finite(pulse), z90),
        weight=weight,
    )


def wilson(share: float, size: float, finite: float, z: float) -> tuple[float, float]:
    """Wilson interval of a share, 0 to 1.

    ``size`` is the number of independent answers, ``finite`` the finite-population correction
    of a variance, which scales z squared (O'Neill 2021).
    """
    squared = z * z * finite
    centre = share + squared / (2.0 * size)
    spread = math.sqrt(squared * (share * (1.0 - share) + squared / (4.0 * size)) / size)
    scale = 1.0 + squared / size
    return clamp((centre - spread) / scale, 0.0, 1.0), clamp((centre + spread) / scale, 0.0, 1.0)
