"""Steps, leases and what ends while it is made: one part is lost at most, and nobody's access outlives itself."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from assessments import jobs, outbox, sweep
from assessments.access.roles import Permission
from assessments.access.scope import still_may
from assessments.batches import archive, services, tasks, words
from assessments.models import (
    Assessment,
    Batch,
    BatchKind,
    BatchPart,
    EngagementState,
    Event,
    FileState,
    Mail,
    MailState,
    Report,
    User,
)
from assessments.people import leaving_services, own_data_services
from assessments.reports import queries as report_queries
from assessments.reports import services as reports
from assessments.reports.pdf import Pdf
from assessments.reports.press import PressError, StoppedError
from tests import factories
from tests.batches.conftest import MakeBatch, client_of, fresh, worked_off
from tests.conftest import Cast
from tests.reports.test_services import FILE, Press

SECOND = timedelta(seconds=1)
PDF = "Alder-2026H2-maturity-en.pdf", "Birch-2026H2-maturity-en.pdf", "Cedar-2026H2-maturity-en.pdf"


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[str, ...]]]:
    """The jobs that were put in line, which nobody takes."""
    taken: list[tuple[str, tuple[str, ...]]] = []
    monkeypatch.setattr(jobs.worker, "submit", lambda name, ids: taken.append((name, ids)))
    return taken


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "PAUSE_SECONDS", 0)


def zip_of(batch: Batch) -> zipfile.ZipFile:
    with default_storage.open(batch.file.name or "") as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def index_of(batch: Batch) -> list[tuple[Any, ...]]:
    """The rows of the index sheet below its header."""
    book = openpyxl.load_workbook(io.BytesIO(zip_of(batch).read("Index.xlsx")))
    return list(book.worksheets[0].iter_rows(min_row=2, values_only=True))


def states(batch: Batch) -> list[tuple[str, str]]:
    return list(batch.members.order_by("pk").values_list("state", "failure"))


def letters() -> int:
    return Mail.objects.filter(kind="batch").count()


def revoke(round_: Assessment) -> None:
    """The bank ends its engagement."""
    round_.organisation.engagements.update(state=EngagementState.ENDED)


def past(batch: Batch) -> None:
    """Let every lease run out, as after a kill -9."""
    before = timezone.now() - SECOND
    Batch.objects.filter(pk=batch.pk).update(lease_until=before)
    Report.objects.filter(state=FileState.RUNNING).update(lease_until=before)


# ---- the way it goes well ----------------------------------------------------------------------


def test_one_job_makes_a_zip_with_a_file_per_client_and_an_index(
    make_batch: MakeBatch, press: Press
) -> None:
    batch = worked_off(make_batch())
    assert (batch.state, batch.parts_done, batch.attempts) == (FileState.DONE, 3, 0)
    found = zip_of(batch)
    assert found.namelist() == [*PDF, "Index.xlsx"]
    assert found.testzip() is None
    assert [found.read(name) for name in PDF] == [FILE.data] * 3
    assert press.printed == 3
    assert batch.size == default_storage.size(batch.file.name or "")


def test_the_index_tells_client_round_strategy_scores_files_and_state(
    make_batch: MakeBatch, press: Press, rounds: list[Assessment]
) -> None:
    summary = rounds[0].summary
    row = index_of(worked_off(make_batch()))[0]
    assert row[:2] == ("Alder", "2026 H2")
    assert row[2].date() == factories.MOMENT.date()
    assert row[3] == "Raise awareness"
    assert row[4:6] == (round(summary.bank or 0, 4), round(summary.customer or 0, 4))
    assert row[6:] == ("in this ZIP", PDF[0], None)


def test_S31_a_client_called_like_a_formula_stays_text_in_the_index(
    cast: Cast, make_batch: MakeBatch, press: Press
) -> None:
    names = ["=1+1", "+cmd", "-2", "@SUM(A1)"]
    evil = [client_of(cast.firm, cast.consultant, name=name) for name in names]
    batch = worked_off(make_batch(rounds=evil))
    book = openpyxl.load_workbook(io.BytesIO(zip_of(batch).read("Index.xlsx")))
    cells = [row[0] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in cells] == [
        (name, "s", True) for name in names
    ]


def test_B29_clients_called_alike_or_like_paths_get_names_of_their_own(
    cast: Cast, make_batch: MakeBatch, press: Press
) -> None:
    names = ("../../x", "Zeta", "ZETA", "銀行")
    same = [client_of(cast.firm, cast.consultant, name=name) for name in names]
    assert zip_of(worked_off(make_batch(rounds=same))).namelist() == [
        "x-2026H2-maturity-en.pdf",
        "Zeta-2026H2-maturity-en.pdf",
        "ZETA-2026H2-maturity-en-2.pdf",
        "銀行-2026H2-maturity-en.pdf",
        "Index.xlsx",
    ]


def test_each_step_makes_one_part_and_puts_the_next_in_line(
    make_batch: MakeBatch,
    press: Press,
    line: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        batch = make_batch()
    job = ("build_batch", (str(batch.pk),))
    assert line == [job]
    for printed in (1, 2, 3):
        line.clear()
        with django_capture_on_commit_callbacks(execute=True):
            tasks.build_batch(str(batch.pk))
        assert (press.printed, fresh(batch).parts_done) == (printed, printed)
        assert line.count(job) == 1
    tasks.build_batch(str(batch.pk))
    assert fresh(batch).state == FileState.DONE


def test_a_report_that_exists_is_not_printed_again(make_batch: MakeBatch, press: Press) -> None:
    worked_off(make_batch())
    again = worked_off(make_batch())
    assert (press.printed, Report.objects.count()) == (3, 3)
    assert zip_of(again).namelist() == [*PDF, "Index.xlsx"]


def test_documents_come_beside_the_pdf_or_alone(
    make_batch: MakeBatch, press: Press, rounds: list[Assessment]
) -> None:
    both = worked_off(make_batch(rounds=rounds[:1], kind=BatchKind.BOTH))
    assert zip_of(both).namelist() == [PDF[0], "Alder-2026H2-maturity-en.docx", "Index.xlsx"]
    alone = worked_off(make_batch(rounds=rounds[:1], kind=BatchKind.ROADMAP))
    assert zip_of(alone).namelist() == ["Alder-2026H2-maturity-en.docx", "Index.xlsx"]
    document = zipfile.ZipFile(io.BytesIO(zip_of(alone).read("Alder-2026H2-maturity-en.docx")))
    assert "word/document.xml" in document.namelist()


# ---- letters -----------------------------------------------------------------------------------


def test_one_letter_comes_at_the_end_with_a_link_and_no_client_or_file(
    cast: Cast, make_batch: MakeBatch, press: Press
) -> None:
    batch = make_batch()
    assert letters() == 0
    worked_off(batch)
    row = Mail.objects.get(kind="batch")
    outbox.send(str(row.pk))
    (letter,) = mail.outbox
    assert isinstance(letter, EmailMultiAlternatives)
    text, html = str(letter.body), str(letter.alternatives[0][0])
    assert letter.to == [cast.consultant.email]
    assert letter.subject == "The reports of 3 clients are ready"
    for part in (text, html):
        assert f"/batches/{batch.pk}/" in part
        assert "Alder" not in part
    assert letter.attachments == []


def test_the_letter_is_in_the_language_of_who_asked(
    cast: Cast, make_batch: MakeBatch, press: Press
) -> None:
    User.objects.filter(pk=cast.consultant.pk).update(language="ja")
    worked_off(make_batch(by=User.objects.get(pk=cast.consultant.pk)))
    assert Mail.objects.get(kind="batch").language == "ja"


def test_nobody_who_left_the_firm_gets_the_letter(
    cast: Cast, make_batch: MakeBatch, press: Press
) -> None:
    worked_off(make_batch())
    cast.firm.memberships.filter(user=cast.consultant).delete()
    row = Mail.objects.get(kind="batch")
    outbox.send(str(row.pk))
    row.refresh_from_db()
    assert (row.state, mail.outbox) == (MailState.DROPPED, [])


# ---- what goes wrong ---------------------------------------------------------------------------


def failing_for(bank: str, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    """The press fails on the report of one bank."""

    def render(html: str, beat: Any = None) -> Pdf:
        press.printed += 1
        if html == bank:
            raise PressError("took too long")
        return FILE

    monkeypatch.setattr(press, "render", render)


def test_a_part_that_fails_leaves_the_others_and_is_told_in_words(
    make_batch: MakeBatch, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_for("Birch", press, monkeypatch)
    batch = worked_off(make_batch())
    assert batch.state == FileState.DONE
    assert states(batch) == [("done", ""), ("failed", "took too long"), ("done", "")]
    assert press.printed == 5  # three attempts at one
    assert zip_of(batch).namelist() == [PDF[0], PDF[2], "Index.xlsx"]
    row = index_of(batch)[1]
    assert row[:2] == ("Birch", "2026 H2")
    assert row[2:6] == (None,) * 4
    assert row[6:] == ("left out", None, "Laying it out took too long. Try again.")
    outbox.send(str(Mail.objects.get(kind="batch").pk))
    assert mail.outbox[0].subject == "2 of 3 reports are ready"


def test_trying_again_makes_what_failed_and_nothing_else(
    cast: Cast, make_batch: MakeBatch, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        failing_for("Birch", press, patch)
        batch = worked_off(make_batch())
        old = batch.file.name or ""
    printed = press.printed
    assert services.retry(batch=batch, by=cast.consultant, now=timezone.now())
    batch = worked_off(batch)
    assert press.printed == printed + 1
    assert zip_of(batch).namelist() == [*PDF, "Index.xlsx"]
    assert batch.file.name != old or default_storage.exists(old)
    assert letters() == 2
    assert not services.retry(batch=batch, by=cast.consultant, now=timezone.now())


def test_a_batch_without_a_single_file_has_failed_and_says_so(
    make_batch: MakeBatch, press: Press
) -> None:
    press.outcome = PressError("took too long")
    batch = worked_off(make_batch())
    assert (batch.state, batch.file.name, letters()) == (FileState.FAILED, "", 1)
    outbox.send(str(Mail.objects.get(kind="batch").pk))
    assert mail.outbox[0].subject == "The reports could not be made"


def test_F2_a_worker_killed_in_a_part_loses_that_part_only_and_it_is_made_once(
    make_batch: MakeBatch, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = make_batch()
    tasks.build_batch(str(batch.pk))

    class Killed(BaseException):
        """No handler of ours sees a kill -9."""

    def die(html: str, beat: Any = None) -> Pdf:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(press, "render", die)
        with pytest.raises(Killed):
            tasks.build_batch(str(batch.pk))
    assert states(batch) == [("done", ""), ("running", ""), ("queued", "")]
    tasks.build_batch(str(batch.pk))
    assert press.printed == 1  # the lease is still held
    past(batch)
    assert services.sweep() == 1
    batch = worked_off(batch)
    assert (batch.state, press.printed, letters()) == (FileState.DONE, 3, 1)
    assert Report.objects.count() == 3


def test_F3_a_part_killed_three_times_has_failed_and_the_rest_is_made(
    make_batch: MakeBatch, press: Press
) -> None:
    batch = make_batch()
    for _kill in range(3):
        claimed = services.claim(str(batch.pk))
        assert claimed is not None
        assert services.next_part(claimed) is not None
        past(batch)
        assert services.sweep() == 1
    assert states(batch)[0] == ("failed", words.KILLED)
    batch = worked_off(batch)
    assert zip_of(batch).namelist() == [PDF[1], PDF[2], "Index.xlsx"]
    assert index_of(batch)[0][8] == "It was begun three times and broke off each time. Try again."
    assert letters() == 1


def test_F3_packing_killed_three_times_has_failed(make_batch: MakeBatch, press: Press) -> None:
    batch = make_batch()
    for _part in range(3):
        tasks.build_batch(str(batch.pk))
    for _kill in range(3):
        assert services.claim(str(batch.pk)) is not None
        past(batch)
        services.sweep()
    assert (fresh(batch).state, letters()) == (FileState.FAILED, 1)


def test_F4_a_server_going_down_gives_the_batch_back_at_no_cost(
    make_batch: MakeBatch, press: Press
) -> None:
    press.outcome = StoppedError("stopped")
    batch = make_batch()
    tasks.build_batch(str(batch.pk))
    held = fresh(batch)
    assert (held.state, held.attempts, held.lease_until) == (FileState.QUEUED, 0, None)
    press.outcome = FILE
    assert services.sweep() == 1
    assert worked_off(batch).state == FileState.DONE


def test_F5_F6_a_press_that_hangs_or_runs_out_of_memory_costs_one_part(
    make_batch: MakeBatch, press: Press, rounds: list[Assessment]
) -> None:
    press.outcome = PressError("ended before it was done")  # what the press says of both
    batch = make_batch(rounds=rounds[:2])
    tasks.build_batch(str(batch.pk))
    press.outcome = FILE
    batch = worked_off(batch)
    assert states(batch) == [("failed", "ended before it was done"), ("done", "")]


def test_a_worker_that_lost_its_lease_notes_nothing(make_batch: MakeBatch, press: Press) -> None:
    batch = make_batch()
    slow = services.claim(str(batch.pk))
    assert slow is not None
    part = services.next_part(slow)
    assert part is not None
    past(batch)
    quick = services.claim(str(batch.pk))
    assert quick is not None
    services.finish_part(slow, part, failure="late")
    assert not services.store(slow, "batches/late.zip", 1)
    assert states(batch)[0] == ("running", "")
    services.finish_part(quick, part)
    assert states(batch)[0] == ("done", "")


@pytest.mark.usefixtures("no_pause")
def test_a_report_that_another_worker_prints_is_waited_for(
    make_batch: MakeBatch, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = make_batch()
    waits: list[float] = []

    def elsewhere(seconds: float) -> None:
        """The other worker comes to its end while this one sleeps."""
        waits.append(seconds)
        held = Report.objects.get(state=FileState.RUNNING)
        reports.store(held, FILE)

    asked = reports.request

    def taken_at_once(**fields: Any) -> Report:
        report = asked(**fields)
        assert reports.claim(report.pk) is not None
        report.refresh_from_db()
        return report

    monkeypatch.setattr(reports, "request", taken_at_once)
    monkeypatch.setattr("assessments.batches.tasks.time.sleep", elsewhere)
    tasks.build_batch(str(batch.pk))
    assert (states(batch)[0], len(waits), press.printed) == (("done", ""), 1, 0)


def test_a_job_that_comes_twice_finds_nothing_to_take(make_batch: MakeBatch, press: Press) -> None:
    batch = worked_off(make_batch())
    for _ in range(2):
        tasks.build_batch(str(batch.pk))
    assert (press.printed, letters()) == (3, 1)


def test_cancelling_stops_it_without_a_letter_and_can_be_taken_up_again(
    cast: Cast, make_batch: MakeBatch, press: Press
) -> None:
    batch = make_batch()
    tasks.build_batch(str(batch.pk))
    assert services.cancel(batch=batch, by=cast.consultant, now=timezone.now())
    tasks.build_batch(str(batch.pk))
    assert (fresh(batch).state, press.printed, letters()) == (FileState.FAILED, 1, 0)
    assert not services.cancel(batch=batch, by=cast.consultant, now=timezone.now())
    assert services.retry(batch=fresh(batch), by=cast.consultant, now=timezone.now())
    batch = worked_off(batch)
    assert (batch.state, batch.cancelled_at, press.printed) == (FileState.DONE, None, 3)


def test_a_step_under_way_while_it_is_cancelled_notes_nothing(
    cast: Cast, make_batch: MakeBatch, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = make_batch()

    def render(html: str, beat: Any = None) -> Pdf:
        services.cancel(batch=batch, by=cast.consultant, now=timezone.now())
        return FILE

    monkeypatch.setattr(press, "render", render)
    tasks.build_batch(str(batch.pk))
    held = fresh(batch)
    assert (held.state, held.cancelled_at is not None) == (FileState.FAILED, True)
    assert ("done", "") not in states(batch)


# ---- access that ends (S10, S14) ---------------------------------------------------------------


def test_S10_a_client_revoked_before_its_part_is_left_out_with_the_reason(
    make_batch: MakeBatch, press: Press, rounds: list[Assessment]
) -> None:
    batch = make_batch()
    tasks.build_batch(str(batch.pk))
    revoke(rounds[1])
    batch = worked_off(batch)
    assert states(batch)[1] == ("failed", words.ENDED)
    assert press.printed == 2
    assert zip_of(batch).namelist() == [PDF[0], PDF[2], "Index.xlsx"]
    row = index_of(batch)[1]
    assert row[2:6] == (None,) * 4
    assert row[8] == "Left out: the client is no longer open to who asked."


def test_S10_a_client_revoked_after_its_part_is_not_packed(
    make_batch: MakeBatch, press: Press, rounds: list[Assessment]
) -> None:
    batch = make_batch()
    for _part in range(3):
        tasks.build_batch(str(batch.pk))
    revoke(rounds[0])
    batch = worked_off(batch)
    assert states(batch)[0] == ("failed", words.ENDED)
    assert zip_of(batch).namelist() == [*PDF[1:], "Index.xlsx"]


def test_S10_a_client_revoked_while_the_zip_is_written_is_packed_out_again(
    make_batch: MakeBatch,
    press: Press,
    rounds: list[Assessment],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write = archive._write  # noqa: SLF001 -- the moment between reading and storing

    def written(*args: Any) -> None:
        write(*args)
        revoke(rounds[2])

    monkeypatch.setattr(archive, "_write", written)
    batch = worked_off(make_batch())
    assert zip_of(batch).namelist() == [*PDF[:2], "Index.xlsx"]
    assert index_of(batch)[2][4:7] == (None, None, "left out")


def test_S10_S14_nothing_is_made_for_who_is_no_longer_of_the_firm(
    cast: Cast, make_batch: MakeBatch, press: Press
) -> None:
    batch = make_batch()
    cast.firm.memberships.filter(user=cast.consultant).delete()
    batch = worked_off(batch)
    assert (batch.state, press.printed) == (FileState.FAILED, 0)
    assert {failure for _state, failure in states(batch)} == {words.ENDED}


def test_S10_a_consultant_taken_off_a_client_gets_no_report_of_it(
    cast: Cast, make_batch: MakeBatch, press: Press, rounds: list[Assessment]
) -> None:
    batch = make_batch()
    rounds[0].organisation.engagements.get().assignments.all().delete()
    assert states(worked_off(batch))[0] == ("failed", words.ENDED)


def test_S14_a_part_of_a_bank_that_never_let_the_firm_in_is_refused(
    cast: Cast, make_batch: MakeBatch, press: Press, rounds: list[Assessment]
) -> None:
    batch = make_batch(rounds=rounds[:1])
    foreign = client_of(factories.make_firm(cast.outsider, name="Others"), name="Foreign")
    BatchPart.objects.filter(batch=batch).update(assessment=foreign)
    batch = worked_off(batch)
    assert states(batch) == [("failed", words.ENDED)]
    assert (batch.state, press.printed, Report.objects.count()) == (FileState.FAILED, 0, 0)


def test_S10_without_a_second_factor_nothing_is_made(
    cast: Cast, make_batch: MakeBatch, press: Press
) -> None:
    batch = make_batch()
    cast.consultant.authenticator_set.all().delete()  # type: ignore[attr-defined]  # allauth's table names no reverse
    assert (worked_off(batch).state, press.printed) == (FileState.FAILED, 0)


def test_a_report_is_judged_by_the_engagement_of_the_firm_that_it_wears(
    cast: Cast, rounds: list[Assessment]
) -> None:
    other = factories.make_firm(cast.consultant, name="Second Firm")
    permission = Permission.EXPORT_REPORT
    assert still_may(cast.consultant, rounds[0], permission, cast.firm)
    assert not still_may(cast.consultant, rounds[0], permission, other)


# ---- traces, sweeping, forgetting --------------------------------------------------------------


def test_S41_the_firm_and_each_bank_read_what_was_asked_for(
    cast: Cast, make_batch: MakeBatch, press: Press, rounds: list[Assessment]
) -> None:
    batch = worked_off(make_batch())
    asked = Event.objects.get(organisation=cast.firm, verb="batch requested")
    assert asked.target == f"batch:{batch.pk}"
    assert asked.details == {"clients": 3, "kind": "report"}
    for round_ in rounds:
        (event,) = Event.objects.filter(organisation=round_.organisation)
        assert (event.verb, event.actor) == ("report requested", cast.consultant.pk)


def test_one_person_has_one_batch_under_way(cast: Cast, make_batch: MakeBatch) -> None:
    first = make_batch()
    with pytest.raises(services.BusyError) as caught:
        make_batch()
    assert caught.value.batch.pk == first.pk
    make_batch(by=cast.admin)
    services.cancel(batch=first, by=cast.consultant, now=timezone.now())
    make_batch()


def test_none_and_more_than_two_hundred_clients_are_refused(
    make_batch: MakeBatch, rounds: list[Assessment]
) -> None:
    for wrong in ([], rounds * 67):
        with pytest.raises(services.TooManyError):
            make_batch(rounds=wrong)
    assert Batch.objects.count() == 0


def test_after_seven_days_row_and_files_are_gone(
    make_batch: MakeBatch, press: Press, rounds: list[Assessment]
) -> None:
    batch = worked_off(make_batch(kind=BatchKind.BOTH, rounds=rounds[:1]))
    other = worked_off(make_batch())
    held = default_storage.listdir("batches")[1]
    assert len([name for name in held if name.startswith(str(batch.pk))]) == 2
    Batch.objects.filter(pk=batch.pk).update(expires_at=timezone.now() - SECOND)
    (step,) = sweep.run(timezone.now(), ["batches"])
    assert step.things == 1
    assert list(Batch.objects.values_list("pk", flat=True)) == [other.pk]
    assert default_storage.listdir("batches")[1] == [(other.file.name or "").split("/")[1]]
    assert (batch.expires_at - batch.created_at).days in {6, 7}


def test_a_report_that_is_gone_is_told_and_made_again(
    cast: Cast, make_batch: MakeBatch, press: Press
) -> None:
    batch = make_batch()
    for _part in range(3):
        tasks.build_batch(str(batch.pk))
    Report.objects.filter(assessment__organisation__name="Cedar").delete()
    batch = worked_off(batch)
    assert states(batch)[2] == ("failed", words.GONE)
    services.retry(batch=batch, by=cast.consultant, now=timezone.now())
    assert zip_of(worked_off(batch)).namelist() == [*PDF, "Index.xlsx"]


def test_the_bank_s_own_people_and_the_firm_share_a_report_while_neither_wears_a_look(
    cast: Cast, make_batch: MakeBatch, press: Press, rounds: list[Assessment]
) -> None:
    worked_off(make_batch(rounds=rounds[:1]))
    report = Report.objects.get()
    assert report.firm is None
    edition = report_queries.edition_for(rounds[0], language="en")
    assert edition is not None
    assert report_queries.content_key(edition) == report.content_key


def test_S38_a_bank_that_goes_takes_its_report_out_of_every_firm_s_zip(
    cast: Cast, make_batch: MakeBatch, press: Press, rounds: list[Assessment]
) -> None:
    batch = worked_off(make_batch())
    name = batch.file.name or ""
    bank = rounds[0].organisation
    bank.closing_on = factories.MOMENT.date()
    bank.save()
    assert leaving_services.purge_closed(timezone.now()) == 1
    assert not default_storage.exists(name)
    held = fresh(batch)
    assert held.file.name == ""
    services.retry(batch=held, by=cast.consultant, now=timezone.now())
    assert zip_of(worked_off(batch)).namelist() == [*PDF[1:], "Index.xlsx"]


def test_S38_erasing_who_asked_takes_the_zip_along(
    cast: Cast, make_batch: MakeBatch, press: Press, django_capture_on_commit_callbacks: Any
) -> None:
    worked_off(make_batch(kind=BatchKind.BOTH))
    assert len(default_storage.listdir("batches")[1]) == 4
    with django_capture_on_commit_callbacks(execute=True):
        own_data_services.erase(user=cast.consultant)
    assert (Batch.objects.count(), default_storage.listdir("batches")[1]) == (0, [])
