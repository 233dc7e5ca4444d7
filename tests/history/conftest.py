"""A bank with published rounds a year apart."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from assessments.models import Assessment, Organisation
from maturity import load_framework
from tests import factories
from tests.conftest import Cast

YEARS = tuple(datetime(year, 11, 2, 9, 30, tzinfo=UTC) for year in (2023, 2024, 2025, 2026))
BANK = [item.id for item in load_framework().bank_items]
CUSTOMERS = [item.id for item in load_framework().customer_items]

Answers = Mapping[str, Any]
Publish = Callable[..., Assessment]


def case(bank: int = 3, customers: int = 3, **differing: int) -> dict[str, Any]:
    """Four agreeing respondents; keywords such as CAP_A1 set one item apart."""
    answers: dict[str, Any] = dict.fromkeys(BANK, bank) | dict.fromkeys(CUSTOMERS, customers)
    answers |= {name.replace("_", "."): level for name, level in differing.items()}
    roles = ("executive", "marketing", "risk", "it")
    return {"respondents": [{"role": role, "answers": answers} for role in roles]}


def publish_years(bank: Organisation, cases: Iterable[dict[str, Any]]) -> list[Assessment]:
    """One round a year, the last in 2026."""
    given = list(cases)
    moments = YEARS[len(YEARS) - len(given) :]
    return [
        factories.publish_case(bank, one, period=f"{at.year} H2", at=at)
        for one, at in zip(given, moments, strict=True)
    ]


@pytest.fixture
def two(cast: Cast) -> list[Assessment]:
    """The bank rose from level 2 to level 4 in Capacity; nothing else moved."""
    risen = {f"CAP_{kind}{n}": 4 for kind in "AU" for n in (1, 2, 3)}
    return publish_years(cast.bank, [case(bank=2), case(bank=2, **risen)])
