"""What a person changes about their own sign-in. What weakens or strengthens it leaves an event."""

import datetime as dt

from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F

from assessments.access.audit import record
from assessments.access.scope import organisations_of
from assessments.models import SignIn, User
from assessments.people import account_queries as queries
from assessments.people.account_secrets import renew
from assessments.people.backend import SECOND_FACTORS

_SEALED = ("secret", "seed")  # in the data of an app, of recovery codes


def note_sign_in(
    *, user: User, session_key: str, device: str, address: str, now: dt.datetime
) -> None:
    """Add a session to the list, and drop what is left of those that are gone."""
    alive = [row.pk for row in queries.sign_ins_of(user, now)]
    SignIn.objects.filter(user=user).exclude(pk__in=alive).delete()
    SignIn.objects.update_or_create(
        session_key=session_key,
        defaults={
            "user": user,
            "device": device,
            "address": address or None,
            "began_at": now,
            "seen_at": now,
        },
    )


def note_seen(*, session_key: str, now: dt.datetime) -> None:
    SignIn.objects.filter(session_key=session_key).update(seen_at=now)


def move_sign_in(*, before: str, after: str) -> None:
    """Follow a session whose id was renewed."""
    SignIn.objects.filter(session_key=before).update(session_key=after)


@transaction.atomic
def end_session(*, user: User, sign_in: int) -> bool:
    """End one session of this person; tell whether there was one."""
    row = SignIn.objects.filter(user=user, pk=sign_in).first()
    if row is None:
        return False
    SessionStore(row.session_key).delete()
    row.delete()
    return True


@transaction.atomic
def end_other_sessions(*, user: User, but: str = "") -> None:
    """Break the seal of all sessions, listed or not, and forget the listed ones.

    The caller keeps its own alive with `account_sessions.end_others`.
    """
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])
    others = SignIn.objects.filter(user=user).exclude(session_key=but)
    Session.objects.filter(session_key__in=others.values("session_key")).delete()
    others.delete()


@transaction.atomic
def note_factor_change(*, user: User, verb: str) -> None:
    """Tell every organisation of this person that their sign-in got stronger or weaker."""
    for organisation in organisations_of(user):
        record(organisation=organisation, by=user, verb=verb, target=f"user:{user.pk}")


def renew_secrets() -> int:
    """Seal every secret under today's key; the number of authenticators rewritten."""
    renewed = 0
    for row in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).iterator():
        with transaction.atomic():
            held = Authenticator.objects.select_for_update().filter(pk=row.pk).first()
            if held is None:
                continue
            held.data |= {name: renew(held.data[name]) for name in _SEALED if name in held.data}
            held.save(update_fields=["data"])
            renewed += 1
    return renewed


@transaction.atomic
def remove_factors(*, user: User) -> int:
    """Remove every factor of a person and end all their sessions; how many factors there were."""
    count = len([row for row in queries.authenticators_of(user) if row.type in SECOND_FACTORS])
    Authenticator.objects.filter(user=user).delete()
    end_other_sessions(user=user)
    for organisation in organisations_of(user):
        record(
            organisation=organisation,
            by=None,
            verb="second factors removed",
            target=f"user:{user.pk}",
        )
    return count
