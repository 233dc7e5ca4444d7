"""The render child: killed when it hangs or grows, replaced, and never the server's end."""

import os
import signal

import pytest

from assessments.reports import child
from assessments.reports.press import PASSED_ON, Press, PressError, StoppedError

SMALL = '<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><h1>x</h1></body></html>'
LONG = SMALL.replace("<h1>", "<p>word word word word</p>" * 20_000 + "<h1>")
MEGABYTES = 700


@pytest.fixture
def patient() -> Press:
    return Press(seconds=60, megabytes=MEGABYTES)


def test_a_child_prints_the_same_bytes_twice_and_stays(patient: Press) -> None:
    first = patient.render(SMALL)
    pid = patient.pid
    assert patient.render(SMALL) == first
    assert (first.pages, first.data[:5], patient.pid) == (1, b"%PDF-", pid)
    patient.stop()


def test_F5_a_render_that_takes_too_long_is_killed_and_the_next_one_runs() -> None:
    hasty = Press(seconds=3, megabytes=2 * MEGABYTES)
    hasty.render(SMALL)
    pid = hasty.pid
    with pytest.raises(PressError):
        hasty.render(LONG)
    assert hasty.pid is None
    assert hasty.render(SMALL).pages == 1
    assert hasty.pid != pid
    hasty.stop()


def test_F6_a_render_that_takes_too_much_memory_fails_and_the_next_one_runs() -> None:
    tight = Press(seconds=60, megabytes=MEGABYTES)
    with pytest.raises(PressError) as caught:
        tight.render(SMALL.replace("<h1>", "<p>" + "word " * 30_000_000 + "</p><h1>"))
    assert str(caught.value) == "ended before it was done"
    assert tight.render(SMALL).pages == 1
    tight.stop()


def test_a_child_that_was_killed_is_replaced(patient: Press) -> None:
    patient.render(SMALL)
    assert patient.pid is not None
    os.kill(patient.pid, signal.SIGKILL)
    with pytest.raises(PressError):
        patient.render(SMALL)
    assert patient.render(SMALL).pages == 1
    patient.stop()


def test_a_server_that_goes_down_stops_the_child_and_says_so(patient: Press) -> None:
    patient.render(SMALL)
    patient.stop()
    with pytest.raises(StoppedError):
        patient.render(SMALL)


def test_a_document_that_cannot_be_laid_out_is_answered_by_the_kind_of_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(html: str) -> None:
        raise ValueError("CAP.U1 answered 3")

    monkeypatch.setattr("assessments.reports.pdf.compose", broken)
    assert child.answer(SMALL) == b"\0\0\0\0ValueError"


def test_memory_that_runs_out_ends_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(html: str) -> None:
        raise MemoryError

    monkeypatch.setattr("assessments.reports.pdf.compose", greedy)
    with pytest.raises(MemoryError):
        child.answer(SMALL)


def test_the_child_is_given_no_secret_of_the_server() -> None:
    assert {name for name in PASSED_ON if "SECRET" in name or "DATABASE" in name} == set()
