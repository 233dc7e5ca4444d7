"""Two writers at once: exactly one wins, on every database."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from assessments.models import AssessmentStatus, Sheet, SheetStatus
from assessments.survey import round_services, services
from assessments.survey.answers import Save
from assessments.survey.writing import LockedError
from tests import factories

WRITERS = 6


def at_once(work: Callable[[int], str]) -> Counter[str]:
    """Run the same work in several threads that start together; count what came of it."""
    start = Barrier(WRITERS)

    def one(place: int) -> str:
        start.wait()
        try:
            return work(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return Counter(pool.map(one, range(WRITERS)))


@pytest.fixture
def race_sheet(transactional_db: None) -> Sheet:
    lead = factories.make_user("lead@norvane.example")
    return factories.make_sheet(factories.make_round(factories.make_bank(lead)), lead)


def fresh(sheet: Sheet) -> Sheet:
    return Sheet.objects.select_related("assessment__organisation", "respondent").get(pk=sheet.pk)


def save(sheet: Sheet, level: int, version: int = 0, key: str | None = None) -> str:
    mine = fresh(sheet)
    assert mine.respondent is not None
    wanted = Save(
        answer=level,
        version=version,
        client_id=uuid4() if key is None else uuid4().__class__(key),
        texts={},
        digest=key or str(uuid4()),
    )
    try:
        services.save_answer(
            sheet=mine, item="CAP.A1", save=wanted, by=mine.respondent, now=timezone.now()
        )
    except services.StaleAnswerError:
        return "conflict"
    except LockedError:
        return "locked"
    return "saved"


@pytest.mark.parametrize("version", [0, 1])
def test_of_several_writers_exactly_one_wins(race_sheet: Sheet, version: int) -> None:
    if version:
        factories.fill_sheet(race_sheet, {"CAP.A1": "NA"})
    # six different values: five levels and a note of its own would do; levels repeat, so DK too
    outcome = at_once(lambda place: save(race_sheet, place % 5 + 1, version))
    winner = race_sheet.answers.get()
    same = 2 if winner.level == 1 else 1  # two writers want level 1: the second finds it stored
    assert outcome == Counter(saved=same, conflict=WRITERS - same)
    assert race_sheet.changes.filter(version=version + 1).count() == 1
    assert winner.version == version + 1


def test_b6_one_request_sent_six_times_at_once_counts_once(race_sheet: Sheet) -> None:
    key = str(uuid4())
    assert at_once(lambda _: save(race_sheet, 3, key=key)) == Counter(saved=WRITERS)
    assert list(race_sheet.changes.values_list("level", "version")) == [(3, 1)]


def test_nothing_is_saved_after_the_round_closed(race_sheet: Sheet) -> None:
    factories.make_sheet(
        race_sheet.assessment,
        factories.make_user("second@norvane.example"),
        status=SheetStatus.SUBMITTED,
    )

    def work(place: int) -> str:
        if place:
            return save(race_sheet, place)
        mine = fresh(race_sheet)
        assert mine.respondent is not None
        round_services.close_round(
            assessment=mine.assessment, by=mine.respondent, now=timezone.now()
        )
        return "closed"

    outcome = at_once(work)
    race_sheet.assessment.refresh_from_db()
    assert race_sheet.assessment.status == AssessmentStatus.CLOSED
    assert outcome["closed"] == 1
    assert race_sheet.changes.count() == outcome["saved"]
    assert outcome["saved"] + outcome["conflict"] + outcome["locked"] == WRITERS - 1
    closed_at = race_sheet.assessment.closed_at
    assert closed_at is not None
    assert not race_sheet.changes.filter(at__gt=timezone.now()).exists()
    assert save(race_sheet, 5, version=race_sheet.changes.count()) == "locked"


def test_six_submits_hand_in_once(race_sheet: Sheet) -> None:
    factories.fill_sheet(race_sheet, {"CAP.A1": 3})

    def work(_: int) -> str:
        mine = fresh(race_sheet)
        assert mine.respondent is not None
        services.submit(sheet=mine, by=mine.respondent, now=timezone.now())
        return "done"

    assert at_once(work) == Counter(done=WRITERS)
    bank = race_sheet.assessment.organisation
    assert list(bank.events.values_list("verb", flat=True)) == ["sheet submitted"]
