"""Take everything away, choose how long rounds are kept, close an organisation or stay after all."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import export_for, organisation_for
from assessments.models import FileState, Organisation, OrganisationKind
from assessments.people import leaving_pages as pages
from assessments.people import leaving_services as services
from assessments.people.leaving_forms import CloseForm, RetentionForm


@login_required
@require_safe
def leaving(request: MemberRequest, pk: UUID) -> HttpResponse:
    organisation = organisation_for(request.user, pk, Permission.LEAVE)
    return _page(request, organisation, RetentionForm(current=organisation.retention_months))


@require_POST
@login_required
def retention(request: MemberRequest, pk: UUID) -> HttpResponse:
    """How long published rounds are kept; firms have none."""
    organisation = organisation_for(request.user, pk, Permission.LEAVE)
    if organisation.kind != OrganisationKind.BANK:
        raise Http404
    form = RetentionForm(request.POST, current=organisation.retention_months)
    if not form.is_valid():
        return _page(request, organisation, form)
    services.set_retention(organisation=organisation, by=request.user, **form.cleaned_data)
    messages.success(request, gettext("The setting is saved."))
    return redirect("leaving", pk=pk)


@require_POST
@login_required
def export_request(request: MemberRequest, pk: UUID) -> HttpResponse:
    organisation = organisation_for(request.user, pk, Permission.LEAVE)
    services.request_export(
        organisation=organisation,
        language=get_language() or "en",
        by=request.user,
        now=timezone.now(),
    )
    return redirect("leaving", pk=pk)


@login_required
@require_GET
def export_file(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Only who asked for it, and only while they may still leave."""
    export = export_for(request.user, pk)
    name = export.file.name or ""
    expired = export.expires_at < timezone.now()
    if export.state != FileState.DONE or expired or not default_storage.exists(name):
        raise Http404
    services.note_download(export=export, by=request.user)
    day = export.created_at.date().isoformat()
    return FileResponse(
        default_storage.open(name),
        as_attachment=True,
        filename=f"maturity-export-{day}.zip",
        content_type="application/zip",
    )


@login_required
def close_organisation(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say what goes, and ask for the name."""
    organisation = organisation_for(request.user, pk, Permission.LEAVE)
    if organisation.closing_on is not None:
        return redirect("leaving", pk=pk)
    now = timezone.now()
    form = CloseForm(request.POST if request.method == "POST" else None, organisation=organisation)
    if form.is_valid():
        services.close_organisation(organisation=organisation, by=request.user, now=now)
        messages.success(request, gettext("The closing has begun. You can cancel it here."))
        return redirect("leaving", pk=pk)
    context = {"page": pages.close(organisation, now), "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "people/leaving_close.html", context, status=status)


@require_POST
@login_required
def cancel_closing(request: MemberRequest, pk: UUID) -> HttpResponse:
    organisation = organisation_for(request.user, pk, Permission.LEAVE)
    try:
        services.cancel_closing(organisation=organisation, by=request.user)
    except services.NotClosingError:
        messages.info(request, gettext("Nothing was closing."))
    else:
        messages.success(request, gettext("The closing is cancelled. Everything stays."))
    return redirect("leaving", pk=pk)


def _page(request: MemberRequest, organisation: Organisation, form: RetentionForm) -> HttpResponse:
    page = pages.leaving(organisation, request.user, timezone.now())
    context = {"page": page, "form": form}
    return render(request, "people/leaving.html", context, status=422 if form.is_bound else 200)
