"""A firm and its clients, a bank and its consultants."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import (
    engagement_for,
    engagement_request_for,
    organisation_for,
)
from assessments.models import Engagement, EngagementScope, Organisation
from assessments.people import engagement_pages as pages
from assessments.people import engagement_services as services
from assessments.people.engagement_forms import (
    AskForm,
    PageForm,
    PeopleForm,
    ScopeForm,
)

_FORM_METHODS = ["GET", "HEAD", "POST"]


# ---- the firm ----------------------------------------------------------------------------------


@require_safe
@login_required
def engagements(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who works for which client, and what the firm waits for, for its admin."""
    organisation = organisation_for(request.user, pk, Permission.REQUEST_ENGAGEMENT)
    try:
        page = pages.firm_page(organisation, request.user, _page_number(request))
    except pages.NoSuchPageError as error:
        raise BadRequest from error
    return render(request, "people/firm_engagements.html", {"page": page})


@require_http_methods(_FORM_METHODS)
@login_required
def ask(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask the lead of a bank; the answer is the same whether the address is known or not (S22)."""
    organisation = organisation_for(request.user, pk, Permission.REQUEST_ENGAGEMENT)
    form = AskForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _asked(request, organisation, form):
        return redirect("firm_engagements", pk=pk)
    context = {"page": pages.ask_page(organisation), "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "people/engagement_ask.html", context, status=status)


def _asked(request: MemberRequest, organisation: Organisation, form: AskForm) -> bool:
    try:
        services.ask(firm=organisation, by=request.user, now=timezone.now(), **form.cleaned_data)
    except services.AlreadyAskedError:
        form.add_error("email", gettext("You wait for an answer from this address already."))
        return False
    except services.TooManyWaitingError:
        form.add_error(
            None, gettext("Too many of your requests wait for an answer. Take some back first.")
        )
        return False
    messages.success(
        request,
        gettext(
            "Your request is on its way. If this address leads a bank here, it gets a letter; "
            "once it accepts, the bank is among your clients."
        ),
    )
    return True


@require_POST
@login_required
def withdraw(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take back what an address was asked."""
    asked = engagement_request_for(request.user, pk, Permission.REQUEST_ENGAGEMENT)
    try:
        services.withdraw(asked=asked, by=request.user, now=timezone.now())
    except services.OutOfDateError:
        messages.info(request, gettext("This request was answered or taken back already."))
    else:
        messages.success(request, gettext("The request is taken back."))
    return redirect("firm_engagements", pk=asked.firm_id)


@require_safe
@login_required
def engagement(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One client, for the firm's admin."""
    found, side = engagement_for(request.user, pk, Permission.REQUEST_ENGAGEMENT)
    return _engagement(request, found, side)


def _engagement(
    request: MemberRequest,
    found: Engagement,
    side: Organisation,
    *,
    people: PeopleForm | None = None,
    more: ScopeForm | None = None,
) -> HttpResponse:
    try:
        page = pages.engagement_page(found, side, _page_number(request))
    except pages.NoSuchPageError as error:
        raise BadRequest from error
    context = {
        "page": page,
        "form": people or more,
        "people": people or pages.people_form(found, side),
        "more": more or pages.more_form(found),
    }
    status = 422 if people or more else 200
    return render(request, "people/engagement.html", context, status=status)


@require_POST
@login_required
def assign(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Settle who works for a client; one name that is no consultant of the firm refuses all."""
    found, side = engagement_for(request.user, pk, Permission.REQUEST_ENGAGEMENT)
    form = pages.people_form(found, side, request.POST)
    if not form.is_valid():
        return _engagement(request, found, side, people=form)
    try:
        services.assign(engagement=found, people=form.cleaned_data["people"], by=request.user)
    except (services.NotOfTheFirmError, services.OutOfDateError):
        _out_of_date(request)
    else:
        messages.success(request, gettext("Saved who works for this client."))
    return redirect("engagement", pk=pk)


@require_POST
@login_required
def more(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask a client for a wider scope."""
    found, side = engagement_for(request.user, pk, Permission.REQUEST_ENGAGEMENT)
    if not pages.more_scopes(found):
        _out_of_date(request)
        return redirect("engagement", pk=pk)
    form = pages.more_form(found, request.POST)
    if not form.is_valid():
        return _engagement(request, found, side, more=form)
    try:
        services.ask_for_more(engagement=found, by=request.user, **form.cleaned_data)
    except services.OutOfDateError:
        _out_of_date(request)
    else:
        messages.success(request, gettext("The bank’s leads are asked."))
    return redirect("engagement", pk=pk)


@require_http_methods(_FORM_METHODS)
@login_required
def give_up(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The firm ends an engagement."""
    found, side = engagement_for(request.user, pk, Permission.REQUEST_ENGAGEMENT)
    if request.method != "POST":
        context = {"page": pages.give_up_page(found)}
        return render(request, "people/engagement_end.html", context)
    _end(request, found, side)
    return redirect("firm_engagements", pk=side.pk)


# ---- the bank ----------------------------------------------------------------------------------


@require_safe
@login_required
def consultants(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who asks to work with the bank, who works with it, and how much is open to them."""
    bank = organisation_for(request.user, pk, Permission.MANAGE_ENGAGEMENTS)
    return _consultants(request, bank)


def _consultants(
    request: MemberRequest,
    bank: Organisation,
    faulty: tuple[Engagement, ScopeForm] | None = None,
) -> HttpResponse:
    try:
        page = pages.consultants_page(bank, _page_number(request), faulty)
    except pages.NoSuchPageError as error:
        raise BadRequest from error
    context = {"page": page, "form": faulty[1] if faulty else Form()}
    return render(request, "people/consultants.html", context, status=422 if faulty else 200)


@require_POST
@login_required
def accept(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Accept a request at the scope asked for or at a narrower one."""
    return _decide(
        request,
        pk,
        lambda found, scope: services.accept(
            engagement=found, scope=scope, by=request.user, now=timezone.now()
        ),
        gettext("Accepted. The firm’s admin assigns who works for you; you see their names here."),
    )


@require_POST
@login_required
def widen(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Grant the wider scope that a firm asked for."""
    return _decide(
        request,
        pk,
        lambda found, scope: services.widen(
            engagement=found, scope=scope, by=request.user, now=timezone.now()
        ),
        gettext("The firm now sees more."),
    )


@require_POST
@login_required
def narrow(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Let a firm see less."""
    return _decide(
        request,
        pk,
        lambda found, scope: services.narrow(engagement=found, scope=scope, by=request.user),
        gettext("The firm now sees less, from its next click on."),
    )


def _decide(
    request: MemberRequest, pk: UUID, do: Callable[[Engagement, EngagementScope], None], done: str
) -> HttpResponse:
    """What accepting, widening and narrowing share: a scope, chosen from those open to choice."""
    found, bank = engagement_for(request.user, pk, Permission.MANAGE_ENGAGEMENTS)
    form = pages.decision_form(found, request.POST)
    if form is None:  # nothing is left to choose: somebody was faster
        _out_of_date(request)
        return redirect("consultants", pk=bank.pk)
    if not form.is_valid():
        return _consultants(request, bank, (found, form))
    try:
        do(found, form.cleaned_data["scope"])
    except services.OutOfDateError:
        _out_of_date(request)
    else:
        messages.success(request, done)
    return redirect("consultants", pk=bank.pk)


@require_POST
@login_required
def decline(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say no to a request or to a wider scope."""
    found, bank = engagement_for(request.user, pk, Permission.MANAGE_ENGAGEMENTS)
    try:
        services.decline(engagement=found, by=request.user, now=timezone.now())
    except services.OutOfDateError:
        _out_of_date(request)
    else:
        messages.success(request, gettext("Declined. The firm’s admins are told."))
    return redirect("consultants", pk=bank.pk)


@require_http_methods(_FORM_METHODS)
@login_required
def revoke(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The bank ends an engagement."""
    found, bank = engagement_for(request.user, pk, Permission.MANAGE_ENGAGEMENTS)
    if request.method != "POST":
        context = {"page": pages.revoke_page(found)}
        return render(request, "people/engagement_end.html", context)
    _end(request, found, bank)
    return redirect("consultants", pk=bank.pk)


# ---- shared ------------------------------------------------------------------------------------


def _end(request: MemberRequest, found: Engagement, side: Organisation) -> None:
    try:
        services.end(engagement=found, side=side, by=request.user, now=timezone.now())
    except services.OutOfDateError:
        _out_of_date(request)
    else:
        messages.success(request, gettext("The engagement has ended."))


def _out_of_date(request: MemberRequest) -> None:
    messages.error(
        request,
        gettext("Somebody changed this engagement meanwhile. Nothing was done; look again."),
    )


def _page_number(request: MemberRequest) -> int | None:
    """Which page of the history. Anything but a number in reach is a bad request (B18)."""
    form = PageForm(request.GET)
    if not form.is_valid():
        raise BadRequest
    page: int | None = form.cleaned_data["page"]
    return page
