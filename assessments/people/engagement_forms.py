"""Forms of engagements: asking, deciding how much to open, and who works for a client."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.models import EngagementScope, User
from assessments.ui.text import LineField

MOST_ADDRESS = 254
MOST_PAGE = 10_000
# What each scope opens, for a bank's lead to decide by.
MEANING: dict[EngagementScope, Promise] = {
    EngagementScope.RESULTS: _("Results only: scores, roadmap and the report; no single answer"),
    EngagementScope.ANSWERS: _(
        "Results and answers: also single answers given from then on, as each round shows them"
    ),
    EngagementScope.FACILITATE: _(
        "Results, answers and facilitating: also recording what a meeting settles"
    ),
}


class MessageField(LineField):
    """A few sentences; line breaks are typed for looks and count as spaces."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return super().to_python(" ".join(str(value or "").splitlines()))


class ScopeField(forms.TypedChoiceField):
    """One of some scopes, each with what it opens."""

    def __init__(self, scopes: Iterable[EngagementScope], **kwargs: Any) -> None:
        choices = [(scope.value, MEANING[scope]) for scope in scopes]
        super().__init__(
            choices=choices,
            coerce=lambda value: EngagementScope(int(value)),
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Choose how much is to be open."),
                "invalid_choice": _("Choose one of the listed scopes."),
            },
            **kwargs,
        )


class AskForm(forms.Form):
    """A firm asks the lead of a bank."""

    email = forms.EmailField(
        label=_("E-mail address of the bank’s lead"),
        help_text=_("The address with which the lead signs in here. One at a time."),
        max_length=MOST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "invalid": _("Enter one e-mail address, such as lead@bank.example."),
            "max_length": _("An e-mail address has at most 254 characters."),
        },
    )
    scope = ScopeField(EngagementScope, label=_("What you ask for"))
    message = MessageField(
        label=_("Message to the lead"),
        help_text=_("Who you are and what you will do. At most 500 characters."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ScopeForm(forms.Form):
    """Which of the scopes that are open to choice; another one is refused."""

    def __init__(
        self,
        *args: Any,
        scopes: Iterable[EngagementScope],
        label: Promise | str = "",
        with_message: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"] = ScopeField(scopes, label=label or _("What is open to the firm"))
        if with_message:
            self.fields["message"] = MessageField(
                label=_("Message to the lead"),
                required=False,
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 3}),
            )


class PeopleForm(forms.Form):
    """Who of the firm's consultants works for a client; none is an answer too."""

    def __init__(self, *args: Any, consultants: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"] = forms.TypedMultipleChoiceField(
            label=_("Consultants who work for this client"),
            choices=[(person.pk, person.display_name) for person in consultants],
            coerce=int,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "invalid_choice": _("Choose consultants of your firm only; nothing was changed.")
            },
        )


class PageForm(forms.Form):
    """Which page of a history."""

    page = forms.IntegerField(min_value=1, max_value=MOST_PAGE, required=False)
