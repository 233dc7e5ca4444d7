"""What results tell of an anonymous round: nothing by which few could be known."""

from dataclasses import replace
from typing import Any

import pytest

from assessments.results import outside, queries
from assessments.results.queries import source_of
from assessments.results.scoring_page import FacetView, build_scoring
from assessments.results.subject import Source
from maturity import read_case
from tests.maturity.build import sheet
from tests.results.conftest import SUBJECT


def source(*people: dict[str, Any], anonymous: bool = True) -> Source:
    result = queries.result_of(read_case({"respondents": list(people)}))
    return source_of(result, replace(SUBJECT, anonymous=anonymous))


def facets(found: Source) -> dict[tuple[str, str], FacetView]:
    page = build_scoring(found)
    return {
        (dimension.id, facet.name[:1]): facet
        for dimension in page.dimensions
        for facet in dimension.facets
    }


@pytest.mark.parametrize(
    ("raters", "people", "few"), [(1, 5, True), (3, 5, True), (4, 5, False), (3, 3, False)]
)
def test_a_few_who_rated_among_more_are_a_small_group_apart(
    raters: int, people: int, few: bool
) -> None:
    rated = [sheet(3) for _ in range(raters)]
    found = source(*rated, *(sheet(3, CAP_A1="DK") for _ in range(people - raters)))
    assert found.few("CAP.A1") == few
    assert not found.few("CAP.A2")
    assert not replace(found, subject=SUBJECT).few("CAP.A1")


def test_s36_a_facet_with_such_a_question_shows_no_row_that_could_be_subtracted() -> None:
    people = [sheet(3), *(sheet(3, CAP_A1="DK") for _ in range(3)), sheet(5, CAP_A1="DK")]
    found = facets(source(*people))
    hidden, shown = found["CAP", "A"], found["CAP", "U"]
    assert (hidden.rows, hidden.formula) == ((), "")
    assert hidden.withheld.startswith("Answers in this round are anonymous")
    assert (len(shown.rows), shown.withheld) == (4, "")
    assert facets(source(*people, anonymous=False))["CAP", "A"].rows != ()


def test_s36_the_agenda_names_such_a_question_without_its_ratings() -> None:
    people = [sheet(1), sheet(5), *(sheet(3, CAP_A1="DK", CAP_A2=4) for _ in range(3))]
    view = outside.agreement(source(*people))
    few = [row for row in view.rows if row.ratings == "too few to show"]
    assert [(row.spread, row.chart.ratings) for row in few] == [("–", ())]
    assert len(view.rows) == 5
