"""Who reads an answer is said above the first question and at the foot of each."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.access.firm_queries import firms_let_in
from assessments.models import (
    Assessment,
    Engagement,
    EngagementScope,
    EngagementState,
    SentBack,
    Sheet,
    Visibility,
)
from assessments.ui.visibility import who_reads, who_reads_notes
from tests import factories
from tests.conftest import Cast
from tests.survey.test_rounds import text_of

FIRM = "\u2068Harbour Consulting\u2069"


def sentences(cast: Cast, visibility: Visibility, *, shared: bool = False) -> tuple[str, ...]:
    return who_reads(visibility, shared=shared, firms=firms_let_in(cast.bank))


@pytest.mark.parametrize(
    ("visibility", "after"),
    [
        (Visibility.NAMED, "read them with your name."),
        (Visibility.FUNCTION, "read them with your function instead of your name."),
        (Visibility.ANONYMOUS, "no group of fewer than four is shown apart."),
    ],
)
def test_each_visibility_has_its_own_sentence_about_what_comes_after(
    cast: Cast, visibility: Visibility, after: str
) -> None:
    before, afterwards, others, firm = sentences(cast, visibility)
    assert before.startswith("Before you submit, nobody else reads your answers.")
    assert afterwards.endswith(after)
    assert others == "Other respondents read neither your answers nor the result."
    assert firm.startswith(FIRM)


@pytest.mark.parametrize(
    ("scope", "visibility", "words"),
    [
        (EngagementScope.RESULTS, Visibility.NAMED, "sees the merged result, no single answers."),
        (
            EngagementScope.ANSWERS,
            Visibility.FUNCTION,
            "reads what the lead reads of answers given since 5 Jan 2026.",
        ),
        (
            EngagementScope.FACILITATE,
            Visibility.ANONYMOUS,
            "sees the merged result, no single answers.",
        ),
    ],
)
def test_each_firm_is_named_with_what_it_sees(
    cast: Cast, scope: EngagementScope, visibility: Visibility, words: str
) -> None:
    Engagement.objects.update(scope=scope)
    assert sentences(cast, visibility)[-1] == f"{FIRM}, a consulting firm, {words}"


@pytest.mark.parametrize(
    "state", [EngagementState.REQUESTED, EngagementState.DECLINED, EngagementState.ENDED]
)
def test_a_firm_that_was_not_let_in_is_not_named(cast: Cast, state: EngagementState) -> None:
    Engagement.objects.update(state=state)
    assert len(sentences(cast, Visibility.NAMED)) == 3


def test_a_shared_result_is_said(cast: Cast) -> None:
    others = sentences(cast, Visibility.NAMED, shared=True)[2]
    assert others.endswith("They see the merged result once the round is closed.")


def test_notes_are_read_by_nobody_else_in_an_anonymous_round(cast: Cast) -> None:
    firms = firms_let_in(cast.bank)
    assert who_reads_notes(Visibility.ANONYMOUS, firms).startswith("Visible to you alone")
    assert FIRM in who_reads_notes(Visibility.FUNCTION, firms)
    Engagement.objects.update(scope=EngagementScope.RESULTS)
    assert FIRM not in who_reads_notes(Visibility.FUNCTION, firms_let_in(cast.bank))


def test_the_words_stand_above_the_first_question_of_ones_own_walk(
    client: Client, cast: Cast, solo: Assessment
) -> None:
    Assessment.objects.update(visibility=Visibility.NAMED)
    factories.make_sheet(solo, cast.respondent, sections=["RSK"])
    client.force_login(cast.respondent)
    first = text_of(client.get(reverse("section", args=[solo.pk, "risk-awareness"])))
    assert "read them with your name." in first
    assert first.index("read them with your name.") < first.index("4.1")
    assert "Visible to your bank’s lead and reviewers and" in first
    later = text_of(client.get(reverse("section", args=[solo.pk, "risk-usage"])))
    assert "read them with your name." not in later
    assert "Visible to your bank’s lead and reviewers and" in later


def test_a_returned_section_shows_comment_and_sender_until_it_is_submitted_again(
    lead_client: Client, cast: Cast, sheet: Sheet
) -> None:
    row = SentBack.objects.create(
        sheet=sheet,
        dimension="RSK",
        comment="<b>Which</b> committee?",
        by=cast.reviewer,
        at=factories.MOMENT,
    )
    round_url = reverse("round", args=[sheet.assessment.pk])
    risk = reverse("section", args=[sheet.assessment.pk, "risk-usage"])
    words = "Risk was sent back by Rita Reviewer on 2 Nov 2026"
    for address in (round_url, risk):
        response = lead_client.get(address)
        assert words in text_of(response)
        assert "&lt;b&gt;Which&lt;/b&gt; committee?" in response.content.decode()
    data = reverse("section", args=[sheet.assessment.pk, "data-usage"])
    assert words not in text_of(lead_client.get(data))
    SentBack.objects.filter(pk=row.pk).update(done_at=factories.MOMENT)
    assert words not in text_of(lead_client.get(round_url))
