"""Set the look of a bank's or a firm's reports, and see it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import organisation_for
from assessments.access.uploads import was_too_large
from assessments.batches import brand_pages as pages
from assessments.batches import brand_services as services
from assessments.batches.brand_forms import BrandForm
from assessments.models import Organisation, OrganisationKind
from assessments.reports.brand_queries import brand_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bank_brand(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _brand(request, organisation_for(request.user, pk, Permission.EDIT_BANK))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def firm_brand(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _brand(request, organisation_for(request.user, pk, Permission.EDIT_FIRM))


@login_required
@require_safe
def bank_logo(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    return _logo(organisation_for(request.user, pk, Permission.EDIT_BANK))


@login_required
@require_safe
def firm_logo(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    return _logo(organisation_for(request.user, pk, Permission.EDIT_FIRM))


def _brand(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    stored = brand_of(organisation)
    form = BrandForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        firm=organisation.kind == OrganisationKind.FIRM,
        has_logo=stored is not None and bool(stored.logo.name),
        too_large=request.method == "POST" and was_too_large(request),
        initial=pages.initial(stored),
    )
    if form.is_valid():
        _change(request, organisation, form)
        return redirect(request.path)
    page = pages.brand(organisation, stored)
    status = 422 if form.is_bound else 200
    return render(request, "batches/brand.html", {"page": page, "form": form}, status=status)


def _change(request: MemberRequest, organisation: Organisation, form: BrandForm) -> None:
    values = dict(form.cleaned_data)
    picture, remove = values.pop("logo"), values.pop("remove_logo", False)
    changed = services.change_look(
        organisation=organisation,
        values=values,
        picture=picture,
        remove_logo=remove,
        by=request.user,
        now=timezone.now(),
    )
    if changed:
        messages.success(request, gettext("The look is saved. New reports wear it."))
    else:
        messages.info(request, gettext("Nothing was changed."))


def _logo(organisation: Organisation) -> HttpResponseBase:
    """The picture as we encoded it, for those who may change it."""
    stored = brand_of(organisation)
    name = (stored.logo.name or "") if stored else ""
    if not name or not default_storage.exists(name):
        raise Http404
    return FileResponse(default_storage.open(name), content_type="image/png")
