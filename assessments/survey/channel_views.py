"""The channel inventory: a section of its own."""

from typing import Any
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
from assessments.access.scope import assessment_for, channel_for, standing_on
from assessments.models import Assessment, ChannelAccount, ChannelStatus
from assessments.survey import channel_services, queries
from assessments.survey.channel_page import account_page, changed_fields, channels_page
from assessments.survey.channel_services import StaleAccountError
from assessments.survey.forms import ChannelForm, InventoryForm
from assessments.survey.writing import LockedError

_FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_FORM_METHODS)
@login_required
def channels(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The inventory, how its numbers were obtained and whether it is whole."""
    assessment = assessment_for(request.user, pk, Permission.EDIT_CHANNELS)
    stored = {"source": assessment.channel_source, "confirmed": assessment.channels_confirmed}
    form = InventoryForm(request.POST or None, initial=stored)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                channel_services.describe_inventory(
                    assessment=assessment, by=request.user, **form.cleaned_data
                )
            except LockedError:
                status = 423
            else:
                messages.success(request, gettext("Saved."))
                return redirect("channels", pk=pk)
    page = channels_page(
        assessment=assessment,
        accounts=list(assessment.channels.all()),
        reader=standing_on(assessment),
        lock=_lock(assessment),
        own=queries.asked_of(request.user, assessment),
        now=timezone.now(),
    )
    return render(request, "survey/channels.html", {"page": page, "form": form}, status=status)


@require_http_methods(_FORM_METHODS)
@login_required
def channel_new(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Add an account."""
    assessment = assessment_for(request.user, pk, Permission.EDIT_CHANNELS)
    form = ChannelForm(request.POST or None, today=_today(assessment))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                account = channel_services.add_account(
                    assessment=assessment, fields=form.columns(), by=request.user
                )
            except LockedError:
                status = 423
            else:
                _warn_of_twin(request, account)
                return redirect("channels", pk=pk)
    return _account(request, assessment, None, form, status)


@require_http_methods(_FORM_METHODS)
@login_required
def channel(request: MemberRequest, pk: UUID, account: int) -> HttpResponse:
    """Change an account, or close or signpost it straight from the list."""
    row = channel_for(request.user, pk, account, Permission.EDIT_CHANNELS)
    if "set_status" in request.POST:
        return _set_status(request, row)
    form = ChannelForm(request.POST or None, instance=row, today=_today(row.assessment))
    if request.method != "POST":
        return _account(request, row.assessment, row, form, 200)
    version = request.POST.get("version", "")
    if not form.is_valid() or not version.isdecimal():
        return _account(request, row.assessment, row, form, 422)
    try:
        channel_services.edit_account(
            account=row, version=int(version), fields=form.columns(), by=request.user
        )
    except StaleAccountError as stale:
        return _changed_meanwhile(request, row, form, stale.current)
    except LockedError:
        return _account(request, row.assessment, row, form, 423)
    _warn_of_twin(request, row)
    return redirect("channels", pk=pk)


def _warn_of_twin(request: MemberRequest, account: ChannelAccount) -> None:
    """The same account twice would count twice; only people know whether it is the same."""
    if queries.has_twin(account):
        text = gettext(
            "%(platform)s is listed more than once under this account name. If it is the same "
            "account, remove one: it would count twice."
        )
        messages.warning(request, text % {"platform": account.platform})


def _set_status(request: MemberRequest, row: ChannelAccount) -> HttpResponse:
    status, version = request.POST["set_status"], request.POST.get("version", "")
    if status in ChannelStatus.values and version.isdecimal():
        try:
            channel_services.edit_account(
                account=row, version=int(version), fields={"status": status}, by=request.user
            )
        except StaleAccountError:
            messages.error(
                request, gettext("This account was changed meanwhile. Look again, then decide.")
            )
        except LockedError:
            messages.error(request, gettext("This round takes no changes at the moment."))
    return redirect("channels", pk=row.assessment.pk)


@require_http_methods(_FORM_METHODS)
@login_required
def channel_remove(request: MemberRequest, pk: UUID, account: int) -> HttpResponse:
    """Ask, then remove."""
    row = channel_for(request.user, pk, account, Permission.EDIT_CHANNELS)
    page = account_page(
        assessment=row.assessment,
        account=row,
        reader=standing_on(row.assessment),
        lock=_lock(row.assessment),
    )
    if request.method == "POST":
        try:
            channel_services.remove_account(account=row, by=request.user)
        except LockedError:
            return render(request, "survey/channel_remove.html", {"page": page}, status=423)
        return redirect("channels", pk=pk)
    return render(request, "survey/channel_remove.html", {"page": page})


def _changed_meanwhile(
    request: MemberRequest, row: ChannelAccount, form: ChannelForm, there: ChannelAccount | None
) -> HttpResponse:
    """Show both values; saving again then replaces what the reader has seen."""
    if there is None:
        messages.error(request, gettext("This account was removed meanwhile."))
        return redirect("channels", pk=row.assessment.pk)
    form.add_error(
        None,
        gettext(
            "This account was changed in another window. Nothing was overwritten: compare the "
            "values below, then save yours or go back."
        ),
    )
    labels = {name: str(form.fields[name].label) for name in ChannelForm.Meta.fields}
    changes = changed_fields(there, form.columns_typed, labels)
    return _account(request, row.assessment, there, form, 409, changes=changes)


def _account(
    request: MemberRequest,
    assessment: Assessment,
    row: ChannelAccount | None,
    form: ChannelForm,
    status: int,
    **more: Any,
) -> HttpResponse:
    page = account_page(
        assessment=assessment,
        account=row,
        reader=standing_on(assessment),
        lock=_lock(assessment),
        **more,
    )
    context = {"page": page, "form": form}
    return render(request, "survey/channel_form.html", context, status=status)


def _lock(assessment: Assessment) -> queries.Lock | None:
    return queries.channel_lock(assessment, queries.turnout(assessment))


def _today(assessment: Assessment) -> Any:
    return queries.today_in(assessment.organisation, timezone.now())
