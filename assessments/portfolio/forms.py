"""Forms of the portfolio: keeping a view, and what a firm notes about a client."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from assessments.models import User
from assessments.ui.text import LineField, one_line, validate_plain_line

MOST_TAGS = 10
MOST_TAG = 40
MOST_NAME = 80


class FilterForm(forms.Form):
    """A name for the view, and who may use it."""

    name = LineField(label=_("Name"), max_length=MOST_NAME)
    shared = forms.BooleanField(
        label=_("Everybody in the firm may use it"),
        help_text=_("Each sees their own clients through it."),
        required=False,
    )


class TagsField(forms.Field):
    """Words separated by commas; each once, whatever its letter case."""

    widget = forms.TextInput
    default_error_messages = {
        "long": _("A tag has at most 40 characters."),
        "many": ngettext_lazy(
            "Give a client at most %(most)d tag.", "Give a client at most %(most)d tags.", MOST_TAGS
        ),
    }

    def to_python(self, value: Any) -> tuple[str, ...]:
        text = str(value or "").replace("\N{ARABIC COMMA}", ",")
        text = text.replace("\N{IDEOGRAPHIC COMMA}", ",").replace("\N{FULLWIDTH COMMA}", ",")
        found: dict[str, str] = {}
        for part in text.split(","):
            tag = one_line(part)
            if not tag:
                continue
            validate_plain_line(part.strip())
            if len(tag) > MOST_TAG:
                raise ValidationError(self.error_messages["long"], code="long")
            found.setdefault(tag.casefold(), tag)
        if len(found) > MOST_TAGS:
            raise ValidationError(self.error_messages["many"] % {"most": MOST_TAGS}, code="many")
        return tuple(found.values())

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else ", ".join(value or ())


class NotesForm(forms.Form):
    """Tags of a client and who answers for it."""

    tags = TagsField(
        label=_("Tags"),
        help_text=_("Separate them with commas. The bank does not see them."),
        required=False,
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Nobody")), *((person.pk, person.display_name) for person in people)]
        self.fields["responsible"] = forms.TypedChoiceField(
            label=_("Responsible consultant"),
            help_text=_("Somebody of your firm who works for this client."),
            choices=choices,
            coerce=int,
            empty_value=None,
            required=False,
            error_messages={"invalid_choice": _("Choose somebody who works for this client.")},
        )
