"""Inviting, and what a manager does with an invitation afterwards."""

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import invitation_for, organisation_for
from assessments.access.throttle_writing import admit
from assessments.models import Assessment, Organisation, OrganisationKind
from assessments.people import invitation_queries, invitation_services, member_pages
from assessments.people.invitation_forms import InviteForm
from assessments.people.invitation_pages import fingerprint, invite_page
from assessments.people.invitation_services import UnusableError
from assessments.people.member_views import tell_reminded
from assessments.ui.numbers import number

_FORM_METHODS = ["GET", "HEAD", "POST"]
MOST_A_DAY = 300


@require_http_methods(_FORM_METHODS)
@login_required
def invite(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Read a list of addresses, show what each line would do, then send."""
    organisation = organisation_for(request.user, pk, Permission.MANAGE_MEMBERS)
    form, rounds = _form(request, organisation)
    if form.is_valid() and _decided(request, form) and _within_a_day(organisation, form):
        sent = invitation_services.invite(
            organisation=organisation,
            invitees=form.invitees(),
            asked=form.asked(),
            by=request.user,
            now=timezone.now(),
        )
        words = ngettext(
            "%(count)s invitation is on its way.", "%(count)s invitations are on their way.", sent
        )
        messages.success(request, words % {"count": number(sent)})
        return redirect("people", pk=pk)
    context = {"page": invite_page(organisation, form, rounds), "form": form}
    status = 422 if form.errors or form.bad else 200
    return render(request, "people/invite.html", context, status=status)


def _form(
    request: MemberRequest, organisation: Organisation
) -> tuple[InviteForm, list[Assessment]]:
    bank = organisation.kind == OrganisationKind.BANK
    rounds = invitation_queries.open_rounds(organisation) if bank else []
    form = InviteForm(
        request.POST if request.method == "POST" else None,
        organisation=organisation,
        rounds=rounds,
        known=invitation_queries.known_addresses(organisation, request.user, timezone.now()),
    )
    return form, rounds


def _decided(request: MemberRequest, form: InviteForm) -> bool:
    """Whether this is the order to send what the preview showed.

    Lines at fault are left out only by the button that says so.
    """
    action = request.POST.get("action", "")
    if not form.good or action not in {"send", "send good"}:
        return False
    seen = request.POST.get("previewed", "") == fingerprint(form.lines)
    return seen and (action == "send good" or not form.bad)


def _within_a_day(organisation: Organisation, form: InviteForm) -> bool:
    """Hold whoever would send letters to half the world in our name."""
    if admit(
        "invite",
        str(organisation.pk),
        limit=MOST_A_DAY,
        span=dt.timedelta(days=1),
        now=timezone.now(),
        weight=len(form.good),
    ):
        return True
    words = gettext("At most %(most)s invitations a day. Send these tomorrow.")
    form.add_error("addresses", words % {"most": number(MOST_A_DAY)})
    return False


@require_POST
@login_required
def invitation_remind(request: MemberRequest, pk: UUID, invitation: UUID) -> HttpResponse:
    row = invitation_for(request.user, pk, invitation)
    sent = invitation_services.remind(invitation=row, by=request.user, now=timezone.now())
    tell_reminded(request, int(sent), kept_back=int(not sent))
    return redirect("people", pk=pk)


@require_POST
@login_required
def invitation_resend(request: MemberRequest, pk: UUID, invitation: UUID) -> HttpResponse:
    """Send an invitation again that expired or did not get through."""
    row = invitation_for(request.user, pk, invitation)
    if invitation_services.resend(invitation=row, by=request.user, now=timezone.now()):
        messages.success(request, gettext("The invitation is on its way again."))
    else:
        tell_reminded(request, 0, kept_back=1)
    return redirect("people", pk=pk)


@require_POST
@login_required
def invitation_link(request: MemberRequest, pk: UUID, invitation: UUID) -> HttpResponse:
    """Make a link to hand over by other means, and show it once."""
    row = invitation_for(request.user, pk, invitation)
    try:
        token = invitation_services.copy_link(invitation=row, by=request.user, now=timezone.now())
    except UnusableError:
        messages.error(request, gettext("This invitation is no longer open."))
        return redirect("people", pk=pk)
    url = settings.SITE_URL.rstrip("/") + reverse("join_link", args=[token])
    return render(request, "people/link.html", {"page": member_pages.link(row, url)})


@require_http_methods(_FORM_METHODS)
@login_required
def invitation_revoke(request: MemberRequest, pk: UUID, invitation: UUID) -> HttpResponse:
    """Ask, then close an invitation."""
    row = invitation_for(request.user, pk, invitation)
    if request.method != "POST":
        page = member_pages.confirm_revoking(row)
        return render(request, "people/confirm.html", {"page": page})
    invitation_services.revoke(invitation=row, by=request.user, now=timezone.now())
    messages.success(request, gettext("The invitation is revoked."))
    return redirect("people", pk=pk)
