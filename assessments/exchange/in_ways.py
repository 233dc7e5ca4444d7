"""Where the way leads from a file that was brought, and how long it is kept."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from assessments.models import Intake, Organisation
from assessments.survey import queries
from assessments.ui.numbers import clock


def gone(request: HttpRequest, brought: Intake) -> HttpResponse:
    """The preview has expired: back to where another file can be brought."""
    messages.error(
        request, gettext("The preview was kept for half an hour and is gone. Bring the file again.")
    )
    return back_from(brought)


def back_from(brought: Intake) -> HttpResponse:
    if brought.assessment_id is not None:
        return redirect("workbook_upload", pk=brought.assessment_id)
    return redirect("case_import", pk=brought.organisation_id)


def kept_until(intake: Intake, organisation: Organisation) -> str:
    text = gettext("This preview is kept until %(time)s and only you can see it.")
    return text % {"time": clock(intake.expires_at, queries.zone_of(organisation))}
