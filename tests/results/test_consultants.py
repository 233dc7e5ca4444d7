"""What a consultant reads in a client's rounds, by the scope that the bank granted."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, AssessmentStatus, EngagementScope, Function, SheetStatus
from tests import factories
from tests.conftest import Cast

ANSWERS = {EngagementScope.RESULTS: "2 answers", EngagementScope.ANSWERS: "2, 4"}


@pytest.fixture
def closed(cast: Cast) -> Assessment:
    """Two people who differ by two levels on one question."""
    round_ = factories.make_round(
        cast.bank, status=AssessmentStatus.CLOSED, channels_confirmed=True
    )
    for person, level, function in (
        (cast.lead, 2, Function.EXECUTIVE),
        (cast.respondent, 4, Function.RISK),
    ):
        sheet = factories.make_sheet(
            round_, person, function=function, status=SheetStatus.SUBMITTED
        )
        factories.fill_sheet(sheet, factories.whole_sheet() | {"CAP.A1": level})
    return round_


@pytest.mark.parametrize("scope", EngagementScope)
def test_single_ratings_show_where_answers_are_open_and_only_their_count_elsewhere(
    client: Client, cast: Cast, closed: Assessment, scope: EngagementScope
) -> None:
    type(cast.engagement).objects.filter(pk=cast.engagement.pk).update(scope=scope)
    for person in (cast.consultant, cast.admin):
        client.force_login(person)
        page = client.get(reverse("scoring", args=[closed.pk])).context["page"]
        row = page.dimensions[0].facets[0].rows[0]
        assert (row.id, row.answers) == ("CAP.A1", ANSWERS[min(scope, EngagementScope.ANSWERS)])


def test_a_respondent_with_whom_results_are_shared_reads_no_single_rating(
    client: Client, cast: Cast, closed: Assessment
) -> None:
    Assessment.objects.update(shared_with_respondents=True)
    client.force_login(cast.respondent)
    page = client.get(reverse("scoring", args=[closed.pk])).context["page"]
    assert page.dimensions[0].facets[0].rows[0].answers == "2 answers"


@pytest.mark.parametrize("scope", EngagementScope)
@pytest.mark.parametrize("person", ["consultant", "admin"])
@pytest.mark.parametrize("status", ["open", "closed"])
def test_no_link_of_a_consultant_s_pages_leads_to_a_refusal(  # noqa: PLR0917 -- fixtures and cases
    client: Client,
    cast: Cast,
    closed: Assessment,
    scope: EngagementScope,
    person: str,
    status: str,
) -> None:
    type(cast.engagement).objects.filter(pk=cast.engagement.pk).update(scope=scope)
    Assessment.objects.update(status=status)
    client.force_login(getattr(cast, person))
    refused = []
    for name, pk in (
        ("firm", cast.firm.pk),
        ("bank", cast.bank.pk),
        ("bank_profile", cast.bank.pk),
        *((page, closed.pk) for page in ("round", "results", "scoring", "roadmap", "agreement")),
    ):
        address = reverse(name, args=[pk])
        answer = client.get(address)
        assert (address, answer.status_code) == (address, 200)
        links = links_in(answer.content.decode())
        refused += [link for link in links if client.get(link).status_code in {403, 404}]
    assert refused == []


@pytest.mark.parametrize("scope", EngagementScope)
def test_a_consultant_is_offered_nothing_that_only_the_bank_does(
    client: Client, cast: Cast, closed: Assessment, scope: EngagementScope
) -> None:
    type(cast.engagement).objects.filter(pk=cast.engagement.pk).update(scope=scope)
    client.force_login(cast.consultant)
    found = set()
    for name in ("round", "results", "roadmap", "scoring"):
        page = client.get(reverse(name, args=[closed.pk])).content.decode()
        found |= {what for what in FORBIDDEN if reverse(what, args=[closed.pk]) in page}
    assert found == set()


FORBIDDEN = (
    "close",
    "channels",
    "publish",
    "reopen",
    "review",
    "round_edit",
    "roadmap_settings",
    "submit",
)


def test_words_for_a_consultant_speak_of_reading_not_of_answering(
    client: Client, cast: Cast, closed: Assessment
) -> None:
    client.force_login(cast.consultant)
    for status in ("open", "closed"):
        Assessment.objects.update(status=status)
        for name, pk in (("bank", cast.bank.pk), ("round", closed.pk)):
            page = client.get(reverse(name, args=[pk])).content.decode()
            for wrong in ("You were not asked", "Your answers", "Nothing to answer", "Thank you"):
                assert (name, status, wrong, wrong in page) == (name, status, wrong, False)


def links_in(page: str) -> set[str]:
    """Addresses on this site that a page's links lead to."""
    parts = page.split('href="')[1:]
    found = {part.split('"')[0].split("#")[0].replace("&amp;", "&") for part in parts}
    return {
        link
        for link in found
        if link.startswith("/") and not link.startswith(("/static", "/sample"))
    }
