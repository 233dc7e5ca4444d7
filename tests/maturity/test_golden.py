"""The worked cases come out to four decimals, plans exactly."""

import json
from typing import Any

import pytest

from maturity import assess, codec, load_framework, read_case
from tests.maturity.goldens import differences, golden_pairs

PARTS = ("bank", "customer", "placement", "agreement", "roadmap")


@pytest.mark.parametrize("name", golden_pairs())
def test_a_worked_case_comes_out_as_written(name: str) -> None:
    pair = golden_pairs()[name]
    findings = as_json(pair["case"])
    expected = {part: pair["findings"][part] for part in PARTS}
    assert differences(expected, {part: findings[part] for part in PARTS}) == []
    assert set(pair["findings"]) == set(PARTS)


def as_json(case: dict[str, Any]) -> dict[str, Any]:
    dumped: dict[str, Any] = json.loads(
        json.dumps(codec.dump(assess(load_framework(), read_case(case))), allow_nan=False)
    )
    return dumped
