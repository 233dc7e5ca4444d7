"""The form that makes a link, and the one that its reader meets."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from assessments.sharing.services import MOST_DAYS, typed
from assessments.ui.fields import NumberField
from assessments.ui.text import LineField

OTHER = "other"
LEAST_PASSCODE, MOST_PASSCODE = 6, 64


class PasscodeField(forms.CharField):
    """A passcode as it is compared: composed alike, without spaces around it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, max_length=MOST_PASSCODE, **kwargs)

    def to_python(self, value: Any) -> str:
        return typed(str(super().to_python(value)))


def _languages() -> list[tuple[str, Any]]:
    return list(settings.LANGUAGES)


class ShareForm(forms.Form):
    """For whom, until when, and how guarded."""

    label = LineField(
        label=_("For whom"),
        help_text=_("So that you know the link again. The reader does not see it."),
        max_length=120,
    )
    days = forms.ChoiceField(
        label=_("How long it works"),
        choices=[
            ("7", _("7 days")),
            ("30", _("30 days")),
            ("90", _("90 days")),
            (OTHER, _("Other")),
        ],
        initial="30",
        widget=forms.RadioSelect,
    )
    other_days = NumberField(
        label=_("Other number of days"),
        help_text=_("At most 365."),
        least=1,
        most=MOST_DAYS,
        required=False,
    )
    passcode = PasscodeField(
        label=_("Passcode"),
        help_text=_("At least 6 characters. Tell it by another way than the link."),
        required=False,
        min_length=LEAST_PASSCODE,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    with_report = forms.BooleanField(
        label=_("The reader may download the PDF"),
        help_text=_(
            "It holds everything that your own report holds, agreement and peers included."
        ),
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Language of pages and PDF"), choices=_languages, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language()
        if len(settings.LANGUAGES) == 1:
            del self.fields["language"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = cleaned.get("days")
        if (
            chosen == OTHER
            and cleaned.get("other_days") is None
            and "other_days" not in self.errors
        ):
            self.add_error("other_days", _("Enter the number of days, or choose one above."))
        return cleaned

    def values(self, now: dt.datetime) -> dict[str, Any]:
        """What `services.make` wants, of a valid form."""
        chosen = self.cleaned_data
        days = chosen["other_days"] if chosen["days"] == OTHER else chosen["days"]
        return {
            "label": chosen["label"],
            "expires_at": now + dt.timedelta(days=int(days)),
            "language": chosen.get("language") or get_language() or settings.LANGUAGE_CODE,
            "passcode": chosen["passcode"],
            "with_report": chosen["with_report"],
        }


class PasscodeForm(forms.Form):
    """What the reader types."""

    passcode = PasscodeField(
        label=_("Passcode"),
        help_text=_("You have it from the person who sent you the link."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def refuse(self) -> None:
        """Say that it is another one."""
        self.add_error("passcode", ValidationError(_("That is not the passcode."), code="wrong"))
