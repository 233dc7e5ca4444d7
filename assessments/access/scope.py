"""Fetch and authorise in one call.

Strangers get the same 404 as for what does not exist; members without the permission get 403.
Tenant rows are fetched nowhere else. A member is found in one query; whoever is none may still
be a consultant whose firm has an accepted engagement, which takes two more.
"""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.http import Http404

from assessments.access.refusals import (
    NotAskedError,
    NotPermittedError,
    SecondFactorNeededError,
)
from assessments.access.roles import (
    GRANTS,
    PERMITTED_IN,
    PRIVILEGED,
    SCOPE_GRANTS,
    WHILE_LEAVING,
    Permission,
    Standing,
)
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Batch,
    ChannelAccount,
    ComparisonFile,
    Engagement,
    EngagementRequest,
    EngagementScope,
    EngagementState,
    Export,
    Intake,
    IntakeKind,
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    Region,
    Report,
    Role,
    SavedFilter,
    ShareLink,
    Sheet,
    User,
)

Row = TypeVar("Row", bound=Model)
# Where a row of each kind keeps its organisation.
_ROUND = "organisation"
_OF_ROUND = "assessment__organisation"


# ---- organisations -----------------------------------------------------------------------------


def organisations_of(user: User) -> QuerySet[Organisation]:
    """All organisations that this person belongs to, by name."""
    return Organisation.objects.filter(memberships__user=user).order_by("name", "pk")


def organisation_for(user: User, pk: UUID, permission: Permission) -> Organisation:
    """Fetch one organisation, or raise Http404 (stranger) or PermissionDenied (member).

    What only banks have does not exist in a firm, and the other way round: Http404 too.
    """
    rows = Organisation.objects.filter(pk=pk)
    organisation = _reach(rows, user, "")
    if permission not in PERMITTED_IN[OrganisationKind(organisation.kind)]:
        raise Http404
    _require(user, standing_on(organisation), permission, organisation.pk)
    return organisation


def memberships_of(organisation: Organisation) -> QuerySet[Membership]:
    """The members of an organisation that was itself fetched through this module."""
    return Membership.objects.filter(organisation=organisation).select_related("user")


def own_membership_for(user: User, pk: UUID) -> Membership:
    """A person's own membership with its organisation, or Http404: for what needs no permission."""
    row = Membership.objects.select_related("organisation").filter(organisation=pk, user=user)
    membership = row.first()
    if membership is None:
        raise Http404
    vars(membership.organisation)["standing"] = Standing(
        role=Role(membership.role), leaving=membership.organisation.closing_on is not None
    )
    return membership


def member_for(user: User, pk: UUID, member: int) -> Membership:
    """Fetch one member of an organisation whose members this person manages."""
    organisation = organisation_for(user, pk, Permission.MANAGE_MEMBERS)
    membership = memberships_of(organisation).filter(pk=member).first()
    if membership is None:
        raise Http404
    membership.organisation = organisation
    return membership


def invitations_of(organisation: Organisation) -> QuerySet[Invitation]:
    """The invitations of an organisation that was itself fetched through this module."""
    return Invitation.objects.filter(organisation=organisation)


def invitation_for(user: User, pk: UUID, invitation: UUID) -> Invitation:
    """Fetch one invitation of an organisation whose members this person manages."""
    organisation = organisation_for(user, pk, Permission.MANAGE_MEMBERS)
    row = invitations_of(organisation).filter(pk=invitation).first()
    if row is None:
        raise Http404
    row.organisation = organisation
    return row


def engagements_open_to(user: User) -> QuerySet[Engagement]:
    """Accepted engagements through which this person works: assigned, or as the firm's admin."""
    works = Q(firm__memberships__user=user) & (
        Q(firm__memberships__role=Role.ADMIN) | Q(assignments__user=user)
    )
    return Engagement.objects.filter(
        works,
        state=EngagementState.ACCEPTED,
        bank__closing_on=None,
        firm__closing_on=None,
    ).distinct()


def engagement_for(user: User, pk: UUID, permission: Permission) -> tuple[Engagement, Organisation]:
    """Fetch an engagement through the side, bank or firm, in which this person holds `permission`.

    Gives that side too. Who belongs to neither gets Http404; who belongs to one without holding
    the permission gets PermissionDenied.
    """
    engagement = Engagement.objects.select_related("bank", "firm").filter(pk=pk).first()
    if engagement is None:
        raise Http404
    sides = {engagement.bank_id: engagement.bank}
    if engagement.was_accepted:  # before that, the firm knows only whom it asked
        sides[engagement.firm_id] = engagement.firm
    roles = dict(
        Membership.objects.filter(user=user, organisation__in=list(sides)).values_list(
            "organisation", "role"
        )
    )
    if not roles:
        raise Http404
    standings = {
        pk: Standing(role=Role(role), leaving=sides[pk].closing_on is not None)
        for pk, role in roles.items()
    }
    for side, standing in standings.items():
        if standing.may(permission):
            _require(user, standing, permission, side)
            vars(sides[side])["standing"] = standing
            return engagement, sides[side]
    raise NotPermittedError(permission, next(iter(roles)))


def client_for(user: User, pk: UUID, permission: Permission) -> Engagement:
    """Fetch an accepted engagement through which this person works, with bank and firm.

    Raises Http404 for everybody else, a colleague who is not assigned included, and
    PermissionDenied for somebody without the permission in the firm.
    """
    rows = engagements_open_to(user).filter(pk=pk).select_related("bank", "firm")
    engagement = rows.first()
    if engagement is None:
        raise Http404
    engagement.firm = organisation_for(user, engagement.firm_id, permission)
    return engagement


def saved_filter_for(user: User, pk: UUID) -> SavedFilter:
    """Fetch a kept view of a firm's portfolio that this person may change, or raise Http404.

    That is whoever saved it, and for one that everybody may use the firm's admin too.
    """
    row = SavedFilter.objects.select_related("owner").filter(pk=pk).first()
    if row is None:
        raise Http404
    row.firm = organisation_for(user, row.firm_id, Permission.NOTE_CLIENTS)
    shared = row.shared and standing_on(row.firm).may(Permission.EDIT_FIRM)
    if row.owner_id != user.pk and not shared:
        raise Http404
    return row


def engagement_request_for(user: User, pk: UUID, permission: Permission) -> EngagementRequest:
    """Fetch what a firm asked an address, or raise Http404 or PermissionDenied."""
    asked = EngagementRequest.objects.filter(pk=pk).first()
    if asked is None:
        raise Http404
    asked.firm = organisation_for(user, asked.firm_id, permission)
    return asked


# ---- rounds and what belongs to them -----------------------------------------------------------


def assessments_of(organisation: Organisation) -> QuerySet[Assessment]:
    """All rounds of an organisation that was itself fetched through this module."""
    return Assessment.objects.filter(organisation=organisation)


def assessment_for(user: User, pk: UUID, permission: Permission) -> Assessment:
    """Fetch one round with its bank, or raise Http404 or PermissionDenied."""
    rows = Assessment.objects.select_related("organisation").filter(pk=pk)
    assessment = _reach(rows, user, _ROUND)
    _require(user, standing_on(assessment), permission, assessment.organisation_id)
    return assessment


def sheet_for(user: User, pk: UUID, permission: Permission = Permission.ANSWER) -> Sheet:
    """Fetch the person's own sheet in a round, with round and bank, in one query.

    A member who was not asked to answer gets PermissionDenied.
    """
    rows = (
        Sheet.objects.select_related("assessment__organisation")
        .filter(assessment=pk, respondent=user, assessment__organisation__memberships__user=user)
        .annotate(member_role=F("assessment__organisation__memberships__role"))
    )
    sheet = next(iter(rows), None)  # one at most; first() would sort
    if sheet is None:
        assessment = assessment_for(user, pk, permission)
        raise NotAskedError(permission, assessment.organisation_id)
    standing = _member(sheet, sheet.assessment)
    _require(user, standing, permission, sheet.assessment.organisation_id)
    return sheet


def channel_for(user: User, pk: UUID, account: int, permission: Permission) -> ChannelAccount:
    """Fetch one row of a round's channel inventory, or raise Http404 or PermissionDenied."""
    assessment = assessment_for(user, pk, permission)
    row = ChannelAccount.objects.filter(pk=account, assessment=assessment).first()
    if row is None:
        raise Http404
    row.assessment = assessment
    return row


def region_for(
    user: User, pk: UUID, region: int, permission: Permission
) -> tuple[Assessment, Region]:
    """Fetch a round and one region of its bank, or raise Http404 or PermissionDenied."""
    assessment = assessment_for(user, pk, permission)
    row = Region.objects.filter(pk=region, organisation=assessment.organisation_id).first()
    if row is None:
        raise Http404
    return assessment, row


def respondent_for(user: User, pk: UUID, sheet: int, permission: Permission) -> Sheet:
    """Fetch anybody's sheet in a round, for those who manage it, or raise as assessment_for does."""
    assessment = assessment_for(user, pk, permission)
    row = Sheet.objects.select_related("respondent").filter(pk=sheet, assessment=assessment).first()
    if row is None:
        raise Http404
    row.assessment = assessment
    return row


def report_for(user: User, pk: UUID, permission: Permission) -> Report:
    """Fetch one report with its round and bank, or raise Http404 or PermissionDenied."""
    rows = Report.objects.select_related("assessment__organisation").filter(pk=pk)
    report = _reach(rows, user, _OF_ROUND)
    _require(user, standing_on(report), permission, report.assessment.organisation_id)
    if standing_on(report).scope is not None and report.firm_id is not None:
        # Which other firms work for the bank, and how their reports look, is no business of this one.
        bank = report.assessment.organisation_id
        if not engagements_open_to(user).filter(bank=bank, firm=report.firm_id).exists():
            raise Http404
    return report


def share_links_of(assessment: Assessment, user: User) -> QuerySet[ShareLink]:
    """The links to a round's result that this person may see, the round fetched through this module.

    A consultant's own alone: which other firms work for the bank is no business of theirs.
    """
    rows = ShareLink.objects.filter(assessment=assessment)
    return rows if standing_on(assessment).scope is None else rows.filter(created_by=user)


def share_link_for(user: User, pk: UUID, link: UUID, permission: Permission) -> ShareLink:
    """Fetch one link to a round's result, or raise Http404 or PermissionDenied."""
    assessment = assessment_for(user, pk, permission)
    row = share_links_of(assessment, user).filter(pk=link).first()
    if row is None:
        raise Http404
    row.assessment = assessment
    return row


def export_for(user: User, pk: UUID) -> Export:
    """Fetch an export that this person asked for and may still take away, or raise Http404."""
    export = Export.objects.filter(pk=pk, requested_by=user).first()
    if export is None:
        raise Http404
    export.organisation = organisation_for(user, export.organisation_id, Permission.LEAVE)
    return export


def comparison_for(
    user: User, pk: UUID, permission: Permission
) -> tuple[ComparisonFile, tuple[Assessment, ...]]:
    """Fetch a comparison's file and its rounds for whoever asked for it and may still read them all.

    Raises Http404 otherwise (S10): nobody but the person who asked learns that it exists.
    """
    file = ComparisonFile.objects.filter(pk=pk, requested_by=user).first()
    if file is None:
        raise Http404
    file.requested_by = user
    return file, assessments_for(user, [UUID(id_) for id_ in file.rounds], permission)


def batch_for(user: User, pk: UUID) -> Batch:
    """Fetch reports for many that this person asked for, or, as the firm's admin, anybody's there.

    Raises Http404 otherwise, or PermissionDenied where the role allows no such thing any more.
    """
    batch = Batch.objects.select_related("requested_by").filter(pk=pk).first()
    if batch is None:
        raise Http404
    batch.firm = organisation_for(user, batch.firm_id, Permission.MAKE_BATCH)
    if batch.requested_by_id != user.pk and standing_on(batch.firm).role != Role.ADMIN:
        raise Http404
    return batch


def client_rounds_of(
    firm: Organisation, user: User, permission: Permission
) -> QuerySet[Assessment]:
    """Rounds of the clients that this person works for through one firm, where the scope allows it.

    The firm was itself fetched through this module, which saw to the person's role there.
    """
    scopes = [scope for scope, grants in SCOPE_GRANTS.items() if permission in grants]
    through = engagements_open_to(user).filter(firm=firm, scope__in=scopes)
    return Assessment.objects.filter(organisation__in=through.values("bank"))


def assessments_for(
    user: User, pks: Sequence[UUID], permission: Permission
) -> tuple[Assessment, ...]:
    """Fetch several rounds with their banks, in this order, in three queries at most.

    One that is not this person's refuses all (S7), and so does an empty list (S8): Http404. Who
    belongs to every bank but lacks the permission in one gets PermissionDenied.
    """
    wanted = Assessment.objects.select_related("organisation")
    found: dict[UUID, Assessment] = {
        row.pk: row
        for row in wanted.filter(pk__in=pks, organisation__memberships__user=user).annotate(
            member_role=F("organisation__memberships__role")
        )
    }
    for row in found.values():
        _member(row, row)
    others = [pk for pk in pks if pk not in found]
    if others:
        rows = wanted.filter(pk__in=others, organisation__kind=OrganisationKind.BANK)
        found |= _as_consultant(user, list(rows))
    if not pks or len(found) < len(set(pks)):
        raise Http404
    for row in found.values():
        _require(user, standing_on(row), permission, row.organisation_id)
    return tuple(found[pk] for pk in pks)


def _as_consultant(user: User, rows: Sequence[Assessment]) -> dict[UUID, Assessment]:
    """Those of the rounds whose banks this person works for, each with the widest scope."""
    banks = {row.organisation_id for row in rows}
    open_ = engagements_open_to(user).filter(bank__in=banks).select_related("firm")
    widest: dict[UUID, Engagement] = {}
    for engagement in open_.order_by("-scope", "pk"):
        widest.setdefault(engagement.bank_id, engagement)
    kept = {row.pk: row for row in rows if row.organisation_id in widest}
    for row in kept.values():
        engagement = widest[row.organisation_id]
        standing = Standing(scope=EngagementScope(engagement.scope))
        vars(row)["engagement"] = engagement
        vars(row)["standing"] = vars(row.organisation)["standing"] = standing
    return kept


def rounds_open_to(user: User, permission: Permission) -> QuerySet[Assessment]:
    """Rounds of all banks in which this person holds a permission, for a list over several banks.

    Raises SecondFactorNeededError where one of their roles needs a second factor that they lack.
    """
    bare = not (settings.DEMO and user.demo) and not user.has_second_factor
    if bare and Membership.objects.filter(user=user, role__in=PRIVILEGED).exists():
        raise SecondFactorNeededError("needs a second factor")
    roles = [role for role, grants in GRANTS.items() if permission in grants]
    own = Membership.objects.filter(user=user, role__in=roles)
    if permission not in WHILE_LEAVING:
        own = own.filter(organisation__closing_on=None)
    ways = Q(organisation__in=own.values("organisation"))
    if Standing(role=Role.RESPONDENT, shared=True).may(permission):
        member = Membership.objects.filter(user=user, organisation__closing_on=None)
        ways |= Q(
            organisation__in=member.values("organisation"), shared_with_respondents=True
        ) & ~Q(status=AssessmentStatus.OPEN)
    scopes = [scope for scope, grants in SCOPE_GRANTS.items() if permission in grants]
    clients = engagements_open_to(user).filter(scope__in=scopes)
    return Assessment.objects.filter(ways | Q(organisation__in=clients.values("bank")))


def firm_of_reader(assessment: Assessment) -> Organisation | None:
    """The firm through which the reader was let in, as this module found it; None for a member."""
    engagement = vars(assessment).get("engagement")
    return engagement.firm if isinstance(engagement, Engagement) else None


def intake_for(user: User, pk: UUID) -> tuple[Intake, Sheet | None]:
    """Fetch what this person brought and may still take over, or raise Http404.

    Comes with the person's own sheet where it is a workbook. Nobody else ever sees it. Raises
    PermissionDenied where the person may no longer answer, or start a round, there.
    """
    intake = Intake.objects.filter(pk=pk, brought_by=user).first()
    if intake is None:
        raise Http404
    if intake.kind == IntakeKind.WORKBOOK and intake.assessment_id is not None:
        sheet = sheet_for(user, intake.assessment_id)
        intake.organisation = sheet.assessment.organisation
        return intake, sheet
    intake.organisation = organisation_for(user, intake.organisation_id, Permission.START_ROUND)
    return intake, None


def still_may(
    user: User | None,
    assessment: Assessment,
    permission: Permission,
    firm: Organisation | None = None,
) -> bool:
    """Whether somebody may still do this: for work that was asked for earlier (S10, S14).

    With a firm, whether they may through an engagement of this firm.
    """
    if user is None or not user.is_active:
        return False
    try:
        if firm is None:
            assessment_for(user, assessment.pk, permission)
            return True
        through = organisation_for(user, firm.pk, Permission.VIEW_CLIENTS)
    except (Http404, PermissionDenied):
        return False
    return client_rounds_of(through, user, permission).filter(pk=assessment.pk).exists()


def still_allowed(permission: Permission) -> Q:
    """A condition on share links: that who made one holds a permission in the bank still.

    Judged in the same query as the rows, so that a link dies with the engagement, the role or the
    bank. Second factors are not asked for. A member is judged as a member, like everywhere, even
    where a firm would allow more.
    """
    maker, bank = OuterRef("created_by"), OuterRef("assessment__organisation")
    roles = [role for role, grants in GRANTS.items() if permission in grants]
    scopes = [scope for scope, grants in SCOPE_GRANTS.items() if permission in grants]
    member = Membership.objects.filter(user=maker, organisation=bank)
    works = Q(firm__memberships__user=maker) & (
        Q(firm__memberships__role=Role.ADMIN) | Q(assignments__user=maker)
    )
    through = Engagement.objects.filter(
        works, bank=bank, state=EngagementState.ACCEPTED, scope__in=scopes, firm__closing_on=None
    )
    there = Q(created_by__is_active=True, assessment__organisation__closing_on=None)
    return there & (
        Q(Exists(member.filter(role__in=roles))) | (Q(Exists(through)) & ~Q(Exists(member)))
    )


# ---- standing ----------------------------------------------------------------------------------


def standing_on(row: Model) -> Standing:
    """What the reader is to the row's organisation, as a function of this module found it."""
    standing: Standing = vars(row)["standing"]
    return standing


def _reach(rows: QuerySet[Row], user: User, path: str) -> Row:
    """The one row of `rows` if this person is a member or a consultant of its organisation."""
    prefix = f"{path}__" if path else ""
    row = (
        rows.filter(**{f"{prefix}memberships__user": user})
        .annotate(member_role=F(f"{prefix}memberships__role"))
        .first()
    )
    if row is not None:
        assessment = row if isinstance(row, Assessment) else getattr(row, "assessment", None)
        _member(row, assessment)
        return row
    return _reach_as_consultant(rows, user, path)


def _reach_as_consultant(rows: QuerySet[Row], user: User, path: str) -> Row:
    row = rows.first()
    if row is None:
        raise Http404
    organisation: Organisation = _organisation(row, path)
    if organisation.kind != OrganisationKind.BANK:
        raise Http404
    engagement = (
        engagements_open_to(user)
        .filter(bank=organisation)
        .select_related("firm")
        .order_by("-scope", "pk")
        .first()
    )
    if engagement is None:
        raise Http404
    standing = Standing(scope=EngagementScope(engagement.scope))
    vars(row)["engagement"] = engagement
    for part in (row, organisation, getattr(row, "assessment", None)):
        if part is not None:
            vars(part)["standing"] = standing
    return row


def _organisation(row: Model, path: str) -> Organisation:
    found: object = row
    for name in path.split("__") if path else ():
        found = getattr(found, name)
    assert isinstance(found, Organisation)  # noqa: S101 -- every path ends at one
    return found


def _member(row: Model, assessment: Assessment | None) -> Standing:
    """Note a member's standing on the row, on its round and on its organisation."""
    organisation = row if isinstance(row, Organisation) else None
    if assessment is not None:
        organisation = assessment.organisation
    standing = Standing(
        role=Role(vars(row)["member_role"]),
        leaving=organisation is not None and organisation.closing_on is not None,
        shared=assessment is not None
        and assessment.shared_with_respondents
        and assessment.status != AssessmentStatus.OPEN,
    )
    for part in (row, assessment, organisation):
        if part is not None:
            vars(part)["standing"] = standing
    return standing


def _require(user: User, standing: Standing, permission: Permission, organisation: UUID) -> None:
    if not standing.may(permission):
        raise NotPermittedError(permission, organisation)
    waived = settings.DEMO and user.demo
    if standing.privileged and not waived and not user.has_second_factor:
        raise SecondFactorNeededError("needs a second factor")
