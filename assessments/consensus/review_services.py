"""Writes of a reviewer: the grade of evidence, by somebody who did not answer the question."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from assessments.access.audit import record
from assessments.models import (
    Assessment,
    AssessmentStatus,
    EvidenceReview,
    SavedAnswer,
    SheetStatus,
    User,
)
from assessments.survey.queries import Lock, turnout
from assessments.survey.writing import LockedError, hold_round

# Whoever wrote anything on a question has a part in its answer.
_GIVEN = Q(carried=False)  # what came from an earlier round has no part before it is confirmed
_WROTE = _GIVEN & (Q(level__isnull=False) | ~Q(special="") | ~Q(note="") | ~Q(link=""))


class OwnAnswerError(Exception):
    """This person answered the question, so somebody else must look at its evidence."""


class NotReadyError(Exception):
    """Nobody sees others' answers yet."""


class StaleReviewError(Exception):
    """Somebody graded this question meanwhile; `current` is what is stored."""

    def __init__(self, current: EvidenceReview | None) -> None:
        super().__init__("stale")
        self.current = current


def answered_by(assessment: Assessment, user: User) -> frozenset[str]:
    """The questions that this person answered in a round, or wrote a note or link on."""
    rows = SavedAnswer.objects.filter(_WROTE, sheet__assessment=assessment, sheet__respondent=user)
    return frozenset(rows.values_list("item", flat=True))


def is_void(assessment: Assessment, review: EvidenceReview | None) -> bool:
    """Whether the giver of a grade answered the question afterwards, so that it does not count."""
    if review is None or review.by_id is None:
        return False
    answered = _GIVEN & (Q(level__isnull=False) | ~Q(special=""))
    return SavedAnswer.objects.filter(
        answered,
        sheet__assessment=assessment,
        sheet__respondent=review.by_id,
        sheet__status=SheetStatus.SUBMITTED,
        item=review.item,
    ).exists()


def grade(
    *,
    assessment: Assessment,
    item: str,
    grade: str,
    comment: str,
    version: int,
    by: User,
    now: dt.datetime,
) -> EvidenceReview:
    """Give a question's evidence a grade E0 to E3 if nobody did since `version` (0: nobody yet).

    Raises OwnAnswerError, StaleReviewError, NotReadyError, or LockedError once published.
    """
    with transaction.atomic():
        held = hold_round(assessment)
        if held.status == AssessmentStatus.PUBLISHED:
            raise LockedError(Lock.PUBLISHED)
        if not turnout(held).ready:
            raise NotReadyError
        if item in answered_by(held, by):
            raise OwnAnswerError
        row = EvidenceReview.objects.filter(assessment=held, item=item).first()
        if row is not None and (row.grade, row.comment) == (grade, comment):
            return row
        if version != (row.version if row else 0):
            raise StaleReviewError(row)
        row = row or EvidenceReview(assessment=held, item=item, version=0)
        row.grade, row.comment = grade, comment
        row.by, row.at, row.version = by, now, row.version + 1
        row.save()
        record(
            organisation=held.organisation,
            by=by,
            verb="evidence graded",
            target=f"assessment:{held.pk}",
            item=item,
            version=row.version,
        )
    return row
