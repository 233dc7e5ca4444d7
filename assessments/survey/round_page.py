"""What the template of a round's form sees, and the name suggested for a round."""

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from assessments.models import Assessment, AssessmentStatus, Organisation
from assessments.survey.outline import outline
from assessments.survey.pages import stays_closed_words
from assessments.survey.queries import RespondentState, Turnout, stays_closed
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
    bring_url: str = ""  # where a case file begins a round instead


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundDeletePage:
    """What would be lost with a round."""

    bank: BankNav
    period: str
    losses: tuple[str, ...]
    published: bool
    cancel_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundClosePage:
    """What closing does, before it is done."""

    bank: BankNav
    period: str
    turnout: str
    for_good: str  # why it cannot be taken back; "" where it can
    possible: bool  # somebody has submitted
    action: str
    cancel_url: str


def round_close_page(assessment: Assessment, counts: Turnout) -> RoundClosePage:
    """The page that asks once more."""
    text = ngettext(
        "%(done)s of %(all)s person asked has submitted.",
        "%(done)s of %(all)s people asked have submitted.",
        counts.sheets,
    )
    return RoundClosePage(
        bank=bank_nav(assessment.organisation, "assessment", assessment),
        period=assessment.period,
        turnout=text % {"done": number(counts.submitted), "all": number(counts.sheets)},
        for_good=stays_closed_words() if stays_closed(assessment) else "",
        possible=counts.submitted > 0,
        action=reverse("close", args=[assessment.pk]),
        cancel_url=reverse("round", args=[assessment.pk]),
    )


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
            bring_url=reverse("case_import", args=[organisation.pk]),
        )
    return RoundFormPage(
        bank=bank_nav(organisation, "assessment", assessment),
        title=gettext("Change the round"),
        lead="",
        button=gettext("Save"),
        cancel_url=reverse("round", args=[assessment.pk]),
    )
