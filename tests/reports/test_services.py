"""Leases, attempts and the sweep: a report survives whatever its worker does not."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from assessments import jobs
from assessments.models import Assessment, Event, FileState, Report
from assessments.reports import queries, services, tasks
from assessments.reports.pdf import Pdf
from assessments.reports.press import PressError, StoppedError

FILE = Pdf(data=b"%PDF-1.7 fake", pages=14)


class Press:
    """Stands in for the render child."""

    def __init__(self, outcome: Pdf | Exception = FILE) -> None:
        self.outcome = outcome
        self.printed = 0

    def render(self, html: str, beat: Any = None) -> Pdf:
        self.printed += 1
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[str, ...]]]:
    """The jobs that were put in line, which nobody takes."""
    taken: list[tuple[str, tuple[str, ...]]] = []
    monkeypatch.setattr(jobs.worker, "submit", lambda name, ids: taken.append((name, ids)))
    return taken


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Press:
    made = Press()
    monkeypatch.setattr(tasks, "press", lambda: made)
    return made


def requested(round_: Assessment, lead: Any) -> Report:
    edition = queries.edition_for(round_, language="en")
    assert edition is not None
    return services.request(
        assessment=round_, language="en", content_key=queries.content_key(edition), by=lead
    )


def fresh(report: Report) -> Report:
    return Report.objects.select_related("assessment__organisation").get(pk=report.pk)


def stored(report: Report) -> bytes:
    with default_storage.open(report.file.name or "") as file:
        content: bytes = file.read()
        return content


def past(report: Report) -> None:
    """Let the lease run out."""
    Report.objects.filter(pk=report.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_request_is_put_in_line_after_the_commit_and_leaves_a_trace(
    answered: Assessment, cast: Any, line: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        report = requested(answered, cast.lead)
        assert line == []
    assert line == [("render_report", (str(report.pk),))]
    events = Event.objects.filter(organisation=cast.bank).values_list("verb", "target")
    assert list(events) == [("report requested", f"report:{report.pk}")]


def test_the_same_content_is_one_report_and_other_answers_are_another(
    answered: Assessment, cast: Any
) -> None:
    first = requested(answered, cast.lead)
    assert requested(answered, cast.lead).pk == first.pk
    answered.sheets.get().answers.filter(item="CAP.U1").update(level=5)
    assert requested(answered, cast.lead).pk != first.pk
    assert Report.objects.count() == 2


def test_every_thing_that_is_printed_is_part_of_the_content_key(answered: Assessment) -> None:
    keys = set()
    for change in ({}, {"name": "Renamed Bank"}, {"fictional": True}, {"country": "JP"}):
        for field, value in change.items():
            setattr(answered.organisation, field, value)
        edition = queries.edition_for(answered, language="en")
        assert edition is not None
        keys.add(queries.content_key(edition))
    assert len(keys) == 4


def test_a_finished_job_stores_the_file_and_its_facts(
    answered: Assessment, cast: Any, press: Press
) -> None:
    report = requested(answered, cast.lead)
    tasks.render_report(report.pk)
    done = fresh(report)
    assert (done.state, done.pages, done.size, done.attempts) == ("done", 14, len(FILE.data), 1)
    assert stored(done) == FILE.data


def test_a_job_that_comes_twice_is_done_once(answered: Assessment, cast: Any, press: Press) -> None:
    report = requested(answered, cast.lead)
    tasks.render_report(report.pk)
    tasks.render_report(report.pk)
    assert press.printed == 1


def test_a_leased_report_is_not_taken_by_a_second_worker(answered: Assessment, cast: Any) -> None:
    report = requested(answered, cast.lead)
    assert services.claim(report.pk) is not None
    assert services.claim(report.pk) is None


def test_a_lease_lasts_less_than_45_seconds_and_can_be_renewed(
    answered: Assessment, cast: Any
) -> None:
    claimed = services.claim(requested(answered, cast.lead).pk)
    assert claimed is not None
    past(claimed)
    services.renew(claimed)
    left = fresh(claimed).lease_until
    assert left is not None
    assert timedelta(seconds=30) < left - timezone.now() <= timedelta(seconds=45)


def test_F2_what_a_killed_worker_left_is_put_back_in_line_by_the_sweep(
    answered: Assessment,
    cast: Any,
    line: list[Any],
    press: Press,
    django_capture_on_commit_callbacks: Any,
) -> None:
    report = requested(answered, cast.lead)
    assert services.claim(report.pk) is not None
    assert services.sweep() == 0
    past(report)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.sweep() == 1
        assert services.sweep() == 0
    assert line == [("render_report", (str(report.pk),))]
    tasks.render_report(report.pk)
    assert (fresh(report).state, fresh(report).attempts) == ("done", 2)


def test_a_worker_that_lost_its_lease_stores_nothing_over_its_successor(
    answered: Assessment, cast: Any
) -> None:
    report = requested(answered, cast.lead)
    slow = services.claim(report.pk)
    past(report)
    quick = services.claim(report.pk)
    assert slow is not None
    assert quick is not None
    assert services.store(quick, FILE) is True
    assert services.store(slow, Pdf(data=b"late", pages=1)) is False
    assert stored(fresh(report)) == FILE.data
    assert len(default_storage.listdir("reports")[1]) == 1


def test_F3_a_job_that_is_killed_three_times_fails_for_good(
    answered: Assessment, cast: Any, line: list[Any]
) -> None:
    report = requested(answered, cast.lead)
    for _ in range(3):
        assert services.claim(report.pk) is not None
        past(report)
    assert services.claim(report.pk) is None
    assert services.sweep() == 0
    assert fresh(report).state == FileState.FAILED


def test_a_render_that_fails_three_times_says_so_and_can_be_asked_for_again(
    answered: Assessment, cast: Any, line: list[Any], press: Press
) -> None:
    press.outcome = PressError("took too long")
    report = requested(answered, cast.lead)
    for state in ("queued", "queued", "failed"):
        tasks.render_report(report.pk)
        assert fresh(report).state == state
    assert fresh(report).failure == "took too long"
    press.outcome = FILE
    again = requested(answered, cast.lead)
    assert (again.pk, again.state, again.attempts) == (report.pk, "queued", 0)
    tasks.render_report(report.pk)
    assert fresh(report).state == "done"


def test_F4_a_server_that_goes_down_gives_the_report_back_without_counting(
    answered: Assessment, cast: Any, press: Press
) -> None:
    press.outcome = StoppedError("stopped")
    report = requested(answered, cast.lead)
    tasks.render_report(report.pk)
    assert (fresh(report).state, fresh(report).attempts) == ("queued", 0)
    assert services.sweep() == 1


def test_answers_that_change_while_the_report_waits_are_not_printed_under_the_old_key(
    answered: Assessment, cast: Any, press: Press
) -> None:
    report = requested(answered, cast.lead)
    answered.sheets.get().answers.filter(item="CAP.U1").update(level=5)
    tasks.render_report(report.pk)
    assert (fresh(report).state, fresh(report).failure) == ("failed", services.CHANGED)
    assert press.printed == 0


def test_a_finished_report_whose_file_is_gone_is_printed_again(
    answered: Assessment, cast: Any, press: Press, line: list[Any]
) -> None:
    report = requested(answered, cast.lead)
    tasks.render_report(report.pk)
    default_storage.delete(fresh(report).file.name or "")
    again = requested(answered, cast.lead)
    assert (again.pk, again.state) == (report.pk, "queued")


def test_an_unknown_job_is_refused_when_it_is_named() -> None:
    with pytest.raises(KeyError):
        jobs.enqueue("polish the silver", 1)


def test_a_job_that_breaks_is_logged_by_its_kind_and_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*ids: str) -> None:
        raise ValueError("CAP.U1 answered 3")

    monkeypatch.setattr(tasks, "render_report", broken)
    jobs.run("render_report", ("7",))
    assert [record.getMessage() for record in caplog.records] == [
        "job render_report 7 failed: ValueError"
    ]


def test_the_worker_takes_jobs_in_order_in_its_own_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []
    monkeypatch.setattr(jobs, "run", lambda name, ids: done.append(ids[0]))
    monkeypatch.setattr(jobs, "connections", type("None_", (), {"close_all": lambda: None}))
    worker = jobs.Worker()
    for number in "123":
        worker.submit("render_report", (number,))
    worker.stop()
    assert done == ["1", "2", "3"]
