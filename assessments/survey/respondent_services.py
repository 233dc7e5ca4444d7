"""Writes to who answers what in a round. Every function says who did it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from assessments.access.sheet_writing import open_sheet
from assessments.models import Assessment, Function, Sheet, SheetStatus, User
from assessments.survey.outline import outline, outline_of
from assessments.survey.queries import ACCOUNTABLE, accountable_in, round_lock
from assessments.survey.respondent_queries import accountable_mark, mark_of
from assessments.survey.writing import LockedError, hold_round, record_on


class ChangedMeanwhileError(Exception):
    """Somebody else changed who answers what, or a respondent submitted, since the page was made."""


class NotEmptyError(Exception):
    """A sheet that holds answers, or held some, is never taken away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one respondent is to be asked. `was` is the mark of what the page was made from."""

    function: str
    sections: tuple[str, ...]  # dimensions; at least one
    was: str


def assign(
    *,
    assessment: Assessment,
    asked: Mapping[int, Asked],
    accountable: Mapping[str, str],
    accountable_was: str,
    by: User,
) -> None:
    """Store who answers what and whose answers count double, all of it or nothing.

    Only open sheets change. Answers in a section that is taken away stay stored and do not count.
    Raises LockedError or ChangedMeanwhileError.
    """
    with transaction.atomic():
        held = hold_round(assessment)
        if lock := round_lock(held):
            raise LockedError(lock)
        rows = {row.pk: row for row in held.sheets.select_for_update().filter(pk__in=asked)}
        for pk, wanted in asked.items():
            _assign_one(held, rows.get(pk), wanted, by)
        _set_accountable(held, accountable, accountable_was, by)


def _assign_one(held: Assessment, row: Sheet | None, wanted: Asked, by: User) -> None:
    if row is None:
        raise ChangedMeanwhileError
    own = outline_of(wanted.sections)
    sections = [] if own is outline() else list(own.dimensions)
    if (row.function, row.sections) == (wanted.function, sections):
        return
    if mark_of(row) != wanted.was or row.status != SheetStatus.OPEN:
        raise ChangedMeanwhileError
    row.function, row.sections = Function(wanted.function), sections
    row.save(update_fields=["function", "sections"])
    record_on(
        held,
        by,
        "sections assigned",
        f"sheet:{row.pk}",
        sections=list(own.dimensions),
        function=wanted.function,
    )


def _set_accountable(held: Assessment, wanted: Mapping[str, str], was: str, by: User) -> None:
    if dict(wanted) == dict(accountable_in(held)):
        return
    if accountable_mark(held) != was:
        raise ChangedMeanwhileError
    held.accountable = {
        dimension: function
        for dimension, function in wanted.items()
        if function != ACCOUNTABLE[dimension]
    }
    held.save(update_fields=["accountable"])
    record_on(held, by, "accountable chosen", f"assessment:{held.pk}", **held.accountable)


def add_respondent(*, assessment: Assessment, person: User, function: str, by: User) -> Sheet:
    """Ask a member about the whole questionnaire; once is enough. Raises LockedError."""
    with transaction.atomic():
        held = hold_round(assessment)
        if lock := round_lock(held):
            raise LockedError(lock)
        sheet, new = open_sheet(assessment=held, respondent=person, function=function)
        if new:
            record_on(held, by, "respondent added", f"sheet:{sheet.pk}", function=function)
    return sheet


def remove_respondent(*, sheet: Sheet, by: User) -> None:
    """Take an empty sheet out of an open round. Raises LockedError or NotEmptyError."""
    with transaction.atomic():
        held = hold_round(sheet.assessment)
        if lock := round_lock(held):
            raise LockedError(lock)
        row = held.sheets.select_for_update().filter(pk=sheet.pk).first()
        if row is None:
            return
        if row.changes.exists() or row.answers.filter(carried=False).exists():
            raise NotEmptyError
        record_on(held, by, "respondent removed", f"sheet:{row.pk}")
        row.delete()
