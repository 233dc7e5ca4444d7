"""A page of questions as HTML and as a whole form, without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from assessments.models import AnswerChange, Assessment, SavedAnswer, Sheet, SheetStatus
from assessments.survey.outline import outline
from maturity import load_framework
from tests import factories
from tests.conftest import Cast
from tests.survey.conftest import Post

PAGE = "capacity-awareness"
ITEMS = ["CAP.A1", "CAP.A2", "CAP.A3"]
Send = Callable[..., HttpResponse]


def address(solo: Assessment, slug: str = PAGE) -> str:
    return reverse("section", args=[solo.pk, slug])


@pytest.fixture
def send(lead_client: Client, solo: Assessment) -> Send:
    """Send the first page; keywords such as answer_CAP_A1 replace its blank fields."""

    def post(slug: str = PAGE, **fields: str) -> Any:
        form = {
            f"version-{item.id}": "0" for page in [outline().by_slug[slug]] for item in page.items
        }
        for name, value in fields.items():
            part, _, item = name.partition("_")
            form[f"{part}-{item.replace('_', '.')}" if item else part] = value
        return lead_client.post(address(solo, slug), form)

    return post


def levels(sheet: Sheet) -> dict[str, int | str]:
    rows = sheet.answers.values_list("item", "level", "special")
    return {item: level or special for item, level, special in rows}


def test_every_page_shows_all_levels_and_marks_none(lead_client: Client, solo: Assessment) -> None:
    for page in outline().pages:
        html = lead_client.get(address(solo, page.slug)).content.decode()
        for item in page.items:
            radios = re.findall(rf'<input type="radio" name="answer-{item.id}"[^>]*>', html)
            assert len(radios) == (6 if item.critical else 7)
            assert [radio for radio in radios if "checked" in radio] == []


def test_a_critical_control_says_why_not_applicable_is_missing(
    lead_client: Client, solo: Assessment
) -> None:
    html = lead_client.get(address(solo, "risk-usage")).content.decode()
    shown = html.split("data-text-no-na")[1].split("</template>")[0]
    assert shown.count('<span class="muted">Critical control: “Not applicable” is not offered') == 4


def test_emphasis_becomes_strong_and_nothing_else_becomes_markup(
    lead_client: Client, solo: Assessment
) -> None:
    html = lead_client.get(address(solo)).content.decode()
    assert "**" not in html
    assert "<strong>estimate the hours</strong>" in html


def test_a_page_takes_six_queries_however_much_is_answered(
    lead_client: Client, solo: Assessment, sheet: Sheet, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(6):
        lead_client.get(address(solo))
    factories.fill_sheet(sheet, factories.whole_sheet())
    with django_assert_num_queries(6):
        lead_client.get(address(solo))


def test_an_unknown_page_is_not_found(lead_client: Client, solo: Assessment) -> None:
    assert lead_client.get(address(solo, "capacity-nothing")).status_code == 404


def test_sending_a_page_stores_it_and_goes_to_the_first_open_question_of_the_next(
    send: Send, solo: Assessment, sheet: Sheet
) -> None:
    factories.fill_sheet(sheet, {"CAP.U1": 2})
    response = send(answer_CAP_A1="4", answer_CAP_A2="DK", answer_CAP_A3="NA")
    assert response.status_code == 302
    assert response.headers["Location"] == address(solo, "capacity-usage") + "#q-CAP.U2"
    assert levels(sheet) == {"CAP.U1": 2, "CAP.A1": 4, "CAP.A2": "DK", "CAP.A3": "NA"}
    assert sheet.changes.exclude(item="CAP.U1").count() == 3


@pytest.mark.parametrize(
    ("slug", "tail"),
    [("skills-usage", "channels/#onward"), ("customers-usage", "review/#confirm")],
)
def test_after_the_last_page_of_a_side_comes_the_next_step(
    send: Send, solo: Assessment, slug: str, tail: str
) -> None:
    response = send(slug)
    assert response.headers["Location"] == reverse("round", args=[solo.pk]) + tail


def test_a_page_without_marks_stores_nothing(send: Send, sheet: Sheet) -> None:
    assert send().status_code == 302
    assert (sheet.answers.count(), sheet.changes.count()) == (0, 0)


def test_sending_twice_stores_once(send: Send, sheet: Sheet) -> None:
    send(answer_CAP_A1="4")
    assert send(answer_CAP_A1="4").status_code == 302
    assert sheet.changes.count() == 1


def test_what_is_valid_is_stored_though_another_field_fails(send: Send, sheet: Sheet) -> None:
    response = send(
        answer_CAP_A1="4",
        link_CAP_A1="http://plain.example",
        note_CAP_A1="Kept",
        answer_CAP_A2="5",
    )
    html = response.content.decode()
    assert response.status_code == 422
    assert levels(sheet) == {"CAP.A1": 4, "CAP.A2": 5}
    assert sheet.answers.get(item="CAP.A1").note == "Kept"
    assert "<title>Error: " in html
    assert '<a href="#link-CAP.A1">1.1: Enter a full address' in html
    assert 'value="http://plain.example" aria-invalid="true"' in html
    assert re.search(r'class="error-summary"[^>]*tabindex="-1" autofocus', html)


@pytest.mark.parametrize("answer", ["0", "6", "2.5", "x", "٣", "NA "])
def test_a_forged_answer_is_refused_and_the_rest_stored(
    send: Send, sheet: Sheet, answer: str
) -> None:
    response = send(answer_CAP_A1=answer, answer_CAP_A2="5")
    assert response.status_code == 422
    assert levels(sheet) == {"CAP.A2": 5}


def test_a_forged_grade_is_refused_and_the_answer_stored(send: Send, sheet: Sheet) -> None:
    assert send(answer_CAP_A1="5", evidence_CAP_A1="E3").status_code == 422
    assert list(sheet.answers.values_list("level", "evidence")) == [(5, "E0")]


def test_stored_answers_notes_and_grades_are_shown_again(
    lead_client: Client, post: Post, solo: Assessment
) -> None:
    post(answer="NA", reason="No branches", evidence="E1", note="See the wiki")
    html = lead_client.get(address(solo)).content.decode()
    assert 'value="NA" id="q-CAP.A1-NA" checked>' in html
    assert 'value="No branches" aria-describedby="reason-CAP.A1-hint"' in html
    assert 'name="evidence-CAP.A1" value="E1" checked>' in html
    assert '<details class="q-note" open>' in html
    assert ">12 of 500</span>" in html


def test_not_applicable_is_refused_for_a_critical_control(send: Send, sheet: Sheet) -> None:
    assert send("risk-usage", answer_RSK_U1="NA").status_code == 422
    assert levels(sheet) == {}


@pytest.mark.parametrize("version", ["", "-1", "x", "1" * 12])
def test_a_page_without_its_versions_is_a_bad_request(
    send: Send, sheet: Sheet, version: str
) -> None:
    assert send(answer_CAP_A1="3", version_CAP_A1=version).status_code == 400
    assert levels(sheet) == {}


def test_a_stale_page_overwrites_nothing_and_shows_both_values(
    send: Send, post: Post, sheet: Sheet
) -> None:
    post(answer=4)
    response = send(answer_CAP_A1="3", answer_CAP_A2="5")
    html = response.content.decode()
    assert response.status_code == 409
    assert levels(sheet) == {"CAP.A1": 4, "CAP.A2": 5}
    assert "<span data-there>4 Reconciled figures</span>" in html
    assert "<span data-here>3 Resource sheet</span>" in html
    assert '<input type="hidden" name="version-CAP.A1" value="0">' in html
    assert '<input type="hidden" name="seen-CAP.A1" value="1">' in html
    assert 'value="keep" data-keep>Keep 3</button>' in html
    assert 'value="use" data-use>Use 4</button>' in html
    assert 'value="3" id="q-CAP.A1-3" checked>' in html


def test_sending_again_without_choosing_is_still_a_conflict(
    send: Send, post: Post, sheet: Sheet
) -> None:
    post(answer=4)
    send(answer_CAP_A1="3")
    assert send(answer_CAP_A1="3", seen_CAP_A1="1").status_code == 409
    assert levels(sheet) == {"CAP.A1": 4}


def test_keeping_mine_replaces_what_was_shown(send: Send, post: Post, sheet: Sheet) -> None:
    post(answer=4)
    response = send(answer_CAP_A1="3", seen_CAP_A1="1", resolve_CAP_A1="keep")
    assert response.headers["Location"].endswith("/capacity-awareness/#q-CAP.A1")
    assert levels(sheet) == {"CAP.A1": 3}


def test_keeping_mine_does_not_replace_what_was_not_shown(
    send: Send, post: Post, sheet: Sheet
) -> None:
    post(answer=4)
    post(answer=5, version=1)
    assert send(answer_CAP_A1="3", seen_CAP_A1="1", resolve_CAP_A1="keep").status_code == 409
    assert levels(sheet) == {"CAP.A1": 5}


def test_using_the_other_keeps_what_is_stored(send: Send, post: Post, sheet: Sheet) -> None:
    post(answer=4)
    response = send(answer_CAP_A1="3", seen_CAP_A1="1", resolve_CAP_A1="use")
    assert response.headers["Location"].endswith("/capacity-awareness/#q-CAP.A1")
    assert levels(sheet) == {"CAP.A1": 4}
    assert sheet.changes.count() == 1


def test_what_this_window_left_alone_is_no_conflict(send: Send, post: Post, sheet: Sheet) -> None:
    post(answer=2)
    post(answer=4, version=1)
    response = send(version_CAP_A1="1", answer_CAP_A1="2", answer_CAP_A2="5")
    assert response.status_code == 302
    assert levels(sheet) == {"CAP.A1": 4, "CAP.A2": 5}


def test_the_same_value_at_an_older_version_is_no_conflict(
    send: Send, post: Post, sheet: Sheet
) -> None:
    post(answer=4)
    assert send(answer_CAP_A1="4").status_code == 302
    assert sheet.changes.count() == 1


def test_a_conflict_of_notes_shows_the_notes(send: Send, post: Post, sheet: Sheet) -> None:
    post(answer=4, note="Theirs")
    html = send(answer_CAP_A1="4", note_CAP_A1="Mine").content.decode()
    assert "4 Reconciled figures (Theirs)" in html
    assert "4 Reconciled figures (Mine)" in html
    assert sheet.answers.get().note == "Theirs"


def test_a_submitted_sheet_is_shown_read_only(
    lead_client: Client, send: Send, solo: Assessment, sheet: Sheet
) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": 4})
    Sheet.objects.update(status=SheetStatus.SUBMITTED, submitted_at=factories.MOMENT)
    html = lead_client.get(address(solo)).content.decode()
    assert html.count('tabindex="-1" disabled') == 3
    assert "You submitted your answers on 2 Nov 2026." in html
    assert 'name="save" value="1" id="save"' not in html
    assert send(answer_CAP_A2="5").status_code == 423
    assert levels(sheet) == {"CAP.A1": 4}


def test_coming_from_the_review_leads_back_to_the_same_row(
    lead_client: Client, send: Send, solo: Assessment
) -> None:
    html = lead_client.get(address(solo) + "?back=CAP.A2").content.decode()
    assert '<input type="hidden" name="back" value="CAP.A2">' in html
    response = send(answer_CAP_A2="2", back="CAP.A2")
    assert response.headers["Location"] == reverse("review", args=[solo.pk]) + "#r-CAP.A2"


@pytest.mark.parametrize("back", ["//evil.example", "javascript:1", "P1", "<b>"])
def test_only_a_question_can_be_returned_to(
    lead_client: Client, solo: Assessment, back: str
) -> None:
    html = lead_client.get(address(solo), {"back": back}).content.decode()
    assert '<input type="hidden" name="back" value="">' in html


# ---- the sign-in that ended meanwhile ----------------------------------------------------------


def owner_on(client: Client, solo: Assessment) -> str:
    html = client.get(address(solo)).content.decode()
    found = re.search(r'name="owner" value="([^"]+)"', html)
    assert found
    return found[1]


def test_a_page_sent_after_signing_out_is_stored_after_signing_in(
    lead_client: Client, cast: Cast, solo: Assessment, sheet: Sheet
) -> None:
    form = {f"version-{item}": "0" for item in ITEMS}
    form |= {"answer-CAP.A1": "4", "owner": owner_on(lead_client, solo)}
    lead_client.logout()
    response = lead_client.post(address(solo), form)
    assert response.headers["Location"] == f"{reverse('account_login')}?next={address(solo)}"
    assert levels(sheet) == {}
    lead_client.force_login(cast.lead)
    response = lead_client.get(address(solo), follow=True)
    assert levels(sheet) == {"CAP.A1": 4}
    assert "Your answers were saved after you signed in." in response.content.decode()


def test_a_draft_is_stored_once(
    lead_client: Client, cast: Cast, solo: Assessment, sheet: Sheet
) -> None:
    form = {f"version-{item}": "0" for item in ITEMS}
    form |= {"answer-CAP.A1": "4", "owner": owner_on(lead_client, solo)}
    lead_client.logout()
    lead_client.post(address(solo), form)
    lead_client.force_login(cast.lead)
    for _ in range(3):
        lead_client.get(address(solo))
    assert sheet.changes.count() == 1


def test_a_draft_is_not_stored_for_anyone_else(
    lead_client: Client, cast: Cast, solo: Assessment, sheet: Sheet
) -> None:
    other = factories.make_sheet(solo, cast.respondent)
    form = {f"version-{item}": "0" for item in ITEMS}
    form |= {"answer-CAP.A1": "4", "owner": owner_on(lead_client, solo)}
    lead_client.logout()
    lead_client.post(address(solo), form)
    lead_client.force_login(cast.respondent)
    lead_client.get(address(solo))
    assert (levels(sheet), levels(other)) == ({}, {})


def test_a_draft_without_a_sound_owner_is_not_kept(client: Client, solo: Assessment) -> None:
    response = client.post(address(solo), {"answer-CAP.A1": "4", "owner": "1:forged"})
    assert response.status_code == 302
    assert response.cookies.keys() == set()


def test_the_key_to_a_draft_is_a_cookie_that_scripts_cannot_read(
    lead_client: Client, solo: Assessment
) -> None:
    owner = owner_on(lead_client, solo)
    lead_client.logout()
    response = lead_client.post(address(solo), {"owner": owner, "note-CAP.A1": "secret words"})
    (cookie,) = response.cookies.values()
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 1800)
    assert cache.get(f"draft:{cookie.value}") is None
    assert b"secret" not in response.content


def test_history_holds_every_version(send: Send, sheet: Sheet) -> None:
    send(answer_CAP_A1="4")
    send(version_CAP_A1="1", answer_CAP_A1="5", note_CAP_A1="More")
    rows = AnswerChange.objects.order_by("version").values_list("version", "level", "note")
    assert list(rows) == [(1, 4, ""), (2, 5, "More")]
    assert SavedAnswer.objects.get().version == 2


def test_every_question_of_the_instrument_stands_on_exactly_one_page() -> None:
    placed = [item.id for page in outline().pages for item in page.items]
    assert placed == list(load_framework().items)
    assert outline().number_of["RSK.U5"] == "4.9"
    assert outline().number_of["CUS.U5"] == "8.10"
