"""How accounts behave here; allauth does the rest."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from assessments.models import User
from assessments.people import account_sessions


class AccountAdapter(DefaultAccountAdapter):
    """Accounts by e-mail; signing up founds a bank (see SignUpForm)."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "incorrect_code": _("This is not the code in the e-mail."),
        "enter_current_password": _("This is not your current password."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes and start again."),
        "rate_limited": _("Too many requests. Wait a minute and try again."),
    }

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Write mail with addresses from the settings: a forged Host header must not reach one."""
        site = settings.SITE_URL.rstrip("/")
        links = {
            "site_url": site,
            "sign_in_url": site + reverse("account_login"),
            "sign_up_url": site + reverse("account_signup"),
            "password_reset_url": site + reverse("account_reset_password"),
            "minutes": settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT // 60,
        }
        mail: EmailMessage = super().render_mail(template_prefix, email, context | links, headers)
        return mail

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in once every step is done, and put the session on the person's list."""
        super().login(request, user)
        account_sessions.begin(request, user)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again before a change of second factors, save for the first one after signing in."""
        request = context.request
        if account_sessions.is_fresh(request) and not request.user.has_second_factor:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Whoever has a second factor confirms with it: the password alone would be a step back."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and user.has_second_factor:
            methods = [method for method in methods if method["id"] != "reauthenticate"]
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        return [method | {"description": words[method["id"]]} for method in methods]

    def is_safe_url(self, url: str | None) -> bool:
        """Follow `next` only to a path of this program."""
        return bool(
            url and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
        )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """All sessions ended with the old password, this one included."""
        return reverse("account_login")
