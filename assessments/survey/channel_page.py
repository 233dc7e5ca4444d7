"""What the templates of the channel inventory see: each account's state and what silence costs."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from assessments.access.roles import Standing
from assessments.models import Assessment, ChannelAccount, ChannelKind, ChannelStatus
from assessments.survey import queries
from assessments.survey.outline import CHANNELS_SECTION, SECTIONS, Outline
from assessments.survey.pages import Inventory, LockNotice, lock_notice, question_url
from assessments.survey.queries import Lock
from assessments.ui.numbers import day, number, percent, score
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_framework
from maturity.case import Channel
from maturity.channels import (
    SILENT,
    AccountScore,
    ChannelInventory,
    score_channels,
    without_silent,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One account, worded. `silent`: dormant or abandoned."""

    name: str
    kind: str
    handle: str
    owner: str
    facts: str
    answering: str
    last_post: str
    state: str
    state_id: str
    silent: bool
    score: str
    cost: str
    url: str
    remove_url: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsPage:
    """The inventory of one round."""

    bank: BankNav
    period: str
    kicker: str
    rows: tuple[AccountRow, ...]
    index: str
    index_parts: str
    silence: str  # what silent accounts cost, or ""
    lock: LockNotice | None
    new_url: str
    action: str
    tasks_url: str
    onward_url: str
    review_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """The form of one account, or the question whether to remove it."""

    bank: BankNav
    title: str
    action: str
    cancel_url: str
    remove_url: str
    lock: LockNotice | None
    changes: tuple[tuple[str, str, str], ...]  # field, there, here: after a conflict
    version: int
    cost: str


def _channels(
    accounts: Sequence[ChannelAccount], assessment: Assessment, now: dt.datetime
) -> list[Channel]:
    counted = queries.counting_day(assessment, queries.today_in(assessment.organisation, now))
    return [Channel(**row) for row in queries.channel_rows(accounts, counted)]


def inventory_of(assessment: Assessment, now: dt.datetime) -> Inventory:
    """The inventory in short, in one query."""
    accounts = list(assessment.channels.all())
    channels = _channels(accounts, assessment, now)
    scored = score_channels(load_framework().channels, channels).accounts
    silent = tuple(
        (account.pk, f"{account.platform}: {_last_post(channel)}")
        for account, channel, found in zip(accounts, channels, scored, strict=True)
        if found.state in SILENT
    )
    return Inventory(accounts=len(accounts), silent=silent, confirmed=assessment.channels_confirmed)


def channels_page(
    *,
    assessment: Assessment,
    accounts: Sequence[ChannelAccount],
    reader: Standing,
    lock: Lock | None,
    own: Outline | None,
    now: dt.datetime,
) -> ChannelsPage:
    """Score the inventory with the engine and put every account into words.

    `own` is what the reader was asked, None for somebody without a sheet.
    """
    channels = _channels(accounts, assessment, now)
    scored = score_channels(load_framework().channels, channels)
    return ChannelsPage(
        bank=bank_nav(assessment.organisation, "assessment", assessment),
        period=assessment.period,
        kicker=gettext("Section %(number)s of %(total)s")
        % {"number": number(CHANNELS_SECTION), "total": number(SECTIONS)},
        rows=tuple(
            _row(assessment, account, channels, position, scored)
            for position, account in enumerate(accounts)
        ),
        index=score(scored.index),
        index_parts=_parts_words(scored),
        silence=_silence_words(channels, scored),
        lock=lock_notice(assessment, lock, sheet=None, reader=reader) if lock else None,
        new_url=reverse("channel_new", args=[assessment.pk]),
        action=reverse("channels", args=[assessment.pk]),
        tasks_url=reverse("round", args=[assessment.pk]),
        onward_url=_onward(assessment, own),
        review_url=reverse("review", args=[assessment.pk]) + "#confirm" if own else "",
    )


def _onward(assessment: Assessment, own: Outline | None) -> str:
    """The first page about customers, if the reader was asked about them."""
    if own is None or not own.customer_pages:
        return ""
    first = own.customer_pages[0]
    return question_url(assessment, first.items[0].id)


def _row(
    assessment: Assessment,
    account: ChannelAccount,
    channels: Sequence[Channel],
    position: int,
    scored: ChannelInventory,
) -> AccountRow:
    found, channel = scored.accounts[position], channels[position]
    address = [assessment.pk, account.pk]
    return AccountRow(
        name=account.platform,
        kind=str(ChannelKind(account.kind).label),
        handle=account.handle,
        owner=account.owner,
        facts=_facts(account),
        answering=_answering(account),
        last_post=_last_post(channel),
        state=_state_words(found),
        state_id=found.state,
        silent=found.state in SILENT,
        score="–" if found.score is None else score(found.score),
        cost=_cost_words(channels, position, scored),
        url=reverse("channel", args=address),
        remove_url=reverse("channel_remove", args=address),
        version=account.version,
    )


def _facts(account: ChannelAccount) -> str:
    followers = ngettext("%(n)s follower", "%(n)s followers", account.followers)
    posts = ngettext("%(n)s post in 30 days", "%(n)s posts in 30 days", account.posts30)
    return ", ".join(
        (followers % {"n": number(account.followers)}, posts % {"n": number(account.posts30)})
    )


def _answering(account: ChannelAccount) -> str:
    if account.inbound30 == 0:
        return gettext("no messages in 30 days")
    share = percent(float(account.answered_percent) / 100)
    text = gettext("%(share)s of %(n)s messages answered") % {
        "share": share,
        "n": number(account.inbound30),
    }
    if account.median_minutes is None:
        return text
    return f"{text}, {_speed(account.median_minutes)}"


def _speed(minutes: int) -> str:
    hour, day_ = 60, 1440
    if minutes < 2 * hour:
        return gettext("typically in %(n)s min") % {"n": number(minutes)}
    if minutes < 2 * day_:
        return gettext("typically in %(n)s h") % {"n": number(minutes / hour)}
    return gettext("typically in %(n)s days") % {"n": number(minutes / day_)}


def _last_post(channel: Channel) -> str:
    days = channel.days_since_post
    if days is None:
        return gettext("has never posted")
    whole = int(days)
    if whole == 0:
        return gettext("last post today")
    return ngettext("last post %(n)s day ago", "last post %(n)s days ago", whole) % {
        "n": number(whole)
    }


def _state_words(found: AccountScore) -> str:
    return {
        "live": gettext("Live"),
        "dormant": gettext("Dormant"),
        "abandoned": gettext("Abandoned"),
        "closed": gettext("Closed"),
        "signposted": gettext("Signposted"),
    }[found.state]


def _cost_words(channels: Sequence[Channel], position: int, scored: ChannelInventory) -> str:
    """What one silent account takes from the index: the index without it, less the index."""
    if scored.accounts[position].state not in SILENT:
        return ""
    rest = [channel for place, channel in enumerate(channels) if place != position]
    cost = score_channels(load_framework().channels, rest).index - scored.index
    waiting = scored.accounts[position].unanswered
    if waiting:
        return gettext("Customers wait unanswered. Costs %(points)s points.") % {
            "points": score(cost)
        }
    return gettext("Costs %(points)s points.") % {"points": score(cost)}


def _parts_words(scored: ChannelInventory) -> str:
    return gettext("Accounts %(base)s + variety %(breadth)s − silence %(penalty)s") % {
        "base": score(scored.base),
        "breadth": score(scored.breadth),
        "penalty": score(scored.penalty),
    }


def _silence_words(channels: Sequence[Channel], scored: ChannelInventory) -> str:
    """The saying of the sources, made arithmetical: inactive is worse than none."""
    if not scored.silent:
        return ""
    framework = load_framework()
    better = without_silent(framework.channels, channels)
    share = framework.parameters.channel_share
    text = ngettext(
        "An inactive account is worse than none. Closing or signposting the silent account would "
        "lift the channel index from %(now)s to %(then)s, and the bank’s score by %(bank)s points.",
        "An inactive account is worse than none. Closing or signposting the %(n)s silent accounts "
        "would lift the channel index from %(now)s to %(then)s, and the bank’s score by %(bank)s "
        "points.",
        len(scored.silent),
    )
    return text % {
        "n": number(len(scored.silent)),
        "now": score(scored.index),
        "then": score(better),
        "bank": score((better - scored.index) * share),
    }


def account_page(
    *,
    assessment: Assessment,
    account: ChannelAccount | None,
    reader: Standing,
    lock: Lock | None,
    changes: tuple[tuple[str, str, str], ...] = (),
) -> AccountPage:
    """The frame of an account's form."""
    here = [assessment.pk, account.pk] if account else [assessment.pk]
    return AccountPage(
        bank=bank_nav(assessment.organisation, "assessment", assessment),
        title=account.platform if account else gettext("Add an account"),
        action=reverse("channel" if account else "channel_new", args=here),
        cancel_url=reverse("channels", args=[assessment.pk]),
        remove_url=reverse("channel_remove", args=here) if account else "",
        lock=lock_notice(assessment, lock, sheet=None, reader=reader) if lock else None,
        changes=changes,
        version=account.version if account else 0,
        cost="",
    )


def changed_fields(
    there: ChannelAccount, here: dict[str, object], labels: dict[str, str]
) -> tuple[tuple[str, str, str], ...]:
    """Label, stored and typed value of each field in which two windows differ."""
    return tuple(
        (label, _shown(name, getattr(there, name)), _shown(name, here[name]))
        for name, label in labels.items()
        if name in here and getattr(there, name) != here[name]
    )


def _shown(name: str, value: object) -> str:
    if value is None or value == "":
        return "–"
    if name == "kind":
        return str(ChannelKind(str(value)).label)
    if name == "status":
        return str(ChannelStatus(str(value)).label)
    if isinstance(value, dt.date):
        return day(value)
    if isinstance(value, int | Decimal):
        return number(value, 0 if value == int(value) else 1)
    return str(value)
