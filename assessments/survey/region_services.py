"""Writes what is estimated about the customers of one region."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from assessments.models import Assessment, Region, RegionEstimate, User
from assessments.survey.region_queries import RegionState, region_lock, region_of
from assessments.survey.writing import LockedError, hold_round, record_on
from maturity.case import Answer


class StaleEstimateError(Exception):
    """Somebody stored other answers meanwhile; `current` is what is stored."""

    def __init__(self, current: RegionState) -> None:
        super().__init__("changed meanwhile")
        self.current = current


def estimate_region(
    *,
    assessment: Assessment,
    region: Region,
    answers: Mapping[str, Answer],
    seen: str,
    by: User,
    now: dt.datetime,
) -> None:
    """Store a region's answers as a whole; an item without an entry has no estimate.

    `seen` is the mark of the state that the form was made from. Raises LockedError or
    StaleEstimateError.
    """
    with transaction.atomic():
        held = hold_round(assessment)
        if lock := region_lock(held):
            raise LockedError(lock)
        current = region_of(held, region)
        if current.mark != seen:
            raise StaleEstimateError(current)
        if dict(current.answers) == dict(answers):
            return
        RegionEstimate.objects.filter(assessment=held, region=region).delete()
        RegionEstimate.objects.bulk_create(
            RegionEstimate(
                assessment=held,
                region=region,
                item=item,
                level=answer if isinstance(answer, int) else None,
                special=answer if isinstance(answer, str) else "",
                updated_by=by,
                updated_at=now,
            )
            for item, answer in answers.items()
        )
        record_on(held, by, "region estimated", f"region:{region.pk}", answered=len(answers))
