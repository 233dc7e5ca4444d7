"""The forms of this room. What only a forged request can send is refused whole, with 400 or 428."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.models import EvidenceGrade
from assessments.ui.text import LineField, TextBlockField

REASON_LIMIT = 500
COMMENT_LIMIT = 2000
GUEST_LIMIT = 80
MOST_GUESTS = 20
_MOST_VERSION = 2**31 - 1
LEVELS = tuple((str(level), str(level)) for level in range(1, 6))


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is filled from: an empty one that was sent is still one that was sent."""
    return request.POST if request.method == "POST" else None


class MissingVersionError(SuspiciousOperation):
    """A form came without the version it was made from; it could overwrite what nobody saw."""


class VersionField(forms.Field):
    """The version that the page was made from: a whole number of 0 or more."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> int:
        text = str(value or "")
        if not text:
            raise MissingVersionError("version is missing")
        if not (text.isascii() and text.isdigit()) or int(text[:20]) > _MOST_VERSION:
            raise SuspiciousOperation("version is a whole number of 0 or more")
        return int(text)


class OfferedField(forms.ChoiceField):
    """One of the options that the page offers, or nothing."""

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)
        if value and not self.valid_value(value):
            raise SuspiciousOperation("not one of the options")


class SomeOfferedField(forms.MultipleChoiceField):
    """Some of the options that the page offers, or none; a single foreign one refuses all."""

    def validate(self, value: Any) -> None:
        if not all(self.valid_value(one) for one in value):
            raise SuspiciousOperation("not one of the options")


class VersionedForm(forms.Form):
    version = VersionField()

    @property
    def chosen(self) -> str:
        """The option that is marked, for templates that draw the options themselves."""
        return ""


class SettleForm(VersionedForm):
    """What a meeting agreed on for one question."""

    level = OfferedField(
        label=_("Agreed level"),
        choices=LEVELS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the level that was agreed, 1 to 5.")},
    )
    reason = TextBlockField(
        label=_("Reason"),
        help_text=_("What settled it, in a sentence or two. It stands beside the result."),
        max_length=REASON_LIMIT,
        error_messages={"required": _("Say why this level was agreed.")},
    )
    members = SomeOfferedField(
        label=_("Who was present"),
        help_text=_("At least one person, here or among the guests."),
        widget=forms.CheckboxSelectMultiple,
    )
    guests = TextBlockField(
        label=_("Guests"),
        help_text=_("Who else was present, one name per line."),
        required=False,
        max_length=MOST_GUESTS * (GUEST_LIMIT + 1),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, members: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = self.fields["members"]
        assert isinstance(offered, SomeOfferedField)  # noqa: S101 -- declared above
        offered.choices = [(str(pk), name) for pk, name in members.items()]

    @property
    def chosen(self) -> str:
        return str(self["level"].value() or "")

    def clean_guests(self) -> list[str]:
        """Names, each on its line, each once."""
        return _lines(self.cleaned_data["guests"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        named = "members" in data and "guests" in data
        if named and not data["members"] and not data["guests"]:
            self.add_error("members", _("Mark who was present, or name a guest."))
        return data

    def members_present(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["members"]]


def _lines(text: str) -> list[str]:
    field = LineField(max_length=GUEST_LIMIT)
    names: dict[str, None] = {}
    for position, raw in enumerate(text.splitlines(), start=1):
        if raw.strip():
            try:
                names[str(field.clean(raw))] = None
            except ValidationError as error:
                raise ValidationError(
                    _("Line %(position)s: %(fault)s"),
                    params={"position": position, "fault": " ".join(error.messages)},
                ) from error
    if len(names) > MOST_GUESTS:
        raise ValidationError(_("Name at most %(most)s guests."), params={"most": MOST_GUESTS})
    return list(names)


class TakeBackForm(VersionedForm):
    """Why an agreement no longer stands."""

    reason = TextBlockField(
        label=_("Reason"),
        help_text=_("It stays in the history of this question."),
        max_length=REASON_LIMIT,
        error_messages={"required": _("Say why the agreement is taken back.")},
    )


class GradeForm(VersionedForm):
    """What a reviewer saw."""

    grade = OfferedField(
        label=_("Grade of the evidence"),
        choices=EvidenceGrade.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a grade.")},
    )
    comment = TextBlockField(
        label=_("What you saw"),
        help_text=_("Name the document or the check, so that others can find it again."),
        max_length=REASON_LIMIT,
        error_messages={"required": _("Say what you saw.")},
    )


class SendBackForm(forms.Form):
    """Which section goes back to whom, and what is asked."""

    sheet = OfferedField(
        label=_("Whose answers"),
        error_messages={"required": _("Choose whose answers go back.")},
    )
    dimension = OfferedField(
        label=_("Section"), error_messages={"required": _("Choose a section.")}
    )
    comment = TextBlockField(
        label=_("What should be looked at again"),
        max_length=REASON_LIMIT,
        error_messages={"required": _("Say what should be looked at again.")},
    )

    def __init__(
        self,
        *args: Any,
        sheets: Sequence[tuple[int, str]],
        dimensions: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choose = ("", _("Choose"))
        for name, offered in (
            ("sheet", [(str(pk), label) for pk, label in sheets]),
            ("dimension", list(dimensions)),
        ):
            field = self.fields[name]
            assert isinstance(field, OfferedField)  # noqa: S101 -- declared above
            field.choices = [choose, *offered]


class CommentForm(forms.Form):
    """A remark, and who gets a letter about it."""

    body = TextBlockField(
        label=_("Your comment"),
        max_length=COMMENT_LIMIT,
        error_messages={"required": _("Write something first.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    notify = SomeOfferedField(
        label=_("Send a mail to"),
        help_text=_("The mail holds a link only, never what is said here."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, people: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["notify"]
        assert isinstance(field, SomeOfferedField)  # noqa: S101 -- declared above
        field.choices = [(str(pk), name) for pk, name in people.items()]
        if not people:
            del self.fields["notify"]

    def notified(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data.get("notify", ())]
