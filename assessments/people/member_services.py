"""Roles, reminders, leaving and being removed. Every change is recorded."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from assessments import outbox
from assessments.access.audit import record
from assessments.access.refusals import NotPermittedError
from assessments.access.roles import GRANTS, PRIVILEGED, Permission
from assessments.models import (
    BANK_ROLES,
    FIRM_ROLES,
    Assessment,
    AssessmentStatus,
    Assignment,
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    SavedAnswer,
    Sheet,
    SheetStatus,
    User,
)

REMINDER_PAUSE = dt.timedelta(hours=48)
MANAGERS = tuple(role for role in Role if Permission.MANAGE_MEMBERS in GRANTS[role])


class LastManagerError(Exception):
    """Without this person nobody could manage the organisation any more (S12)."""


class RoleChangedError(Exception):
    """Somebody changed this role meanwhile; `role` is what it is now."""

    def __init__(self, role: str) -> None:
        super().__init__(role)
        self.role = Role(role)


def roles_of(organisation: Organisation) -> tuple[Role, ...]:
    """The roles that exist in an organisation, the highest first."""
    return FIRM_ROLES if organisation.kind == OrganisationKind.FIRM else BANK_ROLES


def ranks_above(role: str, other: str) -> bool:
    """Whether a role holds what another holds and more, in banks or in firms."""
    order = list(Role)
    return order.index(Role(role)) < order.index(Role(other))


def change_role(
    *, membership: Membership, role: Role, seen: str, by: User, now: dt.datetime
) -> None:
    """Give a member another role of this organisation; `seen` is the one that the chooser saw.

    Nobody raises their own role, because only those with the highest one get here; that this is
    still so is read again under lock (S12). Raises LastManagerError, RoleChangedError or
    NotPermittedError.
    """
    with transaction.atomic():
        held = _hold(membership, by)
        if held.role == role:
            return
        if held.role != seen:
            raise RoleChangedError(held.role)
        if role not in roles_of(membership.organisation):
            raise ValueError(role)
        if role not in MANAGERS:
            _keep_one_manager(held)
        before, held.role = held.role, role
        held.save(update_fields=["role"])
        if role not in MANAGERS:
            _revoke_high_invitations(held, now)
        _record(held, by, "changed role", before=before, after=role)


def remove(*, membership: Membership, by: User, now: dt.datetime) -> None:
    """End a membership: from the next request on this person is a stranger. Answers stay.

    Raises LastManagerError or NotPermittedError.
    """
    with transaction.atomic():
        held = _hold(membership, by)
        _keep_one_manager(held)
        _part(held, now)
        _record(held, by, "removed member", role=held.role)


def leave(*, membership: Membership, now: dt.datetime) -> None:
    """End one's own membership. Raises LastManagerError."""
    with transaction.atomic():
        held = _hold(membership, None)
        _keep_one_manager(held)
        _part(held, now)
        _record(held, held.user, "left", role=held.role)


def remind(*, sheet: Sheet, by: User, now: dt.datetime) -> bool:
    """Remind a respondent who has not submitted; at most once in two days."""
    return remind_all(sheets=[sheet], by=by, now=now) == 1


@transaction.atomic
def remind_all(*, sheets: Sequence[Sheet], by: User, now: dt.datetime) -> int:
    """Remind those of these respondents who may be reminded now; tell how many."""
    sent = 0
    for sheet in sheets:
        if sheet.respondent is None or sheet.assessment.status != AssessmentStatus.OPEN:
            continue
        # Of this table alone: behind a join PostgreSQL does not judge again once it has waited.
        rows = Sheet.objects.filter(
            Q(reminded_at=None) | Q(reminded_at__lte=now - REMINDER_PAUSE),
            pk=sheet.pk,
            status=SheetStatus.OPEN,
        )
        if not rows.update(reminded_at=now):
            continue
        _post_reminder(sheet.assessment, sheet, sheet.respondent)
        record(
            organisation=sheet.assessment.organisation,
            by=by,
            verb="reminded",
            target=f"sheet:{sheet.pk}",
        )
        sent += 1
    return sent


def _post_reminder(assessment: Assessment, sheet: Sheet, respondent: User) -> None:
    outbox.post(
        "answer_reminder",
        to=respondent.email,
        organisation=assessment.organisation,
        language=respondent.language,
        subject_id=sheet.pk,
        context={"path": reverse("round", args=[assessment.pk])},
    )


def _hold(membership: Membership, by: User | None) -> Membership:
    """Hold all memberships of the organisation, so that two managers cannot remove each other."""
    rows = {
        row.pk: row
        for row in Membership.objects.select_for_update(of=("self",))
        .select_related("user", "organisation")
        .filter(organisation=membership.organisation)
    }
    manages = {row.user_id for row in rows.values() if row.role in MANAGERS}
    if membership.pk not in rows or (by is not None and by.pk not in manages):
        raise NotPermittedError(Permission.MANAGE_MEMBERS, membership.organisation.pk)
    return rows[membership.pk]


def _keep_one_manager(held: Membership) -> None:
    others = Membership.objects.filter(organisation=held.organisation, role__in=MANAGERS)
    if held.role in MANAGERS and not others.exclude(pk=held.pk).exists():
        raise LastManagerError


def _part(held: Membership, now: dt.datetime) -> None:
    """Delete a membership; the person's sheets stay and show a function instead of a name."""
    sheets = Sheet.objects.filter(assessment__organisation=held.organisation, respondent=held.user)
    sheets.filter(status=SheetStatus.OPEN, changes=None).delete()
    # Nobody else may confirm what was taken over from an earlier round.
    SavedAnswer.objects.filter(sheet__in=sheets, carried=True).delete()
    sheets.update(respondent=None)
    Membership.objects.filter(pk=held.pk).delete()
    Assignment.objects.filter(engagement__firm=held.organisation, user=held.user).delete()
    _revoke_high_invitations(held, now)


def _revoke_high_invitations(held: Membership, now: dt.datetime) -> None:
    """Who may no longer manage members must not let anybody in high by an earlier invitation."""
    Invitation.objects.filter(
        organisation=held.organisation,
        invited_by=held.user,
        role__in=PRIVILEGED,
        accepted_at=None,
        revoked_at=None,
    ).update(revoked_at=now)


def _record(held: Membership, by: User, verb: str, **details: object) -> None:
    record(
        organisation=held.organisation,
        by=by,
        verb=verb,
        target=f"member:{held.user_id}",
        **details,
    )
