"""The bank's home counts a respondent's own sections alone."""

import pytest
from django.urls import reverse

from assessments.models import Assessment, Sheet
from maturity import load_framework
from tests import factories
from tests.conftest import Cast
from tests.people.test_home import home_of


@pytest.fixture
def mine(cast: Cast) -> Sheet:
    round_ = factories.make_round(cast.bank)
    factories.make_sheet(round_, cast.lead)
    return factories.make_sheet(round_, cast.respondent, sections=["RSK", "CUS"])


def items_of(*dimensions: str) -> list[str]:
    return [item.id for item in load_framework().items.values() if item.dimension in dimensions]


def test_progress_is_told_of_ones_own_total(cast: Cast, mine: Sheet) -> None:
    factories.fill_sheet(mine, {"RSK.A1": 4, "CAP.A1": 4})
    page = home_of(cast, "respondent")
    total = len(items_of("RSK", "CUS"))
    assert [row.answers for row in page.rounds] == [f"1 of {total}"]
    assert f"1 of {total} answered" in page.next.detail
    assert page.next.segments == ("begun", "open")
    assert page.next.title == f"Finish Risk: {len(items_of('RSK')) - 1} questions left"


def test_the_inventory_is_no_step_for_those_who_were_not_asked_about_capacity(
    cast: Cast, mine: Sheet
) -> None:
    factories.fill_sheet(mine, dict.fromkeys(items_of("RSK", "CUS"), 3))
    step = home_of(cast, "respondent").next
    assert step.action is not None
    assert step.action.url == reverse("review", args=[mine.assessment.pk])
    Sheet.objects.filter(pk=mine.pk).update(sections=["CAP"])
    factories.fill_sheet(mine, dict.fromkeys(items_of("CAP"), 3))
    step = home_of(cast, "respondent").next
    assert step.action is not None
    assert step.action.url == reverse("channels", args=[mine.assessment.pk])
    assert step.segments == ("done", "open")


def test_somebody_asked_about_everything_keeps_the_whole(cast: Cast, mine: Sheet) -> None:
    factories.fill_sheet(Sheet.objects.get(respondent=cast.lead), {"RSK.A1": 4, "CAP.A1": 4})
    page = home_of(cast)
    assert [row.answers for row in page.rounds] == [f"2 of {len(load_framework().items)}"]
    assert len(page.next.segments) == 8
    assert Assessment.objects.count() == 1
