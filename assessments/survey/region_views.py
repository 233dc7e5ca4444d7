"""Customers by region: an estimate of its own where a region's customers differ."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import assessment_for, region_for, standing_on
from assessments.models import Assessment, Region
from assessments.survey import region_queries, region_services
from assessments.survey.region_forms import RegionForm
from assessments.survey.region_page import region_page, regions_page
from assessments.survey.region_services import StaleEstimateError
from assessments.survey.writing import LockedError


@require_GET
@login_required
def regions(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The bank's regions, and how far each is estimated."""
    assessment = assessment_for(request.user, pk, Permission.MANAGE_ROUND)
    states = region_queries.regions_of(assessment)
    page = regions_page(assessment, states, standing_on(assessment))
    return render(request, "survey/regions.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def region(request: MemberRequest, pk: UUID, region: int) -> HttpResponse:
    """Ten questions about one region's customers."""
    assessment, row = region_for(request.user, pk, region, Permission.MANAGE_ROUND)
    state = region_queries.region_of(assessment, row)
    form = RegionForm(request.POST or None, answers=state.answers, seen=state.mark)
    if request.method == "POST":
        return _save(request, assessment, row, form)
    return _show(request, assessment, row, form, 200)


def _save(
    request: MemberRequest, assessment: Assessment, row: Region, form: RegionForm
) -> HttpResponse:
    if not form.is_valid():
        return _show(request, assessment, row, form, 422)
    try:
        region_services.estimate_region(
            assessment=assessment,
            region=row,
            answers=form.answers(),
            seen=form.cleaned_data["seen"],
            by=request.user,
            now=timezone.now(),
        )
    except LockedError:
        return _show(request, assessment, row, form, 423)
    except StaleEstimateError as stale:
        data = request.POST.copy()
        data["seen"] = stale.current.mark
        again = RegionForm(data, answers=stale.current.answers, seen=stale.current.mark)
        return _show(request, assessment, row, again, 409)
    messages.success(request, gettext("Saved."))
    return redirect("regions", pk=assessment.pk)


def _show(
    request: MemberRequest, assessment: Assessment, row: Region, form: RegionForm, status: int
) -> HttpResponse:
    state = region_queries.region_of(assessment, row)
    page = region_page(assessment, state, standing_on(assessment), clashes=status == 409)  # noqa: PLR2004 -- the status that says so
    return render(request, "survey/region.html", {"page": page, "form": form}, status=status)
