"""Who belongs to an organisation and how far each has come: progress, never answers."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Max, Q, QuerySet

from assessments.access.scope import assessments_of, invitations_of, memberships_of
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Invitation,
    Membership,
    Organisation,
    Sheet,
    SheetStatus,
    Special,
)
from assessments.people.sections import asked_items

_GIVEN = Q(answers__carried=False)
_ANSWERED = _GIVEN & (Q(answers__level__isnull=False) | Q(answers__special__in=Special.values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One respondent's sheet in the round that the list shows."""

    sheet: int
    function: str
    sections: tuple[str, ...]
    status: str
    answered: int
    total: int
    active_at: dt.datetime | None
    reminded_at: dt.datetime | None


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """All members, by name."""
    rows = memberships_of(organisation).select_related("user", "organisation")
    return rows.order_by("user__name", "user__email", "pk")


def invitations_to_show(organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations that nobody has used, open ones first."""
    return (
        invitations_of(organisation)
        .select_related("organisation")
        .filter(accepted_at=None)
        .order_by(F("revoked_at").asc(nulls_first=True), "-created_at", "pk")
    )


def round_shown(organisation: Organisation) -> Assessment | None:
    """The newest open round, else the newest."""
    rows = list(assessments_of(organisation).order_by("-created_at", "-pk")[:20])
    return next(
        (row for row in rows if row.status == AssessmentStatus.OPEN), rows[0] if rows else None
    )


def progress_of(assessment: Assessment, members: Iterable[Membership]) -> dict[int, Progress]:
    """The sheets of some members in a round by user, in one query."""
    people = [member.user_id for member in members]
    rows = (
        Sheet.objects.filter(assessment=assessment, respondent__in=people)
        .annotate(
            answered=Count("answers", filter=_ANSWERED, distinct=True),
            active_at=Max("answers__updated_at", filter=_GIVEN),
        )
        .order_by("pk")
    )
    return {row.respondent_id: _progress(row) for row in rows if row.respondent_id is not None}


def unsubmitted(assessment: Assessment, but: Collection[int] = ()) -> list[Sheet]:
    """Sheets of members that wait for their respondents, except those of some users."""
    return list(
        Sheet.objects.select_related("assessment__organisation", "respondent")
        .filter(
            assessment=assessment,
            status=SheetStatus.OPEN,
            respondent__memberships__organisation=assessment.organisation,
        )
        .exclude(respondent__in=but)
        .order_by("pk")
    )


def sheet_of(assessment: Assessment, membership: Membership) -> Sheet | None:
    """A member's sheet in a round."""
    return (
        Sheet.objects.select_related("assessment__organisation", "respondent")
        .filter(assessment=assessment, respondent=membership.user_id)
        .first()
    )


def sheet_to_remind_of(pk: str) -> Sheet | None:
    """A sheet for the letter about it, or None once there is nothing to remind of."""
    sheet = (
        Sheet.objects.select_related("assessment__organisation", "respondent")
        .filter(pk=pk, status=SheetStatus.OPEN, assessment__status=AssessmentStatus.OPEN)
        .first()
    )
    if sheet is None or sheet.respondent is None or not sheet.respondent.is_active:
        return None
    belongs = memberships_of(sheet.assessment.organisation).filter(user=sheet.respondent)
    return sheet if belongs.exists() else None


def _progress(row: Sheet) -> Progress:
    found = vars(row)
    total = len(asked_items(row.sections))
    return Progress(
        sheet=row.pk,
        function=row.function,
        sections=tuple(row.sections),
        status=row.status,
        answered=min(found["answered"], total),
        total=total,
        active_at=found["active_at"],
        reminded_at=row.reminded_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    asked: int
    submitted: int


def turnout(assessment: Assessment) -> Turnout:
    """How many were asked in a round and how many have submitted."""
    counts = Sheet.objects.filter(assessment=assessment).aggregate(
        asked=Count("pk"), submitted=Count("pk", filter=Q(status=SheetStatus.SUBMITTED))
    )
    return Turnout(**counts)


def has_other_managers(membership: Membership, roles: Iterable[str]) -> bool:
    """Whether somebody else could manage the organisation."""
    rows = memberships_of(membership.organisation).filter(role__in=list(roles))
    return rows.exclude(pk=membership.pk).exists()


def waiting_invitations(assessment: Assessment, now: dt.datetime) -> list[Invitation]:
    """Open invitations to answer in a round."""
    rows = invitations_of(assessment.organisation).select_related("organisation")
    return list(
        rows.filter(assessment=assessment, accepted_at=None, revoked_at=None, expires_at__gt=now)
    )
