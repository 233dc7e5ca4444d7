"""Which clients a view holds and in which order. Pure, over what one query read."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assessments.models import AssessmentStatus
from assessments.portfolio import attention
from assessments.portfolio.asked import NOBODY, Asked
from assessments.portfolio.queries import Client, Details
from maturity.framework import Framework

_OPEN = AssessmentStatus.OPEN.value  # read once: an enum takes its time to tell its value
_STRATEGIES = ("stepwise", "awareness", "capability", "innovate")
_FIRMNESS = ("firm", "leaning", "borderline")
_Test = Callable[["Seen", str], bool]


class Seen(NamedTuple):
    """A client with what follows from its facts and the day. One of a thousand, so a tuple."""

    client: Client
    late: int  # days since the round at work was due
    reasons: tuple[attention.Reason, ...]
    tags: Sequence[str]
    move: float | None  # of the bank score since the round before
    customer_move: float | None


def look(
    clients: Sequence[Client],
    tags: Mapping[str, Sequence[str]],
    framework: Framework,
    now: dt.datetime,
) -> list[Seen]:
    """Judge every client on its own calendar day, by name."""
    today: dict[str, dt.date] = {}
    seen = []
    parameters, moved, reasons_of = framework.parameters, attention.moved, attention.reasons_of
    for client in sorted(clients, key=_by_name):
        late = 0
        if client.due_on is not None and client.round_status == _OPEN:
            where = client.time_zone
            if where not in today:
                today[where] = now.astimezone(zone(where)).date()
            late = attention.days_late(client.due_on, today[where])
        move = moved(client.bank, client.bank_before)
        seen.append(
            Seen(
                client,
                late,
                reasons_of(client, late, move, parameters),
                tags.get(client.engagement, ()),
                move,
                moved(client.customer, client.customer_before),
            )
        )
    return seen


@lru_cache(maxsize=1024)
def zone(name: str) -> dt.tzinfo:
    """A bank's zone; UTC for a name that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return dt.UTC


def _by_name(client: Client) -> tuple[str, str]:
    return client.name.casefold(), client.engagement


# ---- filters -----------------------------------------------------------------------------------


def narrow(
    seen: Sequence[Seen], filters: Mapping[str, str], regional: frozenset[str]
) -> list[Seen]:
    """The clients that pass every filter. `regional` are the banks with the region asked for."""
    tests = [(_TESTS[name], value) for name, value in filters.items() if name != "region"]
    found = [one for one in seen if all(test(one, value) for test, value in tests)]
    if "region" in filters:
        found = [one for one in found if one.client.bank_id in regional]
    return found


def in_the_way(
    seen: Sequence[Seen], filters: Mapping[str, str], regional: frozenset[str]
) -> tuple[str, int]:
    """The one filter without which most clients would show, and how many; ("", 0) if none helps."""
    best, most = "", 0
    for name in filters:
        others = {key: value for key, value in filters.items() if key != name}
        count = len(narrow(seen, others, regional))
        if count > most:
            best, most = name, count
    return best, most


def _status(one: Seen, value: str) -> bool:
    if value == "none":
        return one.client.round is None
    if value == "overdue":
        return one.late > 0
    return one.client.round_status == value


def _placement(one: Seen, value: str) -> bool:
    client = one.client
    if value == "none":
        return not client.shown
    if value == "provisional":
        return client.status is not None and client.status != "complete"
    return client.firmness == value


def _responsible(one: Seen, value: str) -> bool:
    responsible = one.client.responsible
    return responsible is None if value == NOBODY else responsible == int(value)


def _tag(one: Seen, value: str) -> bool:
    wanted = value.casefold()
    return any(tag.casefold() == wanted for tag in one.tags)


def _attention(one: Seen, value: str) -> bool:
    if value == "any":
        return bool(one.reasons)
    return any(reason.kind == value for reason in one.reasons)


_TESTS: Mapping[str, _Test] = {
    "q": lambda one, value: value.casefold() in one.client.name.casefold(),
    "country": lambda one, value: one.client.country == value,
    "size": lambda one, value: one.client.size_band == value,
    "strategy": lambda one, value: one.client.shown == value,
    "status": _status,
    "placement": _placement,
    "version": lambda one, value: one.client.version == value,
    "period": lambda one, value: one.client.period == value,
    "tag": _tag,
    "responsible": _responsible,
    "attention": _attention,
}


# ---- order -------------------------------------------------------------------------------------


def ordered(seen: Sequence[Seen], asked: Asked, details: Mapping[str, Details]) -> list[Seen]:
    """In the order asked for: who lacks the value comes last, and equals stay by name.

    `details` are needed for the columns that come from them only (`needs_details`).
    """
    if asked.column == "name":
        return list(reversed(seen)) if asked.descending else list(seen)
    key = _KEYS.get(asked.column) or (lambda one: getattr(one.client, asked.column))
    if needs_details(asked):
        key = _detail(asked.column, details)
    pairs = [(key(one), one) for one in seen]
    known = [pair for pair in pairs if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=asked.descending)
    return [one for _, one in known] + [one for value, one in pairs if value is None]


def needs_details(asked: Asked) -> bool:
    """Whether the order comes from what is otherwise read for one page's clients only."""
    return asked.column in {"activity", "plan"}


def _detail(column: str, details: Mapping[str, Details]) -> Callable[[Seen], Any]:
    def key(one: Seen) -> Any:
        found = details[one.client.bank_id]
        return found.active_at if column == "activity" else found.plan_share

    return key


def _gate(one: Seen) -> int | None:
    """Open before closed; among the closed, whatever Risk they have."""
    return None if one.client.gate is None else int(one.client.gate)


_KEYS: Mapping[str, Callable[[Seen], Any]] = {
    "strategy": lambda one: _place(_STRATEGIES, one.client.shown),
    "placement": lambda one: _place(_FIRMNESS, one.client.firmness),
    "move": lambda one: one.move,
    "customer_move": lambda one: one.customer_move,
    "gate": _gate,
    "due": lambda one: one.client.due_on,
}


def _place(order: Sequence[str], value: str | None) -> int | None:
    return order.index(value) if value in order else None


def by_urgency(seen: Sequence[Seen]) -> list[Seen]:
    """Who needs somebody, the most urgent first; equals stay by name."""
    return sorted((one for one in seen if one.reasons), key=lambda one: one.reasons)
