"""An anonymous round is closed for good: two states of its results are never compared."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, AssessmentStatus, Event, SheetStatus, Visibility
from assessments.survey import queries, round_services
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def anonymous(cast: Cast) -> Assessment:
    """Four people have submitted; the round is open and anonymous."""
    round_ = factories.make_round(cast.bank)
    round_.visibility = Visibility.ANONYMOUS
    round_.save()
    others = [factories.make_user(f"n{place}@norvane.example") for place in range(2)]
    for person in (cast.lead, cast.respondent, *others):
        sheet = factories.make_sheet(round_, person, status=SheetStatus.SUBMITTED)
        factories.fill_sheet(sheet, factories.whole_sheet())
    return round_


@pytest.fixture
def lead(cast: Cast, client: Client) -> Client:
    client.force_login(cast.lead)
    return client


def status_of(round_: Assessment) -> str:
    return Assessment.objects.get(pk=round_.pk).status


def test_closing_an_anonymous_round_asks_first_and_says_that_it_is_for_good(
    lead: Client, anonymous: Assessment
) -> None:
    address = reverse("close", args=[anonymous.pk])
    asked = lead.get(address)
    assert "Close it for good" in asked.content.decode()
    assert asked.context["page"].turnout == "4 of 4 people asked have submitted."
    assert lead.post(address).status_code == 422
    assert status_of(anonymous) == AssessmentStatus.OPEN
    assert lead.post(address, {"sure": "1"}).status_code == 302
    assert status_of(anonymous) == AssessmentStatus.CLOSED


def test_a_closed_anonymous_round_is_not_opened_again(
    lead: Client, cast: Cast, anonymous: Assessment
) -> None:
    round_services.close_round(assessment=anonymous, by=cast.lead, now=factories.MOMENT)
    response = lead.post(reverse("reopen", args=[anonymous.pk]), follow=True)
    assert status_of(anonymous) == AssessmentStatus.CLOSED
    assert "Because answers are anonymous, it is not opened again" in response.content.decode()
    assert not Event.objects.filter(verb="round reopened").exists()
    with pytest.raises(round_services.DisclosedError):
        round_services.reopen_round(assessment=anonymous, by=cast.lead)


def test_a_closed_anonymous_round_offers_no_way_to_open_it_and_says_why(
    lead: Client, cast: Cast, anonymous: Assessment
) -> None:
    round_services.close_round(assessment=anonymous, by=cast.lead, now=factories.MOMENT)
    page = lead.get(reverse("round", args=[anonymous.pk])).context["page"]
    assert (page.reopen_url, page.lock.reopen_url) == ("", None)
    assert "it is not opened again" in page.lock.text


def test_tightening_a_closed_round_to_anonymous_closes_it_for_good(
    cast: Cast, anonymous: Assessment
) -> None:
    Assessment.objects.filter(pk=anonymous.pk).update(visibility=Visibility.FUNCTION)
    round_ = Assessment.objects.get(pk=anonymous.pk)
    round_services.close_round(assessment=round_, by=cast.lead, now=factories.MOMENT)
    assert queries.may_reopen(Assessment.objects.get(pk=anonymous.pk)) is True
    Assessment.objects.filter(pk=anonymous.pk).update(visibility=Visibility.ANONYMOUS)
    assert queries.may_reopen(Assessment.objects.get(pk=anonymous.pk)) is False


def test_another_round_closes_without_a_question_and_opens_again(
    lead: Client, anonymous: Assessment
) -> None:
    Assessment.objects.filter(pk=anonymous.pk).update(visibility=Visibility.FUNCTION)
    assert lead.post(reverse("close", args=[anonymous.pk])).status_code == 302
    assert status_of(anonymous) == AssessmentStatus.CLOSED
    assert lead.post(reverse("reopen", args=[anonymous.pk])).status_code == 302
    assert status_of(anonymous) == AssessmentStatus.OPEN
