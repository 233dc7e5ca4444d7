"""The letters that invite and remind, written at the moment of sending."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Invitation, Mail, OrganisationKind
from assessments.people import invitation_queries, member_queries, queries
from assessments.people.invitation_services import new_token
from assessments.people.sections import dimension_name, dimensions
from assessments.ui.numbers import day

Words = Mapping[str, Any] | None


def invitation(mail: Mail) -> Words:
    """An invitation or a reminder of it, or None once it was used, revoked or has expired."""
    row = invitation_queries.invitation(mail.subject_id)
    if row is None or row.accepted_at or row.revoked_at or row.expires_at <= timezone.now():
        return None
    if row.organisation.closing_on is not None:
        return None
    return {
        "path": reverse("join_link", args=[new_token(row, mailed=True)]),
        "organisation": row.organisation.name,
        "firm": row.organisation.kind == OrganisationKind.FIRM,
        "inviter": row.invited_by.display_name if row.invited_by else "",
        "expires": day(queries.today_of(row.organisation, row.expires_at)),
        "sections": _sections(row),
        **_round(row.assessment),
    }


def answer_reminder(mail: Mail) -> Words:
    """A reminder to a respondent, or None once they submitted, left, or the round closed."""
    sheet = member_queries.sheet_to_remind_of(mail.subject_id)
    if sheet is None:
        return None
    return {
        "organisation": sheet.assessment.organisation.name,
        **_round(sheet.assessment),
    }


def _round(assessment: Assessment | None) -> dict[str, str]:
    if assessment is None:
        return {"period": "", "due": ""}
    return {
        "period": assessment.period,
        "due": day(assessment.due_on) if assessment.due_on else "",
    }


def _sections(row: Invitation) -> str:
    """The names of the sections, or nothing for the whole questionnaire."""
    asked = [name for name in dimensions() if name in row.sections]
    return ", ".join(dimension_name(name) for name in asked)
