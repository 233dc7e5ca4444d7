"""Take a round away: as tables, as a case file, as a document to edit."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_safe

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import assessment_for
from assessments.exchange import out_case, out_page, out_queries, out_services, out_tables
from assessments.models import Assessment
from assessments.results import frames
from assessments.results.queries import missing
from assessments.ui.filenames import disposition
from assessments.ui.sheets import csv_response, xlsx_response


@login_required
@require_safe
def take_away(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What there is to take, or why there is nothing yet."""
    assessment = assessment_for(request.user, pk, Permission.EXPORT_REPORT)
    offered = out_queries.offered_for(assessment, timezone.now())
    if offered is None:
        pending = frames.pending(assessment, missing(assessment))
        return render(request, "results/pending.html", {"page": pending})
    page = out_page.build(assessment, offered)
    return render(request, "exchange/take_away.html", {"page": page})


@login_required
@require_GET
def round_csv(request: MemberRequest, pk: UUID, name: str) -> HttpResponseBase:
    """One table. Answers need their own permission besides (S11)."""
    assessment = assessment_for(request.user, pk, Permission.EXPORT_DATA)
    if name not in out_tables.NAMES:
        raise Http404
    if name == "answers":
        assessment = assessment_for(request.user, pk, Permission.VIEW_ANSWERS)
    material = out_queries.material_for(assessment, timezone.now())
    table = out_tables.table(material, name) if material else None
    if table is None:
        return _withheld(request, assessment)
    out_services.note_round_file(
        assessment=assessment, by=request.user, verb="data exported", table=name, form="csv"
    )
    return csv_response(table, _named(assessment, name, "csv"))


@login_required
@require_GET
def round_xlsx(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Every table that this reader may take, on a sheet each."""
    assessment = assessment_for(request.user, pk, Permission.EXPORT_DATA)
    material = out_queries.material_for(assessment, timezone.now())
    if material is None:
        return _withheld(request, assessment)
    out_services.note_round_file(
        assessment=assessment,
        by=request.user,
        verb="data exported",
        form="xlsx",
        answers=material.panel is not None,
    )
    return xlsx_response(out_tables.tables(material), _named(assessment, "data", "xlsx"))


@login_required
@require_GET
def case_export(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """The engine's input, whole or not at all (decision 6)."""
    assessment_for(request.user, pk, Permission.EXPORT_DATA)
    assessment = assessment_for(request.user, pk, Permission.VIEW_ANSWERS)
    result = out_queries.case_for(assessment, timezone.now())
    if result is None:
        return _withheld(request, assessment)
    out_services.note_round_file(assessment=assessment, by=request.user, verb="case exported")
    response = HttpResponse(out_case.text(result.case), content_type="application/json")
    kind = f"case-{result.findings.framework}"
    response.headers["Content-Disposition"] = _named(assessment, kind, "json")
    return response


@login_required
@require_GET
def roadmap_docx(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """The roadmap as a document that can be edited; a report, so who may print may have it."""
    from assessments.exchange import out_docx  # noqa: PLC0415 -- python-docx is slow to import

    assessment = assessment_for(request.user, pk, Permission.EXPORT_REPORT)
    edition = out_queries.edition_of(assessment)
    if edition is None:
        return _withheld(request, assessment)
    out_services.note_round_file(
        assessment=assessment, by=request.user, verb="roadmap exported", language=edition.language
    )
    response = HttpResponse(out_docx.document(edition), content_type=out_docx.DOCX_TYPE)
    kind = f"roadmap-{get_language() or 'en'}"
    response.headers["Content-Disposition"] = _named(assessment, kind, "docx")
    return response


def _withheld(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Back to the page that says why."""
    messages.info(request, gettext("That file is not offered; the reason stands beside it."))
    return redirect("take_away", pk=assessment.pk)


def _named(assessment: Assessment, kind: str, suffix: str) -> str:
    parts = (assessment.organisation.name, assessment.period, kind)
    return disposition(parts, suffix, instead="round")
