"""What the template of a round's form sees, and the name suggested for a round."""

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from assessments.models import Assessment, AssessmentStatus, Organisation
from assessments.survey.outline import outline
from assessments.survey.queries import RespondentState
from assessments.ui.numbers import number
from assessments.ui.shell import BankNav, bank_nav

_LAST_MONTH_OF_FIRST_HALF = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundFormPage:
    bank: BankNav
    title: str
    lead: str
    button: str
    cancel_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundDeletePage:
    """What would be lost with a round."""

    bank: BankNav
    period: str
    losses: tuple[str, ...]
    published: bool
    cancel_url: str


def round_delete_page(
    assessment: Assessment, people: tuple[RespondentState, ...]
) -> RoundDeletePage:
    """Name what goes: people's answers, the inventory, what was settled, reports."""
    answers = sum(person.answered for person in people)
    begun = sum(person.answered > 0 for person in people)
    accounts = assessment.channels.count()
    return RoundDeletePage(
        bank=bank_nav(assessment.organisation, "assessment", assessment),
        period=assessment.period,
        losses=(
            ngettext(
                "%(answers)s answer of %(people)s, with notes and history",
                "%(answers)s answers of %(people)s, with notes and history",
                answers,
            )
            % {
                "answers": number(answers),
                "people": ngettext("%(n)s respondent", "%(n)s respondents", begun)
                % {"n": number(begun)},
            },
            ngettext("%(n)s account of the inventory", "%(n)s accounts of the inventory", accounts)
            % {"n": number(accounts)},
            gettext("agreed levels, reviews, comments and reports of this round"),
        ),
        published=assessment.status == AssessmentStatus.PUBLISHED,
        cancel_url=reverse("round", args=[assessment.pk]),
    )


def suggest_period(today: dt.date, taken: Container[str]) -> str:
    """The half-year of a date, "2026 H2", with a number behind it if that name is taken."""
    half = 1 if today.month <= _LAST_MONTH_OF_FIRST_HALF else 2
    name = f"{today.year} H{half}"
    attempt = 2
    suggestion = name
    while suggestion in taken:
        suggestion = f"{name} ({attempt})"
        attempt += 1
    return suggestion


def round_form_page(organisation: Organisation, assessment: Assessment | None) -> RoundFormPage:
    """Words for a new round, or for a round that is changed."""
    if assessment is None:
        return RoundFormPage(
            bank=bank_nav(organisation, "home"),
            title=gettext("Start an assessment"),
            lead=gettext(
                "%(count)s questions and an inventory of the bank’s accounts, about twenty "
                "minutes. Everything is saved as you go."
            )
            % {"count": number(len(outline().page_of))},
            button=gettext("Start"),
            cancel_url=reverse("bank", args=[organisation.pk]),
        )
    return RoundFormPage(
        bank=bank_nav(organisation, "assessment", assessment),
        title=gettext("Change the round"),
        lead="",
        button=gettext("Save"),
        cancel_url=reverse("round", args=[assessment.pk]),
    )
