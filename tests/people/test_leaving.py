"""Taking everything away, closing, staying after all, and what is left of what has gone: nothing."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from assessments import jobs, outbox, sweep
from assessments.access import guards
from assessments.access.audit import record
from assessments.models import (
    AgreedAnswer,
    AgreedChange,
    AnswerChange,
    Assessment,
    AssessmentStatus,
    Comment,
    Engagement,
    EngagementState,
    Event,
    Export,
    FileState,
    Invitation,
    Mail,
    MailState,
    Organisation,
    Report,
    Role,
    SheetStatus,
    Snapshot,
    Visibility,
)
from assessments.people import leaving_services as services
from assessments.people import leaving_tasks
from assessments.people.leaving_queries import months_before
from tests import factories
from tests.addresses import signed_in
from tests.conftest import Cast

DAY = dt.timedelta(days=1)
CANARY = "CANARY-7f3a"
LONG_GONE = dt.date(2020, 5, 1)


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def begin(cast: Cast) -> None:
    services.close_organisation(organisation=cast.bank, by=cast.lead, now=timezone.now())


def letters(news: str) -> set[str]:
    rows = Mail.objects.filter(kind="leaving", context__news=news)
    return set(rows.values_list("to", flat=True))


def written(row: Mail) -> tuple[str, str]:
    """Subject and text of a letter as they are sent now."""
    before = len(mail.outbox)
    outbox.send(str(row.pk))
    (letter,) = mail.outbox[before:]
    return str(letter.subject), str(letter.body)


# ---- closing -----------------------------------------------------------------------------------


def test_closing_begins_thirty_days_in_the_bank_s_own_calendar(cast: Cast) -> None:
    cast.bank.time_zone = "Pacific/Auckland"
    cast.bank.save()
    late = dt.datetime(2026, 11, 2, 22, 0, tzinfo=dt.UTC)  # the third there
    services.close_organisation(organisation=cast.bank, by=cast.lead, now=late)
    cast.bank.refresh_from_db()
    assert cast.bank.closing_on == dt.date(2026, 12, 3)


def test_closing_ends_engagements_and_invitations_and_tells_every_member(cast: Cast) -> None:
    Invitation.objects.create(
        organisation=cast.bank, email="new@a.example", expires_at=timezone.now() + DAY
    )
    begin(cast)
    cast.engagement.refresh_from_db()
    assert cast.engagement.state == EngagementState.ENDED
    assert Invitation.objects.get().revoked_at is not None
    assert letters("begun") == {cast.lead.email, cast.reviewer.email, cast.respondent.email}
    assert signed_in(cast.consultant).get(reverse("bank", args=[cast.bank.pk])).status_code == 404
    events = cast.bank.events.order_by("pk").values_list("verb", flat=True)
    assert list(events) == ["engagement ended", "closing begun"]


def test_closing_twice_moves_no_day_and_writes_no_second_letter(cast: Cast) -> None:
    begin(cast)
    day = cast.bank.closing_on
    services.close_organisation(organisation=cast.bank, by=cast.lead, now=timezone.now() + 9 * DAY)
    cast.bank.refresh_from_db()
    assert (cast.bank.closing_on, Mail.objects.filter(kind="leaving").count()) == (day, 3)


def test_the_name_has_to_be_typed(cast: Cast) -> None:
    client = signed_in(cast.lead)
    url = reverse("close_organisation", args=[cast.bank.pk])
    page = client.get(url).content.decode()
    assert "Type the name to confirm" in page
    for wrong in ("", "norvane bank", "Other Bank", "Norvane Bank\r\nX"):
        response = client.post(url, {"name": wrong})
        assert response.status_code == 422
    cast.bank.refresh_from_db()
    assert cast.bank.closing_on is None
    assert client.post(url, {"name": " Norvane  Bank "}).status_code == 302
    cast.bank.refresh_from_db()
    assert cast.bank.closing_on is not None


def test_every_page_says_that_the_bank_is_closing_and_members_see_none(cast: Cast) -> None:
    begin(cast)
    lead, respondent = signed_in(cast.lead), signed_in(cast.respondent)
    for name in ("bank", "bank_profile", "leaving"):
        page = lead.get(reverse(name, args=[cast.bank.pk]))
        assert "is closing: everything here is deleted after" in page.content.decode()
    assert respondent.get(reverse("bank", args=[cast.bank.pk])).status_code == 403


def test_cancelling_brings_everything_back_but_what_ended(cast: Cast) -> None:
    begin(cast)
    client = signed_in(cast.lead)
    client.post(reverse("cancel_closing", args=[cast.bank.pk]))
    cast.bank.refresh_from_db()
    assert cast.bank.closing_on is None
    assert letters("cancelled") == letters("begun")
    assert signed_in(cast.respondent).get(reverse("bank", args=[cast.bank.pk])).status_code == 200
    assert Engagement.objects.get().state == EngagementState.ENDED
    answer = client.post(reverse("cancel_closing", args=[cast.bank.pk]), follow=True)
    assert "Nothing was closing." in answer.content.decode()


def test_s35_a_letter_about_closing_keeps_its_subject_on_one_line(cast: Cast) -> None:
    begin(cast)
    Organisation.objects.filter(pk=cast.bank.pk).update(name="Norvane\r\nBcc: x@evil.example")
    subject, body = written(Mail.objects.filter(kind="leaving", to=cast.lead.email).get())
    assert subject.startswith("Norvane Bcc: x@evil.example will be deleted here on")
    assert "Lena Lead closed" in body
    assert "\r" not in subject
    assert mail.outbox[-1].recipients() == [cast.lead.email]


def test_letters_that_are_out_of_date_are_dropped(cast: Cast) -> None:
    begin(cast)
    first = Mail.objects.filter(kind="leaving", to=cast.lead.email).get()
    gone = Mail.objects.filter(kind="leaving", to=cast.respondent.email).get()
    cast.respondent.memberships.all().delete()
    outbox.send(str(gone.pk))
    services.cancel_closing(organisation=cast.bank, by=cast.lead)
    outbox.send(str(first.pk))
    states = Mail.objects.filter(pk__in=[first.pk, gone.pk]).values_list("state", flat=True)
    assert set(states) == {MailState.DROPPED}
    subject, _ = written(Mail.objects.get(to=cast.lead.email, context__news="cancelled"))
    assert subject == "Norvane Bank stays"


def test_members_are_told_again_seven_days_before_the_end_and_only_once(cast: Cast) -> None:
    begin(cast)
    assert services.remind_of_closing(timezone.now() + 21 * DAY) == 0
    assert services.remind_of_closing(timezone.now() + 23 * DAY) == 1
    assert services.remind_of_closing(timezone.now() + 24 * DAY) == 0
    assert letters("reminder") == letters("begun")
    subject, body = written(Mail.objects.get(to=cast.lead.email, context__news="reminder"))
    assert subject.startswith("Last days: Norvane Bank will be deleted here on")
    assert "cancel" in body


# ---- nothing is left ---------------------------------------------------------------------------


def furnish(bank: Organisation, people: list[Any], mark: str) -> None:
    """A bank with a canary in everything that people type, and with files."""
    Organisation.objects.filter(pk=bank.pk).update(name=f"{mark} bank")
    bank.regions.create(name=f"{mark} region")
    round_ = factories.make_round(bank, period=f"{mark} H1", status=AssessmentStatus.PUBLISHED)
    for person in people:
        sheet = factories.make_sheet(round_, person, status=SheetStatus.SUBMITTED)
        factories.fill_sheet(sheet, {"CAP.A1": 3})
        sheet.answers.update(note=f"{mark} note")
        AnswerChange.objects.filter(sheet=sheet).update(note=f"{mark} note")
    factories.make_channels(round_, [{"handle": f"{mark} handle"}])
    agreed = AgreedAnswer.objects.create(
        assessment=round_, item="CAP.A1", level=2, reason=f"{mark} why", at=timezone.now()
    )
    AgreedChange.objects.create(
        agreed=agreed, version=1, level=2, reason=f"{mark} why", at=timezone.now()
    )
    Comment.objects.create(
        assessment=round_, item="CAP.A1", body=f"{mark} remark", author=people[0], at=timezone.now()
    )
    Snapshot.objects.create(
        assessment=round_,
        framework_version="1.0",
        case={"text": mark},
        findings={"text": mark},
        published_at=timezone.now(),
    )
    Invitation.objects.create(
        organisation=bank, email=f"{mark}@a.example".lower(), expires_at=timezone.now() + DAY
    )
    record(organisation=bank, by=people[0], verb="did", target=f"{mark}:1", text=mark)
    for kind, state in (("a", FileState.DONE), ("b", FileState.FAILED)):
        report = Report.objects.create(
            assessment=round_, language="en", content_key=kind * 64, state=state
        )
        # One noted on its row, one that a crash left beside it.
        name = default_storage.save(f"reports/{report.pk}-1.pdf", ContentFile(mark.encode()))
        if state == FileState.DONE:
            Report.objects.filter(pk=report.pk).update(file=name)
    services.request_export(organisation=bank, language="en", by=people[0], now=timezone.now())
    export = Export.objects.get(organisation=bank)
    leaving_tasks.build_export(str(export.pk))
    default_storage.save(f"exports/{export.pk}-9.zip", ContentFile(mark.encode()))


def tables_with(text: str) -> set[str]:
    """Every table of the database, ours or not, in which a text occurs."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            if any(text.lower() in repr(row).lower() for row in cursor.fetchall()):
                found.add(table)
    return found


def files() -> dict[str, bytes]:
    return {
        f"{folder}/{name}": Path(default_storage.path(f"{folder}/{name}")).read_bytes()
        for folder in ("reports", "exports")
        for name in default_storage.listdir(folder)[1]
    }


def counts() -> dict[str, int]:
    return {model.__name__: QuerySet(model).count() for model in apps.get_models()}


def test_s38_of_a_closed_bank_nothing_is_left_in_any_table_or_file_and_others_stay(
    cast: Cast,
) -> None:
    cache.clear()
    before, kept_files = counts(), {}
    furnish(cast.other_bank, [cast.outsider], "KEPT")
    kept, kept_files = counts(), files()
    furnish(cast.bank, [cast.lead, cast.respondent], CANARY)
    begin(cast)
    sweep.run(timezone.now(), ["seal"])
    assert {"assessments_organisation", "assessments_snapshot", "assessments_event"} <= tables_with(
        CANARY
    )
    assert any(CANARY.encode() in data for data in files().values())
    key = str(cast.bank.pk)
    Organisation.objects.filter(pk=cast.bank.pk).update(closing_on=LONG_GONE)
    before_purge = counts()

    assert [step.things for step in sweep.run(timezone.now(), ["closed"])] == [1]

    assert tables_with(CANARY) == set()
    of_firm = {"assessments_event"}  # the firm's own trail holds the engagement's id, no bank's
    assert tables_with(key) | tables_with(key.replace("-", "")) <= of_firm
    assert files() == kept_files
    after = counts()
    ours = {"Event", "Mail", "Chain"}  # of the firm: its engagement has ended
    # What the other bank has is what it had; people keep their accounts.
    for name in before:
        if name not in ours:
            gone_with_it = {
                "Organisation": -1,
                "Membership": -3,
                "Engagement": -1,
                "Assignment": -1,
            }
            assert (name, after[name]) == (name, kept[name] + gone_with_it.get(name, 0))
    assert before_purge["Snapshot"] == after["Snapshot"] + 1
    assert cast.other_bank.events.count() == 2
    assert (
        signed_in(cast.outsider).get(reverse("bank", args=[cast.other_bank.pk])).status_code == 200
    )


def test_s38_the_database_s_guard_stands_again_after_a_purge(cast: Cast) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TRIGGER {guards.DELETE_GUARD} BEFORE DELETE ON assessments_event "
                "BEGIN SELECT RAISE(ABORT, 'the trail is only ever added to'); END"
            )
    begin(cast)
    Organisation.objects.filter(pk=cast.bank.pk).update(closing_on=LONG_GONE)
    assert services.purge_closed(timezone.now()) == 1
    assert guards.DELETE_GUARD in guards.names()


@pytest.mark.parametrize("hours", [0, 23])
def test_nothing_goes_before_the_bank_s_last_day_has_ended(cast: Cast, hours: int) -> None:
    zone = ZoneInfo("America/Los_Angeles")
    Organisation.objects.filter(pk=cast.bank.pk).update(
        closing_on=dt.date(2020, 5, 1), time_zone=str(zone)
    )
    last_day = dt.datetime(2020, 5, 1, hours, 59, tzinfo=zone)
    assert services.purge_closed(last_day) == 0
    assert services.purge_closed(last_day + DAY) == 1
    assert services.purge_closed(last_day + DAY) == 0


def test_a_firm_leaves_likewise_and_its_clients_stay(cast: Cast) -> None:
    client = signed_in(cast.admin)
    client.post(reverse("close_organisation", args=[cast.firm.pk]), {"name": cast.firm.name})
    cast.engagement.refresh_from_db()
    assert cast.engagement.state == EngagementState.ENDED
    assert letters("begun") == {cast.admin.email, cast.consultant.email, cast.idle.email}
    Organisation.objects.filter(pk=cast.firm.pk).update(closing_on=LONG_GONE)
    assert services.purge_closed(timezone.now()) == 1
    assert set(Organisation.objects.all()) == {cast.bank, cast.other_bank}
    assert Engagement.objects.count() == 0
    assert cast.bank.events.filter(verb="engagement ended").exists()


# ---- export ------------------------------------------------------------------------------------


def build(cast: Cast) -> zipfile.ZipFile:
    services.request_export(organisation=cast.bank, language="en", by=cast.lead, now=timezone.now())
    export = Export.objects.get(organisation=cast.bank, state=FileState.QUEUED)
    leaving_tasks.build_export(str(export.pk))
    client = signed_in(cast.lead)
    answer: Any = client.get(reverse("export_file", args=[export.pk]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def round_in(archive: zipfile.ZipFile) -> dict[str, Any]:
    (name,) = (name for name in archive.namelist() if name.endswith("round.json"))
    content: dict[str, Any] = json.loads(archive.read(name))
    return content


def answered(cast: Cast, visibility: Visibility, status: AssessmentStatus) -> Assessment:
    round_ = factories.make_round(cast.bank, status=status)
    round_.visibility = visibility
    round_.save()
    sheet = factories.make_sheet(round_, cast.respondent, status=SheetStatus.SUBMITTED)
    factories.fill_sheet(sheet, {"CAP.A1": 3})
    AnswerChange.objects.create(
        sheet=sheet, item="CAP.A1", version=2, level=5, evidence="E0", at=timezone.now()
    )
    return round_


def test_an_export_holds_everything_and_says_what_it_holds(cast: Cast) -> None:
    round_ = answered(cast, Visibility.NAMED, AssessmentStatus.CLOSED)
    factories.make_channels(round_)
    report = Report.objects.create(
        assessment=round_, language="en", content_key="k" * 64, state=FileState.DONE
    )
    report.file.save("report.pdf", ContentFile(b"%PDF-1.7 whole"))
    archive = build(cast)
    assert archive.testzip() is None
    folder = f"rounds/2026-H2-{str(round_.pk)[:8]}"
    assert sorted(archive.namelist()) == [
        "README.txt",
        "engagements.json",
        "organisation.json",
        f"{folder}/report-en-{str(report.pk)[:8]}.pdf",
        f"{folder}/round.json",
        "trail.jsonl",
    ]
    content = round_in(archive)
    (sheet,) = content["sheets"]
    assert (sheet["name"], sheet["function"]) == ("Rolf Respondent", "executive")
    assert [answer["level"] for answer in sheet["answers"]] == [5]
    assert [change["level"] for change in sheet["history"]] == [3, 5]
    assert len(content["channels"]) == 1
    members = json.loads(archive.read("organisation.json"))["members"]
    assert members[0]["email"] == cast.lead.email
    assert json.loads(archive.read("engagements.json"))[0]["firm"] == cast.firm.name
    trail = [json.loads(line) for line in archive.read("trail.jsonl").decode().splitlines()]
    assert [(event["verb"], event["who"]) for event in trail] == [("export requested", "Lena Lead")]
    assert "Norvane Bank" in archive.read("README.txt").decode()
    assert archive.read(f"{folder}/report-en-{str(report.pk)[:8]}.pdf") == b"%PDF-1.7 whole"


@pytest.mark.parametrize(
    ("visibility", "status", "names"),
    [
        (Visibility.NAMED, AssessmentStatus.CLOSED, {"Rolf Respondent"}),
        (Visibility.FUNCTION, AssessmentStatus.CLOSED, {None}),
        (Visibility.ANONYMOUS, AssessmentStatus.CLOSED, None),
        (Visibility.NAMED, AssessmentStatus.OPEN, None),
    ],
)
def test_an_export_shows_no_more_of_answers_than_the_round_does(
    cast: Cast, visibility: Visibility, status: AssessmentStatus, names: set[str] | None
) -> None:
    answered(cast, visibility, status)
    sheets = round_in(build(cast))["sheets"]
    if names is None:
        assert isinstance(sheets, str)
    else:
        assert {sheet.get("name") for sheet in sheets} == names


def test_an_anonymous_round_s_published_case_holds_no_sheets_either(cast: Cast) -> None:
    round_ = answered(cast, Visibility.ANONYMOUS, AssessmentStatus.PUBLISHED)
    Snapshot.objects.create(
        assessment=round_,
        framework_version="1.0",
        case={"respondents": [{"role": "risk"}], "agreed": {}},
        findings={},
        published_at=timezone.now(),
    )
    assert round_in(build(cast))["published"]["case"] == {"agreed": {}}


def test_s14_an_export_is_not_built_for_somebody_who_lost_the_right_meanwhile(cast: Cast) -> None:
    services.request_export(organisation=cast.bank, language="en", by=cast.lead, now=timezone.now())
    export = Export.objects.get()
    cast.lead.memberships.update(role=Role.RESPONDENT)
    leaving_tasks.build_export(str(export.pk))
    export.refresh_from_db()
    assert (export.state, bool(export.file)) == (FileState.FAILED, False)


def test_s10_a_finished_export_is_refused_once_the_right_is_gone_and_to_everybody_else(
    cast: Cast,
) -> None:
    build(cast)
    url = reverse("export_file", args=[Export.objects.get().pk])
    second = factories.make_user("second@norvane.example")
    factories.add_member(cast.bank, second, Role.LEAD)
    assert signed_in(second).get(url).status_code == 404
    client = signed_in(cast.lead)
    assert cast.bank.events.filter(verb="export downloaded", actor=cast.lead.pk).count() == 1
    cast.lead.memberships.update(role=Role.RESPONDENT)
    assert client.get(url).status_code == 403


def test_a_second_request_joins_the_one_under_way(cast: Cast) -> None:
    client = signed_in(cast.lead)
    for _ in range(2):
        client.post(reverse("export_request", args=[cast.bank.pk]))
    assert Export.objects.count() == 1
    page = client.get(reverse("leaving", args=[cast.bank.pk])).content.decode()
    assert "<progress" in page
    assert 'http-equiv="refresh"' in page


def test_a_builder_that_died_is_replaced_and_gives_up_at_last(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []
    monkeypatch.setattr(jobs.worker, "submit", lambda name, ids: taken.append(name))
    services.request_export(organisation=cast.bank, language="en", by=cast.lead, now=timezone.now())
    export = Export.objects.get()
    later = timezone.now()
    for attempt in (1, 2, 3):
        assert services.claim_export(str(export.pk), later) is not None
        assert services.claim_export(str(export.pk), later) is None
        later += dt.timedelta(minutes=11)
        assert services.sweep_exports(later) == 1
        export.refresh_from_db()
        given_up = attempt == services.MOST_ATTEMPTS
        assert export.state == (FileState.FAILED if given_up else FileState.QUEUED)
    page = signed_in(cast.lead).get(reverse("leaving", args=[cast.bank.pk])).content.decode()
    assert "try again" in page


def test_an_export_that_fails_is_tried_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs.worker, "submit", lambda name, ids: None)
    services.request_export(organisation=cast.bank, language="en", by=cast.lead, now=timezone.now())
    export = Export.objects.get()
    monkeypatch.setattr(leaving_tasks, "_readme", lambda export: 1 / 0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            leaving_tasks.build_export(str(export.pk))
    leaving_tasks.build_export(str(export.pk))
    export.refresh_from_db()
    assert (export.state, export.attempts) == (FileState.FAILED, 3)


def test_an_expired_export_goes_with_its_file(cast: Cast) -> None:
    build(cast)
    export = Export.objects.get()
    name = export.file.name or ""
    Export.objects.update(expires_at=timezone.now() - DAY)
    url = reverse("export_file", args=[export.pk])
    assert signed_in(cast.lead).get(url).status_code == 404
    assert services.sweep_exports(timezone.now()) == 1
    assert (Export.objects.count(), default_storage.exists(name)) == (0, False)


# ---- retention ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-03-31", 1, "2026-02-28"),
        ("2024-03-31", 1, "2024-02-29"),
        ("2026-01-15", 12, "2025-01-15"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-12-31", 120, "2016-12-31"),
    ],
)
def test_months_are_counted_back_in_the_calendar(day: str, months: int, expected: str) -> None:
    assert months_before(dt.date.fromisoformat(day), months).isoformat() == expected


def published(bank: Organisation, period: str, at: dt.datetime) -> Assessment:
    round_ = factories.make_round(bank, period=period, status=AssessmentStatus.PUBLISHED)
    Snapshot.objects.create(
        assessment=round_, framework_version="1.0", case={}, findings={}, published_at=at
    )
    report = Report.objects.create(
        assessment=round_, language="en", content_key="k" * 64, state=FileState.DONE
    )
    report.file.save("report.pdf", ContentFile(b"%PDF-1.7"))
    return round_


def send_all(at: dt.datetime) -> None:
    """As if the mail server had taken every letter at that moment."""
    Mail.objects.filter(state=MailState.PENDING).update(state=MailState.SENT, sent_at=at)


def periods(bank: Organisation) -> set[str]:
    return set(bank.assessments.values_list("period", flat=True))


def test_old_rounds_go_thirty_days_after_a_letter_and_never_without_one(cast: Cast) -> None:
    now = timezone.now()
    published(cast.bank, "old", now - 400 * DAY)
    published(cast.bank, "new", now - 200 * DAY)
    factories.make_round(cast.bank, period="open")
    published(cast.other_bank, "old", now - 4000 * DAY)
    services.set_retention(organisation=cast.bank, months=12, by=cast.lead)

    assert services.apply_retention(now) == 0
    assert [letter.to for letter in Mail.objects.filter(kind="retention")] == [cast.lead.email]
    assert services.apply_retention(now + 40 * DAY) == 0  # the letter is still waiting
    subject, body = written(Mail.objects.get(kind="retention"))
    assert subject.startswith("old will be deleted on ")
    assert "change the setting before that day" in body
    assert services.apply_retention(now + 29 * DAY) == 0
    files_before = set(default_storage.listdir("reports")[1])
    assert services.apply_retention(now + 31 * DAY) == 1
    assert services.apply_retention(now + 31 * DAY) == 0
    assert periods(cast.bank) == {"new", "open"}
    assert periods(cast.other_bank) == {"old"}
    assert len(files_before - set(default_storage.listdir("reports")[1])) == 1
    assert Event.objects.filter(verb="round deleted", actor=None).count() == 1


def test_changing_the_setting_voids_what_was_announced(cast: Cast) -> None:
    now = timezone.now()
    published(cast.bank, "old", now - 800 * DAY)
    services.set_retention(organisation=cast.bank, months=12, by=cast.lead)
    services.apply_retention(now)
    send_all(now)
    services.set_retention(organisation=cast.bank, months=0, by=cast.lead)
    assert services.apply_retention(now + 60 * DAY) == 0
    services.set_retention(organisation=cast.bank, months=24, by=cast.lead)
    assert services.apply_retention(now + 60 * DAY) == 0  # announced anew
    assert periods(cast.bank) == {"old"}


def test_a_letter_that_could_not_be_sent_is_written_again(cast: Cast) -> None:
    now = timezone.now()
    published(cast.bank, "old", now - 400 * DAY)
    services.set_retention(organisation=cast.bank, months=12, by=cast.lead)
    services.apply_retention(now)
    Mail.objects.update(state=MailState.FAILED)
    assert services.apply_retention(now + 31 * DAY) == 0
    assert Mail.objects.filter(kind="retention", state=MailState.PENDING).count() == 1


def test_only_what_is_offered_can_be_chosen_and_only_by_a_lead(cast: Cast) -> None:
    url = reverse("set_retention", args=[cast.bank.pk])
    client = signed_in(cast.lead)
    for wrong in ("", "-1", "13", "1e9", "twelve"):
        assert client.post(url, {"months": wrong}).status_code == 422
    assert client.post(url, {"months": "36"}).status_code == 302
    cast.bank.refresh_from_db()
    assert cast.bank.retention_months == 36
    assert signed_in(cast.reviewer).post(url, {"months": "0"}).status_code == 403
    firm = reverse("set_retention", args=[cast.firm.pk])
    assert signed_in(cast.admin).post(firm, {"months": "12"}).status_code == 404


def test_the_page_names_the_rounds_on_their_way_out(cast: Cast) -> None:
    now = timezone.now()
    published(cast.bank, "Old and gone", now - 400 * DAY)
    services.set_retention(organisation=cast.bank, months=12, by=cast.lead)
    page = signed_in(cast.lead).get(reverse("leaving", args=[cast.bank.pk])).content.decode()
    assert "Old and gone" in page
    assert "not before" in page


# ---- leftovers ---------------------------------------------------------------------------------


def test_invitations_that_ended_long_ago_are_forgotten(cast: Cast) -> None:
    now = timezone.now()
    ended = {"expires_at": now - 91 * DAY}
    for number, fields in enumerate(
        (
            ended,
            {"expires_at": now, "revoked_at": now - 91 * DAY},
            {"expires_at": now, "accepted_at": now - 91 * DAY},
            {"expires_at": now - 89 * DAY},
            {"expires_at": now + DAY},
        )
    ):
        Invitation.objects.create(organisation=cast.bank, email=f"a{number}@b.example", **fields)
    assert services.forget_invitations(now) == 3
    assert set(Invitation.objects.values_list("email", flat=True)) == {
        "a3@b.example",
        "a4@b.example",
    }
