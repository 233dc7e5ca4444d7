"""What may stand in a line of text that people type and others read."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

# Marks that reorder the text around them; a name could use them to pose as another (B14).
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Control, surrogate, private-use and unassigned characters, line and paragraph separators.
_UNFIT = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


def one_line(value: str) -> str:
    """Normalise a name: NFC, no spaces around it, single spaces inside."""
    return " ".join(unicodedata.normalize("NFC", value).split())


def validate_plain_line(value: str) -> None:
    """Refuse control characters, marks that reorder text, and text without a letter or digit."""
    if any(char in _REORDERING for char in value):
        raise ValidationError(
            _("Remove the invisible characters that change the direction of text."),
            code="reordering",
        )
    if any(unicodedata.category(char) in _UNFIT for char in value):
        raise ValidationError(
            _("Remove control characters and line breaks; letters of every script are welcome."),
            code="control",
        )
    if value and not any(char.isalnum() for char in value):
        raise ValidationError(_("Use at least one letter or digit."), code="empty")


class LineField(forms.CharField):
    """One line of text for people to read: normalised, without control or reordering marks."""

    default_validators = [validate_plain_line]

    def to_python(self, value: Any) -> str:
        # Control characters are judged before line breaks fold into spaces.
        text = str(super().to_python(value)).strip()
        if any(unicodedata.category(char) == "Cc" for char in text):
            validate_plain_line(text)
        return one_line(text)


class TextBlockField(forms.CharField):
    """Some lines of text for people to read: line ends as LF, no control or reordering marks."""

    default_error_messages = {
        "max_length": _("Use at most %(limit_value)d characters; there are %(show_value)d."),
        "control": _("Remove control characters; letters of every script are welcome."),
        "reordering": _("Remove the invisible characters that change the direction of text."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**kwargs)
        if self.max_length is not None:
            message = self.error_messages["max_length"]
            self.validators = [
                MaxLengthValidator(self.max_length, message)
                if isinstance(validator, MaxLengthValidator)
                else validator
                for validator in self.validators
                if not isinstance(validator, ProhibitNullCharactersValidator)
            ]

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")
        plain = unicodedata.normalize("NFC", text).strip()
        if any(char in _REORDERING for char in plain):
            raise ValidationError(self.error_messages["reordering"], code="reordering")
        if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in plain):
            raise ValidationError(self.error_messages["control"], code="control")
        return plain
