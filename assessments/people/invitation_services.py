"""Inviting, and all that happens to an invitation until somebody joins. Every change is recorded."""

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from assessments import outbox
from assessments.access.audit import record
from assessments.access.sheet_writing import open_sheet
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Function,
    Invitation,
    InvitationLink,
    Mail,
    MailState,
    Membership,
    Organisation,
    Role,
    Sheet,
    User,
)
from assessments.people import invitation_queries as queries
from assessments.people.member_services import REMINDER_PAUSE, ranks_above

LIVES = dt.timedelta(days=14)
TOKEN_BYTES = 32


class UnusableError(Exception):
    """The invitation was accepted, revoked or has expired, or is somebody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitee:
    address: str
    function: Function = Function.EXECUTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What all invitations of one list have in common."""

    role: Role
    assessment: Assessment | None = None
    sections: Sequence[str] = ()
    language: str = ""


# ---- inviting ----------------------------------------------------------------------------------


@transaction.atomic
def invite(
    *,
    organisation: Organisation,
    invitees: Iterable[Invitee],
    asked: Asked,
    by: User,
    now: dt.datetime,
) -> int:
    """Invite each address once, whatever its letter case; tell how many letters are on their way.

    An address whose invitation has expired gets a new one; an open one stays as it is.
    """
    sent = 0
    for invitee in invitees:
        row = _open_invitation(organisation, invitee, asked, by=by, now=now)
        if row is not None:
            _post(row, "invitation")
            _record(row, by, "invited", role=row.role, function=row.function)
            sent += 1
    return sent


def _open_invitation(
    organisation: Organisation, invitee: Invitee, asked: Asked, *, by: User, now: dt.datetime
) -> Invitation | None:
    of_address = Invitation.objects.filter(
        organisation=organisation,
        email__iexact=invitee.address,
        accepted_at=None,
        revoked_at=None,
    )
    of_address.filter(expires_at__lte=now).update(revoked_at=F("expires_at"))
    try:
        with transaction.atomic():
            return Invitation.objects.create(
                organisation=organisation,
                email=invitee.address,
                role=asked.role,
                assessment=asked.assessment,
                function=invitee.function,
                sections=list(asked.sections),
                language=asked.language,
                invited_by=by,
                expires_at=now + LIVES,
            )
    except IntegrityError:  # invited already, perhaps in this very moment
        return None


def new_token(row: Invitation, *, mailed: bool) -> str:
    """Make one more way into an invitation. Only the caller ever holds the token."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    InvitationLink.objects.create(invitation=row, token_hash=queries.digest(token), mailed=mailed)
    return token


# ---- while it is open --------------------------------------------------------------------------


@transaction.atomic
def revoke(*, invitation: Invitation, by: User, now: dt.datetime) -> None:
    """Close an invitation: all its links die, and a letter that still waits is not sent."""
    if _still_open(invitation).update(revoked_at=now):
        _record(invitation, by, "revoked invitation")


@transaction.atomic
def resend(*, invitation: Invitation, by: User, now: dt.datetime) -> bool:
    """Send the invitation itself again and let it live anew; False within two days of the last.

    Where the last letter was not delivered there is nothing to wait for.
    """
    letter = queries.last_letters([invitation]).get(str(invitation.pk))
    delivered = letter is not None and letter.state == MailState.SENT
    rows = _still_open(invitation)
    if delivered and invitation.expires_at > now:
        rows = rows.filter(_rested(now))
    if not rows.update(reminded_at=now, expires_at=now + LIVES):
        return False
    if invitation.expires_at <= now:
        invitation.links.all().delete()  # what had expired stays dead
    _drop_waiting(invitation)
    _post(invitation, "invitation")
    _record(invitation, by, "sent invitation again")
    return True


@transaction.atomic
def remind(*, invitation: Invitation, by: User, now: dt.datetime) -> bool:
    """Send a reminder; False if there was one within two days, or nothing to remind of.

    While a letter is still on its way there is nothing to remind of.
    """
    letter = queries.last_letters([invitation]).get(str(invitation.pk))
    if letter is not None and letter.state == MailState.PENDING:
        return False
    rows = _still_open(invitation).filter(_rested(now), expires_at__gt=now)
    if not rows.update(reminded_at=now):
        return False
    _post(invitation, "invitation_reminder")
    _record(invitation, by, "reminded", of="invitation")
    return True


@transaction.atomic
def copy_link(*, invitation: Invitation, by: User, now: dt.datetime) -> str:
    """A token to hand over by other means, shown once. Raises UnusableError for a closed one.

    A letter that still waits keeps waiting: both links work, and the first one used counts.
    """
    if not _still_open(invitation).filter(expires_at__gt=now).exists():
        raise UnusableError
    _record(invitation, by, "copied invitation link")
    return new_token(invitation, mailed=False)


# ---- joining -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    organisation: Organisation
    sheet: Sheet | None  # where a round was named that still takes answers


@transaction.atomic
def accept(*, link: InvitationLink, by: User, now: dt.datetime) -> Joined:
    """Use an invitation up: exactly one of many at once. Raises UnusableError."""
    if not queries.opens_for(link, by):
        raise UnusableError
    _take(link.invitation, by, now)
    EmailAddress.objects.filter(
        user=by, email__iexact=link.invitation.email, verified=False
    ).update(verified=True)
    return _let_in(link.invitation, by)


@transaction.atomic
def join_anew(
    *, link: InvitationLink, name: str, password: str, now: dt.datetime
) -> tuple[User, Joined]:
    """Create the account that was invited and use the invitation up. Raises UnusableError.

    A letter of ours proves the address. A link that was handed over does not: the address is
    then confirmed by code at the next sign-in, and until then no second factor can be set up.
    """
    _take(link.invitation, None, now)
    email = link.invitation.email.lower()  # as allauth keeps addresses
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email=email, password=password, name=name, language=link.invitation.language
            )
            EmailAddress.objects.create(user=user, email=email, primary=True, verified=link.mailed)
    except IntegrityError as error:  # the account came into being meanwhile
        raise UnusableError from error
    Invitation.objects.filter(pk=link.invitation.pk).update(accepted_by=user)
    return user, _let_in(link.invitation, user)


def _take(invitation: Invitation, by: User | None, now: dt.datetime) -> None:
    rows = _still_open(invitation).filter(expires_at__gt=now)
    if not rows.update(accepted_at=now, accepted_by=by):
        raise UnusableError


def _let_in(invitation: Invitation, user: User) -> Joined:
    organisation = invitation.organisation
    membership, new = Membership.objects.get_or_create(
        organisation=organisation, user=user, defaults={"role": invitation.role}
    )
    if new:
        _give_back(organisation, user)
    elif ranks_above(invitation.role, membership.role):
        membership.role = invitation.role
        membership.save(update_fields=["role"])
    record(
        organisation=organisation,
        by=user,
        verb="joined",
        target=f"invitation:{invitation.pk}",
        role=membership.role,
    )
    return Joined(organisation=organisation, sheet=_ask(invitation, user))


def _give_back(organisation: Organisation, user: User) -> None:
    """Whoever left and returns finds their own sheets again."""
    Sheet.objects.filter(
        pk__in=Sheet.objects.filter(
            assessment__organisation=organisation, respondent=None, changes__by=user
        ).values("pk")
    ).update(respondent=user)


def _ask(invitation: Invitation, user: User) -> Sheet | None:
    """Give the person a sheet in the round of the invitation, if it still takes answers."""
    rows = Assessment.objects.select_for_update(of=("self",)).filter(invitations=invitation.pk)
    held = rows.first()
    if held is None or held.status != AssessmentStatus.OPEN:
        return None
    sheet, new = open_sheet(
        assessment=held,
        respondent=user,
        function=invitation.function,
        sections=invitation.sections,
    )
    if new:
        record(
            organisation=invitation.organisation,
            by=user,
            verb="sheet opened",
            target=f"assessment:{held.pk}",
            sheet=sheet.pk,
        )
    return sheet


# ---- shared ------------------------------------------------------------------------------------


def _still_open(invitation: Invitation) -> QuerySet[Invitation]:
    return Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)


def _rested(now: dt.datetime) -> Q:
    return Q(reminded_at=None) | Q(reminded_at__lte=now - REMINDER_PAUSE)


def _post(row: Invitation, kind: str) -> None:
    outbox.post(
        kind,
        to=row.email,
        organisation=row.organisation,
        language=row.language,
        subject_id=row.pk,
    )


def _drop_waiting(invitation: Invitation) -> None:
    """One letter at a time: an earlier one that never left gives way to the next."""
    Mail.objects.filter(
        kind__in=queries.LETTERS, subject_id=str(invitation.pk), state=MailState.PENDING
    ).update(state=MailState.DROPPED)


def _record(row: Invitation, by: User, verb: str, **details: object) -> None:
    record(
        organisation=row.organisation,
        by=by,
        verb=verb,
        target=f"invitation:{row.pk}",
        **details,
    )
