"""Answers, roadmaps and charts of a comparison, without a database."""

from dataclasses import replace
from typing import Any

import pytest

from assessments.comparison import answers, charts, pages, parts, roadmaps
from assessments.results import svg
from maturity import assess, load_framework, read_case
from tests.comparison.build import banks, case_of, lineup_of, make_side


def anonymous_case() -> dict[str, Any]:
    """Four respondents, of whom one alone rated CAP.A1 and two CAP.A2; all rated the rest."""
    whole = dict.fromkeys(load_framework().items, 3)
    people: list[dict[str, Any]] = [{"role": "it", "answers": dict(whole)} for _ in range(4)]
    for person in people[1:]:
        del person["answers"]["CAP.A1"]
    for person in people[2:]:
        del person["answers"]["CAP.A2"]
    people[0]["answers"]["CAP.A1"] = 5
    return {"respondents": people}


# ---- answers -----------------------------------------------------------------------------------


def test_what_a_few_said_in_an_anonymous_round_is_neither_shown_nor_compared() -> None:
    named = make_side(0, case=anonymous_case())
    hidden = make_side(1, case=anonymous_case(), anonymous=True)
    other = make_side(2)
    found = answers.answers(lineup_of([other, hidden, named]))
    few, pair, all_ = found.lines[:3]
    assert [cell.value for cell in few.cells] == ["4", "·", "5"]
    assert [cell.sign for cell in few.cells] == ["", "", "▲"]
    assert few.values == (4.0, None, 5.0)
    assert pair.cells[1].value == "·"
    assert all_.cells[1].value == "3"
    assert found.hidden
    assert "too few people answered an anonymous round" in answers.key(found)


def test_a_level_agreed_in_a_meeting_may_be_shown_of_an_anonymous_round() -> None:
    case = anonymous_case() | {"agreed": {"CAP.A1": 4}}
    found = answers.answers(lineup_of([make_side(0, case=case, anonymous=True), make_side(1)]))
    assert found.lines[0].cells[0].value == "4"


def test_what_nobody_knew_and_what_does_not_apply_are_told_apart() -> None:
    case = case_of(2)
    case["respondents"][0]["answers"] |= {"CAP.A1": "DK", "CAP.A2": "NA"}
    del case["respondents"][0]["answers"]["CAP.A3"]
    lines = answers.answers(lineup_of([make_side(0), make_side(1, case=case)])).lines
    assert [line.cells[1].value for line in lines[:3]] == ["DK", "N/A", "–"]
    assert not any(line.differs for line in lines[:3])


def test_only_differing_groups_keep_their_order_and_lose_the_rest() -> None:
    found = answers.answers(banks(2))
    kept = found.only_differing()
    assert sum(len(group.lines) for group in kept) == found.differing == 41
    assert [group.id for group in kept] == [group.id for group in found.groups]


# ---- roadmaps ----------------------------------------------------------------------------------


def test_actions_are_aligned_by_stage_the_common_ones_first() -> None:
    lineup = banks(2)
    found = roadmaps.roadmaps(lineup)
    plans = [side.source.findings.roadmap for side in lineup.sides]
    starts = [{step.action: step.quarter for step in plan.plan} for plan in plans if plan]
    lines = [line for stage in found.stages for line in stage.lines]
    assert {line.id for line in lines} == set(starts[0]) | set(starts[1])
    for line in lines:
        assert line.quarters == (starts[0].get(line.id), starts[1].get(line.id))
        assert line.common == (None not in line.quarters)
    for stage in found.stages:
        held = [line.plans for line in stage.lines]
        assert held == sorted(held, reverse=True)
    assert found.common == len(set(starts[0]) & set(starts[1])) == 1
    assert [stage.number for stage in found.stages] == [1, 2, 3, 4, 5, 6]


def test_nobody_shares_an_action_with_itself_alone() -> None:
    case = case_of(0)
    case["respondents"] = [{"role": "it", "answers": {}}]
    found = roadmaps.roadmaps(lineup_of([make_side(1), make_side(0, case=case)]))
    assert found.common == 0
    assert found.without == ("Albatross Bank",)


# ---- sentences ---------------------------------------------------------------------------------


def test_other_midlines_are_told_beside_the_quadrant() -> None:
    case = case_of(1) | {"midlines": {"bank": 60, "customer": 40}}
    assert parts.midline_note(banks(2)) == ""
    note = parts.midline_note(lineup_of([make_side(0), make_side(1, case=case)]))
    assert "the reference’s midlines, 50 and 50" in note


def test_two_equal_results_name_the_widest_span_of_zero() -> None:
    same = lineup_of([make_side(0), replace(make_side(0), bank="Other")])
    assert pages.lead(same).endswith("spans 0.0 points")
    assert parts.apart(same) == ()


# ---- charts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 6])
def test_the_quadrant_names_every_side_at_a_marker_of_its_own(count: int) -> None:
    lineup = banks(count)
    drawn = parts.quadrant(lineup)
    assert drawn is not None
    screen = drawn.screen
    for place, name in enumerate(lineup.names):
        assert charts.MARKERS[place] in screen
        assert f"fill-series-{place + 1}" in screen
        assert name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in screen
    assert "style=" not in screen
    assert len(set(charts.MARKERS)) == 6


def test_a_side_without_a_score_is_not_in_the_quadrant() -> None:
    case = case_of(0)
    case["respondents"] = [{"role": "it", "answers": {}}]
    empty = make_side(0, case=case)
    drawn = parts.quadrant(lineup_of([make_side(1), empty]))
    assert drawn is not None
    assert [spot.name for spot in drawn.spots] == ["Beluga Savings"]
    assert parts.quadrant(lineup_of([empty, empty])) is None
    assert "None of 2 banks" in pages.quadrant_title(lineup_of([empty, empty]))


def test_the_gate_is_drawn_from_the_raw_score_down_to_the_one_that_counts() -> None:
    findings = assess(load_framework(), read_case(case_of(2)))
    drawn = parts.quadrant(lineup_of([make_side(2), make_side(1)]))
    assert drawn is not None
    assert (drawn.spots[0].raw, drawn.spots[0].bank) == (
        findings.bank.raw,
        findings.bank.effective,
    )
    assert drawn.screen.count("line-error") == 1


def test_long_names_are_cut_and_short_ones_are_not() -> None:
    assert charts.shortened("Short", 100) == "Short"
    cut = charts.shortened("A very long name of a bank indeed", 100)
    assert cut.endswith("…")
    assert len(cut) < 20
    assert charts.two_lines("Albatross Bank", 70) == ("Albatross", "Bank")
    assert charts.two_lines("Albatross Bank", 200) == ("Albatross Bank",)
    assert charts.two_lines("Sparkassenverbundgenossenschaft", 60)[0].endswith("…")


def test_the_grid_draws_a_value_for_every_cell_and_bold_where_it_differs() -> None:
    cells = tuple(
        charts.GridCell(
            score=value, awareness=value, usage=None, reference=40.0, text=str(value), strong=strong
        )
        for value, strong in ((40.0, False), (80.0, True))
    )
    grid = charts.Grid(label="x", names=("A", "B"), rows=(("Risk", cells),))
    drawn = grid.draw(svg.Paper(400, 100))
    assert ">40.0</text>" in drawn
    assert 'font-weight="700" text-anchor="middle">80.0</text>' in drawn
    halves = replace(grid, facets=True).draw(svg.Paper(400, 100))
    assert halves.count("<circle") == 2
