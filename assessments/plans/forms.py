"""Forms of a plan: taking it over, changing an action, adding one."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from babel.dates import format_date
from django import forms
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.models import ActionStatus, AdoptedAction, User
from assessments.plans.queries import Change
from assessments.ui.numbers import locale
from assessments.ui.quarters import due_text, months_after
from assessments.ui.text import validate_plain_line

MOST_QUARTERS = 16
MONTHS_AHEAD, MONTHS_BACK = 12, 12
LONGEST_NOTE: int = AdoptedAction._meta.get_field("note").max_length or 500  # noqa: SLF001 -- Django's own name
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 -- the name of a field

Groups = Sequence[tuple[str, Sequence[tuple[str, str]]]]


def refuse_unknown(data: QueryDict, *known: str) -> None:
    """Raise BadRequest for a field that the form does not have (S13) or has twice."""
    for name in data:
        if name not in known and name != _TOKEN:
            raise BadRequest("a field that this form does not have")


class NoteField(forms.CharField):
    """A few lines for people to read, without control or reordering marks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=LONGEST_NOTE,
            error_messages={
                "max_length": _("Use at most %(limit_value)s characters; there are %(show_value)s.")
            },
            widget=forms.Textarea(attrs={"rows": 4}),
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        return text.replace("\r\n", "\n").replace("\r", "\n").strip()

    def validate(self, value: str) -> None:
        super().validate(value)
        for line in value.split("\n"):
            if any(char.isalnum() for char in line):
                validate_plain_line(line.replace("\t", " "))
            elif line.strip():
                validate_plain_line(f"{line}0".replace("\t", " "))


class AdoptForm(forms.Form):
    """When the plan begins, and which of the roadmap's actions are taken over."""

    first_quarter_on = forms.ChoiceField(
        label=_("The first quarter begins in"),
        help_text=_("Every quarter of the plan has three months, counted from this one."),
        error_messages={"invalid_choice": _("Choose one of the months listed.")},
    )
    actions = forms.MultipleChoiceField(
        label=_("Actions taken over"),
        help_text=_("What you leave out can be added later."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one action."),
            "invalid_choice": _("Choose from the actions of this roadmap."),
        },
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        usual: dt.date,
        today: dt.date,
        actions: Mapping[str, str],
    ) -> None:
        initial = {"first_quarter_on": usual.isoformat(), "actions": list(actions)}
        super().__init__(data, initial=initial)
        earliest = min(months_after(today, -MONTHS_BACK), usual)
        latest = max(months_after(today, MONTHS_AHEAD), usual)
        self.fields["first_quarter_on"].choices = _months(earliest, latest)  # type: ignore[attr-defined]
        self.fields["actions"].choices = list(actions.items())  # type: ignore[attr-defined]

    @property
    def month(self) -> dt.date:
        return dt.date.fromisoformat(self.cleaned_data["first_quarter_on"])


class ActionForm(forms.Form):
    """Owner, due quarter, status and note of one action, and the version they were made from."""

    status = forms.ChoiceField(
        label=_("Status"),
        choices=ActionStatus.choices,
        error_messages={"invalid_choice": _("Choose one of the four states.")},
    )
    owner = forms.TypedChoiceField(
        label=_("Owner"),
        help_text=_("A member of the bank; gets the reminders."),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("Choose a member of this bank.")},
    )
    due_quarter = forms.TypedChoiceField(
        label=_("Due"),
        coerce=int,
        error_messages={"invalid_choice": _("Choose one of the quarters listed.")},
    )
    note = NoteField(
        label=_("Note"),
        help_text=_(
            "Everybody in the bank and its consultants can read it. At most 500 characters."
        ),
        required=False,
    )
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        start: Change,
        version: int,
        first_quarter_on: dt.date,
        members: Sequence[User],
    ) -> None:
        known = {person.pk for person in members}
        initial = {
            "status": start.status,
            "owner": start.owner if start.owner in known else "",
            "due_quarter": start.due_quarter,
            "note": start.note,
            "version": version,
        }
        super().__init__(data, initial=initial)
        people = [(str(person.pk), person.display_name) for person in members]
        self.fields["owner"].choices = [("", _("Nobody yet")), *people]  # type: ignore[attr-defined]
        self.fields["due_quarter"].choices = quarters(first_quarter_on)  # type: ignore[attr-defined]

    def change(self) -> Change:
        """What the form asks for, once it is valid."""
        values = self.cleaned_data
        return Change(
            owner=values["owner"],
            due_quarter=values["due_quarter"],
            status=values["status"],
            note=values["note"],
        )


class AddForm(forms.Form):
    """An action of the framework that is not in the plan, and when it is due."""

    action = forms.ChoiceField(
        label=_("Action"),
        error_messages={"invalid_choice": _("Choose an action that the framework knows.")},
    )
    due_quarter = forms.TypedChoiceField(
        label=_("Due"),
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": _("Choose one of the quarters listed.")},
    )

    def __init__(
        self, data: QueryDict | None, *, groups: Groups, first_quarter_on: dt.date, quarter: int
    ) -> None:
        super().__init__(data, initial={"due_quarter": min(quarter, MOST_QUARTERS)})
        self.fields["action"].choices = [("", _("Choose an action")), *groups]  # type: ignore[attr-defined]
        self.fields["due_quarter"].choices = quarters(first_quarter_on)  # type: ignore[attr-defined]


def quarters(first: dt.date) -> list[tuple[str, str]]:
    """The quarters that an action may be due in."""
    return [(str(n), due_text(first, n)) for n in range(1, MOST_QUARTERS + 1)]


def _months(earliest: dt.date, latest: dt.date) -> list[tuple[str, str]]:
    count = (latest.year - earliest.year) * 12 + latest.month - earliest.month
    months = [months_after(earliest, n) for n in range(count + 1)]
    return [
        (month.isoformat(), format_date(month, format="MMMM y", locale=locale()))
        for month in months
    ]
