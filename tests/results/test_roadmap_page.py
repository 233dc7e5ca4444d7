"""The roadmap page as a value: six stages, reasons, targets and what is left out."""

import datetime as dt

import pytest

from assessments.results.calendar import quarter_names
from assessments.results.pages import build_roadmap
from maturity.roadmap import Limit, Trial
from tests.maturity.goldens import golden_pairs
from tests.results.conftest import SUBJECT, result, roadmap_page, words

ONE, THREE = "case-1-step-by-step", "case-3-gated"


def test_quarters_begin_after_the_closing_date() -> None:
    assert quarter_names(dt.date(2026, 11, 21), 5) == (
        "2027 Q1",
        "2027 Q2",
        "2027 Q3",
        "2027 Q4",
        "2028 Q1",
    )
    assert quarter_names(dt.date(2026, 1, 1), 1) == ("2026 Q2",)
    assert quarter_names(None, 2) == ("Quarter 1", "Quarter 2")


def test_the_headline_tells_when_gate_and_targets_are_reached() -> None:
    assert roadmap_page(THREE).headline == (
        "Risk should pass its gate in 2027 Q1, and every target by 2027 Q4"
    )
    assert roadmap_page(ONE).headline == (
        "Risk should pass its gate in 2027 Q3; not every target is within reach"
    )
    assert roadmap_page("line-13").headline == "Every target is met already"


def test_lanes_hold_every_action_once_in_its_stage_and_quarter() -> None:
    page = roadmap_page(THREE)
    placed = {
        (lane.account.number, cell.quarter, chip.id)
        for lane in page.lanes
        for cell in lane.cells
        for chip in cell.chips
        if not chip.continued
    }
    assert placed == {
        (1, "2027 Q1", "L02"),
        (1, "2027 Q1", "L05"),
        (1, "2027 Q1", "L07"),
        (1, "2027 Q1", "L08"),
        (2, "2027 Q2", "E02"),
        (2, "2027 Q2", "E04"),
        (3, "2027 Q2", "D08"),
        (1, "2027 Q3", "L06"),
        (5, "2027 Q3", "C05"),
        (4, "2027 Q3", "N03"),
        (3, "2027 Q4", "D03"),
        (2, "2027 Q4", "E06"),
        (6, "2027 Q4", "V01"),
    }


def test_the_late_stages_are_locked_while_the_gate_is_closed() -> None:
    locks = [cell.lock for lane in roadmap_page(THREE).lanes for cell in lane.cells if cell.lock]
    assert [(lock.title, lock.quarters, lock.stages) for lock in locks] == [
        ("Locked in 2027 Q1", 1, 3)
    ]
    assert locks[0].text == (
        "Innovate, Connect, Advocate open when Risk reaches 40, no critical control fails and no "
        "account is silent."
    )


@pytest.mark.parametrize("name", sorted(golden_pairs()))
def test_each_stage_accounts_for_all_its_actions(name: str) -> None:
    page = roadmap_page(name)
    _, framework = words()
    if not page.lanes:
        return
    assert [lane.account.number for lane in page.lanes] == [1, 2, 3, 4, 5, 6]
    for lane in page.lanes:
        account = lane.account
        counted = len(account.practised) + len(account.planned) + len(account.waiting)
        own = [a for a in framework.actions.values() if a.stage == account.number]
        assert counted == len(own)
        assert account.summary


def test_an_action_tells_why_this_why_now_and_what_it_opens() -> None:
    card = next(card for card in roadmap_page(THREE).actions if card.id == "E02")
    assert card.when == "2027 Q2"
    assert card.why_this == (
        "Lifts “Approval and records” from level 2 toward 4, “Rules known” from level 2 toward 4. "
        "Worth by itself: Bank +1.3."
    )
    assert card.why_now == (
        "Of what could start it gave the most for its effort. It builds on work done by then: "
        "Write the social media risk register. It takes 3 of 8 points."
    )
    assert card.why_not_sooner == (
        "In 2027 Q1 it still waited for: Write the social media risk register."
    )


def test_what_the_rules_put_first_is_marked_and_explained() -> None:
    first = roadmap_page(ONE).actions[0]
    assert (first.id, first.tag) == ("L02", "must")
    assert first.why_now == (
        "The rules put it first, because an open account is silent. Nothing must precede it. It "
        "takes 1 of 8 points."
    )


def test_targets_tell_what_is_expected_and_when() -> None:
    page = roadmap_page(THREE)
    assert page.targets_title == "All three targets are within reach"
    assert [(row.name, row.expected, row.when) for row in page.targets] == [
        ("Bank 65", "71.1", "2027 Q1"),
        ("Risk 60", "65.5", "2027 Q3"),
        ("Customers 60", "61.8", "2027 Q4"),
    ]


def test_the_table_follows_the_worked_trajectory() -> None:
    rows = roadmap_page(THREE).rows
    assert [(r.quarter, r.bank, r.counted, r.risk, r.customer, r.strategy) for r in rows] == [
        ("Now", "62.3", "49.0", "33.3", "59.0", "Improve capabilities"),
        ("2027 Q1", "66.2", "66.2", "41.7", "59.0", "Innovate"),
        ("2027 Q2", "68.9", "68.9", "59.7", "59.0", "Innovate"),
        ("2027 Q3", "70.1", "70.1", "62.2", "59.9", "Innovate"),
        ("2027 Q4", "71.1", "71.1", "65.5", "61.8", "Innovate"),
    ]


def test_the_ranking_that_won_is_named() -> None:
    assert roadmap_page(THREE).ranking == (
        "Twelve rankings were tried and the best plan kept: worth per effort, counting 0\u00a0% of "
        "what an action opens."
    )


def test_the_binding_limit_is_a_sentence_with_numbers() -> None:
    trial = Trial(capacity=8, parallel=5, quarters=8, bank=55.7, customer=40.0, risk=61.0, met=True)
    found = result(ONE)
    page = build_roadmap(
        found.findings,
        *words(),
        case=found.case,
        subject=SUBJECT,
        limit=Limit(kind="parallel", trials={"parallel": trial, "none": trial}),
    )
    assert page.limit == (
        "What binds is parallel work: with 5 actions at once the plan would end at bank 55.7, "
        "Risk 61.0, customers 40.0."
    )


def test_zeros_are_flagged_in_the_completeness_counts() -> None:
    groups = {group.title: group.counts for group in roadmap_page(THREE).completeness}
    assert list(groups) == ["Rules", "Opportunities", "Value steps", "Focus areas"]
    assert [len(counts) for counts in groups.values()] == [4, 9, 6, 5]
    for counts in groups.values():
        assert all(count.zero == (count.count == "0") for count in counts)


def test_three_conditions_for_success_are_read_off_the_answers() -> None:
    factors = roadmap_page(THREE).success
    assert [(factor.name, factor.met) for factor in factors] == [
        ("A strong entry", True),
        ("A community-minded culture", True),
        ("A human tone", True),
    ]
    assert factors[0].evidence == "“Daily presence” at level 4, channel index 73.8"


def test_long_work_shows_in_both_of_its_quarters() -> None:
    long = [
        (cell.quarter, chip.id, chip.continued)
        for lane in roadmap_page("line-12").lanes
        for cell in lane.cells
        for chip in cell.chips
        if chip.points == 8
    ]
    assert long
    starts = [entry for entry in long if not entry[2]]
    assert {entry[1] for entry in long if entry[2]} <= {entry[1] for entry in starts}


def test_without_a_placement_the_page_says_what_is_missing() -> None:
    page = roadmap_page("line-2")
    assert (page.lanes, page.headline) == ((), "There is no roadmap yet")
