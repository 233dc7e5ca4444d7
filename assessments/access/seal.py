"""Seal the trail, so that a row that was changed, removed or slipped in shows.

Rows are sealed in batches, outside requests. A seal is the row's place in its chain and an HMAC
over that place, the seal before and the row: an organisation's events are one chain, the answers on
each sheet another. The end of a chain is kept and signed too, or rows could be cut off its end.

What is personal in an answer's history (note, reason, link, who) is not sealed: erasing a person
must not look like tampering. Keys come from SECRET_KEY; SECRET_KEY_FALLBACKS still verify.
"""

import base64
import datetime as dt
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.utils.crypto import constant_time_compare, salted_hmac

from assessments.models import AnswerChange, Chain, Event, Organisation, Sheet

BATCH = 200  # rows per transaction: SQLite's only writer is held for a moment
MOST_BATCHES = 200  # per sweep; the rest waits for the next
CHECK_EVERY = dt.timedelta(days=1)
CHECKED_AT_ONCE = 500
SLACK = dt.timedelta(hours=2)  # by which clocks of several servers may differ
_SALT = "assessments.access.seal"
_DIGITS = 12

_SET_SEAL: dict[type[Model], str] = {
    Event: "UPDATE assessments_event SET seal = %s WHERE id = %s AND seal = ''",
    AnswerChange: "UPDATE assessments_answerchange SET seal = %s WHERE id = %s AND seal = ''",
}

log = logging.getLogger(__name__)

Row = Event | AnswerChange


class FaultKind(StrEnum):
    ALTERED = "altered"
    REMOVED = "removed"
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that does not fit its seal. `pk` is 0 where it is not known which row it was."""

    kind: FaultKind
    table: str
    pk: int

    def __str__(self) -> str:
        return f"{self.table} {self.pk or 'at the end'} {self.kind}"


# ---- sealing -----------------------------------------------------------------------------------


def seal_due(now: dt.datetime) -> int:
    """Seal what is not sealed yet, in every chain; the number of rows sealed."""
    sealed = 0
    batches = 0
    for organisation, sheet in _unsealed():
        while batches < MOST_BATCHES:
            batches += 1
            done = _seal_batch(organisation, sheet, now)
            sealed += done
            if done < BATCH:
                break
    return sealed


def _unsealed() -> Iterator[tuple[UUID, int | None]]:
    """Chains with rows to be sealed: the organisation, and the sheet where it is one of answers."""
    events = Event.objects.filter(seal="").order_by("organisation")
    for organisation in list(events.values_list("organisation", flat=True).distinct()):
        yield organisation, None
    changes = AnswerChange.objects.filter(seal="").order_by("sheet")
    found = changes.values_list("sheet__assessment__organisation", "sheet").distinct()
    yield from list(found[:MOST_BATCHES])


@transaction.atomic
def _seal_batch(organisation: UUID, sheet: int | None, now: dt.datetime) -> int:
    chain = _hold(organisation, sheet)
    if chain is None:  # the organisation is gone meanwhile
        return 0
    rows = list(_rows(chain).filter(seal="").order_by("pk")[:BATCH])
    seals = []
    for row in rows:
        chain.length += 1
        chain.seal = _seal(chain.length, chain.seal, row)
        seals.append((chain.seal, row.pk))
    if rows:
        chain.signature, chain.sealed_at = _signature(chain), now
        _write(type(rows[0]), seals)
        chain.save(update_fields=["length", "seal", "signature", "sealed_at"])
        if sheet is None:
            # Whoever keeps the log elsewhere can tell an older copy of the whole database.
            log.info("sealed %s up to %s", _name(chain), chain.seal)
    return len(rows)


def _hold(organisation: UUID, sheet: int | None) -> Chain | None:
    """The chain's end, held until the transaction ends, so that two sealers take turns."""
    if not Organisation.objects.filter(pk=organisation).exists():
        return None
    if sheet is not None and not Sheet.objects.filter(pk=sheet).exists():
        return None
    chains = Chain.objects.filter(organisation=organisation, sheet=sheet)
    if not chains.exists():
        row = Chain(organisation_id=organisation, sheet_id=sheet)
        Chain.objects.bulk_create([row], ignore_conflicts=True)  # another sealer may be as far
    return chains.select_for_update().get()


def _write(model: type[Row], seals: list[tuple[str, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(_SET_SEAL[model], seals)


def _rows(chain: Chain) -> Any:
    if chain.sheet_id is None:
        return Event.objects.filter(organisation=chain.organisation_id)
    return AnswerChange.objects.filter(sheet=chain.sheet_id)


# ---- checking ----------------------------------------------------------------------------------


def check_due(now: dt.datetime) -> int:
    """Check chains that nobody checked for a day and note what was found; how many are broken."""
    due = Chain.objects.exclude(checked_at__gt=now - CHECK_EVERY).order_by("checked_at", "pk")
    return sum(bool(check(chain, now)) for chain in due[:CHECKED_AT_ONCE])


def check(chain: Chain, now: dt.datetime) -> list[Fault]:
    """Check one chain, note the first fault on its end, and give all."""
    found = list(faults(chain))
    first = str(found[0]) if found else ""
    if first:
        log.error("trail %s does not hold: %s", _name(chain), first)
    Chain.objects.filter(pk=chain.pk).update(checked_at=now, fault=first[:120])
    return found


def faults(chain: Chain) -> Iterator[Fault]:
    """What does not fit, in the order of the chain."""
    table = "event" if chain.sheet_id is None else "answer"
    place, before, latest = 0, "", None
    for row in _rows(chain).exclude(seal="").order_by("seal", "pk").iterator(BATCH):
        here = _place(row.seal)
        if here > place + 1:
            yield Fault(kind=FaultKind.REMOVED, table=table, pk=row.pk)
        elif here != place + 1:
            yield Fault(kind=FaultKind.INSERTED, table=table, pk=row.pk)
            continue
        elif not _fits(row.seal, here, before, row):
            yield Fault(kind=FaultKind.ALTERED, table=table, pk=row.pk)
        elif latest is not None and row.at < latest - SLACK:
            yield Fault(kind=FaultKind.INSERTED, table=table, pk=row.pk)
        place, before = here, row.seal
        latest = row.at if latest is None else max(latest, row.at)
    yield from _faults_at_the_end(chain, table, place, before)


def _faults_at_the_end(chain: Chain, table: str, place: int, before: str) -> Iterator[Fault]:
    if not any(constant_time_compare(chain.signature, _signature(chain, key)) for key in _keys()):
        yield Fault(kind=FaultKind.ALTERED, table=table, pk=0)
    elif place < chain.length:
        yield Fault(kind=FaultKind.REMOVED, table=table, pk=0)
    elif place > chain.length or before != chain.seal:
        yield Fault(kind=FaultKind.INSERTED, table=table, pk=0)


def loose_ends() -> Iterator[tuple[UUID, Fault]]:
    """Sealed rows whose chain has no end any more: somebody removed it."""
    ended = Chain.objects.filter(sheet=None).values("organisation")
    events = Event.objects.exclude(seal="").exclude(organisation__in=ended)
    for organisation in events.values_list("organisation", flat=True).order_by().distinct():
        yield organisation, Fault(kind=FaultKind.REMOVED, table="event", pk=0)
    changes = AnswerChange.objects.exclude(seal="").filter(sheet__chain=None).order_by()
    for organisation in changes.values_list(
        "sheet__assessment__organisation", flat=True
    ).distinct():
        yield organisation, Fault(kind=FaultKind.REMOVED, table="answer", pk=0)


# ---- seals -------------------------------------------------------------------------------------


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _mac(key: str, text: str) -> str:
    digest = salted_hmac(_SALT, text, secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _seal(place: int, before: str, row: Row, key: str | None = None) -> str:
    text = json.dumps([place, before, _plain(row)], sort_keys=True, separators=(",", ":"))
    return f"{place:0{_DIGITS}d}.{_mac(key or settings.SECRET_KEY, text)}"


def _fits(seal: str, place: int, before: str, row: Row) -> bool:
    return any(constant_time_compare(seal, _seal(place, before, row, key)) for key in _keys())


def _signature(chain: Chain, key: str | None = None) -> str:
    text = json.dumps([_name(chain), chain.length, chain.seal])
    return _mac(key or settings.SECRET_KEY, text)


def _name(chain: Chain) -> str:
    return f"{chain.organisation_id}/{chain.sheet_id or 'events'}"


def _place(seal: str) -> int:
    """The place that a seal claims; 0, which is nobody's, for what is no seal."""
    number = seal.partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() else 0


def _plain(row: Row) -> list[object]:
    """What of a row is sealed, as plain values."""
    at = row.at.astimezone(dt.UTC).isoformat()
    if isinstance(row, Event):
        organisation = str(row.organisation_id)
        named = [row.actor, row.verb, row.target, row.details, row.request_id]
        return ["event", row.pk, organisation, *named, at]
    given = [row.item, row.version, row.level, row.special, row.evidence]
    return ["answer", row.pk, row.sheet_id, *given, at]
