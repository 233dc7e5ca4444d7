"""The pages: choosing, confirming, waiting, taking away, and who may."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.batches import pages, queries, services, tasks
from assessments.models import (
    Assessment,
    Batch,
    Engagement,
    EngagementState,
    Event,
    FileState,
    Mail,
)
from assessments.reports import kinds
from tests import factories
from tests.addresses import plain
from tests.batches.conftest import MakeBatch, client_of, fresh, worked_off
from tests.conftest import Cast
from tests.reports.test_services import Press

START = {"action": "start", "language": "en", "kind": "report"}


@pytest.fixture
def consultant(cast: Cast, client: Client, rounds: list[Assessment]) -> Client:
    client.force_login(cast.consultant)
    return client


@pytest.fixture
def url(cast: Cast) -> str:
    return reverse("batch_new", args=[cast.firm.pk])


def ids(rounds: list[Assessment]) -> list[str]:
    return [str(round_.pk) for round_ in rounds]


def body(response: Any) -> str:
    return plain(response)[1].decode()


# ---- choosing ----------------------------------------------------------------------------------


def test_the_list_shows_the_latest_published_round_of_each_client(
    cast: Cast, consultant: Client, url: str, rounds: list[Assessment]
) -> None:
    factories.make_round(rounds[0].organisation, period="2027 H1")  # open: nothing to print
    html = body(consultant.get(url))
    assert html.count('type="checkbox"') == 3
    assert "3 clients with a published result" in html
    assert "2027 H1" not in html


def test_rounds_named_in_the_address_are_chosen(
    consultant: Client, url: str, rounds: list[Assessment]
) -> None:
    html = body(consultant.get(url, {"round": ids(rounds[:2])}))
    assert html.count("checked") == 2


def test_what_is_chosen_stays_while_one_searches_and_turns_pages(
    consultant: Client, url: str, rounds: list[Assessment], monkeypatch: pytest.MonkeyPatch
) -> None:
    html = body(consultant.post(url, {"action": "search", "q": "bir", "round": ids(rounds[:1])}))
    assert html.count('type="checkbox"') == 1
    assert f'<input type="hidden" name="round" value="{rounds[0].pk}">' in html
    assert "1 client more is chosen and not shown here." in html
    monkeypatch.setattr(pages, "PER_PAGE", 2)
    html = body(consultant.post(url, {"page": "2", "round": ids(rounds[:1])}))
    assert "Cedar" in html
    assert f'<input type="hidden" name="round" value="{rounds[0].pk}">' in html


def test_all_that_match_are_chosen_over_all_pages(
    consultant: Client, url: str, rounds: list[Assessment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PER_PAGE", 1)
    html = body(consultant.post(url, {"action": "all", "q": "r"}))
    assert (html.count("checked"), html.count('type="hidden" name="round"')) == (1, 2)
    html = body(consultant.post(url, {"action": "none", "round": ids(rounds)}))
    assert "checked" not in html


def test_nobody_matching_says_so_and_keeps_the_choice(
    consultant: Client, url: str, rounds: list[Assessment]
) -> None:
    html = body(consultant.post(url, {"action": "search", "q": "zzz", "round": ids(rounds)}))
    assert "No client’s name holds “zzz”." in html
    assert html.count('type="hidden" name="round"') == 3


def test_a_firm_without_results_is_told_why_the_list_is_empty(
    cast: Cast, client: Client, url: str
) -> None:
    client.force_login(cast.admin)
    assert "None of your clients has a published result yet." in body(client.get(url))


def test_more_than_two_hundred_are_refused_in_words(
    consultant: Client, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_CLIENTS", 2)
    response = consultant.post(url, {"action": "all"})
    assert response.status_code == 422
    assert "Choose at most 2 clients at once." in body(response)


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=1000000000",
        "page=99",
        "page=x",
        "round=garbled",
        "limit=5",
        "organisation__name=x",
        "q=a&q=b",
        "action=drop",
        "q=" + "x" * 121,
    ],
)
def test_B18_B19_what_the_list_does_not_know_is_refused(
    consultant: Client, url: str, query: str
) -> None:
    assert consultant.get(f"{url}?{query}").status_code == 400


def test_S7_one_foreign_or_unknown_round_among_them_refuses_all(
    cast: Cast, consultant: Client, url: str, rounds: list[Assessment]
) -> None:
    foreign = client_of(factories.make_firm(cast.outsider, name="Others"), name="Foreign")
    open_ = factories.make_round(rounds[0].organisation, period="2027 H1")
    for wrong in (foreign.pk, open_.pk, uuid4()):
        for data in ({}, START, {**START, "action": "confirm"}, {"action": "all"}):
            response = consultant.post(url, {**data, "round": [*ids(rounds), str(wrong)]})
            assert response.status_code == 404
        assert consultant.get(url, {"round": [str(wrong)]}).status_code == 404
    assert Batch.objects.count() == 0


def test_S8_an_empty_choice_makes_nothing(consultant: Client, url: str) -> None:
    for data in (START, {**START, "action": "confirm"}):
        response = consultant.post(url, data)
        assert response.status_code == 422
        assert "Choose at least one client." in body(response)
    assert consultant.post(url, {**START, "round": ""}).status_code == 400
    assert Batch.objects.count() == 0


def test_S4_a_consultant_sees_only_the_clients_that_they_work_for(
    cast: Cast, consultant: Client, url: str
) -> None:
    client_of(cast.firm, cast.idle, name="CANARY-4b")
    assert "CANARY-4b" not in body(consultant.get(url))
    consultant.force_login(cast.admin)
    assert "CANARY-4b" in body(consultant.get(url))


def test_S10_a_client_that_ended_the_engagement_is_gone_from_the_next_page(
    consultant: Client, url: str, rounds: list[Assessment]
) -> None:
    rounds[0].organisation.engagements.update(state=EngagementState.ENDED)
    assert "Alder" not in body(consultant.get(url))
    assert consultant.post(url, {**START, "round": ids(rounds)}).status_code == 404


def test_confirming_names_clients_language_and_files_and_starting_makes_one_job(
    cast: Cast, consultant: Client, url: str, rounds: list[Assessment]
) -> None:
    html = body(consultant.post(url, {**START, "action": "confirm", "round": ids(rounds[:2])}))
    assert "Make reports for 2 clients" in html
    assert "Board report (PDF), English" in html
    assert Batch.objects.count() == 0
    response = consultant.post(url, {**START, "round": ids(rounds[:2])})
    batch = Batch.objects.get()
    assert response.url == f"/batches/{batch.pk}/"  # type: ignore[attr-defined]
    assert (batch.requested_by, batch.firm, batch.parts) == (cast.consultant, cast.firm, 2)


def test_a_second_request_while_one_runs_is_answered_with_the_way_to_it(
    consultant: Client, url: str, rounds: list[Assessment]
) -> None:
    consultant.post(url, {**START, "round": ids(rounds)})
    response = consultant.post(url, {**START, "round": ids(rounds)})
    assert response.status_code == 409
    assert f"/batches/{Batch.objects.get().pk}/" in body(response)


def test_only_files_that_somebody_makes_are_offered(
    consultant: Client, url: str, rounds: list[Assessment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "is_made", lambda kind: False)
    assert "DOCX" not in body(consultant.get(url))
    response = consultant.post(url, {**START, "kind": "roadmap", "round": ids(rounds)})
    assert response.status_code == 422
    monkeypatch.setattr(kinds, "is_made", lambda kind: True)
    assert "DOCX" in body(consultant.get(url))


def test_an_unknown_language_is_refused(
    consultant: Client, url: str, rounds: list[Assessment]
) -> None:
    response = consultant.post(url, {**START, "language": "xx", "round": ids(rounds)})
    assert (response.status_code, Batch.objects.count()) == (422, 0)


def test_the_list_of_clients_takes_the_same_queries_for_three_and_for_twelve(
    cast: Cast, consultant: Client, url: str, rounds: list[Assessment]
) -> None:
    def count() -> int:
        chosen = list(Assessment.objects.filter(organisation__engagements__firm=cast.firm))
        chosen = [round_ for round_ in chosen if round_.status == "published"]
        with CaptureQueriesContext(connection) as caught:
            response = consultant.get(url, {"round": ids(chosen)})
        assert response.status_code == 200
        return len(caught)

    few = count()
    for number in range(9):
        client_of(cast.firm, cast.consultant, name=f"More {number}")
    assert count() == few
    assert few <= 10


# ---- waiting and taking away -------------------------------------------------------------------


def test_the_page_tells_how_far_it_is_and_refreshes_itself_without_javascript(
    consultant: Client, make_batch: MakeBatch, press: Press
) -> None:
    batch = make_batch()
    html = body(consultant.get(f"/batches/{batch.pk}/"))
    assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in html
    assert '<progress id="batch-progress" max="3" value="0"></progress>' in html
    assert html.count("Waiting") == 4  # the sentence, and each part
    state = consultant.get(f"/batches/{batch.pk}/state.json").json()
    assert state == {"state": "working", "text": "Waiting in line.", "done": 0, "parts": 3}


def test_the_state_follows_the_steps(
    consultant: Client, make_batch: MakeBatch, press: Press
) -> None:
    batch = make_batch()
    texts = []
    for _step in range(4):
        tasks.build_batch(str(batch.pk))
        state = json.loads(body(consultant.get(f"/batches/{batch.pk}/state.json")))
        texts.append((state["state"], state["done"], state["text"]))
    assert texts == [
        ("working", 1, "1 of 3 clients done."),
        ("working", 2, "2 of 3 clients done."),
        ("working", 3, "Packing the ZIP."),
        ("ready", 3, ""),
    ]


def test_the_finished_page_offers_the_zip_and_the_download_leaves_traces(
    cast: Cast, consultant: Client, make_batch: MakeBatch, press: Press
) -> None:
    batch = worked_off(make_batch())
    html = body(consultant.get(f"/batches/{batch.pk}/"))
    assert f'href="/batches/{batch.pk}/reports.zip"' in html
    assert "http-equiv" not in html
    status, content, headers = plain(consultant.get(f"/batches/{batch.pk}/reports.zip"))
    with default_storage.open(batch.file.name or "") as file:
        assert (status, content) == (200, file.read())
    assert headers["Content-Type"] == "application/zip"
    assert headers["Cache-Control"] == "no-store"
    assert Event.objects.filter(organisation=cast.firm, verb="batch downloaded").count() == 1
    assert Event.objects.filter(verb="report downloaded").count() == 3


def test_S10_a_zip_that_holds_a_client_revoked_since_is_refused_and_made_without_it(
    consultant: Client, make_batch: MakeBatch, press: Press, rounds: list[Assessment]
) -> None:
    batch = worked_off(make_batch())
    Engagement.objects.filter(bank=rounds[0].organisation).update(state=EngagementState.ENDED)
    response = consultant.get(f"/batches/{batch.pk}/reports.zip")
    assert response.url == f"/batches/{batch.pk}/"  # type: ignore[attr-defined]
    assert "no longer open to you" in body(consultant.get(f"/batches/{batch.pk}/"))
    again = worked_off(batch)
    status, content, _headers = plain(consultant.get(f"/batches/{batch.pk}/reports.zip"))
    assert (status, b"Alder-2026H2" in content, b"Birch-2026H2" in content) == (200, False, True)
    assert again.size < batch.size
    assert Mail.objects.filter(kind="batch").count() == 1


def test_S10_after_leaving_the_firm_page_state_and_zip_are_gone(
    cast: Cast, consultant: Client, make_batch: MakeBatch, press: Press
) -> None:
    batch = worked_off(make_batch())
    cast.firm.memberships.filter(user=cast.consultant).delete()
    for tail in ("", "state.json", "reports.zip"):
        assert consultant.get(f"/batches/{batch.pk}/{tail}").status_code == 404


def test_a_colleague_sees_nothing_of_it_and_the_admin_all(
    cast: Cast, client: Client, make_batch: MakeBatch, press: Press
) -> None:
    batch = worked_off(make_batch())
    listed = reverse("batches", args=[cast.firm.pk])
    for person, status, rows in ((cast.idle, 404, 0), (cast.admin, 200, 1)):
        client.force_login(person)
        assert client.get(f"/batches/{batch.pk}/").status_code == status
        assert plain(client.get(f"/batches/{batch.pk}/reports.zip"))[0] == status
        assert body(client.get(listed)).count(f"/batches/{batch.pk}/") == rows


def test_an_expired_zip_is_not_handed_out(
    consultant: Client, make_batch: MakeBatch, press: Press
) -> None:
    batch = worked_off(make_batch())
    Batch.objects.filter(pk=batch.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert consultant.get(f"/batches/{batch.pk}/reports.zip").status_code == 404


def test_a_zip_that_is_gone_is_told_and_made_again(
    consultant: Client, make_batch: MakeBatch, press: Press
) -> None:
    batch = worked_off(make_batch())
    default_storage.delete(batch.file.name or "")
    html = body(consultant.get(f"/batches/{batch.pk}/"))
    assert "The ZIP is no longer there." in html
    assert f'action="/batches/{batch.pk}/retry/"' in html
    consultant.post(f"/batches/{batch.pk}/retry/")
    assert worked_off(batch).state == FileState.DONE
    assert press.printed == 3


def test_cancelling_and_trying_again_by_their_buttons(
    consultant: Client, make_batch: MakeBatch, press: Press
) -> None:
    batch = make_batch()
    consultant.post(f"/batches/{batch.pk}/cancel/")
    html = body(consultant.get(f"/batches/{batch.pk}/"))
    assert "The reports were cancelled" in html
    assert html.count("Not made") == 3
    html = body(consultant.post(f"/batches/{batch.pk}/cancel/", follow=True))
    assert "They were made already." in html
    consultant.post(f"/batches/{batch.pk}/retry/")
    assert fresh(batch).state == FileState.QUEUED
    assert worked_off(batch).state == FileState.DONE
    html = body(consultant.post(f"/batches/{batch.pk}/retry/", follow=True))
    assert "There was nothing to make again." in html


def test_the_batch_page_takes_the_same_queries_for_one_and_for_ten_clients(
    cast: Cast, consultant: Client, make_batch: MakeBatch, press: Press, rounds: list[Assessment]
) -> None:
    def count(batch: Batch) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert consultant.get(f"/batches/{batch.pk}/").status_code == 200
        return len(caught)

    few = count(worked_off(make_batch(rounds=rounds[:1])))
    many = [client_of(cast.firm, cast.consultant, name=f"More {n}") for n in range(10)]
    assert count(worked_off(make_batch(rounds=many))) == few


def test_the_list_tells_state_and_what_was_left_out(
    cast: Cast, consultant: Client, make_batch: MakeBatch, press: Press, rounds: list[Assessment]
) -> None:
    listed = reverse("batches", args=[cast.firm.pk])
    assert "Nothing was asked for in the last seven days." in body(consultant.get(listed))
    batch = make_batch()
    rounds[1].organisation.engagements.update(state=EngagementState.ENDED)
    worked_off(batch)
    html = body(consultant.get(listed))
    assert "Ready, 1 left out" in html
    assert queries.failed_in(batch) == 1
    assert consultant.get(f"{listed}?page=2").status_code == 400
    assert consultant.get(f"{listed}?sort=x").status_code == 400
