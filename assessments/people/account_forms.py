"""Forms of second factors, and of one's own data."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as steps
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assessments.models import User
from assessments.people.account_secrets import seal, unseal
from assessments.people.forms import Bare
from assessments.ui.text import LineField

MOST_NAME = 60
_CODE = {"autocomplete": "one-time-code", "inputmode": "text", "class": "short code-input"}


class _Coded(Bare):
    """A form that takes a code from an app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settle(code=_("Code"))
        self.fields["code"].widget.attrs.update(_CODE)


class SecondStepForm(_Coded, steps.AuthenticateForm):
    pass


class ConfirmByCodeForm(_Coded, steps.ReauthenticateForm):
    pass


class ConfirmByPasswordForm(Bare, account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settle(password=_("Password"))
        self.fields["password"].help_text = ""


class AppForm(_Coded, totp.ActivateTOTPForm):
    """The first code proves that the app holds the secret.

    The secret waits in the session, sealed, and stays the same until it is used: a second tab or
    a wrong code does not spoil what was scanned.
    """

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)
        self.settle(code=_("Six-digit code that the app shows"))
        self.fields["code"].widget.attrs.update(_CODE | {"inputmode": "numeric"})
        sealed = request.session.get(SECRET_SESSION_KEY)
        self.secret = unseal(sealed) if sealed else generate_totp_secret()
        if not sealed:
            request.session[SECRET_SESSION_KEY] = seal(self.secret)

    @property
    def groups(self) -> list[str]:
        """The secret in groups of four, for typing it."""
        return [self.secret[start : start + 4] for start in range(0, len(self.secret), 4)]


class PasskeyForm(webauthn.AddWebAuthnForm):
    """Every passkey here also signs in on its own, so it must have checked finger, face or PIN."""

    name = LineField(
        label=_("Name of the passkey"),
        help_text=_("So that you tell it from others: “Work laptop”, “Phone”."),
        max_length=MOST_NAME,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        return dict(super().clean())


class PasskeyNameForm(webauthn.EditWebAuthnForm):
    name = LineField(label=_("Name of the passkey"), max_length=MOST_NAME)


class EraseForm(forms.Form):
    """The password, once more: what follows cannot be taken back."""

    password = forms.CharField(
        label=_("Current password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    sure = forms.BooleanField(label=_("Yes, erase my account and my personal data"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not self.user.check_password(password):
            raise ValidationError(_("This is not your current password."), code="wrong")
        return password
