"""What moved between two rounds, how sure that is, and which actions stand beside it: pure."""

from dataclasses import replace
from typing import Any

import pytest

from assessments.history import moves
from assessments.history.moves import Change, Moved, explain, what_moved
from maturity import Findings, assess, load_framework, read_case
from maturity.compare import edition
from tests.history.conftest import case

FRAMEWORK = load_framework()


def found(**given: Any) -> Findings:
    return assess(FRAMEWORK, read_case(case(**given)))


def moved(before: dict[str, Any], after: dict[str, Any]) -> Moved:
    result = what_moved(found(**before), found(**after))
    assert result is not None
    return result


def lifting(item: str) -> list[str]:
    return [name for name, action in FRAMEWORK.actions.items() if item in action.lifts]


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (Change(before=40, after=50, half=9.9), "up"),
        (Change(before=50, after=40, half=9.9), "down"),
        (Change(before=40, after=50, half=10), "not sure"),
        (Change(before=40, after=50, half=None), "not sure"),
        (Change(before=40, after=40, half=5), "same"),
    ],
)
def test_a_change_within_its_interval_is_not_sure(change: Change, verdict: str) -> None:
    assert change.verdict == verdict


def test_the_interval_of_a_change_adds_both_errors_as_squares() -> None:
    before, after = found(bank=2), found(bank=4)
    result = what_moved(before, after)
    assert result is not None
    assert result.bank is not None
    assert before.bank.se is not None
    assert after.bank.se is not None
    z = FRAMEWORK.parameters.z90
    assert result.bank.half == pytest.approx(z * (before.bank.se**2 + after.bank.se**2) ** 0.5)
    assert result.bank.by == pytest.approx(50)
    assert result.bank.verdict == "up"


def test_only_items_that_changed_are_listed_the_largest_first() -> None:
    result = moved({"bank": 3}, {"bank": 3, "CAP_A1": 5, "CAP_U1": 2, "RSK_U1": 4})
    assert {item: change.by for item, change in result.items.items()} == {
        "CAP.A1": 2,
        "CAP.U1": -1,
        "RSK.U1": 1,
    }
    assert list(result.of("CAP")) == ["CAP.A1", "CAP.U1"]
    assert result.raters["CAP.A1"] == (4, 4)


def test_two_equal_rounds_moved_nowhere() -> None:
    result = moved({}, {})
    assert result.bank is not None
    assert result.bank.verdict == "same"
    assert {change.verdict for change in result.dimensions.values()} == {"same"}
    assert result.items == {}


def test_what_one_round_did_not_score_is_not_compared() -> None:
    bare = read_case({"respondents": [{"role": "executive", "answers": {"CAP.A1": 3}}]})
    result = what_moved(assess(FRAMEWORK, bare), found())
    assert result is not None
    assert result.customer is None
    assert set(result.dimensions) == {"CAP"}


def test_a_framework_that_is_not_known_any_more_is_not_compared() -> None:
    old = replace(found(), framework="0.1")
    assert what_moved(old, found()) is None


def test_across_versions_only_what_both_ask_alike_is_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    newer = replace(
        FRAMEWORK,
        version="2.0",
        items={name: item for name, item in FRAMEWORK.items.items() if name != "CAP.A1"},
    )
    words = edition(FRAMEWORK.version)[1]
    editions = {FRAMEWORK.version: (FRAMEWORK, words), "2.0": (newer, words)}
    monkeypatch.setattr(moves, "edition", editions.__getitem__)
    before = found(bank=3, CAP_A1=1)
    after = replace(found(bank=3, CAP_A2=4), framework="2.0")
    result = what_moved(before, after)
    assert result is not None
    assert result.common.versions == (FRAMEWORK.version, "2.0")
    assert [left.item for left in result.common.left_out] == ["CAP.A1"]
    # CAP.A1 fell out on both sides, so that its 1 does not count as a rise.
    assert set(result.items) == {"CAP.A2"}
    assert result.dimensions["CAP"].before == pytest.approx(50)


# ---- beside it --------------------------------------------------------------------------------


def test_finished_actions_stand_beside_the_items_that_they_lift_and_that_rose() -> None:
    result = moved({"bank": 2}, {"bank": 2, "CAP_A1": 4, "CAP_U1": 1})
    lifts = lifting("CAP.A1")[0]
    explained = explain(result, [lifts])
    assert explained.items == {"CAP.A1": (lifts,)}
    assert (explained.alone, explained.still) == ((), ())


def test_what_rose_without_a_finished_action_is_told() -> None:
    result = moved({"bank": 2}, {"bank": 2, "CAP_A1": 4})
    other = next(name for name in FRAMEWORK.actions if name not in lifting("CAP.A1"))
    explained = explain(result, [other])
    assert explained.items == {}
    assert explained.alone == ("CAP.A1",)


def test_what_was_finished_without_a_move_is_told_even_where_its_item_fell() -> None:
    result = moved({"bank": 3}, {"bank": 3, "CAP_A1": 1})
    lifts = lifting("CAP.A1")[0]
    explained = explain(result, [lifts])
    assert (explained.still, explained.alone) == ((lifts,), ())


def test_an_action_that_the_framework_does_not_hold_is_left_out() -> None:
    assert explain(moved({}, {}), ["X99"]).still == ()
