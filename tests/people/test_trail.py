"""Reading the trail: who may, in which words, through which filters, and taken away as a file."""

import ast
import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.access import seal
from assessments.access.audit import record
from assessments.models import Chain, Event, Organisation, Report, User
from assessments.people import trail_queries, trail_words
from assessments.ui.cells import text_cell
from tests import factories
from tests.addresses import PROFILE, signed_in
from tests.conftest import Cast

SOURCES = sorted((Path(settings.BASE_DIR) / "assessments").rglob("*.py"))


def trail(cast: Cast, query: str = "", user: User | None = None) -> Any:
    url = reverse("trail", args=[cast.bank.pk])
    return signed_in(user or cast.lead).get(f"{url}{query}")


def page(cast: Cast, query: str = "") -> str:
    response = trail(cast, query)
    assert response.status_code == 200
    text: str = response.content.decode()
    return text


def note(
    cast: Cast, verb: str, *, by: User | None = None, target: str = "", **details: Any
) -> Event:
    return record(
        organisation=cast.bank,
        by=by or cast.lead,
        verb=verb,
        target=target or f"organisation:{cast.bank.pk}",
        **details,
    )


def dated(cast: Cast, verb: str, at: dt.datetime, by: User | None = None) -> Event:
    return Event.objects.create(
        organisation=cast.bank,
        actor=(by or cast.lead).pk,
        verb=verb,
        target=f"organisation:{cast.bank.pk}",
        at=at,
    )


# ---- words -------------------------------------------------------------------------------------


def recorded_verbs() -> Iterator[tuple[str, str]]:
    """Every verb that the code puts into a trail, with the file: read from calls and wrappers."""
    for path in SOURCES:
        if "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text())
        places = {"record_on": 2} | {
            node.name: [arg.arg for arg in node.args.args].index("verb")
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and "verb" in [arg.arg for arg in node.args.args]
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from ((verb, str(path)) for verb in verbs_in(node, places))


def verbs_in(call: ast.Call, places: dict[str, int]) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = [keyword.value for keyword in call.keywords if keyword.arg == "verb"]
    if name in places and len(call.args) > places[name]:
        given.append(call.args[places[name]])
    for value in given:
        branches = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
        for branch in branches:
            if isinstance(branch, ast.Constant):
                yield str(branch.value)
            else:
                # passed on by a wrapper whose own calls are read
                assert isinstance(branch, ast.Name), ast.unparse(call)
                assert branch.id == "verb", ast.unparse(call)


def test_s41_every_verb_of_the_code_has_a_sentence_and_no_sentence_lacks_a_verb() -> None:
    known = [verb for verbs in trail_words.SENTENCES.values() for verb in verbs]
    assert len(known) == len(set(known))
    used = dict(recorded_verbs())
    assert {verb: used[verb] for verb in set(used) - set(known)} == {}
    assert set(known) - set(used) == set()
    assert set(trail_words.SENTENCES) == set(trail_words.KINDS)


def test_a_verb_of_a_later_version_stands_for_itself() -> None:
    assert trail_words.sentence("teleported") == "teleported"


def test_details_are_told_in_words() -> None:
    told = trail_words.further
    assert told({"fields": ["country", "regions"]}) == "country, regions"
    assert told({"before": "respondent", "after": "lead"}) == "from Respondent to Lead"
    assert told({"role": "reviewer"}) == "Reviewer"
    assert told({"scope": 1}) == "Results only"
    assert told({"months": 24, "before": 0}) == "2 years"
    assert told({"months": 0, "before": 24}) == "without end"
    assert told({"item": "RSK.U1", "version": 2}) == "RSK.U1"
    assert told({}) == ""


# ---- the page ----------------------------------------------------------------------------------


def test_the_trail_says_newest_first_who_did_what_to_which_thing_when(cast: Cast) -> None:
    cast.bank.time_zone = "Asia/Tokyo"
    cast.bank.save()
    round_ = factories.make_round(cast.bank, period="2026 H2")
    old = dt.datetime(2026, 11, 2, 15, 30, tzinfo=dt.UTC)
    dated(cast, "changed profile", old)
    record(
        organisation=cast.bank, by=cast.lead, verb="round started", target=f"assessment:{round_.pk}"
    )
    text = page(cast)
    assert "3 Nov 2026, 00:30" in text  # the day there
    assert text.index("started the assessment") < text.index("changed the profile")
    assert f'<a href="{reverse("round", args=[round_.pk])}"><bdi>2026 H2</bdi></a>' in text
    assert text.count('<bdi class="strong">Lena Lead</bdi>') == 2


def test_somebody_erased_is_a_former_member_and_what_is_gone_is_called_gone(cast: Cast) -> None:
    note(cast, "round closed", by=cast.respondent, target=f"assessment:{uuid4()}")
    note(cast, "removed member", target=f"member:{cast.respondent.pk}")
    record(organisation=cast.bank, by=None, verb="round deleted", target=f"assessment:{uuid4()}")
    cast.respondent.delete()
    text = page(cast)
    assert "Rolf" not in text
    assert text.count("A former member") == 2
    assert text.count("no longer here") == 2
    assert "The program" in text


@pytest.mark.parametrize(
    "target", ["", "assessment:x", "sheet:9" * 9, "sheet:" + "9" * 40, "weird"]
)
def test_a_target_that_makes_no_sense_breaks_no_page(cast: Cast, target: str) -> None:
    Event.objects.create(
        organisation=cast.bank, verb="round closed", target=target, at=timezone.now()
    )
    assert "closed the assessment" in page(cast)


def test_a_firm_has_a_trail_of_its_own_and_reads_no_client_s_name_before_it_accepts(
    cast: Cast,
) -> None:
    for engagement in (
        cast.engagement,
        factories.make_engagement(cast.other_bank, cast.firm, state=_requested()),
    ):
        record(
            organisation=cast.firm,
            by=cast.admin,
            verb="engagement asked",
            target=f"engagement:{engagement.pk}",
        )
    text = signed_in(cast.admin).get(reverse("trail", args=[cast.firm.pk])).content.decode()
    assert "Norvane Bank" in text
    assert "Other Bank" not in text
    assert "Assessment</label>" not in text
    for visitor in (cast.consultant, cast.idle):
        assert signed_in(visitor).get(reverse("trail", args=[cast.firm.pk])).status_code == 403


def _requested() -> Any:
    from assessments.models import EngagementState  # noqa: PLC0415 -- one use

    return EngagementState.REQUESTED


def test_an_empty_trail_says_so(cast: Cast) -> None:
    assert "Nothing has happened yet." in page(cast)
    assert "Nothing in the trail fits these filters." in page(cast, "?kind=plan")


def test_s39_the_trail_shows_the_reference_of_the_request_and_no_answer(cast: Cast) -> None:
    round_ = factories.make_round(cast.bank)
    sheet = factories.make_sheet(round_, cast.lead)
    factories.fill_sheet(sheet, {"CAP.A1": 4})
    client = signed_in(cast.lead)
    answer = {"answer": 5, "version": 1, "client_id": str(uuid4()), "note": "PRIVATE-NOTE"}
    client.post(
        reverse("answer", args=[round_.pk, "CAP.A1"]), answer, content_type="application/json"
    )
    client.post(reverse("bank_profile", args=[cast.bank.pk]), PROFILE)
    event = cast.bank.events.get(verb="changed profile")
    text = page(cast)
    assert len(event.request_id) == 16
    assert event.request_id in text
    assert "PRIVATE-NOTE" not in text


def test_s40_neither_the_page_nor_the_file_may_be_kept(cast: Cast) -> None:
    note(cast, "founded")
    for name in ("trail", "trail_csv", "leaving"):
        response = signed_in(cast.lead).get(reverse(name, args=[cast.bank.pk]))
        assert response["Cache-Control"] == "no-store"
    url = reverse("trail_csv", args=[cast.bank.pk])
    for other in (url.replace(".csv", ".js"), f"{url}/lib.js", f"{url}.js"):
        assert signed_in(cast.lead).get(other).status_code == 404


def test_s35_line_breaks_in_what_people_typed_start_no_line_of_the_page_or_file(cast: Cast) -> None:
    User.objects.filter(pk=cast.lead.pk).update(name="Lena\r\nforged,line")
    note(cast, "founded")
    rows = downloaded(cast)
    assert len(rows) == 2
    assert rows[0]["who"] == "Lena\r\nforged,line"  # one cell, in quotes


# ---- filters -----------------------------------------------------------------------------------


def whats(cast: Cast, query: str) -> set[str]:
    """The verbs whose sentences the page shows."""
    text = page(cast, query).split('<ol class="trail">')[-1]
    found = [verb for verbs in trail_words.SENTENCES.values() for verb in verbs]
    return {verb for verb in found if f"</bdi> {trail_words.sentence(verb)}" in text}


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """A trail with something of several kinds, people, rounds and days."""
    round_ = factories.make_round(cast.bank)
    sheet = factories.make_sheet(round_, cast.respondent)
    report = Report.objects.create(assessment=round_, language="en", content_key="k" * 64)
    note(cast, "round started", target=f"assessment:{round_.pk}")
    note(cast, "sheet submitted", by=cast.respondent, target=f"sheet:{sheet.pk}")
    note(cast, "report requested", target=f"report:{report.pk}")
    note(cast, "changed profile")
    dated(cast, "founded", dt.datetime(2026, 3, 31, 22, 30, tzinfo=dt.UTC))
    return cast


def test_the_trail_can_be_narrowed_by_kind_person_round_and_days(busy: Cast) -> None:
    round_ = busy.bank.assessments.get()
    assert whats(busy, "?kind=organisation") == {"changed profile", "founded"}
    assert whats(busy, f"?person={busy.respondent.pk}") == {"sheet submitted"}
    assert whats(busy, f"?round={round_.pk}") == {
        "round started",
        "sheet submitted",
        "report requested",
    }
    assert whats(busy, f"?round={round_.pk}&kind=results") == {"report requested"}
    assert whats(busy, "?until=2026-03-31") == {"founded"}
    assert "founded" not in whats(busy, "?since=2026-04-01")
    assert whats(busy, "?kind=&person=&round=&since=&until=") == whats(busy, "")


def test_days_are_the_bank_s_own(busy: Cast) -> None:
    Organisation.objects.filter(pk=busy.bank.pk).update(time_zone="Europe/Oslo")  # April there
    assert whats(busy, "?since=2026-04-01&until=2026-04-01") == {"founded"}


@pytest.mark.parametrize(
    "query",
    [
        "?answers__user__email=a",
        "?order_by=pk",
        "?_connector=OR",
        "?kind__in=people",
        "?actor=1",
        "?page=1&sort=at",
    ],
)
def test_s32_b19_a_filter_that_is_not_listed_is_refused(cast: Cast, query: str) -> None:
    for name in ("trail", "trail_csv"):
        url = reverse(name, args=[cast.bank.pk])
        assert signed_in(cast.lead).get(url + query).status_code == 400
    assert signed_in(cast.lead).get(reverse("own_trail") + query).status_code == 400


@pytest.mark.parametrize(
    "query",
    ["?kind=secrets", "?kind=people' OR 1=1", "?person=0", "?person=x", "?round=1"],
)
def test_s32_a_value_that_is_not_offered_is_refused_and_its_field_says_so(
    cast: Cast, query: str
) -> None:
    response = trail(cast, query)
    assert response.status_code == 400
    assert "has-error" in response.content.decode()
    url = reverse("trail_csv", args=[cast.bank.pk])
    assert signed_in(cast.lead).get(url + query).status_code == 400


def test_s5_another_bank_s_round_and_people_are_not_offered(cast: Cast) -> None:
    foreign = factories.make_round(cast.other_bank)
    for query in (f"?round={foreign.pk}", f"?person={cast.outsider.pk}"):
        assert trail(cast, query).status_code == 400
    assert "Olga" not in page(cast)


@pytest.mark.parametrize("number", ["-1", "0", "1000000000", "2", "x", "1.0", "٢"])
def test_b18_a_page_that_does_not_exist_is_a_wrong_address(cast: Cast, number: str) -> None:
    assert trail(cast, f"?page={number}").status_code == 400
    assert signed_in(cast.lead).get(reverse("own_trail") + f"?page={number}").status_code == 400


@pytest.mark.parametrize(
    "day", ["2026-02-31", "0000-01-01", "0001-01-01", "9999-12-31", "31.12.2026", "tomorrow"]
)
def test_b20_a_day_that_does_not_exist_is_refused_and_the_field_says_what_was_expected(
    cast: Cast, day: str
) -> None:
    for name in ("since", "until"):
        response = trail(cast, f"?{name}={day}")
        text = response.content.decode()
        assert response.status_code == 400
        assert f'value="{day}"' in text
        assert "Enter a day" in text


def test_b20_days_in_the_wrong_order_are_refused(cast: Cast) -> None:
    response = trail(cast, "?since=2026-05-02&until=2026-05-01")
    assert response.status_code == 400
    assert "before the first one" in response.content.decode()


def test_long_trails_have_pages_that_keep_the_filter(cast: Cast) -> None:
    for _ in range(30):
        note(cast, "changed profile")
    text = page(cast, "?kind=organisation")
    assert text.count('<span class="trail-at') == 25
    assert 'href="?kind=organisation&amp;page=2"' in text
    assert page(cast, "?kind=organisation&page=2").count('<span class="trail-at') == 5


def test_a_longer_trail_takes_no_more_queries(busy: Cast) -> None:
    client = signed_in(busy.lead)
    url = reverse("trail", args=[busy.bank.pk])

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(url)
        return len(caught)

    client.get(url)
    before = queries()
    rounds = [factories.make_round(busy.bank, period=f"P{n}") for n in range(12)]
    for number, round_ in enumerate(rounds):
        person = factories.make_user(f"p{number}@norvane.example")
        factories.add_member(busy.bank, person)
        sheet = factories.make_sheet(round_, person)
        note(busy, "sheet submitted", by=person, target=f"sheet:{sheet.pk}")
        note(busy, "round closed", target=f"assessment:{round_.pk}")
    assert queries() <= before
    assert before <= 17


# ---- one's own ---------------------------------------------------------------------------------


def test_everybody_reads_what_they_did_themselves_and_nothing_else(busy: Cast) -> None:
    record(organisation=busy.other_bank, by=busy.outsider, verb="founded", target="organisation:1")
    text = signed_in(busy.respondent).get(reverse("own_trail")).content.decode()
    assert "submitted own answers" in text
    assert text.count('<span class="trail-at') == 1
    assert "Norvane Bank" in text
    assert "Lena" not in text
    for name in ("trail", "trail_csv"):
        url = reverse(name, args=[busy.bank.pk])
        assert signed_in(busy.respondent).get(url).status_code == 403


# ---- the file ----------------------------------------------------------------------------------


def downloaded(cast: Cast, query: str = "") -> list[dict[str, str]]:
    response: Any = signed_in(cast.lead).get(reverse("trail_csv", args=[cast.bank.pk]) + query)
    assert response.status_code == 200
    assert response.streaming
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_file_holds_what_the_page_shows_and_is_itself_put_into_the_trail(busy: Cast) -> None:
    rows = downloaded(busy, "?kind=organisation&person=")
    assert [row["verb"] for row in rows] == ["trail downloaded", "changed profile", "founded"]
    assert rows[1]["who"] == "Lena Lead"
    assert rows[1]["what"] == "changed the profile"
    assert rows[2]["time"] == "2026-03-31T22:30:00+00:00"
    event = busy.bank.events.get(verb="trail downloaded")
    assert event.details == {"filters": ["kind"]}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_s31_a_cell_that_begins_like_a_formula_is_text(cast: Cast, start: str) -> None:
    User.objects.filter(pk=cast.lead.pk).update(name=f"{start}cmd|' /C calc'!A0")
    note(cast, "founded", text=f"{start}1")
    row = downloaded(cast)[-1]
    assert row["who"] == f"'{start}cmd|' /C calc'!A0"
    assert not any(cell.startswith(tuple("=+-@\t\r＝")) for cell in row.values())


def test_s31_what_is_no_formula_stays_as_it_is() -> None:
    assert [text_cell(value) for value in ("a=1", "", 7, "2026")] == ["a=1", "", "7", "2026"]


def test_a_long_file_is_read_in_parts_and_none_is_missing_or_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail_queries, "BATCH", 4)
    at = timezone.now() - dt.timedelta(days=1)
    made = [dated(cast, "founded", at).pk for _ in range(10)]
    rows = trail_queries.trail_of(cast.bank, trail_queries.Asked())
    parts = [[event.pk for event in part] for part in trail_queries.in_batches(rows)]
    assert [len(part) for part in parts] == [4, 4, 2]
    assert [pk for part in parts for pk in part] == sorted(made, reverse=True)


# ---- seals -------------------------------------------------------------------------------------


def test_s41_the_page_says_how_far_it_is_sealed_and_what_does_not_hold(cast: Cast) -> None:
    event = note(cast, "founded")
    assert "Not sealed yet" in page(cast)
    now = timezone.now()
    seal.seal_due(now)
    assert "the first check follows" in page(cast)
    seal.check_due(now)
    assert "Intact when last checked" in page(cast)
    with connection.cursor() as cursor:
        on = " ON assessments_event" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER events_are_not_changed{on}")
        cursor.execute("UPDATE assessments_event SET verb = 'left'")
    seal.check(Chain.objects.get(), now)
    text = page(cast)
    assert f"the seals do not hold: event {event.pk} altered" in text
    assert "Intact" not in text
