"""Forms of members' roles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Organisation, Role
from assessments.people.invitation_forms import ROLE_WORDS
from assessments.people.member_services import roles_of


class RoleForm(forms.Form):
    """Another role; `seen` is the one that the chooser saw."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    seen = forms.ChoiceField(choices=Role.choices, widget=forms.HiddenInput)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101 -- narrows the type
        role.choices = [(one, ROLE_WORDS[one]) for one in reversed(roles_of(organisation))]
