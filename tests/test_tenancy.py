"""The walls between banks: every address, as everybody, in every bank, by every method (S1-S16).

The table is tests/addresses.py, written by hand; the walk is tests/tenancy.py. Whatever an address
shows, takes or keeps of another bank fails here.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import Http404
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from assessments import outbox
from assessments.access import scope
from assessments.access.roles import Standing
from assessments.models import (
    Assessment,
    ChannelAccount,
    Engagement,
    EngagementState,
    Event,
    Mail,
    Membership,
    Organisation,
    Region,
    Role,
    SavedAnswer,
    Sheet,
    User,
)
from assessments.reports import queries as report_queries
from assessments.reports import tasks
from tests.addresses import (
    ADMIN,
    CONSULTANT,
    LEAD,
    PROFILE,
    RESPONDENT,
    STRANGER,
    TABLE,
    plain,
)
from tests.tenancy import (
    READING,
    TENANT_LINES,
    TENANT_TABLES,
    Walk,
    World,
    build,
    digest,
    elsewhere,
    send,
    undone,
    walked,
)

pytestmark = pytest.mark.django_db  # each test in a transaction within that of the world
CANARY = "Kanarienvogel"
# After these nobody would be written to.
ENDING = {"close_organisation", "engagement_give_up", "engagement_revoke", "leave"}


@pytest.fixture(scope="module")
def furnished(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The world, built once; the transaction that holds it is never committed."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def world(furnished: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world, as it was built, whatever the test before did to it."""
    cache.clear()  # what limits attempts
    sample = default_storage.save("reports/sample.pdf", ContentFile(b"%PDF-1.7 sample"))
    monkeypatch.setattr("assessments.reports.tasks.sample", lambda language: sample)
    return furnished


def named_patterns(patterns: list[URLPattern | URLResolver]) -> Iterator[str | None]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from named_patterns(pattern.url_patterns)
        else:
            yield pattern.name


# ---- the table and the digest cover everything -------------------------------------------------


def test_s1_the_table_knows_every_address() -> None:
    known = set(named_patterns(get_resolver().url_patterns))
    assert known == set(TABLE)


def test_s2_the_digest_covers_every_tenant_table() -> None:
    models = {model.__name__ for model in apps.get_app_config("assessments").get_models()}
    of_a_person = {"User", "SignIn", "Tally", "ComparisonFile"}
    of_nobody = {"PeerSnapshot", "PeerCell"}  # what no bank can be read out of
    assert models - of_a_person - of_nobody == set(TENANT_TABLES)


def test_s2_the_digest_notices_a_single_changed_answer(world: World) -> None:
    before = digest(world.own.bank)
    sheet = world.own.open.sheets.get(respondent=world.cast.lead)
    sheet.answers.filter(item="RSK.U1").update(level=5)
    assert digest(world.own.bank) != before


# ---- the walk ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(TABLE))
def test_s1_s2_s3_everybody_gets_everywhere_what_the_table_says_and_leaves_no_trace(
    name: str, world: World
) -> None:
    assert walked(world, name) == []


@pytest.mark.parametrize(
    ("name", "hole"),
    [
        ("results", "results.views.assessment_for"),
        ("bank_profile", "people.views.organisation_for"),
        ("report_file", "reports.views.report_for"),
        ("engagement_revoke", "people.engagement_views.engagement_for"),
    ],
)
def test_s1_the_walk_catches_a_view_that_forgot_to_ask(
    name: str, hole: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch_only(user: User, pk: UUID, permission: Any) -> Any:
        row: Any = ROWS[hole.rpartition(".")[2]].objects.filter(pk=pk).first()
        if row is None:
            raise Http404
        standing = Standing(role=Role.LEAD)
        part = row
        for step in ("", "assessment", "organisation"):
            part = getattr(part, step, part) if step else part
            vars(part)["standing"] = standing
            vars(part)["plan_round"] = None
        return (row, row.bank) if isinstance(row, Engagement) else row

    monkeypatch.setattr(f"assessments.{hole}", fetch_only)
    places = {fault.split(" as ")[0] for fault in walked(world, name)}
    assert {f"{name}: get own", f"{name}: get foreign"} <= places


ROWS: dict[str, Any] = {
    "assessment_for": Assessment,
    "organisation_for": Organisation,
    "report_for": apps.get_model("assessments", "Report"),
    "engagement_for": Engagement,
}


def test_s1_the_walk_catches_a_permission_that_is_never_asked_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope, "_require", lambda *args: None)
    faults = walked(world, "publish")
    assert "publish: get own as Rolf Respondent: 200, not 403" in faults
    assert "publish: get own as Carl Consultant: 200, not 403" in faults


def test_s1_the_walk_catches_a_firm_whose_every_consultant_sees_every_client(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_of_the_firm(user: User) -> Any:
        return Engagement.objects.filter(
            firm__memberships__user=user, state=EngagementState.ACCEPTED
        ).distinct()

    monkeypatch.setattr(scope, "engagements_open_to", all_of_the_firm)
    faults = walked(world, "results")
    assert any("get sibling as Carl Consultant: 200, not 404" in fault for fault in faults)
    assert any("get own as Ida Idle: 200, not 404" in fault for fault in faults)


def test_s2_the_walk_catches_a_view_that_writes_before_it_asks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = scope.assessment_for

    def write_then_ask(user: User, pk: UUID, permission: Any) -> Any:
        Assessment.objects.filter(pk=pk).update(period="written")
        return ask(user, pk, permission)

    monkeypatch.setattr("assessments.results.views.assessment_for", write_then_ask)
    assert "publish: rows of a bank changed" in walked(world, "publish")


def test_s3_the_page_for_what_does_not_exist_carries_nothing_of_anybody(world: World) -> None:
    page = world.client(STRANGER).get(reverse("bank", args=[world.own.bank.pk])).content.decode()
    cast = world.cast
    for secret in ("<form", "csrf", "nonce", str(cast.bank.pk), cast.bank.name):
        assert secret not in page
    assert cast.outsider.email not in page
    assert '<header class="top">' in page


def test_s1_a_former_member_is_a_stranger_from_the_next_request_on(world: World) -> None:
    Membership.objects.filter(user=world.cast.lead, organisation=world.own.bank).delete()
    assert statuses_of(world, LEAD) == {
        name: [int(line.get.split()[STRANGER]), int(line.post.split()[STRANGER])]
        for name, line in TABLE.items()
        if name in TENANT_LINES
    }


def statuses_of(world: World, column: int) -> dict[str, list[int]]:
    """What a person gets in the own bank, at every address of a bank."""
    client = world.client(column)
    return {
        name: [
            send(client, method, Walk(world=world, name=name)._url(world.own), TABLE[name])[0]  # noqa: SLF001 -- the walk's own address
            for method in READING
        ]
        for name in TENANT_LINES
    }


# ---- ids of others in addresses and bodies -----------------------------------------------------


def mixed(world: World, name: str) -> list[tuple[Any, ...]]:
    """Own first id with a foreign second one, and the other way round."""
    own, foreign = (TABLE[name].ids(stage) for stage in (world.own, world.foreign))
    if len(own) < 2 or own[1:] == foreign[1:]:
        return []
    return [(own[0], *foreign[1:])]


def test_s6_a_foreign_row_under_an_own_round_does_not_exist(world: World) -> None:
    before = digest(world.foreign.bank)
    seen = {}
    for name in TENANT_LINES:
        for ids in mixed(world, name):
            url = reverse(name, args=ids)
            nowhere = reverse(name, args=(ids[0], *elsewhere(ids)[1:]))
            for method in READING:
                client = world.client(LEAD)
                found = send(client, method, url, TABLE[name])
                assert found == send(client, method, nowhere, TABLE[name])
                seen[name, method] = found[0]
    assert set(seen.values()) <= {404, 405}
    assert {name for name, _ in seen} >= {"channel", "channel_remove"}
    assert digest(world.foreign.bank) == before


def foreign_keys(world: World) -> list[tuple[str, int, dict[str, Any]]]:
    """Address, who sends it, and a body that names something of another bank or firm."""
    stranger = world.cast.outsider.pk
    return [
        ("engagement_assign", ADMIN, {"people": [stranger]}),
        ("engagement_assign", ADMIN, {"people": [world.cast.idle.pk, stranger]}),
        ("plan_action", LEAD, sent("plan_action") | {"owner": stranger}),
        ("invite", LEAD, sent("invite") | {"round": str(world.foreign.open.pk)}),
        ("respondent_add", LEAD, {"member": str(world.foreign.member.pk), "function": "risk"}),
        ("agreement_item", LEAD, sent("agreement_item") | {"members": [stranger]}),
        ("agreement_item", CONSULTANT, sent("agreement_item") | {"members": [stranger]}),
    ]


def sent(name: str) -> dict[str, Any]:
    """What the walk sends to an address."""
    return TABLE[name].data or {}


def test_s5_s7_a_body_that_names_somebody_of_another_bank_is_refused_whole(world: World) -> None:
    for name, column, data in foreign_keys(world):
        before = [digest(stage.bank) for stage in world.stages]
        url = reverse(name, args=TABLE[name].ids(world.own))
        status = plain(world.client(column).post(url, data))[0]
        assert status in {400, 422}, (name, data, status)
        assert (name, [digest(stage.bank) for stage in world.stages]) == (name, before)


# Facts that no form of a lower right may move, whatever it carries.
def privileges(world: World) -> dict[str, list[Any]]:
    def rows(queryset: Any, *fields: str) -> list[Any]:
        return sorted(map(repr, queryset.values_list(*fields)))

    return {
        "roles": rows(Membership.objects, "organisation", "user", "role"),
        "banks": rows(Organisation.objects, "pk", "kind", "fictional", "closing_on"),
        "people": rows(User.objects, "pk", "demo", "is_active", "password"),
        "rounds": rows(Assessment.objects, "organisation", "status", "framework_version"),
        "sheets": rows(
            Sheet.objects, "assessment__period", "respondent", "status", "submitted_at__year"
        ),
        "answers": rows(SavedAnswer.objects, "sheet__respondent", "item", "level", "special"),
        "engagements": rows(Engagement.objects, "bank", "firm", "state", "scope", "answers_from"),
        "snapshots": rows(apps.get_model("assessments", "Snapshot").objects, "assessment"),
        "accounts": rows(ChannelAccount.objects, "assessment", "platform"),
    }


def extras(world: World) -> dict[str, Any]:
    """What an attacker would add to any form."""
    foreign = world.foreign
    return {
        "role": "lead",
        "roles": "lead",
        "organisation": str(foreign.bank.pk),
        "organisation_id": str(foreign.bank.pk),
        "org": str(foreign.bank.pk),
        "bank": str(foreign.bank.pk),
        "assessment": str(foreign.open.pk),
        "assessment_id": str(foreign.open.pk),
        "respondent": str(world.cast.outsider.pk),
        "user": str(world.cast.outsider.pk),
        "memberships": "1",
        "score": "99",
        "findings": "{}",
        "submitted_at": "2020-01-01",
        "state": "accepted",
        "kind": "firm",
        "fictional": "on",
        "demo": "on",
        "is_active": "",
        "framework_version": "9.9",
        "answers_from": "2020-01-01",
        "closing_on": "2020-01-01",
        "id": str(foreign.open.pk),
        "pk": str(foreign.open.pk),
    }


@pytest.mark.parametrize("name", [name for name in TENANT_LINES if "302" in TABLE[name].post])
def test_s13_what_a_form_does_not_ask_for_changes_nothing(name: str, world: World) -> None:
    line = TABLE[name]
    data = line.data or {}
    more = {key: value for key, value in extras(world).items() if key not in data}
    url = reverse(name, args=line.ids(world.own))
    column = line.post.split().index("302") if "200" not in line.post else LEAD
    after = []
    for body in (data, data | more):
        with undone():
            status = plain(world.client(column).post(url, body))[0]
            after.append((status, privileges(world)))
    assert after[0] == after[1] or after[1][0] in {400, 422}


def test_s13_an_answer_with_an_unknown_key_is_refused_and_not_kept(world: World) -> None:
    url = reverse("answer", args=[world.own.open.pk, "RSK.U1"])
    before = digest(world.own.bank)
    for key in ("role", "organisation", "score", "submitted_at", "sheet", "respondent"):
        body = (TABLE["answer"].data or {}) | {key: "1"}
        answer = world.client(LEAD).post(url, body, content_type="application/json")
        assert (key, answer.status_code) == (key, 400)
    assert digest(world.own.bank) == before


def test_s12_a_respondent_s_role_does_not_rise_by_asking(world: World) -> None:
    client, respondent = world.client(RESPONDENT), world.cast.respondent
    client.post(reverse("account"), {"name": "Me", "role": "lead", "memberships": "1"})
    client.post(reverse("bank_profile", args=[world.own.bank.pk]), PROFILE | {"role": "lead"})
    assert respondent.memberships.get().role == Role.RESPONDENT


# ---- consultants -------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["ended", "declined", "requested"])
def test_s10_without_an_accepted_engagement_every_address_of_the_bank_is_closed(
    state: str, world: World
) -> None:
    Engagement.objects.filter(pk=world.own.engagement.pk).update(state=state)
    of_firm = {name for name in TENANT_LINES if TABLE[name].get.startswith("404 404 404")}
    of_firm |= {name for name in TENANT_LINES if TABLE[name].post.startswith("404 404 404")}
    of_firm |= {
        name for name in TENANT_LINES if TABLE[name].ids(world.own)[0] == world.own.engagement.pk
    }
    for column in (CONSULTANT, ADMIN):
        for name, found in statuses_of(world, column).items():
            if name not in of_firm:
                assert (name, set(found) - {405}) <= (name, {404}), found


@pytest.mark.parametrize("scope_number", [1, 2, 3])
def test_s10_a_narrower_scope_opens_no_address_that_the_widest_does_not(
    scope_number: int, world: World
) -> None:
    Engagement.objects.filter(pk=world.own.engagement.pk).update(scope=scope_number)
    for name, found in statuses_of(world, CONSULTANT).items():
        line = TABLE[name]
        widest = [int(line.get.split()[CONSULTANT]), int(line.post.split()[CONSULTANT])]
        for got, most in zip(found, widest, strict=True):
            assert (name, got) in {(name, most), (name, 403)}


def test_s11_reading_results_does_not_allow_to_export_them(world: World) -> None:
    Assessment.objects.filter(pk=world.own.done.pk).update(shared_with_respondents=True)
    client = world.client(RESPONDENT)
    assert client.get(reverse("results", args=[world.own.done.pk])).status_code == 200
    before = digest(world.own.bank)
    for name in (
        "report_request",
        "report",
        "report_state",
        "report_file",
        "export_request",
        "export_file",
        "take_away",
        "round_csv",
        "round_xlsx",
        "case_export",
        "roadmap_docx",
    ):
        url = reverse(name, args=TABLE[name].ids(world.own))
        found = {plain(getattr(client, method)(url))[0] for method in READING}
        refused = {404} if name == "export_file" else {403}  # an export is its requester's own
        assert (name, found - {405}) == (name, refused)
    assert digest(world.own.bank) == before


def test_s15_pages_and_their_json_open_to_the_same_people(world: World) -> None:
    open_ = {"200": "yes", "302": "yes"}
    for page, json, method in (
        ("results", "figures", "get"),
        ("report", "report_state", "get"),
        ("section", "answer", "post"),
    ):
        judged = [
            [open_.get(status, status) for status in getattr(TABLE[name], method).split()[:7]]
            for name in (page, json)
        ]
        assert (page, judged[0]) == (page, judged[1])


# ---- nothing of bank B anywhere in bank A ------------------------------------------------------


def mark(world: World) -> None:
    """Put the canary wherever people of the foreign bank and of the sibling can write."""
    for stage in (world.foreign, world.sibling):
        bank = stage.bank
        Organisation.objects.filter(pk=bank.pk).update(name=f"{CANARY} Bank")
        Region.objects.create(organisation=bank, name=f"{CANARY} Land")
        people = User.objects.filter(memberships__organisation=bank)
        people.update(name=f"{CANARY} Person")
        for round_ in Assessment.objects.filter(organisation=bank):
            round_.period = f"{CANARY} {round_.pk.hex[:8]}"
            round_.save()
        rounds = {"assessment__organisation": bank}
        ChannelAccount.objects.filter(**rounds).update(
            platform=f"{CANARY} Net", handle=f"@{CANARY}", owner=CANARY
        )
        SavedAnswer.objects.filter(sheet__assessment__organisation=bank).update(
            note=f"{CANARY} note", reason=CANARY, link=f"https://{CANARY}.example"
        )
        Engagement.objects.filter(bank=bank).update(message=f"{CANARY} message")


def seen_by(world: World, column: int) -> Iterator[tuple[str, bytes]]:
    """Everything that a person gets in the own bank and of it, by every address and method."""
    for name, line in sorted(TABLE.items()):
        for method in READING:
            with undone():
                url = reverse(name, args=line.ids(world.own))
                client = world.client(column)
                status, content, headers = send(client, method, url, line)
                yield f"{method} {name} {status}", content + repr(headers).encode()
                if status == 302 and method == "post":
                    yield f"after {name}", client.get(headers["Location"]).content


@pytest.mark.parametrize("column", [LEAD, RESPONDENT, CONSULTANT])
def test_s4_nothing_of_another_bank_is_in_any_page_or_json(column: int, world: World) -> None:
    mark(world)
    word = CANARY.encode()
    found = [what for what, content in seen_by(world, column) if word in unpacked(content)]
    assert found == []


def unpacked(content: bytes) -> bytes:
    """The content, and that of the files in it where it is an archive."""
    if not content.startswith(b"PK"):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return content + b"".join(archive.read(name) for name in archive.namelist())
    except zipfile.BadZipFile:
        return content


def test_s4_the_canary_would_be_seen(world: World) -> None:
    mark(world)
    page = send(
        world.client(ADMIN), "get", reverse("firm", args=[world.cast.firm.pk]), TABLE["firm"]
    )
    assert CANARY.encode() in page[1]  # the admin's list names the sibling, as it should
    assert (
        CANARY.encode()
        not in world.client(CONSULTANT).get(reverse("firm", args=[world.cast.firm.pk])).content
    )


def test_s4_nothing_of_another_bank_is_in_the_report(world: World) -> None:
    mark(world)
    own = Assessment.objects.select_related("organisation").get(pk=world.own.done.pk)
    edition = report_queries.edition_for(own, language="en")
    assert edition is not None
    document = tasks.html(edition)
    assert (CANARY in document, own.organisation.name in document) == (False, True)


def test_s4_nothing_of_another_bank_is_in_any_letter(world: World) -> None:
    mark(world)
    urls = {name: reverse(name, args=TABLE[name].ids(world.own)) for name in TENANT_LINES}
    for column in (ADMIN, LEAD):
        for name, url in urls.items():
            if name not in ENDING:
                send(world.client(column), "post", url, TABLE[name])
    # The transaction of the world never ends, so what waits is sent by hand.
    mail.outbox.clear()
    for pk in outbox.due(timezone.now()):
        outbox.send(pk)
    letters = [
        f"{letter.subject} {letter.body} {letter.alternatives}"  # type: ignore[union-attr]  # letters have two bodies
        for letter in mail.outbox
    ]
    assert len(letters) >= 2
    assert [letter for letter in letters if CANARY in letter] == []
    ours = Mail.objects.filter(organisation=world.own.bank).values_list("context", flat=True)
    assert CANARY not in str(list(ours))


def test_s4_nothing_of_another_bank_is_in_the_trail(world: World) -> None:
    mark(world)
    rows = Event.objects.filter(organisation=world.own.bank).values_list("target", "details")
    foreign = {str(world.foreign.bank.pk), str(world.foreign.open.pk), CANARY}
    assert [row for row in rows if any(word in str(row) for word in foreign)] == []
