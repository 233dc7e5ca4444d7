"""Writes to one person's answers. Every function says who did it and when."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import FilteredRelation, Q, QuerySet

from assessments.models import (
    AnswerChange,
    AssessmentStatus,
    SavedAnswer,
    SentBack,
    Sheet,
    SheetStatus,
    User,
)
from assessments.survey import queries
from assessments.survey.answers import BLANK, Answer, Save, Value
from assessments.survey.outline import outline
from assessments.survey.queries import Lock, sheet_lock
from assessments.survey.writing import LockedError, record_on, refuse_outside

COLUMNS = tuple(BLANK.columns())  # what an answer is made of, as its rows name it
_CURRENT = tuple(f"current__{name}" for name in COLUMNS)
_CARRIED = "current__carried"
_STATUSES = ("status", "assessment__status", "sections")


class StaleAnswerError(Exception):
    """Someone stored another value meanwhile; `current` is what is stored."""

    def __init__(self, current: "Saved") -> None:
        super().__init__(f"version {current.version}")
        self.current = current


class KeyReusedError(Exception):
    """The key of an earlier save came with another body."""


class IncompleteError(Exception):
    """A sheet cannot be submitted yet: these items are N/A without a reason, or all is blank."""

    def __init__(self, reasons_missing: tuple[str, ...]) -> None:
        super().__init__(", ".join(reasons_missing) or "no answers")
        self.reasons_missing = reasons_missing


# ---- answers -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What is stored for a question. Version 0 was never given in this round.

    It has a moment only where it was carried over: when it was given in the round before.
    """

    value: Value
    version: int
    at: dt.datetime | None

    @classmethod
    def of(cls, row: SavedAnswer | None) -> "Saved":
        if row is None:
            return cls(value=BLANK, version=0, at=None)
        return cls(value=Value.of(row), version=row.version, at=row.updated_at)


def save_answer(*, sheet: Sheet, item: str, save: Save, by: User, now: dt.datetime) -> Saved:
    """Store one answer if nobody stored another since `save.version`: one row, one line of history.

    A repeat of the same request gets the same reply; a value that is already stored is success.
    Any save confirms an answer that was carried over.
    Raises LockedError, StaleAnswerError, KeyReusedError or OutsideSectionsError.
    """
    try:
        with transaction.atomic():
            current = _hold_answer(sheet, item)
            value = current.value.changed(save.answer, save.texts).confirmed()
            fits = save.version == current.version and value != current.value
            if not fits and (earlier := _replay(sheet, save)):
                return earlier
            if value == current.value:
                return current
            if not fits:
                raise StaleAnswerError(current)
            return _store(sheet, item, current, value, save=save, by=by, now=now)
    except IntegrityError as error:
        # The version was right, so it is the key that is already used up.
        raise KeyReusedError from error


def _hold(sheet: Sheet) -> Sheet:
    """Read the statuses again and hold the sheet: saves, submit and close happen one by one.

    SQLite's transactions hold the whole database from their start. Elsewhere the row is locked
    first and read after the wait, since a locking join may show the round as it was before.
    """
    _lock_row(sheet)
    _read_statuses(sheet)
    _refuse_if_locked(sheet)
    return sheet


def _hold_answer(sheet: Sheet, item: str) -> Saved:
    """Hold the sheet and read one answer on it, in one statement."""
    _lock_row(sheet)
    row = (
        _own_row(sheet)
        .annotate(current=FilteredRelation("answers", condition=Q(answers__item=item)))
        .values_list(*_STATUSES, "current__version", "current__updated_at", _CARRIED, *_CURRENT)
        .first()
    )
    if row is None:
        raise LockedError(Lock.REMOVED)
    sheet.status, sheet.assessment.status, sheet.sections, version, at, carried, *columns = row
    _refuse_if_locked(sheet)
    refuse_outside(sheet, outline().page_of[item].dimension)
    if version is None:
        return Saved.of(None)
    value = Value(**dict(zip(COLUMNS, columns, strict=True)), carried=carried)
    return Saved(value=value, version=version, at=at)


def _own_row(sheet: Sheet) -> QuerySet[Sheet]:
    return Sheet.objects.filter(pk=sheet.pk)


def _lock_row(sheet: Sheet) -> None:
    if connection.features.has_select_for_update:
        list(_own_row(sheet).select_for_update().values_list("pk"))


def _read_statuses(sheet: Sheet) -> None:
    row = _own_row(sheet).values_list(*_STATUSES).first()
    if row is None:
        raise LockedError(Lock.REMOVED)
    sheet.status, sheet.assessment.status, sheet.sections = row


def _refuse_if_locked(sheet: Sheet) -> None:
    if lock := sheet_lock(sheet):
        raise LockedError(lock)


def _replay(sheet: Sheet, save: Save) -> Saved | None:
    """The reply that this very request already had, if it was carried out before."""
    change = sheet.changes.filter(client_id=save.client_id).first()
    if change is None:
        return None
    if change.digest != save.digest:
        raise KeyReusedError
    return Saved(value=Value.of(change), version=change.version, at=change.at)


def _store(
    sheet: Sheet,
    item: str,
    current: Saved,
    value: Value,
    *,
    save: Save,
    by: User,
    now: dt.datetime,
) -> Saved:
    version = current.version + 1
    columns = value.columns()
    if current.at is None:
        SavedAnswer.objects.create(
            sheet=sheet, item=item, version=version, updated_at=now, **columns
        )
    else:
        before = current.value.columns()
        changed = {name: columns[name] for name in COLUMNS if columns[name] != before[name]}
        SavedAnswer.objects.filter(sheet=sheet.pk, item=item).update(
            version=version, updated_at=now, carried=False, **changed
        )
    AnswerChange.objects.create(
        sheet=sheet,
        item=item,
        version=version,
        by=by,
        at=now,
        client_id=save.client_id,
        digest=save.digest,
        **columns,
    )
    return Saved(value=value, version=version, at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One question of a page as its form was sent. Fields that are not valid are left out."""

    answer: Answer  # None: no answer was marked
    version: int  # the version the page was made from
    texts: Mapping[str, str]

    def onto(self, value: Value) -> Value:
        return value.changed(value.marked if self.answer is None else self.answer, self.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two windows, two values: what is stored, and what this window wanted."""

    stored: Saved
    wanted: Value


def save_section(
    *,
    sheet: Sheet,
    entries: Mapping[str, Entry],
    by: User,
    now: dt.datetime,
    confirming: Collection[str] = (),
) -> dict[str, Clash]:
    """Store a page of answers in one transaction; return what another window changed meanwhile.

    What this window did not touch is left alone, whatever its version; so an answer that was
    carried over keeps waiting unless it is changed or its item is named in `confirming`. Raises
    LockedError or OutsideSectionsError.
    """
    with transaction.atomic():
        locked = _hold(sheet)
        for item in entries:
            refuse_outside(locked, outline().page_of[item].dimension)
        rows = queries.answers_on(locked, entries)
        weighed = weigh(locked, rows, entries, confirming)
        _store_many(locked, rows, weighed.writable, by=by, now=now)
    return weighed.clashes


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What storing some entries would do: values that can be stored, and those that cannot."""

    writable: dict[str, Value]
    clashes: dict[str, Clash]


def weigh(
    sheet: Sheet,
    rows: Mapping[str, SavedAnswer],
    entries: Mapping[str, Entry],
    confirming: Collection[str] = (),
) -> Weighed:
    """Tell what would change from what another window changed meanwhile, without writing.

    `rows` are the stored answers to the entries' items. An entry that says what is stored, or what
    its page was made from, changes nothing, unless it was carried over and is being confirmed.
    """
    wanted = {item: entry.onto(queries.value_of(rows, item)) for item, entry in entries.items()}
    changed = {
        item: value.confirmed()
        for item, value in wanted.items()
        if value != queries.value_of(rows, item) or (value.carried and item in confirming)
    }
    stale = [item for item in changed if entries[item].version != Saved.of(rows.get(item)).version]
    untouched = _untouched(sheet, {item: entries[item] for item in stale})
    return Weighed(
        writable={item: value for item, value in changed.items() if item not in stale},
        clashes={
            item: Clash(stored=Saved.of(rows[item]), wanted=changed[item])
            for item in stale
            if item not in untouched and item in rows
        },
    )


def _untouched(sheet: Sheet, entries: Mapping[str, Entry]) -> set[str]:
    """Items whose form still holds what its page was made from, found in the history."""
    if not entries:
        return set()
    bases = {
        change.item: Value.of(change)
        for change in sheet.changes.filter(item__in=list(entries))
        if change.version == entries[change.item].version
    }
    return {
        item
        for item, entry in entries.items()
        if (base := bases.get(item, BLANK)) == entry.onto(base)
    }


def _store_many(
    sheet: Sheet,
    rows: Mapping[str, SavedAnswer],
    values: Mapping[str, Value],
    *,
    by: User,
    now: dt.datetime,
) -> None:
    versions = {item: rows[item].version + 1 if item in rows else 1 for item in values}
    answers = [
        SavedAnswer(
            sheet=sheet, item=item, version=versions[item], updated_at=now, **value.columns()
        )
        for item, value in values.items()
    ]
    changes = [
        AnswerChange(
            sheet=sheet, item=item, version=versions[item], by=by, at=now, **value.columns()
        )
        for item, value in values.items()
    ]
    if answers:
        SavedAnswer.objects.bulk_create(
            answers,
            update_conflicts=True,
            unique_fields=["sheet", "item"],
            update_fields=[*COLUMNS, "version", "updated_at", "carried"],
        )
        AnswerChange.objects.bulk_create(changes)


def confirm_answers(
    *, sheet: Sheet, items: Collection[str], by: User, now: dt.datetime
) -> tuple[str, ...]:
    """Confirm some answers that were carried over, as they are; gives those that still waited.

    Raises LockedError or OutsideSectionsError.
    """
    with transaction.atomic():
        locked = _hold(sheet)
        for item in items:
            refuse_outside(locked, outline().page_of[item].dimension)
        rows = queries.answers_on(locked, items)
        waiting = {item: Value.of(row).confirmed() for item, row in rows.items() if row.carried}
        _store_many(locked, rows, waiting, by=by, now=now)
    return tuple(waiting)


# ---- submitting --------------------------------------------------------------------------------


def submit(*, sheet: Sheet, by: User, now: dt.datetime) -> None:
    """Hand a sheet in; once is enough. Raises LockedError or IncompleteError."""
    with transaction.atomic():
        try:
            locked = _hold(sheet)
        except LockedError as error:
            if error.lock == Lock.SUBMITTED:
                return
            raise
        progress = queries.sheet_progress(locked)
        if progress.reasons_missing or not progress.answered:
            raise IncompleteError(progress.reasons_missing)
        locked.status, locked.submitted_at = SheetStatus.SUBMITTED, now
        locked.save(update_fields=["status", "submitted_at"])
        locked.returns.filter(done_at=None).update(done_at=now)
        record_on(sheet.assessment, by, "sheet submitted", f"sheet:{sheet.pk}")


def reopen_sheet(*, sheet: Sheet, by: User) -> None:
    """Take a sheet back while its round is open. Raises LockedError."""
    with transaction.atomic():
        try:
            _hold(sheet)
        except LockedError as error:
            if error.lock != Lock.SUBMITTED:
                raise
            _open_again(sheet)
            record_on(sheet.assessment, by, "sheet reopened", f"sheet:{sheet.pk}")


class NothingToReturnError(Exception):
    """The sheet has not been submitted, or does not cover that dimension."""


def send_back(
    *, sheet: Sheet, dimension: str, comment: str, by: User, now: dt.datetime
) -> SentBack:
    """Return one dimension of a submitted sheet to its respondent, with a comment.

    `sheet` comes with its assessment and organisation. While the round is open the sheet opens at
    once; while it is closed the findings stay as they are, and the sheet opens when the lead
    reopens the round. The respondent sees comment and sender on the task list and above the
    section until the sheet is submitted again, which sets `done_at`. A sheet that is open only
    because of an earlier return takes further ones; the same return sent twice is one.

    The caller judges who may review, and that nobody returns their own sheet. Raises
    NothingToReturnError, or LockedError once the round is published.
    """
    with transaction.atomic():
        _lock_row(sheet)
        _read_statuses(sheet)
        if sheet.assessment.status == AssessmentStatus.PUBLISHED:
            raise LockedError(Lock.PUBLISHED)
        waiting = list(sheet.returns.filter(done_at=None))
        submitted = sheet.status == SheetStatus.SUBMITTED
        if not sheet.covers(dimension) or not (submitted or waiting):
            raise NothingToReturnError(dimension)
        for row in waiting:
            if (row.dimension, row.comment, row.by_id) == (dimension, comment, by.pk):
                return row
        if submitted and sheet.assessment.status == AssessmentStatus.OPEN:
            _open_again(sheet)
        row = SentBack.objects.create(
            sheet=sheet, dimension=dimension, comment=comment, by=by, at=now
        )
        record_on(
            sheet.assessment, by, "section sent back", f"sheet:{sheet.pk}", dimension=dimension
        )
    return row


def _open_again(sheet: Sheet) -> None:
    _own_row(sheet).update(status=SheetStatus.OPEN, submitted_at=None)
    sheet.status, sheet.submitted_at = SheetStatus.OPEN, None


def set_shortcuts(*, user: User, on: bool) -> None:
    """Remember whether digits answer questions for this person."""
    user.shortcuts_on = on
    user.save(update_fields=["shortcuts_on"])
