"""Customers of single regions: entered by the lead, scored apart, frozen with the round."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import (
    Assessment,
    AssessmentStatus,
    Event,
    Region,
    RegionEstimate,
    SheetStatus,
    Snapshot,
)
from assessments.reports import queries
from assessments.reports.paper import customers
from assessments.results.queries import result_for
from assessments.results.services import publish
from assessments.survey.region_forms import customer_items
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)


@pytest.fixture
def north(cast: Cast) -> Region:
    return Region.objects.create(organisation=cast.bank, name="North")


@pytest.fixture
def lead(client: Client, cast: Cast) -> Client:
    client.force_login(cast.lead)
    return client


def closed(cast: Cast) -> Assessment:
    round_ = factories.make_round(cast.bank, status=AssessmentStatus.CLOSED)
    sheet = factories.make_sheet(round_, cast.lead, status=SheetStatus.SUBMITTED)
    factories.fill_sheet(sheet, factories.whole_sheet(3))
    return round_


def address(round_: Assessment, region: Region) -> str:
    return reverse("region", args=[round_.pk, region.pk])


def every(answer: str) -> dict[str, str]:
    return dict.fromkeys(customer_items(), answer)


def test_the_leads_estimate_is_stored_and_told_in_the_list(
    lead: Client, cast: Cast, north: Region
) -> None:
    round_ = factories.make_round(cast.bank)
    sent = {"CUS.A1": "4", "CUS.U1": "DK", "CUS.A2": "", "seen": ""}
    assert lead.post(address(round_, north), sent).status_code == 302
    rows = RegionEstimate.objects.values_list("item", "level", "special", "updated_by")
    assert sorted(rows) == [
        ("CUS.A1", 4, "", cast.lead.pk),
        ("CUS.U1", None, "DK", cast.lead.pk),
    ]
    page = lead.get(reverse("regions", args=[round_.pk])).context["page"]
    assert [(row.name, row.count, row.kind) for row in page.rows] == [
        ("North", "2 of 10", "progress")
    ]
    event = Event.objects.get(verb="region estimated")
    assert event.target == f"region:{north.pk}"


def test_a_bank_without_regions_is_told_where_to_name_them(lead: Client, cast: Cast) -> None:
    page = lead.get(reverse("regions", args=[factories.make_round(cast.bank).pk]))
    assert reverse("bank_profile", args=[cast.bank.pk]) in page.content.decode()


def test_b1_an_answer_that_is_not_offered_is_refused_and_what_was_chosen_stays(
    lead: Client, cast: Cast, north: Region
) -> None:
    round_ = factories.make_round(cast.bank)
    answer = lead.post(
        address(round_, north), every("3") | {"CUS.A1": "6", "CUS.A2": "NaN", "seen": ""}
    )
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"CUS.A1", "CUS.A2"}
    assert answer.context["form"]["CUS.U1"].value() == "3"
    assert not RegionEstimate.objects.exists()


def test_b3_answers_stored_meanwhile_are_not_overwritten_unseen(
    lead: Client, cast: Cast, north: Region
) -> None:
    round_ = factories.make_round(cast.bank)
    lead.post(address(round_, north), {"CUS.A1": "2", "seen": ""})
    late = lead.post(address(round_, north), {"CUS.A1": "5", "seen": ""})
    assert late.status_code == 409
    assert RegionEstimate.objects.get().level == 2
    again = {"CUS.A1": "5", "seen": late.context["form"].data["seen"]}
    assert lead.post(address(round_, north), again).status_code == 302
    assert RegionEstimate.objects.get().level == 5


def test_each_region_gets_a_score_and_a_strategy_and_the_bank_keeps_its_own(
    lead: Client, cast: Cast, north: Region
) -> None:
    round_ = closed(cast)
    before = result_for(round_, NOW)
    lead.post(address(round_, north), every("1") | {"seen": ""})
    result = result_for(round_, NOW)
    assert before is not None
    assert result is not None
    assert result.findings == before.findings
    assert result.written != before.written
    found = result.regions["North"]
    assert found.bank == result.findings.bank
    assert found.customer.score == 0
    page = lead.get(reverse("results", args=[round_.pk]))
    regions = page.context["page"].regions
    assert [(row.name, row.score) for row in regions.rows] == [
        ("All customers", "50.0"),
        ("North", "0.0"),
    ]
    assert regions.title == "1 region calls for another strategy: North"
    assert regions.title in page.content.decode()


def test_the_report_prints_the_regions_and_is_another_than_without_them(
    lead: Client, cast: Cast, north: Region
) -> None:
    round_ = closed(cast)
    bare = queries.edition_for(round_, language="en")
    lead.post(address(round_, north), every("1") | {"seen": ""})
    edition = queries.edition_for(round_, language="en")
    assert edition is not None
    assert bare is not None
    assert queries.content_key(edition) != queries.content_key(bare)
    rows = customers.build(edition).regions_rows
    assert [(row.term, row.value.split(" · ")[0]) for row in rows] == [("North", "0.0 (0.0–16.8)")]
    assert customers.build(bare).regions_rows == ()


def test_publishing_freezes_the_regions_and_closes_their_pages(
    lead: Client, cast: Cast, north: Region
) -> None:
    round_ = closed(cast)
    lead.post(address(round_, north), every("5") | {"seen": ""})
    publish(assessment=round_, by=cast.lead, now=NOW)
    frozen = Snapshot.objects.get()
    assert frozen.regions["North"]["customer"]["score"] == 100.0
    seen = RegionEstimate.objects.order_by("-updated_at")[0].updated_at.isoformat()
    refused = lead.post(address(round_, north), every("1") | {"seen": seen})
    assert refused.status_code == 423
    RegionEstimate.objects.update(level=1)
    north.delete()
    round_.refresh_from_db()
    result = result_for(round_, NOW)
    assert result is not None
    assert result.regions["North"].customer.score == 100.0


def test_s6_the_region_of_another_bank_does_not_exist_here(lead: Client, cast: Cast) -> None:
    foreign = Region.objects.create(organisation=cast.other_bank, name="South")
    round_ = factories.make_round(cast.bank)
    assert lead.get(address(round_, foreign)).status_code == 404
    assert lead.post(address(round_, foreign), every("3") | {"seen": ""}).status_code == 404


def test_a_result_without_regions_says_nothing_of_them(lead: Client, cast: Cast) -> None:
    page = lead.get(reverse("results", args=[closed(cast).pk]))
    assert page.context["page"].regions is None
