"""What the lead's page about peers shows."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.benchmarks import queries, seasons
from assessments.benchmarks.queries import PeerFacts
from assessments.models import Organisation
from assessments.ui.confirming import ConfirmPage
from assessments.ui.numbers import day
from assessments.ui.shell import BankNav, bank_nav


@dataclass(frozen=True, slots=True, kw_only=True)
class PeersPage:
    """Joined or not, what is lent, what never leaves, and when something changes."""

    bank: BankNav
    joined: bool
    state: str
    since: str
    fictional: bool
    lent: tuple[str, ...]
    kept: tuple[str, ...]
    rules: tuple[str, ...]
    missing: str  # what the profile lacks for the narrower comparisons
    group: str
    profile_url: str
    leave_url: str


def peers(bank: Organisation, now: dt.datetime) -> PeersPage:
    """The page about lending to the peers."""
    joined = bank.peers_since is not None
    return PeersPage(
        bank=bank_nav(bank, "profile"),
        joined=joined,
        state=_state(queries.peers_for(bank, now), now),
        since=_since(bank),
        fictional=bank.fictional,
        lent=_lent(),
        kept=_kept(),
        rules=_rules(),
        missing=_missing(bank),
        group=bank.banking_group,
        profile_url=reverse("bank_profile", args=[bank.pk]),
        leave_url=reverse("peers_leave", args=[bank.pk]),
    )


def leaving(bank: Organisation, now: dt.datetime) -> ConfirmPage:
    """What happens when the bank stops lending."""
    return ConfirmPage(
        bank=bank_nav(bank, "profile"),
        title=_("Stop lending to the peers?"),
        text=_("The bank’s pages stop showing peers at once."),
        consequences=(
            _("From %(quarter)s on, frozen on %(day)s, no figure holds the bank’s scores.")
            % _next(now),
            _(
                "Quarters that are frozen already stay as they are: they hold medians and "
                "quartiles, from which no bank can be read, and changing them could give one away."
            ),
            _("You can join again at any time, with the next result that you publish."),
        ),
        button=_("Stop lending"),
        back_url=reverse("peers", args=[bank.pk]),
    )


def _next(now: dt.datetime) -> dict[str, str]:
    quarter = seasons.first_with(now)
    return {"quarter": seasons.in_words(quarter), "day": day(seasons.freezing_day(quarter))}


def _since(bank: Organisation) -> str:
    if bank.peers_since is None:
        return ""
    return day(bank.peers_since.astimezone(ZoneInfo(bank.time_zone)).date())


def _state(facts: PeerFacts, now: dt.datetime) -> str:
    if facts.state == "apart":
        return _(
            "If you join now, the first figures with your bank are %(quarter)s, frozen on %(day)s."
        ) % _next(now)
    if facts.state == "early":
        return _("The first figures with your bank are %(quarter)s, frozen on %(day)s.") % {
            "quarter": seasons.in_words(facts.until),
            "day": day(seasons.freezing_day(facts.until)),
        }
    after = _next(now)
    return _(
        "The newest figures are those of %(quarter)s. The next, %(next)s, are frozen on %(day)s."
    ) % {
        "quarter": seasons.in_words(facts.quarter),
        "next": after["quarter"],
        "day": after["day"],
    }


def _lent() -> tuple[str, ...]:
    return (
        _("The two scores, bank and customers, and the scores of the six dimensions"),
        _("Size band and country, as the profile has them"),
        _("Only of a published result with all eight scores, and only once it is three months old"),
    )


def _kept() -> tuple[str, ...]:
    return (
        _("The bank’s name, its people, consultants and regions"),
        _("Every answer, note, level, evidence and comment"),
        _("Accounts, plan, roadmap and reports"),
        _("The banking group: it only decides what may be shown"),
    )


def _rules() -> tuple[str, ...]:
    return (
        _(
            "A figure is shown only of five or more other banks, none of whose groups makes up more "
            "than a quarter: the median of five to nine, quartiles from ten, whole points, never the "
            "lowest or highest."
        ),
        _("One filter at a time from a fixed list: all banks, your size band, your country."),
        _(
            "Figures are frozen each quarter. Results enter and leave them in packs of at least six "
            "banks, so that no two figures together tell about fewer than five. A result may "
            "therefore wait for company, and a figure may keep the date of an earlier quarter."
        ),
        _("Your own bank is left out of what you are compared with."),
    )


def _missing(bank: Organisation) -> str:
    if not bank.size_band and not bank.country:
        return _(
            "The profile states neither size nor country: the bank counts among all banks only."
        )
    if not bank.size_band:
        return _("The profile states no size: the bank is compared with no size band.")
    if not bank.country:
        return _("The profile states no country: the bank is compared with no country.")
    return ""
