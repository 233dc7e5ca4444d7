"""Make, list and revoke the links of a published result."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import assessment_for, share_link_for
from assessments.models import Assessment
from assessments.sharing import pages, printing, services
from assessments.sharing.forms import ShareForm
from assessments.sharing.services import NotPublishedError, TooManyLinksError
from assessments.ui.numbers import number

_FORM_METHODS = ["GET", "HEAD", "POST"]


@sensitive_post_parameters("passcode")
@require_http_methods(_FORM_METHODS)
@login_required
def shares(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The links, and the form that makes one; the new link is shown once, in the answer."""
    assessment = assessment_for(request.user, pk, Permission.SHARE)
    form = ShareForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (made := _made(request, assessment, form)):
        return render(request, "sharing/made.html", {"page": made})
    page = pages.shares(assessment, request.user, request.GET, timezone.now())
    status = 422 if form.errors else 200
    return render(request, "sharing/links.html", {"page": page, "form": form}, status=status)


def _made(request: MemberRequest, assessment: Assessment, form: ShareForm) -> pages.MadePage | None:
    """The page of a link made as the form says; None where it was refused, and the form says why."""
    now = timezone.now()
    values = form.values(now)
    with_report = values.pop("with_report")
    key = printing.key_of(assessment, values["language"]) if with_report else ""
    try:
        link, token = services.make(
            assessment=assessment, report_key=key, by=request.user, now=now, **values
        )
    except NotPublishedError:
        form.add_error(None, gettext("Publish the result first: only then can it be shared."))
        return None
    except TooManyLinksError:
        words = gettext("This result has %(most)s links. Revoke one that is no longer needed.")
        form.add_error(None, words % {"most": number(services.MOST_LINKS)})
        return None
    return pages.made(link, token)


@require_http_methods(_FORM_METHODS)
@login_required
def share_revoke(request: MemberRequest, pk: UUID, link: UUID) -> HttpResponse:
    """Ask, then end a link."""
    row = share_link_for(request.user, pk, link, Permission.SHARE)
    if request.method != "POST":
        return render(request, "people/confirm.html", {"page": pages.revoking(row)})
    if services.revoke(link=row, by=request.user, now=timezone.now()):
        messages.success(request, gettext("The link is revoked. It opens nothing any more."))
    else:
        messages.info(request, gettext("This link is revoked already."))
    return redirect("shares", pk=pk)
