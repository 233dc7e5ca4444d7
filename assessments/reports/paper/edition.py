"""What one printed report is made from, and facts that several of its pages state."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Function
from assessments.reports.branding import PLAIN, Dress
from assessments.results.pages import ResultsPage, build
from assessments.results.plan import RoadmapPage, build_roadmap
from assessments.results.queries import Result
from assessments.results.settled import Settlement
from assessments.results.subject import Source, joined
from assessments.ui import numbers
from maturity.answers import ItemScore
from maturity.framework import CUSTOMERS, Item
from maturity.wording import ItemWording


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One report in one language. ``date`` is printed as given, never read from a clock.

    ``draft`` marks live results that nobody has published. Not slotted: parts are kept once made.
    """

    source: Source
    result: Result
    language: str
    date: dt.date | None = None
    draft: bool = False
    settlement: Settlement | None = None  # what a meeting settled, where the round is known
    dress: Dress = PLAIN

    @property
    def bank(self) -> str:
        return self.source.subject.bank

    @property
    def period(self) -> str:
        return self.source.subject.period

    @property
    def no_regret(self) -> tuple[str, ...]:
        """Actions that both likely strategies begin with; empty when the placement is firm."""
        return self.result.no_regret

    @cached_property
    def page(self) -> ResultsPage:
        """The very page that the screen shows."""
        source = self.source
        return build(
            source.findings,
            source.wording,
            source.framework,
            case=source.case,
            subject=source.subject,
            no_regret=self.no_regret,
        )

    @cached_property
    def roadmap(self) -> RoadmapPage:
        """The roadmap page that the screen shows, with the limit that binds the plan."""
        source = self.source
        return build_roadmap(
            source.findings,
            source.wording,
            source.framework,
            case=source.case,
            subject=source.subject,
            limit=self.result.limit,
        )

    def quarter(self, number: int) -> str:
        """A quarter's name; long work may end after the last one drawn."""
        names = self.roadmap.quarters
        name = names[number - 1] if number <= len(names) else _("after the plan")
        return name.replace(" ", "\u00a0")

    @cached_property
    def respondents(self) -> int:
        return len(self.source.case.respondents)

    @cached_property
    def asked(self) -> tuple[Item, ...]:
        """The bank questions that apply to this bank."""
        scores = self.source.findings.items
        return tuple(
            item for item in self.source.framework.bank_items if scores[item.id].kind != "na"
        )

    @cached_property
    def answered(self) -> tuple[Item, ...]:
        """The bank questions that somebody rated."""
        scores = self.source.findings.items
        return tuple(item for item in self.asked if scores[item.id].kind == "rated")

    @cached_property
    def accounts_open(self) -> int:
        inventory = self.source.findings.channels
        if inventory is None:
            return 0
        return sum(1 for account in inventory.accounts if account.status == "open")

    def score(self, item: str) -> ItemScore:
        return self.source.findings.items[item]

    def words(self, item: str) -> ItemWording:
        return self.source.wording.items[item]

    def place(self, item: str) -> str:
        """The dimension that a question belongs to, in words."""
        dimension = self.source.framework.items[item].dimension
        if dimension == CUSTOMERS:
            return self.source.dimension(CUSTOMERS)
        return self.source.dimension(dimension)


def respondents(edition: Edition) -> str:
    """How many answered."""
    return ngettext("%(count)s respondent", "%(count)s respondents", edition.respondents) % {
        "count": numbers.number(edition.respondents)
    }


def coverage(edition: Edition) -> str:
    """How many of the bank questions that apply were answered."""
    return _("%(answered)s of %(asked)s bank questions answered") % {
        "answered": numbers.number(len(edition.answered)),
        "asked": numbers.number(len(edition.asked)),
    }


def pulse(edition: Edition) -> str:
    """What customers themselves were asked."""
    sample = edition.source.case.pulse
    if sample is None:
        return _("no customer pulse")
    return ngettext("pulse of %(count)s customer", "pulse of %(count)s customers", sample.n) % {
        "count": numbers.number(sample.n)
    }


def channels(edition: Edition) -> str:
    """The inventory and how it was made."""
    if edition.source.findings.channels is None:
        return _("no channel inventory")
    form = {
        "exported": ngettext(
            "%(count)s open account, exported",
            "%(count)s open accounts, exported",
            edition.accounts_open,
        ),
        "typed": ngettext(
            "%(count)s open account, typed in",
            "%(count)s open accounts, typed in",
            edition.accounts_open,
        ),
    }[edition.source.case.channel_source]
    return form % {"count": numbers.number(edition.accounts_open)}


def basis(edition: Edition) -> str:
    """The source line that most pages carry."""
    return _("Source: %(respondents)s; %(coverage)s; %(pulse)s; %(channels)s.") % {
        "respondents": respondents(edition),
        "coverage": coverage(edition),
        "pulse": pulse(edition),
        "channels": channels(edition),
    }


def functions(edition: Edition) -> str:
    """The respondents' functions, each once; never their names, and none where all are anonymous."""
    if edition.source.subject.anonymous:
        return _("anonymous")
    names = dict(Function.choices)
    seen = dict.fromkeys(
        str(names.get(person.role, person.role)) for person in edition.source.case.respondents
    )
    return joined(tuple(seen))
