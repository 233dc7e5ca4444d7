"""Imports that meet each other or the closing of their round, on every database."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from assessments.exchange import in_services
from assessments.models import AnswerChange, Assessment, Intake, Sheet, SheetStatus
from assessments.survey import round_services
from assessments.survey.writing import LockedError
from tests import factories
from tests.addresses import make_intake

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 6


@pytest.fixture
def intake(transactional_db: None) -> Intake:
    """The lead's workbook with one answer, in a round in which a second person has submitted."""
    lead = factories.make_user("lead@norvane.example")
    round_ = factories.make_round(factories.make_bank(lead))
    factories.fill_sheet(factories.make_sheet(round_, lead), {"CAP.A1": 3})
    other = factories.make_user("other@norvane.example")
    factories.make_sheet(round_, other, status=SheetStatus.SUBMITTED)
    return make_intake(round_, lead)


def store(intake: Intake) -> str:
    sheet = Sheet.objects.select_related("assessment__organisation").get(
        respondent=intake.brought_by
    )
    try:
        done = in_services.import_answers(
            intake=intake, sheet=sheet, choices={}, by=intake.brought_by, now=timezone.now()
        )
    except LockedError:
        return "refused"
    return "again" if done.again else "stored"


def close(intake: Intake) -> str:
    assessment = Assessment.objects.select_related("organisation").get(intakes=intake)
    round_services.close_round(assessment=assessment, by=intake.brought_by, now=timezone.now())
    return "closed"


def at_once(intake: Intake, *, closing: int) -> list[str]:
    """Some threads close the round while the others store the file; what came of each."""
    start = Barrier(WRITERS)

    def work(place: int) -> str:
        start.wait()
        try:
            return (close if place < closing else store)(Intake.objects.get(pk=intake.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return sorted(pool.map(work, range(WRITERS)))


def test_of_several_clicks_exactly_one_stores(intake: Intake) -> None:
    assert at_once(intake, closing=0) == ["again"] * (WRITERS - 1) + ["stored"]
    assert AnswerChange.objects.filter(version=2).count() == 1


def test_an_import_comes_wholly_before_the_closing_or_not_at_all(intake: Intake) -> None:
    came = at_once(intake, closing=1)
    assert came.count("closed") == 1
    stored = came.count("stored")
    assert (stored, "again" in came or stored == 1) in {(1, True), (0, False)}
    assert AnswerChange.objects.filter(version=2).count() == stored
    held = Intake.objects.get(pk=intake.pk)
    assert ("imported" in held.content) is bool(stored)
