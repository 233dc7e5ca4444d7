"""PDFs of comparisons: asked for, printed for whoever may still read all of it, gone after a day."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments import jobs
from assessments.comparison import services, tasks
from assessments.models import (
    ComparisonFile,
    ComparisonKind,
    EngagementState,
    Event,
    FileState,
    Membership,
    Snapshot,
    User,
)
from assessments.reports.pdf import Pdf
from assessments.reports.press import PressError, StoppedError
from tests import factories
from tests.comparison.build import golden_case
from tests.comparison.conftest import Clients
from tests.conftest import Cast
from tests.reports.test_access import ask

FILE = Pdf(data=b"%PDF-1.7 a comparison", pages=10)


class Press:
    """Stands in for the render child."""

    def __init__(self) -> None:
        self.documents: list[str] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def render(self, html: str, beat: Any) -> Pdf:
        self.documents.append(html)
        self.meanwhile()
        return FILE


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Press:
    made = Press()
    monkeypatch.setattr(tasks, "press", lambda: made)
    return made


@pytest.fixture
def line(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> Iterator[list[Any]]:
    """Jobs that were put in line; nothing runs by itself."""
    taken: list[Any] = []
    monkeypatch.setattr(jobs.worker, "submit", lambda name, ids: taken.append((name, ids)))
    with django_capture_on_commit_callbacks(execute=True):
        yield taken


def requested(client: Client, clients: Clients, *places: int, **flags: Any) -> ComparisonFile:
    answer = client.post(clients.url(*places, name="compare_pdf", **flags))
    assert answer.status_code == 302
    file = ComparisonFile.objects.latest("created_at")
    assert answer.headers["Location"] == reverse("comparison", args=[file.pk])
    return file


def fresh(file: ComparisonFile) -> ComparisonFile:
    return ComparisonFile.objects.get(pk=file.pk)


@pytest.fixture
def consultant(client: Client, cast: Cast, press: Press, line: list[Any]) -> Client:
    client.force_login(cast.consultant)
    return client


def address(file: ComparisonFile) -> str:
    return reverse("comparison_file", args=[file.pk, "comparison-2-banks-en.pdf"])


# ---- the way of a file -------------------------------------------------------------------------


def test_a_request_is_put_in_line_and_written_down_in_each_bank(
    consultant: Client, clients: Clients, cast: Cast
) -> None:
    file = requested(consultant, clients, 0, 1)
    assert (file.kind, file.lettered, file.state) == (ComparisonKind.BANKS, False, "queued")
    assert file.rounds == [str(clients.rounds[0].pk), str(clients.rounds[1].pk)]
    assert file.requested_by == cast.consultant
    events = Event.objects.filter(verb="comparison requested")
    assert {(event.organisation_id, event.actor) for event in events} == {
        (bank.pk, cast.consultant.pk) for bank in clients.banks[:2]
    }
    assert {str(event.details) for event in events} == {"{}"}  # S4: not whom it stood beside


def test_the_same_comparison_is_one_file_and_another_order_or_letters_are_others(
    consultant: Client, clients: Clients
) -> None:
    first = requested(consultant, clients, 0, 1)
    assert requested(consultant, clients, 0, 1) == first
    assert requested(consultant, clients, 0, 1, only=True) == first
    assert requested(consultant, clients, 1, 0) != first
    assert requested(consultant, clients, 0, 1, letters=True) != first


def test_a_printed_file_is_waited_for_and_taken_away(
    consultant: Client, clients: Clients, press: Press
) -> None:
    file = requested(consultant, clients, 0, 1)
    page = consultant.get(reverse("comparison", args=[file.pk])).content.decode()
    assert "Preparing the comparison" in page
    assert consultant.get(address(file)).status_code == 404
    tasks.render_comparison(file.pk)
    state = consultant.get(reverse("comparison_state", args=[file.pk])).json()
    assert (state["state"], state["file"]) == ("ready", address(file))
    assert "10 pages" in consultant.get(reverse("comparison", args=[file.pk])).content.decode()
    answer = consultant.get(address(file))
    assert b"".join(answer.streaming_content) == FILE.data  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert Event.objects.filter(verb="comparison downloaded").count() == 2
    assert "Albatross Bank" in press.documents[0]


def test_a_job_that_comes_twice_is_done_once(
    consultant: Client, clients: Clients, press: Press
) -> None:
    file = requested(consultant, clients, 0, 1)
    tasks.render_comparison(file.pk)
    tasks.render_comparison(file.pk)
    tasks.render_comparison(uuid4())
    assert len(press.documents) == 1


def test_a_file_answers_to_its_own_name_alone(consultant: Client, clients: Clients) -> None:
    file = requested(consultant, clients, 0, 1)
    tasks.render_comparison(file.pk)
    for name in ("x.js", "comparison-3-banks-en.pdf", "comparison-2-banks-en.pdf.css"):
        assert consultant.get(reverse("comparison_file", args=[file.pk, name])).status_code == 404


def test_results_that_changed_while_it_waited_are_not_printed(
    consultant: Client, clients: Clients, press: Press
) -> None:
    file = requested(consultant, clients, 0, 1)
    clients.banks[0].name = "Renamed Bank"
    clients.banks[0].save()
    tasks.render_comparison(file.pk)
    assert (fresh(file).state, fresh(file).failure) == ("failed", services.CHANGED)
    assert press.documents == []
    page = consultant.get(reverse("comparison", args=[file.pk])).content.decode()
    assert "The results changed while the comparison waited" in page
    again = requested(consultant, clients, 0, 1)
    assert (again.pk, again.state) != (file.pk, "failed")


def test_a_round_that_is_gone_is_not_printed(consultant: Client, clients: Clients) -> None:
    file = requested(consultant, clients, 0, 1)
    Snapshot.objects.filter(assessment=clients.rounds[0]).delete()
    tasks.render_comparison(file.pk)
    assert fresh(file).failure == services.CHANGED


@pytest.mark.parametrize(
    ("fault", "attempts"), [(PressError("took too long"), 1), (StoppedError("stopped"), 0)]
)
def test_a_failed_print_goes_back_in_line(
    consultant: Client,
    clients: Clients,
    press: Press,
    fault: Exception,
    attempts: int,
) -> None:
    file = requested(consultant, clients, 0, 1)

    def broken() -> None:
        raise fault

    press.meanwhile = broken
    tasks.render_comparison(file.pk)
    assert (fresh(file).state, fresh(file).attempts) == ("queued", attempts)


def test_f3_a_job_that_failed_three_times_says_so_and_may_be_tried_again(
    consultant: Client, clients: Clients, press: Press
) -> None:
    file = requested(consultant, clients, 0, 1)

    def broken() -> None:
        raise PressError("took too long")

    press.meanwhile = broken
    for _ in range(3):
        tasks.render_comparison(file.pk)
    assert fresh(file).state == FileState.FAILED
    page = consultant.get(reverse("comparison", args=[file.pk])).content.decode()
    assert clients.url(0, 1, name="compare_pdf").replace("&", "&amp;") in page
    assert requested(consultant, clients, 0, 1).state == FileState.QUEUED


def test_a_file_that_was_lost_is_printed_again(consultant: Client, clients: Clients) -> None:
    file = requested(consultant, clients, 0, 1)
    tasks.render_comparison(file.pk)
    default_storage.delete(fresh(file).file.name or "")
    assert consultant.get(address(file)).status_code == 302
    assert requested(consultant, clients, 0, 1).state == FileState.QUEUED


# ---- who may have it ---------------------------------------------------------------------------


def end_one_engagement(cast: Cast, clients: Clients) -> None:
    clients.banks[1].engagements.update(state=EngagementState.ENDED)


def leave_the_firm(cast: Cast, clients: Clients) -> None:
    Membership.objects.filter(user=cast.consultant).delete()


def be_taken_off_one(cast: Cast, clients: Clients) -> None:
    clients.banks[0].engagements.get().assignments.all().delete()


def be_switched_off(cast: Cast, clients: Clients) -> None:
    User.objects.filter(pk=cast.consultant.pk).update(is_active=False)


LOSSES = [end_one_engagement, leave_the_firm, be_taken_off_one, be_switched_off]


@pytest.mark.parametrize("lose", LOSSES)
def test_s10_nothing_is_printed_for_whoever_lost_one_of_the_banks(
    consultant: Client,
    cast: Cast,
    clients: Clients,
    press: Press,
    lose: Callable[[Cast, Clients], None],
) -> None:
    file = requested(consultant, clients, 0, 1)
    lose(cast, clients)
    tasks.render_comparison(file.pk)
    assert (fresh(file).state, fresh(file).failure) == ("failed", services.REFUSED)
    assert press.documents == []


@pytest.mark.parametrize("lose", LOSSES)
def test_s10_access_that_ends_while_printing_leaves_no_file(
    consultant: Client,
    cast: Cast,
    clients: Clients,
    press: Press,
    lose: Callable[[Cast, Clients], None],
) -> None:
    file = requested(consultant, clients, 0, 1)
    press.meanwhile = lambda: lose(cast, clients)
    tasks.render_comparison(file.pk)
    assert (fresh(file).failure, fresh(file).file.name) == (services.REFUSED, "")


def test_s10_a_finished_file_is_handed_out_to_nobody_who_lost_one_of_the_banks(
    consultant: Client, cast: Cast, clients: Clients
) -> None:
    file = requested(consultant, clients, 0, 1)
    tasks.render_comparison(file.pk)
    assert ask(consultant, address(file)) == 200
    end_one_engagement(cast, clients)
    for name in ("comparison", "comparison_state"):
        assert consultant.get(reverse(name, args=[file.pk])).status_code == 404
    assert ask(consultant, address(file)) == 404


def test_nobody_but_the_person_who_asked_gets_it_not_even_the_firms_admin(
    consultant: Client, cast: Cast, clients: Clients
) -> None:
    file = requested(consultant, clients, 0, 1)
    tasks.render_comparison(file.pk)
    for person in (cast.admin, clients.leads[0], cast.outsider):
        consultant.force_login(person)
        found = consultant.get(reverse("comparison", args=[file.pk]))
        nowhere = consultant.get(reverse("comparison", args=[uuid4()]))
        assert (found.status_code, found.content) == (404, nowhere.content)  # S3


def test_s14_a_row_that_names_another_tenants_round_is_refused(
    consultant: Client, cast: Cast, clients: Clients, press: Press
) -> None:
    foreign = factories.publish_case(cast.other_bank, golden_case(1), period="2026")
    file = requested(consultant, clients, 0, 1)
    file.rounds = [file.rounds[0], str(foreign.pk)]
    file.save()
    tasks.render_comparison(file.pk)
    assert fresh(file).failure == services.REFUSED
    assert press.documents == []
    assert consultant.get(reverse("comparison", args=[file.pk])).status_code == 404


def test_letters_leave_no_name_on_the_page_that_waits(consultant: Client, clients: Clients) -> None:
    file = requested(consultant, clients, 0, 1, letters=True)
    tasks.render_comparison(file.pk)
    answer = consultant.get(reverse("comparison", args=[file.pk]))
    page = answer.content.decode()
    assert "comparison-2-banks-letters-en.pdf" in page
    assert "Albatross" not in page
    assert "Beluga" not in page


# ---- when it goes ------------------------------------------------------------------------------


def test_what_a_crash_left_behind_is_put_back_in_line(consultant: Client, clients: Clients) -> None:
    file = requested(consultant, clients, 0, 1)
    assert services.claim(file.pk) is not None
    assert services.sweep() == 0
    assert services.sweep(timezone.now() + dt.timedelta(minutes=1)) == 1
    assert fresh(file).state == FileState.QUEUED


def test_after_a_day_row_and_file_go(consultant: Client, clients: Clients) -> None:
    file = requested(consultant, clients, 0, 1)
    tasks.render_comparison(file.pk)
    stored = fresh(file).file.name or ""
    assert services.sweep(timezone.now() + dt.timedelta(hours=23)) == 0
    assert default_storage.exists(stored)
    services.sweep(timezone.now() + dt.timedelta(hours=25))
    assert not default_storage.exists(stored)
    assert not ComparisonFile.objects.filter(pk=file.pk).exists()
    assert consultant.get(reverse("comparison", args=[file.pk])).status_code == 404


def test_asked_for_again_it_stays_another_day(consultant: Client, clients: Clients) -> None:
    file = requested(consultant, clients, 0, 1)
    ComparisonFile.objects.update(expires_at=timezone.now())
    assert requested(consultant, clients, 0, 1).pk == file.pk
    assert fresh(file).expires_at > timezone.now() + dt.timedelta(hours=23)


def test_s38_the_file_of_a_person_who_was_erased_goes_too(
    consultant: Client, cast: Cast, clients: Clients
) -> None:
    file = requested(consultant, clients, 0, 1)
    tasks.render_comparison(file.pk)
    stored = fresh(file).file.name or ""
    ComparisonFile.objects.all().delete()  # as a cascade does, which knows nothing of files
    services.sweep(timezone.now() + dt.timedelta(hours=23))
    assert default_storage.exists(stored)
    services.sweep(timezone.now() + dt.timedelta(hours=25))
    assert not default_storage.exists(stored)


def test_the_sweep_leaves_alone_what_is_young_or_kept(
    settings: Any, tmp_path: Path, db: None
) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert services.sweep() == 0
    default_storage.save("comparisons/young.pdf", ContentFile(b"x"))
    assert services.sweep() == 0
    assert default_storage.exists("comparisons/young.pdf")
