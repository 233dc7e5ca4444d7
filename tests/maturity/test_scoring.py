"""Items, facets, dimensions and the bank axis, sentence by sentence."""

import itertools
import math
from typing import Any

import pytest

from maturity import load_framework
from maturity.scoring import doubt, level_of
from tests.maturity.build import DIMENSIONS, channel, findings, pulse, sheet, standing
from tests.maturity.goldens import read_golden
from tests.maturity.narrow import known

UNIT = read_golden("unit.json")
ALONE = 400.0  # variance of one unproved rating: 625 * 0.64
WIDE = 10_000 * (1 / 12)  # variance of a uniform 0 to 100
LENIENCY = 64.0
Z90 = 1.6448536269514722


@pytest.mark.parametrize("score", UNIT["level_bands"])
def test_a_score_lies_in_its_band(score: str) -> None:
    level = level_of(load_framework(), float(score))
    assert [level.number, level.name] == UNIT["level_bands"][score]


def test_a_hair_under_a_band_counts_as_in_it() -> None:
    assert level_of(load_framework(), 20 - 1e-10).number == 2
    assert level_of(load_framework(), 20 - 1e-8).number == 1


@pytest.mark.parametrize("level", UNIT["all_level_k"])
def test_a_bank_of_one_level_scores_its_points(level: str) -> None:
    bank = standing(sheet(int(level))).bank
    expected = UNIT["all_level_k"][level]
    # With every control at level 1 Risk is capped, and so is nothing else at 0 points.
    assert bank.raw == pytest.approx(expected["raw"], abs=1e-9)
    assert {"raw": bank.raw, "level": bank.level, "level_name": bank.level_name} == expected


@pytest.mark.parametrize(
    ("sheets", "item", "vector"),
    [
        ([sheet(CAP_A1="DK")], "CAP.A1", "awareness"),
        ([sheet(CAP_U1="DK")], "CAP.U1", "usage"),
        ([sheet(CAP_A1=3), sheet(CAP_A1=4), sheet(CAP_A1="DK")], "CAP.A1", "resolved"),
    ],
)
def test_dont_know_counts_only_where_no_colleague_rated(
    sheets: list[dict[str, Any]], item: str, vector: str
) -> None:
    score, expected = standing(*sheets).items[item], UNIT["dk"][vector]
    assert score.kind == expected["kind"]
    assert score.points == expected["x"]
    assert (score.low, score.high) == (expected["lo"], expected["hi"])
    assert score.variance == pytest.approx(expected["var"], abs=1e-6)
    assert score.level == expected.get("level")


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (["NA", "DK", None], "dk"),
        (["NA", None], "na"),
        ([None, None], "blank"),
        (["NA", "DK", 2], "rated"),
    ],
)
def test_ratings_go_before_dont_know_and_that_before_not_applicable(
    answers: list[Any], kind: str
) -> None:
    for order in itertools.permutations(answers):
        score = standing(*(sheet(CAP_A1=answer) for answer in order)).items["CAP.A1"]
        assert score.kind == kind


def test_a_blank_has_a_range_and_an_item_that_does_not_apply_has_none() -> None:
    items = standing(sheet(CAP_A1=None, CAP_A2="NA")).items
    blank, absent = items["CAP.A1"], items["CAP.A2"]
    assert (blank.points, blank.low, blank.high, blank.variance) == (None, 0, 100, WIDE)
    assert (blank.scored, absent.scored, items["CAP.A3"].scored) == (False, False, True)
    assert (absent.points, absent.low, absent.high, absent.variance) == (None, None, None, None)


def test_the_accountable_role_counts_double() -> None:
    people = (sheet(role="risk", RSK_A1=5), sheet(role="it", RSK_A1=2))
    score = standing(*people, accountable={"RSK": "risk"}).items["RSK.A1"]
    assert score.level == pytest.approx(4)
    # n_eff = 9/5, spread around the plain mean 4.5 / (2 - 1)
    assert score.variance == pytest.approx(625 * (1.28 + 4.5) / 3 / (9 / 5))
    assert standing(*people, accountable={"RSK": "hr"}).items["RSK.A1"].level == 3.5


@pytest.mark.parametrize(("grade", "error"), [("E0", 1), ("E1", 0.8), ("E2", 0.6), ("E3", 0.4)])
def test_evidence_shrinks_the_error_of_a_rating(grade: str, error: float) -> None:
    score = standing(sheet(), evidence={"CAP.A1": grade}).items["CAP.A1"]
    assert score.variance == pytest.approx(ALONE * error**2)
    assert score.evidence == grade


def test_an_agreed_level_replaces_the_ratings_as_that_many_equal_ones() -> None:
    people = (sheet(CAP_A1=1), sheet(CAP_A1=5), sheet(CAP_A1="DK"))
    score = standing(*people, agreed={"CAP.A1": 4}, accountable={"CAP": "it"}).items["CAP.A1"]
    assert (score.kind, score.level, score.points, score.ratings) == ("rated", 4, 75, 2)
    assert score.agreed is True
    assert score.variance == pytest.approx(625 * (1.28 / 3) / 2)


@pytest.mark.parametrize("answer", ["NA", "DK", None])
def test_an_agreed_level_rates_an_item_that_nobody_rated(answer: Any) -> None:
    score = standing(sheet(CAP_A1=answer), agreed={"CAP.A1": 2}).items["CAP.A1"]
    assert (score.kind, score.level, score.ratings) == ("rated", 2, 0)
    assert score.variance == pytest.approx(ALONE)


def test_a_facet_weighs_its_items_and_leaves_out_what_does_not_apply() -> None:
    # usage of CAP: U1 1, U2 1, U3 2 (core), U4 1
    bank = standing(sheet(CAP_U1=5, CAP_U2="NA", CAP_U3=1, CAP_U4=None)).bank
    score = bank.dimensions["CAP"]
    assert score.usage == pytest.approx(100 / 3)
    assert score.coverage == pytest.approx(3 / 4)
    # 100 and a core item at 0, with a blank of weight 1 in four applicable
    assert score.low == pytest.approx((50 + 100 / 4) / 2)
    assert score.high == pytest.approx((50 + 200 / 4) / 2)
    usage = (1 / 9 + 4 / 9) * ALONE + (1 / 4) ** 2 * WIDE
    assert score.variance == pytest.approx((usage + ALONE / 3) / 4)


def test_dont_know_lowers_the_coverage_but_enters_the_score() -> None:
    score = standing(sheet(CAP_U1="DK")).bank.dimensions["CAP"]
    assert score.usage == pytest.approx((25 + 4 * 50) / 5)
    assert score.coverage == pytest.approx(4 / 5)


def test_a_facet_with_nothing_scored_leaves_the_dimension_to_the_other() -> None:
    score = standing(sheet(CAP_A=None, CAP_A1="NA")).bank.dimensions["CAP"]
    assert (score.awareness, score.usage, score.score, score.gap) == (None, 50, 50, None)
    assert score.coverage == 0
    assert (score.low, score.high) == (25, 75)
    usage = ALONE * (1 + 1 + 4 + 1) / 25
    assert score.variance == pytest.approx((usage + WIDE) / 4)


def test_a_facet_that_does_not_apply_does_not_exist() -> None:
    score = standing(sheet(CAP_A="NA")).bank.dimensions["CAP"]
    assert (score.awareness, score.score, score.gap, score.coverage) == (None, 50, None, 1)
    assert (score.low, score.high) == (50, 50)
    assert score.variance == pytest.approx(ALONE * 7 / 25)


def test_a_dimension_that_does_not_apply_does_not_exist() -> None:
    bank = standing(sheet(4, CAP="NA")).bank
    assert list(bank.dimensions) == ["TEC", "SUP", "RSK", "DAT", "SKL"]
    assert bank.questionnaire == 75
    assert bank.bounds == pytest.approx((67.5, 77.5))


def test_a_dimension_with_nothing_scored_widens_the_bounds_but_has_no_weight() -> None:
    bank = standing(sheet(4, CAP=None)).bank
    cap = bank.dimensions["CAP"]
    assert cap.score is None
    assert (cap.coverage, cap.low, cap.high) == (0, 0, 100)
    assert bank.questionnaire == 75
    assert bank.bounds == pytest.approx((0.9 * 75 * 5 / 6, 0.9 * (75 * 5 + 100) / 6 + 10))
    assert bank.weight_range == pytest.approx((75, 75))
    assert bank.weakest == "TEC"
    assert bank.status == "provisional"


@pytest.mark.parametrize("control", ["RSK.U1", "RSK.U2", "RSK.U3", "RSK.U4"])
@pytest.mark.parametrize("answer", [1, "DK", None])
def test_a_failed_control_caps_risk(control: str, answer: Any) -> None:
    person = sheet(4)
    person["answers"][control] = answer
    bank = standing(person).bank
    risk = bank.dimensions["RSK"]
    assert bank.risk.critical_failed == (control,)
    assert (risk.score, risk.low, bank.risk.score) == (39, 39, 39)
    assert bank.risk.gate_active is True
    assert bank.p_high == 0
    assert risk.high == 39 if answer == 1 else risk.high >= 75


def test_failed_controls_are_sorted_and_one_failing_by_rating_caps_the_upper_bound() -> None:
    bank = standing(sheet(4, RSK_U4=1, RSK_U2=None, RSK_U1="DK")).bank
    assert bank.risk.critical_failed == ("RSK.U1", "RSK.U2", "RSK.U4")
    assert bank.dimensions["RSK"].high == 39


def test_a_cap_never_raises_risk() -> None:
    risk = standing(sheet(1)).bank.dimensions["RSK"]
    assert (risk.score, risk.low, risk.high) == (0, 0, 0)


def test_a_control_fails_below_level_one_and_a_half() -> None:
    people = [sheet(4, RSK_U1=1), sheet(4, RSK_U1=2)]
    assert standing(*people).bank.risk.critical_failed == ()
    people.append(sheet(4, RSK_U1=1))
    assert standing(*people).bank.risk.critical_failed == ("RSK.U1",)
    assert standing(*people, agreed={"RSK.U1": 2}).bank.risk.critical_failed == ()


def test_the_cap_leaves_the_variance_alone() -> None:
    free, capped = standing(sheet(4)).bank, standing(sheet(4, RSK_U1=1)).bank
    assert capped.dimensions["RSK"].variance == free.dimensions["RSK"].variance


def test_a_closed_gate_holds_the_bank_under_its_midline() -> None:
    bank = standing(sheet(4, RSK_U1=1), midlines={"bank": 65}).bank
    assert (bank.raw, bank.effective) == (69, 64)
    weak = standing(sheet(2), midlines={"bank": 65}).bank
    assert (weak.raw, weak.effective) == (25, 25)


def test_the_gate_opens_at_forty() -> None:
    forty = standing(*(sheet(3, RSK=level) for level in (3, 3, 3, 2, 2))).bank
    assert forty.risk.score == pytest.approx(40)
    assert (forty.risk.gate_active, forty.effective) == (False, forty.raw)
    less = standing(*(sheet(3, RSK=level) for level in (3, 3, 2, 2, 2))).bank
    assert less.risk.score == pytest.approx(35)
    assert less.risk.gate_active is True


def test_risk_without_a_score_closes_the_gate() -> None:
    bank = standing(sheet(4, RSK=None)).bank
    assert (bank.risk.score, bank.risk.se, bank.risk.gate_active) == (None, None, True)
    assert (bank.raw, bank.effective, bank.p_high) == (75, 49, 0)
    assert bank.risk.critical_failed == ("RSK.U1", "RSK.U2", "RSK.U3", "RSK.U4")


def test_the_label_is_at_most_one_above_the_weakest_dimension() -> None:
    bank = standing(sheet(5, SKL=1)).bank
    assert bank.raw == pytest.approx(500 / 6)
    assert (bank.weakest, bank.level, bank.level_name) == ("SKL", 2, "Emerging")


def test_the_weakest_of_equals_is_the_first_in_the_instrument() -> None:
    assert standing(sheet(3)).bank.weakest == "CAP"
    assert standing(sheet(3, TEC=2, DAT=2)).bank.weakest == "TEC"


def test_the_error_adds_answers_channels_and_leniency() -> None:
    answers = (
        0.81
        * sum(dimension.variance for dimension in standing(sheet()).bank.dimensions.values())
        / 36
    )
    for source, error in (("typed", 10), ("exported", 5)):
        bank = standing(sheet(), channels=[channel()], channel_source=source).bank
        assert bank.se == pytest.approx(math.sqrt(answers + 0.01 * error**2 + LENIENCY))
    bank = standing(sheet()).bank
    assert bank.se == pytest.approx(math.sqrt(answers + 0.01 * WIDE + LENIENCY))
    risk = bank.dimensions["RSK"].variance
    assert bank.risk.se == pytest.approx(math.sqrt(risk + LENIENCY))
    assert bank.ci90 == pytest.approx((50 - Z90 * known(bank.se), 50 + Z90 * known(bank.se)))


def test_the_interval_stays_on_the_scale() -> None:
    assert known(standing(sheet(1)).bank.ci90)[0] == 0
    assert known(standing(sheet(5)).bank.ci90)[1] == 100


def test_the_interval_surrounds_the_score_before_the_gate() -> None:
    bank = standing(sheet(4, RSK_U1=1)).bank
    low, high = known(bank.ci90)
    assert (low + high) / 2 == pytest.approx(bank.raw)


def test_leniency_is_shared_out_over_roles_that_rated() -> None:
    def leniency(*people: dict[str, Any]) -> float:
        bank = standing(*people).bank
        return known(bank.risk.se) ** 2 - bank.dimensions["RSK"].variance

    silent = {"role": "hr", "answers": {"CUS.A1": 3, "CAP.A1": "DK"}}
    assert leniency(sheet()) == pytest.approx(64)
    assert leniency(sheet(), silent) == pytest.approx(64)
    assert leniency(sheet(role="it"), sheet(role="it")) == pytest.approx(128 / 3)
    assert leniency(sheet(role="it"), sheet(role="hr")) == pytest.approx(128 / 3 / 2)
    kind = sheet(4, role="hr")
    # means differ by one level, so both lie 12.5 points from their mean: s_d2 = 312.5
    assert leniency(sheet(3), kind) == pytest.approx((128 + 312.5) / 3 / 2)
    apart = (sheet(RSK=None, role="it"), {"role": "hr", "answers": sheet()["answers"]})
    assert leniency(*apart) == pytest.approx(128 / 3 / 2)


def test_ratings_that_never_meet_say_nothing_about_leniency() -> None:
    first, second = sheet(3, role="it"), sheet(3, role="hr")
    for number, item in enumerate(list(first["answers"])):
        del (first, second)[number % 2]["answers"][item]
    bank = standing(first, second).bank
    assert known(bank.risk.se) ** 2 - bank.dimensions["RSK"].variance == pytest.approx(32)


def test_leniency_is_never_less_than_two_points() -> None:
    people = [sheet(role=f"role {number}") for number in range(12)]
    bank = standing(*people).bank
    assert known(bank.risk.se) ** 2 - bank.dimensions["RSK"].variance == pytest.approx(4)


def test_the_weight_range_lies_at_the_corners() -> None:
    bank = standing(sheet(3, CAP=5), channels=[channel()]).bank
    highest = 0.9 * (1.5 * 100 + 0.5 * 250) / (1.5 + 2.5) + 10
    lowest = 0.9 * (0.5 * 100 + 1.5 * 250) / (0.5 + 7.5) + 10
    assert bank.weight_range == pytest.approx((lowest, highest))


def test_without_an_inventory_the_score_is_the_questionnaire() -> None:
    bank = standing(sheet(4)).bank
    assert (bank.channel_index, bank.raw, bank.questionnaire) == (None, 75, 75)
    assert bank.bounds == pytest.approx((67.5, 77.5))
    assert bank.status == "provisional"


def test_with_an_inventory_a_tenth_of_the_score_is_the_channel_index() -> None:
    bank = standing(sheet(4), channels=[]).bank
    assert bank.channel_index == 15
    assert bank.raw == pytest.approx(69)
    assert bank.bounds == pytest.approx((69, 69))
    assert bank.status == "complete"


def test_a_result_is_provisional_below_sixty_per_cent_coverage() -> None:
    # awareness of RSK has four items, usage of CAP five by weight
    for answers, status in (
        ({"CAP_U1": None, "CAP_U2": "DK"}, "complete"),
        ({"CAP_U3": "DK", "CAP_U4": None}, "provisional"),
        ({"RSK_A1": "DK", "RSK_A2": None}, "provisional"),
        ({"CUS": None}, "complete"),
    ):
        assert standing(sheet(3, **answers), channels=[]).bank.status == status


def test_a_bank_that_rated_nothing_is_insufficient() -> None:
    found = findings(sheet(None, CUS=3), channels=[channel()], pulse=pulse())
    bank = found.bank
    assert bank.status == "insufficient"
    numbers = (
        "questionnaire raw effective se ci90 bounds p_high weakest level level_name weight_range"
    )
    assert [getattr(bank, name) for name in numbers.split()] == [None] * 11
    assert (bank.risk.score, bank.risk.se, bank.risk.gate_active) == (None, None, True)
    assert len(bank.risk.critical_failed) == 4
    assert bank.channel_index == 100
    assert {name: score.coverage for name, score in bank.dimensions.items()} == dict.fromkeys(
        DIMENSIONS, 0
    )
    assert (found.placement, found.roadmap, found.agreement) == (None, None, None)
    assert found.customer.score is not None


def test_the_four_gates_and_floors_meet_in_one_bank() -> None:
    bank = standing(sheet(5, RSK_U2=1, SKL=2), channels=[]).bank
    assert bank.risk.score == 39
    assert bank.effective == 49
    assert (bank.weakest, bank.level) == ("SKL", 3)


def test_doubt_names_the_answers_with_the_largest_share_of_the_variance() -> None:
    found = findings(sheet(3, CUS=5, CAP_U3=None), channels=[channel()])
    shares = dict(doubt(found, load_framework()))
    assert next(iter(shares)) == "CAP.U3"
    answers = sum(d.variance for d in found.bank.dimensions.values()) * 0.81 / 36
    assert sum(shares.values()) == pytest.approx(answers / known(found.bank.se) ** 2)
    assert list(shares.values()) == sorted(shares.values(), reverse=True)


def test_doubt_about_customers_names_their_items() -> None:
    found = findings(sheet(5, CUS=3), channels=[channel()])
    shares = dict(doubt(found, load_framework()))
    assert set(shares) == {i.id for i in load_framework().customer_items}
    assert sum(shares.values()) == pytest.approx(40 / 104)


def test_doubt_is_empty_where_nothing_was_rated() -> None:
    assert doubt(findings(sheet(None)), load_framework()) == ()
    measured = findings(sheet(5, CUS=None), pulse=pulse(mean={"A": 50, "U": 50, "C": 50}))
    assert doubt(measured, load_framework()) == ()


def test_doubt_without_a_placement_is_about_the_bank() -> None:
    shares = dict(doubt(findings(sheet(3, CUS=None)), load_framework()))
    assert set(shares) == {i.id for i in load_framework().bank_items}
