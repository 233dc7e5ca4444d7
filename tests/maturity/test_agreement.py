"""Agreement of respondents."""

from typing import Any

import pytest

from maturity import load_framework, read_case
from maturity.agreement import (
    DimensionAgreement,
    after_settling,
    agreement,
    by_dimension,
    item_agreement,
    krippendorff,
)
from tests.maturity.build import findings, sheet
from tests.maturity.goldens import golden_pairs, read_golden
from tests.maturity.narrow import known


@pytest.mark.parametrize("vector", read_golden("unit.json")["agreement"])
def test_an_items_agreement_is_as_worked(vector: dict[str, Any]) -> None:
    found = item_agreement(vector["ratings"])
    assert (found.n, found.band) == (vector["n"], vector["band"])
    for name, value in (
        ("mean", found.mean),
        ("AD", found.ad),
        ("rwg", found.rwg),
        ("rwg_star", found.rwg_star),
        ("index", found.index),
    ):
        assert value == pytest.approx(vector[name], abs=1e-6)


def test_one_rater_shows_no_agreement() -> None:
    assert findings(sheet(3)).agreement is None
    assert findings(sheet(3), sheet(None, CUS=3)).agreement is None


def test_only_bank_items_with_two_ratings_count() -> None:
    found = known(findings(sheet(None, CAP=3, CUS=3), sheet(4, CAP_A1="DK", CAP_A2=None)).agreement)
    assert list(found.items) == ["CAP.A3", "CAP.U1", "CAP.U2", "CAP.U3", "CAP.U4"]


def test_an_agreed_level_does_not_hide_the_disagreement() -> None:
    found = known(findings(sheet(1), sheet(5), agreed={"CAP.A1": 3}).agreement)
    assert found.items["CAP.A1"].ad == 2


def test_the_agenda_holds_the_five_widest_by_deviation_then_id() -> None:
    wide: dict[str, Any] = {
        "SKL_A1": 5,
        "CAP_A2": 5,
        "TEC_U1": 4,
        "TEC_A1": 4,
        "SUP_A1": 4,
        "DAT_A1": 4,
    }
    found = known(findings(sheet(2), sheet(2, **wide)).agreement)
    assert found.agenda == ("CAP.A2", "SKL.A1", "DAT.A1", "SUP.A1", "TEC.A1")


def test_a_deviation_of_exactly_four_fifths_is_acceptable() -> None:
    # 1, 3, 3, 3, 3 lies 0.64 off its mean; 1, 2, 3, 3, 3 lies 0.72; 1, 1, 3, 3, 2 lies 0.8
    people = [sheet(3, CAP_A1=level) for level in (1, 1, 3, 3, 2)]
    found = known(findings(*people).agreement)
    assert found.items["CAP.A1"].ad == pytest.approx(0.8)
    assert found.share_ok == 1
    worse = [sheet(3, CAP_A1=level) for level in (1, 1, 3, 3, 4)]
    assert known(findings(*worse).agreement).share_ok == pytest.approx(43 / 44)


def test_alpha_is_one_where_no_disagreement_is_expected() -> None:
    found = known(findings(sheet(3), sheet(3)).agreement)
    assert (found.alpha, found.mean_index, found.share_ok) == (1, 100, 1)


def test_alpha_with_interval_distance() -> None:
    # within units 2 * 1 / 1 + 0, over all pairs of 1, 2, 4, 4: 2 * (1 + 9 + 9 + 4 + 4) / 3
    assert krippendorff([[1, 2], [4, 4]]) == pytest.approx(1 - 2 / (54 / 3))
    assert krippendorff([[1, 5], [5, 1]]) == pytest.approx(-0.5)


def test_a_dimension_s_agreement_is_the_plain_mean_of_its_shared_items() -> None:
    people = (sheet(3, TEC=None), sheet(3, CAP_A1=5, CAP_A2=4, TEC=None), sheet(None, CAP_A1=1))
    case = read_case({"respondents": list(people)})
    found = by_dimension(load_framework(), case)
    whole = known(findings(*people).agreement)
    assert list(found) == ["CAP", "SUP", "RSK", "DAT", "SKL"]
    own = [item for name, item in whole.items.items() if name.startswith("CAP.")]
    capacity = found["CAP"]
    assert capacity == DimensionAgreement(
        items=7,
        within=6,
        fewest=2,
        ad=capacity.ad,
        index=capacity.index,
        low=1,
        high=5,
        counts=(1, 0, 12, 1, 1),
    )
    assert capacity.ad == pytest.approx(sum(item.ad for item in own) / 7)
    assert capacity.index == pytest.approx(sum(item.index for item in own) / 7)
    assert (found["SUP"].index, found["SUP"].within) == (100, found["SUP"].items)


def test_items_that_few_rated_can_be_left_out_of_a_dimension() -> None:
    people = [sheet(3), sheet(3, CAP_A1="DK"), sheet(3, CAP_A1=5), sheet(3), sheet(3)]
    case = read_case({"respondents": people})
    assert by_dimension(load_framework(), case, 5)["CAP"].high == 3
    assert by_dimension(load_framework(), case, 4)["CAP"].high == 5
    # Three people are fewer than four, but they are everybody.
    few = read_case({"respondents": people[:3]})
    assert by_dimension(load_framework(), few, 4)["CAP"].items == 6


def test_the_dimensions_indexes_weighed_by_items_give_the_headline() -> None:
    for pair in golden_pairs().values():
        case = read_case(pair["case"])
        found = by_dimension(load_framework(), case)
        headline = pair["findings"]["agreement"]
        if headline is None:
            assert found == {}
            continue
        items = sum(part.items for part in found.values())
        index = sum(part.index * part.items for part in found.values()) / items
        share = sum(part.within for part in found.values()) / items
        assert items == len(headline["items"])
        assert index == pytest.approx(headline["mean_index"], abs=1e-5)
        assert share == pytest.approx(headline["share_ok"], abs=1e-5)


def test_what_a_meeting_settled_counts_as_full_agreement_and_the_rest_as_rated() -> None:
    framework = load_framework()
    case = read_case(
        {
            "respondents": [
                {"role": "marketing", "answers": {"CAP.A1": 1, "CAP.A2": 3}},
                {"role": "risk", "answers": {"CAP.A1": 5, "CAP.A2": 3}},
            ]
        }
    )
    found = agreement(framework, case)
    assert found is not None
    assert (found.share_ok, found.mean_index) == (0.5, 50.0)
    assert after_settling(framework, found, ()) == (0.5, 50.0)
    assert after_settling(framework, found, {"CAP.A1"}) == (1.0, 100.0)
    assert after_settling(framework, found, {"SKL.U1"}) == (0.5, 50.0)
