"""Reads the structure files of a framework version and refuses what does not hold together."""

import math
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, get_type_hints

import yaml

from maturity.framework import (
    COST_BANDS,
    CUSTOMERS,
    EFFORTS,
    FACETS,
    HIGHEST_LEVEL,
    LOWEST_LEVEL,
    RISK,
    STAGES,
    Action,
    ChannelParameters,
    Framework,
    Item,
    Level,
    Parameters,
    PulseItem,
    PulseParameters,
    RoadmapParameters,
    Strategy,
    Vocabulary,
)

FRAMEWORKS = Path(__file__).parent / "frameworks"
LIFTABLE_LEVEL = 4
LEAST_FACET_WEIGHT = 0.3
PRICES = ("effort", "share", "root", "one")
PACES = ("low", "expected", "high")

Built = TypeVar("Built")


class ContentError(ValueError):
    """Faulty content. ``str()`` names file, id and fault, one fault a line."""


# The C loader is some ten times faster; it is missing where PyYAML was built without libyaml.
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SafeLoader):  # type: ignore[misc]  # the base is chosen at run time
    """Safe YAML that refuses a key given twice instead of keeping the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if isinstance(key_node, yaml.ScalarNode):
                if key_node.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"duplicate key {key_node.value!r}", key_node.start_mark
                    )
                seen.add(key_node.value)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def read_yaml(path: Path) -> Any:
    """Parse one content file. Raises ``ContentError`` naming the file and the fault."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path.name}: cannot be read: {error}") from error
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 -- a subclass of the safe loader
    except yaml.YAMLError as error:
        fault = " ".join(str(error).split())
        raise ContentError(f"{path.name}: not valid YAML: {fault}") from error


@cache
def load_framework(version: str = "v1") -> Framework:
    """Read, check and keep a framework version, such as "v1".

    Raises ``ContentError`` for an unknown version or for content that does not hold together.
    """
    if not re.fullmatch(r"v[0-9]+", version) or not (FRAMEWORKS / version).is_dir():
        raise ContentError(f"frameworks: there is no version {version!r}")
    return read_framework(FRAMEWORKS / version)


def read_framework(folder: Path) -> Framework:
    """Build a framework from ``structure.yaml`` and ``actions.yaml`` in a folder."""
    structure = _Reader("structure.yaml", read_yaml(folder / "structure.yaml"))
    library = _Reader("actions.yaml", read_yaml(folder / "actions.yaml"))
    top = structure.mapping(
        structure.raw,
        "top level",
        "version dimensions levels parameters roadmap channels pulse strategies vocabulary items",
    )
    dimensions = structure.texts(top["dimensions"], "dimensions")
    framework = Framework(
        version=structure.text(top["version"], "version"),
        folder=folder.name,
        dimensions=dimensions,
        levels=_levels(structure, top["levels"]),
        parameters=structure.build(Parameters, top["parameters"], "parameters"),
        roadmap=structure.build(RoadmapParameters, top["roadmap"], "roadmap"),
        channels=structure.build(ChannelParameters, top["channels"], "channels"),
        pulse=_pulse(structure, top["pulse"]),
        strategies=structure.keyed(Strategy, top["strategies"], "strategies"),
        vocabulary=structure.build(Vocabulary, top["vocabulary"], "vocabulary"),
        items=structure.keyed(Item, top["items"], "items"),
        actions=_actions(library),
    )
    faults = [
        *_parameter_faults(framework),
        *_item_faults(framework),
        *_strategy_faults(framework),
        *_action_faults(framework),
    ]
    faults.extend(_cycle_faults(framework.actions))
    faults.extend(_coverage_faults(framework))
    if faults:
        raise ContentError("\n".join(faults))
    return framework


class _Reader:
    """Turns parsed YAML into values, naming file and id where a value does not fit."""

    def __init__(self, file: str, raw: Any) -> None:
        self.file = file
        self.raw = raw

    def fault(self, name: str, expected: str) -> ContentError:
        return ContentError(f"{self.file}: {name}: expected {expected}")

    def mapping(self, raw: Any, name: str, keys: str) -> dict[str, Any]:
        """A mapping with exactly these keys."""
        if not isinstance(raw, dict):
            raise self.fault(name, "a mapping")
        wanted = keys.split()
        for key in raw:
            if key not in wanted:
                raise ContentError(f"{self.file}: {name}: unknown key {key!r}")
        for key in wanted:
            if key not in raw:
                raise ContentError(f"{self.file}: {name}: key {key!r} is missing")
        return raw

    def entries(self, raw: Any, name: str) -> list[Any]:
        if not isinstance(raw, list) or not raw:
            raise self.fault(name, "a list with entries")
        return raw

    def text(self, raw: Any, name: str) -> str:
        if not isinstance(raw, str) or not raw.strip():
            raise self.fault(name, "text")
        return raw

    def texts(self, raw: Any, name: str) -> tuple[str, ...]:
        if not isinstance(raw, list):
            raise self.fault(name, "a list of texts")
        texts = tuple(self.text(entry, name) for entry in raw)
        if len(set(texts)) != len(texts):
            raise self.fault(name, "no text twice")
        return texts

    def number(self, raw: Any, name: str) -> float:
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            raise self.fault(name, "a number")
        if not math.isfinite(raw):
            raise self.fault(name, "a finite number")
        return raw

    def whole(self, raw: Any, name: str) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int):
            raise self.fault(name, "a whole number")
        return raw

    def truth(self, raw: Any, name: str) -> bool:
        if not isinstance(raw, bool):
            raise self.fault(name, "true or false")
        return raw

    def numbers(self, raw: Any, name: str) -> tuple[float, ...]:
        return tuple(self.number(entry, name) for entry in self.entries(raw, name))

    def pairs(self, raw: Any, name: str) -> tuple[tuple[float, float], ...]:
        rows = [self.pair(row, name) for row in self.entries(raw, name)]
        if rows != sorted(rows, key=lambda row: row[0]):
            raise self.fault(name, "rows in rising order")
        return tuple(rows)

    def pair(self, raw: Any, name: str) -> tuple[float, float]:
        if not isinstance(raw, list) or len(raw) != len(("limit", "value")):
            raise self.fault(name, "two numbers")
        return self.number(raw[0], name), self.number(raw[1], name)

    def table(
        self, raw: Any, name: str, key: Callable[[Any, str], Any], value: Callable[[Any, str], Any]
    ) -> Mapping[Any, Any]:
        if not isinstance(raw, dict) or not raw:
            raise self.fault(name, "a mapping with entries")
        return MappingProxyType({key(k, name): value(v, f"{name}.{k}") for k, v in raw.items()})

    def build(self, cls: type[Built], raw: Any, name: str) -> Built:
        """Make one value of a frozen class from a mapping with exactly its fields."""
        hints = get_type_hints(cls)
        fields = self.mapping(raw, name, " ".join(hints))
        return cls(**{key: self.typed(hints[key], fields[key], f"{name}.{key}") for key in hints})

    def typed(self, hint: Any, raw: Any, name: str) -> Any:
        readers: dict[Any, Callable[[Any, str], Any]] = {
            str: self.text,
            int: self.whole,
            float: self.number,
            bool: self.truth,
            tuple[str, ...]: self.texts,
            tuple[float, ...]: self.numbers,
            tuple[tuple[float, float], ...]: self.pairs,
            Mapping[str, float]: lambda r, n: self.table(r, n, self.text, self.number),
            Mapping[int, float]: lambda r, n: self.table(r, n, self.whole, self.number),
            Mapping[str, int]: lambda r, n: self.table(r, n, self.text, self.whole),
            Mapping[str, tuple[float, float]]: lambda r, n: self.table(r, n, self.text, self.pair),
        }
        return readers[hint](raw, name)

    def keyed(self, cls: type[Built], raw: Any, name: str) -> Mapping[str, Built]:
        """A list of values with an ``id`` each, as a mapping in the order of the file."""
        found: dict[str, Built] = {}
        for position, entry in enumerate(self.entries(raw, name)):
            has_id = isinstance(entry, dict) and isinstance(entry.get("id"), str)
            label = entry["id"] if has_id else f"{name}[{position}]"
            if label in found:
                raise ContentError(f"{self.file}: {label}: the id is given twice")
            found[label] = self.build(cls, entry, label)
        return MappingProxyType(found)


def _levels(reader: _Reader, raw: Any) -> tuple[Level, ...]:
    rows = [
        reader.mapping(row, "levels", "from_score name") for row in reader.entries(raw, "levels")
    ]
    levels = tuple(
        Level(
            number=number,
            from_score=reader.number(row["from_score"], "levels"),
            name=reader.text(row["name"], "levels"),
        )
        for number, row in enumerate(rows, start=LOWEST_LEVEL)
    )
    starts = [level.from_score for level in levels]
    if len(levels) != HIGHEST_LEVEL or starts[0] != 0 or sorted(set(starts)) != starts:
        raise reader.fault("levels", "five bands that rise from 0")
    return levels


def _pulse(reader: _Reader, raw: Any) -> PulseParameters:
    keys = "source_bias least_n_eff replaces least_standard_error items"
    top = reader.mapping(raw, "pulse", keys)
    replaces = reader.mapping(top["replaces"], "pulse.replaces", "n_eff half_width sources")
    bias = reader.table(top["source_bias"], "pulse.source_bias", reader.text, reader.number)
    sources = reader.texts(replaces["sources"], "pulse.replaces.sources")
    if not set(sources) <= set(bias):
        raise reader.fault("pulse.replaces.sources", "sources that have a bias")
    return PulseParameters(
        source_bias=bias,
        least_n_eff=reader.number(top["least_n_eff"], "pulse.least_n_eff"),
        replaces_n_eff=reader.number(replaces["n_eff"], "pulse.replaces.n_eff"),
        replaces_half_width=reader.number(replaces["half_width"], "pulse.replaces.half_width"),
        replaces_sources=sources,
        least_standard_error=reader.number(top["least_standard_error"], "pulse.least"),
        items=tuple(reader.keyed(PulseItem, top["items"], "pulse.items").values()),
    )


def _actions(reader: _Reader) -> Mapping[str, Action]:
    top = reader.mapping(reader.raw, "top level", "actions")
    entries = reader.entries(top["actions"], "actions")
    complete = [
        {"closes_channels": False, **entry} if isinstance(entry, dict) else entry
        for entry in entries
    ]
    return reader.keyed(Action, complete, "actions")


def _parameter_faults(framework: Framework) -> Iterable[str]:
    p, r = framework.parameters, framework.roadmap
    weights = (p.awareness_weight, p.usage_weight)
    checks = {
        "parameters.awareness_weight: expected both facets to add to 1": math.isclose(
            sum(weights), 1
        ),
        "parameters.awareness_weight: expected facets of at least 0.3": min(weights)
        >= LEAST_FACET_WEIGHT,
        "parameters.channel_share: expected 0 to 1": 0 <= p.channel_share < 1,
        "parameters.evidence: expected E0 to E3": list(p.evidence) == ["E0", "E1", "E2", "E3"],
        "parameters.channel_se: expected exported and typed": set(p.channel_se)
        == {"exported", "typed"},
        "roadmap.range: expected low, expected and high": tuple(r.range) == PACES,
        "roadmap.prices: expected known prices": set(r.prices) <= set(PRICES),
    }
    return [f"structure.yaml: {fault}" for fault, holds in checks.items() if not holds]


def _item_faults(framework: Framework) -> Iterable[str]:
    known = (*framework.dimensions, CUSTOMERS)
    for item in framework.items.values():
        checks = {
            f"dimension {item.dimension!r} is unknown": item.dimension in known,
            f"facet {item.facet!r} is neither A nor U": item.facet in FACETS,
            "the id does not begin with dimension and facet": re.fullmatch(
                rf"{re.escape(item.dimension)}\.{re.escape(item.facet)}[1-9]", item.id
            ),
            "weight must be 1 or 2": item.weight in (1, 2),
            "only Risk items can be critical": not item.critical or item.dimension == RISK,
            "a source is missing": item.sources,
        }
        for fault, holds in checks.items():
            if not holds:
                yield f"structure.yaml: {item.id}: {fault}"
    for dimension in known:
        for facet in FACETS:
            if (dimension, facet) not in framework.facets:
                yield f"structure.yaml: {dimension}.{facet}: the facet has no item"


def _strategy_faults(framework: Framework) -> Iterable[str]:
    if sorted(framework.strategies) != ["awareness", "capability", "innovate", "stepwise"]:
        yield "structure.yaml: strategies: expected one for each quadrant"
    for strategy in framework.strategies.values():
        if len(strategy.stages) != len(STAGES) or min(strategy.stages) <= 0:
            yield f"structure.yaml: {strategy.id}: stages must hold six positive multipliers"
        if strategy.parallel < 1:
            yield f"structure.yaml: {strategy.id}: parallel must be at least 1"


def _action_faults(framework: Framework) -> Iterable[str]:
    words = framework.vocabulary
    for action in framework.actions.values():
        checks = {
            "stage must be 1 to 6": action.stage in STAGES,
            "effort must be 1, 2, 3, 5 or 8": action.effort in EFFORTS,
            "cost_band must be 0 to 3": action.cost_band in COST_BANDS,
            f"rule {action.rule!r} is unknown": action.rule in words.rules,
            f"opportunity {action.opportunity!r} is unknown": action.opportunity
            in words.opportunities,
            f"value_step {action.value_step!r} is unknown": action.value_step in words.value_steps,
            f"owner {action.owner!r} is unknown": action.owner in words.owners,
            "risk_tags holds an unknown tag": set(action.risk_tags) <= set(words.risk_tags),
        }
        for name in action.pre:
            checks[f"prerequisite {name!r} is not an action"] = name in framework.actions
        for name, level in action.lifts.items():
            checks[f"lifted item {name!r} is not an item"] = name in framework.items
            checks[f"{name}: level must be 2 to 5"] = LOWEST_LEVEL < level <= HIGHEST_LEVEL
        for fault, holds in checks.items():
            if not holds:
                yield f"actions.yaml: {action.id}: {fault}"


def _cycle_faults(actions: Mapping[str, Action]) -> Iterable[str]:
    """Actions that wait for one another: what is left when every free action is taken away."""
    waiting = {name: {p for p in action.pre if p in actions} for name, action in actions.items()}
    while free := [name for name, needs in waiting.items() if not needs & waiting.keys()]:
        for name in free:
            del waiting[name]
    for name in waiting:
        yield f"actions.yaml: {name}: its prerequisites lead back to it or to a cycle"


def _coverage_faults(framework: Framework) -> Iterable[str]:
    best: dict[str, int] = {}
    for action in framework.actions.values():
        for name, level in action.lifts.items():
            best[name] = max(best.get(name, 0), level)
    for name in framework.items:
        if best.get(name, 0) < LIFTABLE_LEVEL:
            yield f"actions.yaml: {name}: no action lifts this item to level {LIFTABLE_LEVEL}"
