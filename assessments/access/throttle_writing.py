"""Limits on attempts that hold across threads, processes and databases (S20).

A count is raised in one statement that also checks it, so of many attempts at once no more pass
than the limit allows. Addresses are kept as hashes only.
"""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from assessments.models import Tally


def admit(
    purpose: str, who: str, *, limit: int, span: dt.timedelta, now: dt.datetime, weight: int = 1
) -> bool:
    """Count an attempt, or several at once; tell whether they were all within the limit."""
    key, ends_at = _window(purpose, who, span, now)
    with transaction.atomic():
        _, begun = Tally.objects.get_or_create(key=key, defaults={"ends_at": ends_at})
        if begun:
            Tally.objects.filter(ends_at__lt=now).delete()
        room = Tally.objects.filter(key=key, count__lte=limit - weight)
        return bool(room.update(count=F("count") + weight))


def spent(purpose: str, who: str, *, limit: int, span: dt.timedelta, now: dt.datetime) -> bool:
    """Tell whether the attempts of this span are used up, without counting one."""
    key, _ = _window(purpose, who, span, now)
    return Tally.objects.filter(key=key, count__gte=limit).exists()


def _window(
    purpose: str, who: str, span: dt.timedelta, now: dt.datetime
) -> tuple[str, dt.datetime]:
    """The key of one person's attempts in the present span, and when that span ends."""
    place = int(now.timestamp() // span.total_seconds())
    digest = salted_hmac("throttle", f"{purpose}\n{who}\n{place}", algorithm="sha256").hexdigest()
    return digest, dt.datetime.fromtimestamp((place + 1) * span.total_seconds(), tz=dt.UTC)
