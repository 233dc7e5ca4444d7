"""The form of an organisation's look."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.batches import colours, logos
from assessments.batches.logos import LogoError, Picture
from assessments.ui import numbers
from assessments.ui.text import LineField, TextBlockField

CLOSING = ("closing_title", "closing_text", "contact")


class ColourField(forms.CharField):
    """A colour in hexadecimal that white words can be read on. Cleans to "#RRGGBB" or ""."""

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value)).strip()
        if not text:
            return ""
        try:
            return colours.read(text)
        except colours.NotAColourError as error:
            raise ValidationError(
                gettext("Enter a colour as six digits or letters, such as #0B4A6F."),
                code="colour",
            ) from error

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not colours.carries_white(value):
            words = {
                "colour": value,
                "ratio": numbers.number(colours.contrast(value), 2),
                "least": numbers.number(colours.LEAST_CONTRAST, 1),
                "darker": colours.nearest_darker(value),
            }
            raise ValidationError(
                gettext(
                    "White words on %(colour)s reach a contrast of %(ratio)s to 1; they need "
                    "%(least)s to 1. The nearest darker colour that does: %(darker)s."
                )
                % words,
                code="contrast",
            )


class LogoField(forms.FileField):
    """A picture that is encoded anew. Cleans to a `Picture`, or None where none was chosen."""

    widget = forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> Picture | None:
        if data is None:
            return None
        try:
            logos.weigh(data.size or 0)
            return logos.encoded_anew(data.read())
        except LogoError as error:
            raise ValidationError(str(error), code="logo") from error


class BrandForm(forms.Form):
    """Logo and colour; for a firm the closing page besides."""

    logo = LogoField(
        label=_("Logo"),
        help_text=_(
            "PNG, JPEG or WebP, at most 2 MB and 4,000 pixels each way. It is printed on white."
        ),
        required=False,
    )
    remove_logo = forms.BooleanField(label=_("Print no logo"), required=False)
    colour = ColourField(
        label=_("Colour"),
        help_text=_("Six digits or letters, such as #0B4A6F: dark enough for white words."),
        required=False,
        max_length=20,
        widget=forms.TextInput(
            attrs={"class": "short", "autocomplete": "off", "spellcheck": "false", "dir": "ltr"}
        ),
    )
    closing_title = LineField(
        label=_("Title of the closing page"),
        help_text=_("One line, at most 120 characters. Without it: “About” and the firm’s name."),
        required=False,
        max_length=120,
    )
    closing_text = TextBlockField(
        label=_("Text of the closing page"),
        help_text=_("A few paragraphs, at most 2,000 characters."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    contact = TextBlockField(
        label=_("Contact"),
        help_text=_("Whom to call or write to, one line each; at most 300 characters."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, firm: bool, has_logo: bool, too_large: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large  # a file was sent that nobody kept
        if not has_logo:
            del self.fields["remove_logo"]
        if not firm:
            for name in CLOSING:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        if self.too_large:
            self.add_error("logo", logos.too_heavy())
        return dict(self.cleaned_data)
