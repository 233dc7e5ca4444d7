"""The customer questions, asked about one region."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.models import Special
from assessments.survey.forms import within_own_form
from assessments.survey.question import answer_label, language
from assessments.ui.markup import emphasise
from maturity import load_framework, load_wording
from maturity.case import Answer
from maturity.framework import CUSTOMERS, HIGHEST_LEVEL, LOWEST_LEVEL


class RegionForm(forms.Form):
    """Ten questions with five levels each; none needs an answer."""

    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, answers: Mapping[str, Answer], seen: str) -> None:
        initial = {item: str(answer) for item, answer in answers.items()} | {"seen": seen}
        super().__init__(data, initial=initial)
        words = load_wording(language()).items
        for item in customer_items():
            self.fields[item] = forms.ChoiceField(
                label=words[item].question,
                choices=_choices(item),
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": _("Choose one of the answers offered.")},
            )
        self.helper = within_own_form()

    def answers(self) -> dict[str, Answer]:
        """What was chosen, by item; only after `is_valid()`."""
        chosen = ((item, self.cleaned_data[item]) for item in customer_items())
        return {
            item: int(answer) if answer.isdecimal() else answer for item, answer in chosen if answer
        }


def customer_items() -> tuple[str, ...]:
    """Ids of the questions about customers, in the instrument's order."""
    items = load_framework().items.values()
    return tuple(item.id for item in items if item.dimension == CUSTOMERS)


def _choices(item: str) -> list[tuple[str, str]]:
    words = load_wording(language()).items[item]
    levels = [
        (
            str(level),
            format_html(
                "{}: {}", answer_label(item, level), emphasise(words.levels[level - 1].behaviour)
            ),
        )
        for level in range(LOWEST_LEVEL, HIGHEST_LEVEL + 1)
    ]
    choices = [*levels, (Special.DONT_KNOW.value, str(Special.DONT_KNOW.label))]
    if not load_framework().items[item].critical:
        choices.append((Special.NOT_APPLICABLE.value, str(Special.NOT_APPLICABLE.label)))
    return [*choices, ("", gettext("No estimate"))]
