"""The roadmap's settings, asked for by GET so that an answer is an address one can send."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from assessments.ui.fields import NumberField
from maturity.case import RoadmapSettings, Targets
from maturity.roadmap import Roadmap

MOST_CAPACITY, MOST_QUARTERS = 40, 12
LONGEST_NAME = 30


class PlanForm(forms.Form):
    """Capacity, horizon and targets. Unknown names are refused, as are values out of range."""

    capacity = NumberField(
        label=_("Effort points a quarter"), least=1, most=MOST_CAPACITY, places=1
    )
    quarters = NumberField(
        label=pgettext_lazy("number of", "Quarters"), least=1, most=MOST_QUARTERS
    )
    bank = NumberField(label=_("Bank target"), most=100, places=1, required=False)
    customer = NumberField(label=_("Customer target"), most=100, places=1, required=False)
    risk = NumberField(label=_("Risk target"), most=100, places=1, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        data = self.data
        if isinstance(data, QueryDict):
            self._refuse_unknown(data)
            self._refuse_repeated(data)
        return cleaned

    def _refuse_unknown(self, data: QueryDict) -> None:
        known = {*self.fields, "csrfmiddlewaretoken"}
        for name in sorted(set(data) - known):
            raise ValidationError(
                gettext("There is no setting called “%(name)s”.") % {"name": name[:LONGEST_NAME]}
            )

    def _refuse_repeated(self, data: QueryDict) -> None:
        for name in self.fields:
            if len(data.getlist(name)) > 1:
                self.add_error(name, gettext("Enter one value only."))

    def settings(self) -> RoadmapSettings:
        """The cleaned values; an empty target is left to the framework's default."""
        values = self.cleaned_data
        return RoadmapSettings(
            capacity=_number(values["capacity"]),
            quarters=int(values["quarters"]),
            targets=Targets(
                **{
                    name: None if values[name] is None else _number(values[name])
                    for name in ("bank", "customer", "risk")
                }
            ),
        )


def completed(asked: QueryDict, start: Mapping[str, Any]) -> QueryDict:
    """An address with settings; those it leaves out are as they are in the plan in force."""
    data = asked.copy()
    for name in ("capacity", "quarters"):
        data.setdefault(name, start[name])
    return data


def _number(value: Any) -> float:
    return int(value) if value == int(value) else float(value)


def initial(settings: RoadmapSettings, roadmap: Roadmap | None) -> dict[str, Any]:
    """What the form shows first: the settings in force, defaults of the targets included."""
    goal = roadmap.targets if roadmap else settings.targets
    return {
        "capacity": _text(settings.capacity),
        "quarters": _text(settings.quarters),
        "bank": _text(goal.bank),
        "customer": _text(goal.customer),
        "risk": _text(goal.risk),
    }


def _text(value: float | None) -> str:
    """A number as a person would type it in any language: half up to one decimal."""
    if value is None:
        return ""
    rounded = round(value + 1e-9, 1)
    return str(int(rounded)) if rounded == int(rounded) else str(rounded)


def as_json(settings: RoadmapSettings) -> Mapping[str, Any]:
    """Settings in the case file's form, as the round keeps them."""
    targets = settings.targets
    given = {
        name: value
        for name, value in (
            ("bank", targets.bank),
            ("customer", targets.customer),
            ("risk", targets.risk),
        )
        if value is not None
    }
    return {"capacity": settings.capacity, "quarters": settings.quarters, "targets": given}
