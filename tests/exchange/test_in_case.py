"""A case file in: refused by line and field, or a closed round with the identical findings."""

import datetime as dt
import json
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assessments.exchange import in_case, in_services, out_case
from assessments.exchange.in_limits import RefusedFileError
from assessments.exchange.in_lines import line_of
from assessments.models import (
    AnswerChange,
    Assessment,
    AssessmentStatus,
    Event,
    Intake,
    Organisation,
    Role,
    User,
    Visibility,
)
from assessments.results import queries as results
from assessments.results import services as results_services
from assessments.survey import queries
from maturity import Case, assess, load_framework, read_case
from tests import factories
from tests.addresses import signed_in
from tests.conftest import Cast
from tests.exchange import rounds
from tests.maturity.cases import drawn_case

GOLDEN = Path(__file__).parents[1] / "maturity" / "golden"
ROUTINE = {"respondents": [{"role": "marketing", "answers": {"CAP.A1": 4, "TEC.U2": "NA"}}]}


def golden() -> list[dict[str, Any]]:
    """The three worked cases and the 28 that reach the corners."""
    files = sorted(GOLDEN.glob("case-*.json"))
    lines = (GOLDEN / "cases.jsonl").read_text().splitlines()
    return [json.loads(path.read_text()) for path in files] + [json.loads(line) for line in lines]


def bring(user: User, bank: Organisation, text: str | bytes, name: str = "case.json") -> Any:
    data = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile(name, data)
    return signed_in(user).post(reverse("case_import", args=[bank.pk]), {"file": file})


def make_round(user: User, bank: Organisation, case: Case, period: str) -> Assessment:
    now = timezone.now()
    intake = in_services.keep_case(organisation=bank, case=case, by=user, now=now)
    return in_services.start_from_case(
        intake=intake,
        case=case,
        period=period,
        visibility=Visibility.FUNCTION,
        by=user,
        now=now,
    )


def read_back(assessment: Assessment) -> Case:
    """The engine's input, as another request reads it from the database, on a later day."""
    fresh = Assessment.objects.select_related("organisation").get(pk=assessment.pk)
    later = timezone.now().date() + dt.timedelta(days=40)
    return queries.case_for(fresh, later)


# ---- identical findings ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_golden_case_comes_back_as_it_was(cast: Cast) -> None:
    for place, entry in enumerate(golden()):
        case = in_case.read_case_file(json.dumps(entry["case"]).encode())
        assert read_back(make_round(cast.lead, cast.bank, case, f"golden {place}")) == case


@pytest.mark.django_db
def test_drawn_cases_of_every_kind_come_back_as_they_were(cast: Cast) -> None:
    random = Random(4)
    for place in range(40):
        case = read_case(drawn_case(random))
        assert read_back(make_round(cast.lead, cast.bank, case, f"drawn {place}")) == case


@pytest.mark.django_db
@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_findings_of_a_worked_case_are_the_known_ones(place: int, cast: Cast) -> None:
    entry = golden()[place]
    case = read_case(entry["case"])
    assessment = make_round(cast.lead, cast.bank, case, "worked")
    found = results.result_for(assessment, timezone.now())
    assert found is not None
    assert found.findings == assess(load_framework(), case)
    assert found.findings.bank.raw == pytest.approx(entry["findings"]["bank"]["raw"], abs=1e-6)


@pytest.mark.django_db
def test_a_round_taken_out_of_one_bank_and_brought_to_another_has_equal_findings(
    cast: Cast,
) -> None:
    there = rounds.closed(cast)
    there.agreed.create(item="CAP.A1", level=3, at=factories.MOMENT)
    there.reviews.create(item="CAP.A2", grade="E3", at=factories.MOMENT)
    out = results.result_for(there, timezone.now())
    assert out is not None
    text = out_case.text(out.case)
    response = bring(cast.outsider, cast.other_bank, text)
    url = response.headers["Location"]
    client = signed_in(cast.outsider)
    assert client.get(url).status_code == 200
    sent = client.post(url, {"period": "Brought", "visibility": "function"})
    here = cast.other_bank.assessments.get(period="Brought")
    assert sent.headers["Location"] == reverse("round", args=[here.pk])
    into = results.result_for(here, timezone.now())
    assert into is not None
    assert into.findings == out.findings
    assert out_case.text(into.case) == text


@pytest.mark.django_db
def test_figures_that_no_column_holds_are_kept_beside_rounded_accounts(cast: Cast) -> None:
    channel = {
        "platform": "LINE",
        "kind": "network",
        "followers": 510000.5,
        "posts30": 9.25,
        "inbound30": 3,
        "answered": 0.3333,
        "median_min": 12.5,
        "days_since_post": 2.75,
    }
    case = read_case(ROUTINE | {"channels": [channel]})
    assessment = make_round(cast.lead, cast.bank, case, "fractions")
    assert read_back(assessment) == case
    shown = assessment.channels.get()
    figures = (shown.followers, float(shown.answered_percent), shown.median_minutes)
    assert figures == (510000, 33.3, 12)
    assert list(assessment.brought or ()) == ["channels"]


@pytest.mark.django_db
def test_a_case_that_the_columns_hold_keeps_nothing_beside_them(cast: Cast) -> None:
    channel = {"platform": "LINE", "kind": "network", "followers": 5, "posts30": 1, "inbound30": 0}
    case = read_case(ROUTINE | {"channels": [channel | {"answered": 0.5, "days_since_post": 3}]})
    assert make_round(cast.lead, cast.bank, case, "plain").brought == {}


@pytest.mark.django_db
def test_the_round_is_closed_its_sheets_are_nobodys_and_the_trail_says_whence(cast: Cast) -> None:
    case = read_case(golden()[0]["case"])
    assessment = make_round(cast.lead, cast.bank, case, "brought")
    assert assessment.status == AssessmentStatus.CLOSED
    assert not assessment.sheets.exclude(respondent=None, status="submitted").exists()
    assert AnswerChange.objects.filter(sheet__assessment=assessment).count() == sum(
        len(person.answers) for person in case.respondents
    )
    event = Event.objects.get(verb="round brought")
    assert event.details == {"respondents": len(case.respondents)}
    assert Intake.objects.get().content == {"imported": {"round": str(assessment.pk)}}


@pytest.mark.django_db
def test_every_page_of_a_brought_round_opens(cast: Cast) -> None:
    entry = next(e for e in golden() if e["case"].get("pulse") and e["findings"]["placement"])
    case = read_case(entry["case"] | {"accountable": {"RSK": "risk"}})
    assessment = make_round(cast.lead, cast.bank, case, "brought")
    client = signed_in(cast.lead)
    names = ("round", "round_edit", "respondents", "channels", "results", "scoring", "roadmap")
    together = ("agreement", "agenda", "evidence", "discussions", "publish", "round_delete")
    for name in (*names, *together):
        assert (name, client.get(reverse(name, args=[assessment.pk])).status_code) == (name, 200)
    assert client.get(reverse("bank", args=[cast.bank.pk])).status_code == 200
    results_services.publish(assessment=assessment, by=cast.lead, now=timezone.now())
    assert client.get(reverse("results", args=[assessment.pk])).status_code == 200


@pytest.mark.django_db
def test_nobody_can_answer_in_it_so_it_does_not_open_again(cast: Cast) -> None:
    assessment = make_round(cast.lead, cast.bank, read_case(ROUTINE), "brought")
    client = signed_in(cast.lead)
    page = client.get(reverse("round", args=[assessment.pk])).content.decode()
    assert "Reopen the round" not in page
    response = client.post(reverse("reopen", args=[assessment.pk]), follow=True)
    assert "came from a case file, so nobody can answer in it" in response.content.decode()
    assessment.refresh_from_db()
    assert assessment.status == AssessmentStatus.CLOSED


# ---- looking at it ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_the_file_holds_is_shown_before_anything_is_stored(cast: Cast) -> None:
    case = ROUTINE | {
        "agreed": {"CAP.A1": 3},
        "channels": [],
        "midlines": {"bank": 60, "customer": 45},
        "roadmap": {"capacity": 6, "quarters": 1},
    }
    response = bring(cast.lead, cast.bank, json.dumps(case))
    text = signed_in(cast.lead).get(response.headers["Location"]).content.decode()
    for told in (
        "A case of 1 respondent",
        "Marketing",
        "2 of 54",
        "Capacity and Technology",
        "0 accounts",
        "bank 60.0, customers 45.0",
        "6 points a quarter, 1 quarter",
    ):
        assert told in text
    assert Assessment.objects.count() == 0


@pytest.mark.django_db
def test_a_name_that_is_taken_is_asked_for_again(cast: Cast) -> None:
    factories.make_round(cast.bank, period="2026 H2")
    url = bring(cast.lead, cast.bank, json.dumps(ROUTINE)).headers["Location"]
    client = signed_in(cast.lead)
    response = client.post(url, {"period": "2026 H2", "visibility": "function"})
    assert response.status_code == 422
    assert "There is already a round of this name." in response.content.decode()
    assert client.post(url, {"period": "", "visibility": "named"}).status_code == 422
    assert Assessment.objects.count() == 1


@pytest.mark.django_db
def test_a_second_click_leads_to_the_round_of_the_first(cast: Cast) -> None:
    url = bring(cast.lead, cast.bank, json.dumps(ROUTINE)).headers["Location"]
    client = signed_in(cast.lead)
    sent = {"period": "Brought", "visibility": "anonymous"}
    first, second = client.post(url, sent), client.post(url, sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert Assessment.objects.get().visibility == Visibility.ANONYMOUS


@pytest.mark.django_db
def test_after_half_an_hour_it_is_gone(cast: Cast) -> None:
    url = bring(cast.lead, cast.bank, json.dumps(ROUTINE)).headers["Location"]
    Intake.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    response = signed_in(cast.lead).post(url, {"period": "Late", "visibility": "function"})
    assert response.headers["Location"] == reverse("case_import", args=[cast.bank.pk])
    assert Assessment.objects.count() == 0


@pytest.mark.django_db
def test_S11_only_who_may_start_a_round_brings_a_case(cast: Cast) -> None:
    for person in (cast.reviewer, cast.respondent, cast.consultant, cast.admin):
        assert bring(person, cast.bank, json.dumps(ROUTINE)).status_code == 403
    assert bring(cast.outsider, cast.bank, json.dumps(ROUTINE)).status_code == 404
    assert Intake.objects.count() == 0


@pytest.mark.django_db
def test_S4_what_was_brought_is_its_bringers_alone(cast: Cast) -> None:
    second = factories.make_user("second@norvane.example")
    factories.add_member(cast.bank, second, Role.LEAD)
    url = bring(cast.lead, cast.bank, json.dumps(ROUTINE)).headers["Location"]
    for person in (second, cast.respondent, cast.outsider):
        assert signed_in(person).get(url).status_code == 404


@pytest.mark.django_db
def test_the_way_to_it_is_where_a_round_begins(cast: Cast) -> None:
    page = signed_in(cast.lead).get(reverse("round_new", args=[cast.bank.pk])).content.decode()
    assert reverse("case_import", args=[cast.bank.pk]) in page


# ---- refusals -----------------------------------------------------------------------------------------


def written(**parts: Any) -> str:
    return json.dumps(ROUTINE | parts, indent=1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The file is empty."),
        ("{", "top level: expected one complete JSON object: Expecting property name"),
        ("[]", "top level: expected an object"),
        ('{"respondents": []}', "Line 1: respondents: expected at least one respondent"),
        ('{\n "respondents": 3}', "Line 2: respondents: expected a list"),
        ('{"a": 1}', "Line 1: a: expected no such key"),
        (written(agreed={"CAP.A1": 7}), "agreed.CAP.A1: expected a whole number from 1 to 5"),
        (written(agreed={"CAP.A1": 3.0}), "agreed.CAP.A1: expected a whole number from 1 to 5"),
        (written(midlines={"bank": 0}), "midlines.bank: expected a number from 1 to 99"),
        (written(pulse={"n": 3}), "pulse.source: expected a value; it is required"),
        (
            written(channels=[{"platform": "X", "kind": "radio"}]),
            "channels[0].followers: expected a value",
        ),
        (
            '{"respondents": [\n{"role": "risk", "answers": {\n"RSK.U1": "NA"}}]}',
            "Line 3: respondents[0].answers.RSK.U1: expected no “NA”",
        ),
        ('{"respondents": [], "respondents": []}', "respondents: expected this key only once"),
    ],
)
def test_a_refusal_of_the_case_reader_names_line_and_field(text: str, words: str) -> None:
    with pytest.raises(RefusedFileError) as caught:
        in_case.read_case_file(text.encode())
    assert words.replace("“NA”", '"NA"') in caught.value.message


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            {"respondents": [{"role": "Head of retail", "answers": {}}]},
            "Line 4: respondents[0].role: expected one of executive, marketing",
        ),
        ({"accountable": {"RSK": "x" * 20}}, "accountable.RSK: expected one of executive"),
        ({"respondents": ROUTINE["respondents"] * 501}, "respondents: expected at most 500"),
        (
            {"channels": [{"platform": "L" * 61, "kind": "network"}]},
            "channels[0].platform: expected 1 to 60 characters",
        ),
        (
            {"channels": [{"platform": "L\u202eINE", "kind": "network"}]},
            "channels[0].platform: expected plain text",
        ),
        ({"channels": [{"followers": 2**31}]}, "channels[0].followers: expected at most 214748"),
        ({"channels": [{"days_since_post": 40000}]}, "channels[0].days_since_post: expected at"),
    ],
)
def test_what_the_tables_cannot_hold_is_refused_by_field(parts: dict[str, Any], words: str) -> None:
    whole = {"platform": "LINE", "kind": "network", "followers": 1, "posts30": 0, "inbound30": 0}
    if "channels" in parts:
        parts = {"channels": [whole | channel for channel in parts["channels"]]}
    with pytest.raises(RefusedFileError) as caught:
        in_case.read_case_file(written(**parts).encode())
    assert words in caught.value.message


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 400),
        (b"\xff\xfe{", 400),
        (b"[" * 100_000, 400),
        (b'{"respondents": [' + b"[" * 5_000 + b"]" * 5_000 + b"]}", 400),
        (b" " * (in_case.MOST_BYTES + 1), 413),
        (b" " * 7_000_000, 413),
        (json.dumps(ROUTINE).encode() * 2, 400),
        (b"NaN", 400),
        (b'{"respondents": [{"role": "a\\u0000", "answers": {}}]}', 400),
        (b'{"respondents": [{"role": "\\ud800", "answers": {}}]}', 400),
    ],
    ids=["empty", "utf-16", "deep", "nested", "large", "huge", "two", "NaN", "NUL", "surrogate"],
)
def test_bad_files_are_refused_in_words_and_nothing_is_kept(
    data: bytes, status: int, cast: Cast
) -> None:
    response = bring(cast.lead, cast.bank, data)
    assert response.status_code == status
    assert "The case file:" in response.content.decode()
    assert Intake.objects.count() == 0


def test_a_file_that_is_not_utf_8_names_the_line() -> None:
    with pytest.raises(RefusedFileError, match="Line 3: the file is not in UTF-8"):
        in_case.read_case_file(b'{\n"respondents":\n"\xe9"}')


@pytest.mark.django_db
def test_S28_what_a_case_says_is_shown_as_text(cast: Cast) -> None:
    evil = '{"<script>alert(1)</script>": 1}'
    text = bring(cast.lead, cast.bank, evil).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.django_db
def test_B29_the_name_of_the_file_is_ignored(cast: Cast) -> None:
    for name in ("../../x", "x" * 300, "case.exe"):
        assert bring(cast.lead, cast.bank, json.dumps(ROUTINE), name=name).status_code == 302


# ---- lines ---------------------------------------------------------------------------------------------


def test_deep_nesting_is_left_at_once() -> None:
    start = time.process_time()
    assert line_of('{"a":' + "[" * 200_000, "a[0]") == 1
    assert line_of("[" * 200_000, "z") is None
    assert time.process_time() - start < 0.5


def test_a_megabyte_of_answers_is_refused_by_line_within_two_seconds() -> None:
    person = '{"role": "risk", "answers": {"CAP.A1": 3}},\n'
    text = '{"respondents": [\n' + person * 20_000 + '{"role": 1}]}'
    start = time.process_time()
    with pytest.raises(RefusedFileError, match=r"Line 20,002: respondents\[20000\]\.answers"):
        in_case.read_case_file(text.encode())
    assert time.process_time() - start < 2


def test_every_field_of_a_text_has_its_line() -> None:
    text = '{\n"a": [1,\n 2, {"b":\n "x,]}\\"{"}],\n"c": {"d.e": [[3]]}\n}'
    found = {
        path: line_of(text, path)
        for path in ("a", "a[0]", "a[1]", "a[2].b", "c", "c.d.e", "c.d.e[0][0]", "c.f", "z")
    }
    assert found == {
        "a": 2,
        "a[0]": 2,
        "a[1]": 3,
        "a[2].b": 3,
        "c": 5,
        "c.d.e": 5,
        "c.d.e[0][0]": 5,
        "c.f": 5,
        "z": None,
    }
