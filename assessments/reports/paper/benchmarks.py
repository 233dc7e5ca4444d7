"""Comparison: no peers yet, and dated figures shown as what they are."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.reports.paper.actions import crowded
from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Leaf, Point
from assessments.ui import numbers
from maturity.benchmark import Card, cards

# The figures worth a banker's minute, each with something of the bank's own beside it.
PREFERRED = ("B24", "B15", "B18", "B12", "B04", "B01", "B32", "B26")
MOST_CARDS = 4
FEW_CARDS = 2
FEW_ACCOUNTS = 5  # rows that leave room for a comparison under them
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
    """The missing peers, then the cards."""

    peers_title: str
    peers: str
    cards_title: str
    cards_measure: str
    rows: tuple[tuple[Figure, ...], ...]
    contradiction: str

    template: ClassVar[str] = "reports/leaves/benchmarks.html"


def build(edition: Edition, most: int = MOST_CARDS) -> BenchmarksLeaf:
    """The comparison page, or with fewer cards its part of the channel page."""
    chosen = _chosen(edition)[:most]
    figures = tuple(_figure(card) for card in chosen)
    return BenchmarksLeaf(
        kicker=_("Comparison"),
        title=ngettext(
            "No peer benchmark yet: %(count)s dated figure gives context, not a score",
            "No peer benchmark yet: %(count)s dated figures give context, not a score",
            len(figures),
        )
        % {"count": numbers.number(len(figures))},
        sentence=_(
            "A comparison with other banks is printed only when at least 5 of them contribute."
        ),
        peers_title=_("Peers: suppressed, n < 5"),
        peers=_(
            "Fewer than five other banks contribute, so neither a median nor a range is shown: it "
            "could reveal a single bank. The midline of 50, where every answer is at level 3, "
            "stands in the charts instead."
        ),
        cards_title=_("Dated figures, beside the bank’s own level"),
        cards_measure=_(
            "Each with its population, year, age (counted from %(year)s) and comparability; none "
            "enters a score"
        )
        % {"year": _as_of(edition)},
        rows=tuple(figures[i : i + 2] for i in range(0, len(figures), 2)),
        contradiction=next((card.contradiction for card in chosen if card.contradiction), ""),
        so_what=(
            Point(
                lead=_("Do not steer by these."),
                text=_("All are over ten years old; the roadmap ignores them."),
            ),
            Point(
                lead=_("Compare the bank with itself."),
                text=_("The next assessment, with the same questions, is the better benchmark."),
            ),
        ),
        source=_("Sources: %(names)s.") % {"names": "; ".join(_sources(chosen))},
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
    """Whether the comparison shares the channel page: few accounts leave room for it."""
    inventory = edition.source.findings.channels
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


def _sources(chosen: tuple[Card, ...]) -> list[str]:
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
