"""The accounts: which are alive, and what silence costs."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import ChannelKind
from assessments.reports.paper import benchmarks
from assessments.reports.paper.benchmarks import BenchmarksLeaf
from assessments.reports.paper.edition import Edition, channels
from assessments.reports.paper.frame import Fact, Leaf, Point
from assessments.results.subject import joined
from assessments.ui import numbers
from maturity.case import Channel
from maturity.channels import AccountScore, ChannelInventory

MOST_ROWS = 14
DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account as a row."""

    platform: str
    kind: str
    followers: str
    posts: str
    answered: str
    last: str
    state: str
    silent: bool
    score: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsLeaf(Leaf):
    """The inventory and the index made from it."""

    accounts_title: str
    measure: str
    accounts: tuple[Account, ...]
    more: str
    empty: str
    collect_title: str
    collect: tuple[Fact, ...]
    sum_title: str
    sum: tuple[Fact, ...]
    cost_title: str
    cost: str
    hot: bool
    rules_title: str
    rules: tuple[Fact, ...]
    comparison: BenchmarksLeaf | None = None

    template: ClassVar[str] = "reports/leaves/channels.html"


def build(edition: Edition) -> ChannelsLeaf:
    """The channel page, also without an inventory.

    The comparison stands here too, unless the accounts fill the sheet. A long plan of several
    respondents always needs the other's place.
    """
    shared = benchmarks.beside_channels(edition)
    comparison = benchmarks.build(edition, benchmarks.FEW_CARDS) if shared else None
    inventory = edition.source.findings.channels
    rows = _rows(edition, inventory)
    return ChannelsLeaf(
        kicker=_("Channels and comparison") if comparison else _("Channels"),
        title=_title(edition, inventory),
        sentence=_(
            "A silent account is worse than none: customers find it and nobody answers. The index "
            "is a tenth of the bank’s score."
        ),
        accounts_title=_("Every account, as it stood on the day of the inventory"),
        measure=_("Posts, messages and answers of the last 30 days; score 0–100"),
        accounts=rows[:MOST_ROWS],
        more=ngettext(
            "%(count)s more account is in the inventory on screen.",
            "%(count)s more accounts are in the inventory on screen.",
            len(rows) - MOST_ROWS,
        )
        % {"count": numbers.number(len(rows) - MOST_ROWS)}
        if len(rows) > MOST_ROWS
        else "",
        empty=_empty(inventory),
        collect_title=_("What to write down for each account"),
        collect=() if inventory else _collect(),
        sum_title=_("How the channel index is made"),
        sum=_sum(inventory),
        cost_title=edition.page.channels.cost_title if inventory else "",
        cost=edition.page.channels.cost if inventory else "",
        hot=bool(inventory and inventory.silent),
        rules_title=_("How one account is scored"),
        rules=() if comparison else _rules(edition),
        comparison=comparison,
        so_what=_so_what(edition, inventory)[: 2 if comparison else None],
        source=" ".join(
            part
            for part in (
                _(
                    "Source: %(channels)s. An exported inventory carries less doubt than a typed one."
                )
                % {"channels": channels(edition)},
                comparison.source if comparison else "",
            )
            if part
        ),
    )


def _title(edition: Edition, inventory: ChannelInventory | None) -> str:
    if inventory is None:
        return _("No channel inventory: a tenth of the bank’s score is unknown")
    values = {
        "index": numbers.score(inventory.index),
        "penalty": numbers.score(inventory.penalty),
        "count": numbers.number(len(inventory.silent)),
    }
    if inventory.silent:
        return (
            ngettext(
                "%(count)s silent account costs %(penalty)s points of the channel index",
                "%(count)s silent accounts cost %(penalty)s points of the channel index",
                len(inventory.silent),
            )
            % values
        )
    if not edition.accounts_open:
        return _("No account is open: the channel index rests at %(index)s of 100") % values
    return _("Every open account is alive, for a channel index of %(index)s") % values


def _empty(inventory: ChannelInventory | None) -> str:
    if inventory is None:
        return _(
            "List every account that carries the bank’s name, with followers, posts and messages of "
            "the last 30 days. Until then the result is provisional."
        )
    return "" if inventory.accounts else _("The inventory is empty: the bank has no account.")


def _rows(edition: Edition, inventory: ChannelInventory | None) -> tuple[Account, ...]:
    """Accounts by followers; the findings keep the order of the case."""
    given = edition.source.case.channels
    if inventory is None or given is None:
        return ()
    pairs = sorted(
        zip(given, inventory.accounts, strict=True),
        key=lambda pair: (-pair[0].followers, pair[0].platform),
    )
    return tuple(_row(channel, account) for channel, account in pairs)


def _row(channel: Channel, account: AccountScore) -> Account:
    return Account(
        platform=channel.platform,
        kind=str(dict(ChannelKind.choices).get(channel.kind, channel.kind)),
        followers=numbers.number(channel.followers),
        posts=numbers.number(channel.posts30),
        answered=_answered(channel),
        last=_last(channel.days_since_post),
        state=_state(account),
        silent=account.state in ("dormant", "abandoned"),
        score=numbers.score(account.score),
    )


def _state(account: AccountScore) -> str:
    return {
        "live": _("live"),
        "dormant": _("dormant"),
        "abandoned": _("abandoned"),
        "closed": _("closed"),
        "signposted": _("signposted"),
    }[account.state]


def _answered(channel: Channel) -> str:
    """The share of messages answered and how fast, where somebody asked and got an answer."""
    if not channel.inbound30:
        return _("none asked")
    share = numbers.percent(channel.answered)
    if channel.median_min is None:
        return share
    return _("%(share)s in %(time)s") % {"share": share, "time": _speed(channel.median_min)}


def _speed(minutes: float) -> str:
    if minutes < 60:  # noqa: PLR2004 -- an hour
        return _("%(minutes)s min") % {"minutes": numbers.number(minutes)}
    if minutes < 2 * DAY:
        return _("%(hours)s h") % {"hours": numbers.number(minutes / 60, minutes % 60 > 0)}
    return _("%(days)s days") % {"days": numbers.number(minutes / DAY)}


def _last(days: float | None) -> str:
    if days is None:
        return _("never")
    return ngettext("%(days)s day ago", "%(days)s days ago", round(days)) % {
        "days": numbers.number(days)
    }


def _sum(inventory: ChannelInventory | None) -> tuple[Fact, ...]:
    if inventory is None:
        return ()
    return (
        Fact(
            term=_("Mean of the open accounts, larger ones counting more"),
            value=numbers.score(inventory.base),
        ),
        Fact(
            term=_("Added for live channels of several kinds"),
            value=numbers.signed(inventory.breadth),
        ),
        Fact(
            term=_("Taken off for silent accounts, more while customers wait there"),
            value=numbers.signed(-inventory.penalty),
        ),
        Fact(term=_("Channel index, 0–100"), value=numbers.score(inventory.index)),
    )


def _collect() -> tuple[Fact, ...]:
    """The columns of an inventory, for a bank that has none."""
    return (
        Fact(term=_("Account"), value=_("Platform and handle, branches and past campaigns too.")),
        Fact(
            term=_("Status"),
            value=_("Open, closed, or signposted: “not monitored, reach us here”."),
        ),
        Fact(term=_("Size"), value=_("Followers; a larger account counts more in the mean.")),
        Fact(term=_("Activity"), value=_("Posts of the last 30 days, and the date of the last.")),
        Fact(term=_("Messages"), value=_("Received in 30 days, and the share that was answered.")),
        Fact(term=_("Speed"), value=_("Median minutes to the first answer, from the platform.")),
    )


def _rules(edition: Edition) -> tuple[Fact, ...]:
    """The parts of an account's score, from the framework's own numbers."""
    parameters = edition.source.framework.channels
    weights = {name: numbers.percent(weight) for name, weight in parameters.weights.items()}
    return (
        Fact(
            term=_("Recency %(share)s") % {"share": weights["recency"]},
            value=_("Full up to %(days)s days since the last post, falling in steps to 0.")
            % {"days": numbers.number(parameters.recency_days[0][0])},
        ),
        Fact(
            term=_("Frequency %(share)s") % {"share": weights["frequency"]},
            value=_("Posts in 30 days against %(targets)s.")
            % {
                "targets": joined(
                    [
                        f"{numbers.number(target)} ({dict(ChannelKind.choices)[kind]})"
                        for kind, target in parameters.targets_posts30.items()
                    ]
                )
            },
        ),
        Fact(
            term=_("Response %(share)s") % {"share": weights["response"]},
            value=_(
                "Share of messages answered, times how fast: full within an hour, 0 after two days."
            ),
        ),
        Fact(
            term=_("States"),
            value=_(
                "Live: a post within %(live)s days. Dormant: within %(dormant)s. Abandoned: longer ago."
            )
            % {
                "live": numbers.number(parameters.live_days),
                "dormant": numbers.number(parameters.dormant_days),
            },
        ),
    )


def _so_what(edition: Edition, inventory: ChannelInventory | None) -> tuple[Point, ...]:
    if inventory is None:
        return (
            Point(
                lead=_("Half an hour’s work."),
                text=_("An exported inventory narrows the doubt about the bank’s score at once."),
            ),
        )
    points = []
    silent = [account.platform for account in inventory.silent]
    if silent:
        points = [
            Point(
                lead=_("Close, revive or signpost: %(names)s.") % {"names": ", ".join(silent[:4])},
                text=_("A closed account leaves the sum; a signpost tells customers where to go."),
            ),
            Point(
                lead=_("Three stages stay locked."),
                text=_("Innovate, Connect and Advocate wait until no open account is silent."),
            ),
        ]
    slow = [a.platform for a in inventory.accounts if a.state == "live" and a.response < 0.4]  # noqa: PLR2004 -- under half of the answers in six hours
    asked = {c.platform for c in edition.source.case.channels or () if c.inbound30 > 0}
    slow = [name for name in slow if name in asked]
    if slow:
        points.append(
            Point(
                lead=_("Answer sooner."),
                text=_("Speed and share of answers weigh most; they are low on %(names)s.")
                % {"names": ", ".join(slow[:4])},
            )
        )
    if not points:
        points = [
            Point(
                lead=_("Keep the rhythm."),
                text=_("Thirty days without a post turn a live account into a dormant one."),
            )
        ]
    if len(points) == 1:
        points.append(
            Point(
                lead=_("No new account before the present ones are served."),
                text=_("An account that falls silent never raises the index."),
            )
        )
    return tuple(points)
