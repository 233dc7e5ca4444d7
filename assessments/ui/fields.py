"""Form fields for numbers, typed as text so that every keyboard's digits are welcome."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assessments.ui.numbers import number
from assessments.ui.parsing import NotANumberError, parse_number


class NumberField(forms.CharField):
    """A number within limits; whole unless `places` allows decimals. Cleans to Decimal or None."""

    default_error_messages = {
        "whole": _("Enter a whole number, such as 1,200."),
        "number": _("Enter a number, such as 62.5."),
        "places": _("Enter at most %(places)s decimal."),
        "least": _("Enter %(least)s or more."),
        "most": _("Enter %(most)s or less."),
    }

    def __init__(self, *, least: int = 0, most: int, places: int = 0, **kwargs: Any) -> None:
        self.least, self.most, self.places = least, most, places
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "short"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        wrong = "number" if self.places else "whole"
        try:
            parsed = parse_number(text)
        except NotANumberError as error:
            raise ValidationError(self.error_messages[wrong], code=wrong) from error
        self._within_limits(parsed, wrong)
        return parsed

    def _within_limits(self, parsed: Decimal, wrong: str) -> None:
        if parsed < self.least:
            message = self.error_messages["least"] % {"least": number(self.least)}
            raise ValidationError(message, code="least")
        if parsed > self.most:
            message = self.error_messages["most"] % {"most": number(self.most)}
            raise ValidationError(message, code="most")
        if parsed != round(parsed, self.places):
            code = "places" if self.places else wrong
            raise ValidationError(
                self.error_messages[code] % {"places": number(self.places)}, code=code
            )

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int | Decimal):
            whole = value == int(value)
            return number(value, 0 if whole else self.places)
        return value
