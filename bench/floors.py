"""The floors: the same content and the same rows in the plainest Django that does the job."""

import csv
import io
import json
from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import assessment_for, organisation_for, sheet_for
from assessments.models import AnswerChange, SavedAnswer, Sheet, SheetStatus, Snapshot
from bench.eight import ITEMS
from bench.exports import floor_rows, floor_workbook
from maturity import load_wording

_COLUMNS = ["level", "special", "reason", "note", "link", "evidence", "version", "updated_at"]


@login_required
def questions(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Row a: eight questions with the answers stored so far."""
    sheet = sheet_for(request.user, pk)
    rows = {row.item: row for row in sheet.answers.filter(item__in=ITEMS)}
    words = load_wording().items
    shown = [{"item": item, "words": words[item], "row": rows.get(item)} for item in ITEMS]
    return render(request, "bench/questions.html", {"sheet": sheet, "questions": shown})


@require_POST
@login_required
def answer(request: MemberRequest, pk: UUID, item: str) -> JsonResponse:
    """Row b: one answer, one line of history."""
    data = json.loads(request.body)
    sheet = Sheet.objects.get(assessment=pk, respondent=request.user)
    _write(sheet, [(item, data["answer"])], version=data["version"] + 1, by=request.user.pk)
    return JsonResponse({"version": data["version"] + 1})


@require_POST
@login_required
def section(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Row b: a page of answers, each with its line of history."""
    sheet = Sheet.objects.get(assessment=pk, respondent=request.user)
    levels = [(item, int(request.POST[f"answer-{item}"])) for item in _sent(request)]
    _write(sheet, levels, version=int(request.POST["version"]) + 1, by=request.user.pk)
    return redirect(request.path)


@login_required
def answers(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Row c, computed: everything that a result is computed from, shown as it is stored."""
    assessment = assessment_for(request.user, pk, Permission.VIEW_RESULTS)
    submitted = assessment.sheets.filter(status=SheetStatus.SUBMITTED)
    shown = {
        "assessment": assessment,
        "sheets": list(submitted.order_by("pk").prefetch_related("answers")),
        "channels": list(assessment.channels.all()),
    }
    return render(request, "bench/answers.html", shown)


@login_required
def snapshot(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Row c, published: the stored findings as they are."""
    assessment = assessment_for(request.user, pk, Permission.VIEW_RESULTS)
    found = Snapshot.objects.get(assessment=assessment)
    shown = {"assessment": assessment, "snapshot": found, "findings": found.findings}
    return render(request, "bench/snapshot.html", shown)


def _sent(request: MemberRequest) -> Iterable[str]:
    prefix = "answer-"
    return (name.removeprefix(prefix) for name in request.POST if name.startswith(prefix))


def _write(sheet: Sheet, levels: list[tuple[str, int]], *, version: int, by: int) -> None:
    now = timezone.now()
    with transaction.atomic():
        SavedAnswer.objects.bulk_create(
            [
                SavedAnswer(sheet=sheet, item=item, level=level, version=version, updated_at=now)
                for item, level in levels
            ],
            update_conflicts=True,
            unique_fields=["sheet", "item"],
            update_fields=_COLUMNS,
        )
        AnswerChange.objects.bulk_create(
            AnswerChange(
                sheet=sheet,
                item=item,
                level=level,
                version=version,
                evidence="E0",
                by_id=by,
                at=now,
            )
            for item, level in levels
        )


@login_required
def clients_csv(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Row g: a firm's clients, as `csv` writes what the database gives."""
    organisation_for(request.user, pk, Permission.EXPORT_CLIENTS)
    file = io.StringIO(newline="")
    csv.writer(file).writerows(floor_rows(pk))
    return HttpResponse(file.getvalue(), content_type="text/csv")


@login_required
def clients_xlsx(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Row g: the same as XlsxWriter writes it."""
    organisation_for(request.user, pk, Permission.EXPORT_CLIENTS)
    return HttpResponse(floor_workbook(pk), content_type="application/octet-stream")
