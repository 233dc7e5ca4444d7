"""Why nobody sees agreement yet."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Assessment
from assessments.survey.queries import Turnout
from assessments.ui import numbers
from assessments.ui.shell import BankNav, bank_nav


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPage:
    bank: BankNav
    period: str
    text: str
    missing: str
    round_url: str


def waiting_page(assessment: Assessment, counts: Turnout) -> WaitingPage:
    """One respondent: waits for submitting. Several: waits for closing the round."""
    if counts.sheets > 1:
        text = _(
            "Nobody sees how others answered before the round is closed, so that everybody answers "
            "alone."
        )
    else:
        text = _("Agreement can be measured once two people have answered.")
    missing = ngettext(
        "%(done)s of %(all)s person asked has submitted.",
        "%(done)s of %(all)s people asked have submitted.",
        counts.sheets,
    ) % {"done": numbers.number(counts.submitted), "all": numbers.number(counts.sheets)}
    return WaitingPage(
        bank=bank_nav(assessment.organisation, "agreement", assessment),
        period=assessment.period,
        text=text,
        missing=missing,
        round_url=reverse("round", args=[assessment.pk]),
    )
