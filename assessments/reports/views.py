"""Ask for a PDF, wait for it, take it away."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST, require_safe

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import assessment_for, firm_of_reader, report_for
from assessments.models import FileState
from assessments.reports import names, pages, queries, services, tasks
from assessments.reports.press import PressError

RETRY_AFTER_SECONDS = "10"


@require_POST
@login_required
def report_request(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Straight to the file when exactly this content was printed before, else to its progress."""
    assessment = assessment_for(request.user, pk, Permission.EXPORT_REPORT)
    firm = firm_of_reader(assessment)
    edition = queries.edition_for(assessment, language=get_language() or "en", firm=firm)
    if edition is None:
        return redirect("results", pk=assessment.pk)  # which says why there are no results
    services.sweep()
    report = services.request(
        assessment=assessment,
        language=edition.language,
        content_key=queries.content_key(edition),
        by=request.user,
        firm=queries.firm_worn(edition, firm),
    )
    if report.state == FileState.DONE:
        return redirect(pages.file_url(report))
    return redirect("report", pk=report.pk)


@require_safe
@login_required
def report(request: MemberRequest, pk: UUID) -> HttpResponse:
    services.sweep()
    found = report_for(request.user, pk, Permission.EXPORT_REPORT)
    return render(request, "reports/status.html", {"page": pages.status(found)})


@require_GET
@login_required
def report_state(request: MemberRequest, pk: UUID) -> JsonResponse:
    services.sweep()
    found = report_for(request.user, pk, Permission.EXPORT_REPORT)
    page = pages.status(found)
    return JsonResponse(
        {
            "state": page.state,
            "heading": page.heading,
            "text": page.text,
            "file": page.file_url,
        }
    )


@require_safe
@login_required
def report_file(request: MemberRequest, pk: UUID, name: str) -> HttpResponseBase:
    """The file under its own name only: no other suffix may make a cache keep it (S40)."""
    found = report_for(request.user, pk, Permission.EXPORT_REPORT)
    title = queries.title_of(found)
    if found.state != FileState.DONE or name != names.ascii_name(title):
        raise Http404
    if services.is_lost(found):
        return redirect("report", pk=found.pk)
    if request.method == "GET":
        services.take_away(found, request.user)
    return _download(found.file.name or "", title)


@require_safe
def sample_report(request: HttpRequest) -> HttpResponseBase:
    """The report of a fictional bank, printed once for each version of the program."""
    edition = queries.sample_edition(get_language() or "en")
    try:
        name = tasks.sample(edition)
    except PressError:
        response = render(request, "reports/busy.html", status=503)
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
        return response
    return _download(name, queries.title_of_edition(edition))


def _download(stored: str, title: names.Title) -> FileResponse:
    response = FileResponse(default_storage.open(stored), content_type="application/pdf")
    response.headers["Content-Disposition"] = names.disposition(title)
    return response
