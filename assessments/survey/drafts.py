"""Answers that were sent after the sign-in had ended: kept for half an hour, for their owner only.

The form names its owner by a signed value. The draft waits on the server under the hash of a random
key; the browser holds the key in a cookie that scripts cannot read. Neither ever stands in an
address (decision 17).
"""

from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, QueryDict

from assessments.models import User

LIFETIME_SECONDS = 30 * 60
COOKIE = "draft" if settings.INSECURE_LOCALHOST else "__Host-draft"
_SALT = "survey.draft.owner"
_MOST_CHARACTERS = 60_000


def owner_mark(user: User) -> str:
    """What the form carries so that a draft can be bound to the person who typed it."""
    return signing.dumps(user.pk, salt=_SALT)


def keep(request: HttpRequest, response: HttpResponse) -> None:
    """Keep what was sent, and give the browser the key to it."""
    owner = _owner(request)
    sent = request.POST.urlencode()
    if owner is None or len(sent) > _MOST_CHARACTERS:
        return
    key = token_urlsafe(32)
    cache.set(_place(key), {"owner": owner, "path": request.path, "sent": sent}, LIFETIME_SECONDS)
    response.set_cookie(
        COOKIE,
        key,
        max_age=LIFETIME_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def take(request: HttpRequest) -> QueryDict | None:
    """Hand out the draft of this page to its owner, once."""
    key = request.COOKIES.get(COOKIE)
    if not key:
        return None
    draft: dict[str, Any] | None = cache.get(_place(key))
    if not draft or draft["owner"] != request.user.pk or draft["path"] != request.path:
        return None
    cache.delete(_place(key))
    return QueryDict(draft["sent"])


def _owner(request: HttpRequest) -> int | None:
    try:
        owner: int = signing.loads(
            request.POST.get("owner", ""), salt=_SALT, max_age=settings.SESSION_COOKIE_AGE * 2
        )
    except signing.BadSignature:
        return None
    return owner


def _place(key: str) -> str:
    return "draft:" + sha256(key.encode()).hexdigest()
