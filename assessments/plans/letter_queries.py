"""Which actions a letter is due about, and whether it is still true when it is sent."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from assessments.models import AdoptedAction, Membership, Organisation, Role, User
from assessments.plans.queries import OPEN
from assessments.survey.queries import today_in
from assessments.ui.quarters import quarter_end

AHEAD = dt.timedelta(days=14)
PAUSE = dt.timedelta(hours=48)


class Occasion(StrEnum):
    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An action, its owner and its bank, and when it is due."""

    row: AdoptedAction
    owner: User
    bank: Organisation
    due_on: dt.date


def open_actions(*, owner_belongs: bool) -> QuerySet[AdoptedAction]:
    """Open actions of plans in force whose owner belongs to the bank, or no longer does."""
    member = Membership.objects.filter(
        organisation=OuterRef("plan__assessment__organisation"), user=OuterRef("owner")
    )
    return (
        AdoptedAction.objects.filter(
            Exists(member) if owner_belongs else ~Exists(member),
            status__in=OPEN,
            owner__isnull=False,
            plan__assessment__organisation__plan_round=F("plan__assessment"),
            plan__assessment__organisation__closing_on=None,
        )
        .select_related("owner", "plan__assessment__organisation")
        .order_by("pk")
    )


def action_of(pk: str, *, owner_belongs: bool = True) -> Due | None:
    """The action of a letter if it is still open and its owner still belongs to the bank, or not."""
    row = open_actions(owner_belongs=owner_belongs).filter(pk=int(pk)).first()
    return None if row is None else _due(row)


def owned_by_nobody_left() -> Iterator[Due]:
    """Open actions whose owner no longer belongs to the bank."""
    return (_due(row) for row in open_actions(owner_belongs=False).iterator())


def to_remind(now: dt.datetime) -> Iterator[Due]:
    """Open actions whose owner may be written to now."""
    rested = Q(reminded_at__isnull=True) | Q(reminded_at__lte=now - PAUSE)
    rows = open_actions(owner_belongs=True).filter(rested, owner__is_active=True)
    return (due for row in rows.iterator() if occasion(due := _due(row), now) is not None)


def occasion(due: Due, now: dt.datetime) -> Occasion | None:
    """Why to write now: two weeks are left, or the day has gone by; each is said once.

    An action that was put off is written about anew, because its end has moved.
    """
    today, last = today_in(due.bank, now), due.row.reminded_at
    told = None if last is None else today_in(due.bank, last)
    if last is not None and now - last < PAUSE:
        return None
    if today > due.due_on:
        return Occasion.OVERDUE if told is None or told <= due.due_on else None
    begins = due.due_on - AHEAD
    if today >= begins:
        return Occasion.SOON if told is None or told < begins else None
    return None


def leads_of(bank: Organisation) -> list[User]:
    """Who may choose a new owner."""
    return list(
        User.objects.filter(
            memberships__organisation=bank, memberships__role=Role.LEAD, is_active=True
        ).order_by("pk")
    )


def _due(row: AdoptedAction) -> Due:
    assert row.owner is not None  # noqa: S101 -- the query asks for it
    return Due(
        row=row,
        owner=row.owner,
        bank=row.plan.assessment.organisation,
        due_on=quarter_end(row.plan.first_quarter_on, row.due_quarter),
    )
