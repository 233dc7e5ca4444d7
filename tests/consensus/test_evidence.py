"""Evidence is graded by somebody who did not answer, and sections go back with a comment."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.consensus import review_services
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Event,
    Function,
    SheetStatus,
    User,
    Visibility,
)
from assessments.results.queries import result_for
from assessments.results.services import publish
from assessments.survey.writing import LockedError
from tests import factories
from tests.addresses import signed_in
from tests.conftest import Cast
from tests.consensus.conftest import DISPUTED, MakeRound
from tests.test_security import XSS, scripts_of

ITEM = "RSK.U4"
LATER = factories.MOMENT + dt.timedelta(days=2)


@pytest.fixture
def reviewer(cast: Cast) -> Client:
    """Signed in as the bank's reviewer, who has no sheet in `round_`."""
    return signed_in(cast.reviewer)


def form(**changed: Any) -> dict[str, Any]:
    return {"grade": "E2", "comment": "Saw the rehearsal record", "version": "0"} | changed


def url(round_: Assessment, name: str = "evidence_item", item: str = ITEM) -> str:
    return reverse(name, args=[round_.pk, item])


def grade(round_: Assessment, by: User, grade: str = "E3", version: int = 0) -> None:
    review_services.grade(
        assessment=round_,
        item=ITEM,
        grade=grade,
        comment=f"Saw {grade}",
        version=version,
        by=by,
        now=LATER,
    )


def described(round_: Assessment, note: str = "Draft playbook") -> None:
    sheet = round_.sheets.get(function=Function.RISK)
    sheet.answers.filter(item=ITEM).update(
        note=note, link="https://docs.example/playbook", evidence="E1"
    )


# ---- grading -----------------------------------------------------------------------------------


def test_a_reviewer_reads_claims_by_function_and_grades_them(
    cast: Cast, reviewer: Client, round_: Assessment
) -> None:
    described(round_)
    page: Any = reviewer.get(url(round_)).context["page"]
    claims = [(claim.label, claim.answer, claim.grade, claim.note) for claim in page.claims]
    assert claims == [("Risk", "Level 1", "E1 Described", "Draft playbook")]
    assert reviewer.post(url(round_), form()).status_code == 302
    review = round_.reviews.get()
    assert (review.item, review.grade, review.by, review.version) == (
        ITEM,
        "E2",
        cast.reviewer,
        1,
    )
    events = list(Event.objects.order_by("pk").values_list("verb", "details"))
    assert events[-1] == ("evidence graded", {"item": ITEM, "version": 1})


def test_a_grade_narrows_the_result_and_can_be_taken_back(cast: Cast, round_: Assessment) -> None:
    before = result_for(round_, LATER)
    grade(round_, cast.reviewer)
    after = result_for(round_, LATER)
    assert before is not None
    assert after is not None
    assert after.findings.items[ITEM].evidence == "E3"
    assert (after.findings.items[ITEM].variance or 0) < (before.findings.items[ITEM].variance or 0)
    grade(round_, cast.reviewer, "E0", 1)
    back = result_for(round_, LATER)
    assert back is not None
    assert back.findings == before.findings


def test_who_answered_a_question_never_grades_it(cast: Cast, round_: Assessment) -> None:
    client = signed_in(cast.lead)
    page: Any = client.get(url(round_)).context["page"]
    assert page.refusal.startswith("You answered this question")
    response: Any = client.post(url(round_), form())
    assert response.status_code == 403
    assert "You answered this question" in response.content.decode()
    assert not round_.reviews.exists()
    with pytest.raises(review_services.OwnAnswerError):
        grade(round_, cast.lead)


def test_a_grade_stops_counting_once_its_giver_answers_the_question(
    cast: Cast, round_: Assessment
) -> None:
    grade(round_, cast.reviewer)
    sheet = factories.make_sheet(
        round_, cast.reviewer, function=Function.HR, status=SheetStatus.SUBMITTED
    )
    factories.fill_sheet(sheet, {"CAP.A1": 3})
    counted = result_for(round_, LATER)
    factories.fill_sheet(sheet, {ITEM: 3})
    answered = result_for(round_, LATER)
    assert counted is not None
    assert answered is not None
    assert counted.findings.items[ITEM].evidence == "E3"
    assert answered.findings.items[ITEM].evidence == "E0"
    page: Any = signed_in(cast.lead).get(url(round_)).context["page"]
    assert (
        page.void == "Rita Reviewer has answered this question since, so the grade does not count."
    )


@pytest.mark.parametrize("left", [{"note": "My note"}, {"link": "https://a.example"}])
def test_a_note_or_link_of_one_s_own_counts_as_an_answer(
    left: dict[str, str], cast: Cast, round_: Assessment
) -> None:
    sheet = factories.make_sheet(round_, cast.reviewer, function=Function.HR)
    sheet.answers.create(item=ITEM, updated_at=factories.MOMENT, **left)
    assert review_services.answered_by(round_, cast.reviewer) == {ITEM}
    sheet.answers.create(item="CAP.A1", updated_at=factories.MOMENT)  # left blank
    assert review_services.answered_by(round_, cast.reviewer) == {ITEM}


def test_a_lead_without_a_sheet_reviews_too(cast: Cast, make: MakeRound) -> None:
    round_ = make({name: DISPUTED[name] for name in ("respondent", "third")})
    assert signed_in(cast.lead).post(url(round_), form()).status_code == 302


def test_b3_a_grade_given_meanwhile_is_shown_beside_one_s_own(
    cast: Cast, reviewer: Client, round_: Assessment
) -> None:
    grade(round_, cast.reviewer, "E3")
    response: Any = reviewer.post(url(round_), form())
    assert response.status_code == 409
    assert response.context["page"].conflict.grade == "E3 Verified by someone independent"
    assert response.context["form"]["comment"].value() == "Saw the rehearsal record"
    assert round_.reviews.get().grade == "E3"
    again = form(version=response.context["form"]["version"].value())
    assert reviewer.post(url(round_), again).status_code == 302
    assert (round_.reviews.get().grade, round_.reviews.get().version) == ("E2", 2)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"grade": "E4"}, 400),
        ({"grade": "E2 "}, 400),
        ({"grade": ""}, 422),
        ({"comment": ""}, 422),
        ({"comment": "x" * 501}, 422),
        ({"comment": "a\0"}, 422),
        ({"version": "x"}, 400),
        ({"version": ""}, 428),
    ],
)
def test_b1_b4_b13_a_bad_grade_is_refused_and_nothing_stored(
    changed: dict[str, str], status: int, reviewer: Client, round_: Assessment
) -> None:
    assert reviewer.post(url(round_), form(**changed)).status_code == status
    assert not round_.reviews.exists()


def test_a_published_round_keeps_its_grades(
    cast: Cast, reviewer: Client, round_: Assessment
) -> None:
    grade(round_, cast.reviewer)
    publish(assessment=round_, by=cast.lead, now=LATER)
    with pytest.raises(LockedError):
        grade(round_, cast.reviewer, "E0", 1)
    reviewer.post(url(round_), form(version="1"))
    assert round_.reviews.get().grade == "E3"
    page: Any = reviewer.get(url(round_)).context["page"]
    assert page.refusal == "This round is published; its grades are frozen with it."


def test_nobody_reads_claims_while_the_round_is_open(reviewer: Client, make: MakeRound) -> None:
    round_ = make(status=AssessmentStatus.OPEN)
    described(round_, "Secret draft")
    for name, more in (("evidence", ()), ("evidence_item", (ITEM,))):
        page = reviewer.get(reverse(name, args=[round_.pk, *more])).content.decode()
        assert "Secret draft" not in page
    reviewer.post(url(round_), form())
    assert not round_.reviews.exists()


def test_anonymous_notes_are_read_by_nobody(reviewer: Client, make: MakeRound) -> None:
    round_ = make(visibility=Visibility.ANONYMOUS)
    described(round_, "Secret draft")
    response: Any = reviewer.get(url(round_))
    assert "Secret draft" not in response.content.decode()
    assert response.context["page"].claims_hidden.startswith("Respondents wrote notes")
    assert reviewer.post(url(round_), form()).status_code == 302


def test_s28_notes_links_and_comments_run_nowhere(
    cast: Cast, reviewer: Client, round_: Assessment
) -> None:
    text = "".join(XSS)
    described(round_, text[:500])
    reviewer.post(url(round_), form(comment=text[:500]))
    for address in (url(round_), reverse("evidence", args=[round_.pk])):
        assert scripts_of(reviewer.get(address).content.decode()) == []
    refused = reviewer.post(url(round_), form(comment=text * 2, version="1"))
    assert (refused.status_code, scripts_of(refused.content.decode())) == (422, [])


def test_the_list_says_what_is_claimed_graded_and_one_s_own(
    cast: Cast, reviewer: Client, round_: Assessment
) -> None:
    described(round_)
    grade(round_, cast.reviewer)
    page: Any = reviewer.get(reverse("evidence", args=[round_.pk])).context["page"]
    assert page.title == "1 of 54 questions that you may review have a grade"
    rows = {row.number: row for group in page.groups for row in group.rows}
    row = rows["4.8"]
    assert (row.claimed, row.written, row.grade) == (
        "E1 Described",
        "1 note or link",
        "E3 Verified by someone independent",
    )
    mine: Any = signed_in(cast.lead).get(reverse("evidence", args=[round_.pk])).context["page"]
    assert mine.title == "You answered every question, so somebody else reviews the evidence"


def test_the_evidence_list_takes_as_many_queries_for_any_number(
    reviewer: Client, round_: Assessment, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    address = reverse("evidence", args=[round_.pk])
    reviewer.get(address)
    with django_assert_max_num_queries(15) as few:
        reviewer.get(address)
    for place in range(8):
        person = factories.make_user(f"p{place}@norvane.example")
        sheet = factories.make_sheet(
            round_, person, function=Function.IT, status=SheetStatus.SUBMITTED
        )
        factories.fill_sheet(sheet, factories.whole_sheet())
    reviewer.get(address)
    with django_assert_max_num_queries(15) as many:
        reviewer.get(address)
    assert len(few) == len(many)


# ---- sending back ------------------------------------------------------------------------------


def back(round_: Assessment, **changed: Any) -> dict[str, Any]:
    function = changed.pop("function", Function.RISK)
    sheet = round_.sheets.get(function=function)
    sent = {"sheet": str(sheet.pk), "dimension": "RSK", "comment": "Please look at 4.8 again"}
    return sent | changed


def test_a_section_of_an_open_round_goes_back_and_opens(
    cast: Cast, reviewer: Client, make: MakeRound
) -> None:
    round_ = make(status=AssessmentStatus.OPEN)
    response = reviewer.post(reverse("send_back", args=[round_.pk]), back(round_))
    assert response.status_code == 302
    sheet = round_.sheets.get(function=Function.RISK)
    assert sheet.status == SheetStatus.OPEN
    returned = sheet.returns.get()
    assert (returned.dimension, returned.by) == ("RSK", cast.reviewer)


def test_while_closed_the_page_says_that_the_lead_must_reopen_first(
    reviewer: Client, round_: Assessment
) -> None:
    page: Any = reviewer.get(reverse("send_back", args=[round_.pk])).context["page"]
    assert "once the lead has reopened the round" in page.state
    reviewer.post(reverse("send_back", args=[round_.pk]), back(round_))
    sheet = round_.sheets.get(function=Function.RISK)
    assert (sheet.status, sheet.returns.count()) == (SheetStatus.SUBMITTED, 1)


def test_s7_only_sheets_and_sections_of_this_round_are_taken(
    cast: Cast, reviewer: Client, make: MakeRound
) -> None:
    round_ = make()
    foreign = factories.make_sheet(
        factories.make_round(cast.other_bank), cast.outsider, status=SheetStatus.SUBMITTED
    )
    address = reverse("send_back", args=[round_.pk])
    for changed in ({"sheet": str(foreign.pk)}, {"sheet": "x"}, {"dimension": "XXX"}):
        assert reviewer.post(address, back(round_, **changed)).status_code == 400
    for changed in ({"sheet": ""}, {"dimension": ""}, {"comment": ""}, {"comment": "x" * 501}):
        assert reviewer.post(address, back(round_, **changed)).status_code == 422
    assert foreign.returns.count() == 0
    assert not round_.sheets.filter(returns__isnull=False).exists()


def test_a_section_that_was_not_asked_is_named(reviewer: Client, round_: Assessment) -> None:
    round_.sheets.filter(function=Function.RISK).update(sections=["CAP"])
    response = reviewer.post(reverse("send_back", args=[round_.pk]), back(round_))
    assert response.status_code == 422
    assert "This person was not asked about that section." in response.content.decode()


def test_nobody_returns_their_own_sheet(cast: Cast, round_: Assessment) -> None:
    client, address = signed_in(cast.lead), reverse("send_back", args=[round_.pk])
    offered = [name for _, name in client.get(address).context["form"]["sheet"].field.choices]
    assert "Executive" not in offered
    assert client.post(address, back(round_, function=Function.EXECUTIVE)).status_code == 400


def test_anonymous_answers_cannot_be_sent_back_to_one_person(
    reviewer: Client, make: MakeRound
) -> None:
    round_ = make(visibility=Visibility.ANONYMOUS)
    address = reverse("send_back", args=[round_.pk])
    page: Any = reviewer.get(address).context["page"]
    assert page.why_not.startswith("Answers in this round are anonymous")
    assert reviewer.post(address, back(round_)).status_code == 400


def test_a_published_round_takes_no_returns(
    cast: Cast, reviewer: Client, round_: Assessment
) -> None:
    publish(assessment=round_, by=cast.lead, now=LATER)
    response = reviewer.post(reverse("send_back", args=[round_.pk]), back(round_))
    assert response.status_code == 422
    assert "published and stays as it is" in response.content.decode()
