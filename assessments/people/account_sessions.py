"""Sessions: how long they live, what is noted of them, and how they end."""

import re
import time
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from assessments.access.http import MemberRequest
from assessments.models import User
from assessments.people import account_services as services

# In the session itself, so that a request costs no query to know them.
BEGAN = "began_at"
SEEN = "seen_at"
FRESH_SECONDS = 15 * 60  # so long after signing in nobody is asked again for a first second factor
NOTE_EVERY_SECONDS = 10 * 60  # the list of sessions is right to within this

Handler = Callable[[HttpRequest], HttpResponse]

_BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)


def device_of(user_agent: str) -> str:
    """Browser and system of a user agent, as "Firefox/Windows"; a part is empty where unknown."""
    return f"{_first(_BROWSERS, user_agent)}/{_first(_SYSTEMS, user_agent)}"


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, text)), "")


def begin(request: HttpRequest, user: User) -> None:
    """Note a sign-in that has just succeeded."""
    request.session[BEGAN] = request.session[SEEN] = int(time.time())
    if request.session.session_key is None:
        request.session.save()
    services.note_sign_in(
        user=user,
        session_key=str(request.session.session_key),
        device=device_of(request.headers.get("User-Agent", "")),
        address=get_adapter().get_client_ip(request),
        now=timezone.now(),
    )


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person signed in a few minutes ago."""
    return bool(time.time() - request.session.get(BEGAN, 0) < FRESH_SECONDS)


def end_others(request: MemberRequest) -> None:
    """End every other session of this person; this one goes on under a new id (S24)."""
    before = request.session.session_key
    services.end_other_sessions(user=request.user, but=str(before))
    update_session_auth_hash(request, request.user)
    services.move_sign_in(before=str(before), after=str(request.session.session_key))


class SessionLimits:
    """End sessions that are too old or were idle too long; note from time to time that one lives."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            self._check(request)
        return self.get_response(request)

    def _check(self, request: HttpRequest) -> None:
        began, seen = request.session.get(BEGAN), request.session.get(SEEN)
        if began is None or seen is None:
            return
        now = int(time.time())
        if now - began > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_SECONDS:
            request.session.flush()
        elif now - seen > NOTE_EVERY_SECONDS:
            request.session[SEEN] = now
            services.note_seen(session_key=str(request.session.session_key), now=timezone.now())
