"""Rounds, the task list, the review, and handing in."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access.firm_queries import firms_let_in
from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import (
    assessment_for,
    assessments_of,
    organisation_for,
    sheet_for,
    standing_on,
)
from assessments.models import Assessment, Organisation, Sheet, Visibility
from assessments.survey import queries, round_services, services
from assessments.survey.channel_page import inventory_of
from assessments.survey.forms import RoundForm, StartRoundForm, SubmitForm
from assessments.survey.pages import stays_closed_words
from assessments.survey.review_page import review_page
from assessments.survey.round_page import (
    round_close_page,
    round_delete_page,
    round_form_page,
    suggest_period,
)
from assessments.survey.round_services import (
    BroughtError,
    DisclosedError,
    LoosenedError,
    NothingSubmittedError,
    PeriodTakenError,
)
from assessments.survey.services import IncompleteError
from assessments.survey.tasks_page import tasks_page
from assessments.survey.writing import LockedError

_FORM_METHODS = ["GET", "HEAD", "POST"]


# ---- rounds ------------------------------------------------------------------------------------


@require_http_methods(_FORM_METHODS)
@login_required
def round_new(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Start a round."""
    organisation = organisation_for(request.user, pk, Permission.START_ROUND)
    taken = assessments_of(organisation).values_list("period", flat=True)
    today = queries.today_in(organisation, timezone.now())
    suggested = {"period": suggest_period(today, taken), "visibility": Visibility.FUNCTION}
    before = queries.last_published(organisation)
    form = StartRoundForm(request.POST or None, initial=suggested, today=today, before=before)
    if request.method == "POST" and form.is_valid():
        try:
            assessment = round_services.start_round(
                organisation=organisation, by=request.user, **form.cleaned_data
            )
        except PeriodTakenError:
            _period_taken(form)
        else:
            return redirect("round", pk=assessment.pk)
    return _round_form(request, form, organisation, None)


@require_http_methods(_FORM_METHODS)
@login_required
def round_edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Rename a round, move its due date, or change who reads what."""
    assessment = assessment_for(request.user, pk, Permission.MANAGE_ROUND)
    form = _edit_form(request, assessment)
    if request.method == "POST" and form.is_valid():
        try:
            round_services.edit_round(assessment=assessment, by=request.user, **form.cleaned_data)
        except PeriodTakenError:
            _period_taken(form)
        except LockedError:
            form.add_error(None, gettext("This round has been published and stays as it is."))
        except LoosenedError:
            form = _edit_form(request, assessment)  # the first answer came meanwhile
            form.is_valid()
        else:
            return redirect("round", pk=assessment.pk)
    return _round_form(request, form, assessment.organisation, assessment)


def _edit_form(request: MemberRequest, assessment: Assessment) -> RoundForm:
    stored = {name: getattr(assessment, name) for name in RoundForm.base_fields}
    return RoundForm(
        request.POST or None,
        initial=stored,
        today=queries.today_in(assessment.organisation, timezone.now()),
        strictest=queries.strictest_promise(assessment),
    )


@require_http_methods(_FORM_METHODS)
@login_required
def round_delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say what would be lost, then delete a round that is not published."""
    assessment = assessment_for(request.user, pk, Permission.MANAGE_ROUND)
    status = 200
    if request.method == "POST":
        try:
            round_services.delete_round(assessment=assessment, by=request.user)
        except LockedError:
            status = 423
        else:
            messages.success(request, gettext("The round was deleted."))
            return redirect("bank", pk=assessment.organisation_id)
    page = round_delete_page(assessment, queries.respondents(assessment, None))
    return render(request, "survey/round_delete.html", {"page": page}, status=status)


def _period_taken(form: RoundForm) -> None:
    form.add_error("period", gettext("There is already a round of this name. Choose another."))


def _round_form(
    request: MemberRequest,
    form: RoundForm,
    organisation: Organisation,
    assessment: Assessment | None,
) -> HttpResponse:
    page = round_form_page(organisation, assessment)
    status = 422 if form.errors else 200
    return render(request, "survey/round_form.html", {"page": page, "form": form}, status=status)


@require_http_methods(["GET", "HEAD"])
@login_required
def round_(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The task list of a round."""
    assessment = assessment_for(request.user, pk, Permission.VIEW_BANK)
    sheet = assessment.sheets.filter(respondent=request.user).first()
    if sheet is not None:
        sheet.assessment = assessment
    now = timezone.now()
    page = tasks_page(
        assessment=assessment,
        sheet=sheet,
        progress=queries.sheet_progress(sheet) if sheet else None,
        inventory=inventory_of(assessment, now),
        people=queries.respondents(assessment, sheet),
        reader=standing_on(assessment),
        returns=queries.returns_on(sheet) if sheet else (),
        firms=firms_let_in(assessment.organisation),
        lock=queries.sheet_lock(sheet) if sheet else queries.round_lock(assessment),
        now=now,
    )
    return render(request, "survey/tasks.html", {"page": page})


@require_http_methods(_FORM_METHODS)
@login_required
def close(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Stop taking answers, so that the findings of several respondents may be shown.

    What cannot be taken back is asked for once more.
    """
    assessment = assessment_for(request.user, pk, Permission.MANAGE_ROUND)
    unsure = queries.stays_closed(assessment) and request.POST.get("sure") != "1"
    if request.method != "POST" or unsure:
        page = round_close_page(assessment, queries.turnout(assessment))
        status = 422 if request.method == "POST" else 200
        return render(request, "survey/round_close.html", {"page": page}, status=status)
    try:
        round_services.close_round(assessment=assessment, by=request.user, now=timezone.now())
    except NothingSubmittedError:
        messages.error(request, gettext("Nobody has submitted yet, so there is nothing to close."))
    except LockedError:
        messages.error(request, gettext("This round has been published and stays as it is."))
    else:
        messages.success(request, gettext("The round is closed. Its results can be read."))
    return redirect("round", pk=assessment.pk)


@require_POST
@login_required
def reopen(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Reopen a closed round (the lead), or one's own submitted sheet."""
    assessment = assessment_for(request.user, pk, Permission.ANSWER)
    try:
        if queries.round_lock(assessment) == queries.Lock.CLOSED:
            assessment = assessment_for(request.user, pk, Permission.MANAGE_ROUND)
            round_services.reopen_round(assessment=assessment, by=request.user)
            messages.success(request, gettext("The round is open again. Its results are hidden."))
        else:
            services.reopen_sheet(sheet=sheet_for(request.user, pk), by=request.user)
            messages.success(request, gettext("You can change your answers again."))
    except BroughtError:
        messages.error(
            request, gettext("This round came from a case file, so nobody can answer in it.")
        )
    except DisclosedError:
        messages.error(request, stays_closed_words())
    except LockedError:
        messages.error(request, gettext("This round has been published and stays as it is."))
    return redirect("round", pk=assessment.pk)


# ---- review ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD"])
@login_required
def review(request: MemberRequest, pk: UUID) -> HttpResponse:
    """All answers of one's own sheet, with what is still open."""
    return _review(request, sheet_for(request.user, pk), SubmitForm())


@require_http_methods(["GET", "POST"])
@login_required
def submit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Hand one's sheet in. Doing it twice is no mistake; asking for the page shows the review."""
    sheet = sheet_for(request.user, pk)
    if request.method == "GET":  # a failed submit leaves this address in the bar
        return redirect("review", pk=pk)
    form = SubmitForm(request.POST)
    already = queries.sheet_lock(sheet) == queries.Lock.SUBMITTED
    if not already and not form.is_valid():
        return _review(request, sheet, form, status=422)
    try:
        services.submit(sheet=sheet, by=request.user, now=timezone.now())
    except IncompleteError as error:
        form.add_error(None, _incomplete_words(error))
        return _review(request, sheet, form, status=422)
    except LockedError:
        return _review(request, sheet, form, status=423)
    if queries.turnout(sheet.assessment).ready and _sees_results(sheet):
        return redirect("results", pk=sheet.assessment.pk)
    messages.success(
        request, gettext("Submitted. You can reopen your answers until the round closes.")
    )
    return redirect("round", pk=sheet.assessment.pk)


def _incomplete_words(error: IncompleteError) -> str:
    if error.reasons_missing:
        return gettext("Say why each question marked “Not applicable” does not apply.")
    return gettext("Answer at least one question before you submit.")


def _sees_results(sheet: Sheet) -> bool:
    return standing_on(sheet).may(Permission.VIEW_RESULTS)


def _review(
    request: MemberRequest, sheet: Sheet, form: SubmitForm, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    page = review_page(
        sheet=sheet,
        progress=queries.sheet_progress(sheet),
        inventory=inventory_of(sheet.assessment, now),
        reader=standing_on(sheet),
        lock=queries.sheet_lock(sheet),
        ready=queries.turnout(sheet.assessment).ready,
        only=request.GET.get("only") == "unconfirmed",
    )
    return render(request, "survey/review.html", {"page": page, "form": form}, status=status)
