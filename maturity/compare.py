"""Findings laid side by side: several banks, regions of a bank, or rounds of one over time.

The first of the findings is the reference. A difference counts from one level on: 25 points on
an axis, a dimension or a facet, one level on an answer. Findings of two framework versions meet
only where both ask the same: same id, facet, dimension, weight, control and words.
"""

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal

from maturity.answers import POINTS_PER_LEVEL
from maturity.content import FRAMEWORKS, load_framework
from maturity.estimate import mean
from maturity.framework import AWARENESS, CUSTOMERS, FACETS, USAGE, Framework
from maturity.scoring import score_dimensions, score_facets, with_channels

if TYPE_CHECKING:
    from maturity.assess import Findings
    from maturity.phrases import Wording

Axis = Literal["bank", "customer"]
Side = Literal["higher", "lower", "same"]
Reason = Literal["missing", "dimension", "facet", "weight", "control", "wording"]
AXES: tuple[Axis, ...] = ("bank", "customer")
LEVEL_STEP = 1.0
FEWEST, MOST = 2, 6
# Snapshots hold six decimals, so two of them may miss a level by a unit of the last.
ROUNDING = 2e-6


# ---- what two versions of the instrument share -------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An item that is not compared, and the first thing in which the versions differ."""

    item: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What may be compared: ``items`` in the reference's order, and what was left out.

    ``versions`` names each framework version once, the reference's first.
    """

    versions: tuple[str, ...]
    items: tuple[str, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing had to be left out."""
        return not self.left_out


@cache
def _folders() -> Mapping[str, str]:
    names = sorted(
        path.name for path in FRAMEWORKS.iterdir() if (path / "structure.yaml").is_file()
    )
    return {load_framework(name).version: name for name in names}


def edition(version: str, language: str = "en") -> tuple[Framework, "Wording"]:
    """A framework version, as findings name it ("1.0"), with its words in a language.

    Raises ``LookupError`` for a version that this program does not have, and for a language that
    it is not worded in.
    """
    from maturity.wording import load_wording  # noqa: PLC0415 -- slow, and scores need no words

    folder = _folders()[version]
    return load_framework(folder), load_wording(language, folder)


def common_items(editions: Sequence[tuple[Framework, "Wording"]]) -> Common:
    """The items that all these framework versions ask alike.

    ``wording`` must be in one language for all, since the words are compared. An item that only
    a later version has is left out as missing too. Raises ``ValueError`` without any edition.
    """
    if not editions:
        raise ValueError("there is nothing to compare")
    (first, words), *others = editions
    versions = tuple(dict.fromkeys(framework.version for framework, _ in editions))
    differing: dict[str, Reason] = {}
    for framework, wording in others:
        if framework is not first:
            for name in (*first.items, *framework.items):
                reason = _differs(name, (first, words), (framework, wording))
                if reason is not None:
                    differing.setdefault(name, reason)
    return Common(
        versions=versions,
        items=tuple(name for name in first.items if name not in differing),
        left_out=tuple(LeftOut(item=name, reason=why) for name, why in differing.items()),
    )


def _differs(
    name: str, one: tuple[Framework, "Wording"], other: tuple[Framework, "Wording"]
) -> Reason | None:
    here, there = one[0].items.get(name), other[0].items.get(name)
    if here is None or there is None:
        return "missing"
    tests: tuple[tuple[Reason, bool], ...] = (
        ("dimension", here.dimension != there.dimension),
        ("facet", here.facet != there.facet),
        ("weight", here.weight != there.weight),
        ("control", here.critical != there.critical),
        ("wording", wording_digest(one[1], name) != wording_digest(other[1], name)),
    )
    return next((reason for reason, differs in tests if differs), None)


def wording_digest(wording: "Wording", item: str) -> str:
    """A sha256 over what a respondent reads before answering: the question and its five levels."""
    words = wording.items[item]
    texts = [words.question, *(f"{level.headline}\n{level.plain}" for level in words.levels)]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


# ---- one of the sides --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """Awareness, usage and score, 0 to 100; None where nothing is scored."""

    awareness: float | None
    usage: float | None
    score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is compared of one set of findings.

    ``bank`` is the raw score of the bank axis, before the risk gate; ``customer`` the customer
    axis; both 0 to 100. ``dimensions`` holds the six and "CUS". ``items`` holds the merged
    levels, 1 to 5, None where nobody rated.
    """

    bank: float | None
    customer: float | None
    dimensions: Mapping[str, Facets]
    items: Mapping[str, float | None]


def profile(
    findings: "Findings", framework: Framework, items: Sequence[str] | None = None
) -> Profile:
    """The findings as they are, or scored over some ``items`` only.

    ``framework`` is the version that the findings were made with. Scored over fewer items, the
    bank axis keeps its channel index, and customers whom a pulse measured keep their score.
    """
    if items is None or set(items) == set(framework.items):
        return _as_found(findings)
    kept = {name: item for name, item in framework.items.items() if name in set(items)}
    return _over(findings, replace(framework, items=kept))


def _as_found(findings: "Findings") -> Profile:
    dimensions = {
        name: Facets(awareness=found.awareness, usage=found.usage, score=found.score)
        for name, found in findings.bank.dimensions.items()
    }
    customer = findings.customer
    dimensions[CUSTOMERS] = Facets(
        awareness=customer.awareness, usage=customer.usage, score=customer.score
    )
    return Profile(
        bank=findings.bank.raw,
        customer=customer.score,
        dimensions=dimensions,
        items={name: score.level for name, score in findings.items.items()},
    )


def _over(findings: "Findings", framework: Framework) -> Profile:
    dimensions = {
        name: Facets(awareness=found.awareness, usage=found.usage, score=found.score)
        for name, found in score_dimensions(framework, findings.items).items()
    }
    scores = [found.score for found in dimensions.values() if found.score is not None]
    dimensions[CUSTOMERS] = _customers(findings, framework)
    return Profile(
        bank=with_channels(framework.parameters, mean(scores), findings.bank.channel_index)
        if scores
        else None,
        customer=dimensions[CUSTOMERS].score,
        dimensions=dimensions,
        items={name: findings.items[name].level for name in framework.items},
    )


def _customers(findings: "Findings", framework: Framework) -> Facets:
    """What customers said does not depend on the questions put to the bank."""
    asked = {name for name, score in findings.items.items() if name.startswith(f"{CUSTOMERS}.")}
    same = asked == {item.id for item in framework.customer_items}
    if same or findings.customer.basis == "measured":
        found = findings.customer
        return Facets(awareness=found.awareness, usage=found.usage, score=found.score)
    facets = {
        name: facet.score
        for name, facet in score_facets(framework, findings.items, CUSTOMERS).items()
    }
    scored = [score for score in facets.values() if score is not None]
    return Facets(
        awareness=facets.get(AWARENESS),
        usage=facets.get(USAGE),
        score=mean(scored) if scored else None,
    )


# ---- side by side ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of every side, the reference's first. ``step`` is what one level is worth.

    Values are None where a side has none; it then differs from nothing.
    """

    values: tuple[float | None, ...]
    step: float

    @property
    def differences(self) -> tuple[float | None, ...]:
        """Each side minus the reference; the reference's own is 0."""
        first = self.values[0]
        return tuple(
            None if value is None or first is None else value - first for value in self.values
        )

    @property
    def sides(self) -> tuple[Side, ...]:
        """Which sides lie a level or more above or below the reference."""
        return tuple(self._side(change) for change in self.differences)

    @property
    def differs(self) -> bool:
        """Whether any side lies a level or more from the reference."""
        return any(side != "same" for side in self.sides)

    @property
    def spread(self) -> float | None:
        """Highest minus lowest; None with fewer than two values."""
        known = [value for value in self.values if value is not None]
        return max(known) - min(known) if len(known) >= FEWEST else None

    def _side(self, change: float | None) -> Side:
        if change is None or abs(change) < self.step - ROUNDING:
            return "same"
        return "higher" if change > 0 else "lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionRows:
    """A dimension's score, and awareness and usage apart."""

    score: Row
    awareness: Row
    usage: Row

    @property
    def differs(self) -> bool:
        """Whether a side lies a level from the reference in the score or in a facet."""
        return self.score.differs or self.awareness.differs or self.usage.differs

    def facet(self, name: str) -> Row:
        """The row of facet "A" or "U"."""
        return self.awareness if name == AWARENESS else self.usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Profiles side by side. ``dimensions`` has the six and "CUS", ``items`` what is common."""

    axes: Mapping[Axis, Row]
    dimensions: Mapping[str, DimensionRows]
    items: Mapping[str, Row]

    @property
    def count(self) -> int:
        """How many sides there are."""
        return len(self.axes["bank"].values)

    def apart(self) -> Iterator[tuple[str, str | None, int, float]]:
        """Every dimension or facet a level or more from the reference, the widest first.

        As (dimension, facet or None for the score, side's place, difference in points).
        """
        found = [
            (name, facet, place, change)
            for name, rows in self.dimensions.items()
            for facet, row in ((None, rows.score), *((f, rows.facet(f)) for f in FACETS))
            for place, (change, side) in enumerate(zip(row.differences, row.sides, strict=True))
            if side != "same" and change is not None
        ]
        # One of the same width and place: the dimension before its facets, in instrument order.
        return iter(sorted(found, key=lambda entry: -round(abs(entry[3]), 6)))


def compare(profiles: Sequence[Profile]) -> Comparison:
    """Profiles side by side, the first as the reference. Raises ``ValueError`` for fewer than two.

    A dimension or item is compared if any side has it.
    """
    if len(profiles) < FEWEST:
        raise ValueError(f"a comparison needs at least {FEWEST} sides, not {len(profiles)}")
    names = dict.fromkeys(name for one in profiles for name in one.dimensions)
    items = dict.fromkeys(name for one in profiles for name in one.items)
    return Comparison(
        axes={
            "bank": _points([one.bank for one in profiles]),
            "customer": _points([one.customer for one in profiles]),
        },
        dimensions={name: _dimension(name, profiles) for name in names},
        items={
            name: Row(values=tuple(one.items.get(name) for one in profiles), step=LEVEL_STEP)
            for name in items
        },
    )


def _dimension(name: str, profiles: Sequence[Profile]) -> DimensionRows:
    nothing = Facets(awareness=None, usage=None, score=None)
    found = [one.dimensions.get(name, nothing) for one in profiles]
    return DimensionRows(
        score=_points([one.score for one in found]),
        awareness=_points([one.awareness for one in found]),
        usage=_points([one.usage for one in found]),
    )


def _points(values: Sequence[float | None]) -> Row:
    return Row(values=tuple(values), step=POINTS_PER_LEVEL)


# ---- over time ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """How one figure changed between two rounds.

    ``change`` is after minus before: points, or levels for an item. ``level``: by a level or
    more.
    """

    before: float
    after: float
    level: bool

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What moved between two rounds; what either round did not score has no entry.

    ``items`` leaves out what stayed where it was.
    """

    axes: Mapping[Axis, Move]
    dimensions: Mapping[str, Move]
    facets: Mapping[tuple[str, str], Move]
    items: Mapping[str, Move]


def moved(before: Profile, after: Profile) -> Moves:
    """What changed from one round to the next, both scored over the same items."""
    found = compare([before, after])
    facets = {
        (name, facet): _move(rows.facet(facet))
        for name, rows in found.dimensions.items()
        for facet in FACETS
    }
    items = {name: _move(row) for name, row in found.items.items()}
    axes = {axis: _move(found.axes[axis]) for axis in AXES}
    dimensions = {name: _move(rows.score) for name, rows in found.dimensions.items()}
    return Moves(
        axes={axis: move for axis, move in axes.items() if move is not None},
        dimensions={name: move for name, move in dimensions.items() if move is not None},
        facets={key: move for key, move in facets.items() if move is not None},
        items={
            name: move
            for name, move in items.items()
            if move is not None and abs(move.change) > ROUNDING
        },
    )


def _move(row: Row) -> Move | None:
    before, after = row.values
    if before is None or after is None:
        return None
    return Move(before=before, after=after, level=row.differs)


def beyond_doubt(before: "Findings", after: "Findings", axis: Axis, z: float) -> bool:
    """Whether an axis moved by more than its errors explain: ``z`` standard errors of the change.

    Errors are taken as independent. Leniency that both rounds share would cancel out, so this
    rather doubts a move that took place than reports one that did not.
    """
    was, now = _axis(before, axis), _axis(after, axis)
    if was is None or now is None:
        return False
    return abs(now[0] - was[0]) > z * math.hypot(was[1], now[1])


def _axis(findings: "Findings", axis: Axis) -> tuple[float, float] | None:
    value, se = (
        (findings.bank.raw, findings.bank.se)
        if axis == "bank"
        else (findings.customer.score, findings.customer.se)
    )
    return None if value is None or se is None else (value, se)
