"""Who reads what is promised and only ever tightened; due dates; deleting a round."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client

from assessments.models import (
    Assessment,
    AssessmentStatus,
    Event,
    FileState,
    Report,
    Sheet,
    Visibility,
)
from assessments.survey import queries, round_services
from assessments.survey.round_services import LoosenedError
from tests import factories
from tests.conftest import Cast
from tests.survey.test_rounds import round_url, text_of, verbs

N, F, A = Visibility.NAMED, Visibility.FUNCTION, Visibility.ANONYMOUS


def edit(lead: Client, solo: Assessment, **changed: Any) -> Any:
    sent = {"period": solo.period, "due_on": "", "visibility": solo.visibility} | changed
    return lead.post(round_url(solo, "round_edit"), sent)


@pytest.mark.parametrize(
    ("change", "answered", "stored"),
    [
        ((A, N), False, N),
        ((F, N), False, N),
        ((N, F), True, F),
        ((N, A), True, A),
        ((F, A), True, A),
        ((A, A), True, A),
        ((F, N), True, F),
        ((A, F), True, A),
        ((A, N), True, A),
    ],
)
def test_who_reads_what_is_tightened_but_never_loosened_once_answered(
    lead_client: Client,
    sheet: Sheet,
    change: tuple[Visibility, Visibility],
    answered: bool,
    stored: Visibility,
) -> None:
    solo, (was, wanted) = sheet.assessment, change
    Assessment.objects.update(visibility=was)
    if answered:
        factories.fill_sheet(sheet, {"CAP.A1": 3})
        sheet.answers.all().delete()  # the promise holds for what was once given, too
    response = edit(lead_client, solo, visibility=wanted.value)
    solo.refresh_from_db()
    assert solo.visibility == stored
    if stored != wanted:
        assert response.status_code == 422
        assert "It can be tightened, never loosened." in text_of(response)


def test_an_answer_that_comes_while_the_form_is_open_keeps_the_promise(
    cast: Cast, solo: Assessment, sheet: Sheet
) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": 3})
    with pytest.raises(LoosenedError):
        round_services.edit_round(
            assessment=solo,
            period=solo.period,
            due_on=None,
            visibility=N,
            shared_with_respondents=False,
            by=cast.lead,
        )
    solo.refresh_from_db()
    assert solo.visibility == F


@pytest.mark.parametrize("sent", ["", "public", None])
def test_s8_a_missing_or_unknown_visibility_is_refused(
    lead_client: Client, solo: Assessment, sent: str | None
) -> None:
    changed = {"period": "Other"} | ({} if sent is None else {"visibility": sent})
    response = lead_client.post(round_url(solo, "round_edit"), changed)
    assert response.status_code == 422
    solo.refresh_from_db()
    assert (solo.period, solo.visibility) == ("2026 H2", F)


def test_the_result_is_opened_to_respondents_by_the_lead(
    lead_client: Client, solo: Assessment
) -> None:
    edit(lead_client, solo, shared_with_respondents="on")
    solo.refresh_from_db()
    assert solo.shared_with_respondents
    assert Event.objects.get().details == {"visibility": "function", "shared": True}
    edit(lead_client, solo)
    solo.refresh_from_db()
    assert not solo.shared_with_respondents


def test_s13_a_round_form_sets_nothing_else(lead_client: Client, solo: Assessment) -> None:
    before = queries.turnout(solo)
    edit(
        lead_client,
        solo,
        status="published",
        organisation="x",
        closed_at="2026-01-01",
        accountable='{"RSK": "it"}',
        started_by="1",
    )
    solo.refresh_from_db()
    assert (solo.status, solo.closed_at, solo.accountable) == (AssessmentStatus.OPEN, None, {})
    assert queries.turnout(solo) == before


# ---- due dates -----------------------------------------------------------------------------------


@time_machine.travel("2026-11-22T09:00Z")
@pytest.mark.parametrize(
    ("due", "message"),
    [
        ("2026-11-21", "Enter today or a later day."),
        ("2031-12-31", ""),
        ("2032-01-01", "Enter a day within the next five years."),
        ("2026-02-31", "Enter a date as year-month-day"),
        ("0000-01-01", "Enter a date as year-month-day"),
        ("2026-11-22", ""),
    ],
)
def test_b20_a_due_date_lies_neither_in_the_past_nor_nowhere(
    lead_client: Client, solo: Assessment, due: str, message: str
) -> None:
    response = edit(lead_client, solo, due_on=due, period="Renamed")
    solo.refresh_from_db()
    if message:
        assert response.status_code == 422
        assert message in text_of(response)
        assert (solo.due_on, solo.period) == (None, "2026 H2")
        assert 'value="Renamed"' in response.content.decode()
    else:
        assert solo.due_on == dt.date.fromisoformat(due)


@time_machine.travel("2026-11-22T09:00Z")
def test_a_due_date_that_has_passed_may_stay_while_something_else_changes(
    lead_client: Client, solo: Assessment
) -> None:
    Assessment.objects.update(due_on=dt.date(2026, 11, 1))
    assert edit(lead_client, solo, due_on="2026-11-01", period="Renamed").status_code == 302


# ---- deleting ------------------------------------------------------------------------------------


def test_a_round_is_deleted_after_saying_what_is_lost(
    lead_client: Client, cast: Cast, solo: Assessment, sheet: Sheet
) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": 3, "CAP.A2": 3})
    factories.make_channels(solo)
    report = Report.objects.create(
        assessment=solo, language="en", content_key="k" * 64, state=FileState.DONE
    )
    report.file.save("report.pdf", ContentFile(b"%PDF"))
    text = text_of(lead_client.get(round_url(solo, "round_delete")))
    assert "2 answers of 1 respondent, with notes and history" in text
    assert "1 account of the inventory" in text
    assert Assessment.objects.exists()
    assert lead_client.post(round_url(solo, "round_delete")).status_code == 302
    assert not Assessment.objects.exists()
    assert not Sheet.objects.exists()
    assert not report.file.storage.exists(str(report.file.name))
    assert verbs(cast.bank) == ["round deleted"]
    assert Event.objects.get().details == {"answered": 1}


def test_a_published_round_is_not_deleted(lead_client: Client, solo: Assessment) -> None:
    Assessment.objects.update(status=AssessmentStatus.PUBLISHED)
    assert lead_client.post(round_url(solo, "round_delete")).status_code == 423
    assert Assessment.objects.filter(pk=solo.pk).exists()
    assert "stays as it is" in text_of(lead_client.get(round_url(solo, "round_delete")))
