"""What a browser holds of the links that it followed: in its session, for two hours.

The session keeps hashes of tokens, never a token, and every page asks the link itself again. What
is held for one link opens no other.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from assessments.models import ShareLink

IN_SESSION = "shared"
HELD = dt.timedelta(hours=2)
REMEMBERED = dt.timedelta(days=1)  # that an opening was counted
MOST_HELD = 20

Hold = dict[str, Any]  # token: hash; until: seconds; passed: the passcode; counted: a day


def begin(session: SessionBase, link: ShareLink, now: dt.datetime) -> None:
    """Let this browser in for a while, up to the passcode if there is one."""
    holds = _holds(session)
    before = holds.pop(str(link.pk), {})
    lives = before.get("until", 0) > now.timestamp()
    holds[str(link.pk)] = {
        "token": link.token_hash,
        "until": (now + HELD).timestamp(),
        "passed": not link.passcode or (lives and bool(before.get("passed"))),
        "counted": before.get("counted", ""),
    }
    oldest = (now - REMEMBERED).timestamp()
    kept = {pk: hold for pk, hold in holds.items() if hold["until"] > oldest}
    session[IN_SESSION] = dict(list(kept.items())[-MOST_HELD:])


def held(session: SessionBase, pk: UUID, now: dt.datetime) -> Hold | None:
    """What this browser holds of a link, or None when it never followed it or its time is over."""
    hold = _holds(session).get(str(pk))
    return hold if hold is not None and hold["until"] > now.timestamp() else None


def note(session: SessionBase, pk: UUID, **changes: object) -> None:
    """Keep what happened with a link that is held."""
    holds = _holds(session)
    holds[str(pk)] |= changes
    session[IN_SESSION] = holds


def _holds(session: SessionBase) -> dict[str, Hold]:
    return dict(session.get(IN_SESSION, {}))
