"""Reminders of a plan: to the owner before the quarter ends and once it has, to the lead when
an owner has left. Letters hold a link and no note.
"""

import datetime as dt

from django.db import transaction

from assessments import outbox
from assessments.models import AdoptedAction, Mail
from assessments.plans.letter_queries import (
    Due,
    leads_of,
    occasion,
    owned_by_nobody_left,
    to_remind,
)


def remind(now: dt.datetime) -> int:
    """Write every letter that is due; tells how many. A second run writes none again."""
    return sum(_remind(due, now) for due in list(to_remind(now))) + sum(
        _tell_leads(due) for due in list(owned_by_nobody_left())
    )


@transaction.atomic
def _remind(due: Due, now: dt.datetime) -> int:
    held = AdoptedAction.objects.select_for_update().get(pk=due.row.pk)
    due.row.reminded_at = held.reminded_at  # another process may have been faster
    why = occasion(due, now)
    if why is None:
        return 0
    outbox.post(
        "plan_reminder",
        to=due.owner.email,
        organisation=due.bank,
        language=due.owner.language,
        subject_id=due.row.pk,
        context={"occasion": why.value, "owner": due.owner.pk},
    )
    AdoptedAction.objects.filter(pk=held.pk).update(reminded_at=now)
    return 1


@transaction.atomic
def _tell_leads(due: Due) -> int:
    """Once for each action and owner, however often the sweep runs."""
    AdoptedAction.objects.select_for_update().get(pk=due.row.pk)
    subject = f"{due.row.pk}:{due.owner.pk}"
    if Mail.objects.filter(kind="plan_owner_left", subject_id=subject).exists():
        return 0
    leads = leads_of(due.bank)
    for lead in leads:
        outbox.post(
            "plan_owner_left",
            to=lead.email,
            organisation=due.bank,
            language=lead.language,
            subject_id=subject,
        )
    return len(leads)
