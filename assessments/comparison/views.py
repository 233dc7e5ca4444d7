"""Choose rounds, compare them, and take the comparison away."""

from collections.abc import Callable, Sequence
from functools import wraps
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST, require_safe

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import (
    assessments_for,
    comparison_for,
    organisation_for,
    standing_on,
)
from assessments.comparison import (
    asked,
    chooser_page,
    choosing,
    file_names,
    pages,
    queries,
    services,
    status_page,
)
from assessments.comparison.asked import Asked, RefusedError
from assessments.models import Assessment, FileState
from assessments.ui.shell import BankNav, bank_nav, firm_nav

View = Callable[[MemberRequest], HttpResponseBase]


def telling(view: View) -> View:
    """Rounds that cannot be compared get a page that says why."""

    @wraps(view)
    def told(request: MemberRequest) -> HttpResponseBase:
        try:
            return view(request)
        except RefusedError as error:
            page = pages.refused(error, asked.read(request.GET))
            return render(request, "comparison/refused.html", {"page": page}, status=page.status)

    return told


@require_safe
@login_required
@telling
def compare(request: MemberRequest) -> HttpResponse:
    """The comparison of the rounds that the address names; without any, the list to choose from."""
    if "round" not in request.GET:
        return _choose(request)
    wanted = asked.read(request.GET)
    rounds = assessments_for(request.user, wanted.rounds, Permission.VIEW_RESULTS)
    page = pages.page(
        queries.lineup_of(rounds, wanted),
        wanted,
        bank=_nav(request, wanted, rounds),
        may_print=_all_may(rounds, Permission.EXPORT_REPORT),
        may_export=_all_may(rounds, Permission.EXPORT_DATA),
    )
    return render(request, "comparison/show.html", _context(page, lettered=wanted.letters))


@require_POST
@login_required
@telling
def compare_pdf(request: MemberRequest) -> HttpResponse:
    """Straight to the file when this person had exactly this printed before, else to its progress."""
    wanted = asked.read(request.GET)
    rounds = assessments_for(request.user, wanted.rounds, Permission.EXPORT_REPORT)
    lineup = queries.lineup_of(rounds, wanted)
    language = get_language() or "en"
    file = services.request(
        asked=wanted,
        lineup=lineup,
        rounds=rounds,
        language=language,
        content_key=queries.content_key(lineup, language),
        by=request.user,
    )
    return redirect("comparison", pk=file.pk)


@require_POST
@login_required
@telling
def compare_xlsx(request: MemberRequest) -> HttpResponseBase:
    """The figures as a workbook."""
    wanted = asked.read(request.GET)
    rounds = assessments_for(request.user, wanted.rounds, Permission.EXPORT_DATA)
    lineup = queries.lineup_of(rounds, wanted)
    from assessments.comparison import workbook  # noqa: PLC0415 -- only exports need it

    response = workbook.response(lineup)
    services.take_table(rounds, request.user)
    return response


@require_safe
@login_required
def comparison(request: MemberRequest, pk: UUID) -> HttpResponse:
    services.line.sweep()
    file, rounds = comparison_for(request.user, pk, Permission.EXPORT_REPORT)
    page = status_page.status(file, rounds)
    return render(request, "reports/status.html", _context(page, lettered=file.lettered))


@require_GET
@login_required
def comparison_state(request: MemberRequest, pk: UUID) -> JsonResponse:
    services.line.sweep()
    page = status_page.status(*comparison_for(request.user, pk, Permission.EXPORT_REPORT))
    return JsonResponse(
        {"state": page.state, "heading": page.heading, "text": page.text, "file": page.file_url}
    )


@require_safe
@login_required
def comparison_file(request: MemberRequest, pk: UUID, name: str) -> HttpResponseBase:
    """The file under its own name only: no other suffix may make a cache keep it (S40)."""
    file, rounds = comparison_for(request.user, pk, Permission.EXPORT_REPORT)
    if file.state != FileState.DONE or name != file_names.of_file(file):
        raise Http404
    if services.is_lost(file):
        return redirect("comparison", pk=file.pk)
    if request.method == "GET":
        services.take_away(rounds, request.user)
    response = FileResponse(
        default_storage.open(file.file.name or ""), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# ---- the list to choose from -------------------------------------------------------------------


def _choose(request: MemberRequest) -> HttpResponse:
    wanted = choosing.read(request.GET)
    firm = bank = None
    if wanted.firm is not None:
        firm = organisation_for(request.user, wanted.firm, Permission.VIEW_CLIENTS)
    elif wanted.bank is not None:
        bank = organisation_for(request.user, wanted.bank, Permission.VIEW_BANK)
    nav = firm_nav(firm, "clients") if firm else bank_nav(bank, "results") if bank else None
    if wanted.go:
        return redirect(wanted.compare_url)
    page = chooser_page.chooser(request.user, wanted, firm=firm, nav=nav)
    return render(request, "comparison/choose.html", {"page": page})


# ---- what the views share ----------------------------------------------------------------------


def _nav(request: MemberRequest, wanted: Asked, rounds: Sequence[Assessment]) -> BankNav | None:
    """The tabs of the firm that the reader came from, else of the one bank; none under letters."""
    if wanted.letters:
        return None
    if wanted.firm is not None:
        firm = organisation_for(request.user, wanted.firm, Permission.VIEW_CLIENTS)
        return firm_nav(firm, "clients")
    if len({round_.organisation_id for round_ in rounds}) == 1:
        return bank_nav(rounds[0].organisation, "results", rounds[0])
    return None


def _all_may(rounds: Sequence[Assessment], permission: Permission) -> bool:
    return all(standing_on(round_).may(permission) for round_ in rounds)


def _context(page: object, *, lettered: bool) -> dict[str, object]:
    """Under letters not even the reader's other banks stand in the frame."""
    return {"page": page, "switch": None} if lettered else {"page": page}
