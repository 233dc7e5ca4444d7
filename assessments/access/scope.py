"""Fetch and authorise in one call.

Strangers get the same 404 as for what does not exist; members without the permission get 403.
Tenant rows are fetched nowhere else.
"""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404

from assessments.access.roles import Permission, may
from assessments.models import Assessment, ChannelAccount, Organisation, Report, Sheet, User


class NotPermittedError(PermissionDenied):
    """A member's role lacks a permission; the 403 page says which role has it and whom to ask."""

    def __init__(self, permission: Permission, organisation: UUID) -> None:
        super().__init__(f"needs permission to {permission}")
        self.permission = permission
        self.organisation = organisation


class NotAskedError(NotPermittedError):
    """A member without a sheet in a round wants to answer in it."""


def organisations_of(user: User) -> QuerySet[Organisation]:
    """All organisations that this person belongs to, by name."""
    return Organisation.objects.filter(memberships__user=user).order_by("name", "pk")


def organisation_for(user: User, pk: UUID, permission: Permission) -> Organisation:
    """Fetch one organisation, or raise Http404 (stranger) or PermissionDenied (member)."""
    organisation = (
        Organisation.objects.filter(pk=pk, memberships__user=user)
        .annotate(member_role=F("memberships__role"))
        .first()
    )
    if organisation is None:
        raise Http404
    _require([organisation.member_role], permission, organisation.pk)
    return organisation


def assessments_of(organisation: Organisation) -> QuerySet[Assessment]:
    """All rounds of an organisation that was itself fetched through this module."""
    return Assessment.objects.filter(organisation=organisation)


def assessment_for(user: User, pk: UUID, permission: Permission) -> Assessment:
    """Fetch one round with its bank in one query, or raise Http404 or PermissionDenied."""
    assessment = (
        Assessment.objects.select_related("organisation")
        .filter(pk=pk, organisation__memberships__user=user)
        .annotate(member_role=F("organisation__memberships__role"))
        .first()
    )
    if assessment is None:
        raise Http404
    _require([assessment.member_role], permission, assessment.organisation_id)
    return assessment


def sheet_for(user: User, pk: UUID, permission: Permission = Permission.ANSWER) -> Sheet:
    """Fetch the person's own sheet in a round, with round and bank, in one query.

    A member who was not asked to answer gets PermissionDenied.
    """
    sheet = (
        Sheet.objects.select_related("assessment__organisation")
        .filter(assessment=pk, respondent=user, assessment__organisation__memberships__user=user)
        .annotate(member_role=F("assessment__organisation__memberships__role"))
        .first()
    )
    if sheet is None:
        assessment = assessment_for(user, pk, permission)
        raise NotAskedError(permission, assessment.organisation_id)
    _require([sheet.member_role], permission, sheet.assessment.organisation_id)
    vars(sheet.assessment)["member_role"] = sheet.member_role  # as assessment_for leaves it
    return sheet


def channel_for(user: User, pk: UUID, account: int, permission: Permission) -> ChannelAccount:
    """Fetch one row of a round's channel inventory, or raise Http404 or PermissionDenied."""
    assessment = assessment_for(user, pk, permission)
    row = ChannelAccount.objects.filter(pk=account, assessment=assessment).first()
    if row is None:
        raise Http404
    row.assessment = assessment
    return row


def report_for(user: User, pk: UUID, permission: Permission) -> Report:
    """Fetch one report with its round and bank, or raise Http404 or PermissionDenied."""
    report = (
        Report.objects.select_related("assessment__organisation")
        .filter(pk=pk, assessment__organisation__memberships__user=user)
        .annotate(member_role=F("assessment__organisation__memberships__role"))
        .first()
    )
    if report is None:
        raise Http404
    _require([report.member_role], permission, report.assessment.organisation_id)
    return report


def _require(roles: Iterable[str], permission: Permission, organisation: UUID) -> None:
    if not any(may(role, permission) for role in roles):
        raise NotPermittedError(permission, organisation)
