"""Short ways to say a case in a test."""

from typing import Any

from maturity import Findings, assess, load_framework, read_case
from maturity.standing import Standing, stand

DIMENSIONS = ("CAP", "TEC", "SUP", "RSK", "DAT", "SKL")


def sheet(level: int | None = 3, role: str = "it", **answers: Any) -> dict[str, Any]:
    """A sheet with one level everywhere (None: blank), changed by ``CAP_A1=4`` and the like.

    A dimension or facet changes whole: ``RSK=1``, ``CAP_A="NA"``.
    """
    filled: dict[str, Any] = dict.fromkeys(load_framework().items, level)
    for name, answer in answers.items():
        start = name.replace("_", ".")
        for item in filled:
            if item == start or item.startswith((f"{start}.", start if "." in start else "-")):
                filled[item] = answer
    return {"role": role, "answers": filled}


def case(*sheets: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A case of these sheets."""
    return {"respondents": list(sheets), **parts}


def standing(*sheets: dict[str, Any], **parts: Any) -> Standing:
    """The scored case."""
    return stand(load_framework(), read_case(case(*sheets, **parts)))


def findings(*sheets: dict[str, Any], **parts: Any) -> Findings:
    """The findings of a case."""
    return assess(load_framework(), read_case(case(*sheets, **parts)))


def channel(**parts: Any) -> dict[str, Any]:
    """A perfect account, changed by its parts."""
    return {
        "platform": "A",
        "kind": "network",
        "followers": 9999,
        "posts30": 12,
        "inbound30": 0,
        "answered": 0,
        "median_min": None,
        "days_since_post": 2,
    } | parts


def pulse(**parts: Any) -> dict[str, Any]:
    """A pulse of sixty from mixed points of contact, changed by its parts."""
    return {
        "n": 60,
        "N": 250_000,
        "source": "mixed",
        "mean": {"A": 44, "U": 29, "C": 36.5},
        "sd": {"A": 24, "U": 22, "C": 19},
    } | parts
