"""The form in which the lead says who answers what."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Function, Membership
from assessments.survey.outline import outline
from assessments.survey.queries import ACCOUNTABLE
from assessments.survey.respondent_services import Asked


class AssignForm(forms.Form):
    """Function and sections of each open sheet of a page, and the accountable functions.

    `sheets` are the ids that may change; whatever else is sent about sheets is no field here.
    """

    was_accountable = forms.CharField(max_length=200)

    def __init__(self, *args: Any, sheets: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheets = tuple(sheets)
        dimensions = [(one, one) for one in outline().dimensions]
        for pk in self.sheets:
            self.fields[f"function-{pk}"] = forms.ChoiceField(
                choices=Function.choices, error_messages={"required": _("Choose a function.")}
            )
            self.fields[f"sections-{pk}"] = forms.MultipleChoiceField(
                choices=dimensions,
                error_messages={
                    "required": _("Choose at least one section, or take the person out."),
                    "invalid_choice": _("Choose sections of this questionnaire."),
                },
            )
            self.fields[f"was-{pk}"] = forms.CharField(max_length=200)
        for dimension in ACCOUNTABLE:
            self.fields[f"accountable-{dimension}"] = forms.ChoiceField(
                choices=Function.choices, error_messages={"required": _("Choose a function.")}
            )

    def asked(self) -> dict[int, Asked]:
        """What was sent about each sheet; after validation."""
        data = self.cleaned_data
        return {
            pk: Asked(
                function=data[f"function-{pk}"],
                sections=tuple(data[f"sections-{pk}"]),
                was=data[f"was-{pk}"],
            )
            for pk in self.sheets
        }

    def accountable(self) -> dict[str, str]:
        """Whose answers are to count double; after validation."""
        return {name: self.cleaned_data[f"accountable-{name}"] for name in ACCOUNTABLE}


class AddRespondentForm(forms.Form):
    """Ask somebody who already belongs to the bank."""

    member = forms.ChoiceField(
        label=_("Member of the bank"),
        error_messages={
            "required": _("Choose a person."),
            "invalid_choice": _("Choose a member who is not asked yet."),
        },
    )
    function = forms.ChoiceField(
        label=_("Answers for"),
        choices=Function.choices,
        help_text=_("The person’s function in the bank, shown instead of the name."),
    )

    def __init__(self, *args: Any, members: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(row.pk): row for row in members}
        field = self.fields["member"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- narrows the type
        field.choices = [(pk, row.user.display_name) for pk, row in self.members.items()]

    def chosen(self) -> Membership:
        """The member; after validation."""
        return self.members[self.cleaned_data["member"]]
