"""Who answers what: the lead's page."""

import re
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import assessment_for, respondent_for, standing_on
from assessments.models import Assessment
from assessments.survey import queries, respondent_services
from assessments.survey.respondent_forms import AddRespondentForm, AssignForm
from assessments.survey.respondent_page import add_page, remove_page, respondents_page
from assessments.survey.respondent_queries import members_not_asked
from assessments.survey.respondent_services import ChangedMeanwhileError, NotEmptyError
from assessments.survey.writing import LockedError
from assessments.ui.paging import page_of

_OF_SHEET = re.compile(r"(?:function|sections|was)-(.*)")
_FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_FORM_METHODS)
@login_required
def respondents(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Show who answers what, or store it."""
    assessment = assessment_for(request.user, pk, Permission.MANAGE_ROUND)
    if request.method != "POST":
        return _show(request, assessment, None, 200)
    form = AssignForm(request.POST, sheets=_sent_sheets(request, assessment))
    if not form.is_valid():
        return _show(request, assessment, form, 422)
    try:
        respondent_services.assign(
            assessment=assessment,
            asked=form.asked(),
            accountable=form.accountable(),
            accountable_was=form.cleaned_data["was_accountable"],
            by=request.user,
        )
    except LockedError:
        return _show(request, assessment_for(request.user, pk, Permission.MANAGE_ROUND), None, 423)
    except ChangedMeanwhileError:
        form.add_error(None, _changed_words())
        return _show(request, assessment, form, 409)
    messages.success(request, gettext("Saved. Everybody sees their own sections."))
    return redirect(request.get_full_path())


def _changed_words() -> str:
    return gettext(
        "Somebody changed this list, or submitted, since you opened it. Nothing was stored: what "
        "you chose is shown below; look again, then save."
    )


def _sent_sheets(request: MemberRequest, assessment: Assessment) -> list[int]:
    """The sheets that the form speaks of. One of another round refuses the whole (S7)."""
    sent = {match[1] for key in request.POST if (match := _OF_SHEET.fullmatch(key))}
    rows = page_of(assessment.sheets.order_by("pk"), request.GET.dict()).rows
    known = {str(row.pk): row.pk for row in rows}
    if not sent <= known.keys():
        raise BadRequest("a sheet that does not stand on this page")
    return sorted(known[pk] for pk in sent)


def _show(
    request: MemberRequest, assessment: Assessment, form: AssignForm | None, status: int
) -> HttpResponse:
    rows = assessment.sheets.select_related("respondent").order_by("pk")
    found = page_of(rows, request.GET.dict())
    page = respondents_page(
        assessment=assessment,
        sheets=found.rows,
        people=queries.respondents(assessment, None),
        form=form,
        reader=standing_on(assessment),
        lock=queries.round_lock(assessment),
        pager=found.pager,
    )
    return render(request, "survey/respondents.html", {"page": page}, status=status)


@require_http_methods(_FORM_METHODS)
@login_required
def respondent_add(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask a member of the bank who is not asked yet."""
    assessment = assessment_for(request.user, pk, Permission.MANAGE_ROUND)
    form = AddRespondentForm(request.POST or None, members=members_not_asked(assessment))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                respondent_services.add_respondent(
                    assessment=assessment,
                    person=form.chosen().user,
                    function=form.cleaned_data["function"],
                    by=request.user,
                )
            except LockedError:
                status = 423
            else:
                return redirect("respondents", pk=pk)
    page = add_page(
        assessment=assessment,
        anybody=bool(form.members),
        reader=standing_on(assessment),
        lock=queries.round_lock(assessment),
    )
    return render(
        request, "survey/respondent_add.html", {"page": page, "form": form}, status=status
    )


@require_http_methods(_FORM_METHODS)
@login_required
def respondent_remove(request: MemberRequest, pk: UUID, sheet: int) -> HttpResponse:
    """Ask, then take somebody out who has answered nothing."""
    row = respondent_for(request.user, pk, sheet, Permission.MANAGE_ROUND)
    status = 200
    if request.method == "POST":
        try:
            respondent_services.remove_respondent(sheet=row, by=request.user)
        except LockedError:
            status = 423
        except NotEmptyError:
            status = 409
        else:
            messages.success(request, gettext("Taken out of the round."))
            return redirect("respondents", pk=pk)
    page = remove_page(
        assessment=row.assessment,
        sheet=row,
        empty=not row.changes.exists(),
        reader=standing_on(row.assessment),
        lock=queries.round_lock(row.assessment),
    )
    return render(request, "survey/respondent_remove.html", {"page": page}, status=status)
