"""Findings side by side, over two versions of the instrument and over time."""

from dataclasses import replace
from typing import Any

import pytest

from maturity import assess, codec, load_framework, load_wording, read_case
from maturity.compare import (
    Common,
    Facets,
    LeftOut,
    Profile,
    beyond_doubt,
    common_items,
    compare,
    edition,
    moved,
    profile,
)
from maturity.framework import Framework
from maturity.phrases import Wording
from tests.maturity.build import DIMENSIONS, case, channel, findings, pulse, sheet

V1, WORDS = load_framework(), load_wording()


def sides(*found: Any) -> Any:
    return compare([profile(one, V1) for one in found])


def second(**changed: dict[str, Any]) -> tuple[Framework, Wording]:
    """A second version of the instrument, with some items changed (``CAP_A1={"weight": 3}``)."""
    items, texts = dict(V1.items), dict(WORDS.items)
    for name, parts in changed.items():
        item = name.replace("_", ".")
        if parts.pop("gone", False):
            del items[item]
            continue
        words = {
            key: parts.pop(key) for key in list(parts) if key in ("question", "title", "levels")
        }
        items[item] = replace(items[item], **parts)
        texts[item] = replace(texts[item], **words)
    return replace(V1, version="v2", items=items), replace(WORDS, items=texts)


# ---- side by side ------------------------------------------------------------------------------


def test_the_first_is_the_reference_and_a_level_counts() -> None:
    found = sides(findings(sheet(3)), findings(sheet(4)), findings(sheet(3, CAP_A=2)))
    row = found.dimensions["CAP"].score
    assert row.values == (50.0, 75.0, 37.5)
    assert row.differences == (0.0, 25.0, -12.5)
    assert row.sides == ("same", "higher", "same")
    assert found.dimensions["CAP"].awareness.sides == ("same", "higher", "lower")
    assert found.dimensions["CAP"].usage.sides == ("same", "higher", "same")


def test_a_hair_under_a_level_is_no_difference_but_rounding_is_forgiven() -> None:
    one, other = sides(findings(sheet(3)), findings(sheet(4))).dimensions["CAP"].score.values
    assert (one, other) == (50.0, 75.0)

    def row(value: float) -> tuple[str, ...]:
        facets = Facets(awareness=value, usage=50.0, score=50.0)
        base = Facets(awareness=50.0, usage=50.0, score=50.0)
        made = [
            Profile(bank=50.0, customer=50.0, dimensions={"CAP": part}, items={})
            for part in (base, facets)
        ]
        return compare(made).dimensions["CAP"].awareness.sides

    assert row(74.99) == ("same", "same")
    assert row(74.999999) == ("same", "higher")
    assert row(25.000001) == ("same", "lower")


def test_an_answer_differs_from_one_level_on() -> None:
    found = sides(
        findings(sheet(3), sheet(4, role="risk")), findings(sheet(4)), findings(sheet(5))
    ).items["CAP.A1"]
    assert found.values == (3.5, 4.0, 5.0)
    assert found.sides == ("same", "same", "higher")
    assert found.spread == 1.5


def test_what_one_side_did_not_answer_differs_from_nothing() -> None:
    found = sides(findings(sheet(3)), findings(sheet(5, CAP="NA", TEC_A1="DK", CUS=None)))
    assert found.dimensions["CAP"].score.values == (50.0, None)
    assert found.dimensions["CAP"].score.differences == (0.0, None)
    assert not found.dimensions["CAP"].differs
    assert found.items["TEC.A1"].sides == ("same", "same")
    assert found.items["TEC.A1"].spread is None
    assert found.axes["customer"].values == (50.0, None)


def test_a_reference_without_a_figure_differs_from_nobody() -> None:
    found = sides(findings(sheet(None)), findings(sheet(5)))
    assert found.axes["bank"].values == (None, 100.0)
    assert found.axes["bank"].differences == (None, None)
    assert not found.axes["bank"].differs


def test_the_axes_are_the_raw_bank_score_and_the_customers() -> None:
    gated = findings(sheet(5, RSK=1), channels=[channel()], pulse=pulse())
    found = sides(gated, findings(sheet(3)))
    assert found.axes["bank"].values == (gated.bank.raw, 50.0)
    assert found.axes["customer"].values == (gated.customer.score, 50.0)
    assert found.count == 2


def test_the_widest_differences_come_first() -> None:
    found = sides(findings(sheet(3)), findings(sheet(3, CAP=5, TEC_U=4)), findings(sheet(3, SUP=1)))
    assert list(found.apart()) == [
        ("CAP", None, 1, 50.0),
        ("CAP", "A", 1, 50.0),
        ("CAP", "U", 1, 50.0),
        ("SUP", None, 2, -50.0),
        ("SUP", "A", 2, -50.0),
        ("SUP", "U", 2, -50.0),
        ("TEC", "U", 1, 25.0),
    ]


@pytest.mark.parametrize("few", [[], [findings(sheet(3))]])
def test_one_side_is_no_comparison(few: list[Any]) -> None:
    with pytest.raises(ValueError, match="at least 2"):
        sides(*few)


def test_a_snapshot_compares_as_it_was_made() -> None:
    made = [
        findings(sheet(level), sheet(level + 1, role="risk"), sheet(level, role="hr"))
        for level in (2, 3)
    ]
    kept = [codec.load(codec.dump(one)) for one in made]
    for one, other in ((made[0], kept[1]), (kept[0], made[1]), (kept[0], kept[1])):
        rows = sides(one, other)
        assert rows.dimensions["DAT"].score.sides == ("same", "higher")
        assert rows.items["DAT.A1"].sides == ("same", "higher")


# ---- two versions ------------------------------------------------------------------------------


def test_a_version_has_everything_in_common_with_itself() -> None:
    assert common_items([(V1, WORDS), (V1, WORDS)]) == Common(
        versions=(V1.version,), items=tuple(V1.items), left_out=()
    )
    assert common_items([(V1, WORDS), second()]).items == tuple(V1.items)
    assert common_items([(V1, WORDS), second()]).versions == (V1.version, "v2")


def test_an_edition_is_found_by_the_version_that_findings_name() -> None:
    framework, wording = edition(findings(sheet(3)).framework)
    assert (framework.version, framework.items, wording) == (V1.version, V1.items, WORDS)
    with pytest.raises(LookupError):
        edition("9.9")
    with pytest.raises(LookupError):
        edition(V1.version, "xx")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"gone": True}, "missing"),
        ({"dimension": "TEC"}, "dimension"),
        ({"facet": "U"}, "facet"),
        ({"weight": 3}, "weight"),
        ({"critical": True}, "control"),
        ({"question": "Something else?"}, "wording"),
        ({"levels": WORDS.items["CAP.A2"].levels}, "wording"),
    ],
)
def test_an_item_that_changed_is_left_out_with_the_reason(
    changed: dict[str, Any], reason: str
) -> None:
    found = common_items([(V1, WORDS), second(CAP_A1=changed)])
    assert found.left_out == (LeftOut(item="CAP.A1", reason=reason),)  # type: ignore[arg-type]
    assert found.items == tuple(name for name in V1.items if name != "CAP.A1")
    assert not found.whole


def test_a_new_title_changes_nothing_and_a_new_item_is_left_out() -> None:
    added = {**V1.items, "CAP.A9": replace(V1.items["CAP.A1"], id="CAP.A9")}
    newer = second(CAP_A1={"title": "Another headline"})
    found = common_items([(V1, WORDS), (replace(newer[0], items=added), newer[1])])
    assert found.left_out == (LeftOut(item="CAP.A9", reason="missing"),)
    assert found.items == tuple(V1.items)


def test_over_fewer_items_only_these_are_scored() -> None:
    found = findings(sheet(3, CAP_A1=5, CAP_U=1), channels=[channel()])
    kept = [name for name in V1.items if name != "CAP.A1"]
    made = profile(found, V1, kept)
    assert made.dimensions["CAP"] == Facets(awareness=50.0, usage=0.0, score=25.0)
    assert made.dimensions["TEC"] == Facets(awareness=50.0, usage=50.0, score=50.0)
    assert made.bank == pytest.approx(0.9 * (50 - 25 / 6) + 0.1 * 100)
    assert "CAP.A1" not in made.items
    assert made.customer == 50.0


def test_over_all_items_the_findings_stay_as_they_are() -> None:
    found = findings(sheet(4, RSK=1), sheet(2, role="risk"), channels=[channel()], pulse=pulse())
    assert profile(found, V1, list(V1.items)) == profile(found, V1)
    assert profile(found, V1).bank == found.bank.raw
    assert profile(found, V1).dimensions["RSK"].score == found.bank.dimensions["RSK"].score


def test_a_facet_or_dimension_without_a_common_item_is_not_compared() -> None:
    found = findings(sheet(3, CAP_U=5))
    facet = profile(found, V1, [name for name in V1.items if not name.startswith("CAP.A")])
    assert facet.dimensions["CAP"] == Facets(awareness=None, usage=100.0, score=100.0)
    whole = profile(found, V1, [name for name in V1.items if not name.startswith("CAP.")])
    assert tuple(whole.dimensions) == (*DIMENSIONS[1:], "CUS")


def test_a_failed_control_still_caps_risk_unless_it_was_left_out() -> None:
    found = findings(sheet(5, RSK_U1=1))
    assert profile(found, V1, list(V1.items)[1:]).dimensions["RSK"].score == 39.0
    without = profile(found, V1, [name for name in V1.items if name != "RSK.U1"])
    assert without.dimensions["RSK"].score == 100.0


def test_customers_are_scored_over_the_common_items_unless_a_pulse_measured_them() -> None:
    kept = [name for name in V1.items if name != "CUS.A1"]
    guessed = findings(sheet(3, CUS_A1=5))
    assert guessed.customer.awareness == 60.0
    assert profile(guessed, V1, kept).dimensions["CUS"] == Facets(
        awareness=50.0, usage=50.0, score=50.0
    )
    measured = findings(
        sheet(3, CUS_A1=5), pulse=pulse(n=400, source="random", mean={"A": 44, "U": 28, "C": 36})
    )
    assert measured.customer.basis == "measured"
    assert profile(measured, V1, kept).customer == measured.customer.score
    nobody = profile(findings(sheet(3, CUS=None)), V1, kept)
    assert nobody.customer is None


# ---- over time ---------------------------------------------------------------------------------


def test_what_moved_is_told_by_axis_dimension_facet_and_answer() -> None:
    before, after = findings(sheet(3)), findings(sheet(3, CAP_A=4, TEC_U1=5, CUS_A=None))
    found = moved(profile(before, V1), profile(after, V1))
    assert found.facets["CAP", "A"].change == 25.0
    assert found.facets["CAP", "A"].level
    assert found.dimensions["CAP"].change == 12.5
    assert not found.dimensions["CAP"].level
    assert found.axes["bank"].change > 0
    assert {name: (move.change, move.level) for name, move in found.items.items()} == {
        "CAP.A1": (1.0, True),
        "CAP.A2": (1.0, True),
        "CAP.A3": (1.0, True),
        "TEC.U1": (2.0, True),
    }
    assert ("CUS", "A") not in found.facets


def test_a_small_move_is_not_beyond_doubt_and_a_large_one_is() -> None:
    low, near, high = (findings(sheet(level, CAP=cap)) for level, cap in ((2, 2), (2, 3), (5, 5)))
    z = V1.parameters.z90
    assert not beyond_doubt(low, near, "bank", z)
    assert beyond_doubt(low, high, "bank", z)
    assert beyond_doubt(high, low, "customer", z)
    nobody = assess(V1, read_case(case(sheet(None))))
    assert not beyond_doubt(nobody, high, "bank", z)
