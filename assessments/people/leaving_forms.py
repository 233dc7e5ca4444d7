"""Forms about leaving: the name typed to confirm, and how long rounds are kept."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assessments.models import Organisation
from assessments.ui.numbers import number
from assessments.ui.text import LineField

MONTHS = (12, 24, 36, 60, 84, 120)
_YEAR = 12


class CloseForm(forms.Form):
    """The name of the organisation, typed: nobody closes one by a slip."""

    name = LineField(max_length=120)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        field = self.fields["name"]
        field.label = _("Type the name to confirm")
        field.help_text = _("Exactly as it stands here: %(name)s") % {"name": organisation.name}
        field.widget.attrs["autocomplete"] = "off"

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if name != self.organisation.name:
            raise ValidationError(
                _("This is not the name. Type exactly: %(name)s")
                % {"name": self.organisation.name},
                code="other",
            )
        return name


def keeping_choices(current: int = 0) -> list[tuple[int, str]]:
    """Periods to choose from; what is set already stays one of them."""
    months = sorted({*MONTHS, current} - {0})
    return [(0, str(_("For as long as the bank is here"))), *((n, period(n)) for n in months)]


def period(months: int) -> str:
    """A number of months in words, in years where that is whole."""
    if months % _YEAR:
        text = ngettext("%(count)s month", "%(count)s months", months)
        return text % {"count": number(months)}
    years = months // _YEAR
    return ngettext("%(count)s year", "%(count)s years", years) % {"count": number(years)}


class RetentionForm(forms.Form):
    months = forms.TypedChoiceField(label=_("Keep published assessments"), coerce=int)

    def __init__(self, data: Any = None, *, current: int) -> None:
        super().__init__(data, initial={"months": current})
        field = self.fields["months"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 -- declared above
        field.choices = keeping_choices(current)
        field.help_text = _(
            "Counted from the day of publication. A lead is told by mail 30 days before an "
            "assessment is deleted."
        )
