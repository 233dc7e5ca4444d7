"""Second factors, sessions and one's own data. What allauth does well, its views do."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from assessments.access.http import MemberRequest
from assessments.people import account_pages as pages
from assessments.people import account_services as services
from assessments.people import account_sessions as sessions
from assessments.people import own_data_pages as data_pages
from assessments.people import own_data_queries as data_queries
from assessments.people import own_data_services as data_services
from assessments.people.account_forms import EraseForm
from assessments.people.account_queries import newest_factor
from assessments.people.errors import too_many

NEXT = "after_second_factor"  # in the session: where the person was going
APP = "allauth.mfa"


# ---- second factors ----------------------------------------------------------------------------


@login_required
@require_safe
def second_factor(request: MemberRequest) -> HttpResponse:
    """What protects this account, why some roles need it, and where to set it up."""
    wanted = get_next_redirect_url(request)
    if wanted:
        request.session[NEXT] = wanted
    page = pages.second_factor(request.user, onward=request.session.get(NEXT))
    return render(request, "people/second_factor.html", {"page": page})


@login_required
@require_safe
def onward(request: MemberRequest) -> HttpResponse:
    """Go on to where the second factor was needed."""
    return redirect(request.session.pop(NEXT, None) or reverse("home"))


def _added(request: MemberRequest, kind: str, verb: str) -> None:
    """A new factor counts as shown, and no session from before it goes on."""
    authenticator = newest_factor(request.user, kind)
    vars(request.user)["second_factor"] = True
    post_authentication(request, authenticator, reauthenticated=True)
    services.note_factor_change(user=request.user, verb=verb)
    sessions.end_others(request)


def _removed(request: MemberRequest, verb: str) -> None:
    vars(request.user).pop("second_factor", None)
    services.note_factor_change(user=request.user, verb=verb)
    sessions.end_others(request)


class AddApp(totp.ActivateTOTPView):
    def get_form_kwargs(self) -> dict[str, Any]:
        return dict(super().get_form_kwargs()) | {"request": self.request}

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        # The code that proved the app is used up, as one that signed in would be.
        app = newest_factor(self.request.user, Authenticator.Type.TOTP)
        app.wrap().validate_code(form.cleaned_data["code"])
        _added(self.request, Authenticator.Type.TOTP, "added authenticator app")
        return response


class RemoveApp(totp.DeactivateTOTPView):
    success_url = reverse_lazy("second_factor")

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        _removed(self.request, "removed authenticator app")
        return response


class AddPasskey(webauthn.AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = dict(super().get_context_data(**kwargs))
        options = begin_registration(self.request.user, passwordless=True)
        return found | {"options": options}

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        _added(self.request, Authenticator.Type.WEBAUTHN, "added passkey")
        return response


class RemovePasskey(webauthn.RemoveWebAuthnView):
    """allauth's, which also asks whether this passkey may go."""

    success_url = reverse_lazy("second_factor")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = dict(super().get_context_data(**kwargs))
        return found | {"refusal": self._refusal()}

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        if self._refusal():
            page = self.get_context_data(form=form)
            return render(self.request, self.template_name, page, status=422)
        response: HttpResponse = super().form_valid(form)
        _removed(self.request, "removed passkey")
        return response

    def _refusal(self) -> str:
        adapter = get_mfa_adapter()
        if adapter.can_delete_authenticator(self.object):
            return ""
        fault: ValidationError = adapter.validation_error("cannot_delete_authenticator")
        return " ".join(fault.messages)


class RenamePasskey(webauthn.EditWebAuthnView):
    success_url = reverse_lazy("second_factor")


class ConfirmByPasskey(webauthn.ReauthenticateWebAuthnView):
    def form_invalid(self, form: Any) -> HttpResponse:
        super().form_invalid(form)  # which says why
        return redirect(self.request.get_full_path())


class NewCodes(codes.GenerateRecoveryCodesView):
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        services.note_factor_change(user=self.request.user, verb="renewed recovery codes")
        return response


class ShowCodes(codes.ViewRecoveryCodesView):
    """Once: the page that shows the codes also offers them as a file, and nothing else does."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = dict(super().get_context_data(**kwargs))
        shown = found["unused_codes"] if found["can_view_codes"] else []
        left = len(found["unused_codes"])
        return found | {"page": pages.codes(shown, left, onward=self.request.session.get(NEXT))}


class SignInByPasskey(webauthn.LoginWebAuthnView):
    """allauth's, which also goes on to where the person wanted to be."""

    def form_valid(self, form: Any) -> HttpResponse:
        wanted = get_next_redirect_url(self.request)
        response: HttpResponse = super().form_valid(form)
        return redirect(wanted) if wanted and self.request.user.is_authenticated else response


# ---- sessions ----------------------------------------------------------------------------------


@login_required
@require_safe
def session_list(request: MemberRequest) -> HttpResponse:
    """Where this person is signed in."""
    page = pages.session_list(request.user, request.session.session_key, timezone.now())
    return render(request, "people/sessions.html", {"page": page})


@require_POST
@login_required
def session_end(request: MemberRequest, pk: int) -> HttpResponse:
    """End one session; one that is gone already is as good."""
    if services.end_session(user=request.user, sign_in=pk):
        messages.success(request, gettext("That session is ended."))
    return redirect("sessions")


@require_POST
@login_required
def sign_out_elsewhere(request: MemberRequest) -> HttpResponse:
    """End every other session, once the person has shown again who they are."""
    if is_reauthentication_required(request, app=APP):
        return redirect(confirm_first(request, reverse("sessions")))
    sessions.end_others(request)
    messages.success(request, gettext("You are signed out everywhere else."))
    return redirect("sessions")


def confirm_first(request: HttpRequest, back: str) -> str:
    """Where somebody confirms who they are, to come back to a page of ours."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    return f"{methods[0]['url']}?{urlencode({'next': back})}"


# ---- one's own data ----------------------------------------------------------------------------


@login_required
@require_safe
def own_data(request: MemberRequest) -> HttpResponse:
    """What can be done with one's own data."""
    return render(request, "people/own_data.html", {"page": data_pages.own_data(request.user)})


@require_POST
@login_required
def own_data_copy(request: MemberRequest) -> HttpResponse:
    """Everything stored about this person, as a file."""
    if is_reauthentication_required(request, app=APP):
        return redirect(confirm_first(request, reverse("own_data")))
    packed = data_pages.archive(data_queries.everything(request.user, timezone.now()))
    services.note_factor_change(user=request.user, verb="took own data")
    response = HttpResponse(packed, content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="maturity-my-data.zip"'
    return response


@sensitive_post_parameters("password")
@login_required
def erase(request: MemberRequest) -> HttpResponse:
    """Erase one's account, at the price of the second factor and the password."""
    if is_reauthentication_required(request, app=APP):
        return redirect(confirm_first(request, reverse("erase")))
    posted = request.method == "POST"
    if posted and not ratelimit.consume(request, action="reauthenticate", user=request.user):
        return too_many(request)
    form = EraseForm(request.POST if posted else None, user=request.user)
    if form.is_valid():
        return _erased(request, form)
    context = {"page": data_pages.own_data(request.user), "form": form}
    return render(request, "people/erase.html", context, status=422 if posted else 200)


def _erased(request: MemberRequest, form: EraseForm) -> HttpResponse:
    address = request.user.email
    try:
        data_services.erase(user=request.user)
    except data_services.OnlyHeadError:
        context = {"page": data_pages.own_data(request.user), "form": form}
        return render(request, "people/erase.html", context, status=409)
    logout(request)
    get_adapter().send_mail("account/email/account_erased", address, {})
    messages.success(request, gettext("Your account and your personal data are erased."))
    return redirect("landing")
