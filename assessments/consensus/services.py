"""Writes of a facilitated session: agreeing on a level, changing it, taking it back."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from assessments.access.audit import record
from assessments.models import AgreedAnswer, AgreedChange, Assessment, AssessmentStatus, User
from assessments.survey.queries import Lock
from assessments.survey.writing import LockedError, hold_round


class StillOpenError(Exception):
    """Answers can still change; a meeting settles them once the round is closed."""


class StaleAgreementError(Exception):
    """Somebody settled this question meanwhile; `current` is what is stored, if anything."""

    def __init__(self, current: AgreedAnswer | None) -> None:
        super().__init__("stale")
        self.current = current


class NothingAgreedError(Exception):
    """There is no agreed level to take back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accord:
    """What a meeting says of one question. `level` None takes an earlier agreement back.

    `members` are ids of the bank's members, who are named only when shown; `guests` as typed.
    """

    level: int | None
    reason: str
    members: Sequence[int] = ()
    guests: Sequence[str] = ()

    @property
    def present(self) -> list[dict[str, int | str]]:
        people: list[dict[str, int | str]] = [{"member": pk} for pk in sorted(self.members)]
        return people + [{"guest": name} for name in self.guests]


def settle(
    *, assessment: Assessment, item: str, accord: Accord, version: int, by: User, now: dt.datetime
) -> AgreedAnswer:
    """Record what was agreed if nobody recorded anything else since `version` (0: nothing yet).

    What is already stored is success. Raises StaleAgreementError, StillOpenError, LockedError once
    published, or NothingAgreedError.
    """
    with transaction.atomic():
        held = _hold_closed(assessment)
        row = AgreedAnswer.objects.filter(assessment=held, item=item).first()
        if row is not None and _says(row, accord):
            return row
        if version != (row.version if row else 0):
            raise StaleAgreementError(row)
        if accord.level is None and (row is None or row.level is None):
            raise NothingAgreedError
        row = row or AgreedAnswer(assessment=held, item=item, version=0)
        row.level, row.reason, row.present = accord.level, accord.reason, accord.present
        row.by, row.at, row.version = by, now, row.version + 1
        row.save()
        _keep(row)
        record(
            organisation=held.organisation,
            by=by,
            verb="level agreed" if accord.level is not None else "agreement taken back",
            target=f"assessment:{held.pk}",
            item=item,
            version=row.version,
        )
    return row


def _hold_closed(assessment: Assessment) -> Assessment:
    held = hold_round(assessment)
    if held.status == AssessmentStatus.OPEN:
        raise StillOpenError
    if held.status == AssessmentStatus.PUBLISHED:
        raise LockedError(Lock.PUBLISHED)
    return held


def _says(row: AgreedAnswer, accord: Accord) -> bool:
    stored = (row.level, row.reason, row.present)
    return stored == (accord.level, accord.reason, accord.present)


def _keep(row: AgreedAnswer) -> None:
    AgreedChange.objects.create(
        agreed=row,
        version=row.version,
        level=row.level,
        reason=row.reason,
        present=row.present,
        by=row.by,
        at=row.at,
    )
