"""Findings to JSON and back, with six decimals, as the command line prints them."""

import dataclasses
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from maturity.assess import Findings

DECIMALS = 6


def dump(findings: Findings) -> dict[str, Any]:
    """JSON-ready findings: plain dicts and lists, floats rounded to six decimals."""
    dumped: dict[str, Any] = _dump(findings)
    return dumped


def _dump(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS) + 0.0  # + 0.0 turns -0.0 into 0.0
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _dump(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, Mapping):
        return {str(key): _dump(entry) for key, entry in value.items()}
    if isinstance(value, tuple):
        return [_dump(entry) for entry in value]
    return value


def load(dumped: Mapping[str, Any]) -> Findings:
    """Findings from their JSON form. Raises ``ValueError`` where the form does not fit."""
    try:
        loaded: Findings = _load(Findings, dumped)
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise ValueError(f"not findings of this version: {error!r}") from error
    return loaded


def _load(hint: Any, raw: Any) -> Any:
    if dataclasses.is_dataclass(hint):
        return _load_fields(hint, raw)
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return None if raw is None else _load(args[0], raw)
    if origin is Mapping:
        return {_load(args[0], key): _load(args[1], entry) for key, entry in raw.items()}
    if origin is tuple:
        hints = [args[0]] * len(raw) if args[-1] is Ellipsis else args
        return tuple(_load(entry, part) for entry, part in zip(hints, raw, strict=True))
    return _load_plain(hint, raw)


def _load_fields(hint: Any, raw: Mapping[str, Any]) -> Any:
    hints = _hints(hint)
    return hint(**{name: _load(hints[name], raw[name]) for name in _names(hint)})


def _load_plain(hint: Any, raw: Any) -> Any:
    if get_origin(hint) is Literal:
        fits = raw in get_args(hint)
    elif hint is float:
        fits = isinstance(raw, int | float) and not isinstance(raw, bool)
    elif hint is int:  # also the keys of an object, which JSON spells as text
        raw = int(raw)
        fits = True
    else:
        fits = isinstance(raw, hint)
    if not fits:
        raise ValueError(f"not findings of this version: {raw!r} is not {hint}")
    return raw


@cache
def _names(cls: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cls))


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)
