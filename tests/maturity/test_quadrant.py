"""Placement: quadrant, probability, runner-up, and what is shown at a review."""

from typing import Any

import pytest

from maturity import load_framework
from maturity.case import Midlines
from maturity.estimate import Estimate, normal
from maturity.quadrant import Placement, displayed_strategy, firmness, strategy_at
from tests.maturity.build import channel, pulse, sheet, standing
from tests.maturity.narrow import known

HALF = Midlines(bank=50, customer=50)


@pytest.mark.parametrize(
    ("bank", "customer", "strategy"),
    [
        (50, 50, "innovate"),
        (50 - 1e-10, 50 - 1e-10, "innovate"),
        (50, 49.9, "awareness"),
        (49.9, 50, "capability"),
        (49.9, 49.9, "stepwise"),
        (50 - 1e-8, 50 - 1e-8, "stepwise"),
    ],
)
def test_a_score_on_a_midline_counts_as_high(bank: float, customer: float, strategy: str) -> None:
    assert strategy_at(HALF, bank, customer) == strategy


@pytest.mark.parametrize(
    ("probability", "status"),
    [
        (0.8, "firm"),
        (0.8 - 1e-10, "firm"),
        (0.8 - 1e-8, "leaning"),
        (0.6, "leaning"),
        (0.6 - 1e-10, "leaning"),
        (0.59, "borderline"),
    ],
)
def test_a_placement_is_firm_leaning_or_borderline(probability: float, status: str) -> None:
    assert firmness(load_framework().parameters, probability) == status


def test_the_probabilities_are_products_of_both_halves() -> None:
    found = standing(sheet(4, CUS=2), channels=[channel()])
    bank, customer = found.bank, found.customers.axis
    p_gate = normal((75 - 40) / known(bank.risk.se))
    p_bank = normal((known(bank.raw) - 50) / known(bank.se)) * p_gate
    p_customer = normal((25 - 50) / known(customer.se))
    assert bank.p_high == pytest.approx(p_bank, abs=1e-12)
    assert known(found.placement).probabilities == pytest.approx(
        {
            "innovate": p_bank * p_customer,
            "awareness": p_bank * (1 - p_customer),
            "capability": (1 - p_bank) * p_customer,
            "stepwise": (1 - p_bank) * (1 - p_customer),
        },
        abs=1e-12,
    )


def test_the_gate_decides_the_quadrant_and_the_raw_score_the_probability() -> None:
    found = standing(sheet(4, RSK_U1=1, CUS=4))
    assert found.bank.raw == pytest.approx(69)
    assert known(found.placement).strategy == "capability"
    assert found.bank.p_high == 0


def test_the_runner_up_is_the_most_probable_other_and_the_last_of_equals() -> None:
    placement = known(standing(sheet(3)).placement)
    assert (placement.strategy, placement.status) == ("innovate", "borderline")
    assert placement.probabilities["capability"] == pytest.approx(
        placement.probabilities["stepwise"]
    )
    assert placement.alternative == "stepwise"


def test_a_firm_placement_has_no_runner_up() -> None:
    placement = known(standing(sheet(1)).placement)
    assert (placement.status, placement.alternative) == ("firm", None)


def test_the_cases_own_midlines_place_the_bank() -> None:
    midlines = {"bank": 60, "customer": 40}
    assert known(standing(sheet(3), midlines=midlines).placement).strategy == "capability"


@pytest.mark.parametrize(
    ("people", "parts"),
    [
        ([sheet(None, CUS=3)], {}),
        ([sheet(3, CUS=None)], {}),
        ([sheet(3, CUS=None)], {"pulse": pulse(n=5, mature=2)}),
    ],
)
def test_without_both_axes_there_is_no_placement(
    people: list[dict[str, Any]], parts: dict[str, Any]
) -> None:
    assert standing(*people, **parts).placement is None


def placed(strategy: str, probability: float) -> Placement:
    others = [n for n in ("innovate", "awareness", "capability", "stepwise") if n != strategy]
    chances = dict.fromkeys(others, (1 - probability) / 3) | {strategy: probability}
    return Placement(strategy=strategy, probabilities=chances, status="firm", alternative=None)


@pytest.mark.parametrize(
    ("reviews", "shown"),
    [
        ([("stepwise", 0.5)], "stepwise"),
        ([("stepwise", 0.9), ("awareness", 0.59)], "stepwise"),
        ([("stepwise", 0.9), ("awareness", 0.6)], "awareness"),
        ([("stepwise", 0.9), ("awareness", 0.5), ("awareness", 0.5)], "awareness"),
        ([("stepwise", 0.9), ("awareness", 0.5), ("capability", 0.5)], "stepwise"),
        ([("stepwise", 0.9), ("awareness", 0.5), ("stepwise", 0.4)], "stepwise"),
        ([("stepwise", 0.9), ("awareness", 0.7), ("stepwise", 0.5)], "awareness"),
    ],
)
def test_a_strategy_changes_at_a_review_when_it_is_likely_or_persists(
    reviews: list[tuple[str, float]], shown: str
) -> None:
    placements = [placed(*review) for review in reviews]
    assert displayed_strategy(load_framework(), placements[:-1], placements[-1]) == shown


@pytest.mark.parametrize("chances", [{"innovate": 0.5}, {"stepwise": 1.0}])
def test_a_placement_that_does_not_add_up_cannot_be_made(chances: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="one probability a quadrant"):
        Placement(strategy="innovate", probabilities=chances, status="firm", alternative=None)


@pytest.mark.parametrize(
    ("value", "se"), [(float("nan"), 1), (50, 0), (50, -1), (50, float("inf"))]
)
def test_an_estimate_without_a_proper_error_cannot_be_made(value: float, se: float) -> None:
    with pytest.raises(ValueError, match="an estimate needs"):
        Estimate(value=value, se=se)


@pytest.mark.parametrize(("z", "p"), [(0, 0.5), (1.6448536269514722, 0.95), (-40, 0.0), (40, 1.0)])
def test_the_normal_distribution_is_exact(z: float, p: float) -> None:
    assert normal(z) == pytest.approx(p, abs=1e-12)
