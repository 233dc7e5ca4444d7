"""What part of the trail is shown: five filters, and nothing that is not listed here."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assessments.models import Organisation, OrganisationKind
from assessments.people.trail_queries import Asked, people_in, rounds_in
from assessments.people.trail_words import KINDS

YEARS = range(2000, 2101)  # beyond these, days have no counterpart in other zones
FILTERS = ("kind", "person", "round", "since", "until")


class DayField(forms.DateField):
    """A calendar day as YYYY-MM-DD, which is what browsers send whatever they show."""

    default_error_messages = {
        "invalid": _("Enter a day that exists, such as 2026-11-30."),
        "far": _("Enter a day from 2000 to 2100."),
    }
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], required=False, **kwargs)

    def validate(self, value: dt.date | None) -> None:
        super().validate(value)
        if value is not None and value.year not in YEARS:
            raise ValidationError(self.error_messages["far"], code="far")


class TrailForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), required=False)
    person = forms.ChoiceField(label=_("Who"), required=False)
    round = forms.ChoiceField(label=_("Assessment"), required=False)
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        self._offer("kind", KINDS.items())
        people = people_in(organisation)
        self._offer("person", [(str(user.pk), user.display_name) for user in people])
        if organisation.kind == OrganisationKind.BANK:
            rounds = rounds_in(organisation)
            self._offer("round", [(str(row.pk), row.period) for row in rounds])
        else:
            del self.fields["round"]

    def _offer(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        field.choices = [("", _("Everything") if name == "kind" else _("All")), *choices]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and until < since:
            self.add_error("until", ValidationError(_("This day is before the first one.")))
        return found

    def asked(self) -> Asked:
        """The filters as moments and ids; days are the organisation's own."""
        found = self.cleaned_data
        since, until = found.get("since"), found.get("until")
        return Asked(
            kind=found["kind"],
            person=int(found["person"]) if found["person"] else None,
            round=UUID(found["round"]) if found.get("round") else None,
            since=self._begins(since) if since else None,
            until=self._begins(until + dt.timedelta(days=1)) if until else None,
        )

    def _begins(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), ZoneInfo(self.organisation.time_zone))
