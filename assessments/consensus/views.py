"""Agreement, the agenda of a meeting, and one question on its table."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import assessment_for
from assessments.consensus import queries, services, thread_queries
from assessments.consensus.agenda_page import agenda_page
from assessments.consensus.agreement_page import SORTS, Sort, agreement_page
from assessments.consensus.forms import MissingVersionError, SettleForm, TakeBackForm, posted
from assessments.consensus.item_page import Conflict, conflict_of, item_page
from assessments.consensus.queries import Panel
from assessments.consensus.take_back_page import take_back_page
from assessments.consensus.thread_page import ThreadView, thread_view
from assessments.consensus.waiting_page import waiting_page
from assessments.models import AgreedAnswer, Assessment, User
from assessments.survey.outline import outline
from assessments.survey.queries import turnout
from assessments.survey.writing import LockedError

View = Callable[..., HttpResponse]
_KEYS = frozenset({"sort", "view"})
PRECONDITION_REQUIRED = 428


def versioned(view: View) -> View:
    """Answer 428 where a form came without the version that it was made from."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except MissingVersionError:
            text = render_to_string("consensus/no_version.html", request=request)
            return HttpResponse(text, status=PRECONDITION_REQUIRED)

    return guarded


def known_item(item: str) -> str:
    """An item of the questionnaire, or 404."""
    if item not in outline().page_of:
        raise Http404
    return item


def waiting(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """The page that stands for all findings while nobody may see them."""
    page = waiting_page(assessment, turnout(assessment))
    return render(request, "consensus/waiting.html", {"page": page})


@require_GET
@login_required
def agreement(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Where respondents agree and where not."""
    assessment = assessment_for(request.user, pk, Permission.VIEW_AGREEMENT)
    sort, expert = _way_to_look(request)
    panel = queries.panel_for(assessment, timezone.now())
    settlement = queries.settlement_for(panel)
    if settlement is None:
        return waiting(request, assessment)
    activity = thread_queries.activity_of(assessment)
    page = agreement_page(panel, settlement, activity, sort=sort, expert=expert)
    return render(request, "consensus/agreement.html", {"page": page})


def _way_to_look(request: HttpRequest) -> tuple[Sort, bool]:
    """Order and view as asked for; anything unlisted is refused."""
    if set(request.GET) - _KEYS:
        raise SuspiciousOperation("unknown key")
    sort, view = request.GET.get("sort", SORTS[0]), request.GET.get("view", "")
    for known in SORTS:
        if known == sort and view in {"", "expert"}:
            return known, view == "expert"
    raise SuspiciousOperation("unknown order or view")


@require_GET
@login_required
def agenda(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The points of a meeting, to go through and to print."""
    assessment = assessment_for(request.user, pk, Permission.VIEW_AGREEMENT)
    panel = queries.panel_for(assessment, timezone.now())
    settlement = queries.settlement_for(panel)
    if settlement is None:
        return waiting(request, assessment)
    outdated = queries.settled_before_changes(assessment) if settlement.agreed else ()
    page = agenda_page(panel, settlement, outdated)
    return render(request, "consensus/agenda.html", {"page": page})


# ---- one question ------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@versioned
def agreement_item(request: MemberRequest, pk: UUID, item: str) -> HttpResponse:
    """One question: its ratings, its levels, its history, and the form that settles it."""
    needed = Permission.SETTLE if request.method == "POST" else Permission.VIEW_AGREEMENT
    assessment = assessment_for(request.user, pk, needed)
    panel = queries.panel_for(assessment, timezone.now())
    if panel.result is None:
        return waiting(request, assessment)
    members = queries.members_of(assessment)
    if request.method == "POST":
        return _settle(request, panel, known_item(item), members)
    row = queries.agreed_row(assessment, known_item(item))
    return _item(request, panel, item, row=row, form=_form_of(row, members), members=members)


def _form_of(row: AgreedAnswer | None, members: dict[int, str]) -> SettleForm:
    """The form with what is agreed already."""
    initial: dict[str, Any] = {"version": row.version if row else 0}
    if row is not None and row.level is not None:
        initial |= {
            "level": str(row.level),
            "reason": row.reason,
            "members": [str(one["member"]) for one in row.present if "member" in one],
            "guests": "\n".join(str(one["guest"]) for one in row.present if "guest" in one),
        }
    return SettleForm(initial=initial, members=members)


def _item(
    request: MemberRequest,
    panel: Panel,
    item: str,
    *,
    row: AgreedAnswer | None,
    form: SettleForm,
    members: dict[int, str],
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    settlement = queries.settlement_for(panel)
    assert settlement is not None  # noqa: S101 -- the caller saw that there is a result
    page = item_page(
        panel,
        settlement,
        item,
        row=row,
        history=queries.history_of(row),
        members=members,
        thread=_thread(panel.assessment, item, request.user),
        conflict=conflict,
        outdated=row is not None and item in queries.settled_before_changes(panel.assessment),
    )
    context = {"page": page, "form": form}
    return render(request, "consensus/item.html", context, status=status)


def _thread(assessment: Assessment, item: str, user: User) -> ThreadView | None:
    """The newest comments, for who may read them."""
    voices = thread_queries.voices_of(assessment)
    if not thread_queries.may_join(assessment, user, voices):
        return None
    found = thread_queries.thread_of(assessment, item, user, voices)
    return thread_view(assessment, item, found, voice=voices.name(user))


def _settle(
    request: MemberRequest, panel: Panel, item: str, members: dict[int, str]
) -> HttpResponse:
    assessment = panel.assessment
    form = SettleForm(request.POST, members=members)
    if not form.is_valid():
        row = queries.agreed_row(assessment, item)
        return _item(request, panel, item, row=row, form=form, members=members, status=422)
    try:
        services.settle(
            assessment=assessment,
            item=item,
            accord=_accord(form),
            version=form.cleaned_data["version"],
            by=request.user,
            now=timezone.now(),
        )
    except services.StaleAgreementError:
        return _clash(request, panel, item, form, members)
    except (services.StillOpenError, LockedError):
        messages.error(request, gettext("Levels are settled only while the round is closed."))
        return redirect("agreement_item", pk=assessment.pk, item=item)
    messages.success(request, gettext("Settled. The results use the agreed level."))
    return _onward(assessment, item)


def _accord(form: SettleForm) -> services.Accord:
    data = form.cleaned_data
    return services.Accord(
        level=int(data["level"]),
        reason=data["reason"],
        members=form.members_present(),
        guests=data["guests"],
    )


def _clash(
    request: MemberRequest, panel: Panel, item: str, form: SettleForm, members: dict[int, str]
) -> HttpResponse:
    """Show both values. The form keeps what was typed and may now replace what is stored."""
    row = queries.agreed_row(panel.assessment, item)
    data = form.cleaned_data
    conflict = conflict_of(panel.assessment, row, level=int(data["level"]), reason=data["reason"])
    again = request.POST.copy()
    again["version"] = str(row.version if row else 0)
    form = SettleForm(again, members=members)
    form.is_valid()
    return _item(
        request,
        panel,
        item,
        row=row,
        form=form,
        members=members,
        conflict=conflict,
        status=409,
    )


def _onward(assessment: Assessment, item: str) -> HttpResponse:
    """To the next open point of the agenda, or back to the agenda."""
    panel = queries.panel_for(assessment, timezone.now())
    settlement = queries.settlement_for(panel)
    open_ = settlement.agenda_open if settlement and item in settlement.agenda else ()
    if open_:
        return redirect("agreement_item", pk=assessment.pk, item=open_[0])
    return redirect("agenda", pk=assessment.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@versioned
def agreement_take_back(request: MemberRequest, pk: UUID, item: str) -> HttpResponse:
    """Ask once more, then let the original answers count again."""
    assessment = assessment_for(request.user, pk, Permission.SETTLE)
    row = queries.agreed_row(assessment, known_item(item))
    if row is None or row.level is None:
        messages.info(request, gettext("There is no agreed level to take back."))
        return redirect("agreement_item", pk=assessment.pk, item=item)
    form = TakeBackForm(posted(request), initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        return _take_back(request, assessment, item, form)
    context = {"page": take_back_page(assessment, row), "form": form}
    status = 422 if form.errors else 200
    return render(request, "consensus/take_back.html", context, status=status)


def _take_back(
    request: MemberRequest, assessment: Assessment, item: str, form: TakeBackForm
) -> HttpResponse:
    accord = services.Accord(level=None, reason=form.cleaned_data["reason"])
    try:
        services.settle(
            assessment=assessment,
            item=item,
            accord=accord,
            version=form.cleaned_data["version"],
            by=request.user,
            now=timezone.now(),
        )
    except services.StaleAgreementError:
        row = queries.agreed_row(assessment, item)
        assert row is not None  # noqa: S101 -- rows are never deleted
        context = {"page": take_back_page(assessment, row, stale=True), "form": form}
        return render(request, "consensus/take_back.html", context, status=409)
    except (services.StillOpenError, LockedError, services.NothingAgreedError):
        messages.error(request, gettext("Levels are settled only while the round is closed."))
    else:
        messages.success(request, gettext("Taken back. The original answers count again."))
    return redirect("agreement_item", pk=assessment.pk, item=item)
