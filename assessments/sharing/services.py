"""Making and revoking links, and what is noted while somebody reads through one."""

import datetime as dt
import secrets
import unicodedata

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, Q

from assessments.access.audit import record
from assessments.access.throttle_writing import admit, spent
from assessments.models import Assessment, AssessmentStatus, ShareLink, User
from assessments.reports import services as reports
from assessments.sharing import queries

TOKEN_BYTES = 32
MOST_DAYS = 365
MOST_LINKS = 50  # of one result, neither revoked nor expired

AT_ONCE = 100  # per sweep

# Tokens that open nothing, per address.
MOST_GUESSES, GUESSES_WITHIN = 20, dt.timedelta(minutes=10)
# Passcodes: per link and address, right ones too; and wrong ones per link from everywhere.
MOST_TRIES, TRIES_WITHIN = 10, dt.timedelta(minutes=15)
MOST_WRONG, WRONG_WITHIN = 50, dt.timedelta(days=1)
# What one link may have printed anew, and how often its file may be taken.
MOST_PRINTS, PRINTS_WITHIN = 5, dt.timedelta(hours=1)
MOST_TAKEN, TAKEN_WITHIN = 60, dt.timedelta(hours=1)


class NotPublishedError(ValueError):
    """Only a published result is shared: it no longer changes."""


class TooManyLinksError(ValueError):
    """The result has as many links as it may have."""


class TooManyError(Exception):
    """A limit on attempts is reached."""


# ---- the bank's side ---------------------------------------------------------------------------


@transaction.atomic
def make(
    *,
    assessment: Assessment,
    label: str,
    expires_at: dt.datetime,
    language: str,
    passcode: str,
    report_key: str,
    by: User,
    now: dt.datetime,
) -> tuple[ShareLink, str]:
    """A link and its token, which nobody can read again. Raises NotPublishedError, TooManyLinksError.

    An empty passcode asks for none. With the content key of the report the reader may have it as a
    PDF, which is printed now unless it was before.
    """
    _require_room(assessment, now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = ShareLink.objects.create(
        assessment=assessment,
        token_hash=queries.digest(token),
        label=label,
        language=language,
        passcode=make_password(typed(passcode)) if passcode else "",
        with_report=bool(report_key),
        created_by=by,
        created_at=now,
        expires_at=expires_at,
    )
    record(
        organisation=assessment.organisation,
        by=by,
        verb="result shared",
        target=f"share:{link.pk}",
        until=expires_at.isoformat(),
        passcode=bool(passcode),
        report=bool(report_key),
    )
    if report_key:
        reports.request(assessment=assessment, language=language, content_key=report_key, by=by)
    return link, token


def _require_room(assessment: Assessment, now: dt.datetime) -> None:
    """Raises NotPublishedError or TooManyLinksError; of several at once, each counts the others."""
    held = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if held.status != AssessmentStatus.PUBLISHED:
        raise NotPublishedError
    if queries.unexpired(now).filter(assessment=held).count() >= MOST_LINKS:
        raise TooManyLinksError


@transaction.atomic
def revoke(*, link: ShareLink, by: User, now: dt.datetime) -> bool:
    """End a link at once; False where it was revoked before."""
    if not ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now):
        return False
    _note(link, by, "share revoked")
    return True


def end_left_behind(now: dt.datetime) -> int:
    """Revoke for good the links whose makers may no longer share.

    They open nothing already; now they will not come back to life with a new engagement or role.
    """
    ended = 0
    for link in queries.left_behind(now).select_related("assessment__organisation")[:AT_ONCE]:
        with transaction.atomic():
            if ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now):
                _note(link, None, "share ended")
                ended += 1
    return ended


# ---- the reader's side -------------------------------------------------------------------------


def guess(who: str, now: dt.datetime) -> None:
    """Count a token that opens nothing."""
    admit("share", who, limit=MOST_GUESSES, span=GUESSES_WITHIN, now=now)


def guessed_too_often(who: str, now: dt.datetime) -> bool:
    """Whether this address has tried too many tokens that open nothing (S20)."""
    return spent("share", who, limit=MOST_GUESSES, span=GUESSES_WITHIN, now=now)


def passes(*, link: ShareLink, passcode: str, who: str, now: dt.datetime) -> bool:
    """Whether this is the link's passcode. Raises TooManyError once too many were tried."""
    name = str(link.pk)
    if spent("share wrong", name, limit=MOST_WRONG, span=WRONG_WITHIN, now=now):
        raise TooManyError
    if not admit("share try", f"{name} {who}", limit=MOST_TRIES, span=TRIES_WITHIN, now=now):
        raise TooManyError
    if check_password(typed(passcode), link.passcode):
        return True
    admit("share wrong", name, limit=MOST_WRONG, span=WRONG_WITHIN, now=now)
    return False


def typed(passcode: str) -> str:
    """A passcode however its letters were composed, and without the spaces that copying adds."""
    return unicodedata.normalize("NFKC", passcode).strip()


@transaction.atomic
def note_opening(*, link: ShareLink, day_began: dt.datetime, now: dt.datetime) -> None:
    """Count an opening; the day's first one is written into the trail."""
    rows = ShareLink.objects.filter(pk=link.pk)
    opening = {"opened": F("opened") + 1, "last_opened_at": now}
    unopened = Q(last_opened_at=None) | Q(last_opened_at__lt=day_began)
    if rows.filter(unopened).update(**opening):
        _note(link, None, "shared result opened")
    else:
        rows.update(**opening)


def ask_for_report(*, link: ShareLink, language: str, content_key: str, now: dt.datetime) -> None:
    """Have a reader's report printed for whoever made the link, unless it was before.

    Raises TooManyError where readers had too much printed of late.
    """
    if link.created_by is None:
        return
    name = str(link.pk)
    if not admit("share print", name, limit=MOST_PRINTS, span=PRINTS_WITHIN, now=now):
        raise TooManyError
    reports.request(
        assessment=link.assessment,
        language=language,
        content_key=content_key,
        by=link.created_by,
        through=f"share:{link.pk}",
    )


def take_report(*, link: ShareLink, now: dt.datetime) -> None:
    """Write down that a reader downloads the file. Raises TooManyError."""
    if not admit("share take", str(link.pk), limit=MOST_TAKEN, span=TAKEN_WITHIN, now=now):
        raise TooManyError
    _note(link, None, "shared report downloaded")


def _note(link: ShareLink, by: User | None, verb: str) -> None:
    record(
        organisation=link.assessment.organisation,
        by=by,
        verb=verb,
        target=f"share:{link.pk}",
    )
