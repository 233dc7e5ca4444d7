"""Public pages, the account, the bank's home and profile."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import organisation_for
from assessments.models import Organisation
from assessments.people import about, pages, queries, services
from assessments.people.forms import AccountForm, FoundForm, ProfileForm
from assessments.ui.shell import home_of


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    return render(request, "people/landing.html", {"page": about.page()})


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "people/help.html", {"page": about.page()})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "people/privacy.html", {"page": about.page()})


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    return render(request, "people/method.html", {"page": about.page()})


@login_required
def home(request: MemberRequest) -> HttpResponse:
    """The person's only bank or firm, or a choice, or a form that founds one."""
    if request.method == "POST":
        return found(request)
    organisations = queries.banks_of(request.user)
    if len(organisations) == 1:
        return redirect(home_of(organisations[0]))
    context = {"page": pages.home(request.user), "form": FoundForm()}
    return render(request, "people/home.html", context)


@login_required
def found(request: MemberRequest) -> HttpResponse:
    """Found a bank or a firm."""
    form = FoundForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        founded = services.found(
            kind=form.cleaned_data["kind"],
            name=form.cleaned_data["bank"],
            country=form.cleaned_data["country"],
            by=request.user,
        )
        return redirect(home_of(founded))
    context = {"page": pages.home(request.user), "form": form, "founding": True}
    return render(request, "people/home.html", context, status=422 if form.is_bound else 200)


@login_required
def account(request: MemberRequest) -> HttpResponse:
    user = request.user
    initial = {"name": user.name, "shortcuts_on": user.shortcuts_on}
    form = AccountForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        services.change_account(user=user, **form.cleaned_data)
        messages.success(request, gettext("Your account is saved."))
        return redirect("account")
    context = {"page": pages.account(user, timezone.now()), "form": form}
    return render(request, "people/account.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def bank(request: MemberRequest, pk: UUID) -> HttpResponse:
    organisation = organisation_for(request.user, pk, Permission.VIEW_BANK)
    page = pages.bank_home(organisation, request.user, timezone.now())
    return render(request, "people/bank.html", {"page": page})


@login_required
def bank_profile(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Everybody in the bank reads the profile; who may change it gets the form."""
    posted = request.method == "POST"
    needed = Permission.EDIT_BANK if posted else Permission.VIEW_BANK
    organisation = organisation_for(request.user, pk, needed)
    form = ProfileForm(request.POST if posted else None, initial=_profile_of(organisation))
    if form.is_valid():
        values = dict(form.cleaned_data)
        regions = values.pop("regions")
        services.change_profile(
            organisation=organisation, values=values, regions=regions, by=request.user
        )
        messages.success(request, gettext("The profile is saved."))
        return redirect("bank_profile", pk=pk)
    context = {"page": pages.profile(organisation), "form": form}
    return render(request, "people/bank_profile.html", context, status=422 if posted else 200)


def _profile_of(organisation: Organisation) -> dict[str, object]:
    plain = ("name", "country", "size_band", "time_zone", "marketing_share", "business_share")
    regions = "\n".join(queries.region_names(organisation))
    return {name: getattr(organisation, name) for name in plain} | {"regions": regions}
