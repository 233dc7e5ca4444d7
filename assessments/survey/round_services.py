"""Writes to a round as a whole: starting, renaming, closing, reopening."""

import datetime as dt

from django.db import IntegrityError, transaction

from assessments.access.sheet_writing import open_sheet
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Organisation,
    SentBack,
    Sheet,
    SheetStatus,
    User,
    Visibility,
)
from assessments.survey.queries import (
    STRICTNESS,
    Lock,
    round_lock,
    stays_closed,
    strictest_promise,
    turnout,
)
from assessments.survey.writing import LockedError, hold_round, record_on
from maturity import load_framework


class PeriodTakenError(Exception):
    """The bank already has a round of that name."""


class LoosenedError(Exception):
    """Answers were given under a stricter promise than the one now wanted."""


class BroughtError(Exception):
    """A round from a case file has nobody who could answer; it stays closed."""


class DisclosedError(Exception):
    """The results of an anonymous round have been shown; it stays closed."""


class NothingSubmittedError(Exception):
    """A round is closed only once somebody has submitted."""


def start_round(
    *,
    organisation: Organisation,
    period: str,
    due_on: dt.date | None,
    function: str,
    by: User,
    visibility: str = Visibility.FUNCTION,
    shared_with_respondents: bool = False,
    carried_from: Assessment | None = None,
) -> Assessment:
    """Open a round and give its starter a sheet. Raises PeriodTakenError.

    With `carried_from`, a published round of the same bank, whoever answered then and is asked now
    finds their own answers, each waiting to be confirmed.
    """
    try:
        with transaction.atomic():
            assessment = Assessment.objects.create(
                organisation=organisation,
                period=period,
                due_on=due_on,
                visibility=Visibility(visibility),
                shared_with_respondents=shared_with_respondents,
                framework_version=load_framework().version,
                carried_from=carried_from,
                started_by=by,
            )
            sheet, _ = open_sheet(assessment=assessment, respondent=by, function=function)
            begun = {"carried_from": str(carried_from.pk)} if carried_from else {}
            record_on(
                assessment,
                by,
                "round started",
                f"assessment:{assessment.pk}",
                sheet=sheet.pk,
                **begun,
            )
    except IntegrityError as error:
        raise PeriodTakenError from error
    return assessment


def edit_round(
    *,
    assessment: Assessment,
    period: str,
    due_on: dt.date | None,
    visibility: str,
    shared_with_respondents: bool,
    by: User,
) -> None:
    """Change a round until it is published; who reads what is only ever tightened once answered.

    Raises PeriodTakenError, LockedError or LoosenedError.
    """
    try:
        with transaction.atomic():
            held = hold_round(assessment)
            if held.status == AssessmentStatus.PUBLISHED:
                raise LockedError(Lock.PUBLISHED)
            list(held.sheets.select_for_update())  # a first answer under way is stored first
            if STRICTNESS.index(Visibility(visibility)) < STRICTNESS.index(strictest_promise(held)):
                raise LoosenedError
            held.period, held.due_on, held.visibility = period, due_on, visibility
            held.shared_with_respondents = shared_with_respondents
            held.save(update_fields=["period", "due_on", "visibility", "shared_with_respondents"])
            record_on(
                held,
                by,
                "round changed",
                f"assessment:{held.pk}",
                visibility=visibility,
                shared=shared_with_respondents,
            )
    except IntegrityError as error:
        raise PeriodTakenError from error


def delete_round(*, assessment: Assessment, by: User) -> None:
    """Delete a round with everything in it; a published one stays. Raises LockedError.

    The trail keeps that there was one, how many had answered, and who deleted it.
    """
    with transaction.atomic():
        held = hold_round(assessment)
        if held.status == AssessmentStatus.PUBLISHED:
            raise LockedError(Lock.PUBLISHED)
        list(held.sheets.select_for_update())
        files = [report.file for report in held.reports.exclude(file="")]
        answered = held.sheets.filter(answers__carried=False).distinct().count()
        record_on(held, by, "round deleted", f"assessment:{held.pk}", answered=answered)
        held.delete()
    for file in files:
        file.delete(save=False)


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

    Raises LockedError when published, BroughtError when it came from a case file, DisclosedError
    when its answers are anonymous (queries.stays_closed).
    """
    with transaction.atomic():
        held = hold_round(assessment)
        if held.status == AssessmentStatus.PUBLISHED:
            raise LockedError(Lock.PUBLISHED)
        if held.brought is not None:
            raise BroughtError
        if held.status == AssessmentStatus.CLOSED:
            if stays_closed(held):
                raise DisclosedError
            held.status, held.closed_at = AssessmentStatus.OPEN, None
            held.save(update_fields=["status", "closed_at"])
            returned = held.sheets.filter(returns__in=SentBack.objects.filter(done_at=None))
            Sheet.objects.filter(pk__in=list(returned.values_list("pk", flat=True))).update(
                status=SheetStatus.OPEN, submitted_at=None
            )
            record_on(held, by, "round reopened", f"assessment:{held.pk}")
