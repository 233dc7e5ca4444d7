"""Forms of accounts, of founding a bank and of its profile."""

import re
from typing import Any, cast

from allauth.account import forms as allauth
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assessments.models import OrganisationKind, SizeBand, User
from assessments.people import services
from assessments.people.account_passwords import refuse_context_words
from assessments.people.countries import countries, time_zones
from assessments.ui.fields import NumberField
from assessments.ui.text import LineField

PASSWORD_HINT = _("At least 12 characters. A few unrelated words are easy to remember.")
MOST_REGIONS = 40
MOST_ADDRESS = 254


def _countries_or_none() -> list[tuple[str, Any]]:
    return [("", _("Not stated")), *countries()]


class Bare:
    """Labels and hints say what a field is for; placeholders vanish when they are needed."""

    fields: dict[str, forms.Field]

    def settle(self, **labels: Any) -> None:
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in labels:
                field.label = labels[name]


class SignInForm(Bare, allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settle(login=_("E-mail address"), password=_("Password"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""


class KindField(forms.ChoiceField):
    """Bank or firm; a bank where nothing was chosen."""

    def __init__(self) -> None:
        super().__init__(
            label=_("What do you found?"),
            choices=[
                (OrganisationKind.BANK, _("A bank, to assess it")),
                (OrganisationKind.FIRM, _("A consulting firm, to work with banks")),
            ],
            initial=OrganisationKind.BANK,
            widget=forms.RadioSelect(attrs={"required": True}),
            required=False,
        )

    def clean(self, value: Any) -> str:
        return str(super().clean(value)) or OrganisationKind.BANK.value


class SignUpForm(Bare, allauth.SignupForm):
    """An account and the bank that it leads, founded together or not at all."""

    name = LineField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    kind = KindField()
    bank = LineField(
        label=_("Name of the bank or firm"),
        help_text=_("You become its lead, or its admin: you decide who else belongs to it."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = forms.ChoiceField(label=_("Its country"), choices=_countries_or_none, required=False)
    field_order = ["email", "password1", "name", "kind", "bank", "country"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settle(email=_("E-mail address"), password1=_("Password"))
        self.fields["email"].validators.append(MaxLengthValidator(MOST_ADDRESS))
        self.fields["password1"].help_text = PASSWORD_HINT

    def clean(self) -> dict[str, Any]:
        """Nor may the password be the bank's name, which no account knows yet."""
        cleaned = dict(super().clean())
        names = [str(cleaned.get(field, "")) for field in ("email", "name", "bank")]
        try:
            refuse_context_words(str(cleaned.get("password1", "")), names)
        except ValidationError as fault:
            self.add_error("password1", fault)
        return cleaned

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        return cast(User, super().save(request))

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            # The same work as for a new address, so that the time taken tells nothing.
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        services.found(
            kind=self.cleaned_data["kind"],
            name=self.cleaned_data["bank"],
            country=self.cleaned_data["country"],
            by=user,
        )


class ConfirmAddressForm(Bare, allauth.ConfirmEmailVerificationCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settle(code=_("Code from the e-mail"))


class ConfirmResetForm(Bare, allauth.ConfirmPasswordResetCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settle(code=_("Code from the e-mail"))


class ResetPasswordForm(Bare, allauth.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settle(email=_("E-mail address"))
        self.fields["email"].validators.append(MaxLengthValidator(MOST_ADDRESS))


class _OnePassword(Bare):
    """Ask for a new password once; a mistyped one is reset in a minute."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        self.fields["password1"].help_text = PASSWORD_HINT
        self.settle(oldpassword=_("Current password"), password1=_("New password"))


class NewPasswordForm(_OnePassword, allauth.ResetPasswordKeyForm):
    pass


class FirstPasswordForm(_OnePassword, allauth.SetPasswordForm):
    pass


class ChangePasswordForm(_OnePassword, allauth.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""


class AccountForm(forms.Form):
    name = LineField(
        label=_("Your name"),
        help_text=_("As members of your bank see it."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    shortcuts_on = forms.BooleanField(
        label=_("Answer with the digit keys"),
        help_text=_(
            "1–5 choose a level, 0 is Don’t know, 9 is Not applicable; only inside a question."
        ),
        required=False,
    )


class FoundForm(forms.Form):
    """A bank or a firm, for somebody who has an account already."""

    kind = KindField()
    bank = LineField(label=_("Name of the bank or firm"), max_length=120)
    country = forms.ChoiceField(label=_("Its country"), choices=_countries_or_none, required=False)


class ShareField(NumberField):
    """Per cent of a whole, 12.5 or 12,5; the message says what was expected."""

    default_error_messages = dict.fromkeys(
        ("number", "places", "least", "most"),
        _("Enter a number from 0 to 100 with at most one decimal, such as 12.5."),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=100, places=1, **kwargs)

    def to_python(self, value: Any) -> Any:
        # Before a single last digit a comma cannot group thousands: it is a decimal mark.
        return super().to_python(re.sub(r"[,，](\d\s*[%٪％]?\s*)\Z", r".\1", str(value or "")))


class ProfileForm(forms.Form):
    name = LineField(label=_("Name of the bank"), max_length=120)
    country = forms.ChoiceField(label=_("Country"), choices=_countries_or_none, required=False)
    size_band = forms.ChoiceField(
        label=_("Size by total assets"),
        choices=[("", _("Not stated")), *SizeBand.choices],
        required=False,
    )
    regions = forms.CharField(
        label=_("Regions"),
        help_text=_("Parts of your market whose customers may differ. One per line."),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("A due date ends with this zone’s day."),
        choices=time_zones,
    )
    marketing_share = ShareField(
        label=_("Share of the marketing budget spent on social media, in %"),
        help_text=_("From 0 to 100. Shown beside published figures, never scored."),
        required=False,
    )
    business_share = ShareField(
        label=_("Share of new business won through social channels, in %"),
        help_text=_("From 0 to 100. Shown beside published figures, never scored."),
        required=False,
    )

    def clean_regions(self) -> list[str]:
        """Names of regions, in the order typed, each once whatever its letter case."""
        line = LineField(max_length=80)
        names: dict[str, str] = {}
        for position, raw in enumerate(self.cleaned_data["regions"].splitlines(), start=1):
            if raw.strip():
                name = _cleaned_line(line, raw, position)
                names.setdefault(name.casefold(), name)
        if len(names) > MOST_REGIONS:
            raise ValidationError(_("List at most %(most)s regions.") % {"most": MOST_REGIONS})
        return list(names.values())


def _cleaned_line(field: LineField, raw: str, position: int) -> str:
    try:
        return str(field.clean(raw))
    except ValidationError as error:
        raise ValidationError(
            _("Line %(position)s: %(fault)s")
            % {"position": position, "fault": " ".join(error.messages)}
        ) from error
