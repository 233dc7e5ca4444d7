"""Pages whose exhibits are tables with a column a side."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.comparison import charts, pages, parts
from assessments.comparison.lineup import Lineup
from assessments.models import ComparisonKind
from assessments.reports.paper.frame import Leaf, Point, named
from assessments.results.subject import joined
from assessments.ui import numbers

MOST_APART = 6
ROOM = 500  # px that the columns share


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a column."""

    icon: SafeString
    name: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One table of a page."""

    title: str
    measure: str
    lines: tuple[parts.Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TablesLeaf(Leaf):
    """Tables one below the other, and what lies furthest apart."""

    heads: tuple[Head, ...]
    blocks: tuple[Block, ...]
    apart_title: str = ""
    apart: tuple[parts.Apart, ...] = ()
    notes: tuple[str, ...] = ()

    template: ClassVar[str] = "comparison/leaves/tables.html"


def heads(lineup: Lineup, *, whole: bool = False) -> tuple[Head, ...]:
    """The heads of all columns, three lines of a name at most; `whole` with period and day."""
    room = 3 * (ROOM / len(lineup.sides) - 8)
    return tuple(
        Head(
            icon=named(charts.marker(side.place, 11), name),
            name=charts.shortened(name, room),
            when=lineup.when(side) if whole else "",
        )
        for side, name in zip(lineup.sides, lineup.names, strict=True)
    )


def summary(lineup: Lineup) -> TablesLeaf:
    """What everybody reads: where all stand, what differs most, what to talk about."""
    version = parts.versions(lineup)
    notes = [version.text] if version else []
    widest = parts.apart(lineup)[:MOST_APART]
    return TablesLeaf(
        kicker=_("Summary"),
        title=summary_title(lineup),
        heads=heads(lineup, whole=True),
        blocks=(
            Block(
                title=_("Where each of them stands"),
                measure=_("Scores 0–100; the strategy follows from both"),
                lines=parts.facts(lineup),
            ),
        ),
        apart_title=_("A level or more apart, the widest first"),
        apart=widest,
        notes=tuple(notes),
        so_what=_talk(lineup),
        source=_source(lineup),
    )


def summary_title(lineup: Lineup) -> str:
    """What differs, in one sentence."""
    if lineup.kind != ComparisonKind.REGIONS:
        return pages.lead(lineup)
    whole = lineup.first.findings.placement
    placed = [side.source.findings.placement for side in lineup.sides[1:]]
    other = sum(
        found is not None and whole is not None and found.strategy != whole.strategy
        for found in placed
    )
    return ngettext(
        "%(other)s of %(count)s region needs another strategy than the whole bank",
        "%(other)s of %(count)s regions need another strategy than the whole bank",
        len(placed),
    ) % {"other": numbers.number(other), "count": numbers.number(len(placed))}


def _source(lineup: Lineup) -> str:
    return _(
        "Source: published results, frozen on the day of publication. Reference: %(name)s."
    ) % {"name": lineup.reference}


def _talk(lineup: Lineup) -> tuple[Point, ...]:
    """Where a conversation begins."""
    points = [point for point in (_wide(lineup), _ahead(lineup), _closed(lineup)) if point]
    return tuple(points)


def _wide(lineup: Lineup) -> Point | None:
    """The dimension that differs most, with its ends."""
    rows = {id_: rows.score for id_, rows in lineup.found.dimensions.items()}
    if lineup.kind == ComparisonKind.REGIONS:
        rows = {id_: row for id_, row in rows.items() if id_ not in pages.bank_rows(lineup)}
    found = parts.widest(lineup, rows)
    if found is None:
        return None
    known = [
        (value, name)
        for value, name in zip(rows[found[0]].values, lineup.names, strict=True)
        if value is not None
    ]
    (low, last), (high, first) = min(known), max(known)
    return Point(
        lead=_("Begin with %(name)s.") % {"name": parts.dimension_name(lineup, found[0])},
        text=_(
            "%(first)s has %(high)s, %(last)s %(low)s: ask what the one does that the other leaves."
        )
        % {
            "first": first,
            "high": numbers.score(high),
            "last": last,
            "low": numbers.score(low),
        },
    )


def _ahead(lineup: Lineup) -> Point | None:
    """Who leads in most dimensions."""
    if lineup.kind == ComparisonKind.REGIONS:
        return None
    best: list[str] = []
    for row in pages.bank_rows(lineup).values():
        known = [value for value in row.values if value is not None]
        if len(known) > 1 and max(known) > min(known):
            best += [
                name
                for name, value in zip(lineup.names, row.values, strict=True)
                if value == max(known)
            ]
    if not best:
        return None
    name = max(lineup.names, key=lambda one: (best.count(one), -lineup.names.index(one)))
    return Point(
        lead=_("Learn from %(name)s.") % {"name": name},
        text=ngettext(
            "It has the highest score in %(count)s of %(all)s dimensions.",
            "It has the highest scores in %(count)s of %(all)s dimensions.",
            best.count(name),
        )
        % {
            "count": numbers.number(best.count(name)),
            "all": numbers.number(len(pages.bank_rows(lineup))),
        },
    )


def _closed(lineup: Lineup) -> Point | None:
    """Whom the Risk gate holds back."""
    closed = [
        name
        for side, name in zip(lineup.sides, lineup.names, strict=True)
        if side.source.findings.bank.risk.gate_active
    ]
    if not closed or lineup.kind == ComparisonKind.REGIONS:
        return None
    return Point(
        lead=_("Risk first."),
        text=_("The gate is closed for %(names)s; nothing public should grow before it opens.")
        % {"names": joined(closed)},
    )


def customers(lineup: Lineup) -> TablesLeaf:
    """The customers of each, and how far the respondents agree."""
    blocks = [
        Block(
            title=_("Customer maturity and where it is known from"),
            measure=_("0–100; ▲ ▼ and bold: a level, 25 points, or more from %(name)s")
            % {"name": lineup.reference},
            lines=parts.customers(lineup),
        )
    ]
    if lineup.kind != ComparisonKind.REGIONS:
        blocks.append(
            Block(
                title=pages.agreement_title(lineup),
                measure=_("Of the first answers, before any meeting; 100: all gave the same"),
                lines=parts.agreement(lineup),
            )
        )
    return TablesLeaf(
        kicker=_("Customers"),
        title=pages.customers_title(lineup),
        heads=heads(lineup),
        blocks=tuple(blocks),
        so_what=_of_customers(lineup),
        source=_source(lineup),
    )


def _of_customers(lineup: Lineup) -> tuple[Point, ...]:
    guessed = [
        name
        for side, name in zip(lineup.sides, lineup.names, strict=True)
        if side.source.findings.customer.basis == "estimate"
    ]
    points = []
    if guessed:
        points.append(
            Point(
                lead=_("Ask customers before comparing them."),
                text=_("Only the bank’s own estimate is known for %(names)s; banks guess poorly.")
                % {"names": joined(guessed)},
            )
        )
    alone = [
        name
        for side, name in zip(lineup.sides, lineup.names, strict=True)
        if side.source.findings.agreement is None
    ]
    if alone and lineup.kind != ComparisonKind.REGIONS:
        points.append(
            Point(
                lead=_("One voice is not a bank."),
                text=_("Nobody else answered the same questions at %(names)s.")
                % {"names": joined(alone)},
            )
        )
    if not points:
        points.append(
            Point(
                lead=_("The ranges matter more than the order."),
                text=_("Where two ranges overlap, the next pulse may turn them round."),
            )
        )
    return tuple(points)


def gates(lineup: Lineup) -> TablesLeaf | None:
    """Risk gates and accounts; within one bank's regions both are the same."""
    if lineup.kind == ComparisonKind.REGIONS:
        return None
    return TablesLeaf(
        kicker=_("Risk and channels"),
        title=_("%(gates)s; %(channels)s")
        % {"gates": pages.gates_title(lineup), "channels": pages.channels_title(lineup)},
        heads=heads(lineup),
        blocks=(
            Block(
                title=_("The Risk gate and what it costs"),
                measure=_("Risk under its gate holds a bank in the lower half, whatever its mean"),
                lines=parts.gates(lineup),
            ),
            Block(
                title=_("Accounts by state"),
                measure=_("Live: a post within 30 days. Dormant: within 90. Abandoned: longer ago"),
                lines=parts.channels(lineup),
            ),
        ),
        so_what=_of_gates(lineup),
        source=_source(lineup),
    )


def _of_gates(lineup: Lineup) -> tuple[Point, ...]:
    lost = [
        (bank.raw - bank.effective, name)
        for side, name in zip(lineup.sides, lineup.names, strict=True)
        for bank in (side.source.findings.bank,)
        if bank.raw is not None and bank.effective is not None and bank.raw > bank.effective
    ]
    silent = [
        name
        for side, name in zip(lineup.sides, lineup.names, strict=True)
        if side.source.findings.channels is not None and side.source.findings.channels.silent
    ]
    points = []
    if lost:
        most, name = max(lost)
        points.append(
            Point(
                lead=_("Open the gate, and the score is there."),
                text=_("At %(name)s it takes %(points)s points away.")
                % {"name": name, "points": numbers.number(most, 1)},
            )
        )
    if silent:
        points.append(
            Point(
                lead=_("Close or revive silent accounts."),
                text=_("It is the cheapest step of all, and open to %(names)s.")
                % {"names": joined(silent)},
            )
        )
    if not points:
        points.append(
            Point(
                lead=_("Nothing is held back."),
                text=_("No gate takes points away, and no account is silent."),
            )
        )
    return tuple(points)
