"""Results, their scoring, the roadmap, publishing, and the public sample."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import assessment_for, firm_of_reader, standing_on
from assessments.models import Assessment, Organisation
from assessments.results import forms, frames, queries, services, settled
from assessments.results.firm_figures import firm_figures
from assessments.results.pages import build_roadmap, page_of
from assessments.results.queries import Result
from assessments.results.scoring_page import build_scoring
from assessments.results.subject import Subject
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_wording


def _see(request: MemberRequest, pk: UUID) -> tuple[Assessment, Result | None]:
    assessment = assessment_for(request.user, pk, Permission.VIEW_RESULTS)
    return assessment, queries.result_for(assessment, timezone.now())


def _subject(assessment: Assessment) -> Subject:
    """Bank and round, with the round before for whoever may read that one as well."""
    subject = queries.subject_of(assessment, timezone.now())
    reads = frames.reads_other_rounds(assessment)
    return queries.with_course(subject, assessment) if reads else subject


def _pending(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    page = frames.pending(assessment, queries.missing(assessment))
    return render(request, "results/pending.html", {"page": page})


@require_GET
@login_required
def results(request: MemberRequest, pk: UUID) -> HttpResponse:
    assessment, result = _see(request, pk)
    if result is None:
        return _pending(request, assessment)
    now = timezone.now()
    subject = queries.with_peers(_subject(assessment), assessment, now)
    return _show(
        request,
        result,
        subject=replace(subject, asked=queries.missing(assessment).sheets),
        frame=frames.results_frame(assessment),
        firm=firm_of_reader(assessment),
        bank=bank_nav(assessment.organisation, "results", assessment),
    )


def _show(
    request: HttpRequest,
    result: Result,
    *,
    subject: Subject,
    frame: frames.Frame,
    bank: BankNav | None = None,
    firm: Organisation | None = None,
) -> HttpResponse:
    """The results page. What lies below its head is the same for all who may see it, and kept;

    only the figures of a reader's own firm come after it.
    """
    language = get_language() or "en"
    made_for = (subject, frame.roadmap_url, frame.agreement_url)
    kept = result.shown.get(language)
    if kept is None or kept[0] != made_for:
        page = page_of(result, subject, language)
        body = render_to_string("results/body.html", {"page": page, "frame": frame})
        kept = result.shown[language] = (made_for, page, body)
    _, page, body = kept
    source = queries.source_of(result, subject)
    figures = firm_figures(source, firm, timezone.now())
    context = {"page": replace(page, bank=bank), "frame": frame, "body": body, "figures": figures}
    return render(request, "results/show.html", context)


@require_GET
@login_required
def scoring(request: MemberRequest, pk: UUID) -> HttpResponse:
    assessment, result = _see(request, pk)
    if result is None:
        return _pending(request, assessment)
    subject = queries.subject_of(assessment, timezone.now())
    page = build_scoring(
        queries.source_of(result, subject),
        bank=bank_nav(assessment.organisation, "results", assessment),
        agreed=settled.agreed_on(assessment, result),
        ratings=standing_on(assessment).may(Permission.VIEW_ANSWERS),
    )
    frame = frames.results_frame(assessment)
    return render(request, "results/scoring.html", {"page": page, "frame": frame})


@require_GET
@login_required
def figures(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Plotly's figures as JSON, or 404 while there is no result."""
    assessment, result = _see(request, pk)
    if result is None:
        return HttpResponse("{}", content_type="application/json", status=404)
    return _figures(result, _subject(assessment))


def _figures(result: Result, subject: Subject) -> HttpResponse:
    from assessments.results import charts  # noqa: PLC0415 -- plotly is slow to import

    text = charts.figures_json(queries.source_of(result, subject))
    return HttpResponse(text, content_type="application/json")


@require_GET
@login_required
def roadmap(request: MemberRequest, pk: UUID) -> HttpResponse:
    assessment, result = _see(request, pk)
    if result is None:
        return _pending(request, assessment)
    form, result, status = _planned(request, result)
    states = queries.plan_states(assessment)
    subject = queries.subject_of(assessment, timezone.now())
    page = build_roadmap(
        result.findings,
        load_wording(get_language() or "en"),
        result.framework,
        case=result.case,
        subject=subject,
        limit=result.limit,
        bank=bank_nav(assessment.organisation, "roadmap", assessment),
        states=frames.states_in_words(states),
    )
    what_if = form.is_bound and form.is_valid()
    frame = frames.roadmap_frame(assessment, what_if=what_if, adopted=states is not None)
    context = {"page": page, "form": form, "frame": frame}
    return render(request, "results/roadmap.html", context, status=status)


def _planned(request: HttpRequest, result: Result) -> tuple[forms.PlanForm, Result, int]:
    """The form and the plan it asks for; with faults in the form, the plan in force."""
    start = forms.initial(result.case.roadmap, result.findings.roadmap)
    if not request.GET:
        return forms.PlanForm(initial=start), result, 200
    form = forms.PlanForm(forms.completed(request.GET, start))
    if not form.is_valid():
        return form, result, 422
    return form, queries.with_settings(result, form.settings()), 200


@require_POST
@login_required
def roadmap_settings(request: MemberRequest, pk: UUID) -> HttpResponse:
    assessment = assessment_for(request.user, pk, Permission.MANAGE_ROUND)
    form = forms.PlanForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("The settings were not kept: one of them does not fit."))
        return redirect("roadmap", pk=assessment.pk)
    try:
        services.save_plan_settings(
            assessment=assessment, by=request.user, settings=forms.as_json(form.settings())
        )
    except services.AlreadyPublishedError:
        messages.error(request, gettext("The plan of a published result is frozen with it."))
    else:
        messages.success(request, gettext("The plan now uses these settings."))
    return redirect("roadmap", pk=assessment.pk)


@require_http_methods(["GET", "POST"])
@login_required
def publish(request: MemberRequest, pk: UUID) -> HttpResponse:
    assessment = assessment_for(request.user, pk, Permission.MANAGE_ROUND)
    if request.method == "GET":
        counts = queries.missing(assessment)
        page = frames.publishing(assessment, counts)
        return render(request, "results/publish.html", {"page": page})
    try:
        services.publish(assessment=assessment, by=request.user, now=timezone.now())
    except services.NotReadyError:
        messages.error(request, gettext("There is no result to publish yet."))
    except services.AlreadyPublishedError:
        messages.info(request, gettext("This result is published already."))
    else:
        messages.success(request, gettext("Published. The result is frozen from now on."))
    return redirect("results", pk=assessment.pk)


@require_GET
def sample(request: HttpRequest) -> HttpResponse:
    """The whole results page of a fictional bank, for anybody."""
    result, subject = queries.sample()
    return _show(request, result, subject=subject, frame=frames.sample_frame())
