"""A page of questions, and the small door through which the browser saves one answer."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access.firm_queries import firms_let_in
from assessments.access.http import MemberRequest
from assessments.access.refusals import OutsideSectionsError
from assessments.access.scope import sheet_for, standing_on
from assessments.models import Sheet
from assessments.survey import drafts, queries, services
from assessments.survey.answers import FieldFaultError, read_save
from assessments.survey.confirm_page import confirm_page
from assessments.survey.forms import SectionForm
from assessments.survey.outline import CHANNELS, Page, outline
from assessments.survey.pages import (
    lock_notice,
    moment_words,
    outside_words,
    promise_words,
    question_url,
)
from assessments.survey.section_page import clash_view, section_page, states_of
from assessments.survey.services import Clash, Saved
from assessments.survey.writing import LockedError, refuse_outside

_REFUSALS = (
    FieldFaultError,
    LockedError,
    OutsideSectionsError,
    services.KeyReusedError,
    services.StaleAnswerError,
)
_MOST_BYTES = 64 * 1024  # a note of 500 characters needs some 6 KiB at worst


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, pk: UUID, page: str) -> HttpResponse:
    """Show a page of questions, or store what was sent."""
    if not request.user.is_authenticated:
        return _sign_in_first(request)
    return _section(cast("MemberRequest", request), pk, page)


def _section(request: MemberRequest, pk: UUID, page: str) -> HttpResponse:
    sheet = sheet_for(request.user, pk)
    shown = outline().by_slug.get(page)
    if shown is None:
        raise Http404
    refuse_outside(sheet, shown.dimension)
    sent = request.POST if request.method == "POST" else drafts.take(request)
    if sent is None:
        return _show(request, sheet, shown)
    return _save(request, sheet, shown, sent)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    response = redirect_to_login(request.path)
    if request.method == "POST":
        drafts.keep(request, response)
    return response


def _show(request: MemberRequest, sheet: Sheet, page: Page) -> HttpResponse:
    return _render(request, sheet, page, back=_item(request.GET.get("back", "")))


def _item(text: str) -> str:
    """An item id from an address, or nothing."""
    return text if text in outline().page_of else ""


def _save(request: MemberRequest, sheet: Sheet, page: Page, sent: Any) -> HttpResponse:
    now = timezone.now()
    form = SectionForm(page=page, states={}, data=sent)
    form.is_valid()
    back = _item(sent.get("back", ""))
    if queries.breaks_promise(sheet.assessment, sent.get("promise", "")):
        messages.error(request, promise_words())
        return _render(request, sheet, page, back=back, form=form, status=409, unsaved=True)
    confirmed = sent.get("confirm", "")
    try:
        clashes = services.save_section(
            sheet=sheet, entries=form.entries, by=request.user, now=now, confirming=[confirmed]
        )
    except LockedError:
        return _render(request, sheet, page, back=back, form=form, status=423)
    if clashes or form.faults:
        status = 409 if clashes else 422
        return _render(request, sheet, page, back=back, form=form, clashes=clashes, status=status)
    if request.method != "POST":
        messages.success(request, gettext("Your answers were saved after you signed in."))
        return redirect(request.path)
    if confirmed in form.fields:
        return redirect(_after_confirming(sheet, page, confirmed, back=back))
    return redirect(_following(sheet, page, back=back, settled=_settled(form, sent)))


def _after_confirming(sheet: Sheet, page: Page, item: str, *, back: str) -> str:
    """The next question of the page that waits to be confirmed, else the one just confirmed."""
    if back:
        return reverse("review", args=[sheet.assessment.pk]) + f"#r-{back}"
    ids = [one.id for one in page.items]
    rows = queries.answers_on(sheet, ids)
    after = ids[ids.index(item) + 1 :]
    following = next((i for i in after if queries.value_of(rows, i).carried), item)
    return question_url(sheet.assessment, following)


def _settled(form: SectionForm, sent: Mapping[str, Any]) -> str:
    """The question whose conflict was just decided: the reader stays with it."""
    return next((item for item in form.fields if f"resolve-{item}" in sent), "")


def _following(sheet: Sheet, page: Page, *, back: str, settled: str) -> str:
    assessment = sheet.assessment
    if settled:
        return question_url(assessment, settled)
    review = reverse("review", args=[assessment.pk])
    if back:
        return f"{review}#r-{back}"
    following = queries.own_outline(sheet).after(page)
    if following is None:
        return f"{review}#confirm"
    if isinstance(following, str):
        return reverse(CHANNELS, args=[assessment.pk]) + "#onward"
    rows = queries.answers_on(sheet, [item.id for item in following.items])
    ids = [item.id for item in following.items]
    first = next((i for i in ids if queries.value_of(rows, i).answer is None), ids[0])
    return question_url(assessment, first)


def _render(
    request: MemberRequest,
    sheet: Sheet,
    page: Page,
    *,
    back: str,
    form: SectionForm | None = None,
    clashes: Mapping[str, Clash] | None = None,
    status: int = 200,
    unsaved: bool = False,
) -> HttpResponse:
    now = timezone.now()
    rows = queries.answers_on(sheet, [item.id for item in page.items])
    lock = queries.sheet_lock(sheet)
    firms = firms_let_in(sheet.assessment.organisation)
    states = states_of(
        page, rows, assessment=sheet.assessment, now=now, locked=bool(lock), firms=firms
    )
    if form is None:
        form = SectionForm(page=page, states=states)
    else:
        form.states = states
        if lock or unsaved:
            _keep_typed(form, late=bool(lock))
        _overlay(form, sheet, clashes or {}, now)
    shown = section_page(
        page,
        form,
        sheet=sheet,
        user=request.user,
        reader=standing_on(sheet),
        lock=lock,
        now=now,
        firms=firms,
        saved_at=queries.last_given(rows),
        back=back,
    )
    return render(request, "survey/section.html", {"page": shown, "form": form}, status=status)


def _keep_typed(form: SectionForm, *, late: bool) -> None:
    """Show what was not stored: to be copied where it came too late, else to be sent again."""
    for item, entry in form.entries.items():
        stored = form.states[item].value
        typed = entry.onto(stored)
        if typed != stored:
            form.states[item] = replace(form.states[item], value=typed, late=late)


def _overlay(
    form: SectionForm, sheet: Sheet, clashes: Mapping[str, Clash], now: dt.datetime
) -> None:
    """Put what could not be stored over what is stored, so that nothing typed is lost."""
    for item, faults in form.faults.items():
        form.states[item] = replace(
            form.states[item], faults=faults, typed=form.typed.get(item, {})
        )
    for item, clash in clashes.items():
        form.states[item] = replace(
            form.states[item],
            value=clash.wanted,
            version=form.entries[item].version,
            clash=clash_view(item, clash, assessment=sheet.assessment, now=now),
        )


# ---- confirming what was carried over ----------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def confirm_answers(request: MemberRequest, pk: UUID, page: str) -> HttpResponse:
    """List what a page of questions holds from the round before; then confirm what was listed."""
    sheet = sheet_for(request.user, pk)
    shown = outline().by_slug.get(page)
    if shown is None:
        raise Http404
    refuse_outside(sheet, shown.dimension)
    if request.method != "POST":
        return _show_waiting(request, sheet, shown)
    if queries.breaks_promise(sheet.assessment, request.POST.get("promise", "")):
        messages.error(request, promise_words())
        return _show_waiting(request, sheet, shown, status=409)
    listed = [item.id for item in shown.items if item.id in request.POST.getlist("item")]
    try:
        services.confirm_answers(sheet=sheet, items=listed, by=request.user, now=timezone.now())
    except LockedError:
        return _show_waiting(request, sheet, shown, status=423)
    return redirect(_following(sheet, shown, back="", settled=""))


def _show_waiting(
    request: MemberRequest, sheet: Sheet, page: Page, status: int = 200
) -> HttpResponse:
    rows = queries.answers_on(sheet, [item.id for item in page.items])
    lock = queries.sheet_lock(sheet)
    found = confirm_page(page, rows, sheet=sheet, reader=standing_on(sheet), lock=lock)
    return render(request, "survey/confirm.html", {"page": found}, status=status)


# ---- autosave ----------------------------------------------------------------------------------


@require_POST
def answer(request: HttpRequest, pk: UUID, item: str) -> HttpResponse:
    """Store one answer sent as JSON; the reply holds what is stored now."""
    if not request.user.is_authenticated:
        message = gettext("Sign in to save.")
        return _refusal(401, "", message, sign_in=resolve_url("account_login"))
    return _answer(cast("MemberRequest", request), pk, item)


def _answer(request: MemberRequest, pk: UUID, item: str) -> HttpResponse:
    # First of all, and whatever the address: a page that another person filled is not this one's.
    if request.headers.get("X-Person", str(request.user.pk)) != str(request.user.pk):
        return _refusal(403, "", gettext("Someone else is signed in here now."))
    try:
        sheet = sheet_for(request.user, pk)
    except Http404:
        return _shut_out()
    now = timezone.now()
    if queries.breaks_promise(sheet.assessment, request.headers.get("X-Promise", "")):
        return _refusal(409, "promise", promise_words(), lock="promise")
    try:
        save = read_save(item, _body(request))
        saved = services.save_answer(sheet=sheet, item=item, save=save, by=request.user, now=now)
    except _REFUSALS as refused:
        return _refused(sheet, refused, now)
    return JsonResponse(_reply(sheet, saved, now))


def _shut_out() -> JsonResponse:
    """Whoever was removed while answering learns it, as a stranger would, and keeps the screen."""
    message = gettext(
        "Nothing more is saved: this assessment is not open to you, or no longer. What you typed "
        "stays on this page, so that you can copy it. Ask your bank’s lead."
    )
    return _refusal(404, "", message, gone=True)


def _refused(sheet: Sheet, refused: Exception, now: dt.datetime) -> JsonResponse:
    """Say what was wrong with a save, with the status that fits it."""
    match refused:
        case FieldFaultError():
            return _refusal(refused.status, refused.field, refused.message)
        case services.StaleAnswerError():
            message = gettext("This answer was changed in another window.")
            return _refusal(409, "version", message, current=_reply(sheet, refused.current, now))
        case LockedError():
            reader = standing_on(sheet)
            notice = lock_notice(sheet.assessment, refused.lock, sheet=sheet, reader=reader)
            return _refusal(423, "", notice.text, lock=refused.lock.value)
        case OutsideSectionsError():
            return _refusal(403, "item", outside_words(refused.dimension), lock="outside")
    message = gettext("This key was already used for another save.")
    return _refusal(422, "client_id", message)


def _body(request: HttpRequest) -> bytes:
    if request.content_type != "application/json":
        raise FieldFaultError("content-type", gettext("Expected application/json."), status=415)
    message = gettext("Expected at most %(limit)s bytes.") % {"limit": _MOST_BYTES}
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise FieldFaultError("body", message, status=413) from error
    if len(body) > _MOST_BYTES:
        raise FieldFaultError("body", message, status=413)
    return body


def _refusal(status: int, field: str, message: str, **more: object) -> JsonResponse:
    return JsonResponse({"error": message, "field": field, **more}, status=status)


def _reply(sheet: Sheet, saved: Saved, now: dt.datetime) -> dict[str, object]:
    assessment = sheet.assessment
    return {
        "stored": saved.value.to_json(),
        "version": saved.version,
        "saved_at": saved.at.isoformat() if saved.at else None,
        "clock": moment_words(assessment.organisation, saved.at, now),
        "overdue": queries.is_overdue(assessment, now),
    }


@require_POST
@login_required
def shortcuts(request: MemberRequest) -> HttpResponse:
    """Switch the digit keys on or off for this person."""
    services.set_shortcuts(user=request.user, on=request.POST.get("on") == "1")
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return redirect(target if safe and target.startswith("/") else "home")
