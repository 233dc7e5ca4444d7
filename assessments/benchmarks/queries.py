"""Peers as they are frozen, and what one bank's pages show of them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.db.models import Case, JSONField, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from assessments.benchmarks import seasons
from assessments.models import (
    Organisation,
    OrganisationKind,
    PeerCell,
    PeerContribution,
    PeerSnapshot,
    Summary,
)
from maturity import load_framework
from maturity.peers import SCORES, Lender, Pack, Pool, tells_too_much

KINDS = ("all", "size", "country")
READERS = "readers"  # why a cell is hidden: who reads the page knows too many of its banks


# ---- freezing ---------------------------------------------------------------------------------


def lending(*, fictional: bool) -> QuerySet[Organisation]:
    """Banks that have opted in and are not leaving."""
    return Organisation.objects.filter(
        kind=OrganisationKind.BANK,
        peers_since__isnull=False,
        closing_on=None,
        fictional=fictional,
    )


def lenders(quarter: str, *, fictional: bool) -> tuple[list[Organisation], list[Lender]]:
    """Who has opted in for a quarter, and of those who lend: their newest old-enough results.

    Two queries. A result with a gap in its eight scores is not lent.
    """
    joined = list(
        lending(fictional=fictional)
        .filter(peers_since__lt=seasons.joined_before(quarter))
        .order_by("pk")
    )
    known = {bank.pk: bank for bank in joined}
    whole = {f"{name.lower()}__isnull": False for name in SCORES}
    rows = (
        Summary.objects.filter(
            organisation__in=lending(fictional=fictional).values("pk"),
            published_at__lt=seasons.results_until(quarter),
            framework_version=load_framework().version,
            **whole,
        )
        .order_by("organisation", "-published_at", "-pk")
        .values_list("organisation", "snapshot", *(name.lower() for name in SCORES))
    )
    newest: dict[UUID, Lender] = {}
    for pk, result, *scores in rows:
        if pk in known and pk not in newest:
            newest[pk] = _lender(known[pk], result, dict(zip(SCORES, scores, strict=True)))
    return joined, list(newest.values())


def _lender(bank: Organisation, result: int, scores: Mapping[str, float]) -> Lender:
    return Lender(
        bank=str(bank.pk),
        result=str(result),
        scores=scores,
        group=group_key(bank.banking_group),
        size=bank.size_band,
        country=bank.country,
    )


def group_key(name: str) -> str:
    """A banking group however it is written: spaces and case do not count."""
    return " ".join(name.split()).casefold()[:120]


def newest_snapshot() -> PeerSnapshot | None:
    return PeerSnapshot.objects.order_by("-quarter").first()


def frozen_pool(snapshot: PeerSnapshot | None, *, fictional: bool) -> Pool:
    """The pool as a snapshot left it, and all that was ever lent before; two queries."""
    if snapshot is None:
        return Pool()
    rows = PeerContribution.objects.filter(fictional=fictional).exclude(pack="")
    ever = rows.filter(snapshot__quarter__lte=snapshot.quarter)
    packs: dict[str, list[PeerContribution]] = defaultdict(list)
    for row in rows.filter(snapshot=snapshot).order_by("organisation"):
        packs[row.pack].append(row)
    cells = PeerCell.objects.filter(snapshot=snapshot, fictional=fictional)
    return Pool(
        quarter=snapshot.quarter,
        packs=tuple(_pack(name, members) for name, members in sorted(packs.items())),
        lent=frozenset(
            (str(bank), str(result)) for bank, result in ever.values_list("organisation", "result")
        ),
        as_of=dict(cells.values_list("slice", "as_of")),
    )


def _pack(name: str, rows: list[PeerContribution]) -> Pack:
    return Pack(
        name=name,
        banks=rows[0].pack_banks,
        slices=tuple(rows[0].slices.split()),
        members=tuple(
            Lender(
                bank=str(row.organisation_id),
                result=str(row.result),
                scores=row.scores,
                group=row.group,
                size=row.size_band,
                country=row.country,
            )
            for row in rows
        ),
    )


# ---- one bank's pages -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerCellFacts:
    """One cell as a page shows it: rows of (score, median, lower, upper), or why it has none."""

    slice: str
    n: int
    as_of: str
    hidden: str
    rows: tuple[tuple[str, int, int | None, int | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerFacts:
    """What a bank's results may be laid beside, the same for everybody who reads them.

    `state` is "apart" for a bank that has not opted in, "early" while no quarter holds it.
    `until` is then the first quarter that will, else empty.
    """

    state: Literal["apart", "early", "frozen"]
    fictional: bool = False
    quarter: str = ""
    until: str = ""
    frozen_on: dt.date | None = None
    cells: tuple[PeerCellFacts, ...] = ()


def peers_for(bank: Organisation, now: dt.datetime) -> PeerFacts:
    """The newest quarter's cells for a bank. No query for a bank that lends nothing, else one."""
    if bank.peers_since is None or bank.closing_on is not None:
        return PeerFacts(state="apart", fictional=bank.fictional)
    rows = list(_beside(bank))
    own = next((row for row in rows if row[0] == bank.pk), None)
    if own is None:
        until = max(seasons.first_with(bank.peers_since), seasons.newest_freezable(now))
        return PeerFacts(state="early", fictional=bank.fictional, until=until)
    _, _, _, _, _, sees, quarter, taken_at = own
    packs = list(_packs(rows))
    return PeerFacts(
        state="frozen",
        fictional=bank.fictional,
        quarter=quarter,
        frozen_on=taken_at.astimezone(dt.UTC).date(),
        cells=tuple(_facts(slice_, cell, packs) for slice_, cell in _widest_first(sees)),
    )


def _widest_first(sees: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """All banks, the size band, the country: PostgreSQL keeps no order within JSON."""
    return sorted(sees.items(), key=lambda cell: KINDS.index(cell[0].partition(":")[0]))


# Banks that somebody who reads a bank's results reads too, or once read: through a membership, or
# through a firm that was let in. Written out, because building it anew for each page took longer
# than the rest of the page's queries together.
_KNOWN = """
WITH people AS (
  SELECT user_id FROM assessments_membership WHERE organisation_id = %s
  UNION
  SELECT m.user_id FROM assessments_membership m
  JOIN assessments_engagement e ON e.firm_id = m.organisation_id
  WHERE e.bank_id = %s AND e.state IN ('accepted', 'ended')
), theirs AS (
  SELECT organisation_id FROM assessments_membership WHERE user_id IN (SELECT user_id FROM people)
)
SELECT id FROM assessments_organisation WHERE id = %s
UNION SELECT organisation_id FROM theirs
UNION SELECT bank_id FROM assessments_engagement
WHERE state IN ('accepted', 'ended') AND firm_id IN (SELECT organisation_id FROM theirs)
"""


def _beside(bank: Organisation) -> QuerySet[PeerContribution, tuple[Any, ...]]:
    """The packs of the newest quarter that the bank's readers know of, and what it sees itself.

    What is shown is the same for all readers of the page, so it is measured by whoever of them
    reads most: all members of the bank, and everybody of every firm that it ever let in.
    """
    newest = PeerSnapshot.objects.order_by("-quarter").values("pk")[:1]
    in_newest = PeerContribution.objects.filter(snapshot=newest, fictional=bank.fictional)
    pk = Organisation._meta.pk.get_db_prep_value(bank.pk, connection)  # noqa: SLF001 -- public
    known = RawSQL(_KNOWN, [pk, pk, pk])  # noqa: S611 -- a constant, its values as parameters
    return (
        in_newest.filter(pack__in=in_newest.filter(organisation__in=known).values("pack"))
        .annotate(
            is_known=Case(When(organisation__in=known, then=Value(True)), default=Value(False)),
            seen=Case(
                When(organisation=bank, then="view__cells"),
                default=Value(None, output_field=JSONField()),
                output_field=JSONField(),
            ),
        )
        .values_list(
            "organisation",
            "pack",
            "slices",
            "group",
            "is_known",
            "seen",
            "snapshot__quarter",
            "snapshot__taken_at",
        )
    )


def _packs(
    rows: Iterable[tuple[Any, ...]],
) -> Iterator[tuple[str, list[tuple[str, str]], set[str]]]:
    """Of each pack: the cells that it counts in, its banks with their groups, and who is known."""
    by_pack: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        if row[1]:
            by_pack[row[1]].append(row)
    for members in by_pack.values():
        known = {str(row[0]) for row in members if row[4]}
        yield members[0][2], [(str(row[0]), row[3]) for row in members], known


def _facts(
    slice_: str, cell: Mapping[str, Any], packs: list[tuple[str, list[tuple[str, str]], set[str]]]
) -> PeerCellFacts:
    told = any(
        tells_too_much([members], known)
        for slices, members, known in packs
        if slice_ in slices.split()
    )
    hidden = cell["hidden"] or (READERS if told else "")
    return PeerCellFacts(
        slice=slice_,
        n=0 if hidden else cell["n"],
        as_of=cell["as_of"],
        hidden=hidden,
        rows=() if hidden else tuple((name, *cell["figures"][name]) for name in SCORES),
    )
