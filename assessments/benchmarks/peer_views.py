"""A bank's lead joins the peers, tells its group, or leaves."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import organisation_for
from assessments.benchmarks import peer_pages, services
from assessments.benchmarks.forms import GroupForm, JoinForm
from assessments.models import Organisation


@require_http_methods(["GET", "POST"])
@login_required
def peers(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What is lent; before joining the consent, afterwards the banking group."""
    bank = organisation_for(request.user, pk, Permission.MANAGE_PEERS)
    make = JoinForm if bank.peers_since is None else GroupForm
    start = {"group": bank.banking_group}
    form = make(request.POST) if request.method == "POST" else make(initial=start)
    if form.is_bound and form.is_valid():
        messages.success(request, _store(request, bank, form.cleaned_data["group"]))
        return redirect("peers", pk=pk)
    page = peer_pages.peers(bank, timezone.now())
    status = 422 if form.is_bound else 200
    return render(request, "benchmarks/peers.html", {"page": page, "form": form}, status=status)


def _store(request: MemberRequest, bank: Organisation, group: str) -> str:
    if bank.peers_since is not None:
        services.change_group(organisation=bank, group=group, by=request.user)
        return gettext("The banking group is saved.")
    services.join(organisation=bank, group=group, by=request.user, now=timezone.now())
    return gettext("The bank has joined the peers.")


@require_http_methods(["GET", "POST"])
@login_required
def peers_leave(request: MemberRequest, pk: UUID) -> HttpResponse:
    bank = organisation_for(request.user, pk, Permission.MANAGE_PEERS)
    if bank.peers_since is None:
        return redirect("peers", pk=pk)
    if request.method == "GET":
        page = peer_pages.leaving(bank, timezone.now())
        return render(request, "people/confirm.html", {"page": page})
    services.leave(organisation=bank, by=request.user)
    messages.success(request, gettext("The bank lends nothing to the peers any more."))
    return redirect("peers", pk=pk)
