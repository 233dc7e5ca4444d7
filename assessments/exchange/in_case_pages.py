"""What the templates of bringing a case file see."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from assessments.exchange.in_ways import kept_until
from assessments.models import Function, Intake, Organisation
from assessments.survey.question import language
from assessments.ui.lists import listed
from assessments.ui.numbers import number
from assessments.ui.shell import BankNav, bank_nav
from maturity import Case, load_framework, load_wording
from maturity.framework import CUSTOMERS


@dataclass(frozen=True, slots=True, kw_only=True)
class BringPage:
    """Where a case file is brought."""

    bank: BankNav
    action: str
    cancel_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """What a case file says, before it becomes a round."""

    bank: BankNav
    title: str
    facts: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str, str, str], ...]  # function, answered, don't know, not applicable
    until: str
    action: str
    drop_url: str


def bring_page(organisation: Organisation) -> BringPage:
    return BringPage(
        bank=bank_nav(organisation, "home"),
        action=reverse("case_import", args=[organisation.pk]),
        cancel_url=reverse("bank", args=[organisation.pk]),
    )


def case_page(intake: Intake, case: Case) -> CasePage:
    """Count what the file holds; no score, which is computed once it is a round."""
    count = len(case.respondents)
    title = ngettext("A case of %(count)s respondent", "A case of %(count)s respondents", count) % {
        "count": number(count)
    }
    return CasePage(
        bank=bank_nav(intake.organisation, "home"),
        title=title,
        facts=tuple(_case_facts(case)),
        people=_people(case),
        until=kept_until(intake, intake.organisation),
        action=reverse("intake", args=[intake.pk]),
        drop_url=reverse("intake_drop", args=[intake.pk]),
    )


def _people(case: Case) -> tuple[tuple[str, str, str, str], ...]:
    total = number(len(load_framework().items))
    rows = []
    for person in case.respondents:
        kinds = Counter(str(answer) for answer in person.answers.values())
        answered = gettext("%(answered)s of %(total)s") % {
            "answered": number(len(person.answers)),
            "total": total,
        }
        rows.append(
            (
                str(Function(person.role).label),
                answered,
                number(kinds["DK"]),
                number(kinds["NA"]),
            )
        )
    return tuple(rows)


def _case_facts(case: Case) -> list[tuple[str, str]]:
    asked = _asked(case)
    facts = [
        (gettext("Sections answered"), asked),
        (gettext("Channel inventory"), _inventory(case)),
        (gettext("Levels settled in a meeting"), number(len(case.agreed))),
        (gettext("Questions with graded evidence"), number(len(case.evidence))),
        (gettext("Roadmap"), _roadmap(case)),
    ]
    if case.pulse is not None:
        text = ngettext("%(n)s customer asked", "%(n)s customers asked", case.pulse.n)
        facts.append((gettext("Customer pulse"), text % {"n": number(case.pulse.n)}))
    middle = load_framework().parameters
    if (case.midlines.bank, case.midlines.customer) != (
        middle.bank_midline,
        middle.customer_midline,
    ):
        text = gettext("bank %(bank)s, customers %(customer)s")
        facts.append(
            (gettext("Midlines"), text % _numbers(case.midlines.bank, case.midlines.customer))
        )
    return facts


def _numbers(bank: float, customer: float) -> Mapping[str, str]:
    return {"bank": number(bank, 1), "customer": number(customer, 1)}


def _asked(case: Case) -> str:
    words = load_wording(language()).dimensions
    answered = {item.split(".")[0] for person in case.respondents for item in person.answers}
    dimensions = (*load_framework().dimensions, CUSTOMERS)
    return listed(words[each].name for each in dimensions if each in answered) or "–"


def _inventory(case: Case) -> str:
    if case.channels is None:
        return gettext("none in the file")
    count = len(case.channels)
    return ngettext("%(n)s account", "%(n)s accounts", count) % {"n": number(count)}


def _roadmap(case: Case) -> str:
    text = ngettext(
        "%(capacity)s points a quarter, %(count)s quarter",
        "%(capacity)s points a quarter, %(count)s quarters",
        case.roadmap.quarters,
    )
    plain = case.roadmap.capacity == int(case.roadmap.capacity)
    capacity = number(case.roadmap.capacity, 0 if plain else 1)
    return text % {"capacity": capacity, "count": number(case.roadmap.quarters)}
