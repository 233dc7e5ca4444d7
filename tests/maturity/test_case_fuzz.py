"""Whatever stands in a case file, it is assessed or refused in one line."""

import copy
import json
import math
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maturity import CaseError, assess, codec, load_framework
from maturity.case import parse_case
from tests.maturity.cases import drawn_case

ODDITIES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 3.0, 0.5, -0.0, 5e-324, 1e308, -1e308, 10**308, 10**400,
    math.nan, math.inf, "", "NA", "DK", "E2", "open", "network", "random", "it", "\0", "\ud800",
    [], {}, [[]], {"": None}, [None], {"CAP.A1": 3},
)  # fmt: skip
quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    if isinstance(value, dict):
        found: list[tuple[Any, Any]] = [(value, key) for key in value]
    elif isinstance(value, list):
        found = [(value, position) for position in range(len(value))]
    else:
        return []
    return found + [place for container, key in found for place in places(container[key])]


def assessed_or_refused(text: str) -> None:
    refusal = ""
    try:
        case = parse_case(text)
    except CaseError as error:
        refusal = str(error)
    else:
        json.dumps(codec.dump(assess(load_framework(), case)), allow_nan=False)
    assert refusal == "" or ": expected " in refusal
    assert "\n" not in refusal


@quick
@given(st.integers(0, 2**32))
def test_odd_values_anywhere_never_break_the_assessment(seed: int) -> None:
    random = Random(seed)
    case = copy.deepcopy(drawn_case(random))
    case.setdefault("roadmap", {})["quarters"] = 1
    for _ in range(random.choice((1, 1, 2, 5))):
        container, key = random.choice(places(case))
        container[key] = copy.deepcopy(random.choice(ODDITIES))  # or one could come to hold itself
    assessed_or_refused(json.dumps(case))


@quick
@given(st.integers(0, 2**32))
def test_damaged_text_never_breaks_the_assessment(seed: int) -> None:
    random = Random(seed)
    text = json.dumps(drawn_case(random, people=1) | {"roadmap": {"quarters": 1}})
    for _ in range(random.choice((1, 2, 5))):
        start = random.randrange(len(text))
        length = random.choice((0, 1, 5, 500))
        text = (
            text[:start]
            + random.choice(("", "}", '"', "9", "e9", "\\", "["))
            + text[start + length :]
        )
    assessed_or_refused(text)
