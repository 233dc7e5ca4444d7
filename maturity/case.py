"""The case file: one assessment's answers as JSON, read strictly or refused in one line."""

import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from maturity.content import load_framework
from maturity.framework import HIGHEST_LEVEL, LOWEST_LEVEL, Framework

NOT_APPLICABLE = "NA"
DONT_KNOW = "DK"
CHANNEL_STATUSES = ("open", "closed", "signposted")
CHANNEL_SOURCES = ("typed", "exported")
PULSE_PARTS = ("A", "U", "C")
LEVELS = range(LOWEST_LEVEL, HIGHEST_LEVEL + 1)
MOST_QUARTERS = 40
MOST_CAPACITY = 1000
LEAST_MIDLINE, MOST_MIDLINE = 1, 99
LEAST_POPULATION = 2
FULL_SCALE = 100
SHOWN_KEY_LENGTH = 40
TOP_LEVEL = "top level"

Answer = int | str


class CaseError(ValueError):
    """A case that cannot be read. ``str()`` is one line: the field and what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Respondent:
    """One person's sheet. Answers: whole 1 to 5, "NA" or "DK"; a blank has no entry."""

    role: str
    answers: Mapping[str, Answer]

    def __post_init__(self) -> None:
        for item, answer in self.answers.items():
            special = answer in (NOT_APPLICABLE, DONT_KNOW)
            if not special and (type(answer) is not int or answer not in LEVELS):
                raise ValueError(f"{item}: an answer is 1 to 5, NA or DK, not {answer!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One account. ``answered`` is a share, 0 to 1; ``median_min`` minutes to first answer."""

    platform: str
    kind: str
    followers: float
    posts30: float
    inbound30: float
    answered: float = 0
    median_min: float | None = None
    days_since_post: float | None = None
    status: str = "open"

    def __post_init__(self) -> None:
        counts = (self.followers, self.posts30, self.inbound30, self.median_min or 0)
        if min(*counts, self.days_since_post or 0) < 0 or not 0 <= self.answered <= 1:
            raise ValueError(f"{self.platform}: counts start at 0 and answered is 0 to 1")
        if self.status not in CHANNEL_STATUSES:
            raise ValueError(f"{self.platform}: status {self.status!r} is unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseSample:
    """What a customer pulse found: n answers of N customers, mean and sd of A, U and C.

    ``deff`` is the design effect, ``mature`` the number of respondents with C of 50 or more.
    """

    n: int
    source: str
    mean: Mapping[str, float]
    sd: Mapping[str, float]
    N: int | None = None
    deff: float = 1
    mature: int | None = None

    def __post_init__(self) -> None:
        if self.n < 1 or self.deff <= 0 or not 0 <= (self.mature or 0) <= self.n:
            raise ValueError("a pulse needs n of 1 or more, deff above 0 and mature up to n")
        if self.N is not None and max(self.n, LEAST_POPULATION) > self.N:
            raise ValueError("a pulse's N is at least n and at least 2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Midlines:
    """Where the quadrants meet, in points."""

    bank: float
    customer: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What the roadmap aims at, in points; None is left to the framework's default."""

    bank: float | None = None
    customer: float | None = None
    risk: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapSettings:
    """Effort points a quarter, number of quarters, targets and a strategy other than placed."""

    capacity: float
    quarters: int
    targets: Targets = field(default_factory=Targets)
    strategy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything one assessment is computed from.

    ``accountable`` names the role that counts double by dimension, ``evidence`` the grade by
    item, ``agreed`` the level a meeting settled on. ``channels`` is None without an inventory.
    """

    respondents: tuple[Respondent, ...]
    midlines: Midlines
    roadmap: RoadmapSettings
    accountable: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    agreed: Mapping[str, int] = field(default_factory=dict)
    channels: tuple[Channel, ...] | None = None
    channel_source: str = "typed"
    pulse: PulseSample | None = None

    def __post_init__(self) -> None:
        if not self.respondents:
            raise ValueError("a case needs at least one respondent")

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; reading it back gives an equal case."""
        case: dict[str, Any] = {
            "respondents": [
                {"role": person.role, "answers": dict(person.answers)}
                for person in self.respondents
            ],
            "accountable": dict(self.accountable),
            "evidence": dict(self.evidence),
            "agreed": dict(self.agreed),
            "channel_source": self.channel_source,
            "midlines": _fields(self.midlines),
            "roadmap": {
                "capacity": self.roadmap.capacity,
                "quarters": self.roadmap.quarters,
                "targets": _fields(self.roadmap.targets),
                "strategy": self.roadmap.strategy,
            },
        }
        if self.channels is not None:
            case["channels"] = [_fields(channel) for channel in self.channels]
        if self.pulse is not None:
            pulse = _fields(self.pulse)
            case["pulse"] = pulse | {"mean": dict(self.pulse.mean), "sd": dict(self.pulse.sd)}
        return case


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def parse_case(text: str) -> Case:
    """Read a case from JSON text. Raises ``CaseError``, never anything else."""
    try:
        raw = json.loads(
            text,
            object_pairs_hook=_Object.from_pairs,
            parse_constant=_Unreadable,
            parse_int=_whole_or_unreadable,
        )
    except json.JSONDecodeError as error:
        # The position is within the case, not within the file it may be a line of.
        where = f"{error.msg} at line {error.lineno} column {error.colno}"
        raise CaseError(f"{TOP_LEVEL}: expected one complete JSON object: {where}") from error
    except RecursionError:
        raise CaseError(f"{TOP_LEVEL}: expected at most a few levels of nesting") from None
    return read_case(raw)


def read_case(data: Mapping[str, Any]) -> Case:
    """Read a case from the parsed JSON form. Raises ``CaseError`` for whatever does not fit."""
    return _CaseReader(load_framework()).case(data)


class _Object(dict[str, Any]):
    """A JSON object that remembers the first key it was given twice."""

    duplicate: str | None = None

    @classmethod
    def from_pairs(cls, pairs: list[tuple[str, Any]]) -> "_Object":
        made = cls(pairs)
        if len(made) != len(pairs):
            keys = [key for key, _ in pairs]
            made.duplicate = next(key for key in keys if keys.count(key) > 1)
        return made


class _Unreadable:
    """Stands for a number that JSON text can spell and a case cannot hold."""

    def __init__(self, spelling: str) -> None:
        self.spelling = spelling


def _whole_or_unreadable(digits: str) -> "int | _Unreadable":
    try:
        return int(digits)
    except ValueError:  # Python refuses to convert thousands of digits
        return _Unreadable(digits)


def _refuse(path: str, expected: str) -> NoReturn:
    raise CaseError(f"{path or TOP_LEVEL}: expected {expected}")


def _join(path: str, key: object) -> str:
    """The path of a key; a key that is not plain is quoted, escaped and cut short."""
    if isinstance(key, str) and re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", key):
        return f"{path}.{key}" if path else key
    quoted = json.dumps(key if isinstance(key, str) else repr(key))
    if len(quoted) > SHOWN_KEY_LENGTH:
        quoted = quoted[: SHOWN_KEY_LENGTH - 4] + '..."'
    return f"{path}[{quoted}]"


def _object(raw: Any, path: str, known: Iterable[str], what: str = "") -> Mapping[str, Any]:
    """An object whose keys are all known and given once; entries that are null are dropped."""
    if not isinstance(raw, Mapping):
        _refuse(path, "an object")
    if isinstance(raw, _Object) and raw.duplicate is not None:
        _refuse(_join(path, raw.duplicate), "this key only once")
    names = tuple(known)
    for key in raw:
        if not isinstance(key, str) or key not in names:
            _refuse(_join(path, key), what or f"no such key; known are {', '.join(names)}")
    return {key: value for key, value in raw.items() if value is not None}


def _need(raw: Mapping[str, Any], path: str, *keys: str) -> None:
    for key in keys:
        if key not in raw:
            _refuse(_join(path, key), "a value; it is required")


def _entries(raw: Any, path: str) -> list[tuple[str, Any]]:
    if not isinstance(raw, list | tuple):
        _refuse(path, "a list")
    return [(f"{path}[{position}]", entry) for position, entry in enumerate(raw)]


def _text(raw: Any, path: str) -> str:
    if not isinstance(raw, str):
        _refuse(path, "text")
    if "\0" in raw or any("\ud800" <= letter <= "\udfff" for letter in raw):
        _refuse(path, "text without NUL or half of a surrogate pair")
    return raw


def _choice(options: Iterable[str]) -> Callable[[Any, str], str]:
    known = tuple(options)

    def read(raw: Any, path: str) -> str:
        if not isinstance(raw, str) or raw not in known:
            _refuse(path, f"one of {', '.join(known)}")
        return raw

    return read


def _is_number(raw: Any) -> bool:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return False
    return abs(raw) <= sys.float_info.max and math.isfinite(raw)


def _number(low: float, high: float = math.inf) -> Callable[[Any, str], float]:
    expected = f"a number from {low} to {high}" if high < math.inf else f"a number from {low} up"

    def read(raw: Any, path: str) -> float:
        if not _is_number(raw) or not low <= raw <= high:
            _refuse(path, expected)
        return raw  # type: ignore[no-any-return]  # _is_number saw to it

    return read


def _whole(low: int, high: float = math.inf) -> Callable[[Any, str], int]:
    bounds = f"from {low} to {high}" if high < math.inf else f"from {low} up"

    def read(raw: Any, path: str) -> int:
        if not _is_number(raw) or not isinstance(raw, int) or not low <= raw <= high:
            _refuse(path, f"a whole number {bounds}")
        return raw

    return read


_COUNT = _number(0)
_LEVEL = _whole(LOWEST_LEVEL, HIGHEST_LEVEL)
_SCORE = _number(0, FULL_SCALE)
_MIDLINE = _number(LEAST_MIDLINE, MOST_MIDLINE)


class _CaseReader:
    """Reads each part of a case against one framework's ids."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework

    def case(self, raw: Any) -> Case:
        parts = _object(
            raw,
            "",
            [
                "respondents",
                "accountable",
                "evidence",
                "agreed",
                "channels",
                "channel_source",
                "pulse",
                "midlines",
                "roadmap",
            ],
        )
        _need(parts, "", "respondents")
        items = self.framework.items
        sources = _choice(CHANNEL_SOURCES)
        return Case(
            respondents=self.respondents(parts["respondents"]),
            accountable=self.table(
                parts, "accountable", self.framework.dimensions, "a bank dimension", _text
            ),
            evidence=self.table(
                parts, "evidence", items, "an item", _choice(self.framework.parameters.evidence)
            ),
            agreed=self.table(parts, "agreed", items, "an item", _LEVEL),
            channels=self.channels(parts["channels"]) if "channels" in parts else None,
            channel_source=sources(parts.get("channel_source", "typed"), "channel_source"),
            pulse=self.pulse(parts["pulse"]) if "pulse" in parts else None,
            midlines=self.midlines(parts.get("midlines", {})),
            roadmap=self.roadmap(parts.get("roadmap", {})),
        )

    def table(
        self,
        parts: Mapping[str, Any],
        name: str,
        known: Iterable[str],
        what: str,
        read: Callable[[Any, str], Any],
    ) -> dict[str, Any]:
        """An optional object from known ids to values."""
        raw = _object(parts.get(name, {}), name, known, f"{what} of the framework as key")
        return {key: read(value, _join(name, key)) for key, value in raw.items()}

    def respondents(self, raw: Any) -> tuple[Respondent, ...]:
        entries = _entries(raw, "respondents")
        if not entries:
            _refuse("respondents", "at least one respondent")
        return tuple(self.respondent(entry, path) for path, entry in entries)

    def respondent(self, raw: Any, path: str) -> Respondent:
        parts = _object(raw, path, ("role", "answers"))
        _need(parts, path, "role", "answers")
        role = _text(parts["role"], f"{path}.role")
        path = f"{path}.answers"
        answers = _object(
            parts["answers"], path, self.framework.items, "an item of the framework as key"
        )
        return Respondent(
            role=role,
            answers={item: self.answer(item, raw, path) for item, raw in answers.items()},
        )

    def answer(self, item: str, raw: Any, path: str) -> Answer:
        if isinstance(raw, str) and raw in (NOT_APPLICABLE, DONT_KNOW):
            if raw == NOT_APPLICABLE and self.framework.items[item].critical:
                _refuse(_join(path, item), 'no "NA": every bank needs this control')
            return raw
        whole = isinstance(raw, int) and not isinstance(raw, bool)
        if not whole or not LOWEST_LEVEL <= raw <= HIGHEST_LEVEL:
            _refuse(_join(path, item), 'a whole number from 1 to 5, "NA", "DK" or null')
        return raw  # type: ignore[no-any-return]  # a whole number by now

    def channels(self, raw: Any) -> tuple[Channel, ...]:
        return tuple(self.channel(entry, path) for path, entry in _entries(raw, "channels"))

    def channel(self, raw: Any, path: str) -> Channel:
        readers: dict[str, Callable[[Any, str], Any]] = {
            "platform": _text,
            "kind": _choice(self.framework.channels.kinds),
            "followers": _COUNT,
            "posts30": _COUNT,
            "inbound30": _COUNT,
            "answered": _number(0, 1),
            "median_min": _COUNT,
            "days_since_post": _COUNT,
            "status": _choice(CHANNEL_STATUSES),
        }
        parts = _object(raw, path, readers)
        _need(parts, path, "platform", "kind", "followers", "posts30", "inbound30")
        return Channel(**_read_all(parts, path, readers))

    def pulse(self, raw: Any) -> PulseSample:
        names = ("n", "N", "deff", "source", "mean", "sd", "mature")
        parts = _object(raw, "pulse", names)
        _need(parts, "pulse", "n", "source", "mean", "sd")
        n = _whole(1)(parts["n"], "pulse.n")
        readers: dict[str, Callable[[Any, str], Any]] = {
            "n": _whole(1),
            "N": _whole(max(n, LEAST_POPULATION)),
            "deff": self.design_effect,
            "source": _choice(self.framework.pulse.source_bias),
            "mean": self.pulse_parts,
            "sd": self.pulse_parts,
            "mature": _whole(0, n),
        }
        return PulseSample(**_read_all(parts, "pulse", readers))

    def design_effect(self, raw: Any, path: str) -> float:
        if not _is_number(raw) or not raw > 0:
            _refuse(path, "a number above 0")
        return raw  # type: ignore[no-any-return]  # _is_number saw to it

    def pulse_parts(self, raw: Any, path: str) -> dict[str, float]:
        parts = _object(raw, path, PULSE_PARTS)
        _need(parts, path, *PULSE_PARTS)
        return {part: _SCORE(parts[part], f"{path}.{part}") for part in PULSE_PARTS}

    def midlines(self, raw: Any) -> Midlines:
        readers = {"bank": _MIDLINE, "customer": _MIDLINE}
        parts = _read_all(_object(raw, "midlines", readers), "midlines", readers)
        parameters = self.framework.parameters
        return Midlines(
            bank=parts.get("bank", parameters.bank_midline),
            customer=parts.get("customer", parameters.customer_midline),
        )

    def roadmap(self, raw: Any) -> RoadmapSettings:
        readers: dict[str, Callable[[Any, str], Any]] = {
            "capacity": _number(1, MOST_CAPACITY),
            "quarters": _whole(1, MOST_QUARTERS),
            "targets": self.targets,
            "strategy": _choice(self.framework.strategies),
        }
        parts = _read_all(_object(raw, "roadmap", readers), "roadmap", readers)
        defaults = self.framework.roadmap
        return RoadmapSettings(
            capacity=parts.get("capacity", defaults.capacity),
            quarters=parts.get("quarters", defaults.quarters),
            targets=parts.get("targets", Targets()),
            strategy=parts.get("strategy"),
        )

    def targets(self, raw: Any, path: str) -> Targets:
        readers = {"bank": _SCORE, "customer": _SCORE, "risk": _SCORE}
        return Targets(**_read_all(_object(raw, path, readers), path, readers))


def _read_all(
    parts: Mapping[str, Any], path: str, readers: Mapping[str, Callable[[Any, str], Any]]
) -> dict[str, Any]:
    return {key: readers[key](value, f"{path}.{key}") for key, value in parts.items()}
