"""The customer axis: estimate, pulse, and how they are put together."""

import math
from typing import Any

import pytest

from maturity.customers import wilson
from tests.maturity.build import pulse, sheet, standing
from tests.maturity.goldens import read_golden
from tests.maturity.narrow import known

ALONE, WIDE = 400.0, 10_000 / 12
Z90 = 1.6448536269514722
ESTIMATE_ERROR = math.sqrt(ALONE / 10 + 64)


@pytest.mark.parametrize("vector", read_golden("unit.json")["wilson"])
def test_a_share_has_its_wilson_interval(vector: dict[str, Any]) -> None:
    n, population = vector["n"], vector["N"]
    finite = 1.0 if population is None else (population - n) / (population - 1)
    found = wilson(vector["k"] / n, n, finite, Z90)
    assert found == pytest.approx(tuple(vector["ci90"]), abs=1e-6)


def test_the_estimate_is_the_mean_of_both_facets_with_the_banks_own_error() -> None:
    found = standing(sheet(CUS_A=2, CUS_U=4)).customers
    assert found.axis.basis == "estimate"
    assert (found.axis.awareness, found.axis.usage, found.axis.score) == (25, 75, 50)
    assert found.axis.se == pytest.approx(ESTIMATE_ERROR)
    assert known(found.estimate).weight == 1
    assert found.pulse is None


def test_an_estimate_of_one_facet_alone_is_that_facet() -> None:
    blank = standing(sheet(CUS_A=None, CUS_U=4)).customers.axis
    assert (blank.awareness, blank.usage, blank.score) == (None, 75, 75)
    assert blank.se == pytest.approx(math.sqrt((WIDE + ALONE / 5) / 4 + 64))
    absent = standing(sheet(CUS_A="NA", CUS_U=4)).customers.axis
    assert (absent.awareness, absent.usage, absent.score) == (None, 75, 75)
    assert absent.se == pytest.approx(math.sqrt(ALONE / 5 + 64))


def test_dont_know_of_customers_counts_as_of_the_bank() -> None:
    found = standing(sheet(CUS_A="DK", CUS_U="DK")).customers.axis
    assert (found.awareness, found.usage) == (0, 25)


@pytest.mark.parametrize("answer", [None, "NA"])
def test_without_estimate_and_pulse_there_is_no_customer_score(answer: Any) -> None:
    found = standing(sheet(CUS=answer))
    axis = found.customers.axis
    assert (axis.score, axis.se, axis.basis) == (None, None, "none")
    assert (axis.awareness, axis.usage) == (None, None)
    assert (found.customers.estimate, found.placement) == (None, None)


def test_a_pulse_is_blended_by_the_errors_of_the_score() -> None:
    found = standing(sheet(CUS_A=2, CUS_U=4), pulse=pulse(n=40)).customers
    variance = 19**2 / 40 * (249_960 / 249_999) + 9
    weight = ESTIMATE_ERROR**2 / (ESTIMATE_ERROR**2 + variance)
    assert found.axis.basis == "blended"
    assert known(found.pulse).weight == pytest.approx(weight)
    assert known(found.estimate).weight == pytest.approx(1 - weight)
    assert found.axis.score == pytest.approx(weight * 36.5 + (1 - weight) * 50)
    assert found.axis.awareness == pytest.approx(weight * 44 + (1 - weight) * 25)
    assert found.axis.usage == pytest.approx(weight * 29 + (1 - weight) * 75)
    assert found.axis.se == pytest.approx((1 / ESTIMATE_ERROR**2 + 1 / variance) ** -0.5)


def test_a_facet_that_the_estimate_lacks_is_taken_from_the_pulse() -> None:
    axis = standing(sheet(CUS_A=None, CUS_U=4), pulse=pulse(n=40)).customers.axis
    assert axis.basis == "blended"
    assert axis.awareness == 44


def test_a_small_pulse_is_ignored_and_shows_no_figure() -> None:
    found = standing(sheet(CUS=3), pulse=pulse(n=10, deff=1.01, mature=3)).customers
    assert (found.axis.basis, found.axis.score) == ("estimate", 50)
    sample = known(found.pulse)
    assert (sample.score, sample.se, sample.share, sample.share_ci90) == (None,) * 4
    assert (sample.awareness, sample.usage, sample.half_width) == (None,) * 3
    assert (sample.n, sample.weight) == (10, 0)
    assert sample.n_eff == pytest.approx(10 / 1.01)
    assert standing(sheet(CUS=None), pulse=pulse(n=9)).customers.axis.basis == "none"


def test_ten_effective_answers_count() -> None:
    # 11 / 1.1 is a hair under 10 in floating point
    found = standing(sheet(CUS=3), pulse=pulse(n=11, deff=1.1, mature=3)).customers
    assert found.axis.basis == "blended"


def test_without_an_estimate_the_pulse_is_the_score() -> None:
    axis = standing(sheet(CUS=None), pulse=pulse(n=12, source="followers")).customers.axis
    assert (axis.basis, axis.score, axis.awareness, axis.usage) == ("measured", 36.5, 44, 29)
    assert axis.se == pytest.approx(math.sqrt(19**2 / 12 * (249_988 / 249_999) + 100))


@pytest.mark.parametrize(
    ("parts", "basis"),
    [
        ({}, "measured"),
        ({"source": "random"}, "measured"),
        ({"source": "followers", "sd": {"A": 1, "U": 1, "C": 1}}, "blended"),
        ({"n": 49}, "blended"),
        ({"n": 50}, "measured"),
        ({"n": 55, "deff": 1.1}, "measured"),
        ({"n": 60, "deff": 1.25}, "blended"),
        ({"sd": {"A": 1, "U": 1, "C": 40}}, "blended"),
        ({"sd": {"A": 99, "U": 99, "C": 19}}, "measured"),
    ],
)
def test_a_sure_pulse_replaces_the_estimate(parts: dict[str, Any], basis: str) -> None:
    assert standing(sheet(CUS=3), pulse=pulse(**parts)).customers.axis.basis == basis


def test_a_half_width_of_exactly_seven_and_a_half_replaces_the_estimate() -> None:
    error = 7.5 / Z90  # random source, no population: sd / sqrt(100)
    sample = {"n": 100, "N": None, "source": "random"}
    spread = {"A": 1, "U": 1, "C": error * 10}
    found = standing(sheet(CUS=3), pulse=pulse(**sample, sd=spread)).customers
    assert found.axis.basis == "measured"
    assert known(found.pulse).half_width == pytest.approx(7.5)
    wider = spread | {"C": error * 10.001}
    assert standing(sheet(CUS=3), pulse=pulse(**sample, sd=wider)).customers.axis.basis == "blended"


def test_a_pulse_of_everybody_keeps_half_a_point_of_error() -> None:
    whole = {"n": 60, "N": 60}
    assert standing(sheet(), pulse=pulse(**whole, source="random")).customers.axis.se == 0.5
    mixed = standing(sheet(), pulse=pulse(**whole)).customers.axis.se
    assert mixed == pytest.approx(math.hypot(0.5, 3))


def test_the_pulse_shows_the_share_of_mature_customers() -> None:
    sample = known(standing(sheet(), pulse=pulse(n=240, N=12_000, mature=163)).customers.pulse)
    assert sample.share == pytest.approx(163 / 240)
    assert sample.share_ci90 == pytest.approx((0.628372, 0.726045), abs=1e-6)
    unasked = known(standing(sheet(), pulse=pulse(mature=None)).customers.pulse)
    assert (unasked.share, unasked.share_ci90) == (None, None)


def test_a_design_effect_too_small_to_divide_by_does_no_harm() -> None:
    found = standing(sheet(), pulse=pulse(n=10**300, N=None, deff=5e-324, mature=None)).customers
    assert math.isfinite(known(known(found.pulse).n_eff))
    assert found.axis.se == pytest.approx(math.hypot(0.5, 3))
