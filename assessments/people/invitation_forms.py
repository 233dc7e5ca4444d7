"""Forms of inviting and of joining."""

from collections.abc import Mapping, Sequence
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.models import (
    Assessment,
    Function,
    Organisation,
    OrganisationKind,
    Role,
    User,
)
from assessments.people import addresses
from assessments.people.addresses import Known, Line
from assessments.people.forms import PASSWORD_HINT
from assessments.people.invitation_services import Asked, Invitee
from assessments.people.sections import dimension_name, dimensions
from assessments.ui.numbers import day
from assessments.ui.text import LineField

MOST_TEXT = 40_000
NONE = "none"
WHOLE, SOME = "whole", "some"
ROLE_WORDS = {
    Role.RESPONDENT: _("Respondent: answers questions"),
    Role.REVIEWER: _("Reviewer: checks evidence and sends sections back; may answer too"),
    Role.LEAD: _("Lead: runs assessments, sees results, manages people"),
    Role.CONSULTANT: _("Consultant: works for the client banks assigned to them"),
    Role.ADMIN: _("Firm admin: asks banks for engagements, assigns consultants, manages people"),
}


def _languages() -> list[tuple[str, Any]]:
    return list(settings.LANGUAGES)


class InviteForm(forms.Form):
    """Many addresses, one per line, and what they have in common.

    `lines` holds every line with its fault after validation. The form is valid while a line is
    at fault, because whoever sends it may decide to leave that line out.
    """

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        help_text=_("One per line, at most 100."),
        strip=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(
            attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false", "dir": "ltr"}
        ),
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    round = forms.ChoiceField(
        label=_("Assessment to answer"),
        help_text=_("They land on its first question."),
    )
    extent = forms.ChoiceField(
        label=_("What they are asked"),
        choices=[(WHOLE, _("The whole questionnaire")), (SOME, _("Only these sections:"))],
        widget=forms.RadioSelect,
        initial=WHOLE,
    )
    sections = forms.MultipleChoiceField(
        label=_("Sections"), widget=forms.CheckboxSelectMultiple, required=False
    )
    function = forms.ChoiceField(
        label=_("Function"),
        help_text=_(
            "What most of them do in the bank. You can set it for each person in the next step."
        ),
        choices=Function.choices,
    )
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=_languages, required=False
    )

    def __init__(
        self,
        *args: Any,
        organisation: Organisation,
        rounds: Sequence[Assessment],
        known: Known,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.lines: tuple[Line, ...] = ()
        self.rounds = {str(row.pk): row for row in rounds}
        if organisation.kind == OrganisationKind.FIRM:
            self._for_firm()
        else:
            self._for_bank()
        if len(settings.LANGUAGES) == 1:
            del self.fields["language"]

    def _for_firm(self) -> None:
        self._choose("role", [(r, ROLE_WORDS[r]) for r in (Role.CONSULTANT, Role.ADMIN)])
        self.fields["role"].initial = Role.CONSULTANT
        for name in ("round", "extent", "sections", "function"):
            del self.fields[name]

    def _for_bank(self) -> None:
        roles = (Role.RESPONDENT, Role.REVIEWER, Role.LEAD)
        self._choose("role", [(role, ROLE_WORDS[role]) for role in roles])
        self.fields["role"].initial = Role.RESPONDENT
        choices = [(pk, _round_words(row)) for pk, row in self.rounds.items()]
        self._choose("round", [*choices, (NONE, _("None now: only join the bank"))])
        self.fields["round"].initial = next(iter(self.rounds), NONE)
        self._choose("sections", [(name, dimension_name(name)) for name in dimensions()])

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- narrows the type
        field.choices = choices

    def clean_addresses(self) -> str:
        text = str(self.cleaned_data["addresses"])
        self.lines = addresses.read(text, self.known)
        if not self.lines:
            raise ValidationError(_("Enter at least one e-mail address."), code="required")
        if fault := addresses.too_many(self.lines):
            raise ValidationError(fault, code="many")
        return text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("extent") == SOME and not cleaned.get("sections"):
            self.add_error("sections", _("Tick at least one section, or choose the whole."))
        return cleaned

    @property
    def good(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.fault)

    @property
    def bad(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.fault)

    def function_of(self, line: Line) -> Function:
        """What was chosen for one address in the preview, else for all of them."""
        chosen = str(self.data.get(f"function-{line.address}", ""))
        common = str(self.cleaned_data.get("function") or Function.EXECUTIVE)
        return Function(chosen if chosen in Function.values else common)

    def invitees(self) -> list[Invitee]:
        return [
            Invitee(address=line.address, function=self.function_of(line)) for line in self.good
        ]

    def asked(self) -> Asked:
        chosen = self.cleaned_data
        some = chosen.get("extent") == SOME
        return Asked(
            role=Role(chosen["role"]),
            assessment=self.rounds.get(chosen.get("round", "")),
            sections=tuple(chosen["sections"]) if some else (),
            language=chosen.get("language", ""),
        )


class JoinForm(forms.Form):
    """An account for the invited address: a name and a password."""

    name = LineField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        help_text=PASSWORD_HINT,
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, email: str) -> None:
        super().__init__(data)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if password := cleaned.get("password"):
            person = User(email=self.email, name=cleaned.get("name", ""))
            try:
                get_adapter().clean_password(password, user=person)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


def _round_words(row: Assessment) -> str:
    if row.due_on is None:
        return row.period
    return gettext("%(period)s, due %(day)s") % {"period": row.period, "day": day(row.due_on)}
