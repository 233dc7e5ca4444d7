"""One bank score and one customer score a region."""

from dataclasses import replace

import pytest

from maturity import assess, load_framework, read_case
from maturity.case import Answer, Case
from maturity.regions import regional_case
from tests.maturity.goldens import golden_pairs

FRAMEWORK = load_framework()
CUSTOMER_ITEMS = [item.id for item in FRAMEWORK.items.values() if item.dimension == "CUS"]


def every(level: Answer) -> dict[str, Answer]:
    return dict.fromkeys(CUSTOMER_ITEMS, level)


def golden(name: str) -> Case:
    return read_case(golden_pairs()[name]["case"])


@pytest.mark.parametrize("name", sorted(golden_pairs()))
def test_the_bank_scores_the_same_in_every_region(name: str) -> None:
    case = golden(name)
    whole, north = (
        assess(FRAMEWORK, case),
        assess(FRAMEWORK, regional_case(FRAMEWORK, case, every(4))),
    )
    assert north.bank == whole.bank
    assert north.channels == whole.channels


def test_only_the_regions_own_answers_make_its_customer_score() -> None:
    case = golden("case-2-raise-awareness")
    assert case.pulse is not None
    low, high = (
        assess(FRAMEWORK, regional_case(FRAMEWORK, case, every(level))) for level in (1, 5)
    )
    assert (low.customer.score, high.customer.score) == (0.0, 100.0)
    assert low.customer.basis == high.customer.basis == "estimate"
    assert low.placement is not None
    assert high.placement is not None
    assert (low.placement.strategy, high.placement.strategy) == ("awareness", "innovate")


def test_the_same_answers_as_the_bank_gave_alone_give_the_same_customers() -> None:
    case = replace(golden("case-1-step-by-step"), pulse=None)
    assert len(case.respondents) == 1
    own = {
        id_: answer for id_, answer in case.respondents[0].answers.items() if id_ in CUSTOMER_ITEMS
    }
    north = assess(FRAMEWORK, regional_case(FRAMEWORK, case, own))
    assert north.customer.score == assess(FRAMEWORK, case).customer.score


def test_a_region_without_answers_has_no_customer_score_and_no_placement() -> None:
    north = assess(FRAMEWORK, regional_case(FRAMEWORK, golden("case-2-raise-awareness"), {}))
    assert (north.customer.score, north.placement) == (None, None)


def test_a_bank_item_is_no_answer_about_customers() -> None:
    with pytest.raises(ValueError, match=r"CAP\.A1: expected an item about customers"):
        regional_case(FRAMEWORK, golden("case-2-raise-awareness"), {"CAP.A1": 3})
