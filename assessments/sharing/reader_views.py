"""Follow a link and read. Every page asks the link itself again, so a revoked one is dead at once.

The token stands in one address only, which shows a door and leads on without it. No page tells
any other from where its reader came; those that hold a form tell this site alone, because browsers
leave the origin out of forms sent from a page that tells nobody.
"""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import activate, get_language, override
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_safe,
)

from assessments.models import FileState, ShareLink
from assessments.reports import names
from assessments.reports import services as reports
from assessments.results.queries import Result, result_for
from assessments.sharing import holds, printing, queries, reader_pages, services
from assessments.sharing.forms import PasscodeForm
from assessments.sharing.services import TooManyError
from assessments.survey.queries import today_in, zone_of

# The frame shows neither languages nor organisations nor messages of who happens to be signed in.
BARE = {"languages": (), "switch": None, "messages": ()}
QUIET = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}

View = Callable[..., HttpResponseBase]


class GoneError(Exception):
    """Nothing is open to this browser here."""


class LockedError(Exception):
    """The link asks for its passcode first."""

    def __init__(self, link: ShareLink) -> None:
        super().__init__("needs a passcode")
        self.link = link


def for_readers(view: View) -> View:
    """Answer in the link's language, untold to others, and alike whatever keeps a link shut (B17)."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        own = get_language() or "en"
        with override(own):
            try:
                response = view(request, *args, **kwargs)
            except GoneError:
                activate(own)
                response = render(request, "sharing/gone.html", BARE, status=410)
            except LockedError as locked:
                response = redirect("shared_passcode", locked.link.pk)
            except TooManyError:
                activate(own)
                response = render(request, "sharing/too_many.html", BARE, status=429)
            response.headers["Content-Language"] = get_language() or own
        patch_vary_headers(response, ("Cookie",))  # alike, whether the session was looked into
        for name, value in QUIET.items():
            response.headers.setdefault(name, value)
        return response

    return wrapped


# ---- the way in --------------------------------------------------------------------------------


@sensitive_variables("token")
@require_safe
@for_readers
def share_link(request: HttpRequest, token: str) -> HttpResponse:
    """The door. Looking counts for nothing, so that previews by mail programs do not (S19)."""
    now, who = timezone.now(), get_adapter().get_client_ip(request)
    if services.guessed_too_often(who, now):
        raise TooManyError
    link = queries.open_link(queries.digest(token), now)
    if link is None:
        services.guess(who, now)
        raise GoneError
    activate(printing.language_of(link))
    if request.method == "GET":
        holds.begin(request.session, link, now)
    return render(request, "sharing/door.html", {"page": reader_pages.door(link), **BARE})


@sensitive_post_parameters("passcode")
@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def shared_passcode(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for the passcode of a link that this browser followed."""
    now = timezone.now()
    link, hold = _held(request, pk, now)
    form = PasscodeForm(request.POST if request.method == "POST" else None)
    if hold["passed"]:
        return redirect("shared", pk)
    if form.is_valid():
        if _passes(request, link, form, now):
            holds.note(request.session, pk, passed=True)
            return redirect("shared", pk)
        form.refuse()
    context = {"form": form, **BARE}
    status = 422 if form.errors else 200
    return _with_a_form(render(request, "sharing/passcode.html", context, status=status))


def _passes(request: HttpRequest, link: ShareLink, form: PasscodeForm, now: dt.datetime) -> bool:
    return services.passes(
        link=link,
        passcode=form.cleaned_data["passcode"],
        who=get_adapter().get_client_ip(request),
        now=now,
    )


def _held(request: HttpRequest, pk: UUID, now: dt.datetime) -> tuple[ShareLink, holds.Hold]:
    """The link that this browser followed to here, if it still opens something. Raises GoneError."""
    hold = holds.held(request.session, pk, now)
    link = queries.open_link(hold["token"], now, pk) if hold else None
    if hold is None or link is None:
        raise GoneError
    activate(printing.language_of(link))
    return link, hold


def _open(request: HttpRequest, pk: UUID, now: dt.datetime) -> ShareLink:
    """The same, past the passcode. Raises GoneError or LockedError."""
    link, hold = _held(request, pk, now)
    if not hold["passed"]:
        raise LockedError(link)
    return link


def _with_a_form(response: HttpResponse) -> HttpResponse:
    """Let the form tell this site where it comes from, which its protection needs to know."""
    response.headers["Referrer-Policy"] = "same-origin"
    return response


# ---- reading -----------------------------------------------------------------------------------


@require_safe
@for_readers
def shared(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The result. Counted once per browser and day."""
    now = timezone.now()
    link = _open(request, pk, now)
    result = _result(link, now)
    page, body = reader_pages.result_page(link, result, now)
    if request.method == "GET":
        _count(request, link, now)
    context = {"page": page, "body": body, "guest": reader_pages.guest(link, "results"), **BARE}
    return render(request, "sharing/result.html", context)


@require_safe
@for_readers
def shared_roadmap(request: HttpRequest, pk: UUID) -> HttpResponse:
    now = timezone.now()
    link = _open(request, pk, now)
    page = reader_pages.roadmap_page(link, _result(link, now), now)
    context = {"page": page, "guest": reader_pages.guest(link, "roadmap"), **BARE}
    return render(request, "sharing/roadmap.html", context)


def _result(link: ShareLink, now: dt.datetime) -> Result:
    result = result_for(link.assessment, now)
    if result is None:
        raise GoneError
    return result


def _count(request: HttpRequest, link: ShareLink, now: dt.datetime) -> None:
    """Count this browser's first look on a day of the bank's."""
    bank = link.assessment.organisation
    today = today_in(bank, now)
    hold = holds.held(request.session, link.pk, now)
    if hold is None or hold["counted"] == today.isoformat():
        return
    holds.note(request.session, link.pk, counted=today.isoformat())
    began = dt.datetime.combine(today, dt.time.min, tzinfo=zone_of(bank))
    services.note_opening(link=link, day_began=began, now=now)


# ---- the PDF -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def shared_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How the PDF is doing; by form, have it printed where nobody did before."""
    now = timezone.now()
    link = _with_report(request, pk, now)
    if request.method == "POST":
        _ask(link, now)
        return redirect("shared_report", pk)
    reports.sweep()
    page = reader_pages.report_page(link, printing.found(link))
    context = {"page": page, "guest": reader_pages.guest(link, "report"), **BARE}
    return _with_a_form(render(request, "sharing/report.html", context))


def _ask(link: ShareLink, now: dt.datetime) -> None:
    language = printing.language_of(link)
    if key := printing.key_of(link.assessment, language):
        services.ask_for_report(link=link, language=language, content_key=key, now=now)


@require_GET
@for_readers
def shared_report_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    link = _with_report(request, pk, timezone.now())
    reports.sweep()
    page = reader_pages.report_page(link, printing.found(link))
    known = {"state": page.state, "heading": page.heading, "text": page.text, "file": page.file_url}
    return JsonResponse(known)


@require_safe
@for_readers
def shared_report_file(request: HttpRequest, pk: UUID, name: str) -> HttpResponseBase:
    """The file under its own name only: no other suffix may make a cache keep it (S40)."""
    now = timezone.now()
    link = _with_report(request, pk, now)
    report, title = printing.found(link), reader_pages.title_of(link)
    if report is None or report.state != FileState.DONE or name != names.ascii_name(title):
        raise GoneError
    if reports.is_lost(report):
        return redirect("shared_report", pk)
    if request.method == "GET":
        services.take_report(link=link, now=now)
    response = FileResponse(default_storage.open(report.file.name or ""))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = names.disposition(title)
    return response


def _with_report(request: HttpRequest, pk: UUID, now: dt.datetime) -> ShareLink:
    """An open link that lets its reader have the PDF. Raises GoneError or LockedError."""
    link = _open(request, pk, now)
    if not link.with_report:
        raise GoneError
    return link
