"""The page that asks before an agreement is taken back."""

from dataclasses import dataclass

from django.urls import reverse

from assessments.consensus.item_page import AccordLine, accord_line
from assessments.models import AgreedAnswer, Assessment
from assessments.survey.question import language
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_wording


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackPage:
    bank: BankNav
    title: str
    question: str
    stands: AccordLine
    stale: bool  # somebody changed it meanwhile
    back_url: str


def take_back_page(
    assessment: Assessment, row: AgreedAnswer, *, stale: bool = False
) -> TakeBackPage:
    words = load_wording(language()).items[row.item]
    return TakeBackPage(
        bank=bank_nav(assessment.organisation, "agreement", assessment),
        title=words.title,
        question=words.question,
        stands=accord_line(assessment, row, {}),
        stale=stale,
        back_url=reverse("agreement_item", args=[assessment.pk, row.item]),
    )
