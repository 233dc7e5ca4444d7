"""The worked cases, read once: pairs of a case and its findings."""

import json
from functools import cache
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent / "golden"
TOLERANCE = 1e-4


def read_golden(name: str) -> Any:
    """One file of the folder of worked cases."""
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


@cache
def golden_pairs() -> dict[str, dict[str, Any]]:
    """Every worked case by a short name, each with the keys "case" and "findings"."""
    pairs = {path.stem: read_golden(path.name) for path in sorted(GOLDEN.glob("case-*.json"))}
    lines = (GOLDEN / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return pairs | {f"line-{number}": json.loads(line) for number, line in enumerate(lines, 1)}


def differences(expected: Any, got: Any, path: str = "") -> list[str]:
    """Where two JSON values differ: numbers by the tolerance, all else exactly.

    Keys that only ``got`` has are allowed where the contract allows more keys.
    """
    if isinstance(expected, dict) and isinstance(got, dict):
        found = [f"{path}.{key} is missing" for key in expected.keys() - got.keys()]
        if path.endswith((".items", ".dimensions", ".probabilities")):
            found += [f"{path}.{key} is extra" for key in got.keys() - expected.keys()]
        for key in expected.keys() & got.keys():
            found += differences(expected[key], got[key], f"{path}.{key}")
        return found
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        pairs = enumerate(zip(expected, got, strict=True))
        return [gap for n, (e, g) in pairs for gap in differences(e, g, f"{path}[{n}]")]
    return [] if _equal(expected, got) else [f"{path}: expected {expected!r}, got {got!r}"]


def _equal(expected: Any, got: Any) -> bool:
    numbers = all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in (expected, got)
    )
    if numbers:
        return bool(abs(expected - got) <= TOLERANCE)
    return type(expected) is type(got) and bool(expected == got)
