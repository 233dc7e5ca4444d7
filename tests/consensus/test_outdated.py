"""What was agreed before a rating changed says so."""

import datetime as dt

from django.test import Client
from django.urls import reverse

from assessments.consensus import queries, services
from assessments.consensus.services import Accord
from assessments.models import Assessment, Sheet, Visibility
from assessments.survey import services as survey
from assessments.survey.queries import value_of
from tests import factories
from tests.conftest import Cast

ITEM = "CAP.A1"
MEETING = factories.MOMENT + dt.timedelta(days=3)
LATER = MEETING + dt.timedelta(days=2)


def settle(round_: Assessment, cast: Cast) -> None:
    services.settle(
        assessment=round_,
        item=ITEM,
        accord=Accord(level=3, reason="Seen together", guests=("Ann",)),
        version=0,
        by=cast.lead,
        now=MEETING,
    )


def rate(round_: Assessment, cast: Cast, level: int | None, note: str = "") -> None:
    """Reopen, change the respondent's rating of the question, hand in, close."""
    Assessment.objects.filter(pk=round_.pk).update(status="open")
    sheet = Sheet.objects.select_related("assessment__organisation", "respondent").get(
        assessment=round_, respondent=cast.respondent
    )
    survey.reopen_sheet(sheet=sheet, by=cast.respondent)
    row = sheet.answers.get(item=ITEM)
    entry = survey.Entry(answer=level, version=row.version, texts={"note": note})
    survey.save_section(sheet=sheet, entries={ITEM: entry}, by=cast.respondent, now=LATER)
    assert value_of({ITEM: sheet.answers.get(item=ITEM)}, ITEM).note == note
    survey.submit(sheet=sheet, by=cast.respondent, now=LATER)
    Assessment.objects.filter(pk=round_.pk).update(status="closed")


def test_an_agreed_level_is_outdated_once_a_rating_is_newer_than_the_meeting(
    round_: Assessment, cast: Cast, lead: Client
) -> None:
    settle(round_, cast)
    assert queries.settled_before_changes(round_) == frozenset()
    rate(round_, cast, 4)
    assert queries.settled_before_changes(round_) == {ITEM}
    page = lead.get(reverse("agreement_item", args=[round_.pk, ITEM]))
    assert page.context["page"].outdated.startswith("Settled before answers changed")
    agenda = lead.get(reverse("agenda", args=[round_.pk])).context["page"]
    told = {point.title: bool(point.outdated) for point in (*agenda.points, *agenda.others)}
    assert sum(told.values()) == 1


def test_another_note_does_not_outdate_what_was_agreed(round_: Assessment, cast: Cast) -> None:
    settle(round_, cast)
    rate(round_, cast, None, note="Found the minutes")
    assert queries.settled_before_changes(round_) == frozenset()


def test_a_rating_that_was_changed_and_put_back_does_not_either(
    round_: Assessment, cast: Cast
) -> None:
    settle(round_, cast)
    rate(round_, cast, 4)
    rate(round_, cast, 1)
    assert queries.settled_before_changes(round_) == frozenset()


def test_in_an_anonymous_round_nothing_is_said(round_: Assessment, cast: Cast) -> None:
    settle(round_, cast)
    rate(round_, cast, 4)
    round_.visibility = Visibility.ANONYMOUS
    assert queries.settled_before_changes(round_) == frozenset()
