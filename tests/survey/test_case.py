"""What people settled, reviewed and chose reaches the engine; what nobody asked for does not."""

import pytest

from assessments.models import AgreedAnswer, Assessment, EvidenceReview, Function, SheetStatus
from assessments.survey import queries
from maturity import assess, load_framework
from tests import factories
from tests.conftest import Cast
from tests.survey.test_queries import TODAY, submitted


def agree(assessment: Assessment, item: str, level: int | None) -> None:
    AgreedAnswer.objects.create(assessment=assessment, item=item, level=level, at=factories.MOMENT)


def grade(assessment: Assessment, item: str, found: str) -> None:
    EvidenceReview.objects.create(
        assessment=assessment, item=item, grade=found, at=factories.MOMENT
    )


def test_an_agreed_level_stands_in_the_case_beside_the_ratings(
    cast: Cast, solo: Assessment
) -> None:
    submitted(cast, solo, CAP_A1=2, CAP_A2=2)
    submitted(cast, solo, CAP_A1=4, CAP_A2=4)
    agree(solo, "CAP.A1", 5)
    agree(solo, "CAP.A2", None)  # taken back
    case = queries.case_for(solo, TODAY)
    assert case.agreed == {"CAP.A1": 5}
    assert [person.answers["CAP.A1"] for person in case.respondents] == [2, 4]
    items = assess(load_framework(), case).items
    assert (items["CAP.A1"].level, items["CAP.A2"].level) == (5, 3)


def test_a_reviewers_grade_replaces_the_highest_claim_up_or_down(
    cast: Cast, solo: Assessment
) -> None:
    sheet = submitted(cast, solo, CAP_A1=3, CAP_A2=3, CAP_A3=3)
    sheet.answers.update(evidence="E1")
    grade(solo, "CAP.A1", "E3")
    grade(solo, "CAP.A2", "E0")
    assert queries.case_for(solo, TODAY).evidence == {
        "CAP.A1": "E3",
        "CAP.A2": "E0",
        "CAP.A3": "E1",
    }


def test_the_round_names_whose_answers_count_double(cast: Cast, solo: Assessment) -> None:
    solo.accountable = {"RSK": Function.COMPLIANCE.value}
    submitted(cast, solo, RSK_A1=1)
    person = factories.make_user("compliance@norvane.example")
    theirs = factories.make_sheet(
        solo, person, function=Function.COMPLIANCE, status=SheetStatus.SUBMITTED
    )
    factories.fill_sheet(theirs, {"RSK.A1": 4})
    case = queries.case_for(solo, TODAY)
    assert case.accountable == dict(queries.ACCOUNTABLE) | {"RSK": "compliance"}
    assert assess(load_framework(), case).items["RSK.A1"].level == pytest.approx(3)


def test_what_lies_outside_a_sheets_sections_does_not_count(cast: Cast, solo: Assessment) -> None:
    sheet = submitted(cast, solo, CAP_A1=5, RSK_A1=2)
    sheet.answers.update(evidence="E1")
    sheet.sections = ["RSK"]
    sheet.save()
    case = queries.case_for(solo, TODAY)
    assert case.respondents[0].answers == {"RSK.A1": 2}
    assert case.evidence == {"RSK.A1": "E1"}
