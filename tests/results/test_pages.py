"""The results page as a value: exact sentences and numbers of the worked cases."""

import pytest

from assessments.results import profile, queries, svg
from assessments.results.pages import ResultsPage
from assessments.results.subject import Subject
from tests.maturity.goldens import golden_pairs
from tests.results.conftest import SUBJECT, result, results_page

ONE, TWO, THREE = "case-1-step-by-step", "case-2-raise-awareness", "case-3-gated"


@pytest.mark.parametrize(
    ("case", "headline"),
    [
        (ONE, "Step by step: neither the bank nor its customers are ready for a leap"),
        (TWO, "Raise customer awareness: the bank is ready, its customers are not"),
        (
            THREE,
            "Improve social media capabilities: customers are ready, risk controls are not",
        ),
        ("line-2", "The bank scores 50.0, but nobody has estimated its customers yet"),
        ("line-3", "On the border between “Innovate” and “Step by step”"),
        ("line-11", "Innovate to differentiate: the bank and its customers are both ready"),
    ],
)
def test_the_headline_names_the_strategy_and_why(case: str, headline: str) -> None:
    assert results_page(case).headline == headline


def test_the_lead_of_a_gated_bank_tells_both_scores_and_the_next_quarter() -> None:
    assert results_page(THREE).lead == (
        "Customers score 59.0. The bank would score 62.3, but its Risk score of 33.3 holds it at "
        "49.0. 4 actions next quarter should lift Risk from 33.3 to about 41.7."
    )


def test_the_lead_names_the_midline_where_no_gate_acts() -> None:
    assert results_page(TWO).lead == (
        "The bank scores 60.8 and its customers 36.3; the midline is 50. 3 actions next quarter "
        "should lift customers from 36.3 to about 44.4."
    )


def test_the_score_board_prints_the_numbers_of_the_worked_case() -> None:
    assert [(row.name, row.value, row.detail) for row in results_page(THREE).scores] == [
        ("Bank", "49.0", "62.3 without the gate, range 48.2–76.3"),
        ("Customers", "59.0", "Pulse of 240 customers, range 56.9–61.1"),
        ("Risk", "33.3", "6.7 short of the gate, range 16.0–50.7"),
        ("Channels", "73.8", "3 live, 1 dormant, 0 abandoned"),
    ]


def test_the_gate_is_explained_with_what_would_have_been_advised() -> None:
    gate = results_page(THREE).gate
    assert gate is not None
    assert (gate.title, gate.text) == (
        "Risk gate active.",
        (
            "Risk is 33.3 and must reach 40 before the bank can count above the midline. Without the "
            "gate this page would have advised “Innovate”."
        ),
    )


def test_a_gate_that_changes_nothing_says_so() -> None:
    gate = results_page(ONE).gate
    assert gate is not None
    assert gate.text == (
        "Risk is 13.5. Below 40 the bank cannot count above the midline; here it would lie below "
        "it anyway, at 16.5."
    )


def test_failed_controls_are_named() -> None:
    first = results_page(ONE).floors[0]
    assert (first.title, first.text) == (
        "2 critical controls fail.",
        (
            "At level 1, unknown or unanswered: Customer data, Account security. Until each reaches "
            "level 2, Risk is held at 39 or less."
        ),
    )


def test_one_silent_account_is_counted_in_the_singular() -> None:
    assert [floor.title for floor in results_page(THREE).floors] == ["1 account is silent."]


def test_confidence_gives_status_runner_up_and_what_to_do() -> None:
    confidence = results_page(THREE).confidence
    assert confidence is not None
    assert confidence.status == "leaning"
    assert confidence.text == (
        "“Improve capabilities” is 76\u00a0% likely; the runner-up is “Innovate” at 24\u00a0%."
    )
    assert confidence.steps == (
        "Ask a second respondent: one person’s kindness or severity carries weight.",
        "Attach documents for the four critical controls: they decide whether Risk passes.",
    )
    assert confidence.no_regret[0] == "Close or revive every silent account"


def test_a_firm_placement_needs_no_steps_and_no_second_choice() -> None:
    confidence = results_page(TWO).confidence
    assert confidence is not None
    assert (confidence.status, confidence.steps, confidence.no_regret) == ("firm", (), ())
    assert confidence.weights_title == "Other weights would not move the bank across the midline"


def test_dimensions_stand_weakest_first_with_both_facets_apart() -> None:
    rows = results_page(THREE).dimensions.rows
    assert [(row.name, row.awareness, row.usage, row.score, row.hot) for row in rows] == [
        ("Risk", "37.5", "29.2", "33.3", True),
        ("Skills", "58.3", "55.0", "56.7", False),
        ("Support", "66.7", "65.0", "65.8", False),
        ("Data", "75.0", "60.0", "67.5", False),
        ("Technology", "75.0", "65.0", "70.0", False),
        ("Capacity", "75.0", "70.0", "72.5", False),
    ]


def test_knowing_without_doing_is_named() -> None:
    entries = results_page(ONE).say_do
    assert [(entry.title, entry.text) for entry in entries] == [
        ("Skills knows but does not act", "Awareness 33.3, usage 6.3: 27.1 points apart.")
    ]


def test_gaps_are_what_lies_farthest_under_the_midline_weighed_as_in_the_score() -> None:
    titles = [card.title for card in results_page(TWO).gaps]
    assert titles == ["Consensus", "Pilot to scale", "Continuity"]


def test_who_does_not_know_the_answer_is_shown_the_second_level_not_the_first() -> None:
    source = queries.source_of(result(ONE), SUBJECT)
    cards = {card.id: card for card in profile.gaps(source, 44)}
    unknown, blank = cards["RSK.A2"], cards["SKL.U3"]
    assert (unknown.now, unknown.next_headline) == ("Nobody knew the answer.", "Ask a lawyer")
    levels = source.wording.items["SKL.U3"].levels
    assert (blank.now, blank.next_headline) == ("Nobody answered.", levels[1].headline)


def test_gaps_begin_with_failed_controls_and_name_the_remedy() -> None:
    first = results_page(ONE).gaps[0]
    assert (first.title, first.critical, first.remedy) == (
        "Customer data",
        True,
        "Draw the public/confidential line and data-handling rule",
    )


def test_the_cost_of_a_silent_account_is_a_number() -> None:
    channels = results_page(THREE).channels
    assert channels.title == "1 silent account blocks three roadmap stages"
    assert channels.cost == (
        "Closing or signposting would move the channel index from 73.8 to 97.9, worth +2.4 bank "
        "points, and open the stages Innovate, Connect, Advocate."
    )


def test_guess_and_pulse_stand_side_by_side() -> None:
    customers = results_page(THREE).customers
    assert customers.title == "The bank rates its customers 6.0 points too high"
    assert [(row.name, row.guess, row.measured) for row in customers.rows] == [
        ("Customer score", "65.0", "59.0"),
        ("Awareness", "70.0", "66.0"),
        ("Usage", "60.0", "52.0"),
    ]
    assert customers.note == (
        "67.9\u00a0% of the customers asked score 50 or more; the 90 % interval is 62.8–72.6. The "
        "pulse replaces the bank’s guess."
    )


def test_the_agenda_names_the_widest_question_with_its_ratings() -> None:
    agreement = results_page(TWO).agreement
    first = agreement.rows[0]
    assert agreement.title == "Respondents disagree most on “Joint case solving”"
    assert agreement.measure == (
        "97.7\u00a0% of 44 shared questions agree within 0.8 levels; index 77.8"
    )
    assert (first.ratings, first.spread, first.chart.ratings) == ("2 to 4", "0.89", (2, 4, 4))


def test_one_respondent_has_no_agenda_and_a_reason() -> None:
    agreement = results_page(ONE).agreement
    assert (agreement.rows, agreement.note) == (
        (),
        (
            "One person answered. From two respondents on, the widest differences stand here as a "
            "meeting agenda."
        ),
    )


def test_next_quarter_lists_the_first_actions() -> None:
    quarter = results_page(THREE).next_quarter
    assert quarter.title == "Next quarter: 4 actions, 8 of 8 effort points"
    assert [(a.id, a.owner, a.effort, a.gain) for a in quarter.actions] == [
        ("L02", "Marketing", "1 point", "Bank +2.4"),
        ("L05", "Risk management", "2 points", "Bank +0.8"),
        ("L07", "IT", "2 points", "Bank +0.5"),
        ("L08", "Marketing", "3 points", "Bank +0.3"),
    ]


def test_cards_put_the_own_number_first_and_the_rest_aside() -> None:
    cards = results_page(THREE).benchmarks
    assert cards is not None
    assert all(card.own for card in cards.beside)
    assert len(cards.beside) + len(cards.others) == 39


def test_no_cards_without_a_date_to_count_their_age_from() -> None:
    page = results_page(ONE, subject_without_date())
    assert page.benchmarks is None


def subject_without_date() -> Subject:
    return Subject(bank="Norvane Bank")


def test_a_missing_inventory_is_a_warning() -> None:
    titles = [notice.title for notice in results_page("line-1").warnings]
    assert titles == ["Provisional: no channel inventory."]


def test_without_a_customer_score_there_is_no_quadrant_and_no_plan() -> None:
    page = results_page("line-2")
    assert (page.quadrant, page.confidence, page.strategy, page.path) == (None, None, None, None)
    assert page.next_quarter.title == "A roadmap needs a score on both axes"


def test_a_fictional_bank_is_labelled_in_the_picture_itself() -> None:
    figure = results_page(THREE).quadrant
    assert figure is not None
    assert isinstance(figure.chart, svg.Quadrant)
    assert figure.chart.stamp == "Fictional bank"


@pytest.mark.parametrize("name", sorted(golden_pairs()))
def test_every_worked_case_fills_a_page(name: str) -> None:
    page = results_page(name)
    texts = [page.headline, page.lead, page.level, page.dimensions.title, page.channels.title]
    texts += [page.customers.title, page.agreement.title, page.next_quarter.title]
    assert [text for text in texts if not text or "%(" in text or "\u2011" in text] == []
    assert len(page.scores) == 4


def test_percent_signs_follow_a_no_break_space() -> None:
    page: ResultsPage = results_page(THREE)
    assert page.facts == ("2026 H2", "21 Nov 2026", "1 respondent", "Coverage 100\u00a0%")
