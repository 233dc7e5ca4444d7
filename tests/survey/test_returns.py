"""A reviewer sends a section back; the respondent changes it and submits again."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assessments.models import (
    Assessment,
    AssessmentStatus,
    Function,
    SentBack,
    Sheet,
    SheetStatus,
    Visibility,
)
from assessments.survey import queries, round_services, services
from assessments.survey.services import NothingToReturnError
from assessments.survey.writing import LockedError
from tests import factories
from tests.conftest import Cast

NOW = timezone.now()
COMMENT = "Say which committee signed this."


@pytest.fixture
def handed_in(cast: Cast) -> Sheet:
    round_ = factories.make_round(cast.bank)
    sheet = factories.make_sheet(round_, cast.respondent, status=SheetStatus.SUBMITTED)
    factories.fill_sheet(sheet, factories.whole_sheet())
    factories.make_sheet(round_, cast.lead)
    return sheet


def send(cast: Cast, sheet: Sheet, dimension: str = "RSK", comment: str = COMMENT) -> SentBack:
    return services.send_back(
        sheet=Sheet.objects.select_related("assessment__organisation").get(pk=sheet.pk),
        dimension=dimension,
        comment=comment,
        by=cast.reviewer,
        now=NOW,
    )


def test_a_return_opens_the_sheet_and_is_done_once_it_is_submitted_again(
    cast: Cast, handed_in: Sheet
) -> None:
    row = send(cast, handed_in)
    handed_in.refresh_from_db()
    assert (handed_in.status, handed_in.submitted_at) == (SheetStatus.OPEN, None)
    assert cast.bank.events.get().verb == "section sent back"
    later = NOW + timedelta(hours=1)
    services.submit(sheet=handed_in, by=cast.respondent, now=later)
    row.refresh_from_db()
    assert row.done_at == later


def test_several_sections_are_returned_and_a_double_click_is_one_return(
    cast: Cast, handed_in: Sheet
) -> None:
    first = send(cast, handed_in)
    assert send(cast, handed_in) == first
    send(cast, handed_in, "DAT")
    assert [row.dimension for row in handed_in.returns.all()] == ["RSK", "DAT"]


def test_what_was_not_handed_in_or_not_asked_cannot_be_returned(
    cast: Cast, handed_in: Sheet
) -> None:
    with pytest.raises(NothingToReturnError):
        send(cast, handed_in.assessment.sheets.get(respondent=cast.lead))
    Sheet.objects.filter(pk=handed_in.pk).update(sections=["RSK"])
    with pytest.raises(NothingToReturnError):
        send(cast, handed_in, "CAP")
    assert not SentBack.objects.exists()


def test_a_return_in_a_closed_round_waits_until_the_round_is_reopened(
    cast: Cast, handed_in: Sheet
) -> None:
    Assessment.objects.update(status=AssessmentStatus.CLOSED, closed_at=NOW)
    send(cast, handed_in)
    handed_in.refresh_from_db()
    assert handed_in.status == SheetStatus.SUBMITTED
    round_services.reopen_round(assessment=handed_in.assessment, by=cast.lead)
    handed_in.refresh_from_db()
    assert (handed_in.status, handed_in.submitted_at) == (SheetStatus.OPEN, None)


def test_nothing_is_returned_from_a_published_round(cast: Cast, handed_in: Sheet) -> None:
    Assessment.objects.update(status=AssessmentStatus.PUBLISHED)
    with pytest.raises(LockedError):
        send(cast, handed_in)


# ---- what agreement reads ------------------------------------------------------------------------


def test_answers_that_were_not_handed_in_never_leave_the_room(cast: Cast, handed_in: Sheet) -> None:
    open_sheet = handed_in.assessment.sheets.get(respondent=cast.lead)
    factories.fill_sheet(open_sheet, {"CAP.A1": 5})
    found = {sheet.pk: sheet for sheet in queries.sheets_for_agreement(handed_in.assessment)}
    assert found[open_sheet.pk].answers == {}
    assert found[handed_in.pk].answers["CAP.A1"].value.level == 3
    assert found[handed_in.pk].answers["CAP.A1"].at == factories.MOMENT
    assert found[handed_in.pk].function == Function.EXECUTIVE
    assert found[handed_in.pk].name == ""


def test_names_come_along_only_in_a_named_round(cast: Cast, handed_in: Sheet) -> None:
    Assessment.objects.update(visibility=Visibility.NAMED)
    handed_in.assessment.refresh_from_db()
    names = [sheet.name for sheet in queries.sheets_for_agreement(handed_in.assessment)]
    assert names == ["Rolf Respondent", "Lena Lead"]


def test_only_ones_own_sections_count_for_agreement(cast: Cast, handed_in: Sheet) -> None:
    Sheet.objects.filter(pk=handed_in.pk).update(sections=["CUS", "SKL"])
    found = queries.sheets_for_agreement(handed_in.assessment)[0]
    assert found.sections == ("SKL", "CUS")
    assert {item[:3] for item in found.answers} == {"SKL", "CUS"}


def test_sheets_take_two_queries_however_many_there_are(
    cast: Cast, handed_in: Sheet, django_assert_num_queries: Any
) -> None:
    for place in range(11):
        user = factories.make_user(f"more{place}@norvane.example")
        more = factories.make_sheet(handed_in.assessment, user, status=SheetStatus.SUBMITTED)
        factories.fill_sheet(more, factories.whole_sheet())
    with django_assert_num_queries(2):
        assert len(queries.sheets_for_agreement(handed_in.assessment)) == 13
