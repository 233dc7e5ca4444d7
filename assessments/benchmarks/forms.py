"""Forms of the peers and of a firm's own figures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.ui.text import LineField


class GroupForm(forms.Form):
    """Which banking group the bank belongs to."""

    group = LineField(
        label=_("Banking group, if any"),
        help_text=_(
            "Asked because no group may make up more than a quarter of a figure: otherwise the "
            "group could be read out of it. Write it as your sister banks do. It is never shown to "
            "anybody else; leave it empty for a bank on its own."
        ),
        max_length=120,
        required=False,
    )


class JoinForm(GroupForm):
    """The lead's consent."""

    lend = forms.BooleanField(
        label=_("Lend the bank’s published scores to anonymous peer figures"),
        error_messages={"required": _("Tick this to join; without it nothing is lent.")},
    )

    field_order = ["group", "lend"]


class UploadForm(forms.Form):
    """A CSV file; what stands in it is judged by `intake`."""

    file = forms.FileField(
        label=_("CSV file"),
        allow_empty_file=True,  # said in the list of faults, like every other
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": _("Choose a CSV file.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("At most 500 rows and 256 KB, in UTF-8.")
