"""Reads the wording of one file and notes every fault, so that a writer sees all of them at once."""

from collections.abc import Callable, Iterable, Mapping
from string import Formatter
from typing import Any, TypeVar, get_type_hints

from maturity.phrases import EMPHASIS, LevelWording

Built = TypeVar("Built")
Key = TypeVar("Key", str, int)

# A non-breaking hyphen is missing from some of the fonts and breaks searching.
FORBIDDEN = "\u2011"

# Most words of a text, by what it belongs to. Texts without an entry may be of any length.
WORDS: Mapping[str, int] = {
    "item.question": 25,
    "level.headline": 3,
    "level.behaviour": 18,
    "action.do": 60,
    "action.first_step": 25,
    "action.kpi_how": 25,
    "strategy.meaning": 45,
    "strategy.start": 14,
    "strategy.stop": 14,
    "stage.about": 20,
    "term.about": 30,
}
# Japanese has no spaces between words: these are characters.
CHARACTERS: Mapping[str, int] = {
    "item.question": 62,
    "level.headline": 8,
    "level.behaviour": 45,
    "action.do": 150,
    "action.first_step": 62,
    "action.kpi_how": 62,
    "strategy.meaning": 112,
    "strategy.start": 35,
    "strategy.stop": 35,
    "stage.about": 50,
    "term.about": 75,
}
LIMITS: Mapping[str, Mapping[str, int]] = {
    "en": WORDS,
    "fa": {**WORDS, "level.headline": 4},
    "ja": CHARACTERS,
}
COUNTS: Mapping[str, int] = {"strategy.start": 3, "strategy.stop": 3, "cost_bands": 4}
LEVELS = 5


def measure(text: str, language: str) -> tuple[int, str]:
    """Length of a text and the unit a language counts in; emphasis marks do not count."""
    plain = text.replace(EMPHASIS, "")
    if LIMITS.get(language) is CHARACTERS:
        return len(plain), "characters"
    return len(plain.split()), "words"


class Sheet:
    """One file of wording. Reading goes on after a fault with an empty text in its place."""

    def __init__(self, file: str, language: str, faults: list[str]) -> None:
        self.file = file
        self.language = language
        self.faults = faults

    def fault(self, name: str, fault: str) -> None:
        self.faults.append(f"{self.file}: {name}: {fault}")

    def mapping(self, raw: Any, name: str, keys: Iterable[Key]) -> dict[Key, Any]:
        """The values of exactly these keys; what is missing or unknown is a fault."""
        if not isinstance(raw, dict):
            self.fault(name, "expected a mapping")
            return {}
        wanted = tuple(keys)
        for key in raw:
            if key not in wanted:
                self.fault(name, f"unknown key {key!r}")
        for key in wanted:
            if key not in raw:
                self.fault(name, f"key {key!r} is missing")
        return {key: raw[key] for key in wanted if key in raw}

    def text(self, raw: Any, name: str, field: str, limit: str = "") -> str:
        """One text within its limit, "kind.field"; ``field`` is only what a fault calls it."""
        if not isinstance(raw, str):
            self.fault(name, f"{field}: expected text")
            return ""
        if not raw.strip():
            self.fault(name, f"{field}: the text is empty")
        if FORBIDDEN in raw:
            self.fault(name, f"{field}: holds U+2011, a non-breaking hyphen")
        if raw.count(EMPHASIS) % 2:
            self.fault(name, f"{field}: an emphasis is not closed")
        most = LIMITS.get(self.language, WORDS).get(limit)
        length, unit = measure(raw, self.language)
        if most is not None and length > most:
            self.fault(name, f"{field}: {length} {unit}, at most {most}")
        return raw.strip()

    def texts(self, raw: Any, name: str, field: str, limit: str = "") -> tuple[str, ...]:
        """A list of texts, of the length that ``COUNTS`` asks for."""
        if not isinstance(raw, list) or not raw:
            self.fault(name, f"{field}: expected a list with entries")
            return ()
        count = COUNTS.get(limit)
        if count is not None and len(raw) != count:
            self.fault(name, f"{field}: {len(raw)} entries, expected {count}")
        return tuple(
            self.text(entry, name, f"{field}[{position}]", limit)
            for position, entry in enumerate(raw, start=1)
        )

    def record(self, cls: type[Built], raw: Any, name: str, kind: str) -> Built | None:
        """A value whose fields are texts or lists of texts; None when a field is missing."""
        hints = get_type_hints(cls)
        entry = self.mapping(raw, name, hints)
        values = {
            field: (self.text if hints[field] is str else self.texts)(
                value, name, field, f"{kind}.{field}"
            )
            for field, value in entry.items()
        }
        return cls(**values) if len(values) == len(hints) else None

    def keyed(
        self, cls: type[Built], raw: Any, name: str, ids: Iterable[str], kind: str
    ) -> dict[str, Built]:
        """One value for each id, in the order of the ids."""
        return self.each(raw, name, ids, lambda entry, id_: self.record(cls, entry, id_, kind))

    def each(
        self,
        raw: Any,
        name: str,
        ids: Iterable[str],
        read: Callable[[Any, str], Built | None],
    ) -> dict[str, Built]:
        found = {id_: read(entry, id_) for id_, entry in self._known(raw, name, ids).items()}
        return {id_: value for id_, value in found.items() if value is not None}

    def _known(self, raw: Any, name: str, ids: Iterable[str]) -> dict[str, Any]:
        """Entries of known ids. The ids are what a fault names, so they stand where ids stand."""
        if not isinstance(raw, dict):
            self.fault(name, "expected a mapping")
            return {}
        wanted = tuple(ids)
        for id_ in raw:
            if id_ not in wanted:
                self.fault(str(id_), f"unknown id in {name}")
        for id_ in wanted:
            if id_ not in raw:
                self.fault(id_, f"missing from {name}")
        return {id_: raw[id_] for id_ in wanted if id_ in raw}

    def levels(self, raw: Any, name: str) -> tuple[LevelWording, ...]:
        """The five answers to a question; no two may look the same."""
        if not isinstance(raw, list) or len(raw) != LEVELS:
            found = len(raw) if isinstance(raw, list) else "no"
            self.fault(name, f"levels: {found} entries, expected {LEVELS}")
            return ()
        levels = [
            level
            for number, entry in enumerate(raw, start=1)
            if (level := self._level(entry, name, number)) is not None
        ]
        for field in ("headline", "behaviour"):
            texts = [getattr(level, field).replace(EMPHASIS, "").casefold() for level in levels]
            for text in sorted({text for text in texts if texts.count(text) > 1}):
                self.fault(name, f"levels: the {field} {text!r} is given twice")
        return tuple(levels)

    def _level(self, raw: Any, name: str, number: int) -> LevelWording | None:
        entry = self.mapping(raw, name, ("headline", "behaviour"))
        texts = {
            field: self.text(text, name, f"level {number} {field}", f"level.{field}")
            for field, text in entry.items()
        }
        return LevelWording(**texts) if len(texts) == len(LevelWording.__slots__) else None

    def template(self, raw: Any, name: str, field: str, names: str) -> str:
        """A text that holds exactly these placeholders, separated by spaces in ``names``."""
        text = self.text(raw, name, field)
        try:
            found = {part for _, part, _, _ in Formatter().parse(text) if part is not None}
        except ValueError:
            found = {"{"}
        if found != set(names.split()):
            wanted = " ".join(f"{{{part}}}" for part in names.split()) or "no"
            self.fault(name, f"{field}: expected the placeholders {wanted}")
        return text
