"""Comparison: the bank beside its peers, and dated figures shown as what they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.reports.paper import plots
from assessments.reports.paper.actions import crowded
from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Leaf, Point
from assessments.results import svg
from assessments.results.peers import PeerRow, Peers, PeerTable
from assessments.results.subject import joined, listed
from assessments.ui import numbers
from maturity.benchmark import Card, cards

# The figures worth a banker's minute, each with something of the bank's own beside it.
PREFERRED = ("B24", "B15", "B18", "B12", "B04", "B01", "B32", "B26")
MOST_CARDS = 4
FEW_CARDS = 2
FEW_ACCOUNTS = 5  # rows that leave room for a comparison under them
CHART = svg.Paper(282, 24)
AXIS = svg.Paper(282, 20)
ROW = 28  # px from row to row, as the style sheet has it
FRAMEWORK_YEAR = 2026  # of version 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One card: the bank's own number first, then the figure and its limits."""

    own: str
    text: str
    meta: str
    mark: str
    checks: str
    provenance: str
    caveats: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarksLeaf(Leaf):
    """The peers or why there are none, then the cards."""

    peers_title: str
    peers: str  # in place of the rows
    measure: str
    chart: SafeString | str
    peer_rows: tuple[PeerRow, ...]
    quartiles: bool
    narrower_title: str
    narrower: tuple[Point, ...]
    cards_title: str
    cards_measure: str
    rows: tuple[tuple[Figure, ...], ...]
    contradiction: str

    template: ClassVar[str] = "reports/leaves/benchmarks.html"


def build(edition: Edition, most: int = MOST_CARDS) -> BenchmarksLeaf:
    """The comparison page, or with fewer cards its part of the channel page."""
    peers = edition.page.peers
    table = peers.first if peers else None
    drawn = None if beside_channels(edition) else table
    chosen = _chosen(edition)[: FEW_CARDS if table else most]
    figures = tuple(_figure(card) for card in chosen)
    return BenchmarksLeaf(
        kicker=_("Comparison"),
        title=peers.title if peers and table else _title_without(len(figures)),
        sentence=_(
            "A comparison with other banks is printed only when at least 5 of them contribute."
        ),
        peers_title=_peers_title(peers),
        peers="" if drawn else _in_words(peers, table) if peers and table else _no_peers(peers),
        measure=_measure(peers, drawn) if peers and drawn else "",
        chart=_chart(peers, drawn) if peers and drawn else "",
        peer_rows=drawn.rows if drawn else (),
        quartiles=drawn.quartiles if drawn else False,
        narrower_title=_("Narrower comparisons"),
        narrower=tuple(_narrower(other) for other in peers.others)
        if peers and not beside_channels(edition)
        else (),
        cards_title=_("Dated figures, beside the bank’s own level"),
        cards_measure=_(
            "Each with its population, year, age (counted from %(year)s) and comparability; none "
            "enters a score"
        )
        % {"year": _as_of(edition)},
        rows=tuple(figures[i : i + 2] for i in range(0, len(figures), 2)),
        contradiction=next((card.contradiction for card in chosen if card.contradiction), ""),
        so_what=_so_what(shown=table is not None),
        source=" ".join(part for part in _sources(peers, chosen, drawn=drawn) if part),
    )


def _title_without(count: int) -> str:
    return ngettext(
        "No peer benchmark yet: %(count)s dated figure gives context, not a score",
        "No peer benchmark yet: %(count)s dated figures give context, not a score",
        count,
    ) % {"count": numbers.number(count)}


def _peers_title(peers: Peers | None) -> str:
    if peers is None:
        return _("Peers: not shown")
    return _("The bank beside its peers") if peers.first else _("Peers: none to show")


def _no_peers(peers: Peers | None) -> str:
    reason = peers.reason if peers else _("Peers stand beside a published result only.")
    midline = _(
        "The midline of 50, where every answer is at level 3, stands in the charts instead."
    )
    return f"{reason} {midline}"


def _narrower(table: PeerTable) -> Point:
    """A size band or a country in one line: its medians, or why it shows none."""
    text = _medians(table) if table.rows else table.reason
    return Point(lead=f"{table.name}.", text=text)


def _in_words(peers: Peers, table: PeerTable) -> str:
    """The widest comparison on the channel page, which has no room for its drawing."""
    scores = listed(
        [
            _("%(name)s %(own)s, peers %(median)s (%(middle)s)") % _texts(row)
            if table.quartiles
            else _("%(name)s %(own)s, peers %(median)s") % _texts(row)
            for row in table.rows
        ]
    )
    parts = (f"{table.name}, {table.basis}: {scores}.", peers.fictional)
    return " ".join(part for part in parts if part)


def _texts(row: PeerRow) -> dict[str, str]:
    return {"name": row.name, "own": row.own, "median": row.median, "middle": row.middle}


def _medians(table: PeerTable) -> str:
    return _("%(basis)s. Medians: %(medians)s.") % {
        "basis": table.basis,
        "medians": joined([f"{row.name} {row.median}" for row in table.rows]),
    }


def _measure(peers: Peers, table: PeerTable) -> str:
    return " ".join(part for part in (f"{table.name}.", peers.fictional, table.measure) if part)


def _chart(peers: Peers, table: PeerTable) -> SafeString:
    return plots.rows([row.chart.draw(CHART) for row in table.rows], ROW, peers.axis.draw(AXIS))


def _so_what(*, shown: bool) -> tuple[Point, ...]:
    old = Point(
        lead=_("Do not steer by these.") if not shown else _("Do not steer by the dated figures."),
        text=_("All are over ten years old; the roadmap ignores them."),
    )
    if shown:
        return (
            Point(
                lead=_("Peers are a mirror, not a target."),
                text=_(
                    "Lending is voluntary, so they are no sample of all banks; no score, target or "
                    "action follows from them."
                ),
            ),
            old,
        )
    return (
        old,
        Point(
            lead=_("Compare the bank with itself."),
            text=_("The next assessment, with the same questions, is the better benchmark."),
        ),
    )


def _chosen(edition: Edition) -> tuple[Card, ...]:
    subject, source = edition.source.subject, edition.source
    levels = {id_: score.level for id_, score in source.findings.items.items()}
    made = {
        card.id: card
        for card in cards(
            source.framework,
            source.wording,
            as_of=_as_of(edition),
            country=subject.country or None,
            budget_share=subject.marketing_share,
            business_share=subject.business_share,
            levels=levels,
            number=_number,
        )
    }
    ordered = [made[id_] for id_ in PREFERRED if id_ in made]
    ordered += [card for id_, card in made.items() if id_ not in PREFERRED and card.own]
    return tuple(ordered[:MOST_CARDS])


def beside_channels(edition: Edition) -> bool:
    """Whether the comparison shares the channel page: few accounts leave room for it.

    Peers need a page of their own, unless a long plan leaves none.
    """
    inventory = edition.source.findings.channels
    if edition.page.peers is not None and edition.page.peers.first is not None:
        return crowded(edition)
    return crowded(edition) or (inventory is not None and len(inventory.accounts) <= FEW_ACCOUNTS)


def alone(edition: Edition) -> BenchmarksLeaf | None:
    """The page of its own, unless the channel page carries the comparison."""
    return None if beside_channels(edition) else build(edition)


def _as_of(edition: Edition) -> int:
    """The year from which ages count: the report's, else the framework's; never the clock's."""
    known = edition.date or edition.source.subject.as_of
    return known.year if known else FRAMEWORK_YEAR


def _number(value: float) -> str:
    places = 0 if value == int(value) else 1 if round(value, 1) == value else 2
    return numbers.number(value, places)


def _sources(
    peers: Peers | None, chosen: tuple[Card, ...], *, drawn: PeerTable | None
) -> Iterator[str]:
    """Of peers and cards; short where the page is that of the channels."""
    if peers and drawn:
        yield peers.fictional
        yield peers.source
    elif peers:
        yield peers.frozen
    yield _("Sources: %(names)s.") % {"names": "; ".join(_named(chosen))}


def _named(chosen: tuple[Card, ...]) -> list[str]:
    return list(dict.fromkeys(f"{card.source} ({card.seed})" for card in chosen))


def _figure(card: Card) -> Figure:
    return Figure(
        own=card.own,
        text=card.sentence,
        meta=", ".join(part for part in (card.population, card.age_text) if part),
        mark=card.comparability.label,
        checks=" · ".join(f"{question} {answer}" for question, answer in card.comparability.rows),
        provenance=_("%(seed)s. %(asked)s") % {"seed": card.seed, "asked": card.asked},
        caveats=card.caveats,
    )
