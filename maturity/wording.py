"""Loads what the instrument says in a language, complete or not at all.

Wording lives in ``maturity/frameworks/<version>/<language>/``, apart from the structure, so that
a translator touches no number. Everything is checked on load against the structure's ids.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maturity.content import FRAMEWORKS, ContentError, load_framework, read_yaml
from maturity.framework import CUSTOMERS, HIGHEST_LEVEL, LOWEST_LEVEL, Action, Framework, Item
from maturity.phrases import (
    CARD_TEMPLATES,
    ActionWording,
    BenchmarkWording,
    CardWording,
    DimensionWording,
    ItemWording,
    LevelName,
    LevelWording,
    PulseWording,
    StageWording,
    StrategyWording,
    TermWording,
    Wording,
)
from maturity.proofreading import Sheet

if TYPE_CHECKING:
    from maturity.benchmark import BenchmarkRecord

__all__ = [
    "ActionWording",
    "BenchmarkWording",
    "CardWording",
    "DimensionWording",
    "ItemWording",
    "LevelName",
    "LevelWording",
    "PulseWording",
    "StageWording",
    "StrategyWording",
    "TermWording",
    "UnknownLanguageError",
    "Wording",
    "available_languages",
    "framework_document",
    "load_wording",
    "read_wording",
]

DIMENSION_FILES: Mapping[str, str] = {
    "CAP": "capacity",
    "TEC": "technology",
    "SUP": "support",
    "RSK": "risk",
    "DAT": "data",
    "SKL": "skills",
    CUSTOMERS: "customers",
}
STAGE_IDS = ("listen", "engage", "deliver", "innovate", "connect", "advocate")
FOCUS_AREAS = ("F1", "F2", "F3", "F4", "F5")
BENEFITS = ("BE1", "BE2", "BE3", "BE4", "BE5", "BE6")
SUCCESS_FACTORS = ("SF1", "SF2", "SF3")
# The source documents that items and benchmarks cite by file name.
SOURCES = (
    "000_677a2a2d636b690d.txt",
    "001_4d65e715c984333b.txt",
    "002_2dc025287ed7a574.txt",
    "003_d2e7d2308cba4f11.txt",
    "004_ea39f052997749c3.txt",
)
ITEM_TEXTS = ("title", "question", "why", "evidence_hint")


class UnknownLanguageError(LookupError):
    """The framework has no wording in that language; ``str()`` lists the languages there are."""


def available_languages(version: str = "v1") -> tuple[str, ...]:
    """Codes of the languages a framework version has a folder for, in alphabetical order."""
    folders = (FRAMEWORKS / version).iterdir() if (FRAMEWORKS / version).is_dir() else ()
    return tuple(
        sorted(
            folder.name
            for folder in folders
            if folder.is_dir() and re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]+)?", folder.name)
        )
    )


def load_wording(language: str = "en", version: str = "v1") -> Wording:
    """Read, check and keep the wording of a language.

    Raises ``UnknownLanguageError`` for a language without a folder, and ``ContentError`` for an
    unknown version or for wording with faults: all of them, one ``file: id: fault`` a line.
    """
    return _kept_wording(language, version)


@cache
def _kept_wording(language: str, version: str) -> Wording:
    framework = load_framework(version)
    languages = available_languages(version)
    if language not in languages:
        known = ", ".join(languages)
        raise UnknownLanguageError(f"language: there is no {language!r}, expected one of: {known}")
    return read_wording(FRAMEWORKS / version / language, framework)


def read_wording(folder: Path, framework: Framework) -> Wording:
    """Build the wording found in a folder named by its language, for a framework's ids.

    Raises ``ContentError`` with every fault.
    """
    reading = _Reading(folder, framework)
    parts = {
        **reading.dimensions(),
        **reading.pulse(),
        **reading.actions(),
        **reading.strategies(),
        **reading.guidance(),
        **reading.benchmarks(),
    }
    if reading.faults:
        raise ContentError("\n".join(reading.faults))
    return Wording(language=folder.name, **parts)


class _Reading:
    """One pass over a language's folder. Every method returns parts of a ``Wording``."""

    def __init__(self, folder: Path, framework: Framework) -> None:
        self.folder = folder
        self.framework = framework
        self.language = folder.name
        self.faults: list[str] = []

    def open(self, name: str, *blocks: str) -> tuple[Sheet, dict[str, Any]]:
        """A file and its top-level blocks; a file that cannot be read has none."""
        sheet = Sheet(f"{self.language}/{name}.yaml", self.language, self.faults)
        try:
            raw = read_yaml(self.folder / f"{name}.yaml")
        except ContentError as error:
            self.faults.append(f"{self.language}/{error}")
            return sheet, {}
        return sheet, sheet.mapping(raw, "top level", blocks)

    def dimensions(self) -> dict[str, Any]:
        dimensions: dict[str, DimensionWording] = {}
        items: dict[str, ItemWording] = {}
        for id_ in (*self.framework.dimensions, CUSTOMERS):
            sheet, blocks = self.open(DIMENSION_FILES[id_], "dimension", "items")
            if "dimension" in blocks:
                about = _about_dimension(sheet, blocks["dimension"], id_)
                dimensions |= {} if about is None else {id_: about}
            wanted = [i.id for i in self.framework.items.values() if i.dimension == id_]
            if "items" in blocks:
                items.update(sheet.each(blocks["items"], "items", wanted, _item_reader(sheet)))
        return {"dimensions": dimensions, "items": items}

    def pulse(self) -> dict[str, Any]:
        sheet, blocks = self.open("pulse", "items")
        wanted = {item.id: len(item.points) for item in self.framework.pulse.items}
        if not blocks:
            return {"pulse": {}}
        pulse = sheet.keyed(PulseWording, blocks["items"], "items", wanted, "pulse")
        for id_, item in pulse.items():
            if len(item.options) != wanted[id_]:
                sheet.fault(id_, f"options: {len(item.options)}, expected {wanted[id_]}")
        return {"pulse": pulse}

    def actions(self) -> dict[str, Any]:
        sheet, blocks = self.open("actions", "actions")
        if not blocks:
            return {"actions": {}}
        ids = self.framework.actions
        return {"actions": sheet.keyed(ActionWording, blocks["actions"], "actions", ids, "action")}

    def strategies(self) -> dict[str, Any]:
        sheet, blocks = self.open("strategies", "strategies", "stages", "levels")
        stages = _numbered(sheet, blocks.get("stages", []), StageWording, "stages", "stage")
        levels = _numbered(sheet, blocks.get("levels", []), LevelName, "levels", "level name")
        if "stages" in blocks and tuple(stage.id for stage in stages.values()) != STAGE_IDS:
            sheet.fault("stages", "expected the ids " + ", ".join(STAGE_IDS))
        if "levels" in blocks and len(levels) != HIGHEST_LEVEL:
            sheet.fault("levels", f"{len(levels)} entries, expected {HIGHEST_LEVEL}")
        raw = blocks.get("strategies", {})
        ids = self.framework.strategies if "strategies" in blocks else ()
        strategies = sheet.keyed(StrategyWording, raw, "strategies", ids, "strategy")
        return {"strategies": strategies, "stages": stages, "levels": levels}

    def guidance(self) -> dict[str, Any]:
        words = self.framework.vocabulary
        terms = {
            "rules": words.rules,
            "opportunities": words.opportunities,
            "value_steps": words.value_steps,
            "focus_areas": FOCUS_AREAS,
            "benefits": BENEFITS,
            "success_factors": SUCCESS_FACTORS,
            "channel_kinds": self.framework.channels.kinds,
        }
        names = {"owners": words.owners, "risk_tags": words.risk_tags}
        sheet, blocks = self.open("guidance", *terms, *names, "cost_bands")
        parts: dict[str, Any] = {}
        for block, raw in blocks.items():
            if block in terms:
                parts[block] = sheet.keyed(TermWording, raw, block, terms[block], "term")
            elif block in names:
                parts[block] = _names(sheet, raw, block, names[block])
            else:
                parts[block] = sheet.texts(raw, block, "texts", block)
        return parts

    def benchmarks(self) -> dict[str, Any]:
        sheet, blocks = self.open("benchmarks", "benchmarks", "cards", "sources")
        records = self.framework.benchmarks
        raw = {"benchmarks": {}, "cards": {}, "sources": {}, **blocks}
        ids = [record.id for record in records] if "benchmarks" in blocks else ()
        sources = SOURCES if "sources" in blocks else ()
        figures = sheet.keyed(BenchmarkWording, raw["benchmarks"], "benchmarks", ids, "benchmark")
        for id_, figure in figures.items():
            sheet.template(figure.sentence, id_, "sentence", "value year")
        return {
            "benchmarks": figures,
            "cards": _cards(sheet, raw["cards"]) if "cards" in blocks else None,
            "source_names": _names(sheet, raw["sources"], "sources", sources),
        }


def _about_dimension(sheet: Sheet, raw: Any, id_: str) -> DimensionWording | None:
    if not isinstance(raw, dict):
        sheet.fault(id_, "dimension: expected a mapping")
        return None
    if raw.get("id") != id_:
        sheet.fault(id_, f"dimension: the id is {raw.get('id')!r}")
    rest = {key: value for key, value in raw.items() if key != "id"}
    return sheet.record(DimensionWording, rest, id_, "dimension")


def _item_reader(sheet: Sheet) -> Callable[[Any, str], ItemWording | None]:
    def read(raw: Any, id_: str) -> ItemWording | None:
        entry = sheet.mapping(raw, id_, (*ITEM_TEXTS, "levels", "sources"))
        texts = {
            field: sheet.text(entry[field], id_, field, f"item.{field}")
            for field in ITEM_TEXTS
            if field in entry
        }
        levels = sheet.levels(entry["levels"], id_) if "levels" in entry else ()
        sources = sheet.texts(entry["sources"], id_, "sources") if "sources" in entry else ()
        if len(texts) < len(ITEM_TEXTS):
            return None
        return ItemWording(**texts, levels=levels, source_list=sources)

    return read


def _numbered(sheet: Sheet, raw: Any, cls: type[Any], name: str, kind: str) -> dict[int, Any]:
    """A list of values, keyed by their place from 1."""
    if not isinstance(raw, list):
        sheet.fault(name, "expected a list")
        return {}
    found = {
        number: sheet.record(cls, entry, f"{name}[{number}]", kind)
        for number, entry in enumerate(raw, start=LOWEST_LEVEL)
    }
    return {number: value for number, value in found.items() if value is not None}


def _names(sheet: Sheet, raw: Any, name: str, ids: tuple[str, ...]) -> dict[str, str]:
    return sheet.each(raw, name, ids, lambda entry, id_: sheet.text(entry, id_, name))


def _cards(sheet: Sheet, raw: Any) -> CardWording | None:
    blocks = sheet.mapping(raw, "cards", CARD_TEMPLATES)
    parts = {
        block: {
            key: sheet.template(text, f"cards.{block}", key, CARD_TEMPLATES[block][key])
            for key, text in sheet.mapping(
                blocks[block], f"cards.{block}", CARD_TEMPLATES[block]
            ).items()
        }
        for block in blocks
    }
    return CardWording(**parts) if len(parts) == len(CARD_TEMPLATES) else None


def framework_document(language: str = "en", version: str = "v1") -> dict[str, Any]:
    """The whole instrument in one language, ready for JSON: section I of the framework.

    ``behaviour`` is plain text here. Raises as ``load_wording`` does.
    """
    framework = load_framework(version)
    words = load_wording(language, version)
    return {
        "version": framework.version,
        "language": words.language,
        "dimensions": _listed(words.dimensions),
        "levels": [
            {"level": level.number, "from_score": level.from_score}
            | _plain(words.levels[level.number])
            for level in framework.levels
        ],
        "items": [_item_document(item, words) for item in framework.items.values()],
        "channels": {"kinds": _listed(words.channel_kinds)} | _plain(framework.channels),
        "strategies": _listed(words.strategies),
        "stages": _plain(tuple(words.stages.values())),
        "actions": [_action_document(action, words) for action in framework.actions.values()],
        "pulse": [
            {"id": item.id, "facet": item.facet, "points": list(item.points)}
            | _plain(words.pulse[item.id])
            for item in framework.pulse.items
        ],
        "rules": _listed(words.rules),
        "opportunities": _listed(words.opportunities),
        "value_steps": _listed(words.value_steps),
        "focus_areas": _listed(words.focus_areas),
        "benefits": _listed(words.benefits),
        "success_factors": _listed(words.success_factors),
        "owners": [{"id": id_, "name": name} for id_, name in words.owners.items()],
        "risk_tags": [{"id": id_, "name": name} for id_, name in words.risk_tags.items()],
        "cost_bands": list(words.cost_bands),
        "benchmarks": [_benchmark_document(record, words) for record in framework.benchmarks],
    }


def _listed(terms: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"id": id_} | _plain(term) for id_, term in terms.items()]


def _item_document(item: Item, words: Wording) -> dict[str, Any]:
    text = words.items[item.id]
    return {
        "id": item.id,
        "dimension": item.dimension,
        "facet": item.facet,
        "weight": item.weight,
        "critical": item.critical,
        "title": text.title,
        "question": text.question,
        "why": text.why,
        "evidence_hint": text.evidence_hint,
        "levels": [{"headline": level.headline, "behaviour": level.plain} for level in text.levels],
        "sources": list(text.source_list),
    }


def _action_document(action: Action, words: Wording) -> dict[str, Any]:
    parts: dict[str, Any] = _plain(action) | _plain(words.actions[action.id])
    cost, owner = words.cost_bands[action.cost_band], words.owners[action.owner]
    return parts | {"cost": cost, "owner_name": owner}


def _benchmark_document(record: "BenchmarkRecord", words: Wording) -> dict[str, Any]:
    text = words.benchmarks[record.id]
    told = {"what": text.what, "population": text.population, "note": text.note}
    facts: dict[str, Any] = _plain(record)
    return facts | told | {"source": words.source_names[record.seed]}


def _plain(value: Any) -> Any:
    """A value of the model as JSON has it: mappings with text keys, lists, numbers and texts."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(entry) for entry in value]
    return value
