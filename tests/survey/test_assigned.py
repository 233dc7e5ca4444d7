"""My questions: a respondent who was asked about some dimensions sees and stores those alone."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, AssessmentStatus, SavedAnswer, Sheet, SheetStatus
from assessments.survey import queries
from assessments.survey.outline import outline, outline_of
from tests import factories
from tests.conftest import Cast
from tests.survey.test_rounds import text_of


@pytest.fixture
def mine(cast: Cast) -> Sheet:
    """The respondent was asked about Risk and Skills."""
    round_ = factories.make_round(cast.bank)
    factories.make_sheet(round_, cast.lead)
    return factories.make_sheet(round_, cast.respondent, sections=["SKL", "RSK"])


@pytest.fixture
def asked(mine: Sheet) -> Assessment:
    return mine.assessment


@pytest.fixture
def person(client: Client, cast: Cast) -> Client:
    client.force_login(cast.respondent)
    return client


def at(asked: Assessment, name: str, *more: str) -> str:
    return reverse(name, args=[asked.pk, *more])


def save(person: Client, asked: Assessment, item: str) -> Any:
    body = {"answer": 3, "version": 0, "client_id": str(uuid4())}
    address = at(asked, "answer", item)
    return person.post(address, json.dumps(body), content_type="application/json")


def test_the_task_list_holds_ones_own_sections_and_the_inventory(
    person: Client, asked: Assessment, mine: Sheet
) -> None:
    factories.fill_sheet(mine, {"RSK.A1": 3, "CAP.A1": 5})
    page = person.get(at(asked, "round")).context["page"]
    names = [[row.name for row in group.rows] for group in page.groups]
    assert names == [["Risk", "Skills"], ["Account inventory"]]
    total = len(outline_of(("RSK", "SKL")).page_of)
    assert page.heading == f"1 of {total} questions answered"
    assert page.lead.startswith("You were asked about Risk and Skills.")
    assert page.continue_label == "Continue: Risk, question 4.2"


def test_somebody_asked_about_everything_is_not_told_so(lead_client: Client, mine: Sheet) -> None:
    page = lead_client.get(at(mine.assessment, "round")).context["page"]
    assert page.lead.startswith("Everything you have entered is saved")


def test_the_walk_leads_from_one_own_section_to_the_next_and_to_the_review(
    person: Client, asked: Assessment
) -> None:
    visited = []
    address = at(asked, "section", "risk-awareness")
    for _ in range(4):
        visited.append(address.rsplit("/", 2)[1])
        items = outline().by_slug[visited[-1]].items
        sent = {f"version-{item.id}": "0" for item in items}
        address = person.post(address, sent).headers["Location"].split("#")[0]
    assert visited == ["risk-awareness", "risk-usage", "skills-awareness", "skills-usage"]
    assert address == at(asked, "review")


@pytest.mark.parametrize(
    ("sections", "last", "after"),
    [
        (("CAP", "RSK"), "risk-usage", "channels"),
        (("CAP", "CUS"), "capacity-usage", "channels"),
        (("RSK", "CUS"), "risk-usage", "customers-awareness"),
        ((), "skills-usage", "channels"),
    ],
)
def test_whoever_answers_for_capacity_is_led_to_the_inventory(
    sections: tuple[str, ...], last: str, after: str
) -> None:
    own = outline_of(sections)
    following = own.after(own.by_slug[last])
    assert getattr(following, "slug", following) == after


def test_the_inventory_leads_on_to_ones_own_pages_only(
    person: Client, asked: Assessment, mine: Sheet
) -> None:
    html = person.get(at(asked, "channels")).content.decode()
    assert "Continue to Customers" not in html
    assert at(asked, "review") in html
    Sheet.objects.filter(pk=mine.pk).update(sections=["CUS"])
    html = person.get(at(asked, "channels")).content.decode()
    assert at(asked, "section", "customers-awareness") in html


def test_a_page_outside_ones_sections_is_refused_by_name(
    person: Client, asked: Assessment, mine: Sheet
) -> None:
    for response in (
        person.get(at(asked, "section", "data-usage")),
        person.post(
            at(asked, "section", "data-usage"), {"answer-DAT.U1": "5", "version-DAT.U1": "0"}
        ),
    ):
        assert response.status_code == 403
        assert "You were not asked about Data" in text_of(response)
    assert not mine.answers.exists()


def test_an_answer_outside_ones_sections_is_refused_by_name_and_not_stored(
    person: Client, asked: Assessment, mine: Sheet
) -> None:
    response = save(person, asked, "CUS.A1")
    assert response.status_code == 403
    assert response.json() == {
        "error": "You were not asked about Customers. Nothing was saved.",
        "field": "item",
        "lock": "outside",
    }
    assert not mine.answers.exists()
    assert save(person, asked, "RSK.A1").status_code == 200


def test_review_and_submit_ask_for_ones_own_sections_alone(
    person: Client, asked: Assessment, mine: Sheet
) -> None:
    items = outline_of(("RSK", "SKL")).page_of
    factories.fill_sheet(mine, dict.fromkeys(items, 3))
    page = person.get(at(asked, "review")).context["page"]
    assert [section.name for section in page.sections] == ["Risk", "Skills"]
    assert page.warnings == ()
    person.post(at(asked, "submit"), {"confirm": "on"})
    mine.refresh_from_db()
    assert mine.status == SheetStatus.SUBMITTED


def test_answers_outside_ones_sections_neither_help_nor_hinder_submitting(
    person: Client, asked: Assessment, mine: Sheet
) -> None:
    factories.fill_sheet(mine, {"CAP.A1": "NA"})
    SavedAnswer.objects.update(reason="")
    response = person.post(at(asked, "submit"), {"confirm": "on"})
    assert response.status_code == 422
    assert "Answer at least one question" in text_of(response)


def test_progress_is_counted_in_ones_own_sections(mine: Sheet, asked: Assessment) -> None:
    factories.fill_sheet(mine, {"RSK.A1": 3, "SKL.U1": "DK", "CAP.A1": 5})
    people = queries.respondents(asked, None)
    assert [(p.answered, p.total, p.sections) for p in people] == [
        (0, len(outline().page_of), outline().dimensions),
        (2, len(outline_of(("RSK", "SKL")).page_of), ("RSK", "SKL")),
    ]


def test_respondents_take_one_query_however_many_there_are(
    asked: Assessment, django_assert_num_queries: Any
) -> None:
    for place in range(11):
        factories.make_sheet(asked, factories.make_user(f"more{place}@norvane.example"))
    with django_assert_num_queries(1):
        assert len(queries.respondents(asked, None)) == 13


def test_what_came_too_late_stays_on_screen(lead_client: Client, solo: Assessment) -> None:
    Assessment.objects.update(status=AssessmentStatus.CLOSED)
    items = outline().by_slug["risk-usage"].items
    sent = {f"version-{item.id}": "0" for item in items}
    sent |= {"answer-RSK.U1": "4", "note-RSK.U1": "Signed by the board in May"}
    response = lead_client.post(at(solo, "section", "risk-usage"), sent)
    assert response.status_code == 423
    page = response.context["page"]
    assert [error.text for error in page.errors] == ["4.5: came after the answers were locked"]
    html = response.content.decode()
    assert "Not saved: copy what you want to keep" in html
    assert "Signed by the board in May</textarea>" in html
    assert not SavedAnswer.objects.exists()
