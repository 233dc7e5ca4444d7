"""The portfolio: a firm's clients in one table and on one quadrant, and what is kept about them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import client_for, organisation_for, saved_filter_for
from assessments.portfolio import asked as asking
from assessments.portfolio import kept_pages, notes_pages, onward, pages, services
from assessments.portfolio.forms import FilterForm

_FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@login_required
def firm(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The clients that this member of a firm works for."""
    organisation = organisation_for(request.user, pk, Permission.VIEW_FIRM)
    view = asking.read(request.GET)
    page = pages.portfolio(organisation, request.user, view, timezone.now())
    return render(request, "portfolio/index.html", {"page": page})


@require_safe
@login_required
def selected(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Send the selected clients on to where they are drawn, compared or reported on.

    Nothing is read about them here: the page that follows judges each of them.
    """
    organisation = organisation_for(request.user, pk, Permission.VIEW_CLIENTS)
    wanted = onward.read(request.GET)
    if not wanted.rounds:
        messages.info(request, gettext("Select clients in the table first."))
    elif wanted.too_many:
        messages.info(request, onward.too_many())
    return redirect(onward.address(organisation.pk, wanted))


# ---- kept filters ------------------------------------------------------------------------------


@require_safe
@login_required
def saved_filters(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The filters that one may use, with those that one may change."""
    organisation = organisation_for(request.user, pk, Permission.NOTE_CLIENTS)
    page = kept_pages.listing(organisation, request.user)
    return render(request, "portfolio/filters.html", {"page": page})


@require_http_methods(_FORM_METHODS)
@login_required
def saved_filter_new(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Keep the view that this address names under a name."""
    organisation = organisation_for(request.user, pk, Permission.NOTE_CLIENTS)
    query = kept_pages.keepable(request.GET)
    form = FilterForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and kept_pages.kept(organisation, query, form, request.user):
        messages.success(request, gettext("The view is saved."))
        return redirect(f"{reverse('firm', args=[pk])}?{query}")
    context = {"page": kept_pages.new(organisation, query), "form": form}
    return render(request, "portfolio/filter.html", context, status=422 if form.is_bound else 200)


@require_http_methods(_FORM_METHODS)
@login_required
def saved_filter(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Rename a kept filter, or settle who may use it."""
    row = saved_filter_for(request.user, pk)
    form = FilterForm(
        request.POST if request.method == "POST" else None,
        initial={"name": row.name, "shared": row.shared},
    )
    if form.is_valid() and kept_pages.changed(row, form, request.user):
        messages.success(request, gettext("Saved."))
        return redirect("saved_filters", pk=row.firm_id)
    context = {"page": kept_pages.change(row), "form": form}
    return render(request, "portfolio/filter.html", context, status=422 if form.is_bound else 200)


@require_http_methods(_FORM_METHODS)
@login_required
def saved_filter_delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask once more, then delete a kept filter."""
    row = saved_filter_for(request.user, pk)
    if request.method != "POST":
        return render(request, "people/confirm.html", {"page": kept_pages.removal(row)})
    services.delete_filter(row=row, by=request.user)
    messages.success(request, gettext("The saved filter is deleted."))
    return redirect("saved_filters", pk=row.firm_id)


# ---- notes -------------------------------------------------------------------------------------


@require_http_methods(_FORM_METHODS)
@login_required
def client_notes(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The firm's tags on a client, and who answers for it."""
    engagement = client_for(request.user, pk, Permission.NOTE_CLIENTS)
    form = notes_pages.form(engagement, request.POST if request.method == "POST" else None)
    if form.is_valid() and notes_pages.noted(engagement, form, request.user):
        messages.success(request, gettext("Saved what you note about this client."))
        return redirect("firm", pk=engagement.firm_id)
    context = {"page": notes_pages.notes(engagement), "form": form}
    return render(request, "portfolio/notes.html", context, status=422 if form.is_bound else 200)
