"""Comparisons without a database: sides built from the worked cases."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from assessments.comparison.lineup import Lineup, Side
from assessments.models import ComparisonKind
from assessments.results.subject import Source, Subject
from maturity import assess, load_framework, load_wording, read_case
from maturity.compare import common_items, compare, profile
from maturity.framework import Framework
from maturity.phrases import Wording

GOLDEN = Path(__file__).resolve().parent.parent / "maturity" / "golden"
# Names that no other text holds, among them what a browser or a spreadsheet might take for its own.
NAMES = (
    "Albatross Bank",
    "Beluga Savings",
    "Cormorant Trust",
    "Dolphin Credit",
    "Egret & Sons <Bank>",
    "=Flamingo Volksbank",
)
PERIODS = tuple(f"Autumn review of {name.split()[0].strip('=')}" for name in NAMES)
# What must stand nowhere once letters stand in place of names.
CANARIES = ("Albatross", "Beluga", "Cormorant", "Dolphin", "Egret", "Flamingo", "Autumn review")
DAY = dt.date(2026, 11, 2)


def golden_case(number: int) -> dict[str, Any]:
    """One of the worked cases 1 to 3."""
    path = next(GOLDEN.glob(f"case-{number}-*.json"))
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["case"]
    return case


def case_of(place: int) -> dict[str, Any]:
    """Six cases that differ: the worked ones, and the same with other answers."""
    case = golden_case(place % 3 + 1)
    if place >= len(("1", "2", "3")):
        for person in case["respondents"]:
            person["answers"] = {
                item: _moved(item, answer) for item, answer in person["answers"].items()
            }
    return case


def _moved(item: str, answer: Any) -> Any:
    if not isinstance(answer, int):
        return answer
    return max(1, min(5, answer + (1 if item[-1] in "13" else -1)))


def make_side(place: int, *, lettered: bool = False, **fields: Any) -> Side:
    """One of the six banks as a column; fields override `case`, `answers`, `anonymous` …"""
    case = read_case(fields.pop("case", None) or case_of(place))
    framework: Framework = fields.pop("framework", load_framework())
    wording: Wording = fields.pop("wording", load_wording())
    return Side(
        place=fields.pop("at", place),
        round=UUID(int=place + 1),
        bank="" if lettered else NAMES[place],
        period="" if lettered else PERIODS[place],
        published=fields.pop("published", DAY),
        source=Source(
            findings=fields.pop("findings", None) or assess(framework, case),
            wording=wording,
            framework=framework,
            case=case,
            subject=Subject(bank="", published=True, anonymous=fields.pop("anonymous", False)),
        ),
        answers=fields.pop("answers", True),
        fictional=fields.pop("fictional", False),
        **fields,
    )


def lineup_of(
    sides: Sequence[Side], *, kind: ComparisonKind = ComparisonKind.BANKS, lettered: bool = False
) -> Lineup:
    """The comparison of some sides."""
    placed = [replace(side, place=place) for place, side in enumerate(sides)]
    common = common_items([(side.source.framework, side.source.wording) for side in placed])
    kept = None if common.whole else common.items
    return Lineup(
        kind=kind,
        lettered=lettered,
        sides=tuple(placed),
        found=compare(
            [profile(side.source.findings, side.source.framework, kept) for side in placed]
        ),
        common=common,
    )


def banks(count: int, *, lettered: bool = False, **fields: Any) -> Lineup:
    """The first so many of the six banks."""
    sides = [make_side(place, lettered=lettered, **fields) for place in range(count)]
    return lineup_of(sides, lettered=lettered)
