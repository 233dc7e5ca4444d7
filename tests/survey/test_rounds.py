"""Starting, closing and reopening rounds; the task list; the review and handing in."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from assessments.models import (
    Assessment,
    AssessmentStatus,
    Event,
    Function,
    Organisation,
    Sheet,
    SheetStatus,
)
from assessments.survey import queries, round_services, services
from assessments.survey.outline import outline
from assessments.survey.round_page import suggest_period
from maturity import load_framework
from tests import factories
from tests.conftest import Cast


def text_of(response: Any) -> str:
    """The page's words without its markup."""
    body = re.sub(
        r"<(script|template|head)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL
    )
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def verbs(bank: Organisation) -> list[str]:
    return list(
        Event.objects.filter(organisation=bank).order_by("pk").values_list("verb", flat=True)
    )


def round_url(solo: Assessment, name: str = "round") -> str:
    return reverse(name, args=[solo.pk])


# ---- starting ----------------------------------------------------------------------------------


@time_machine.travel("2026-11-12T09:00Z")
def test_a_round_starts_with_a_sheet_for_whoever_starts_it(lead_client: Client, cast: Cast) -> None:
    form = {
        "period": "2026 H2",
        "due_on": "2026-12-12",
        "function": "risk",
        "visibility": "function",
    }
    response = lead_client.post(reverse("round_new", args=[cast.bank.pk]), form)
    assessment = Assessment.objects.get()
    assert response.headers["Location"] == round_url(assessment)
    assert (assessment.period, assessment.due_on, assessment.status) == (
        "2026 H2",
        dt.date(2026, 12, 12),
        "open",
    )
    assert assessment.framework_version == load_framework().version
    assert list(assessment.sheets.values_list("respondent", "function", "status")) == [
        (cast.lead.pk, "risk", "open")
    ]
    assert verbs(cast.bank) == ["round started"]


@pytest.mark.parametrize(
    ("today", "taken", "expected"),
    [
        (dt.date(2026, 6, 30), set(), "2026 H1"),
        (dt.date(2026, 7, 1), set(), "2026 H2"),
        (dt.date(2026, 7, 1), {"2026 H2"}, "2026 H2 (2)"),
        (dt.date(2026, 7, 1), {"2026 H2", "2026 H2 (2)"}, "2026 H2 (3)"),
    ],
)
def test_the_half_year_is_suggested_as_the_name(
    today: dt.date, taken: set[str], expected: str
) -> None:
    assert suggest_period(today, taken) == expected


def test_a_name_is_used_once_per_bank(lead_client: Client, cast: Cast, solo: Assessment) -> None:
    form = {"period": solo.period, "function": "risk", "visibility": "named"}
    response = lead_client.post(reverse("round_new", args=[cast.bank.pk]), form)
    assert response.status_code == 422
    assert "There is already a round of this name." in response.content.decode()
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize("due", ["2026-02-31", "0000-01-01", "tomorrow"])
def test_b20_a_due_date_that_is_no_date_is_refused(
    lead_client: Client, cast: Cast, due: str
) -> None:
    form = {"period": "2026 H2", "due_on": due, "function": "risk", "visibility": "named"}
    response = lead_client.post(reverse("round_new", args=[cast.bank.pk]), form)
    assert response.status_code == 422
    assert "Enter a date as year-month-day" in response.content.decode()
    assert Assessment.objects.count() == 0


def test_only_the_lead_starts_edits_and_closes(
    client: Client, cast: Cast, solo: Assessment
) -> None:
    client.force_login(cast.respondent)
    assert client.get(reverse("round_new", args=[cast.bank.pk])).status_code == 403
    assert client.get(round_url(solo, "round_edit")).status_code == 403
    assert client.post(round_url(solo, "close")).status_code == 403


def test_name_and_due_date_can_be_changed(
    lead_client: Client, cast: Cast, solo: Assessment
) -> None:
    form = {"period": "2026 autumn", "due_on": "", "visibility": "function"}
    assert lead_client.post(round_url(solo, "round_edit"), form).status_code == 302
    solo.refresh_from_db()
    assert (solo.period, solo.due_on) == ("2026 autumn", None)
    assert verbs(cast.bank) == ["round changed"]


def test_a_published_round_keeps_its_name(lead_client: Client, solo: Assessment) -> None:
    Assessment.objects.update(status=AssessmentStatus.PUBLISHED)
    response = lead_client.post(
        round_url(solo, "round_edit"), {"period": "Other", "visibility": "function"}
    )
    assert response.status_code == 422
    solo.refresh_from_db()
    assert solo.period == "2026 H2"


@pytest.mark.parametrize(
    ("zone", "overdue"), [("Pacific/Auckland", True), ("UTC", False), ("America/New_York", False)]
)
def test_due_means_the_end_of_that_day_where_the_bank_is(zone: str, overdue: bool) -> None:
    assessment = Assessment(organisation=Organisation(time_zone=zone), due_on=dt.date(2026, 12, 12))
    late_in_utc = dt.datetime(2026, 12, 12, 23, 30, tzinfo=dt.UTC)
    assert queries.is_overdue(assessment, late_in_utc) is overdue


# ---- the task list -----------------------------------------------------------------------------


def test_the_task_list_counts_names_and_leads_on(
    lead_client: Client, solo: Assessment, sheet: Sheet
) -> None:
    answers: dict[str, Any] = {item.id: 3 for page in outline().pages[:6] for item in page.items}
    answers |= {"RSK.A1": 2, "RSK.A2": "DK", "RSK.A3": "NA"}
    factories.fill_sheet(sheet, answers)
    sheet.answers.filter(item="RSK.A3").update(reason="")
    text = text_of(lead_client.get(round_url(solo)))
    assert "24 of 54 questions answered" in text
    assert "Continue: Risk, question 4.4" in text
    assert "Best answered by: Risk officer 3 of 9 1 Don’t know In progress" in text
    assert text.count("7 of 7 Completed") == 3
    assert text.count("Not started") == 4
    assert "Needs your attention 4.3 Public or confidential: reason missing" in text
    assert "With one respondent, agreement cannot be measured" in text


def test_after_the_bank_side_come_the_channels_then_the_customers_then_the_review(
    lead_client: Client, solo: Assessment, sheet: Sheet
) -> None:
    answers: dict[str, Any] = {item.id: 3 for item in load_framework().bank_items}
    factories.fill_sheet(sheet, answers)
    assert "Continue: Channels" in text_of(lead_client.get(round_url(solo)))
    Assessment.objects.update(channels_confirmed=True)
    assert "Continue: Customers, question 8.1" in text_of(lead_client.get(round_url(solo)))
    factories.fill_sheet(sheet, {item.id: 3 for item in load_framework().customer_items})
    text = text_of(lead_client.get(round_url(solo)))
    assert "Continue:" not in text
    assert text.count("Completed") == 8
    Assessment.objects.update(channels_confirmed=False)
    assert "Continue: Channels" in text_of(lead_client.get(round_url(solo)))


def test_the_pace_is_said_once_it_is_known(
    lead_client: Client, solo: Assessment, sheet: Sheet
) -> None:
    items = list(load_framework().items)
    for place, item in enumerate(items[:44]):
        moment = factories.MOMENT + dt.timedelta(seconds=30 * place)
        factories.fill_sheet(sheet, {item: 3}, at=moment)
    text = text_of(lead_client.get(round_url(solo)))
    assert "About 5 minutes left at your pace. Everything you have entered is saved" in text


def test_due_and_overdue_are_said(lead_client: Client, solo: Assessment) -> None:
    Assessment.objects.update(due_on=dt.date(2020, 1, 31))
    text = text_of(lead_client.get(round_url(solo)))
    assert "Due 31 Jan 2020" in text
    assert "This round was due on 31 Jan 2020. Answers are still taken." in text


def test_closing_and_reopening_twice_changes_nothing(
    cast: Cast, solo: Assessment, sheet: Sheet
) -> None:
    Sheet.objects.update(status=SheetStatus.SUBMITTED, submitted_at=factories.MOMENT)
    for _ in range(2):
        round_services.close_round(assessment=solo, by=cast.lead, now=factories.MOMENT)
    for _ in range(2):
        round_services.reopen_round(assessment=solo, by=cast.lead)
    for _ in range(2):
        services.reopen_sheet(sheet=sheet, by=cast.lead)
    assert verbs(cast.bank) == ["round closed", "round reopened", "sheet reopened"]


def test_a_taken_name_is_refused_when_renaming(
    lead_client: Client, cast: Cast, solo: Assessment
) -> None:
    factories.make_round(cast.bank, period="2027 H1")
    form = {"period": "2027 H1", "visibility": "function"}
    response = lead_client.post(round_url(solo, "round_edit"), form)
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "period": ["There is already a round of this name. Choose another."]
    }


def test_a_silent_account_needs_attention(lead_client: Client, solo: Assessment) -> None:
    today = queries.today_in(solo.organisation, dt.datetime.now(dt.UTC))
    factories.make_channels(
        solo,
        [
            {"platform": "Snapchat", "posts30": 0, "last_post_on": today - dt.timedelta(75)},
            {"platform": "Flickr", "posts30": 0, "last_post_on": None},
            {"platform": "Old X", "posts30": 0, "last_post_on": None, "status": "closed"},
            {"platform": "Facebook", "last_post_on": today},
        ],
    )
    text = text_of(lead_client.get(round_url(solo)))
    assert "7 Snapchat: last post 75 days ago 7 Flickr: has never posted Who is answering" in text
    assert "4 accounts, 2 silent" in text


def test_the_task_list_takes_the_same_queries_for_few_and_many(
    lead_client: Client, cast: Cast, solo: Assessment, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(10):
        lead_client.get(round_url(solo))
    factories.fill_sheet(solo.sheets.get(), factories.whole_sheet())
    factories.make_channels(solo, [{}] * 9)
    for place in range(6):
        person = factories.make_user(f"person{place}@norvane.example")
        factories.add_member(cast.bank, person)
        factories.fill_sheet(factories.make_sheet(solo, person), factories.whole_sheet())
    with django_assert_num_queries(10):
        lead_client.get(round_url(solo))


def test_a_member_who_was_not_asked_sees_progress_but_no_questions(
    client: Client, cast: Cast, solo: Assessment
) -> None:
    client.force_login(cast.respondent)
    text = text_of(client.get(round_url(solo)))
    assert "You were not asked to answer in this round." in text
    assert "Executive 0 of 54 answered" in text
    assert client.get(round_url(solo, "review")).status_code == 403


def test_strangers_find_no_round(client: Client, cast: Cast, solo: Assessment) -> None:
    client.force_login(cast.outsider)
    names = ["round", "round_edit", "channels", "channel_new", "review"]
    assert [client.get(round_url(solo, name)).status_code for name in names] == [404] * 5
    verbs_ = ["submit", "reopen", "close"]
    assert [client.post(round_url(solo, name)).status_code for name in verbs_] == [404] * 3


# ---- handing in --------------------------------------------------------------------------------


def test_handing_in_leads_to_the_results_and_locks_the_sheet(
    lead_client: Client, cast: Cast, solo: Assessment, sheet: Sheet
) -> None:
    factories.fill_sheet(sheet, factories.whole_sheet(4))
    response = lead_client.post(round_url(solo, "submit"), {"confirm": "on"})
    assert response.headers["Location"] == round_url(solo, "results")
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.SUBMITTED
    assert sheet.submitted_at is not None
    assert verbs(cast.bank) == ["sheet submitted"]


def test_handing_in_twice_is_no_mistake(
    lead_client: Client, cast: Cast, solo: Assessment, sheet: Sheet
) -> None:
    factories.fill_sheet(sheet, factories.whole_sheet(4))
    replies = [lead_client.post(round_url(solo, "submit"), {"confirm": "on"}) for _ in range(2)]
    moments = set(Sheet.objects.values_list("submitted_at", flat=True))
    assert [reply.headers["Location"] for reply in replies] == [round_url(solo, "results")] * 2
    assert (len(moments), verbs(cast.bank)) == (1, ["sheet submitted"])


def test_handing_in_asks_for_the_tick(lead_client: Client, solo: Assessment, sheet: Sheet) -> None:
    factories.fill_sheet(sheet, factories.whole_sheet(4))
    response = lead_client.post(round_url(solo, "submit"))
    assert response.status_code == 422
    assert '<a href="#confirm">Tick this before you submit.</a>' in response.content.decode()
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.OPEN


def test_handing_in_asks_for_every_missing_reason(
    lead_client: Client, solo: Assessment, sheet: Sheet
) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": "NA", "CAP.A2": "NA", "CAP.A3": 2})
    sheet.answers.filter(item="CAP.A2").update(reason="")
    response = lead_client.post(round_url(solo, "submit"), {"confirm": "on"})
    text = text_of(response)
    assert response.status_code == 422
    assert "Needed before you submit 1.2 Purpose: reason missing" in text
    assert "Say why each question marked “Not applicable” does not apply." in text
    sheet.answers.filter(item="CAP.A2").update(reason="Because")
    assert lead_client.post(round_url(solo, "submit"), {"confirm": "on"}).status_code == 302


def test_an_empty_sheet_cannot_be_handed_in(lead_client: Client, solo: Assessment) -> None:
    response = lead_client.post(round_url(solo, "submit"), {"confirm": "on"})
    assert response.status_code == 422
    assert "Answer at least one question before you submit." in response.content.decode()


def test_unanswered_questions_warn_but_do_not_block(
    lead_client: Client, solo: Assessment, sheet: Sheet
) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": 3, "CAP.A2": "DK"})
    text = text_of(lead_client.get(round_url(solo, "review")))
    assert "2 of 54 answered · 1 Don’t know · 52 unanswered" in text
    assert "1 Capacity: 5 unanswered" in text
    assert lead_client.post(round_url(solo, "submit"), {"confirm": "on"}).status_code == 302


def test_the_review_leads_to_each_question_and_back(
    lead_client: Client, solo: Assessment, sheet: Sheet
) -> None:
    factories.fill_sheet(sheet, factories.whole_sheet(4))
    html = lead_client.get(round_url(solo, "review")).content.decode()
    for page in outline().pages:
        for item in page.items:
            link = f"/sections/{page.slug}/?back={item.id}#q-{item.id}"
            assert html.count(link) == 1
            assert html.count(f'<li id="r-{item.id}"') == 1


def test_the_review_opens_only_what_is_flagged(
    lead_client: Client, solo: Assessment, sheet: Sheet
) -> None:
    factories.fill_sheet(sheet, factories.whole_sheet(4) | {"DAT.A1": "DK"})
    html = lead_client.get(round_url(solo, "review")).content.decode()
    sections = re.findall(r'<details class="review-section"( open)?>.*?<h2>(\w+)', html, re.DOTALL)
    assert [name for opened, name in sections if opened] == ["Data"]


def test_the_review_takes_the_same_queries_for_few_and_many(
    lead_client: Client, solo: Assessment, sheet: Sheet, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(7):
        lead_client.get(round_url(solo, "review"))
    factories.fill_sheet(sheet, factories.whole_sheet())
    factories.make_channels(solo, [{}] * 9)
    with django_assert_num_queries(7):
        lead_client.get(round_url(solo, "review"))


# ---- reopening and closing ---------------------------------------------------------------------


def test_a_sheet_can_be_reopened_and_its_findings_are_hidden_again(
    lead_client: Client, cast: Cast, solo: Assessment, sheet: Sheet
) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": 3})
    lead_client.post(round_url(solo, "submit"), {"confirm": "on"})
    assert queries.turnout(solo).ready is True
    assert lead_client.post(round_url(solo, "reopen")).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.status, sheet.submitted_at) == (SheetStatus.OPEN, None)
    assert queries.turnout(solo).ready is False
    assert verbs(cast.bank) == ["sheet submitted", "sheet reopened"]


def test_with_several_respondents_findings_wait_for_the_closing(
    lead_client: Client, cast: Cast, round_: Assessment
) -> None:
    for sheet in round_.sheets.all():
        factories.fill_sheet(sheet, {"CAP.A1": 3})
    response = lead_client.post(round_url(round_, "submit"), {"confirm": "on"}, follow=True)
    assert "1 of 2 have submitted" in text_of(response)
    assert queries.turnout(round_).ready is False
    response = lead_client.post(round_url(round_, "close"), follow=True)
    assert "The round is closed. Its results can be read." in text_of(response)
    round_.refresh_from_db()
    assert round_.closed_at is not None
    assert queries.turnout(round_).ready is True
    assert lead_client.post(round_url(round_, "reopen")).status_code == 302
    round_.refresh_from_db()
    assert [round_.status, round_.closed_at] == [AssessmentStatus.OPEN, None]
    assert queries.turnout(round_).ready is False
    assert verbs(cast.bank) == ["sheet submitted", "round closed", "round reopened"]


def test_a_round_in_which_nobody_submitted_is_not_closed(
    lead_client: Client, solo: Assessment
) -> None:
    response = lead_client.post(round_url(solo, "close"), follow=True)
    assert "Nobody has submitted yet" in text_of(response)
    solo.refresh_from_db()
    assert solo.status == AssessmentStatus.OPEN


def test_a_respondent_cannot_reopen_a_closed_round(
    client: Client, cast: Cast, round_: Assessment
) -> None:
    Assessment.objects.update(status=AssessmentStatus.CLOSED)
    client.force_login(cast.respondent)
    assert client.post(round_url(round_, "reopen")).status_code == 403


@pytest.mark.parametrize("action", ["reopen", "close", "submit"])
def test_a_published_round_stays_as_it_is(
    lead_client: Client, solo: Assessment, sheet: Sheet, action: str
) -> None:
    Assessment.objects.update(status=AssessmentStatus.PUBLISHED)
    Sheet.objects.update(status=SheetStatus.SUBMITTED, submitted_at=factories.MOMENT)
    before = Assessment.objects.values().get(), Sheet.objects.values().get()
    response = lead_client.post(round_url(solo, action), {"confirm": "on"})
    assert response.status_code == (423 if action == "submit" else 302)
    assert (Assessment.objects.values().get(), Sheet.objects.values().get()) == before


def test_what_is_still_open_leads_back_to_the_review(lead_client: Client, solo: Assessment) -> None:
    page = lead_client.get(round_url(solo, "review")).context["page"]
    section = reverse("section", args=[solo.pk, "capacity-awareness"])
    assert page.warnings[0].url == f"{section}?back=CAP.A1#q-CAP.A1"


def test_every_change_of_a_round_is_a_post(lead_client: Client, solo: Assessment) -> None:
    assert lead_client.get(round_url(solo, "reopen")).status_code == 405
    assert lead_client.get(round_url(solo, "close")).status_code == 200  # asks first
    solo.refresh_from_db()
    assert solo.status == AssessmentStatus.OPEN
    # A failed submit leaves its address in the bar: asking for it shows the review, and hands in nothing.
    asked = lead_client.get(round_url(solo, "submit"))
    assert (asked.status_code, asked.headers["Location"]) == (302, round_url(solo, "review"))
    assert set(solo.sheets.values_list("status", flat=True)) == {SheetStatus.OPEN}
    assert lead_client.get(reverse("shortcuts")).status_code == 405


# ---- pace --------------------------------------------------------------------------------------


def test_the_pace_is_the_median_of_ones_own_answers(sheet: Sheet, cast: Cast) -> None:
    moment = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
    items = list(load_framework().items)
    for place, item in enumerate(items[:9]):
        if place == 8:
            moment += dt.timedelta(hours=3)  # a pause, not a thought
        moment += dt.timedelta(seconds=60)
        factories.fill_sheet(sheet, {item: 3}, at=moment)
        expected = None if place < 7 else len(items) - place - 1
        assert queries.sheet_progress(sheet).minutes_left == expected


def test_a_page_sent_as_a_whole_shares_its_time_among_its_answers(sheet: Sheet) -> None:
    items = list(load_framework().items)
    start = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
    for page in range(3):
        chunk = items[page * 4 : page * 4 + 4]
        moment = start + page * dt.timedelta(minutes=2)
        factories.fill_sheet(sheet, dict.fromkeys(chunk, 3), at=moment)
    # four answers in two minutes are thirty seconds each; 42 questions are left
    assert queries.sheet_progress(sheet).minutes_left == 21


def test_shortcuts_are_remembered_and_lead_back_only_within_the_site(
    lead_client: Client, cast: Cast, solo: Assessment
) -> None:
    here = round_url(solo)
    response = lead_client.post(reverse("shortcuts"), {"on": "0", "next": here})
    assert response.headers["Location"] == here
    cast.lead.refresh_from_db()
    assert cast.lead.shortcuts_on is False
    for evil in ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:1"):
        response = lead_client.post(reverse("shortcuts"), {"on": "1", "next": evil})
        assert response.headers["Location"] == reverse("home")


@time_machine.travel("2026-11-02 09:31:00Z", tick=False)
def test_saved_today_shows_the_banks_own_clock(
    lead_client: Client, cast: Cast, solo: Assessment, sheet: Sheet
) -> None:
    Organisation.objects.filter(pk=cast.bank.pk).update(time_zone="Asia/Tokyo")
    factories.fill_sheet(sheet, {"CAP.A1": 3})
    html = lead_client.get(reverse("section", args=[solo.pk, "capacity-awareness"]))
    assert "Saved <span data-clock>18:30</span>" in html.content.decode()


def test_a_starter_keeps_only_a_known_function(lead_client: Client, cast: Cast) -> None:
    form = {"period": "2026 H2", "function": "owner", "visibility": "named"}
    assert lead_client.post(reverse("round_new", args=[cast.bank.pk]), form).status_code == 422
    assert Function.EXECUTIVE in Function.values


def test_two_starts_of_the_same_name_leave_one_round(cast: Cast) -> None:
    def start() -> None:
        round_services.start_round(
            organisation=cast.bank, period="2026 H2", due_on=None, function="risk", by=cast.lead
        )

    start()
    with pytest.raises(round_services.PeriodTakenError):
        start()
    assert (Assessment.objects.count(), Sheet.objects.count()) == (1, 1)
