"""The forms of this room."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field as CrispyField
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import SuspiciousOperation
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from assessments.models import (
    Assessment,
    ChannelAccount,
    ChannelKind,
    ChannelSource,
    Function,
    Visibility,
)
from assessments.survey.answers import (
    LIMITS,
    SPECIALS,
    FieldFaultError,
    check_answer,
    check_evidence,
    check_text,
)
from assessments.survey.outline import Page
from assessments.survey.queries import STRICTNESS
from assessments.survey.question import QuestionState, draw, language
from assessments.survey.services import Entry
from assessments.ui.fields import NumberField
from assessments.ui.text import LineField
from maturity import load_wording

_PARTS = ("answer", "version", "note", "reason", "link", "evidence", "resolve", "seen")
POSTS_DAYS = 30  # the inventory counts posts and messages of this many days
_MOST_COUNT = 2_000_000_000
_NONE_IS_ZERO = {"required": _("Enter a number; 0 if there are none.")}


def within_own_form() -> FormHelper:
    """Draw fields only: the template has the form's tag, its token and its buttons."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


_VISIBILITIES = {
    Visibility.NAMED: _("Named: the bank’s lead and reviewers read each answer with its name."),
    Visibility.FUNCTION: _(
        "By function: lead and reviewers read each answer with the person’s function instead of "
        "the name."
    ),
    Visibility.ANONYMOUS: _(
        "Anonymous: nobody reads single answers. Results show answers merged, and no group of "
        "fewer than four apart. Once closed, the round is not opened again."
    ),
}
_LOOSER = _("Answers were given under a stricter promise. It can be tightened, never loosened.")
_LONGEST_YEARS = 5


class RoundForm(forms.Form):
    """Period, due date and visibility of a round.

    `strictest` is the promise under which answers were already given; none looser is offered.
    """

    period = LineField(
        label=_("Period"),
        max_length=40,
        help_text=_("A name by which you will know this round, such as 2026 H2."),
    )
    due_on = forms.DateField(
        label=_("Due date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        help_text=_("The end of this day where the bank is. Answers are taken after it, too."),
        error_messages={"invalid": _("Enter a date as year-month-day, such as 2026-12-12.")},
    )
    visibility = forms.ChoiceField(
        label=_("Who reads whose answer, once the round is closed"),
        widget=forms.RadioSelect,
        help_text=_(
            "Said above the first question. Once the first answer is stored it can be tightened, "
            "never loosened."
        ),
        error_messages={
            "required": _("Choose who reads whose answer."),
            "invalid_choice": _("Choose one of those offered."),
        },
    )
    shared_with_respondents = forms.BooleanField(
        label=_("Show the merged result to all respondents once the round is closed"),
        required=False,
    )

    def __init__(
        self, *args: Any, today: date, strictest: str = Visibility.NAMED, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        choice = cast("forms.ChoiceField", self.fields["visibility"])
        offered = STRICTNESS[STRICTNESS.index(Visibility(strictest)) :]
        choice.choices = [(one.value, _VISIBILITIES[one]) for one in offered]
        if len(offered) < len(STRICTNESS):
            choice.error_messages["invalid_choice"] = _LOOSER
        self.helper = within_own_form()

    def clean_due_on(self) -> date | None:
        due: date | None = self.cleaned_data["due_on"]
        if due is None or due == self.initial.get("due_on"):
            return due
        if due < self.today:
            raise forms.ValidationError(_("Enter today or a later day."))
        if due.year > self.today.year + _LONGEST_YEARS:
            raise forms.ValidationError(_("Enter a day within the next five years."))
        return due


class StartRoundForm(RoundForm):
    """A new round; whoever starts it also answers in it.

    `before` is the last published round, whose answers the new one may begin with.
    """

    function = forms.ChoiceField(
        label=_("Your function in the bank"),
        choices=Function.choices,
        help_text=_("Shown instead of your name. It says whose view your answers are."),
    )
    carried_from = forms.ChoiceField(
        label=_("How the questionnaire begins"),
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "Whoever answered then and is asked now finds their own answers, notes and links, each "
            "marked “not confirmed yet”. Until its respondent confirms or changes it, an answer "
            "counts as blank and nobody else sees it. Evidence starts again as claimed, agreed "
            "levels and the account inventory are not taken over, and questions whose wording has "
            "changed start blank."
        ),
        error_messages={
            "invalid_choice": _("Another round was published meanwhile. Choose once more."),
        },
    )

    def __init__(self, *args: Any, before: Assessment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = before
        if before is None:
            del self.fields["carried_from"]
            return
        cast("forms.ChoiceField", self.fields["carried_from"]).choices = [
            ("", _("With blank answers")),
            (str(before.pk), _("With the answers of %(period)s") % {"period": before.period}),
        ]

    def clean_carried_from(self) -> Assessment | None:
        return self.before if self.cleaned_data["carried_from"] else None


class QuestionWidget(forms.Widget):
    """All inputs of one question under its item's id."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        item = name.removeprefix("answer-")
        return {part: data[key] for part in _PARTS if (key := f"{part}-{item}") in data}


class QuestionField(forms.Field):
    """One question: answer, note, link, evidence, reason and the version they were made from."""

    widget = QuestionWidget


class Question(CrispyField):  # type: ignore[misc]  # crispy carries no types
    """Draws a question field by our own template instead of the pack's."""

    def render(
        self, form: "SectionForm", context: Any, template_pack: Any = None, **kwargs: Any
    ) -> SafeString:
        item = self.fields[0]
        return draw(item, form.states[item])


class SectionForm(forms.Form):
    """A page of questions. Field names are item ids.

    After `is_valid()`, `entries` holds what can be stored, question by question, even where
    another field failed, and `faults` the messages by item and field.
    """

    def __init__(
        self, *, page: Page, states: Mapping[str, QuestionState], data: Any = None
    ) -> None:
        super().__init__(data)
        self.states = dict(states)
        self.entries: dict[str, Entry] = {}
        self.faults: dict[str, dict[str, str]] = {}
        self.typed: dict[str, dict[str, str]] = {}
        self.dropped: set[str] = set()  # conflicts settled in favour of the other window
        self.fields = {item.id: QuestionField(required=False) for item in page.items}
        self.helper = within_own_form()
        self.helper.form_show_errors = False
        self.helper.layout = Layout(*(Question(item.id) for item in page.items))

    def clean(self) -> dict[str, Any]:
        for item in self.fields:
            raw = self.cleaned_data.get(item) or {}
            self._read(item, raw)
            for message in self.faults.get(item, {}).values():
                self.add_error(item, message)
        return self.cleaned_data

    def _read(self, item: str, raw: Mapping[str, str]) -> None:
        if raw.get("resolve") == "use":
            self.dropped.add(item)
            return
        version = _version(raw, "seen" if raw.get("resolve") == "keep" else "version")
        texts: dict[str, str] = {}
        answer = None
        for name in (part for part in ("answer", "evidence", *LIMITS) if part in raw):
            try:
                if name == "answer":
                    answer = check_answer(item, _marked(raw[name]))
                elif name == "evidence":
                    texts[name] = check_evidence(raw[name])
                else:
                    texts[name] = check_text(name, raw[name])
            except FieldFaultError as fault:
                self.faults.setdefault(item, {})[name] = fault.message
                self.typed.setdefault(item, {})[name] = raw[name]
        self.entries[item] = Entry(answer=answer, version=version, texts=texts)


def _marked(raw: str) -> int | str | None:
    """A radio's value as the answer it stands for; anything else is refused by check_answer."""
    if raw in SPECIALS or not raw:
        return raw or None
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) == 1 else raw


def _version(raw: Mapping[str, str], name: str) -> int:
    text = raw.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < len(str(2**31))):
        raise SuspiciousOperation("a page was sent without the version it was made from")
    return int(text)


class SubmitForm(forms.Form):
    """The one promise that handing in asks for."""

    confirm = forms.BooleanField(
        label=_("I have answered for my own area to the best of my knowledge."),
        error_messages={"required": _("Tick this before you submit.")},
    )


class InventoryForm(forms.Form):
    """How the numbers were obtained, and whether the list is whole."""

    source = forms.ChoiceField(
        label=_("Where do the numbers come from?"),
        choices=ChannelSource.choices,
        widget=forms.RadioSelect,
    )
    confirmed = forms.BooleanField(
        label=_("This list is complete: it holds every account that carries the bank’s name."),
        required=False,
    )


if TYPE_CHECKING:
    _AccountForm = forms.ModelForm[ChannelAccount]
else:
    _AccountForm = forms.ModelForm  # takes no parameter at run time


class ChannelForm(_AccountForm):
    """One account of the inventory. Numbers may be typed with any digits."""

    platform = LineField(
        label=_("Platform"),
        error_messages={"required": _("Enter the platform’s name.")},
        max_length=60,
        help_text=_("Such as Facebook, LINE, LinkedIn or YouTube."),
    )
    handle = LineField(
        label=_("Account name"),
        max_length=120,
        required=False,
        help_text=_("As customers see it, such as @norvanebank."),
    )
    owner = LineField(
        label=_("Who looks after it"),
        max_length=120,
        required=False,
        help_text=_("A team or function, not a person’s name."),
    )
    followers = NumberField(label=_("Followers"), most=_MOST_COUNT, error_messages=_NONE_IS_ZERO)
    posts30 = NumberField(
        label=_("Posts in the last 30 days"), most=1_000_000, error_messages=_NONE_IS_ZERO
    )
    inbound30 = NumberField(
        label=_("Messages received in the last 30 days"),
        most=1_000_000,
        error_messages=_NONE_IS_ZERO,
        help_text=_("Comments and direct messages that a customer could expect an answer to."),
    )
    answered_percent = NumberField(
        label=_("Share of those messages answered, %"),
        most=100,
        places=1,
        required=False,
        help_text=_("0 to 100. Leave empty where none came in."),
    )
    median_minutes = NumberField(
        label=_("Typical minutes until the first answer"),
        most=1_000_000,
        required=False,
        help_text=_("The median: half of the answers were faster. 24 hours are 1,440 minutes."),
    )

    class Meta:
        model = ChannelAccount
        fields = [
            "platform",
            "kind",
            "handle",
            "owner",
            "followers",
            "posts30",
            "inbound30",
            "answered_percent",
            "median_minutes",
            "last_post_on",
            "status",
        ]
        labels = {
            "last_post_on": _("Date of the last post"),
            "status": _("Status"),
        }
        help_texts = {
            "last_post_on": _("Leave empty if the account has never posted."),
            "status": _("A closed or signposted account no longer counts against the bank."),
        }
        widgets = {
            "last_post_on": forms.DateInput(
                attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"
            ),
            "status": forms.Select,
        }
        error_messages = {
            "last_post_on": {
                "invalid": _("Enter a date as year-month-day, such as 2026-11-02."),
            },
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        kinds = load_wording(language()).channel_kinds
        self.fields["kind"] = forms.ChoiceField(
            label=_("Kind"),
            error_messages={"required": _("Choose a kind.")},
            choices=[
                ("", _("Choose a kind")),
                *(
                    (kind, f"{kinds[kind].name}: {kinds[kind].about}")
                    for kind in ChannelKind.values
                ),
            ],
        )
        self.columns_typed: dict[str, Any] = {}
        self.helper = within_own_form()

    def clean_last_post_on(self) -> date | None:
        posted: date | None = self.cleaned_data["last_post_on"]
        if posted is not None and posted > self.today:
            raise forms.ValidationError(_("Enter a day that is not in the future."))
        if posted is not None and posted.year < 1990:  # noqa: PLR2004 -- before the web
            raise forms.ValidationError(_("Enter a day after 1990."))
        return posted

    def clean_answered_percent(self) -> Any:
        return self.cleaned_data["answered_percent"] or 0

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("posts30") and "last_post_on" in data and data["last_post_on"] is None:
            self.add_error("last_post_on", _("Enter a date: there are posts in the last 30 days."))
        posted = data.get("last_post_on")
        if data.get("posts30") and posted and (self.today - posted).days > POSTS_DAYS:
            self.add_error(
                "last_post_on",
                _("Enter a day within the last 30 days: there are posts in that time."),
            )
        if data.get("answered_percent") and data.get("inbound30") == 0:
            self.add_error(
                "answered_percent", _("Enter 0: no message was received in the last 30 days.")
            )
        return data

    def columns(self) -> dict[str, Any]:
        """What is stored; whole numbers as int. Keep a copy: adding an error drops cleaned data."""
        whole = ("followers", "posts30", "inbound30", "median_minutes")
        stored = {name: self.cleaned_data[name] for name in self.Meta.fields}
        self.columns_typed = stored | {
            name: None if stored[name] is None else int(stored[name]) for name in whole
        }
        return self.columns_typed
