"""How this was scored: a doubter recomputes the numbers by hand."""

import math
import re

import pytest

from assessments.results.queries import source_of
from assessments.results.scoring_page import ScoringPage, build_scoring, error_parts
from tests.maturity.goldens import golden_pairs
from tests.results.conftest import SUBJECT, result


def page(name: str) -> ScoringPage:
    return build_scoring(source_of(result(name), SUBJECT))


def test_the_bank_axis_is_written_out_with_its_numbers() -> None:
    formulas = {step.title: step.formula for step in page("case-3-gated").steps}
    assert formulas["From dimensions to the questionnaire"] == (
        "(72.50 + 70.00 + 65.83 + 33.33 + 67.50 + 56.67) ÷ 6 = 60.97"
    )
    assert formulas["The bank’s score"] == "0.9 × 60.97 + 0.1 × 73.82 = 62.26"
    assert formulas["The risk gate"] == "smaller of 62.26 and 49 = 49.00"
    assert formulas["The level"] == "Level 3: Established"


def test_doubt_is_written_out_down_to_the_four_products() -> None:
    steps = {step.title: step.formula for step in page("case-3-gated").doubt}
    assert steps["The 90\u00a0% interval"] == "62.26 ± 1.645 × 8.54 → 48.21 – 76.31"
    assert steps["Chance that the bank belongs in the upper half"] == (
        "Φ((62.26 − 50) ÷ 8.54) × 0.264 = 0.924 × 0.264 = 0.244"
    )
    assert steps["Four quadrants"] == (
        "Innovate 0.244; Raise awareness 0.000; Improve capabilities 0.756; Step by step 0.000"
    )


@pytest.mark.parametrize("name", sorted(golden_pairs()))
def test_the_three_pieces_add_up_to_the_standard_error(name: str) -> None:
    source = source_of(result(name), SUBJECT)
    parts = error_parts(source)
    if parts is None:
        assert source.findings.bank.se is None
        return
    assert math.isclose(math.sqrt(sum(parts)), source.findings.bank.se or 0, rel_tol=1e-9)
    assert parts[2] >= 4 - 1e-9  # shared leniency is never below 2 points


@pytest.mark.parametrize("name", sorted(golden_pairs()))
def test_every_facet_follows_from_its_rows(name: str) -> None:
    for dimension in page(name).dimensions:
        for facet in dimension.facets:
            rows = [row for row in facet.rows if row.points != "–"]
            if not rows:
                assert facet.formula == "–"
                continue
            weights = [int(row.weight) for row in rows]
            points = [float(row.points) for row in rows]
            total = sum(w * p for w, p in zip(weights, points, strict=True)) / sum(weights)
            shown = re.search(r"= ([0-9.]+)$", facet.formula)
            assert shown is not None
            assert math.isclose(float(shown[1]), total, abs_tol=0.011)


def test_all_54_questions_are_listed_once() -> None:
    found = page("case-1-step-by-step")
    assert found.customers is not None
    rows = [
        row.id
        for dimension in (*found.dimensions, found.customers)
        for facet in dimension.facets
        for row in facet.rows
    ]
    assert len(rows) == len(set(rows)) == 54


def test_dont_know_tells_what_it_counts() -> None:
    rows = {
        row.id: row
        for dimension in page("case-1-step-by-step").dimensions
        for facet in dimension.facets
        for row in facet.rows
    }
    assert (rows["RSK.A2"].answers, rows["RSK.A2"].points, rows["RSK.A2"].note) == (
        "Don’t know",
        "0",
        "counts 0, could be up to 50",
    )
    assert (rows["DAT.U2"].answers, rows["DAT.U2"].points) == ("Not applicable", "–")


def test_the_channel_index_is_written_out() -> None:
    steps = page("case-1-step-by-step").channel_steps
    assert steps[1].formula == "43.28 + 5.00 − 20.00 → 28.28"
