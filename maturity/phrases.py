"""What the instrument says in one language, as values. ``maturity.wording`` loads them.

Every text is plain, except that a behaviour may mark the phrase that changes from the level
below with two asterisks on either side.
"""

from collections.abc import Mapping
from dataclasses import dataclass

EMPHASIS = "**"


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionWording:
    """One of the six bank elements, or the customers."""

    name: str
    about: str
    best_answered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelWording:
    """One of the five answers to a question."""

    headline: str
    behaviour: str

    @property
    def plain(self) -> str:
        """The behaviour without its emphasis marks."""
        return self.behaviour.replace(EMPHASIS, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWording:
    """One question. ``levels`` holds five answers, lowest first."""

    title: str
    question: str
    why: str
    evidence_hint: str
    levels: tuple[LevelWording, ...]
    source_list: tuple[str, ...]

    @property
    def sources(self) -> str:
        """The backing of the question on one line."""
        return "; ".join(self.source_list)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionWording:
    """One step of the library: what to do, how to begin this week and what to count."""

    title: str
    do: str
    first_step: str
    kpi: str
    kpi_how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyWording:
    """What a quadrant asks of the bank: what it means, what to start and what to stop."""

    name: str
    short: str
    meaning: str
    start: tuple[str, ...]
    stop: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageWording:
    """One of the six stages of the roadmap, with an example."""

    id: str
    name: str
    about: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelName:
    """One of the five levels of maturity."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseWording:
    """One question to customers, with its options in the order of their points."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermWording:
    """A label that actions and reports carry, such as a rule or an opportunity."""

    name: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkWording:
    """One dated figure. ``sentence`` is a template with {value} and {year}."""

    what: str
    population: str
    note: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardWording:
    """Templates of the benchmark cards, by id; ``CARD_TEMPLATES`` lists their placeholders."""

    value: Mapping[str, str]
    units: Mapping[str, str]
    own: Mapping[str, str]
    asks: Mapping[str, str]
    measures: Mapping[str, str]
    age: Mapping[str, str]
    comparability: Mapping[str, str]
    answers: Mapping[str, str]
    marks: Mapping[str, str]
    caveats: Mapping[str, str]
    texts: Mapping[str, str]


CARD_TEMPLATES: Mapping[str, Mapping[str, str]] = {
    "value": dict.fromkeys(("exact", "about", "over", "under"), "number"),
    "units": dict.fromkeys(
        ("share", "members", "institutions", "million_users", "billion_users", "respondents"),
        "number",
    ),
    "own": {"budget": "number", "business": "number", "level": "number title"},
    "asks": {"budget": "", "business": ""},
    "measures": {"budget": "", "business": ""},
    "age": {"past": "age", "last": "", "present": "", "future": ""},
    "comparability": {"question": "", "population": "", "recent": ""},
    "answers": {"yes": "", "no": "", "unknown": ""},
    "marks": {"comparable": "", "limited": "", "historical": ""},
    "caveats": {
        "correlation": "",
        "forecast": "year",
        "basis_unknown": "",
        "share_of_share": "other",
        "no_trend": "other",
    },
    "texts": {"context": "", "asked": "", "contradiction": "B01 B12 B16"},
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wording:
    """Everything the instrument says in one language, complete.

    Keys are the framework's ids; ``stages`` and ``levels`` are keyed from 1. ``source_names``
    tells a reader what a source document is, by its file name.
    """

    language: str
    dimensions: Mapping[str, DimensionWording]
    items: Mapping[str, ItemWording]
    pulse: Mapping[str, PulseWording]
    actions: Mapping[str, ActionWording]
    strategies: Mapping[str, StrategyWording]
    stages: Mapping[int, StageWording]
    levels: Mapping[int, LevelName]
    rules: Mapping[str, TermWording]
    opportunities: Mapping[str, TermWording]
    value_steps: Mapping[str, TermWording]
    focus_areas: Mapping[str, TermWording]
    benefits: Mapping[str, TermWording]
    success_factors: Mapping[str, TermWording]
    channel_kinds: Mapping[str, TermWording]
    owners: Mapping[str, str]
    cost_bands: tuple[str, ...]
    risk_tags: Mapping[str, str]
    benchmarks: Mapping[str, BenchmarkWording]
    cards: CardWording
    source_names: Mapping[str, str]
