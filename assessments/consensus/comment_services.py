"""Writes to the thread of a question."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from assessments import outbox
from assessments.access.audit import record
from assessments.models import Assessment, Comment, Organisation, User

MENTION = "mention"  # the kind of letter


class NotYoursError(Exception):
    """Only who wrote a comment withdraws it."""


def write(
    *,
    assessment: Assessment,
    item: str,
    body: str,
    notify: Sequence[User],
    by: User,
    hidden: bool,
    now: dt.datetime,
) -> Comment:
    """Add a comment and send a letter, with a link only, to everybody who was chosen.

    `hidden`: the author stays anonymous in this round, in the bank's audit trail as well.
    """
    with transaction.atomic():
        comment = Comment.objects.create(
            assessment=assessment, item=item, author=by, body=body, at=now
        )
        comment.mentions.set(notify)
        for person in notify:
            outbox.post(
                MENTION,
                to=person.email,
                organisation=assessment.organisation,
                language=person.language,
                subject_id=comment.pk,
                context={"reader": person.pk},
            )
        _record(assessment.organisation, None if hidden else by, "comment written", comment)
    return comment


def withdraw(*, comment: Comment, by: User, hidden: bool, now: dt.datetime) -> None:
    """Take a comment's words away; that there was one stays. Twice is no mistake."""
    if comment.author_id != by.pk:
        raise NotYoursError
    with transaction.atomic():
        held = Comment.objects.select_for_update().get(pk=comment.pk)
        if held.withdrawn_at is not None:
            return
        held.body, held.withdrawn_at = "", now
        held.save(update_fields=["body", "withdrawn_at"])
        held.mentions.clear()
        bank = comment.assessment.organisation
        _record(bank, None if hidden else by, "comment withdrawn", comment)


def _record(organisation: Organisation, by: User | None, verb: str, comment: Comment) -> None:
    record(
        organisation=organisation,
        by=by,
        verb=verb,
        target=f"comment:{comment.pk}",
        item=comment.item,
    )
