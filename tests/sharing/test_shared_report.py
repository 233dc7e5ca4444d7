"""The PDF behind a link: printed once, in the bank's own look, and never without limit."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import (
    Assessment,
    Brand,
    Engagement,
    EngagementState,
    Event,
    FileState,
    Organisation,
    Report,
    ShareLink,
)
from assessments.reports import services as reports
from assessments.reports import tasks
from assessments.reports.pdf import Pdf
from assessments.reports.queries import edition_for
from assessments.sharing import printing, services
from assessments.sharing.services import MOST_PRINTS, TooManyError
from tests.addresses import plain, signed_in
from tests.conftest import Cast
from tests.sharing.links import FORM, enter, make_link, published_round, text_of

NOON = dt.datetime(2026, 11, 22, 12, 0, 1, tzinfo=dt.UTC)


def with_pdf(round_: Assessment, by: Any) -> tuple[ShareLink, str]:
    return make_link(round_, by, report_key=printing.key_of(round_, "en"))


def finish(report: Report, content: bytes = b"%PDF-1.7 result") -> None:
    """Store a file as the job would."""
    report.state, report.pages, report.size = FileState.DONE, 16, 120_000
    report.file.save(f"{report.pk}.pdf", ContentFile(content))


def url_of(link: ShareLink, name: str = "shared_report") -> str:
    return reverse(name, args=[link.pk])


def file_of(reader: Client, link: ShareLink) -> Any:
    return reader.get(reader.get(url_of(link, "shared_report_state")).json()["file"])


def verbs() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("verb", flat=True))


# ---- printing ----------------------------------------------------------------------------------


def test_the_pdf_is_asked_for_with_the_link_and_once_for_all_links(
    cast: Cast, result: Assessment
) -> None:
    send = signed_in(cast.lead).post
    for _ in range(2):
        send(reverse("shares", args=[result.pk]), FORM | {"with_report": "on"})
    report = Report.objects.get()
    assert (report.requested_by, report.firm, report.language) == (cast.lead, None, "en")
    assert ShareLink.objects.filter(with_report=True).count() == 2
    assert Event.objects.get(verb="report requested").actor == cast.lead.pk


def test_a_reader_waits_for_the_file_and_takes_it(cast: Cast, result: Assessment) -> None:
    link, token = with_pdf(result, cast.lead)
    reader = Client()
    enter(reader, link, token)
    waiting = reader.get(url_of(link))
    assert waiting.context["page"].state == "working"
    assert '<noscript><meta http-equiv="refresh"' in text_of(waiting)
    finish(Report.objects.get())
    ready = reader.get(url_of(link, "shared_report_state")).json()
    assert (ready["state"], ready["file"].rpartition("/")[2]) == (
        "ready",
        "Norvane-Bank-2026H1-maturity-en.pdf",
    )
    assert "16 pages" in reader.get(url_of(link)).context["page"].size
    answer = reader.get(ready["file"])
    status, content, headers = plain(answer)
    assert (status, content) == (200, b"%PDF-1.7 result")
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("attachment;")
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    event = Event.objects.get(verb="shared report downloaded")
    assert (event.actor, event.target) == (None, f"share:{link.pk}")


def test_a_reader_has_it_printed_where_nobody_did_before(cast: Cast, result: Assessment) -> None:
    link, token = with_pdf(result, cast.lead)
    Report.objects.all().delete()
    reader = Client()
    enter(reader, link, token)
    page = reader.get(url_of(link))
    assert (page.context["page"].state, "<form" in text_of(page)) == ("none", True)
    assert Report.objects.count() == 0  # looking queues nothing
    for _ in range(2):
        assert reader.post(url_of(link)).headers["Location"] == url_of(link)
    report = Report.objects.get()
    assert (report.requested_by, report.state) == (cast.lead, FileState.QUEUED)
    asked = Event.objects.filter(verb="report requested").order_by("pk")
    assert [(one.actor, one.details) for one in asked][1:] == [
        (None, {"through": f"share:{link.pk}"})
    ]


def test_a_report_that_failed_or_was_lost_can_be_asked_for_again(
    cast: Cast, result: Assessment
) -> None:
    link, token = with_pdf(result, cast.lead)
    reader = Client()
    enter(reader, link, token)
    Report.objects.update(state=FileState.FAILED)
    assert reader.get(url_of(link)).context["page"].state == "failed"
    reader.post(url_of(link))
    assert Report.objects.get().state == FileState.QUEUED
    finish(Report.objects.get())
    Report.objects.get().file.storage.delete(Report.objects.get().file.name or "")
    assert reader.get(url_of(link)).context["page"].state == "failed"


def test_what_readers_have_printed_is_limited(cast: Cast, result: Assessment) -> None:
    link, token = with_pdf(result, cast.lead)
    reader = Client()
    with time_machine.travel(NOON, tick=False):
        enter(reader, link, token)
        found = [reader.post(url_of(link)).status_code for _ in range(MOST_PRINTS + 1)]
        assert found == [302] * MOST_PRINTS + [429]
        assert Report.objects.count() == 1
        other, other_token = make_link(result, cast.lead, report_key="k" * 64)
        enter(reader, other, other_token)
        assert reader.post(url_of(other)).status_code == 302
    with time_machine.travel(NOON + dt.timedelta(hours=1), tick=False):
        assert reader.post(url_of(link)).status_code == 302


def test_how_often_a_file_is_taken_is_limited(
    cast: Cast, result: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_TAKEN", 2)
    link, token = with_pdf(result, cast.lead)
    finish(Report.objects.get())
    reader = Client()
    enter(reader, link, token)
    assert [plain(file_of(reader, link))[0] for _ in range(3)] == [200, 200, 429]
    assert verbs().count("shared report downloaded") == 2
    with pytest.raises(TooManyError):
        services.take_report(link=link, now=timezone.now())


def test_s10_the_job_prints_for_who_made_the_link_as_long_as_they_may(
    cast: Cast, result: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Printer:
        def render(self, html: str, beat: object = None) -> Pdf:
            return Pdf(data=b"%PDF-1.7", pages=1)

    monkeypatch.setattr(tasks, "press", Printer)
    with_pdf(result, cast.consultant)
    report = Report.objects.get()
    Engagement.objects.filter(pk=cast.engagement.pk).update(state=EngagementState.ENDED)
    tasks.render_report(report.pk)
    report.refresh_from_db()
    assert (report.state, report.failure) == (FileState.FAILED, reports.REFUSED)


# ---- whose look --------------------------------------------------------------------------------


def test_the_report_wears_nothing_of_the_firm_whose_consultant_shared_it(
    cast: Cast, result: Assessment
) -> None:
    for organisation, colour in ((cast.bank, "#0B4A6F"), (cast.firm, "#7A1F1F")):
        Brand.objects.create(organisation=organisation, colour=colour, updated_at=timezone.now())
    with_pdf(result, cast.consultant)
    report = Report.objects.get()
    edition = edition_for(result, language="en")
    assert edition is not None
    assert (report.firm, edition.dress.firm, edition.dress.accent) == (None, None, "#0B4A6F")
    assert report.content_key == printing.key_of(result, "en")
    dressed = edition_for(result, language="en", firm=cast.firm)
    assert dressed is not None
    assert dressed.dress.accent == "#7A1F1F"  # what the firm's own people would print


# ---- whom it is shut to ------------------------------------------------------------------------


def test_without_leave_no_file_is_to_be_had(cast: Cast, result: Assessment) -> None:
    allowed, allowed_token = with_pdf(result, cast.lead)
    bare, token = make_link(result, cast.lead)
    finish(Report.objects.get())
    reader = Client()
    enter(reader, allowed, allowed_token)
    name = reader.get(url_of(allowed, "shared_report_state")).json()["file"].rpartition("/")[2]
    other = Client()
    enter(other, bare, token)
    assert "PDF" not in text_of(other.get(reverse("shared", args=[bare.pk])))
    statuses = [
        other.get(url_of(bare)).status_code,
        other.post(url_of(bare)).status_code,
        other.get(url_of(bare, "shared_report_state")).status_code,
        other.get(reverse("shared_report_file", args=[bare.pk, name])).status_code,
        other.get(reverse("shared_report_file", args=[allowed.pk, name])).status_code,
        reader.get(reverse("shared_report_file", args=[allowed.pk, "other.js"])).status_code,
    ]
    assert statuses == [410] * 6


def test_s10_a_file_is_shut_with_its_link(cast: Cast, result: Assessment) -> None:
    link, token = with_pdf(result, cast.lead)
    finish(Report.objects.get())
    reader = Client()
    enter(reader, link, token)
    address = reader.get(url_of(link, "shared_report_state")).json()["file"]
    assert plain(reader.get(address))[0] == 200
    services.revoke(link=link, by=cast.lead, now=timezone.now())
    assert reader.get(address).status_code == 410


def test_s4_a_link_gives_the_report_of_its_own_result_alone(cast: Cast, result: Assessment) -> None:
    own, token = with_pdf(result, cast.lead)
    finish(Report.objects.get(), b"%PDF-1.7 own")
    Organisation.objects.filter(pk=cast.other_bank.pk).update(name=cast.bank.name)
    other = published_round(cast.other_bank, cast.outsider)
    with_pdf(other, cast.outsider)
    finish(Report.objects.get(assessment=other), b"%PDF-1.7 other")
    reader = Client()
    enter(reader, own, token)
    assert plain(file_of(reader, own))[1] == b"%PDF-1.7 own"
