"""What happens without anybody asking: every step alone, again, and beside others."""

import datetime as dt
import logging
import os
from io import StringIO
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.module_loading import import_string

from assessments import jobs, outbox, sweep
from assessments.models import Mail, MailState
from assessments.sweep import SWEEPS, Outcome
from tests.conftest import Cast

DAY = dt.timedelta(days=1)
calls: list[str] = []


@pytest.fixture(autouse=True)
def _no_leases(db: None) -> None:
    cache.clear()
    calls.clear()


def good(now: dt.datetime) -> int:
    calls.append("good")
    return 3


def bad(now: dt.datetime) -> int:
    calls.append("bad")
    raise RuntimeError("level 4 of somebody")


@pytest.fixture
def two_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = {"bad": f"{__name__}.bad", "good": f"{__name__}.good"}
    monkeypatch.setattr(sweep, "SWEEPS", steps)


@pytest.mark.parametrize("name", sorted(SWEEPS))
def test_every_step_leads_to_a_function_that_finds_nothing_to_do_twice(name: str) -> None:
    assert callable(import_string(SWEEPS[name]))
    for _ in range(2):
        assert sweep.run(timezone.now(), [name]) == [
            sweep.Swept(name=name, outcome=Outcome.DONE, things=0)
        ]


@pytest.mark.usefixtures("two_steps")
def test_s39_a_step_that_fails_keeps_no_other_from_running_and_tells_no_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        found = sweep.run(timezone.now())
    assert [(step.name, step.outcome, step.things) for step in found] == [
        ("bad", Outcome.FAILED, 0),
        ("good", Outcome.DONE, 3),
    ]
    assert caplog.messages == ["sweep bad failed: RuntimeError", "sweep good: 3"]


@pytest.mark.usefixtures("two_steps")
def test_a_step_under_way_elsewhere_is_left_to_it() -> None:
    cache.add("sweep:good", "held", 60)
    assert sweep.run(timezone.now(), ["good"])[0].outcome == Outcome.BUSY
    assert calls == []
    cache.delete("sweep:good")
    assert sweep.run(timezone.now(), ["good"])[0].outcome == Outcome.DONE


@pytest.mark.usefixtures("two_steps")
def test_servers_sweep_one_at_a_time() -> None:
    sweep.run_in_server()
    sweep.run_in_server()
    assert calls == ["bad", "good"]


@pytest.mark.usefixtures("two_steps")
def test_the_command_says_what_came_of_each_step_and_fails_with_it() -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="a step failed"):
        call_command("sweep", stdout=out)
    assert out.getvalue().splitlines() == ["bad: failed 0", "good: done 3"]
    with pytest.raises(CommandError, match="unknown step: nonsense"):
        call_command("sweep", "nonsense")


def test_a_server_process_starts_to_sweep_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    submitted: list[Any] = []
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) > 2:
            raise SystemExit

    monkeypatch.setattr(jobs.worker, "submit", lambda *job: submitted.append(job))
    monkeypatch.setattr("assessments.jobs.time.sleep", sleep)
    with pytest.raises(SystemExit):
        jobs.tick()
    assert submitted == [("sweep", ())] * 2
    assert all(150 <= seconds <= 450 for seconds in slept)
    assert len(set(slept)) == len(slept)


def test_a_forked_server_process_gets_a_worker_and_a_timer_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[int] = []
    before = jobs.worker
    monkeypatch.setattr(jobs, "worker", before)  # puts it back afterwards
    monkeypatch.setattr(jobs, "begin_ticking", lambda: begun.append(os.getpid()))
    jobs.begin_again()
    assert jobs.worker is not before
    assert begun == [os.getpid()]


def letter(cast: Cast, state: MailState, age: dt.timedelta) -> Mail:
    made = Mail.objects.create(
        organisation=cast.bank, kind="note", to="a@b.example", state=state, next_try_at=age_ago(age)
    )
    Mail.objects.filter(pk=made.pk).update(created_at=age_ago(age))
    return made


def age_ago(age: dt.timedelta) -> dt.datetime:
    return timezone.now() - age


def test_waiting_mail_is_tried_again_and_old_mail_forgotten(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(outbox.KINDS, "note", f"{__name__}.writer")
    monkeypatch.setattr(outbox, "_deliver", lambda mail: mail.organisation_id == cast.bank.pk)
    waiting = letter(cast, MailState.PENDING, DAY)
    kept, _ = (letter(cast, MailState.SENT, days * DAY) for days in (89, 91))
    found = sweep.run(timezone.now(), ["mail", "old_mail"])
    waiting.refresh_from_db()
    assert [step.things for step in found] == [1, 1]
    assert waiting.state == MailState.SENT
    assert set(Mail.objects.values_list("pk", flat=True)) == {kept.pk, waiting.pk}
    assert mail.outbox == []


def test_ended_sessions_are_forgotten() -> None:
    for days in (-1, 1):
        Session.objects.create(session_key=f"k{days}", expire_date=timezone.now() + days * DAY)
    sweep.run(timezone.now(), ["sessions"])
    assert Session.objects.get().session_key == "k1"


def test_a_job_that_comes_after_the_thread_was_stopped_still_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []
    monkeypatch.setattr(jobs, "run", lambda name, ids: done.append(name))
    worker = jobs.Worker()
    for name in ("first", "second"):
        worker.submit(name, ())
        worker.stop(None)
    assert done == ["first", "second"]
