"""The forms of bringing: a file, a choice for each conflict, a name for a new round."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assessments.access.uploads import was_too_large
from assessments.exchange.in_limits import RefusedFileError
from assessments.exchange.in_queries import Choice
from assessments.models import Visibility
from assessments.survey.forms import within_own_form
from assessments.ui.text import LineField

_MOST_DIGITS = 10


class UploadForm(forms.Form):
    """One file. Its name is ignored; what it is, its content tells (B29)."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        error_messages={
            "required": _("Choose the file that you want to bring."),
            "invalid": _("Choose the file that you want to bring."),
        },
    )

    def __init__(self, *args: Any, label: Any, accept: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = label
        self.fields["file"].widget.attrs["accept"] = accept
        self.helper = within_own_form()

    def refuse(self, message: str) -> None:
        """Say one thing about the file, in place of what the field itself found."""
        self.errors.pop("file", None)
        self.add_error("file", message)

    def content(self, request: HttpRequest, most: int, too_large: str) -> bytes:
        """The file's bytes. Raises RefusedFileError, before reading, for one that is too large."""
        if was_too_large(request):
            raise RefusedFileError(too_large, status=413)
        if not self.is_valid():
            raise RefusedFileError(str(next(iter(self.errors["file"]))), status=422)
        file = self.cleaned_data["file"]
        if file.size > most:
            raise RefusedFileError(too_large, status=413)
        content: bytes = file.read()
        return content


def choices_sent(sent: Mapping[str, Any]) -> dict[str, Choice]:
    """What was chosen, as far as it can be read; what cannot, stays to be decided.

    Field names are "choice-" and the conflict's key; "seen-" tells the version that stood there.
    """
    choices: dict[str, Choice] = {}
    for name in sent:
        key = name.removeprefix("choice-")
        if key == name:
            continue
        seen = str(sent.get(f"seen-{key}", ""))
        number = seen.isascii() and seen.isdigit() and len(seen) < _MOST_DIGITS
        if number and sent[name] == "stored":
            choices[key] = Choice(taken="stored", seen=int(seen))
        if number and sent[name] == "file":
            choices[key] = Choice(taken="file", seen=int(seen))
    return choices


class BringForm(forms.Form):
    """What a case file cannot say of the round that it becomes."""

    period = LineField(
        label=_("Period"),
        max_length=40,
        help_text=_("A name by which you will know this round, such as 2026 H2."),
    )
    visibility = forms.ChoiceField(
        label=_("Who reads whose answer"),
        widget=forms.RadioSelect,
        choices=[
            (
                Visibility.FUNCTION.value,
                _("By function: lead and reviewers read each answer with the person’s function."),
            ),
            (
                Visibility.ANONYMOUS.value,
                _("Anonymous: nobody reads single answers, and no group of fewer than four apart."),
            ),
        ],
        help_text=_(
            "A case file holds functions instead of names. Choose “Anonymous” if the answers were "
            "given under that promise."
        ),
        error_messages={
            "required": _("Choose who reads whose answer."),
            "invalid_choice": _("Choose one of those offered."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = within_own_form()
