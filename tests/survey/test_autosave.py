"""One answer, saved: what is stored, and every bad input that is refused (security B1-B13)."""

import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from assessments.models import AnswerChange, Assessment, SavedAnswer, Sheet, SheetStatus
from assessments.survey import round_services
from tests import factories
from tests.conftest import Cast
from tests.survey.conftest import Post

KEY = "6f1f3e0e-8a55-4a86-9d8f-0a4c54d1ce11"


def stored(sheet: Sheet) -> list[tuple[str, int | None, str, int]]:
    return list(sheet.answers.values_list("item", "level", "special", "version"))


def nothing_was_stored(response: Any, field: str) -> bool:
    named = response.json()["field"] == field
    return named and not SavedAnswer.objects.exists() and not AnswerChange.objects.exists()


def test_a_save_stores_one_answer_and_one_line_of_history(post: Post, sheet: Sheet) -> None:
    response = post(answer=4, client_id=KEY)
    reply = json.loads(response.content)
    assert response.status_code == 200
    assert reply["stored"] == {
        "answer": 4,
        "reason": "",
        "note": "",
        "link": "",
        "evidence": "E0",
    }
    assert (reply["version"], reply["overdue"]) == (1, False)
    assert stored(sheet) == [("CAP.A1", 4, "", 1)]
    assert list(sheet.changes.values_list("item", "level", "version", "by")) == [
        ("CAP.A1", 4, 1, sheet.respondent_id)
    ]


def test_a_second_save_raises_the_version_and_keeps_the_history(post: Post, sheet: Sheet) -> None:
    post(answer=4)
    reply = json.loads(post(answer="DK", version=1).content)
    assert (reply["stored"]["answer"], reply["version"]) == ("DK", 2)
    assert stored(sheet) == [("CAP.A1", None, "DK", 2)]
    assert list(sheet.changes.order_by("version").values_list("level", "special")) == [
        (4, ""),
        (None, "DK"),
    ]


def test_texts_that_are_left_out_stay_as_they_are(post: Post, sheet: Sheet) -> None:
    post(answer=4, note="Line one\r\nline two ", link="https://norvane.example/a", evidence="E1")
    post(answer=5, version=1)
    row = sheet.answers.get()
    assert (row.level, row.note, row.link, row.evidence) == (
        5,
        "Line one\nline two",
        "https://norvane.example/a",
        "E1",
    )


def test_a_reason_goes_with_not_applicable(post: Post, sheet: Sheet) -> None:
    post(answer="NA", reason="No branches")
    assert sheet.answers.get().reason == "No branches"
    post(answer=2, version=1)
    assert sheet.answers.get().reason == ""


def test_a_note_may_stand_without_an_answer(post: Post, sheet: Sheet) -> None:
    assert post(answer=None, note="Ask IT").status_code == 200
    assert stored(sheet) == [("CAP.A1", None, "", 1)]


@pytest.mark.parametrize(
    "answer", ["0", "6", "2.5", "3.0", "true", "NaN", "1e309", "-1", '"3"', '"na"', "[3]", "{}"]
)
def test_B1_an_answer_that_is_no_level_is_refused(post: Post, answer: str) -> None:
    body = f'{{"answer": {answer}, "version": 0, "client_id": "{KEY}"}}'
    response = post(raw=body)
    assert response.status_code == 400
    assert nothing_was_stored(response, "body" if answer == "NaN" else "answer")


@pytest.mark.parametrize("item", ["CAP.A9", "P1", "cap.a1", "XXX.U1", "A1"])
def test_B2_a_question_of_another_questionnaire_is_refused(post: Post, item: str) -> None:
    response = post(item=item)
    assert response.status_code == 400
    assert nothing_was_stored(response, "item")


@pytest.mark.parametrize("version", [0, 2, 99])
def test_B3_a_stale_version_gets_the_current_value(post: Post, sheet: Sheet, version: int) -> None:
    post(answer=4)
    response = post(answer=2, version=version)
    reply = json.loads(response.content)
    assert response.status_code == 409
    assert (reply["current"]["stored"]["answer"], reply["current"]["version"]) == (4, 1)
    assert stored(sheet) == [("CAP.A1", 4, "", 1)]


def test_B4_a_missing_version_is_asked_for(post: Post) -> None:
    response = post(raw=f'{{"answer": 3, "client_id": "{KEY}"}}')
    assert response.status_code == 428
    assert nothing_was_stored(response, "version")


def test_B5_a_key_with_another_body_is_refused(post: Post, sheet: Sheet) -> None:
    post(answer=3, client_id=KEY)
    for changed in ({"answer": 4}, {"answer": 3, "note": "x"}, {"answer": 3, "version": 1}):
        response = post(**({"client_id": KEY} | changed))
        assert (response.status_code, json.loads(response.content).get("field")) == (
            422,
            "client_id",
        )
    assert stored(sheet) == [("CAP.A1", 3, "", 1)]


def test_B5_a_key_of_another_question_is_refused(post: Post, sheet: Sheet) -> None:
    post(answer=3, client_id=KEY)
    assert post(item="CAP.A2", answer=3, client_id=KEY).status_code == 422
    assert stored(sheet) == [("CAP.A1", 3, "", 1)]


def test_the_same_request_twice_gets_the_same_reply(post: Post, sheet: Sheet) -> None:
    first = post(answer=3, client_id=KEY)
    post(answer=5, version=1)
    again = post(answer=3, client_id=KEY)
    assert (again.status_code, json.loads(again.content)) == (200, json.loads(first.content))
    assert stored(sheet) == [("CAP.A1", 5, "", 2)]


def test_a_value_that_is_already_stored_is_success_at_any_version(post: Post, sheet: Sheet) -> None:
    post(answer=3)
    response = post(answer=3, version=0)
    assert (response.status_code, json.loads(response.content)["version"]) == (200, 1)
    assert sheet.changes.count() == 1


def test_B7_an_unknown_key_is_refused_by_name(post: Post) -> None:
    response = post(score=5)
    assert response.status_code == 400
    assert nothing_was_stored(response, "score")


def test_B7_a_key_given_twice_is_refused_by_name(post: Post) -> None:
    response = post(raw=f'{{"answer": 3, "answer": 4, "version": 0, "client_id": "{KEY}"}}')
    assert response.status_code == 400
    assert nothing_was_stored(response, "answer")


@pytest.mark.parametrize("raw", [" ", "{", '{"answer": 3', "[]", "3", "null", b"\xff\xfe{}"])
def test_B8_truncated_or_foreign_json_is_refused(post: Post, raw: str | bytes) -> None:
    response = post(raw=raw)
    assert response.status_code == 400
    assert nothing_was_stored(response, "body")


def test_B9_deep_nesting_is_refused(post: Post) -> None:
    for depth in (1_000, 20_000):
        nested = "[" * depth + "]" * depth
        response = post(raw=f'{{"answer": {nested}, "version": 0, "client_id": "{KEY}"}}')
        assert response.status_code == 400
        assert not SavedAnswer.objects.exists()


def test_B10_a_body_of_two_megabytes_is_refused(post: Post) -> None:
    response = post(note="x" * 2_000_000)
    assert response.status_code == 413
    assert nothing_was_stored(response, "body")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"]
)
def test_B11_another_content_type_is_refused(
    lead_client: Client, solo: Assessment, content_type: str
) -> None:
    response = lead_client.post(
        reverse("answer", args=[solo.pk, "CAP.A1"]),
        json.dumps({"answer": 3, "version": 0, "client_id": KEY}),
        content_type=content_type,
    )
    assert response.status_code == 415
    assert nothing_was_stored(response, "content-type")


@pytest.mark.parametrize("text", [r"a\u0000b", r"a\ud800b", r"a\u0007b"])
@pytest.mark.parametrize("field", ["note", "reason", "link"])
def test_B12_nul_and_lone_surrogates_are_refused(post: Post, field: str, text: str) -> None:
    body = f'{{"answer": 3, "version": 0, "client_id": "{KEY}", "{field}": "{text}"}}'
    response = post(raw=body)
    assert response.status_code == 400
    assert nothing_was_stored(response, field)


def test_B12_a_lone_surrogate_in_a_key_is_refused(post: Post) -> None:
    body = f'{{"answer": 3, "version": 0, "client_id": "{KEY}", "\\ud800": 1}}'
    assert post(raw=body).status_code == 400


@pytest.mark.parametrize(("field", "limit"), [("note", "500"), ("reason", "300"), ("link", "300")])
def test_B13_ten_thousand_and_one_characters_are_refused_with_the_limit(
    post: Post, field: str, limit: str
) -> None:
    response = post(**{field: "x" * 10_001})
    expected = f"Use at most {limit} characters; there are 10,001."
    assert (response.status_code, json.loads(response.content)["error"]) == (400, expected)
    assert nothing_was_stored(response, field)


def test_a_note_of_500_characters_fits_and_of_501_does_not(post: Post, sheet: Sheet) -> None:
    assert post(note="ß" * 501).status_code == 400
    assert post(note="ß" * 500).status_code == 200
    assert sheet.answers.get().note == "ß" * 500


@pytest.mark.parametrize(
    "link",
    [
        "http://norvane.example/",
        "javascript:alert(1)",
        "https://user:secret@norvane.example/",
        "//norvane.example/x",
        "norvane.example",
        "https://",
        "https://norvane.example/ javascript:x",
    ],
)
def test_a_link_that_is_not_plain_https_is_refused(post: Post, link: str) -> None:
    response = post(link=link)
    assert response.status_code == 400
    assert nothing_was_stored(response, "link")


@pytest.mark.parametrize("grade", ["E2", "E3", "", None, 1])
def test_a_respondent_claims_no_grade_above_described(post: Post, grade: object) -> None:
    response = post(evidence=grade)
    assert response.status_code == 400
    assert nothing_was_stored(response, "evidence")


@pytest.mark.parametrize("item", ["RSK.U1", "RSK.U2", "RSK.U3", "RSK.U4"])
def test_a_critical_control_takes_no_not_applicable(post: Post, item: str) -> None:
    response = post(item=item, answer="NA")
    assert response.status_code == 400
    assert nothing_was_stored(response, "answer")


@pytest.mark.parametrize("field", ["note", "reason", "link"])
@pytest.mark.parametrize("text", [5, None, True, ["x"], {}])
def test_a_text_that_is_no_text_is_refused(post: Post, field: str, text: object) -> None:
    response = post(**{field: text})
    assert response.status_code == 400
    assert nothing_was_stored(response, field)


@pytest.mark.parametrize("field", ["answer", "client_id"])
def test_a_missing_key_is_named(post: Post, field: str) -> None:
    body: dict[str, object] = {"answer": 3, "version": 0, "client_id": KEY}
    del body[field]
    response = post(raw=json.dumps(body))
    assert response.status_code == 400
    assert nothing_was_stored(response, field)


def test_a_body_over_64_kib_is_refused_even_where_the_server_takes_more(post: Post) -> None:
    response = post(note="x" * 70_000)
    assert response.status_code == 413
    assert nothing_was_stored(response, "body")


@pytest.mark.parametrize("key", ["", "x", 7, None, "6f1f3e0e"])
def test_a_key_that_is_no_uuid_is_refused(post: Post, key: object) -> None:
    response = post(client_id=key)
    assert response.status_code == 400
    assert nothing_was_stored(response, "client_id")


@pytest.mark.parametrize("version", [-1, 1.5, True, "0", None, 2**31])
def test_a_version_that_is_no_whole_number_is_refused(post: Post, version: object) -> None:
    response = post(version=version)
    assert response.status_code == 400
    assert nothing_was_stored(response, "version")


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}",
    "{0.__class__}",
    "{% debug %}",
    "\ue000level_1\ue001"[1:-1],
]


@pytest.mark.parametrize("text", HOSTILE)
def test_S28_S34_a_hostile_note_comes_back_as_text(
    post: Post, lead_client: Client, solo: Assessment, text: str
) -> None:
    post(note=text)
    page = lead_client.get(reverse("section", args=[solo.pk, "capacity-awareness"]))
    escaped = (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )
    assert page.content.decode().count(f"\n{escaped}</textarea>") == 1


def test_someone_signed_out_is_told_in_json(client: Client, solo: Assessment) -> None:
    response = client.post(
        reverse("answer", args=[solo.pk, "CAP.A1"]),
        json.dumps({"answer": 3, "version": 0, "client_id": KEY}),
        content_type="application/json",
    )
    assert response.status_code == 401
    assert response.json()["sign_in"] == reverse("account_login")


def test_a_stranger_gets_the_same_as_for_a_round_that_does_not_exist(
    client: Client, cast: Cast, solo: Assessment
) -> None:
    client.force_login(cast.outsider)
    body = json.dumps({"answer": 3, "version": 0, "client_id": KEY})
    replies = [
        client.post(reverse("answer", args=[pk, "CAP.A1"]), body, content_type="application/json")
        for pk in (solo.pk, uuid4())
    ]
    assert [reply.status_code for reply in replies] == [404, 404]
    assert replies[0].content == replies[1].content


def test_a_member_without_a_sheet_is_forbidden(
    client: Client, cast: Cast, solo: Assessment
) -> None:
    client.force_login(cast.respondent)
    body = json.dumps({"answer": 3, "version": 0, "client_id": KEY})
    response = client.post(
        reverse("answer", args=[solo.pk, "CAP.A1"]), body, content_type="application/json"
    )
    assert response.status_code == 403


def test_a_page_of_someone_else_stores_nothing(lead_client: Client, solo: Assessment) -> None:
    response = lead_client.post(
        reverse("answer", args=[solo.pk, "CAP.A1"]),
        json.dumps({"answer": 3, "version": 0, "client_id": KEY}),
        content_type="application/json",
        headers={"X-Person": "999999"},
    )
    assert response.status_code == 403
    assert nothing_was_stored(response, "")


def test_a_submitted_sheet_is_locked_and_says_since_when(post: Post, sheet: Sheet) -> None:
    sheet.status, sheet.submitted_at = SheetStatus.SUBMITTED, factories.MOMENT
    sheet.save()
    response = post()
    assert response.status_code == 423
    assert json.loads(response.content) == {
        "error": "You submitted your answers on 2 Nov 2026. They are read only.",
        "field": "",
        "lock": "submitted",
    }


def test_a_closed_round_is_locked_and_says_by_whom(post: Post, sheet: Sheet, cast: Cast) -> None:
    factories.make_sheet(sheet.assessment, cast.respondent, status=SheetStatus.SUBMITTED)
    round_services.close_round(assessment=sheet.assessment, by=cast.lead, now=factories.MOMENT)
    response = post()
    reply = json.loads(response.content)
    assert (response.status_code, reply["lock"]) == (423, "closed")
    assert reply["error"].startswith("This round was closed by Lena Lead on ")


def test_after_the_due_date_answers_are_still_taken(post: Post, sheet: Sheet) -> None:
    Assessment.objects.filter(pk=sheet.assessment_id).update(due_on=date(2020, 1, 1))
    response = post()
    assert (response.status_code, json.loads(response.content)["overdue"]) == (200, True)


def test_a_save_takes_few_queries_and_scores_nothing(
    lead_client: Client, solo: Assessment, django_assert_max_num_queries: Any
) -> None:
    address = reverse("answer", args=[solo.pk, "CAP.A1"])
    body = json.dumps({"answer": 3, "version": 0, "client_id": KEY})
    # session, person, sheet; begin, sheet held, round, answer, two writes, commit
    with django_assert_max_num_queries(10):
        assert lead_client.post(address, body, content_type="application/json").status_code == 200


def test_only_post_is_answered(lead_client: Client, solo: Assessment) -> None:
    assert lead_client.get(reverse("answer", args=[solo.pk, "CAP.A1"])).status_code == 405


def test_the_door_is_closed_to_other_sites(cast: Cast, solo: Assessment) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.lead)
    body = json.dumps({"answer": 3, "version": 0, "client_id": KEY})
    response = strict.post(
        reverse("answer", args=[solo.pk, "CAP.A1"]), body, content_type="application/json"
    )
    assert response.status_code == 403
    assert settings.CSRF_COOKIE_HTTPONLY
