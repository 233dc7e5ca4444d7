"""What choosing clients for their reports may send, in the address and in the form."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import BadRequest, ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.models import BatchKind
from assessments.reports import kinds

MOST_PAGE = 10_000
MOST_NAME = 120
MOST_ROUNDS = 900  # more than may be chosen, so that the page can say so
ACTIONS = ("search", "all", "none", "confirm", "start")


def offered() -> list[tuple[str, str]]:
    """The kinds of files that this program can make."""
    documents = kinds.is_made("docx")
    return [
        (kind.value, str(kind.label)) for kind in BatchKind if documents or kind == BatchKind.REPORT
    ]


class HowForm(forms.Form):
    """Language and kind."""

    language = forms.ChoiceField(
        label=_("Language of the reports"),
        choices=settings.LANGUAGES,
        error_messages={"required": _("Choose a language."), "invalid_choice": _("Choose one.")},
    )
    kind = forms.ChoiceField(
        label=_("Files for each client"),
        error_messages={"required": _("Choose the files."), "invalid_choice": _("Choose one.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        field.choices = offered()

    def labels(self) -> dict[str, str]:
        """What was chosen, in words."""
        languages: dict[str, object] = dict(settings.LANGUAGES)
        return {
            "language": str(languages[self.cleaned_data["language"]]),
            "kind": dict(offered())[self.cleaned_data["kind"]],
        }


class AskedForm(forms.Form):
    """What the list of clients is asked for; anything else is refused (B18, B19)."""

    q = forms.CharField(required=False, max_length=MOST_NAME)
    page = forms.IntegerField(min_value=1, max_value=MOST_PAGE, required=False)
    action = forms.ChoiceField(choices=[(name, name) for name in ACTIONS], required=False)

    known = frozenset({"q", "page", "action", "round", "language", "kind", "csrfmiddlewaretoken"})

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        self.query = query

    def clean(self) -> dict[str, Any]:
        repeated = (key for key in self.query if len(self.query.getlist(key)) > 1)
        if set(self.query) - self.known or set(repeated) - {"round"}:
            raise ValidationError("unlisted", code="unlisted")
        return dict(self.cleaned_data)


def asked_of(query: QueryDict) -> tuple[dict[str, Any], list[UUID]]:
    """What a request asks for and which rounds it names. Raises BadRequest for any other."""
    form = AskedForm(query)
    if not form.is_valid():
        raise BadRequest("unlisted")
    named = query.getlist("round")
    if len(named) > MOST_ROUNDS:
        raise BadRequest("round")
    try:
        return form.cleaned_data, list(dict.fromkeys(map(UUID, named)))
    except ValueError as error:
        raise BadRequest("round") from error
