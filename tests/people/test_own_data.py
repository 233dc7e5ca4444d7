"""A copy of one's own data, and erasure that keeps scores and nothing personal (S38)."""

import json
import re
import sqlite3
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.access.seal import faults, seal_due
from assessments.models import (
    AdoptedAction,
    AdoptedPlan,
    AgreedAnswer,
    AgreedChange,
    AnswerChange,
    Assessment,
    Chain,
    Comment,
    Event,
    EvidenceReview,
    FileState,
    Function,
    Invitation,
    Mail,
    MailState,
    Membership,
    Organisation,
    Report,
    Role,
    SavedAnswer,
    SentBack,
    SheetStatus,
    SignIn,
    Snapshot,
    User,
)
from assessments.people import own_data_queries, own_data_services
from assessments.results.services import publish
from maturity import load_framework
from tests import factories
from tests.factories import MOMENT, PASSWORD
from tests.people.test_second_factor import confirm, confirmed, first_step, passkey

pytestmark = pytest.mark.django_db
EMAIL = "petra.canary@norvane.example"
NAME = "Petra Canarywood"
WORD = "xkanaryx"  # stands in every text that Petra writes
CANARIES = (EMAIL, "petra.canary", NAME, "Canarywood", WORD)


@pytest.fixture
def petra() -> User:
    return factories.make_user(EMAIL, name=NAME, password=PASSWORD)


@pytest.fixture
def colleague() -> User:
    return factories.make_user("lead@norvane.example", name="Lena Lead", password=PASSWORD)


@pytest.fixture
def bank(petra: User, colleague: User) -> Organisation:
    bank = factories.make_bank(colleague, name="Norvane Bank")
    factories.add_member(bank, petra)
    return bank


@pytest.fixture
def published(bank: Organisation, petra: User, colleague: User) -> Assessment:
    """A published round with two sheets, an unfinished one beside it, and Petra in every table."""
    for period, publishing in (("2026 H1", True), ("2026 H2", False)):
        round_ = factories.make_round(bank, period=period)
        status = SheetStatus.SUBMITTED if publishing else SheetStatus.OPEN
        for person, level in ((petra, 2), (colleague, 4)):
            sheet = factories.make_sheet(round_, person, function=Function.RISK, status=status)
            factories.fill_sheet(sheet, factories.whole_sheet(level))
        write_everywhere(round_, petra, colleague)
        if publishing:
            round_.status = "closed"
            round_.save()
            publish(assessment=round_, by=colleague, now=MOMENT)
    return Assessment.objects.get(period="2026 H1")


def write_everywhere(round_: Assessment, petra: User, colleague: User) -> None:
    """Petra's words, and her name in the words of others, in every column that takes text."""
    own = round_.sheets.get(respondent=petra)
    words = {"note": f"note {WORD}", "reason": f"reason {WORD}", "link": f"https://{WORD}.example"}
    SavedAnswer.objects.filter(sheet=own).update(**words)
    AnswerChange.objects.filter(sheet=own).update(**words)
    others = round_.sheets.get(respondent=colleague)
    said = f"Ask {NAME} or {EMAIL}, she knows."
    SavedAnswer.objects.filter(sheet=others).update(note=said)
    AnswerChange.objects.filter(sheet=others).update(note=said)
    at = {"at": MOMENT, "item": "RSK.U1", "assessment": round_}
    Comment.objects.create(author=petra, body=f"comment {WORD}", **at)
    remark = Comment.objects.create(author=colleague, body=said, **at)
    remark.mentions.add(petra)
    EvidenceReview.objects.create(by=petra, grade="E2", comment=f"seen {WORD}", **at)
    SentBack.objects.create(
        sheet=others, dimension="RSK", comment=f"no {WORD}", by=petra, at=MOMENT
    )
    agreed = AgreedAnswer.objects.create(
        level=3, reason=said, present=[NAME, "Risk"], by=colleague, **at
    )
    AgreedChange.objects.create(
        agreed=agreed,
        version=1,
        level=3,
        reason=f"{NAME} explained",
        present=[NAME],
        by=petra,
        at=MOMENT,
    )
    factories.make_channels(round_, [{"owner": NAME, "handle": "@norvane"}])
    plan = AdoptedPlan.objects.create(
        assessment=round_, first_quarter_on=MOMENT.date(), adopted_by=petra, adopted_at=MOMENT
    )
    AdoptedAction.objects.create(
        plan=plan, action="A1", owner=petra, due_quarter=1, note=f"{WORD}", updated_at=MOMENT
    )
    letter = {"kind": "test", "next_try_at": MOMENT, "organisation": round_.organisation}
    Mail.objects.create(to=EMAIL.upper(), context={"name": NAME}, state=MailState.SENT, **letter)
    Mail.objects.create(to=colleague.email, context={"by": [NAME]}, **letter)
    Invitation.objects.create(
        organisation=round_.organisation,
        email=EMAIL,
        expires_at=MOMENT,
        accepted_at=MOMENT,
        accepted_by=petra,
        invited_by=colleague,
    )


def rows_with(words: tuple[str, ...]) -> list[str]:
    """Every cell of every table, whatever its app, in which one of the words stands."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = str(value).casefold()
                    found += [f"{table}.{column}" for word in words if word.casefold() in text]
    return sorted(set(found))


def levels(round_: Assessment) -> list[tuple[Any, ...]]:
    rows = SavedAnswer.objects.filter(sheet__assessment=round_)
    return sorted(
        rows.values_list("sheet", "sheet__function", "item", "level", "special", "version")
    )


def unworded(snapshot: Snapshot) -> list[Any]:
    """All of a snapshot but the reasons that a meeting wrote down in words of its own."""
    findings = json.loads(json.dumps(snapshot.findings))
    for row in findings["beside"]["settled"]["agreed"]:
        row.pop("reason")
    return [snapshot.case, findings]


# ---- S38 ---------------------------------------------------------------------------------------


def test_s38_the_stage_holds_the_canaries_nearly_everywhere(
    published: Assessment, petra: User
) -> None:
    """Without this the search after erasing would prove nothing."""
    tables = {cell.split(".")[0] for cell in rows_with(CANARIES)}
    assert {name.removeprefix("assessments_") for name in tables} == {
        "account_emailaddress",
        "adoptedaction",
        "agreedanswer",
        "agreedchange",
        "answerchange",
        "channelaccount",
        "comment",
        "evidencereview",
        "invitation",
        "mail",
        "savedanswer",
        "sentback",
        "snapshot",  # a meeting's reasons, beside the findings
        "user",
    }


def test_s38_erasing_leaves_no_trace_of_the_person_and_every_score(
    published: Assessment, petra: User
) -> None:
    passkey(petra, name=f"{NAME}’s phone")
    client = Client(headers={"user-agent": "Firefox/1 Windows"})
    client.force_login(petra)
    before = {round_.pk: levels(round_) for round_ in Assessment.objects.all()}
    frozen = unworded(Snapshot.objects.get())
    erased = petra.pk
    own_data_services.erase(user=petra)
    assert rows_with(CANARIES) == []
    assert {round_.pk: levels(round_) for round_ in Assessment.objects.all()} == before
    assert unworded(Snapshot.objects.get()) == frozen
    assert client.get(reverse("account")).status_code == 302
    assert [
        model.objects.filter(user=erased).count() for model in (Membership, SignIn, Authenticator)
    ] == [0, 0, 0]


def test_s38_answers_that_wait_for_the_next_sign_in_go_too(
    petra: User, colleague: User, bank: Organisation
) -> None:
    for key, owner in (("draft:a1", petra), ("draft:b2", colleague)):
        cache.set(key, {"owner": owner.pk, "path": "/", "sent": f"note={WORD}"}, 600)
    own_data_services.erase(user=petra)
    assert (cache.get("draft:a1"), cache.get("draft:b2")["owner"]) == (None, colleague.pk)


def test_s38_published_results_and_stored_reports_hold_no_name_and_stay_as_they_are(
    published: Assessment, petra: User, colleague: User, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    report = Report.objects.create(
        assessment=published,
        language="en",
        content_key="k" * 64,
        state=FileState.DONE,
        requested_by=petra,
    )
    report.file.save("report.pdf", ContentFile(b"%PDF-1.7"))
    snapshot = published.snapshot
    text = json.dumps(unworded(snapshot), ensure_ascii=False)
    assert [word for word in (*CANARIES, colleague.name, colleague.email) if word in text] == []
    factories.add_second_factor(colleague)
    client = Client()
    client.force_login(colleague)
    url = reverse("results", args=[published.pk])
    scoring = reverse("scoring", args=[published.pk])
    assert NAME in client.get(scoring).content.decode()  # as the meeting's reason was typed
    pages = [plain_page(client.get(url).content.decode())]
    own_data_services.erase(user=petra)
    pages.append(plain_page(client.get(url).content.decode()))
    report.refresh_from_db()
    with report.file.open() as stored:
        assert (report.requested_by, stored.read()) == (None, b"%PDF-1.7")
    assert pages[0] == pages[1]
    assert [word for word in CANARIES if word in client.get(scoring).content.decode()] == []


def plain_page(page: str) -> str:
    return re.sub(r'value="\w{64}"', "", page)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="looks into SQLite's file")
def test_s38_the_database_file_and_its_log_hold_no_trace_either(
    published: Assessment, petra: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("assessments.jobs.Worker.submit", lambda self, *job: asked.append(job[0]))
    name = Path(str(connection.settings_dict["NAME"]))

    def traces() -> list[str]:
        files = [name, *name.parent.glob(f"{name.name}-wal")]
        held = b"".join(file.read_bytes() for file in files)
        return [word for word in CANARIES if word.encode() in held]

    connection.close()
    sqlite3.connect(name).execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    assert traces() == list(CANARIES)
    own_data_services.erase(user=User.objects.get(pk=petra.pk))
    assert asked[-1:] == ["forget_erased"]
    own_data_services.forget_erased()
    connection.close()
    assert traces() == []


def test_s41_erasing_leaves_the_trail_whole(published: Assessment, petra: User) -> None:
    erased = petra.pk
    seal_due(timezone.now())
    own_data_services.erase(user=petra)
    seal_due(timezone.now())
    chains = list(Chain.objects.all())
    assert len(chains) > 4
    assert [str(fault) for chain in chains for fault in faults(chain)] == []
    event = Event.objects.get(verb="erased account")
    assert (event.actor, event.target, event.details) == (erased, f"user:{erased}", {})


def test_s38_a_name_too_short_to_be_told_from_words_is_left_in_what_others_wrote(
    bank: Organisation, colleague: User
) -> None:
    short = factories.make_user("an@norvane.example", name="An")
    factories.add_member(bank, short)
    round_ = factories.make_round(bank)
    remark = Comment.objects.create(
        assessment=round_,
        item="RSK.U1",
        author=colleague,
        at=MOMENT,
        body="An answer is An answer.",
    )
    own_data_services.erase(user=short)
    remark.refresh_from_db()
    assert remark.body == "An answer is An answer."


def test_s38_a_name_inside_another_word_is_left(bank: Organisation, colleague: User) -> None:
    rosa = factories.make_user("r@norvane.example", name="Rosa")
    factories.add_member(bank, rosa)
    round_ = factories.make_round(bank)
    remark = Comment.objects.create(
        assessment=round_, item="RSK.U1", author=colleague, at=MOMENT, body="Rosalind asked rosa."
    )
    own_data_services.erase(user=rosa)
    remark.refresh_from_db()
    assert remark.body == "Rosalind asked ."


@pytest.mark.parametrize(
    ("name", "said", "left"),
    [
        ("Zoë Ångström", "Ask ZOË ÅNGSTRÖM twice.", "Ask  twice."),
        ("田中太郎", "これは田中太郎さんに聞いて", "これはさんに聞いて"),
        ("مریم رضایی", "از مریم رضایی بپرس", "از  بپرس"),
        ("D'Arcy (Ops)", "Ask D'Arcy (Ops).", "Ask ."),
    ],
)
def test_s38_names_of_every_script_go_from_text_and_from_lists(
    bank: Organisation, colleague: User, name: str, said: str, left: str
) -> None:
    person = factories.make_user("p@norvane.example", name=name)
    factories.add_member(bank, person)
    agreed = AgreedAnswer.objects.create(
        assessment=factories.make_round(bank),
        item="RSK.U1",
        level=3,
        reason=said,
        present=["Risk", name],
        by=colleague,
        at=MOMENT,
    )
    own_data_services.erase(user=person)
    agreed.refresh_from_db()
    assert (agreed.reason, agreed.present) == (left, ["Risk", ""])


def test_another_bank_s_words_are_not_touched(published: Assessment, petra: User) -> None:
    other = factories.make_bank(factories.make_user("o@other.example"), name="Other Bank")
    round_ = factories.make_round(other)
    remark = Comment.objects.create(assessment=round_, item="RSK.U1", at=MOMENT, body=NAME)
    own_data_services.erase(user=petra)
    remark.refresh_from_db()
    assert remark.body == NAME


# ---- who may be erased -------------------------------------------------------------------------


def erase_form(client: Client, **changes: str) -> Any:
    return client.post(reverse("erase"), {"password": PASSWORD, "sure": "on"} | changes)


def test_the_only_lead_is_refused_and_told_what_to_do(colleague: User, bank: Organisation) -> None:
    client = Client()
    client.force_login(colleague)
    confirm(client)
    page = client.get(reverse("erase")).content.decode()
    answer = erase_form(client)
    assert answer.status_code == 409
    for text in (page, answer.content.decode()):
        assert "Give a colleague that role first, or close the organisation" in text
        assert "Norvane Bank" in text
    assert User.objects.filter(pk=colleague.pk).exists()
    with pytest.raises(own_data_services.OnlyHeadError):
        own_data_services.erase(user=colleague)


def test_one_of_two_leads_may_go_and_then_the_other_may_not(
    colleague: User, petra: User, bank: Organisation
) -> None:
    Membership.objects.filter(user=petra).update(role=Role.LEAD)
    own_data_services.erase(user=petra)
    with pytest.raises(own_data_services.OnlyHeadError):
        own_data_services.erase(user=colleague)


def test_the_only_admin_of_a_firm_is_refused() -> None:
    admin = factories.make_user("admin@firm.example")
    factories.make_firm(admin)
    with pytest.raises(own_data_services.OnlyHeadError):
        own_data_services.erase(user=admin)


def test_the_lead_of_a_bank_that_is_leaving_may_go(colleague: User, bank: Organisation) -> None:
    Organisation.objects.update(closing_on=MOMENT.date())
    own_data_services.erase(user=colleague)
    assert not User.objects.filter(email=colleague.email).exists()


def test_erasing_takes_password_and_consent_and_signs_out(
    petra: User, bank: Organisation, mailoutbox: Any
) -> None:
    client = Client()
    first_step(client, petra)
    for changes in ({"password": "wrong"}, {"sure": ""}):
        assert erase_form(client, **changes).status_code == 422
        assert User.objects.filter(email=EMAIL).exists()
    answer = erase_form(client)
    assert answer.headers["Location"] == reverse("landing")
    assert "erased" in client.get(reverse("landing")).content.decode()
    assert not User.objects.filter(email=EMAIL).exists()
    assert "_auth_user_id" not in client.session
    assert (mailoutbox[-1].to, mailoutbox[-1].subject) == ([EMAIL], "Your account was erased")
    assert EMAIL not in str([session.get_decoded() for session in Session.objects.all()])


def test_erasing_asks_for_the_second_factor_where_there_is_one(petra: User) -> None:
    factories.add_second_factor(petra)
    client = Client()
    client.force_login(petra)
    for answer in (client.get(reverse("erase")), erase_form(client)):
        assert answer.headers["Location"].startswith(reverse("mfa_reauthenticate"))
    confirm(client)
    assert client.get(reverse("erase")).status_code == 200


def test_guessing_the_password_of_the_last_step_is_limited(petra: User) -> None:
    client = Client()
    first_step(client, petra)
    found = [erase_form(client, password=f"guess {number}").status_code for number in range(11)]
    assert found == [422] * 10 + [429]


def test_an_erased_address_may_sign_up_again(petra: User) -> None:
    own_data_services.erase(user=petra)
    assert not EmailAddress.objects.filter(email=EMAIL).exists()
    factories.make_user(EMAIL)


# ---- the copy ----------------------------------------------------------------------------------


def copy_of(user: User) -> tuple[dict[str, Any], str]:
    client = Client()
    client.force_login(user)
    session = client.session
    confirmed(session, user)
    answer: Any = client.post(reverse("own_data_copy"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    files = zipfile.ZipFile(BytesIO(answer.content))
    assert sorted(files.namelist()) == ["my-data.html", "my-data.json"]
    return json.loads(files.read("my-data.json")), files.read("my-data.html").decode()


def test_the_copy_holds_what_a_person_gave_and_did(published: Assessment, petra: User) -> None:
    passkey(petra, name="Petra’s phone")
    data, page = copy_of(petra)
    assert (data["account"]["email"], data["account"]["name"]) == (EMAIL, NAME)
    assert [row["name"] for row in data["second_factors"]] == ["Petra’s phone"]
    assert data["organisations"][0]["organisation"] == "Norvane Bank"
    sheets = {sheet["period"]: sheet for sheet in data["sheets"]}
    assert sorted(sheets) == ["2026 H1", "2026 H2"]
    answers = sheets["2026 H1"]["answers"]
    assert {(row["answer"], row["note"]) for row in answers} == {(2, f"note {WORD}")}
    assert len(answers) == len(sheets["2026 H1"]["history"]) == len(load_framework().items)
    assert [row["text"] for row in data["comments"]] == [f"comment {WORD}"] * 2
    assert len(data["actions"]) == 2
    assert [row["reason"] for row in data["settled"]] == [f"{NAME} explained"] * 2
    assert [row["kind"] for row in data["mail"]] == ["test"] * 2
    for text in (NAME, f"note {WORD}", "Petra’s phone", "Norvane Bank", "2026 H1"):
        assert text in page


def test_the_copy_holds_nothing_of_anybody_else(
    published: Assessment, petra: User, colleague: User
) -> None:
    data, page = copy_of(petra)
    for text in (json.dumps(data, ensure_ascii=False), page):
        assert [
            word for word in (colleague.name, colleague.email, "she knows") if word in text
        ] == []


def test_the_copy_holds_no_secret(petra: User) -> None:
    factories.add_second_factor(petra)
    secrets = [petra.password, factories.TOTP_SECRET]
    secrets += [str(row.data["secret"]) for row in Authenticator.objects.all()]
    data, page = copy_of(petra)
    assert [held for held in secrets if held in json.dumps(data) + page] == []


def test_s28_hostile_text_in_the_copy_runs_nowhere(published: Assessment, petra: User) -> None:
    hostile = "<script>alert(1)</script>"
    SavedAnswer.objects.filter(sheet__respondent=petra).update(note=hostile)
    data, page = copy_of(petra)
    assert data["sheets"][0]["answers"][0]["note"] == hostile
    assert "<script" not in page


def test_the_copy_asks_for_the_second_factor_where_there_is_one(petra: User) -> None:
    factories.add_second_factor(petra)
    client = Client()
    client.force_login(petra)
    answer = client.post(reverse("own_data_copy"))
    assert answer.headers["Location"].startswith(reverse("mfa_reauthenticate"))


def test_the_copy_knows_every_table_that_names_a_person() -> None:
    """Whoever adds a column that leads to a person decides here what the copy says about it."""
    known = {
        "AdoptedAction.owner",
        "AgreedChange.by",
        "AnswerChange.by",
        "Comment.author",
        "Engagement.responsible",
        "EvidenceReview.by",
        "Invitation.accepted_by",
        "Membership.user",
        "SavedFilter.owner",
        "SentBack.by",
        "ShareLink.created_by",
        "Sheet.respondent",
        "SignIn.user",
    }
    told_by_events = {
        "AdoptedPlan.adopted_by",
        "AgreedAnswer.by",  # its newest change stands in AgreedChange
        "Assessment.started_by",
        "Assignment.user",
        "Batch.requested_by",
        "ComparisonFile.requested_by",
        "Engagement.requested_by",
        "EngagementRequest.requested_by",
        "Export.requested_by",
        "ExternalFigure.added_by",
        "Intake.brought_by",
        "Invitation.invited_by",
        "RegionEstimate.updated_by",
        "Report.requested_by",
        "Snapshot.published_by",
    }
    found = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("assessments").get_models()
        for field in model._meta.get_fields()  # noqa: SLF001 -- Django's own name
        if field.is_relation and field.many_to_one and field.related_model is User
    }
    assert found == known | told_by_events


def test_the_copy_takes_a_fixed_number_of_queries_per_round(
    published: Assessment, petra: User, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(16 + 3 * 2):
        own_data_queries.everything(petra, MOMENT)


def test_the_demo_person_can_take_a_copy(settings: Any) -> None:
    settings.DEMO = True
    call_command("seed_demo", verbosity=0)
    data, page = copy_of(User.objects.get(email="demo@example.org"))
    assert len(data["sheets"]) >= 1
    assert "demo@example.org" in page
