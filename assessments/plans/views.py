"""The adopted plan: its page, adopting, one action, adding one."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.core.paginator import EmptyPage, Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import assessment_for
from assessments.models import ActionStatus, Assessment, AssessmentStatus, Event
from assessments.plans import action_page, forms, pages, queries, services
from assessments.plans.queries import Entry, Plan

PER_PAGE = 25


@require_GET
@login_required
def plan(request: MemberRequest, pk: UUID) -> HttpResponse:
    assessment = assessment_for(request.user, pk, Permission.VIEW_PLAN)
    by = _grouping(request)
    found, now = queries.plan_of(assessment), timezone.now()
    if found is None:
        adoptable = assessment.status == AssessmentStatus.PUBLISHED
        page = pages.no_plan(assessment, adoptable=adoptable)
        return render(request, "plans/none.html", {"page": page})
    shown = pages.build(
        found,
        queries.other_rounds(assessment),
        practised=queries.practised(assessment, now),
        by=by,
        today=queries.today_of(assessment.organisation, now),
    )
    return render(request, "plans/show.html", {"page": shown})


@require_http_methods(["GET", "POST"])
@login_required
def plan_adopt(request: MemberRequest, pk: UUID) -> HttpResponse:
    assessment = assessment_for(request.user, pk, Permission.MANAGE_PLAN)
    form = _adopt_form(request, assessment)
    if isinstance(form, HttpResponse):
        return form
    if form.is_valid():
        return _adopt(request, assessment, form)
    context = {"page": action_page.adopt_page(assessment), "form": form}
    return render(request, "plans/adopt.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@login_required
def plan_action(request: MemberRequest, pk: UUID, action: str) -> HttpResponse:
    posted = request.method == "POST"
    needed = Permission.MANAGE_PLAN if posted else Permission.VIEW_PLAN
    assessment = assessment_for(request.user, pk, needed)
    found, entry = _entry(assessment, action)
    form = _action_form(request, found, entry)
    if posted and not found.current:
        messages.error(request, gettext("A newer plan is in force; nothing was changed."))
        return redirect("plan", pk=pk)
    if form.is_valid():
        return _change(request, found, entry, form)
    return _show_action(request, found, entry, form, status=422 if posted else 200)


@require_http_methods(["GET", "POST"])
@login_required
def plan_add(request: MemberRequest, pk: UUID) -> HttpResponse:
    assessment = assessment_for(request.user, pk, Permission.MANAGE_PLAN)
    found = _plan(assessment)
    entry = found.by_action.get(request.POST.get("action", ""))
    if entry is not None and entry.status != ActionStatus.DROPPED:
        messages.info(request, gettext("This action is in the plan already."))
        return redirect("plan_action", pk=pk, action=entry.action)
    groups = action_page.addable(found)
    form = _add_form(request, found, groups)
    if form.is_valid():
        return _add(request, assessment, form)
    context = {"page": action_page.add_page(found, groups=groups), "form": form}
    return render(request, "plans/add.html", context, status=422 if form.is_bound else 200)


# ---- reading -----------------------------------------------------------------------------------


def _grouping(request: MemberRequest) -> pages.Grouping:
    """The order asked for; a key or a value that is not offered is refused (B19)."""
    if set(request.GET) - {"by"}:
        raise BadRequest("an unknown filter")
    asked = request.GET.get("by", pages.GROUPINGS[0])
    for known in pages.GROUPINGS:
        if asked == known:
            return known
    raise BadRequest("an unknown order")


def _plan(assessment: Assessment) -> Plan:
    found = queries.plan_of(assessment)
    if found is None:
        raise Http404
    return found


def _entry(assessment: Assessment, action: str) -> tuple[Plan, Entry]:
    found = _plan(assessment)
    entry = found.by_action.get(action)
    if entry is None:
        raise Http404
    return found, entry


def _show_action(
    request: MemberRequest,
    found: Plan,
    entry: Entry,
    form: forms.ActionForm,
    *,
    status: int,
    clash: action_page.Clash | None = None,
) -> HttpResponse:
    assessment, now = found.assessment, timezone.now()
    page = action_page.action_page(
        found,
        entry,
        practised=queries.practised(assessment, now),
        events=_events(request, assessment, entry),
        today=queries.today_of(assessment.organisation, now),
        clash=clash,
    )
    return render(request, "plans/action.html", {"page": page, "form": form}, status=status)


def _events(request: MemberRequest, assessment: Assessment, entry: Entry) -> "Page[Event]":
    asked = request.GET.get("page", "1")
    if set(request.GET) - {"page"} or not (asked.isascii() and asked.isdigit() and len(asked) < 6):  # noqa: PLR2004 -- more pages than any history has
        raise BadRequest("an unknown page")
    try:
        return Paginator(queries.events_of(entry, assessment.organisation), PER_PAGE).page(asked)
    except EmptyPage as error:
        raise BadRequest("an unknown page") from error


# ---- writing -----------------------------------------------------------------------------------


def _adopt_form(request: MemberRequest, assessment: Assessment) -> forms.AdoptForm | HttpResponse:
    """The form, or where to go when there is nothing to adopt or it is done already."""
    now = timezone.now()
    if queries.plan_of(assessment) is not None:
        return redirect("plan", pk=assessment.pk)
    published = assessment.status == AssessmentStatus.PUBLISHED
    quarters = queries.due_quarters(assessment, now) if published else {}
    if not quarters:
        messages.error(request, gettext("Only a published roadmap with actions can be adopted."))
        return redirect("roadmap", pk=assessment.pk)
    today = queries.today_of(assessment.organisation, now)
    if request.method == "POST":
        forms.refuse_unknown(request.POST, "first_quarter_on", "actions")
    usual = queries.usual_start(assessment, today)
    return forms.AdoptForm(
        request.POST if request.method == "POST" else None,
        usual=usual,
        today=today,
        actions=action_page.adoptable(quarters, usual),
    )


def _adopt(request: MemberRequest, assessment: Assessment, form: forms.AdoptForm) -> HttpResponse:
    try:
        services.adopt(
            assessment=assessment,
            actions=form.cleaned_data["actions"],
            first_quarter_on=form.month,
            by=request.user,
            now=timezone.now(),
        )
    except services.PastPlanError:
        messages.error(request, gettext("The plan of a newer round is in force already."))
        return redirect("roadmap", pk=assessment.pk)
    messages.success(request, action_page.taken_text(len(form.cleaned_data["actions"])))
    return redirect("plan", pk=assessment.pk)


def _action_form(request: MemberRequest, found: Plan, entry: Entry) -> forms.ActionForm:
    data = request.POST if request.method == "POST" else None
    if data is not None:
        forms.refuse_unknown(data, "owner", "due_quarter", "status", "note", "version")
    form = forms.ActionForm(
        data,
        start=queries.Change(
            owner=entry.owner_id,
            due_quarter=entry.due_quarter,
            status=entry.status,
            note=entry.note,
        ),
        version=entry.version,
        first_quarter_on=found.first_quarter_on,
        members=queries.members(found.assessment.organisation),
    )
    if data is not None and "version" in form.errors:
        raise BadRequest("a page was sent without the version it was made from")
    return form


def _change(
    request: MemberRequest, found: Plan, entry: Entry, form: forms.ActionForm
) -> HttpResponse:
    assessment, change = found.assessment, form.change()
    try:
        services.change_action(
            assessment=assessment,
            action=entry.action,
            version=form.cleaned_data["version"],
            change=change,
            by=request.user,
            now=timezone.now(),
        )
    except services.StaleActionError:
        return _clash(request, assessment, entry.action, change)
    except services.PastPlanError:
        messages.error(request, gettext("A newer plan is in force; nothing was changed."))
        return redirect("plan", pk=assessment.pk)
    messages.success(request, gettext("The action is saved."))
    return redirect("plan", pk=assessment.pk)


def _clash(
    request: MemberRequest, assessment: Assessment, action: str, asked: queries.Change
) -> HttpResponse:
    """Show what is stored beside what was typed; saving again is then a decision."""
    found, entry = _entry(assessment, action)
    data = request.POST.copy()
    data["version"] = str(entry.version)
    form = forms.ActionForm(
        data,
        start=asked,
        version=entry.version,
        first_quarter_on=found.first_quarter_on,
        members=queries.members(assessment.organisation),
    )
    clash = action_page.clash_of(found, entry, asked)
    return _show_action(request, found, entry, form, status=409, clash=clash)


def _add_form(
    request: MemberRequest, found: Plan, groups: list[tuple[str, list[tuple[str, str]]]]
) -> forms.AddForm:
    data = request.POST if request.method == "POST" else None
    if data is not None:
        forms.refuse_unknown(data, "action", "due_quarter")
    today = queries.today_of(found.assessment.organisation, timezone.now())
    return forms.AddForm(
        data,
        groups=groups,
        first_quarter_on=found.first_quarter_on,
        quarter=queries.present_quarter(found, today),
    )


def _add(request: MemberRequest, assessment: Assessment, form: forms.AddForm) -> HttpResponse:
    action = form.cleaned_data["action"]
    try:
        services.add_action(
            assessment=assessment,
            action=action,
            due_quarter=form.cleaned_data["due_quarter"],
            by=request.user,
            now=timezone.now(),
        )
    except services.PastPlanError:
        messages.error(request, gettext("A newer plan is in force; nothing was changed."))
        return redirect("plan", pk=assessment.pk)
    messages.success(request, gettext("The action is in the plan. Give it an owner."))
    return redirect("plan_action", pk=assessment.pk, action=action)
