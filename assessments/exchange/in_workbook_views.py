"""The offline questionnaire: taken along, brought back, looked at, then stored whole or not at all."""

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from assessments.access.firm_queries import firms_let_in
from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import (
    sheet_for,
    standing_on,
)
from assessments.exchange import in_limits, in_services
from assessments.exchange.in_forms import UploadForm, choices_sent
from assessments.exchange.in_layout import layout_of
from assessments.exchange.in_limits import RefusedFileError
from assessments.exchange.in_pages import preview_page, upload_page
from assessments.exchange.in_queries import Choices, StaleFileError, compare
from assessments.exchange.in_reader import Fault, FaultyWorkbookError, Reading, read_workbook
from assessments.exchange.in_services import GoneError, Imported, LooserPromiseError, UndecidedError
from assessments.exchange.in_ways import gone
from assessments.exchange.in_workbook import Contents, build
from assessments.models import Intake, Sheet
from assessments.survey import queries
from assessments.survey.pages import promise_words, readers_of
from assessments.survey.writing import LockedError
from assessments.ui.filenames import disposition
from assessments.ui.numbers import day

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORM_METHODS = ["GET", "HEAD", "POST"]


@require_GET
@login_required
def workbook(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The person's own questionnaire as a file, with what is answered so far."""
    sheet = sheet_for(request.user, pk)
    if queries.sheet_lock(sheet):
        return redirect("workbook_upload", pk=pk)
    in_services.note_download(sheet=sheet, by=request.user)
    response = HttpResponse(_built(sheet), content_type=XLSX)
    name = (gettext("questionnaire"), sheet.assessment.period)
    response.headers["Content-Disposition"] = disposition(name, "xlsx", instead="questionnaire")
    return response


def _built(sheet: Sheet) -> bytes:
    assessment = sheet.assessment
    edits = standing_on(assessment).may(Permission.EDIT_CHANNELS)
    open_ = edits and queries.channel_lock(assessment, queries.turnout(assessment)) is None
    accounts = list(assessment.channels.all()) if open_ else []
    contents = Contents(
        sheet=sheet,
        answers=queries.answers_on(sheet),
        accounts=accounts,
        readers=readers_of(assessment, firms_let_in(assessment.organisation)),
        due=day(assessment.due_on) if assessment.due_on else "",
        made=timezone.now(),
    )
    layout = layout_of(sheet.sections, stored_accounts=len(accounts) if open_ else None)
    return build(layout, contents)


@require_http_methods(_FORM_METHODS)
@login_required
def workbook_upload(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Bring a filled questionnaire back; every fault is listed, or its preview follows."""
    sheet = sheet_for(request.user, pk)
    form = _workbook_form(request)
    if request.method != "POST":
        return _upload(request, sheet, form)
    if queries.sheet_lock(sheet):
        return _upload(request, sheet, form, status=423)
    now = timezone.now()
    try:
        data = form.content(request, in_limits.MOST_BYTES, in_limits.too_large())
        reading = read_workbook(data, sheet, today=_today(sheet))
    except RefusedFileError as refused:
        return _refused(request, sheet, form, refused)
    except FaultyWorkbookError as faulty:
        return _upload(request, sheet, _workbook_form(None), faulty.faults, status=400)
    intake = in_services.keep_workbook(sheet=sheet, reading=reading, by=request.user, now=now)
    return redirect("intake", pk=intake.pk)


def _workbook_form(request: MemberRequest | None) -> UploadForm:
    sent = request is not None and request.method == "POST"
    return UploadForm(
        request.POST if request and sent else None,
        request.FILES if request and sent else None,
        label=gettext("The filled workbook"),
        accept=".xlsx",
    )


def _refused(
    request: MemberRequest, sheet: Sheet, form: UploadForm, refused: RefusedFileError
) -> HttpResponse:
    form.refuse(refused.message)
    return _upload(request, sheet, form, status=refused.status)


def _upload(
    request: MemberRequest,
    sheet: Sheet,
    form: UploadForm,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
) -> HttpResponse:
    page = upload_page(sheet, faults, standing_on(sheet))
    context = {"page": page, "form": form}
    return render(request, "exchange/workbook.html", context, status=status)


def _today(sheet: Sheet) -> dt.date:
    return queries.today_in(sheet.assessment.organisation, timezone.now())


# ---- looking at what was brought, and storing it --------------------------------------------------


def workbook_intake(request: MemberRequest, brought: Intake, sheet: Sheet) -> HttpResponse:
    """What a workbook would change; sent as a form, it is stored."""
    if "imported" in brought.content:
        return redirect("round", pk=sheet.assessment.pk)
    if request.method != "POST":
        return _preview(request, brought, sheet)
    choices = choices_sent(request.POST)
    try:
        stored = in_services.import_answers(
            intake=brought, sheet=sheet, choices=choices, by=request.user, now=timezone.now()
        )
    except (GoneError, StaleFileError):
        return gone(request, brought)
    except (UndecidedError, LockedError, LooserPromiseError) as refused:
        return _preview(request, brought, sheet, choices, error=_why(refused), status=409)
    messages.success(request, _imported(stored))
    return redirect("round", pk=sheet.assessment.pk)


def _why(refused: Exception) -> str:
    """Why nothing was stored; what is to be decided stands beside it."""
    if isinstance(refused, LockedError):
        return gettext("Nothing was stored, because answers are no longer taken.")
    if isinstance(refused, LooserPromiseError):
        return promise_words()
    return gettext("Nothing was stored yet. Choose for each of these which value stays.")


def _imported(stored: Imported) -> str:
    answers = ngettext("%(n)s answer", "%(n)s answers", stored.answers) % {"n": stored.answers}
    accounts = ngettext("%(n)s account", "%(n)s accounts", stored.accounts) % {"n": stored.accounts}
    text = gettext("Stored from the file: %(answers)s and %(accounts)s.")
    return text % {"answers": answers, "accounts": accounts}


def _preview(
    request: MemberRequest,
    brought: Intake,
    sheet: Sheet,
    choices: Choices | None = None,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    reading = Reading.from_json(brought.content)
    chosen = choices or {}
    try:
        # What was chosen is marked, not applied: the reader sees every conflict until it is stored.
        comparison = compare(reading, sheet, {}, today=_today(sheet))
    except StaleFileError:
        return gone(request, brought)
    page = preview_page(
        brought,
        sheet,
        comparison,
        chosen,
        made=reading.made,
        reader=standing_on(sheet),
        now=timezone.now(),
        error=error,
        sent=choices is not None,
    )
    return render(request, "exchange/preview.html", {"page": page}, status=status)
