"""What the pages of a person's own account need to read."""

import datetime as dt
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session

from assessments.access.roles import PRIVILEGED
from assessments.access.scope import organisations_of
from assessments.models import Membership, SignIn, User
from assessments.people.backend import SECOND_FACTORS


def needs_second_factor(user: User) -> bool:
    """Whether a role of this person opens a whole bank or firm."""
    return Membership.objects.filter(user=user, role__in=PRIVILEGED).exists()


def authenticators_of(user: User) -> list[Authenticator]:
    """The app, the passkeys and the recovery codes of a person, oldest first, in one query."""
    return list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))


def passkeys_of(user: User) -> list[Authenticator]:
    return [row for row in authenticators_of(user) if row.type == Authenticator.Type.WEBAUTHN]


def newest_factor(user: User, kind: str) -> Authenticator:
    """The authenticator that was just added."""
    return Authenticator.objects.filter(user=user, type=kind).latest("pk")


def other_factors(authenticator: Authenticator) -> bool:
    """Whether this person has another app or passkey."""
    rest = Authenticator.objects.filter(user=authenticator.user_id, type__in=SECOND_FACTORS)
    return bool(rest.exclude(pk=authenticator.pk).exists())


def zone_of(user: User) -> ZoneInfo:
    """The time zone of a person's first organisation, by name; UTC without one."""
    first = organisations_of(user).first()
    return ZoneInfo(first.time_zone if first else "UTC")


def sign_ins_of(user: User, now: dt.datetime) -> list[SignIn]:
    """Sessions of a person that still live, last used first, in two queries."""
    rows = list(SignIn.objects.filter(user=user))
    alive = set(
        Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=now
        ).values_list("session_key", flat=True)
    )
    return [row for row in rows if row.session_key in alive]
