"""Row h: the pure model alone, without Django, on the shared cases with eight quarters planned."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench.measure import Row, alternate
from bench.stage import Stage
from maturity import Case, assess, load_framework, read_case
from maturity.agreement import agreement
from maturity.framework import Framework
from maturity.standing import stand

GOLDEN = Path(__file__).parent.parent / "tests" / "maturity" / "golden"
QUARTERS = 8
RESPONDENTS = 12
RUNS = 15
_NAMES = {1: "case-1-step-by-step", 2: "case-2-raise-awareness", 3: "case-3-gated"}


def case_data(number: int) -> dict[str, Any]:
    """The shared case of this number in the case file's form."""
    text = (GOLDEN / f"{_NAMES[number]}.json").read_text(encoding="utf-8")
    case: dict[str, Any] = json.loads(text)["case"]
    return case


def crowd(data: dict[str, Any], respondents: int = RESPONDENTS) -> dict[str, Any]:
    """The same case answered by so many: their levels go up and down around the first one's."""
    first = data["respondents"][0]
    roles = ("executive", "marketing", "risk", "it", "service", "hr")
    return data | {
        "respondents": [
            {
                "role": roles[nth % len(roles)],
                "answers": {
                    item: _shifted(answer, nth + place)
                    for place, (item, answer) in enumerate(first["answers"].items())
                },
            }
            for nth in range(respondents)
        ]
    }


def _shifted(answer: int | str, turn: int) -> int | str:
    if isinstance(answer, str):
        return answer
    return min(5, max(1, answer + (turn % 3) - 1))


def row_h(stage: Stage) -> Iterator[Row]:
    """Scoring alone and the whole with its twelve plans: cases 1 to 3, and twelve respondents."""
    framework = load_framework()
    cases = {number: case_data(number) for number in _NAMES} | {RESPONDENTS: crowd(case_data(2))}
    works: tuple[tuple[str, Callable[[Framework, Case], object], str], ...] = (
        ("h-scoring", _score, "scoring alone"),
        ("h", assess, "with the twelve plans"),
    )
    for row, work, what in works:
        for size, data in cases.items():
            case = read_case(data | {"roadmap": data["roadmap"] | {"quarters": QUARTERS}})
            who = f"case {size}" if size in _NAMES else f"{size} respondents"
            yield alternate(
                row,
                partial(work, framework, case),
                None,
                size=size,
                runs=RUNS,
                note=f"{what}, {who}",
            )


def _score(framework: Framework, case: Case) -> None:
    stand(framework, case)
    agreement(framework, case)
