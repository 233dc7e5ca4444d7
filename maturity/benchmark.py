"""Dated figures from the source documents, and the cards that show them without misleading.

A card is context: never a score, a rank or a target, and the roadmap knows nothing of it. The
bank's own number comes first; vagueness, age, correlation, forecast and unknown basis stay on
view; figures counted differently never share a line (framework, section F).
"""

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

from maturity.content import FRAMEWORKS, ContentError, read_yaml
from maturity.framework import Framework
from maturity.phrases import CARD_TEMPLATES, CardWording
from maturity.wording import Wording

FILE = "benchmarks.yaml"
SIGNS = {"~": "about", ">": "over", "<": "under"}
SECTORS = ("banks", "finance", "businesses", "users")
# Records are linked to an item, or to one of these parts of the assessment.
PARTS = ("channels", "customer context")
RECENT_YEARS = 3
CONTRADICTORY = ("B01", "B12", "B16")


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkRecord:
    """One figure as its source gives it.

    ``value`` may begin with ~ (about), > (over) or < (under); ``vague`` is the same said in
    words. ``country`` is the country counted, ``outside`` one that was left out. ``own`` names
    the bank's own number to show first: "budget" or "business". ``measurable`` figures are those
    a bank can state about itself.
    """

    id: str
    value: float | str
    unit: str
    year: int
    kind: str
    seed: str
    item: str | None
    sector: str
    country: str | None = None
    outside: str | None = None
    measurable: bool = False
    vague: str | None = None
    share_of: str | None = None
    no_trend_with: str | None = None
    correlation: bool = False
    forecast: bool = False
    basis_unknown: bool = False
    own: str | None = None

    @property
    def number(self) -> float:
        """The figure without its sign."""
        return float(str(self.value).lstrip("".join(SIGNS)))

    @property
    def sign(self) -> str:
        """How exact the figure is: "exact", "about", "over" or "under"."""
        return self.vague or SIGNS.get(str(self.value)[0], "exact")

    @property
    def measure(self) -> str:
        """What the number counts: "share" (per cent) or the unit as an id."""
        return "share" if self.unit.startswith("%") else self.unit.replace(" ", "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparability:
    """How far a figure may be laid beside a bank's own: three answers and what they amount to.

    Answers are "yes", "no" or "unknown"; ``mark`` is "comparable", "limited" or "historical".
    ``rows`` holds question and answer in words, ``label`` the mark in words.
    """

    question: str
    population: str
    recent: str
    mark: str
    label: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One figure ready to show. ``item`` is an item id, a part of the assessment or None.

    ``own`` is the bank's own number in words, empty when there is none; ``asks`` then tells which
    number to enter, if one would help. ``age`` is in years, negative for a year still to come.
    """

    id: str
    item: str | None
    own: str
    asks: str
    value: str
    what: str
    population: str
    year: int
    age: int
    age_text: str
    sentence: str
    asked: str
    note: str
    seed: str
    source: str
    comparability: Comparability
    caveats: tuple[str, ...]
    contradiction: str

    @property
    def text(self) -> str:
        """The bank's own number, if any, then the figure."""
        return f"{self.own} {self.sentence}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNumbers:
    """What the bank says about itself: per cent for the shares, levels 1 to 5 by item id."""

    budget: float | None = None
    business: float | None = None
    levels: Mapping[str, float | None]

    def __post_init__(self) -> None:
        for name, share in (("budget", self.budget), ("business", self.business)):
            if share is not None and not 0 <= share <= 100:  # noqa: PLR2004 -- per cent
                raise ValueError(f"{name}: expected a share of 0 to 100 per cent")

    def share(self, name: str | None) -> float | None:
        """The share that a record names, None when it names none."""
        return {"budget": self.budget, "business": self.business}.get(name or "")


def plain_number(value: float) -> str:
    """Digits with thousands commas and no needless decimals: 17,000 or 6.9."""
    return f"{round(value, 2):,}".removesuffix(".0")


def cards(
    framework: Framework,
    wording: Wording,
    *,
    as_of: int,
    country: str | None = None,
    budget_share: float | None = None,
    business_share: float | None = None,
    levels: Mapping[str, float | None] | None = None,
    number: Callable[[float], str] = plain_number,
) -> tuple[Card, ...]:
    """One card for each figure, in the order of the records.

    ``as_of`` is the year from which ages are counted; ``country`` the bank's ISO code. The shares
    are the bank's own, in per cent: of its marketing budget spent on social, of its business won
    through social channels; outside 0 to 100 raises ``ValueError``. ``levels`` holds the bank's
    levels by item. ``number`` writes a number in the reader's language.
    """
    own = OwnNumbers(budget=budget_share, business=business_share, levels=levels or {})
    writer = _Writer(framework, wording, as_of, number)
    return tuple(writer.card(record, own, country) for record in framework.benchmarks)


def contradiction(
    framework: Framework, wording: Wording, *, number: Callable[[float], str] = plain_number
) -> str:
    """What the sources disagree on, in words: leading by presence, trailing by success."""
    records = {record.id: record for record in framework.benchmarks}
    values = {id_: value_text(records[id_], wording.cards, number) for id_ in CONTRADICTORY}
    return wording.cards.texts["contradiction"].format(**values)


def value_text(record: BenchmarkRecord, words: CardWording, number: Callable[[float], str]) -> str:
    """The figure with its unit and the source's vagueness, such as "about 88 %"."""
    counted = words.units[record.measure].format(number=number(record.number))
    return words.value[record.sign].format(number=counted)


class _Writer:
    """Turns records into cards in one language, seen from one year."""

    def __init__(
        self, framework: Framework, wording: Wording, as_of: int, number: Callable[[float], str]
    ) -> None:
        self.wording = wording
        self.words = wording.cards
        self.as_of = as_of
        self.number = number
        self.contradiction = contradiction(framework, wording, number=number)

    def card(self, record: BenchmarkRecord, own: OwnNumbers, country: str | None) -> Card:
        text = self.wording.benchmarks[record.id]
        value = value_text(record, self.words, self.number)
        age = self.as_of - record.year
        mine = self.own(record, own)
        return Card(
            id=record.id,
            item=record.item,
            own=mine,
            asks=self.asks(record, own),
            value=value,
            what=text.what,
            population=text.population,
            year=record.year,
            age=age,
            age_text=self.age(age),
            sentence=text.sentence.format(value=value, year=record.year),
            asked=self.words.texts["asked"],
            note=text.note,
            seed=record.seed,
            source=self.wording.source_names[record.seed],
            comparability=self.comparability(record, age, country),
            caveats=self.caveats(record, own),
            contradiction=self.contradiction if record.id in CONTRADICTORY else "",
        )

    def own(self, record: BenchmarkRecord, own: OwnNumbers) -> str:
        share = own.share(record.own)
        if record.own is not None and share is not None:
            return self.words.own[record.own].format(number=self.number(share))
        item = self.wording.items.get(record.item or "")
        level = own.levels.get(record.item or "")
        if item is None or level is None:
            return ""
        return self.words.own["level"].format(title=item.title, number=self.number(round(level, 1)))

    def asks(self, record: BenchmarkRecord, own: OwnNumbers) -> str:
        if record.own is None or own.share(record.own) is not None:
            return ""
        return self.words.asks[record.own]

    def age(self, age: int) -> str:
        if age > 1:
            return self.words.age["past"].format(age=self.number(age))
        return self.words.age["future" if age < 0 else ("present", "last")[age]]

    def caveats(self, record: BenchmarkRecord, own: OwnNumbers) -> tuple[str, ...]:
        words = self.words.caveats
        found = {
            words["correlation"]: record.correlation,
            words["forecast"].format(year=record.year): record.forecast,
            words["basis_unknown"]: record.basis_unknown,
            words["share_of_share"].format(other=record.share_of): record.share_of,
            words["no_trend"].format(other=record.no_trend_with): record.no_trend_with,
        }
        if record.own is not None and own.share(record.own) is not None:
            found[self.words.measures[record.own]] = True
        return tuple(text for text, holds in found.items() if holds)

    def comparability(
        self, record: BenchmarkRecord, age: int, country: str | None
    ) -> Comparability:
        answers = {
            "question": "unknown" if record.measurable else "no",
            "population": _population(record, country),
            "recent": "yes" if age <= RECENT_YEARS else "no",
        }
        mark = _mark(answers)
        rows = tuple(
            (self.words.comparability[key], self.words.answers[answer])
            for key, answer in answers.items()
        )
        return Comparability(**answers, mark=mark, label=self.words.marks[mark], rows=rows)


def _population(record: BenchmarkRecord, country: str | None) -> str:
    """Whether the figure counts banks like this one; firms of all trades are no match."""
    if record.sector not in ("banks", "finance") or record.outside == (country or ""):
        return "no"
    if country is None or record.country is None:
        return "unknown"
    return "yes" if record.country == country else "no"


def _mark(answers: Mapping[str, str]) -> str:
    if answers["recent"] == "no":
        return "historical"
    return "comparable" if set(answers.values()) == {"yes"} else "limited"


def load_benchmarks(
    folder: str | Path, items: Container[str] | None = None
) -> tuple[BenchmarkRecord, ...]:
    """Read and check the figures of a framework version, such as "v1", or of a folder.

    With ``items`` every linked item must be among them. Raises ``ContentError`` with all faults,
    one ``file: id: fault`` a line.
    """
    raw = read_yaml(FRAMEWORKS / folder / FILE)
    entries = raw.get("benchmarks") if isinstance(raw, dict) and len(raw) == 1 else None
    if not isinstance(entries, list) or not entries:
        raise ContentError(f"{FILE}: top level: expected benchmarks, a list with entries")
    faults: list[str] = []
    records = [
        record
        for position, entry in enumerate(entries, start=1)
        if (record := _record(entry, f"benchmarks[{position}]", faults)) is not None
    ]
    ids = [record.id for record in records]
    for record in records:
        faults.extend(
            f"{FILE}: {record.id}: {fault}" for fault in _record_faults(record, ids, items)
        )
    if faults:
        raise ContentError("\n".join(faults))
    return tuple(records)


def _record(raw: Any, place: str, faults: list[str]) -> BenchmarkRecord | None:
    """A record whose fields have the types of the class, or None and the faults."""
    if not isinstance(raw, dict):
        faults.append(f"{FILE}: {place}: expected a mapping")
        return None
    name = str(raw.get("id", place))
    hints = get_type_hints(BenchmarkRecord)
    required = {field.name for field in fields(BenchmarkRecord) if field.default is MISSING}
    found = [f"unknown key {key!r}" for key in raw if key not in hints]
    found += [f"key {key!r} is missing" for key in sorted(required - raw.keys())]
    found += [
        f"{key}: expected {_names(hints[key])}"
        for key, value in raw.items()
        if key in hints and not _fits(value, hints[key])
    ]
    faults.extend(f"{FILE}: {name}: {fault}" for fault in found)
    return None if found else BenchmarkRecord(**raw)


def _kinds(hint: Any) -> tuple[type, ...]:
    return get_args(hint) if isinstance(hint, UnionType) else (hint,)


def _fits(value: object, hint: Any) -> bool:
    """Whether a value has one of the types; a whole number is a number, true is not."""
    kinds = _kinds(hint)
    if isinstance(value, bool):
        return bool in kinds
    return isinstance(value, kinds) or (isinstance(value, int) and float in kinds)


def _names(hint: Any) -> str:
    words = {str: "text", float: "a number", int: "a whole number", bool: "true or false"}
    return " or ".join(words.get(kind, "nothing") for kind in _kinds(hint))


def _record_faults(
    record: BenchmarkRecord, ids: list[str], items: Container[str] | None
) -> Iterable[str]:
    number = r"[~<>]?[0-9]+(\.[0-9]+)?"
    linked = items is None or record.item in (None, *PARTS) or record.item in items
    checks = {
        "the id is given twice": ids.count(record.id) == 1,
        "value: expected a number, after ~, > or < if the source is vague": re.fullmatch(
            number, str(record.value)
        ),
        f"unit {record.unit!r} is unknown": record.measure in CARD_TEMPLATES["units"],
        f"sector {record.sector!r} is unknown": record.sector in SECTORS,
        f"vague {record.vague!r} is unknown": record.vague in (None, *SIGNS.values()),
        f"own {record.own!r} is unknown": record.own in (None, *CARD_TEMPLATES["asks"]),
        f"share_of {record.share_of!r} is not a record": record.share_of in (None, *ids),
        f"no_trend_with {record.no_trend_with!r} is not a record": record.no_trend_with
        in (None, *ids),
        f"item {record.item!r} is unknown": linked,
    }
    return [fault for fault, holds in checks.items() if not holds]
