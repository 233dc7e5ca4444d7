"""All that the templates of second factors, sessions and one's own data see."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import quote

from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from assessments.models import User
from assessments.people import account_queries as queries
from assessments.ui.numbers import clock, day, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    name: str
    added: str
    used: str
    edit_url: str
    remove_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorsPage:
    needed: bool  # by a role
    protected: bool
    app: str  # since when; empty without an app
    passkeys: tuple[Passkey, ...]
    codes: str
    has_codes: bool
    onward: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesPage:
    codes: tuple[str, ...]  # empty once they were shown
    left: str
    download: str  # the same codes as a file that no further request has to fetch
    onward: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    pk: int
    device: str
    address: str
    began: str
    seen: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsPage:
    rows: tuple[SessionRow, ...]
    others: bool
    zone: str


def second_factor(user: User, *, onward: str | None) -> FactorsPage:
    """What protects this account."""
    found = queries.authenticators_of(user)
    app = next((row for row in found if row.type == Authenticator.Type.TOTP), None)
    kept = next((row for row in found if row.type == Authenticator.Type.RECOVERY_CODES), None)
    passkeys = [row for row in found if row.type == Authenticator.Type.WEBAUTHN]
    return FactorsPage(
        needed=queries.needs_second_factor(user),
        protected=bool(app or passkeys),
        app=day(app.created_at.date()) if app else "",
        passkeys=tuple(_passkey(row) for row in passkeys),
        codes=codes_left(len(kept.wrap().get_unused_codes()) if kept else 0),
        has_codes=kept is not None,
        onward=reverse("second_factor_onward") if onward else "",
    )


def codes(shown: list[str], left: int, *, onward: str | None) -> CodesPage:
    """The recovery codes, where they are shown for the only time."""
    text = (
        gettext("Recovery codes for Maturity. Each works once.") + "\n\n" + "\n".join(shown) + "\n"
    )
    return CodesPage(
        codes=tuple(shown),
        left=codes_left(left),
        download=f"data:text/plain;charset=utf-8,{quote(text)}",
        onward=reverse("second_factor_onward") if onward else "",
    )


def codes_left(count: int) -> str:
    text = ngettext("%(count)s unused code is left.", "%(count)s unused codes are left.", count)
    return text % {"count": number(count)}


def session_list(user: User, current: str | None, now: dt.datetime) -> SessionsPage:
    """Where somebody is signed in; the session that asks stands first."""
    zone = queries.zone_of(user)
    rows = [
        SessionRow(
            pk=row.pk,
            device=device_name(row.device),
            address=row.address or gettext("unknown"),
            began=_moment(row.began_at, zone),
            seen=_moment(row.seen_at, zone),
            here=row.session_key == current,
        )
        for row in queries.sign_ins_of(user, now)
    ]
    rows.sort(key=lambda row: not row.here)
    others = any(not row.here for row in rows)
    return SessionsPage(rows=tuple(rows), others=others, zone=str(zone))


def device_name(device: str) -> str:
    """ "Firefox/Windows" in plain words."""
    browser, _, system = device.partition("/")
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or gettext("Unknown device")


def _moment(at: dt.datetime, zone: dt.tzinfo) -> str:
    return f"{day(at.astimezone(zone).date())}, {clock(at, zone)}"


def _passkey(row: Authenticator) -> Passkey:
    used = row.last_used_at
    return Passkey(
        name=row.wrap().name,
        added=day(row.created_at.date()),
        used=day(used.date()) if used else "",
        edit_url=reverse("mfa_edit_webauthn", args=[row.pk]),
        remove_url=reverse("mfa_remove_webauthn", args=[row.pk]),
    )
