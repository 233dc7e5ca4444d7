"""Writes to a round as a whole: starting, renaming, closing, reopening."""

import datetime as dt

from django.db import IntegrityError, transaction

from assessments.models import (
    Assessment,
    AssessmentStatus,
    Function,
    Organisation,
    SentBack,
    Sheet,
    SheetStatus,
    User,
)
from assessments.survey.queries import Lock, round_lock, turnout
from assessments.survey.writing import LockedError, hold_round, record_on
from maturity import load_framework


class PeriodTakenError(Exception):
    """The bank already has a round of that name."""


class NothingSubmittedError(Exception):
    """A round is closed only once somebody has submitted."""


def start_round(
    *,
    organisation: Organisation,
    period: str,
    due_on: dt.date | None,
    function: str,
    by: User,
) -> Assessment:
    """Open a round and give its starter a sheet. Raises PeriodTakenError."""
    try:
        with transaction.atomic():
            assessment = Assessment.objects.create(
                organisation=organisation,
                period=period,
                due_on=due_on,
                framework_version=load_framework().version,
                started_by=by,
            )
            sheet = Sheet.objects.create(
                assessment=assessment, respondent=by, function=Function(function)
            )
            record_on(
                assessment, by, "round started", f"assessment:{assessment.pk}", sheet=sheet.pk
            )
    except IntegrityError as error:
        raise PeriodTakenError from error
    return assessment


def edit_round(*, assessment: Assessment, period: str, due_on: dt.date | None, by: User) -> None:
    """Rename a round or move its due date, until it is published."""
    try:
        with transaction.atomic():
            held = hold_round(assessment)
            if held.status == AssessmentStatus.PUBLISHED:
                raise LockedError(Lock.PUBLISHED)
            held.period, held.due_on = period, due_on
            held.save(update_fields=["period", "due_on"])
            record_on(held, by, "round changed", f"assessment:{held.pk}")
    except IntegrityError as error:
        raise PeriodTakenError from error


def close_round(*, assessment: Assessment, by: User, now: dt.datetime) -> None:
    """Stop taking answers. Raises NothingSubmittedError, or LockedError when published."""
    with transaction.atomic():
        held = hold_round(assessment)
        list(held.sheets.select_for_update())  # saves under way finish first
        if held.status == AssessmentStatus.CLOSED:
            return
        if lock := round_lock(held):
            raise LockedError(lock)
        if not turnout(held).submitted:
            raise NothingSubmittedError
        held.status, held.closed_at = AssessmentStatus.CLOSED, now
        held.save(update_fields=["status", "closed_at"])
        record_on(held, by, "round closed", f"assessment:{held.pk}")


def reopen_round(*, assessment: Assessment, by: User) -> None:
    """Take answers again, which hides the findings. Sheets that were sent back open too.

    Raises LockedError when published.
    """
    with transaction.atomic():
        held = hold_round(assessment)
        if held.status == AssessmentStatus.PUBLISHED:
            raise LockedError(Lock.PUBLISHED)
        if held.status == AssessmentStatus.CLOSED:
            held.status, held.closed_at = AssessmentStatus.OPEN, None
            held.save(update_fields=["status", "closed_at"])
            returned = held.sheets.filter(returns__in=SentBack.objects.filter(done_at=None))
            Sheet.objects.filter(pk__in=list(returned.values_list("pk", flat=True))).update(
                status=SheetStatus.OPEN, submitted_at=None
            )
            record_on(held, by, "round reopened", f"assessment:{held.pk}")
