"""What a link opens, whether it still does, and which links a round has."""

import datetime as dt
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, QuerySet

from assessments.access.roles import Permission
from assessments.access.scope import share_links_of, still_allowed
from assessments.models import Assessment, AssessmentStatus, Report, ShareLink, User


class LinkState(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ENDED = "ended"  # whoever made it may no longer share


def digest(token: str) -> str:
    """What is stored of a token, and all that a session holds of it."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def open_link(token_hash: str, now: dt.datetime, pk: UUID | None = None) -> ShareLink | None:
    """The link of a token if it still opens its result, with round, bank and maker, in one query.

    It does so while the result stands published, and while who made it may share it: a bank that
    is closing, an engagement that ended or a maker who left end it at once.
    """
    rows = ShareLink.objects.select_related("assessment__organisation", "created_by").filter(
        still_allowed(Permission.SHARE),
        token_hash=token_hash,
        revoked_at=None,
        expires_at__gt=now,
        assessment__status=AssessmentStatus.PUBLISHED,
    )
    return (rows if pk is None else rows.filter(pk=pk)).first()


def links_of(assessment: Assessment, user: User) -> QuerySet[ShareLink]:
    """The links of a round that this person may see, newest first, each knowing its maker."""
    allowed = ExpressionWrapper(still_allowed(Permission.SHARE), output_field=BooleanField())
    return (
        share_links_of(assessment, user)
        .select_related("created_by")
        .annotate(allowed=allowed)
        .order_by("-created_at", "-pk")
    )


def state_of(link: ShareLink, now: dt.datetime) -> LinkState:
    """How a link of `links_of` stands."""
    if link.revoked_at is not None:
        return LinkState.REVOKED
    if link.expires_at <= now:
        return LinkState.EXPIRED
    return LinkState.ACTIVE if vars(link)["allowed"] else LinkState.ENDED


def unexpired(now: dt.datetime) -> QuerySet[ShareLink]:
    """Links of all banks that are neither revoked nor expired."""
    return ShareLink.objects.filter(revoked_at=None, expires_at__gt=now)


def left_behind(now: dt.datetime) -> QuerySet[ShareLink]:
    """Those of them whose makers may no longer share."""
    return unexpired(now).exclude(still_allowed(Permission.SHARE))


def report_of(link: ShareLink, content_key: str) -> Report | None:
    """The report with exactly this content, if anybody ever asked for it."""
    rows = Report.objects.select_related("assessment__organisation")
    return rows.filter(assessment=link.assessment, content_key=content_key).first()
