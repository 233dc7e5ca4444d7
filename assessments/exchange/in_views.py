"""What somebody brought: looked at, stored or given up, by its bringer alone."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access.http import MemberRequest
from assessments.access.scope import intake_for
from assessments.exchange import in_services
from assessments.exchange.in_case_views import case_import, case_intake
from assessments.exchange.in_ways import back_from, gone
from assessments.exchange.in_workbook_views import workbook, workbook_intake, workbook_upload

__all__ = ["case_import", "intake", "intake_drop", "workbook", "workbook_upload"]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def intake(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What a file would change; sent as a form, it is stored whole or not at all."""
    brought, sheet = intake_for(request.user, pk)
    if brought.expires_at < timezone.now():
        return gone(request, brought)
    if sheet is not None:
        return workbook_intake(request, brought, sheet)
    return case_intake(request, brought)


@require_POST
@login_required
def intake_drop(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Forget a file without storing anything of it."""
    brought, _sheet = intake_for(request.user, pk)
    in_services.drop(intake=brought, by=request.user)
    messages.success(request, gettext("Nothing of the file was stored."))
    return back_from(brought)
