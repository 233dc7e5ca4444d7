"""A case file: taken, looked at, then made a closed round."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import assessments_of, organisation_for
from assessments.exchange import in_case, in_services
from assessments.exchange.in_case_pages import bring_page, case_page
from assessments.exchange.in_forms import BringForm, UploadForm
from assessments.exchange.in_limits import RefusedFileError
from assessments.exchange.in_services import GoneError
from assessments.exchange.in_ways import gone
from assessments.models import Intake, Organisation, Visibility
from assessments.survey import queries
from assessments.survey.round_page import suggest_period
from assessments.survey.round_services import PeriodTakenError
from maturity import Case, read_case


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def case_import(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Bring a case file, to become a round of the bank."""
    organisation = organisation_for(request.user, pk, Permission.START_ROUND)
    sent = request.method == "POST"
    form = UploadForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        label=gettext("The case file"),
        accept=".json",
    )
    if not sent:
        return _bring(request, organisation, form)
    try:
        case = in_case.read_case_file(
            form.content(request, in_case.MOST_BYTES, in_case.too_large())
        )
    except RefusedFileError as refused:
        form.refuse(refused.message)
        return _bring(request, organisation, form, status=refused.status)
    brought = in_services.keep_case(
        organisation=organisation, case=case, by=request.user, now=timezone.now()
    )
    return redirect("intake", pk=brought.pk)


def _bring(
    request: MemberRequest, organisation: Organisation, form: UploadForm, status: int = 200
) -> HttpResponse:
    context = {"page": bring_page(organisation), "form": form}
    return render(request, "exchange/case.html", context, status=status)


def case_intake(request: MemberRequest, brought: Intake) -> HttpResponse:
    """What a case file says; sent as a form, it becomes a round."""
    if "imported" in brought.content:
        return redirect("round", pk=brought.content["imported"]["round"])
    case = read_case(brought.content)
    if request.method != "POST":
        return _case_preview(request, brought, case, BringForm(initial=_suggested(brought)))
    form = BringForm(request.POST)
    if form.is_valid():
        try:
            assessment = in_services.start_from_case(
                intake=brought,
                case=case,
                by=request.user,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except PeriodTakenError:
            message = gettext("There is already a round of this name. Choose another.")
            form.add_error("period", message)
        except GoneError:
            return gone(request, brought)
        else:
            messages.success(request, gettext("The case is a closed round now."))
            return redirect("round", pk=assessment.pk)
    return _case_preview(request, brought, case, form, status=422)


def _suggested(brought: Intake) -> dict[str, str]:
    organisation = brought.organisation
    taken = assessments_of(organisation).values_list("period", flat=True)
    today = queries.today_in(organisation, timezone.now())
    return {"period": suggest_period(today, taken), "visibility": Visibility.FUNCTION.value}


def _case_preview(
    request: MemberRequest, brought: Intake, case: Case, form: BringForm, status: int = 200
) -> HttpResponse:
    context = {"page": case_page(brought, case), "form": form}
    return render(request, "exchange/case_preview.html", context, status=status)
