"""Peer figures that isolate nobody: from lent results to the few numbers that are shown.

Banks that opted in lend the scores of a published result to a quarter. A *cell* is one slice of a
fixed list (all banks, one size band, one country) with a median for 5 to 9 banks and quartiles
from 10, in whole points, never a minimum or maximum. Each bank sees its cells without its own
entry.

**Why no sequence of looks isolates fewer than five banks.** What differs between two looks is what
leaks: between slices, between quarters, with and without one's own entry. Therefore results do not
move one by one, they travel in *packs*:

1. A pack is made once, of at least six banks of which no banking group makes up more than a quarter
   even when any one of them is left out. It is never added to or split. A cell is always a union of
   whole packs: a pack counts in "all", and in a size band or country only if all its banks share it.
2. A pack leaves as a whole: when one of its banks has left, or when half of them have newer
   results. The newer results then enter in new packs. A result that has been in a pack never enters
   another one, so no later pack tells apart what an earlier one held together. Until a pack leaves,
   a bank's newer result waits.
3. So whatever union, intersection, difference or complement one takes of the cells of all quarters,
   it consists of whole packs. Taking away what a reader may read anyway leaves of each pack five or
   more others: of a reader with one bank by 1, of one with several by `tells_too_much`, which
   hides a cell from pages whose readers could take a pack apart.
4. What is shown or hidden depends on who lends, never on how they score, so hiding tells no score.

This keeps the published rules (framework F) and is stricter where they leave a gap: a cell changes
only when whole packs come or go, at least six contributors and never only three, because three who
joined between two quarters would be a group under five. Somebody who is given further banks to
read later keeps what he read before; no rule can take that back.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import floor

SCORES = ("bank", "customer", "CAP", "TEC", "SUP", "RSK", "DAT", "SKL")
SIZES = ("small", "medium", "large", "mega")
ALL = "all"
LEAST_OTHERS = 5  # banks, beside the one that looks
LEAST_IN_PACK = LEAST_OTHERS + 1
QUARTILES_FROM = 10
MOST_OF_A_GROUP = 4  # one banking group makes up at most a fourth

# Why a cell shows nothing.
FEW, GROUP, COMPLEMENT, MIXED = "few", "group", "complement", "mixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lender:
    """A bank that opted in, with the result that it lends.

    ``bank`` and ``result`` are ids. ``group`` is the banking group, empty for a bank on its own;
    ``size`` one of ``SIZES`` and ``country`` an ISO code, or empty. ``scores`` holds every one of
    ``SCORES``, 0 to 100; a result with a gap cannot be lent (``ValueError``).
    """

    bank: str
    result: str
    scores: Mapping[str, float]
    group: str = ""
    size: str = ""
    country: str = ""

    def __post_init__(self) -> None:
        if any(not 0 <= self.scores.get(name, -1) <= 100 for name in SCORES):  # noqa: PLR2004
            raise ValueError("expected all eight scores, 0 to 100")

    @property
    def slices(self) -> tuple[str, ...]:
        """The cells that a bank may be compared with, widest first."""
        return _slices(self.size, self.country)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Results that are shown together or not at all. ``banks`` is how many it was made of."""

    name: str
    members: tuple[Lender, ...]
    banks: int
    slices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """One frozen quarter, such as "2026Q3".

    ``lent`` are the (bank, result) pairs of all packs up to now; ``waiting`` have no pack yet;
    ``as_of`` tells for each slice since which quarter its packs are the same.
    """

    quarter: str = ""
    packs: tuple[Pack, ...] = ()
    waiting: tuple[Lender, ...] = ()
    lent: frozenset[tuple[str, str]] = frozenset()
    as_of: Mapping[str, str] = field(default_factory=dict)

    def packs_in(self, slice_: str) -> tuple[Pack, ...]:
        """The packs that make up a cell."""
        return tuple(pack for pack in self.packs if slice_ in pack.slices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Whole points. The quartiles are None for fewer than ten banks."""

    median: int
    lower: int | None = None
    upper: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one slice shows: ``figures`` by score, or in ``hidden`` why it shows nothing.

    ``n`` counts the banks behind the figures; ``as_of`` is the quarter they are frozen at.
    """

    slice: str
    n: int
    as_of: str
    hidden: str = ""
    figures: Mapping[str, Figures] = field(default_factory=dict)


# ---- the rules --------------------------------------------------------------------------------


def publishable(groups: Sequence[str]) -> bool:
    """Whether figures of these banks may be shown; each is given by its group, "" if it has none."""
    return len(groups) >= LEAST_OTHERS and _largest(groups) * MOST_OF_A_GROUP <= len(groups)


def packable(groups: Sequence[str]) -> bool:
    """Whether figures of these banks may be shown, whichever one of them is left out."""
    others = len(groups) - 1
    return others >= LEAST_OTHERS and _largest(groups) * MOST_OF_A_GROUP <= others


def _largest(groups: Sequence[str]) -> int:
    """Banks in the largest group; a bank without one is a group of its own."""
    return max(Counter(group for group in groups if group).values(), default=1)


def tells_too_much(packs: Iterable[Iterable[tuple[str, str]]], known: Collection[str]) -> bool:
    """Whether readers who know some banks anyway could take one of a cell's packs apart.

    Each bank of a pack is given as (bank, group). A pack of which they know all, or of which
    enough others remain, tells them nothing about a few.
    """
    for pack in packs:
        others = [group for bank, group in pack if bank not in known]
        if others and not publishable(others):
            return True
    return False


# ---- quarters ---------------------------------------------------------------------------------


def next_pool(before: Pool, lenders: Iterable[Lender], quarter: str) -> Pool:
    """Freeze a quarter: ``lenders`` are the banks that lend now, each with its newest old-enough
    result. Deterministic, whatever their order. Raises ``ValueError`` if a bank is given twice.
    """
    now: dict[str, Lender] = {}
    for lender in sorted(lenders, key=lambda lender: lender.bank):
        if lender.bank in now:
            raise ValueError("expected each bank once")
        now[lender.bank] = lender
    kept = tuple(pack for old in before.packs if (pack := _kept(old, now)) is not None)
    standing = {member.bank for pack in kept for member in pack.members}
    waiting = [
        lender
        for lender in now.values()
        if lender.bank not in standing and (lender.bank, lender.result) not in before.lent
    ]
    made, left = _packed(waiting, quarter)
    packs = (*kept, *made)
    return Pool(
        quarter=quarter,
        packs=packs,
        waiting=tuple(left),
        lent=before.lent | {(m.bank, m.result) for pack in packs for m in pack.members},
        as_of=_as_of(before, packs, quarter),
    )


def _kept(pack: Pack, now: Mapping[str, Lender]) -> Pack | None:
    """The pack with its banks' present groups, or None when it leaves as a whole."""
    if len(pack.members) < pack.banks or any(member.bank not in now for member in pack.members):
        return None
    newer = sum(now[member.bank].result != member.result for member in pack.members)
    members = tuple(replace(member, group=now[member.bank].group) for member in pack.members)
    if 2 * newer >= pack.banks or not packable([member.group for member in members]):
        return None
    return replace(pack, members=members)


def _packed(waiting: list[Lender], quarter: str) -> tuple[list[Pack], list[Lender]]:
    """Packs of those who wait, as alike as six or more can be, and who still waits."""
    packs: list[Pack] = []
    left = waiting

    def pack(members: list[Lender], slices: tuple[str, ...]) -> list[Lender]:
        name = f"{quarter}.{len(packs) + 1:03d}"
        packs.append(Pack(name=name, members=tuple(members), banks=len(members), slices=slices))
        return [lender for lender in left if lender not in members]

    for slices in sorted({lender.slices for lender in left if lender.size and lender.country}):
        members = [lender for lender in left if lender.slices == slices]
        if packable([member.group for member in members]):
            left = pack(members, slices)
    while classes := _classes(left):
        slice_, members = classes[0]
        left = pack(members, (ALL, slice_))
    if packable([lender.group for lender in left]):
        left = pack(left, (ALL,))
    return packs, left


def _classes(left: list[Lender]) -> list[tuple[str, list[Lender]]]:
    """Slices in which those left would make a pack, the largest first."""
    named = sorted({slice_ for lender in left for slice_ in lender.slices} - {ALL}, reverse=True)
    found = [(slice_, [lender for lender in left if slice_ in lender.slices]) for slice_ in named]
    fit = [(name, group) for name, group in found if packable([one.group for one in group])]
    return sorted(fit, key=lambda pair: -len(pair[1]))


def _as_of(before: Pool, packs: Sequence[Pack], quarter: str) -> dict[str, str]:
    """A cell whose packs are the same keeps the quarter it was frozen at."""
    dates = {}
    for slice_ in {slice_ for pack in packs for slice_ in pack.slices}:
        names = {pack.name for pack in packs if slice_ in pack.slices}
        same = names == {pack.name for pack in before.packs_in(slice_)}
        dates[slice_] = before.as_of.get(slice_, quarter) if same else quarter
    return dates


# ---- cells ------------------------------------------------------------------------------------


def cells(pool: Pool) -> tuple[Cell, ...]:
    """Every cell of the fixed list in which somebody lends, as an outsider may see it."""
    everybody = [*pool.waiting, *(member for pack in pool.packs for member in pack.members)]
    named = {slice_ for lender in everybody for slice_ in lender.slices}
    reasons = _reasons(pool, everybody, sorted(named))
    return tuple(_cell(pool, slice_, reasons[slice_]) for slice_ in sorted(named))


def seen_by(
    pool: Pool, shown: Mapping[str, Cell], reader: Lender | None, slices: Sequence[str]
) -> tuple[Cell, ...]:
    """Cells without the reader's own entry; None is a bank that lends nothing yet.

    ``shown`` is what ``cells`` gives, by slice.
    """
    own = reader.bank if reader is not None else ""
    return tuple(
        _cell(pool, slice_, shown[slice_].hidden if slice_ in shown else FEW, own)
        for slice_ in slices
    )


def _cell(pool: Pool, slice_: str, hidden: str, own: str = "") -> Cell:
    members = [
        member for pack in pool.packs_in(slice_) for member in pack.members if member.bank != own
    ]
    as_of = pool.as_of.get(slice_, pool.quarter)
    if hidden:
        return Cell(slice=slice_, n=0, as_of=as_of, hidden=hidden)
    return Cell(slice=slice_, n=len(members), as_of=as_of, figures=figures(members))


def _reasons(pool: Pool, everybody: list[Lender], named: list[str]) -> dict[str, str]:
    """Why each cell shows nothing; empty where it shows something."""
    reasons = {slice_: _reason(pool, everybody, slice_) for slice_ in named}
    for family in ("size:", "country:"):
        siblings = [slice_ for slice_ in named if slice_.startswith(family)]
        shown = [slice_ for slice_ in siblings if not reasons[slice_]]
        if len(siblings) - len(shown) == 1 and shown:
            smallest = min(shown, key=lambda slice_: (_size(pool, slice_), slice_))
            reasons[smallest] = COMPLEMENT
    return reasons


def _size(pool: Pool, slice_: str) -> int:
    return sum(pack.banks for pack in pool.packs_in(slice_))


def _reason(pool: Pool, everybody: list[Lender], slice_: str) -> str:
    if pool.packs_in(slice_):
        return ""
    groups = [lender.group for lender in everybody if slice_ in lender.slices]
    if len(groups) < LEAST_IN_PACK:
        return FEW
    return MIXED if packable(groups) else GROUP


def figures(members: Sequence[Lender]) -> dict[str, Figures]:
    """Median, and from ten banks quartiles, of every score. Raises ``ValueError`` below five."""
    if len(members) < LEAST_OTHERS:
        raise ValueError("expected five banks or more")
    found = {}
    for name in SCORES:
        values = sorted(member.scores[name] for member in members)
        wide = len(values) >= QUARTILES_FROM
        found[name] = Figures(
            median=_quantile(values, 0.5),
            lower=_quantile(values, 0.25) if wide else None,
            upper=_quantile(values, 0.75) if wide else None,
        )
    return found


def _quantile(ordered: Sequence[float], share: float) -> int:
    """Between the neighbouring values, as far as the place lies between them; half up."""
    place = share * (len(ordered) - 1)
    low = floor(place)
    high = min(low + 1, len(ordered) - 1)
    value = ordered[low] + (place - low) * (ordered[high] - ordered[low])
    return floor(round(value, 9) + 0.5)


def _slices(size: str, country: str) -> tuple[str, ...]:
    named = (("size", size), ("country", country))
    return (ALL, *(f"{kind}:{value}" for kind, value in named if value))
