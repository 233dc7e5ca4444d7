"""What the pages about leaving need to read."""

import calendar
import datetime as dt
from dataclasses import dataclass

from django.db.models import F, QuerySet

from assessments.access.scope import assessments_of
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Engagement,
    EngagementState,
    Export,
    Mail,
    Membership,
    Organisation,
    Report,
    Role,
    User,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """How much goes with an organisation."""

    members: int
    rounds: int
    reports: int
    engagements: int


def holdings(organisation: Organisation) -> Holdings:
    rounds = assessments_of(organisation)
    live = Engagement.objects.filter(
        state__in=(EngagementState.REQUESTED, EngagementState.ACCEPTED)
    )
    return Holdings(
        members=Membership.objects.filter(organisation=organisation).count(),
        rounds=rounds.count(),
        reports=Report.objects.filter(assessment__in=rounds).count(),
        engagements=live.filter(bank=organisation).count() + live.filter(firm=organisation).count(),
    )


def latest_export(organisation: Organisation, user: User, now: dt.datetime) -> Export | None:
    """The newest export that this person asked for and that has not expired."""
    return Export.objects.filter(
        organisation=organisation, requested_by=user, expires_at__gt=now
    ).first()


def rounds_past(organisation: Organisation, day: dt.date) -> QuerySet[Assessment]:
    """Published rounds that the retention setting keeps no longer on a day, oldest first."""
    if not organisation.retention_months:
        return Assessment.objects.none()
    oldest = months_before(day, organisation.retention_months)
    return (
        assessments_of(organisation)
        .filter(status=AssessmentStatus.PUBLISHED, snapshot__published_at__date__lte=oldest)
        .annotate(published_at=F("snapshot__published_at"))
        .order_by("snapshot__published_at", "pk")
    )


def announced_days(organisation: Organisation) -> dict[str, dt.date]:
    """For each round that is about to go, by id: the day that the letter named."""
    rows = Mail.objects.filter(organisation=organisation, kind="retention").order_by("created_at")
    return {
        row.subject_id: dt.date.fromisoformat(row.context["on"])
        for row in rows
        if "on" in row.context
    }


def belongs(organisation: Organisation, email: str, *roles: Role) -> bool:
    """Whether an address is a member's, in one of these roles where some are named."""
    members = Membership.objects.filter(organisation=organisation, user__email=email)
    return (members.filter(role__in=roles) if roles else members).exists()


def person(pk: int | None) -> User | None:
    return None if pk is None else User.objects.filter(pk=pk).first()


def round_of(mail: Mail) -> Assessment | None:
    """The round that a letter of retention is about, while it is still there."""
    return assessments_of(mail.organisation).filter(pk=mail.subject_id).first()


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day some months earlier; the month's last where there is no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))
