"""Choose clients, have their reports made, wait, take them away."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import batch_for, organisation_for
from assessments.batches import pages, queries, services
from assessments.batches.forms import HowForm, asked_of
from assessments.models import Assessment, Batch, BatchKind, FileState, Organisation
from assessments.ui.paging import only


@login_required
@require_safe
def batches(request: MemberRequest, pk: UUID) -> HttpResponse:
    firm = organisation_for(request.user, pk, Permission.MAKE_BATCH)
    asked = request.GET.dict()
    only(asked, "page")
    services.sweep()
    page = pages.batches(firm, request.user, asked, timezone.now())
    return render(request, "batches/list.html", {"page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def batch_new(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Choose, confirm, start. Everything chosen is this person's to print, or all is refused (S7)."""
    firm = organisation_for(request.user, pk, Permission.MAKE_BATCH)
    sent = request.POST if request.method == "POST" else request.GET
    asked, ids = asked_of(sent)
    rounds = queries.chosen(firm, request.user, ids)
    if rounds is None:
        raise Http404
    how = HowForm(sent if "kind" in sent else None, initial=_usual())
    step = asked["action"] if request.method == "POST" else ""
    if step in {"confirm", "start"}:
        return _go_on(request, firm, rounds, asked, how)
    return _choose(request, firm, _changed(firm, request, rounds, asked), asked, how)


def _usual() -> dict[str, str]:
    return {"language": get_language() or "en", "kind": BatchKind.REPORT.value}


def _changed(
    firm: Organisation, request: MemberRequest, rounds: list[Assessment], asked: Mapping[str, Any]
) -> list[Assessment]:
    """The choice after “all that match” or “none”; one more than may be chosen tells too many."""
    if request.method != "POST" or asked["action"] not in {"all", "none"}:
        return rounds
    if asked["action"] == "none":
        return []
    known = {round_.pk for round_ in rounds}
    found = queries.clients(firm, request.user, asked["q"])[: services.MOST_CLIENTS + 1]
    return rounds + [round_ for round_ in found if round_.pk not in known]


def _choose(
    request: MemberRequest,
    firm: Organisation,
    rounds: list[Assessment],
    asked: Mapping[str, Any],
    how: HowForm,
    *,
    error: str = "",
) -> HttpResponse:
    if len(rounds) > services.MOST_CLIENTS:
        error = pages.too_many()
        rounds = rounds[: services.MOST_CLIENTS]
    page = pages.choose(firm, request.user, rounds, asked, error)
    status = 422 if error else 200
    return render(request, "batches/choose.html", {"page": page, "form": how}, status=status)


def _go_on(
    request: MemberRequest,
    firm: Organisation,
    rounds: list[Assessment],
    asked: Mapping[str, Any],
    how: HowForm,
) -> HttpResponse:
    """Show what will be made, or make it."""
    if not rounds or len(rounds) > services.MOST_CLIENTS or not how.is_valid():
        error = pages.none_chosen() if not rounds else ""
        error = error or ("" if how.is_valid() else gettext("Choose language and files."))
        return _choose(request, firm, rounds, asked, how, error=error)
    busy = None
    if asked["action"] == "start":
        try:
            made = services.request(
                firm=firm,
                rounds=rounds,
                language=how.cleaned_data["language"],
                kind=BatchKind(how.cleaned_data["kind"]),
                by=request.user,
                now=timezone.now(),
            )
        except services.BusyError as error:
            busy = error.batch
        else:
            return redirect("batch", pk=made.pk)
    page = pages.confirm(firm, rounds, how.cleaned_data, how.labels(), busy)
    status = 409 if busy else 200
    return render(request, "batches/confirm.html", {"page": page}, status=status)


@login_required
@require_safe
def batch(request: MemberRequest, pk: UUID) -> HttpResponse:
    services.sweep()
    found = batch_for(request.user, pk)
    return render(request, "batches/show.html", {"page": pages.batch(found)})


@login_required
@require_GET
def batch_state(request: MemberRequest, pk: UUID) -> JsonResponse:
    services.sweep()
    found = batch_for(request.user, pk)
    state = pages.state_of(found)
    return JsonResponse(
        {
            "state": state,
            "text": pages.progress(found) if state == "working" else "",
            "done": found.parts_done,
            "parts": found.parts,
        }
    )


@require_POST
@login_required
def batch_cancel(request: MemberRequest, pk: UUID) -> HttpResponse:
    found = batch_for(request.user, pk)
    if not services.cancel(batch=found, by=request.user, now=timezone.now()):
        messages.info(request, gettext("They were made already."))
    return redirect("batch", pk=pk)


@require_POST
@login_required
def batch_retry(request: MemberRequest, pk: UUID) -> HttpResponse:
    found = batch_for(request.user, pk)
    try:
        again = services.retry(batch=found, by=request.user, now=timezone.now())
    except services.BusyError:
        messages.warning(request, gettext("Other reports are under way. Wait for them first."))
    else:
        if not again:
            messages.info(request, gettext("There was nothing to make again."))
    return redirect("batch", pk=pk)


@login_required
@require_GET
def batch_file(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """The ZIP, while every client in it is open to the reader; else it is made without (S10)."""
    found = batch_for(request.user, pk)
    now = timezone.now()
    if found.state != FileState.DONE or found.expires_at < now or services.needs_closing(found):
        raise Http404
    still = queries.open_ids(found, request.user, found.firm)
    within = [part for part in queries.parts_of(found) if part.state == FileState.DONE]
    ended = [part for part in within if part.assessment_id not in still]
    if ended:
        services.make_without(found, ended, now)
        messages.warning(
            request,
            gettext("A client is no longer open to you. The ZIP is being made without it."),
        )
        return redirect("batch", pk=pk)
    services.take_away(found, within, request.user)
    return _download(found)


def _download(found: Batch) -> FileResponse:
    day = found.created_at.date().isoformat()
    return FileResponse(
        default_storage.open(found.file.name or ""),
        as_attachment=True,
        filename=f"maturity-reports-{day}.zip",
        content_type="application/zip",
    )
