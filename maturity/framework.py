"""The instrument as values: what is asked, what it weighs and which actions lift it.

Every class is frozen and built by ``maturity.content.load_framework`` from the files under
``maturity/frameworks/``. Points run from 0 to 100; a level from 1 to 5; a level is worth
``25 * (level - 1)`` points.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maturity.benchmark import BenchmarkRecord

AWARENESS = "A"
USAGE = "U"
FACETS = (AWARENESS, USAGE)
CUSTOMERS = "CUS"
RISK = "RSK"
LOWEST_LEVEL, HIGHEST_LEVEL = 1, 5
EFFORTS = (1, 2, 3, 5, 8)
LONG_EFFORT = 8
STAGES = (1, 2, 3, 4, 5, 6)
COST_BANDS = (0, 1, 2, 3)


def points_of(level: float) -> float:
    """Points of a level: 1 is 0, 5 is 100."""
    return 25.0 * (level - 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question. ``facet`` is "A" (awareness) or "U" (usage)."""

    id: str
    dimension: str
    facet: str
    weight: int
    critical: bool
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One step of the library. ``lifts`` names the level each item is lifted towards."""

    id: str
    stage: int
    effort: int
    lifts: Mapping[str, int]
    pre: tuple[str, ...]
    closes_channels: bool
    rule: str
    opportunity: str
    value_step: str
    owner: str
    cost_band: int
    risk_tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """What a quadrant makes worthwhile: worth of a point on each axis and of each stage."""

    id: str
    bank: float
    customers: float
    stages: tuple[float, ...]
    parallel: int
    twin_track: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A band of scores. ``name`` is the stable key in the findings, not a translation."""

    number: int
    from_score: float
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Numbers of the scoring, in points unless the structure file says otherwise."""

    awareness_weight: float
    usage_weight: float
    channel_share: float
    rating_sd: float
    rating_prior: float
    leniency: float
    leniency_prior: float
    leniency_least: float
    customer_bias: float
    z90: float
    bank_midline: float
    customer_midline: float
    risk_gate: float
    critical_cap: float
    critical_level: float
    gate_margin: float
    least_coverage: float
    channel_se: Mapping[str, float]
    evidence: Mapping[str, float]
    firm: float
    leaning: float
    widest_deviation: float

    def facet_weight(self, facet: str) -> float:
        """Share of one facet in its dimension's score."""
        return self.awareness_weight if facet == AWARENESS else self.usage_weight


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapParameters:
    """Numbers of the planner. ``range`` holds (bank, customer) progress by pace."""

    capacity: float
    quarters: int
    bank_progress: float
    customer_progress: float
    most_step: float
    least_distance: float
    range: Mapping[str, tuple[float, float]]
    target_step: float
    target_edges: tuple[float, ...]
    risk_target: float
    risk_target_upper: float
    customer_gain: float
    risk_urgency: float
    ungated_stage: int
    look_ahead: tuple[float, ...]
    prices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelParameters:
    """Numbers of the channel index. Steps are (at most, value) pairs in rising order."""

    targets_posts30: Mapping[str, float]
    recency_days: tuple[tuple[float, float], ...]
    speed_minutes: tuple[tuple[float, float], ...]
    weights: Mapping[str, float]
    live_days: float
    dormant_days: float
    penalty: Mapping[str, float]
    answered_share: float
    base_without_account: float
    breadth: Mapping[int, float]
    breadth_from_score: float

    @property
    def kinds(self) -> tuple[str, ...]:
        """The four groups of networks."""
        return tuple(self.targets_posts30)


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseItem:
    """One question to customers; ``points`` holds the worth of each option in order."""

    id: str
    facet: str
    points: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseParameters:
    """When a customer pulse counts, and how much."""

    source_bias: Mapping[str, float]
    least_n_eff: float
    replaces_n_eff: float
    replaces_half_width: float
    replaces_sources: tuple[str, ...]
    least_standard_error: float
    items: tuple[PulseItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The closed lists of ids that actions refer to."""

    rules: tuple[str, ...]
    opportunities: tuple[str, ...]
    value_steps: tuple[str, ...]
    risk_tags: tuple[str, ...]
    owners: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Framework:
    """One version of the instrument, checked when it was loaded.

    ``items`` and ``actions`` keep the order of their files. Not slotted, because the parts
    derived from it are kept once computed; compared by identity, because it is loaded once.
    """

    version: str
    folder: str
    dimensions: tuple[str, ...]
    items: Mapping[str, Item]
    actions: Mapping[str, Action]
    strategies: Mapping[str, Strategy]
    levels: tuple[Level, ...]
    parameters: Parameters
    roadmap: RoadmapParameters
    channels: ChannelParameters
    pulse: PulseParameters
    vocabulary: Vocabulary = field(repr=False)

    @cached_property
    def bank_items(self) -> tuple[Item, ...]:
        """The questions about the bank, in instrument order."""
        return tuple(item for item in self.items.values() if item.dimension != CUSTOMERS)

    @cached_property
    def customer_items(self) -> tuple[Item, ...]:
        """The questions in which the bank estimates its customers."""
        return tuple(item for item in self.items.values() if item.dimension == CUSTOMERS)

    @cached_property
    def critical_items(self) -> tuple[Item, ...]:
        """The controls that never accept N/A."""
        return tuple(item for item in self.items.values() if item.critical)

    @cached_property
    def facets(self) -> Mapping[tuple[str, str], tuple[Item, ...]]:
        """Items by (dimension, facet)."""
        groups: dict[tuple[str, str], list[Item]] = {}
        for item in self.items.values():
            groups.setdefault((item.dimension, item.facet), []).append(item)
        return {key: tuple(items) for key, items in groups.items()}

    @cached_property
    def benchmarks(self) -> tuple["BenchmarkRecord", ...]:
        """The dated figures of the sources; read from their file when first asked for."""
        from maturity.benchmark import load_benchmarks  # noqa: PLC0415 -- only some pages show them

        return load_benchmarks(self.folder, self.items)
