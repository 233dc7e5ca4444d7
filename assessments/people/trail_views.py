"""Read the trail: an organisation's for its lead or admin, one's own for everybody."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import organisation_for
from assessments.people import trail_pages as pages
from assessments.people import trail_queries as queries
from assessments.people import trail_services as services
from assessments.people.trail_forms import FILTERS, TrailForm
from assessments.ui.paging import only


@login_required
@require_safe
def trail(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A filter that is not understood is a wrong address: 400, and the field says why."""
    organisation = organisation_for(request.user, pk, Permission.VIEW_AUDIT)
    asked = request.GET.dict()
    only(asked, *FILTERS, "page")
    form = TrailForm(asked, organisation=organisation)
    if form.is_valid():
        page = pages.trail(organisation, queries.trail_of(organisation, form.asked()), asked)
    else:
        page = pages.mistaken(organisation, asked)
    status = 400 if form.errors else 200
    return render(request, "people/trail.html", {"page": page, "form": form}, status=status)


@login_required
@require_GET
def trail_csv(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """The same events as the page, all of them, as a file for a spreadsheet."""
    organisation = organisation_for(request.user, pk, Permission.VIEW_AUDIT)
    asked = request.GET.dict()
    only(asked, *FILTERS)
    form = TrailForm(asked, organisation=organisation)
    if not form.is_valid():
        raise BadRequest("filter")
    filters = sorted(name for name, value in asked.items() if value)
    services.note_download(organisation=organisation, by=request.user, filters=filters)
    rows = queries.trail_of(organisation, form.asked())
    response = StreamingHttpResponse(
        pages.csv_lines(organisation, rows), content_type="text/csv; charset=utf-8"
    )
    name = f"maturity-trail-{timezone.now().date().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_safe
def own_trail(request: MemberRequest) -> HttpResponse:
    """What this person did, and nothing of anybody else."""
    asked = request.GET.dict()
    only(asked, "page")
    page = pages.own_trail(request.user, asked)
    return render(request, "people/own_trail.html", {"page": page})
