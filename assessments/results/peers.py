"""The bank beside its peers: frozen medians and quartiles of other banks, or why there are none."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.benchmarks import seasons
from assessments.benchmarks.queries import READERS, PeerCellFacts, PeerFacts
from assessments.models import SizeBand
from assessments.people.countries import country_name
from assessments.results import svg
from assessments.results.peer_svg import STEPS
from assessments.results.subject import Source
from assessments.ui import numbers
from maturity.peers import COMPLEMENT, FEW, GROUP, LEAST_OTHERS, MIXED

AXES = ("bank", "customer")

# Why a cell shows nothing; `n` is the least number of others.
_REASONS: Mapping[str, str | Promise] = {
    FEW: gettext_lazy(
        "Too few banks (n < %(n)s): a figure needs at least %(n)s others that lend a result of three "
        "months or more."
    ),
    GROUP: gettext_lazy(
        "One banking group too large: it makes up more than a quarter of the banks that lend, and a "
        "figure could tell about the group."
    ),
    COMPLEMENT: gettext_lazy(
        "Hidden beside another: a single figure of this kind has too few banks, and with this one "
        "it could be worked out."
    ),
    MIXED: gettext_lazy(
        "Not apart: these banks stand in wider figures already, and could be told from the others."
    ),
    READERS: gettext_lazy(
        "Too few banks (n < %(n)s) besides those whose results somebody who reads this page may "
        "read anyway."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRow:
    """One score beside its peers; the strings are formatted, the chart draws the same numbers."""

    name: str
    own: str
    median: str
    middle: str
    standing: str
    chart: svg.PeerBand


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerTable:
    """One cell: all banks, a size band or a country. ``reason`` stands in place of rows."""

    slice: str
    name: str
    basis: str  # how many banks, as of when
    measure: str
    reason: str
    rows: tuple[PeerRow, ...]
    quartiles: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """All cells, widest first. Without any that shows something, ``reason`` says why."""

    title: str
    reason: str
    fictional: str
    source: str
    frozen: str  # the same in short
    axis: svg.PeerAxis
    first: PeerTable | None
    others: tuple[PeerTable, ...]


def peers(source: Source) -> Peers | None:
    """The comparison of a published result; None for any other."""
    facts = source.subject.peers
    if facts is None:
        return None
    tables = tuple(_table(source, facts, cell) for cell in facts.cells)
    shown = [table for table in tables if table.rows]
    first = shown[0] if shown else None
    return Peers(
        title=_title(source, facts) if first else _("No peers to compare with yet"),
        reason="" if first else _none(facts, tables),
        fictional=_("Fictional banks, invented for demonstration.") if facts.fictional else "",
        source=_source(facts) if first else "",
        frozen=_frozen(facts) if first else "",
        axis=svg.PeerAxis(
            label=_("Scores from 0 to 100"), names=tuple(numbers.number(step) for step in STEPS)
        ),
        first=first,
        others=tuple(table for table in tables if table is not first) if first else (),
    )


def own_scores(source: Source) -> dict[str, float | None]:
    """The bank's scores by the names that peers have; those that count."""
    bank, customer = source.findings.bank, source.findings.customer
    scores: dict[str, float | None] = {"bank": bank.effective, "customer": customer.score}
    for id_ in source.framework.dimensions:
        found = bank.dimensions.get(id_)
        scores[id_] = None if found is None else found.score
    return scores


# ---- words ------------------------------------------------------------------------------------


def _none(facts: PeerFacts, tables: tuple[PeerTable, ...]) -> str:
    if facts.state == "apart":
        return _(
            "This bank does not lend its scores to the peers, and whoever lends nothing sees nothing. "
            "Its lead can join under “Profile”."
        )
    if facts.state == "early":
        return _(
            "Not yet frozen: the first figures with this bank are %(quarter)s, from %(day)s."
        ) % {
            "quarter": seasons.in_words(facts.until),
            "day": numbers.day(seasons.freezing_day(facts.until)),
        }
    return tables[0].reason if tables else str(_REASONS[FEW]) % {"n": numbers.number(LEAST_OTHERS)}


def _title(source: Source, facts: PeerFacts) -> str:
    """Where the bank lies furthest behind the widest figure that is shown."""
    cell = next(cell for cell in facts.cells if cell.rows)
    own = own_scores(source)
    behind = sorted(
        (round(score - median, 9), place, name)
        for place, (name, median, _low, _high) in enumerate(cell.rows)
        if name not in AXES and (score := own[name]) is not None
    )
    if not behind:
        return _("The bank beside its peers")
    apart, _place, name = behind[0]
    values = {"name": source.dimension(name), "points": numbers.score(abs(apart))}
    if apart >= 0:
        return _("No dimension lies behind the peers’ median; %(name)s is closest to it") % values
    return _("Furthest behind its peers in %(name)s: %(points)s points below their median") % values


def _frozen(facts: PeerFacts) -> str:
    return _("Peers: frozen with %(quarter)s on %(day)s.") % _when(facts)


def _when(facts: PeerFacts) -> dict[str, str]:
    day = "" if facts.frozen_on is None else numbers.day(facts.frozen_on)
    return {"quarter": seasons.in_words(facts.quarter), "day": day}


def _source(facts: PeerFacts) -> str:
    return _(
        "Results that banks lend without their names, three months old or more, frozen with "
        "%(quarter)s on %(day)s. Whole points; this bank is left out; no lowest or highest is shown. "
        "No score, target or roadmap uses them."
    ) % _when(facts)


def _slice_name(slice_: str) -> str:
    kind, _colon, value = slice_.partition(":")
    if kind == "size":
        return _("Banks of this size: %(size)s") % {"size": str(SizeBand(value).label)}
    if kind == "country":
        return _("Banks in this country: %(country)s") % {"country": country_name(value)}
    return _("All banks that lend")


# ---- tables -----------------------------------------------------------------------------------


def _table(source: Source, facts: PeerFacts, cell: PeerCellFacts) -> PeerTable:
    own = own_scores(source)
    rows = tuple(_row(source, own[name], name, triple) for name, *triple in cell.rows)
    reason = _REASONS.get(cell.hidden, _REASONS[FEW]) if cell.hidden else ""
    quartiles = any(lower is not None for _name, _median, lower, _upper in cell.rows)
    return PeerTable(
        slice=cell.slice,
        name=_slice_name(cell.slice),
        basis=_basis(cell) if rows else "",
        measure=_measure(cell, quartiles=quartiles) if rows else "",
        reason=str(reason) % {"n": numbers.number(LEAST_OTHERS)} if reason else "",
        rows=rows,
        quartiles=quartiles,
    )


def _basis(cell: PeerCellFacts) -> str:
    """How many banks, as of when."""
    return ngettext("%(n)s other bank, %(quarter)s", "%(n)s other banks, %(quarter)s", cell.n) % {
        "n": numbers.number(cell.n),
        "quarter": seasons.in_words(cell.as_of),
    }


def _measure(cell: PeerCellFacts, *, quartiles: bool) -> str:
    if quartiles:
        text = _("%(basis)s. Line: median. Band: the middle half. Dot: this bank")
    else:
        text = _("%(basis)s. Line: median, alone below ten banks. Dot: this bank")
    return text % {"basis": _basis(cell)}


def _row(source: Source, own: float | None, name: str, triple: list[int | None]) -> PeerRow:
    median, lower, upper = triple
    assert median is not None  # noqa: S101 -- a cell with rows has medians
    named = {"bank": _("Bank"), "customer": _("Customers")}.get(name) or source.dimension(name)
    texts = {
        "name": named,
        "own": numbers.score(own),
        "median": numbers.number(median),
        "middle": _middle(lower, upper),
    }
    return PeerRow(
        name=named,
        own=texts["own"],
        median=texts["median"],
        middle=texts["middle"],
        standing=_standing(own, median, lower, upper),
        chart=svg.PeerBand(
            label=_("%(name)s: this bank %(own)s, peers’ median %(median)s.") % texts
            if lower is None
            else _("%(name)s: this bank %(own)s, peers’ median %(median)s, middle half %(middle)s.")
            % texts,
            value=own,
            median=median,
            lower=lower,
            upper=upper,
        ),
    )


def _middle(lower: int | None, upper: int | None) -> str:
    if lower is None or upper is None:
        return "–"
    return numbers.interval(lower, upper, 0)


def _standing(own: float | None, median: int, lower: int | None, upper: int | None) -> str:
    """Where the bank lies, in words: colour and place are not enough."""
    if own is None:
        return ""
    if lower is not None and upper is not None:
        if own < lower:
            return _("below the middle half")
        return _("above the middle half") if own > upper else _("in the middle half")
    if round(own) == median:
        return _("at the median")
    return _("above the median") if own > median else _("below the median")
