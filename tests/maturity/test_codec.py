"""Findings become JSON and come back."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from maturity import codec
from tests.maturity.build import channel, findings, pulse, sheet
from tests.maturity.goldens import golden_pairs


@pytest.mark.parametrize("name", golden_pairs())
def test_findings_survive_json(name: str) -> None:
    dumped = codec.dump(findings(**golden_pairs()[name]["case"]))
    text = json.dumps(dumped, allow_nan=False)
    loaded = codec.load(json.loads(text))
    assert codec.dump(loaded) == dumped
    assert codec.load(dumped) == loaded


def test_numbers_are_written_with_six_decimals_and_no_negative_nought() -> None:
    found = findings(sheet(2, CAP_A1=3), channels=[channel()], pulse=pulse())
    dumped = codec.dump(found)
    assert dumped["bank"]["se"] == round(found.bank.se or 0, 6)
    assert dumped["items"]["CAP.A1"]["points"] == 50.0
    assert "-0.0" not in json.dumps(dumped)


def test_a_value_that_is_not_there_is_null() -> None:
    dumped = codec.dump(findings(sheet(None)))
    empty = {name for name, value in dumped.items() if value is None}
    assert empty == {"placement", "agreement", "roadmap", "channels", "estimate", "pulse"}
    assert dumped["framework"] == "1.0"
    assert dumped["midlines"] == {"bank": 50.0, "customer": 50.0}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("bank"),
        lambda d: d.update(bank=None),
        lambda d: d.update(items=[]),
        lambda d: d["bank"].update(level="high"),
        lambda d: d["bank"].update(status="fine"),
        lambda d: d["bank"].update(raw="much"),
        lambda d: d["bank"].update(ci90=[1]),
        lambda d: d["placement"].update(strategy="grow"),
        lambda d: d["bank"]["risk"].update(gate_active=0),
    ],
)
def test_what_is_no_findings_is_refused(spoil: Callable[[dict[str, Any]], object]) -> None:
    dumped = codec.dump(findings(sheet(3)))
    spoil(dumped)
    with pytest.raises(ValueError, match=r".+"):
        codec.load(dumped)
