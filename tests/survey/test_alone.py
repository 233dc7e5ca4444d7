"""Nobody reads another's answers before the round is closed; everybody answers at once and is kept."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from assessments.models import (
    Assessment,
    AssessmentStatus,
    SavedAnswer,
    Sheet,
    SheetStatus,
    User,
    Visibility,
)
from assessments.survey.outline import outline
from maturity import load_framework, load_wording
from tests import factories
from tests.conftest import Cast

SECRET = "Kanarienvogel"
WRITERS = 6
ITEMS = list(load_framework().items)


@pytest.fixture
def canary(cast: Cast) -> Sheet:
    """The respondent's answers carry a word that stands nowhere else; the reviewer is asked too."""
    round_ = factories.make_round(cast.bank)
    sheet = factories.make_sheet(round_, cast.respondent)
    factories.fill_sheet(sheet, factories.whole_sheet(4))
    SavedAnswer.objects.update(note=SECRET, reason=SECRET, link=f"https://{SECRET}.example/")
    for person in (cast.lead, cast.reviewer):
        own = factories.make_sheet(round_, person)
        factories.fill_sheet(own, {"CAP.A1": 2})
    return sheet


def round_addresses(round_: Assessment) -> list[str]:
    """Every address below a round, with each page, item and dimension that it may name."""
    fillers: dict[str, list[object]] = {
        "page": [page.slug for page in outline().pages],
        "item": ["CAP.A1", "RSK.U1"],
        "dimension": ["CAP", "RSK"],
        "account": [1],
        "link": [uuid4()],
        "sheet": list(round_.sheets.values_list("pk", flat=True)),
    }
    found = []
    for pattern in get_resolver().url_patterns:
        route = str(pattern.pattern)
        if not isinstance(pattern, URLPattern) or not route.startswith("rounds/<uuid:pk>/"):
            continue
        names = [name for name in pattern.pattern.converters if name != "pk"]
        choices: list[dict[str, object]] = [{}]
        for name in names:
            choices = [
                choice | {name: filler} for choice in choices for filler in fillers.get(name, ["1"])
            ]
        found += [reverse(pattern.name, kwargs={"pk": round_.pk} | choice) for choice in choices]
    return found


def readers_of_the_secret(cast: Cast, round_: Assessment) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in ("lead", "reviewer", "consultant", "admin"):
        client = Client()
        client.force_login(getattr(cast, name))
        found[name] = [
            address
            for address in round_addresses(round_)
            if SECRET in client.get(address).content.decode(errors="replace")
        ]
    return found


NOBODY: dict[str, list[str]] = {"lead": [], "reviewer": [], "consultant": [], "admin": []}


@pytest.mark.parametrize("status", [SheetStatus.OPEN, SheetStatus.SUBMITTED])
@pytest.mark.parametrize("visibility", list(Visibility))
def test_nobody_reads_anothers_answers_while_the_round_is_open(
    cast: Cast, canary: Sheet, visibility: Visibility, status: SheetStatus
) -> None:
    Sheet.objects.filter(pk=canary.pk).update(status=status, submitted_at=factories.MOMENT)
    Assessment.objects.update(visibility=visibility, shared_with_respondents=True)
    addresses = round_addresses(canary.assessment)
    assert len(addresses) > 40  # the walk walks
    assert readers_of_the_secret(cast, canary.assessment) == NOBODY


def test_what_was_never_submitted_stays_unread_after_closing(cast: Cast, canary: Sheet) -> None:
    canary.assessment.sheets.exclude(pk=canary.pk).update(
        status=SheetStatus.SUBMITTED, submitted_at=factories.MOMENT
    )
    Assessment.objects.update(
        visibility=Visibility.NAMED, status=AssessmentStatus.CLOSED, closed_at=factories.MOMENT
    )
    assert readers_of_the_secret(cast, canary.assessment) == NOBODY


def test_the_walk_would_see_the_secret_where_it_may_be_read(cast: Cast, canary: Sheet) -> None:
    client = Client()
    client.force_login(cast.respondent)
    pages = [
        client.get(one).content.decode(errors="replace")
        for one in round_addresses(canary.assessment)
    ]
    assert sum(SECRET in page for page in pages) == len(outline().pages)


# ---- handing in and what others may set ----------------------------------------------------------


@pytest.fixture
def person(client: Client, cast: Cast, canary: Sheet) -> Client:
    client.force_login(cast.respondent)
    return client


def test_b30_an_incomplete_submit_lists_what_is_missing_and_a_second_is_the_same(
    person: Client, canary: Sheet
) -> None:
    SavedAnswer.objects.filter(sheet=canary, item="CAP.A1").update(
        level=None, special="NA", reason=""
    )
    address = reverse("submit", args=[canary.assessment.pk])
    response = person.post(address, {"confirm": "on"})
    assert response.status_code == 422
    page = response.context["page"]
    title = load_wording("en").items["CAP.A1"].title
    assert [note.text for note in page.blockers] == [f"{title}: reason missing"]
    SavedAnswer.objects.filter(sheet=canary, item="CAP.A1").update(reason="No such work")
    replies = [person.post(address, {"confirm": "on"}) for _ in range(2)]
    assert [(r.status_code, r.headers["Location"]) for r in replies] == [
        (302, reverse("round", args=[canary.assessment.pk]))
    ] * 2
    canary.refresh_from_db()
    handed_in = canary.submitted_at
    person.post(address, {"confirm": "on"})
    canary.refresh_from_db()
    assert (canary.status, canary.submitted_at) == (SheetStatus.SUBMITTED, handed_in)
    later = save(person, canary.assessment, "CAP.A1", version=1)
    assert (later.status_code, later.json()["lock"]) == (423, "submitted")
    assert "You submitted your answers on" in later.json()["error"]


@pytest.mark.parametrize("key", ["submitted_at", "status", "sections", "sheet", "respondent"])
def test_s13_an_answer_sets_nothing_but_an_answer(person: Client, canary: Sheet, key: str) -> None:
    before = Sheet.objects.filter(pk=canary.pk).values().get()
    refused = save(person, canary.assessment, "CAP.A1", version=1, **{key: "submitted"})
    assert (refused.status_code, refused.json()["field"]) == (400, key)
    page = reverse("section", args=[canary.assessment.pk, "capacity-awareness"])
    sent = {f"version-{item.id}": "1" for item in outline().by_slug["capacity-awareness"].items}
    person.post(page, sent | {key: "submitted"})
    person.post(reverse("reopen", args=[canary.assessment.pk]), {key: "submitted"})
    assert Sheet.objects.filter(pk=canary.pk).values().get() == before


def save(client: Client, round_: Assessment, item: str, *, version: int = 0, **more: Any) -> Any:
    body = {"answer": 3, "version": version, "client_id": str(uuid4())} | more
    address = reverse("answer", args=[round_.pk, item])
    return client.post(address, json.dumps(body), content_type="application/json")


def test_after_closing_an_answer_is_refused_with_who_and_when(
    person: Client, cast: Cast, canary: Sheet
) -> None:
    canary.assessment.sheets.exclude(pk=canary.pk).update(status=SheetStatus.SUBMITTED)
    lead = Client()
    lead.force_login(cast.lead)
    lead.post(reverse("close", args=[canary.assessment.pk]))
    refused = save(person, canary.assessment, "CAP.A1", version=1)
    assert refused.status_code == 423
    assert refused.json()["error"].startswith("This round was closed by Lena Lead on")


# ---- six at once ---------------------------------------------------------------------------------


@pytest.fixture
def six(transactional_db: None) -> list[Sheet]:
    lead = factories.make_user("lead@norvane.example")
    bank = factories.make_bank(lead)
    round_ = factories.make_round(bank)
    sheets = []
    for place in range(WRITERS):
        user = factories.make_user(f"six{place}@norvane.example")
        factories.add_member(bank, user)
        sheets.append(factories.make_sheet(round_, user))
    return sheets


def answer_all(user: User, round_: Assessment, start: Barrier, level: int) -> list[int]:
    """One browser: each question after the other, as fast as replies come."""
    client = Client()
    client.force_login(user)
    start.wait()
    try:
        return [save(client, round_, item, answer=level).status_code for item in ITEMS[:20]]
    finally:
        connection.close()


def test_six_respondents_at_once_lose_no_answer(six: list[Sheet]) -> None:
    start = Barrier(WRITERS)
    work = [(sheet.respondent, place % 5 + 1) for place, sheet in enumerate(six)]
    with ThreadPoolExecutor(WRITERS) as pool:
        replies = pool.map(
            lambda one: answer_all(one[0], six[0].assessment, start, one[1]),
            [(user, level) for user, level in work if user is not None],
        )
    assert [set(codes) for codes in replies] == [{200}] * WRITERS
    for sheet, (_, level) in zip(six, work, strict=True):
        stored = dict(sheet.answers.values_list("item", "level"))
        assert stored == dict.fromkeys(ITEMS[:20], level)
        assert sheet.changes.count() == 20


# ---- a promise read is a promise kept ------------------------------------------------------------


def test_an_answer_typed_under_a_stricter_promise_is_not_stored(
    client: Client, cast: Cast, round_: Assessment
) -> None:
    client.force_login(cast.respondent)
    page = reverse("section", args=[round_.pk, "risk-usage"])
    assert 'data-promise="function"' in client.get(page).content.decode()
    body = {"answer": 3, "version": 0, "client_id": str(uuid4())}
    address = reverse("answer", args=[round_.pk, "RSK.U1"])
    sent = {f"version-{item.id}": "0" for item in outline().by_slug["risk-usage"].items}
    sent |= {"answer-RSK.U1": "4", "promise": "anonymous"}
    refused = client.post(
        address, body, content_type="application/json", headers={"X-Promise": "anonymous"}
    )
    assert (refused.status_code, refused.json()["lock"]) == (409, "promise")
    again = client.post(page, sent)
    assert again.status_code == 409
    assert "Who reads your answers was changed" in again.content.decode()
    assert 'id="q-RSK.U1-4" checked' in again.content.decode()
    assert not SavedAnswer.objects.exists()
    assert client.post(page, sent | {"promise": "function"}).status_code == 302
    tightened = client.post(
        address,
        body | {"version": 1},
        content_type="application/json",
        headers={"X-Promise": "named"},
    )
    assert tightened.status_code == 200
