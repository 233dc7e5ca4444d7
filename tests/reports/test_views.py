"""Asking for a report, waiting for it, and taking it away."""

import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from assessments.models import Assessment, FileState, Organisation, Report
from assessments.reports import names, queries, tasks, views
from assessments.reports.press import PressError
from assessments.results.services import publish
from tests import factories
from tests.reports.conftest import submitted_sheet
from tests.reports.test_services import FILE, Press, fresh, stored


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Press:
    made = Press()
    monkeypatch.setattr(tasks, "press", lambda: made)
    return made


@pytest.fixture
def lead(client: Client, cast: Any) -> Client:
    client.force_login(cast.lead)
    return client


def asked(lead: Client, round_: Assessment) -> Report:
    """Ask for the report and return its row."""
    response = lead.post(f"/rounds/{round_.pk}/report/")
    report = Report.objects.select_related("assessment__organisation").get()
    assert response.status_code == 302
    assert response.url == f"/reports/{report.pk}/"  # type: ignore[attr-defined]
    return report


def test_the_first_download_waits_and_the_second_is_immediate_without_a_render(
    lead: Client, answered: Assessment, press: Press
) -> None:
    report = asked(lead, answered)
    tasks.render_report(report.pk)
    assert press.printed == 1
    response = lead.post(f"/rounds/{answered.pk}/report/")
    name = "Norvane-Bank-2026H2-maturity-en.pdf"
    assert response.url == f"/reports/{report.pk}/{name}"  # type: ignore[attr-defined]
    assert press.printed == 1
    assert Report.objects.count() == 1


def test_the_file_comes_with_its_name_and_may_be_kept_by_no_cache(
    lead: Client, answered: Assessment, press: Press
) -> None:
    report = asked(lead, answered)
    tasks.render_report(report.pk)
    response = lead.get(f"/reports/{report.pk}/Norvane-Bank-2026H2-maturity-en.pdf")
    assert b"".join(response.streaming_content) == FILE.data  # type: ignore[attr-defined]
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == (
        'attachment; filename="Norvane-Bank-2026H2-maturity-en.pdf"; '
        "filename*=UTF-8''Norvane-Bank-2026H2-maturity-en.pdf"
    )


@pytest.mark.parametrize("name", ["x.js", "style.css", "Other-Bank-2026H2-maturity-en.pdf", "a"])
def test_S40_no_other_name_opens_the_file(
    lead: Client, answered: Assessment, press: Press, name: str
) -> None:
    report = asked(lead, answered)
    tasks.render_report(report.pk)
    assert lead.get(f"/reports/{report.pk}/{name}").status_code == 404


def test_an_unfinished_report_has_no_file(lead: Client, answered: Assessment) -> None:
    report = asked(lead, answered)
    response = lead.get(f"/reports/{report.pk}/Norvane-Bank-2026H2-maturity-en.pdf")
    assert response.status_code == 404


def test_the_page_of_a_waiting_report_refreshes_itself_without_javascript(
    lead: Client, answered: Assessment
) -> None:
    html = lead.get(f"/reports/{asked(lead, answered).pk}/").content.decode()
    assert html.count('<noscript><meta http-equiv="refresh" content="2"></noscript>') == 1
    assert html.count('role="status" data-state="working"') == 1


def test_the_page_of_a_finished_report_links_the_file_and_stops_refreshing(
    lead: Client, answered: Assessment, press: Press
) -> None:
    report = asked(lead, answered)
    tasks.render_report(report.pk)
    html = lead.get(f"/reports/{report.pk}/").content.decode()
    assert html.count("http-equiv") == 0
    assert html.count(f'href="/reports/{report.pk}/Norvane-Bank-2026H2-maturity-en.pdf"') == 1
    assert "14 pages" in html


def test_the_page_of_a_failed_report_gives_a_reference_and_a_way_to_try_again(
    lead: Client, answered: Assessment, press: Press
) -> None:
    report = asked(lead, answered)
    press.outcome = PressError("took too long")
    for _ in range(3):
        tasks.render_report(report.pk)
    html = lead.get(f"/reports/{report.pk}/").content.decode()
    assert f"Reference: {report.pk}" in html
    assert f'action="/rounds/{answered.pk}/report/"' in html
    assert html.count("http-equiv") == 0


def test_the_state_as_json_follows_the_report(
    lead: Client, answered: Assessment, press: Press
) -> None:
    report = asked(lead, answered)
    url = f"/reports/{report.pk}/state.json"
    assert lead.get(url).json() == {
        "state": "working",
        "heading": "Preparing the report",
        "text": "Waiting in line: about eight seconds.",
        "file": "",
    }
    tasks.render_report(report.pk)
    assert lead.get(url).json() == {
        "state": "ready",
        "heading": "The report is ready",
        "text": "The report is ready to download.",
        "file": f"/reports/{report.pk}/Norvane-Bank-2026H2-maturity-en.pdf",
    }


def test_a_file_that_is_gone_leads_back_to_the_page_that_offers_another_try(
    lead: Client, answered: Assessment, press: Press
) -> None:
    report = asked(lead, answered)
    tasks.render_report(report.pk)
    default_storage.delete(fresh(report).file.name or "")
    response = lead.get(f"/reports/{report.pk}/Norvane-Bank-2026H2-maturity-en.pdf")
    assert response.url == f"/reports/{report.pk}/"  # type: ignore[attr-defined]
    assert "could not be printed" in lead.get(f"/reports/{report.pk}/").content.decode()


def test_a_round_without_results_leads_to_the_page_that_says_why(
    lead: Client, round_: Assessment
) -> None:
    response = lead.post(f"/rounds/{round_.pk}/report/")
    assert response.url == f"/rounds/{round_.pk}/results/"  # type: ignore[attr-defined]
    assert Report.objects.count() == 0


def test_respondents_may_not_print_and_strangers_learn_nothing(
    client: Client, lead: Client, answered: Assessment, cast: Any, press: Press
) -> None:
    report = asked(lead, answered)
    tasks.render_report(report.pk)
    name = names.ascii_name(queries.title_of(report))
    for person, status in ((cast.respondent, 403), (cast.outsider, 404)):
        client.force_login(person)
        assert client.post(f"/rounds/{answered.pk}/report/").status_code == status
        for address in ("", "state.json", name):
            assert client.get(f"/reports/{report.pk}/{address}").status_code == status


def test_live_results_are_a_draft_and_published_ones_print_the_snapshot(
    answered: Assessment, cast: Any
) -> None:
    live = queries.edition_for(answered, language="en")
    publish(assessment=answered, by=cast.lead, now=timezone.now())
    answered.refresh_from_db()
    frozen = queries.edition_for(answered, language="en")
    assert live is not None
    assert frozen is not None
    assert (live.draft, frozen.draft) == (True, False)
    assert queries.content_key(live) != queries.content_key(frozen)
    answered.sheets.get().answers.filter(item="CAP.U1").update(level=5)
    again = queries.edition_for(answered, language="en")
    assert again is not None
    assert queries.content_key(again) == queries.content_key(frozen)


def test_the_sample_report_is_public_fictional_and_printed_once(
    client: Client, db: None, settings: Any, tmp_path: Path, press: Press
) -> None:
    settings.MEDIA_ROOT = tmp_path
    for _ in range(2):
        response = client.get("/sample/report.pdf")
        assert b"".join(response.streaming_content) == FILE.data  # type: ignore[attr-defined]
    assert press.printed == 1
    assert queries.sample_edition("en").source.subject.fictional is True


def test_a_sample_that_cannot_be_printed_now_asks_to_come_back(
    client: Client, db: None, settings: Any, tmp_path: Path, press: Press
) -> None:
    settings.MEDIA_ROOT = tmp_path
    press.outcome = PressError("took too long")
    response = client.get("/sample/report.pdf")
    assert (response.status_code, response["Retry-After"]) == (
        503,
        views.RETRY_AFTER_SECONDS,
    )


@pytest.mark.parametrize(
    ("bank", "period", "ascii_", "original"),
    [
        ("Crédit Équitable", "2026 H2", "Credit-Equitable-2026H2-maturity-en.pdf", None),
        (
            "みずほ銀行",
            "2026 下期",
            "bank-2026-maturity-en.pdf",
            "みずほ銀行-2026下期-maturity-en.pdf",
        ),
        ('A/B\\C"\r\nX: y', "..", "A-B-C-X-y-round-maturity-en.pdf", "ABCX-y-..-maturity-en.pdf"),
        ("B" * 120, "p", "B" * 60 + "-p-maturity-en.pdf", None),
    ],
)
def test_S35_a_name_becomes_a_harmless_file_name(
    bank: str, period: str, ascii_: str, original: str | None
) -> None:
    title = names.Title(bank=bank, period=period, language="en")
    assert names.ascii_name(title) == ascii_
    assert names.original_name(title) == original or original is None
    assert [c for c in names.disposition(title) if c in "\r\n"] == []


@pytest.mark.django_db(transaction=True)
def test_a_real_child_prints_the_report_that_was_asked_for(
    settings: Any, tmp_path: Path, client: Client
) -> None:
    settings.MEDIA_ROOT = tmp_path
    person = factories.make_user("real@norvane.example")
    bank: Organisation = factories.make_bank(person)
    round_ = factories.make_round(bank, channels_confirmed=True)
    submitted_sheet(round_, person)
    client.force_login(person)
    client.post(f"/rounds/{round_.pk}/report/")
    report = Report.objects.get()
    for _ in range(600):
        if fresh(report).state in (FileState.DONE, FileState.FAILED):
            break
        time.sleep(0.2)
    done = fresh(report)
    assert (done.state, done.attempts) == ("done", 1)
    assert 12 <= done.pages <= 16
    assert stored(done)[:5] == b"%PDF-"
