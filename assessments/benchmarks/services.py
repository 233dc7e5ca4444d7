"""Joining and leaving the peers, and freezing a quarter of them."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from assessments.access.audit import record
from assessments.benchmarks import queries, seasons
from assessments.models import (
    Organisation,
    PeerCell,
    PeerContribution,
    PeerSnapshot,
    PeerView,
    User,
)
from maturity import load_framework
from maturity.peers import ALL, SCORES, Cell, Figures, Lender, Pack, Pool, cells, next_pool, seen_by

MOST_ATTEMPTS = 5


class TooEarlyError(ValueError):
    """The quarter's results are not three months old."""


class OutOfOrderError(ValueError):
    """A later quarter is frozen already; what it shows rests on those before."""


class BusyError(RuntimeError):
    """Banks left or were deleted each time the quarter was to be stored; the next sweep tries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A quarter as it stands. ``made`` is False where it was frozen before."""

    snapshot: PeerSnapshot
    made: bool
    joined: int
    lent: int


# ---- one bank ---------------------------------------------------------------------------------


@transaction.atomic
def join(*, organisation: Organisation, group: str, by: User, now: dt.datetime) -> None:
    """Lend the bank's published scores from the next quarter on; twice changes nothing."""
    held = _held(organisation)
    if held.peers_since is not None:
        return
    held.peers_since, held.banking_group = now, group
    held.save(update_fields=["peers_since", "banking_group"])
    _note(organisation=held, by=by, verb="peers joined")


@transaction.atomic
def leave(*, organisation: Organisation, by: User) -> None:
    """Lend nothing from the next quarter on; what is frozen stays as it is."""
    held = _held(organisation)
    if held.peers_since is None:
        return
    held.peers_since = None
    held.save(update_fields=["peers_since"])
    _note(organisation=held, by=by, verb="peers left")


@transaction.atomic
def change_group(*, organisation: Organisation, group: str, by: User) -> None:
    """Say which banking group the bank belongs to; it counts from the next quarter on."""
    held = _held(organisation)
    if held.banking_group == group:
        return
    held.banking_group = group
    held.save(update_fields=["banking_group"])
    _note(organisation=held, by=by, verb="banking group changed")


def _held(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _note(*, organisation: Organisation, by: User, verb: str) -> None:
    record(organisation=organisation, by=by, verb=verb, target=f"organisation:{organisation.pk}")


# ---- a quarter --------------------------------------------------------------------------------


def freeze_due(now: dt.datetime) -> int:
    """Freeze the newest quarter that is old enough, once, if anybody lends to it; how many."""
    quarter = seasons.newest_freezable(now)
    newest = queries.newest_snapshot()
    if newest is not None and newest.quarter >= quarter:
        return 0
    if newest is None and not any(
        queries.lending(fictional=fictional)
        .filter(peers_since__lt=seasons.joined_before(quarter))
        .exists()
        for fictional in (False, True)
    ):
        return 0
    return int(freeze(quarter, now).made)


def freeze(quarter: str, now: dt.datetime) -> Frozen:
    """Freeze a quarter once, fictional banks apart from all others.

    The same rows whenever it is run: who joined and what was published count up to fixed days.
    Raises NotAQuarterError, TooEarlyError, OutOfOrderError or BusyError.
    """
    if now < seasons.joined_before(quarter):
        raise TooEarlyError(quarter)
    for _attempt in range(MOST_ATTEMPTS):
        before = queries.newest_snapshot()
        if before is not None and before.quarter >= quarter:
            return _frozen_before(quarter)
        # Computed first, so that SQLite's only writer is held for a moment.
        drafts = [_draft(quarter, before, fictional=fictional) for fictional in (False, True)]
        try:
            snapshot = _store(quarter, before, drafts, now)
        except IntegrityError:  # another process froze it this moment
            continue
        if snapshot is not None:
            return _counted(snapshot, made=True)
    raise BusyError(quarter)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """The rows of one pool, to be stored with their snapshot."""

    cells: list[PeerCell]
    contributions: list[PeerContribution]
    views: list[PeerView]


@transaction.atomic
def _store(
    quarter: str, before: PeerSnapshot | None, drafts: list[_Draft], now: dt.datetime
) -> PeerSnapshot | None:
    """Store a quarter, or nothing when a bank left or another was frozen since it was drafted."""
    lending = {pk for draft in drafts for pk in _lending(draft)}
    held = Organisation.objects.select_for_update().filter(
        pk__in=lending, peers_since__isnull=False, closing_on=None
    )
    if queries.newest_snapshot() != before or len(held) != len(lending):
        return None
    snapshot = PeerSnapshot.objects.create(
        quarter=quarter, framework_version=load_framework().version, taken_at=now
    )
    for draft in drafts:
        for cell in draft.cells:
            cell.snapshot = snapshot
        for row in draft.contributions:
            row.snapshot = snapshot
        PeerCell.objects.bulk_create(draft.cells)
        stored = PeerContribution.objects.bulk_create(draft.contributions)
        for view, row in zip(draft.views, stored, strict=True):
            view.contribution = row
        PeerView.objects.bulk_create(draft.views)
    return snapshot


def _lending(draft: _Draft) -> list[UUID]:
    return [row.organisation_id for row in draft.contributions]


def _frozen_before(quarter: str) -> Frozen:
    snapshot = PeerSnapshot.objects.filter(quarter=quarter).first()
    if snapshot is None:
        raise OutOfOrderError(quarter)
    return _counted(snapshot, made=False)


def _counted(snapshot: PeerSnapshot, *, made: bool) -> Frozen:
    rows = PeerContribution.objects.filter(snapshot=snapshot)
    return Frozen(
        snapshot=snapshot,
        made=made,
        joined=rows.count(),
        lent=rows.exclude(pack="").count(),
    )


def _draft(quarter: str, before: PeerSnapshot | None, *, fictional: bool) -> _Draft:
    joined, lenders = queries.lenders(quarter, fictional=fictional)
    pool = next_pool(queries.frozen_pool(before, fictional=fictional), lenders, quarter)
    shown = {cell.slice: cell for cell in cells(pool)}
    members = {member.bank: (pack, member) for pack in pool.packs for member in pack.members}
    rows, views = [], []
    for bank in joined:
        pack, member = members.get(str(bank.pk), (None, None))
        lent = {} if pack is None or member is None else _lent(pack, member)
        rows.append(PeerContribution(organisation=bank, fictional=fictional, **lent))
        views.append(PeerView(cells=_sees(pool, shown, bank, member)))
    return _Draft(
        cells=[
            PeerCell(fictional=fictional, **row)
            for cell in shown.values()
            for row in _cell_rows(cell)
        ],
        contributions=rows,
        views=views,
    )


def _cell_rows(cell: Cell) -> Iterator[dict[str, Any]]:
    """A row for each score; one without a score where nothing is shown."""
    common = {"slice": cell.slice, "as_of": cell.as_of, "n": cell.n, "hidden": cell.hidden}
    if cell.hidden:
        yield common
    for name, figures in cell.figures.items():
        yield common | {
            "score": name,
            "median": figures.median,
            "lower_quartile": figures.lower,
            "upper_quartile": figures.upper,
        }


def _sees(
    pool: Pool, shown: Mapping[str, Cell], bank: Organisation, reader: Lender | None
) -> dict[str, Any]:
    """What the bank's pages show of the quarter, by slice, widest first."""
    slices = [ALL]
    slices += [f"size:{bank.size_band}"] if bank.size_band else []
    slices += [f"country:{bank.country}"] if bank.country else []
    return {
        cell.slice: {
            "n": cell.n,
            "as_of": cell.as_of,
            "hidden": cell.hidden,
            "figures": {name: _triple(cell.figures[name]) for name in SCORES if cell.figures},
        }
        for cell in seen_by(pool, shown, reader, slices)
    }


def _triple(figures: Figures) -> list[int | None]:
    return [figures.median, figures.lower, figures.upper]


def _lent(pack: Pack, member: Lender) -> dict[str, Any]:
    return {
        "result": int(member.result),
        "pack": pack.name,
        "pack_banks": pack.banks,
        "slices": " ".join(pack.slices),
        "group": member.group,
        "country": member.country,
        "size_band": member.size,
        "scores": dict(member.scores),
    }
