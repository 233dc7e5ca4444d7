"""Members of a bank or firm: list, roles, reminders, removal, and leaving oneself."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import member_for, organisation_for, own_membership_for
from assessments.models import Membership, OrganisationKind, Role
from assessments.people import invitation_services, member_pages, member_queries, member_services
from assessments.people.member_forms import RoleForm
from assessments.people.member_services import MANAGERS, LastManagerError, RoleChangedError
from assessments.people.role_words import roles_page
from assessments.ui.confirming import ConfirmPage
from assessments.ui.numbers import number
from assessments.ui.paging import only

_FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def roles(request: MemberRequest) -> HttpResponse:
    """Who may do what, in plain words."""
    return render(request, "people/roles.html", {"page": roles_page()})


@require_safe
@login_required
def people(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Members with their progress, and invitations."""
    only(request.GET, "page", "invited")
    organisation = organisation_for(request.user, pk, Permission.MANAGE_MEMBERS)
    page = member_pages.people(organisation, request.user, request.GET.dict(), timezone.now())
    return render(request, "people/people.html", {"page": page})


@require_http_methods(_FORM_METHODS)
@login_required
def member(request: MemberRequest, pk: UUID, member: int) -> HttpResponse:
    """Change a member's role, or go on to removing them."""
    membership = member_for(request.user, pk, member)
    form = RoleForm(
        request.POST if request.method == "POST" else None,
        organisation=membership.organisation,
        initial={"role": membership.role, "seen": membership.role},
    )
    if form.is_valid() and _changed(request, membership, form):
        messages.success(request, gettext("The role is changed."))
        return redirect("people", pk=pk) if membership.user != request.user else redirect("home")
    others = member_queries.has_other_managers(membership, MANAGERS)
    page = member_pages.member(membership, request.user, others=others)
    status = 422 if form.errors else 200
    return render(request, "people/member.html", {"page": page, "form": form}, status=status)


def _changed(request: MemberRequest, membership: Membership, form: RoleForm) -> bool:
    try:
        member_services.change_role(
            membership=membership,
            role=Role(form.cleaned_data["role"]),
            seen=form.cleaned_data["seen"],
            by=request.user,
            now=timezone.now(),
        )
    except LastManagerError:
        form.add_error("role", _last_words(membership))
    except RoleChangedError as changed:
        words = gettext("Somebody changed this role to %(role)s meanwhile. Load the page again.")
        form.add_error("role", words % {"role": changed.role.label})
    return not form.errors


@require_http_methods(_FORM_METHODS)
@login_required
def member_remove(request: MemberRequest, pk: UUID, member: int) -> HttpResponse:
    """Ask, then end somebody's membership."""
    membership = member_for(request.user, pk, member)
    if request.method != "POST":
        return _confirm(request, member_pages.confirm_removal(membership))
    try:
        member_services.remove(membership=membership, by=request.user, now=timezone.now())
    except LastManagerError:
        page = member_pages.confirm_removal(membership, _last_words(membership))
        return _confirm(request, page, status=422)
    messages.success(
        request,
        gettext("%(name)s no longer belongs here.") % {"name": membership.user.display_name},
    )
    return redirect("people", pk=pk) if membership.user != request.user else redirect("home")


@require_http_methods(_FORM_METHODS)
@login_required
def leave(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask, then end one's own membership."""
    membership = own_membership_for(request.user, pk)
    if request.method != "POST":
        return _confirm(request, member_pages.confirm_leaving(membership))
    try:
        member_services.leave(membership=membership, now=timezone.now())
    except LastManagerError:
        page = member_pages.confirm_leaving(membership, _last_words(membership))
        return _confirm(request, page, status=422)
    words = gettext("You have left %(name)s.") % {"name": membership.organisation.name}
    messages.success(request, words)
    return redirect("home")


@require_POST
@login_required
def member_remind(request: MemberRequest, pk: UUID, member: int) -> HttpResponse:
    """Remind one respondent."""
    membership = member_for(request.user, pk, member)
    current = member_queries.round_shown(membership.organisation)
    sheet = member_queries.sheet_of(current, membership) if current else None
    sent = sheet is not None and member_services.remind(
        sheet=sheet, by=request.user, now=timezone.now()
    )
    tell_reminded(request, int(sent), kept_back=int(not sent))
    return redirect("people", pk=pk)


@require_POST
@login_required
def remind_all(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Remind all who have not submitted, and all who have not joined."""
    organisation = organisation_for(request.user, pk, Permission.MANAGE_MEMBERS)
    now = timezone.now()
    current = member_queries.round_shown(organisation)
    if current is None:
        return redirect("people", pk=pk)
    sheets = member_queries.unsubmitted(current, but=[request.user.pk])
    waiting = member_queries.waiting_invitations(current, now)
    sent = member_services.remind_all(sheets=sheets, by=request.user, now=now)
    sent += sum(
        invitation_services.remind(invitation=row, by=request.user, now=now) for row in waiting
    )
    tell_reminded(request, sent, kept_back=len(sheets) + len(waiting) - sent)
    return redirect("people", pk=pk)


def tell_reminded(request: MemberRequest, sent: int, *, kept_back: int) -> None:
    """Say how many reminders are on their way, and why others are not."""
    if sent:
        words = ngettext("%(count)s reminder is sent.", "%(count)s reminders are sent.", sent)
        messages.success(request, words % {"count": number(sent)})
    if kept_back:
        words = ngettext(
            "%(count)s person was not reminded: done, or reminded within the last 48 hours.",
            "%(count)s people were not reminded: done, or reminded within the last 48 hours.",
            kept_back,
        )
        messages.warning(request, words % {"count": number(kept_back)})
    if not sent and not kept_back:
        messages.info(request, gettext("There is nobody to remind."))


def _confirm(request: MemberRequest, page: ConfirmPage, status: int = 200) -> HttpResponse:
    return render(request, "people/confirm.html", {"page": page}, status=status)


def _last_words(membership: Membership) -> str:
    if membership.organisation.kind == OrganisationKind.FIRM:
        return gettext("This is the firm’s only admin. Make somebody else an admin first.")
    return gettext("This is the bank’s only lead. Make somebody else a lead first.")
