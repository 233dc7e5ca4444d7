"""What inviting, joining and the list of invitations need to read."""

import datetime as dt
from collections.abc import Iterable
from hashlib import sha256

from allauth.account.models import EmailAddress
from django.db.models import Q

from assessments.access.scope import assessments_of, invitations_of, memberships_of
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Invitation,
    InvitationLink,
    Mail,
    Organisation,
    SavedAnswer,
    Sheet,
    Special,
    User,
)
from assessments.people.addresses import Known

LETTERS = ("invitation", "invitation_reminder")


def digest(token: str) -> str:
    """What is stored of a token, and all that a session holds of it."""
    return sha256(token.encode()).hexdigest()


def usable_link(token_hash: str, now: dt.datetime) -> InvitationLink | None:
    """The link of a token that still opens an invitation, with all that its page shows."""
    return (
        InvitationLink.objects.select_related(
            "invitation__organisation", "invitation__assessment", "invitation__invited_by"
        )
        .filter(
            token_hash=token_hash,
            invitation__accepted_at=None,
            invitation__revoked_at=None,
            invitation__expires_at__gt=now,
            invitation__organisation__closing_on=None,
        )
        .first()
    )


def opens_for(link: InvitationLink, user: User) -> bool:
    """Whether the invited address is this person's. A letter of ours proves it once more."""
    address = EmailAddress.objects.filter(user=user, email__iexact=link.invitation.email).first()
    return address is not None and bool(address.verified or link.mailed)


def has_account(email: str) -> bool:
    """Whether somebody signs in with this address."""
    if User.objects.filter(email__iexact=email).exists():
        return True
    return bool(EmailAddress.objects.filter(email__iexact=email, verified=True).exists())


def known_addresses(organisation: Organisation, user: User, now: dt.datetime) -> Known:
    """Whom it makes no sense to invite, in three queries."""
    members = memberships_of(organisation).values_list("user__email", "user__emailaddress__email")
    own = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    open_ = invitations_of(organisation).filter(
        accepted_at=None, revoked_at=None, expires_at__gt=now
    )
    return Known(
        own=frozenset(email.lower() for email in (user.email, *own)),
        members=frozenset(email.lower() for row in members for email in row if email),
        invited=frozenset(email.lower() for email in open_.values_list("email", flat=True)),
    )


def open_rounds(organisation: Organisation) -> list[Assessment]:
    """Rounds that still take answers, newest first."""
    rows = assessments_of(organisation).filter(status=AssessmentStatus.OPEN)
    return list(rows.order_by("-created_at", "-pk"))


def invitation(pk: str) -> Invitation | None:
    """One invitation for its letter, or None if it is gone."""
    return (
        Invitation.objects.select_related("organisation", "assessment", "invited_by")
        .filter(pk=pk)
        .first()
    )


def last_letters(invitations: Iterable[Invitation]) -> dict[str, Mail]:
    """The newest letter of each invitation by its id, in one query."""
    ids = [str(row.pk) for row in invitations]
    rows = Mail.objects.filter(kind__in=LETTERS, subject_id__in=ids).order_by("created_at", "pk")
    return {mail.subject_id: mail for mail in rows}


def answered_on(sheet: Sheet) -> frozenset[str]:
    """The questions of a sheet that have an answer."""
    rows = SavedAnswer.objects.filter(
        Q(level__isnull=False) | Q(special__in=Special.values), sheet=sheet, carried=False
    )
    return frozenset(rows.values_list("item", flat=True))
