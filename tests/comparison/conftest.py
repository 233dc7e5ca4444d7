"""Banks to compare: six of them with a published round each, all clients of the cast's firm."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assessments.comparison import queries
from assessments.models import Assessment, EngagementScope, Organisation
from tests import factories
from tests.conftest import Cast

GOLDEN = Path(__file__).resolve().parent.parent / "maturity" / "golden"
NAMES = (
    "Albatross Bank",
    "Beluga Savings",
    "Cormorant Trust",
    "Dolphin Credit",
    "Egret & Sons <Bank>",
    "=Flamingo Volksbank",
)
PERIODS = tuple(f"Autumn review of {name.split()[0].strip('=')}" for name in NAMES)


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
            for item, answer in person["answers"].items():
                if isinstance(answer, int):
                    person["answers"][item] = max(1, min(5, answer + (1 if item[-1] in "13" else -1)))
    return case


@dataclass(frozen=True, kw_only=True)
class Clients:
    """Six clients of the firm and their rounds; `consultant` and `admin` of the cast read them."""

    banks: tuple[Organisation, ...]
    rounds: tuple[Assessment, ...]

    def url(self, *places: int, name: str = "compare", **flags: Any) -> str:
        """The address of a comparison of some of them."""
        asked = queries.Asked(rounds=tuple(self.rounds[place].pk for place in places), **flags)
        return asked.url(name)


def make_clients(cast: Cast, scope: EngagementScope = EngagementScope.ANSWERS) -> Clients:
    """The rows of six clients."""
    banks, rounds = [], []
    for place, name in enumerate(NAMES):
        lead = factories.make_user(f"lead{place}@client.example", name=f"Lead {place}")
        bank = factories.make_bank(lead, name=name, fictional=place == 1)
        factories.make_engagement(bank, cast.firm, cast.consultant, scope=scope)
        banks.append(bank)
        rounds.append(factories.publish_case(bank, case_of(place), period=PERIODS[place]))
    return Clients(banks=tuple(banks), rounds=tuple(rounds))


@pytest.fixture
def clients(cast: Cast, settings: Any, tmp_path: Path) -> Clients:
    """Six clients whose answers are open to the firm."""
    settings.MEDIA_ROOT = tmp_path
    return make_clients(cast)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """What was read from a snapshot is kept in memory; each test reads its own."""
    yield
    queries._kept.clear()  # noqa: SLF001 -- see above
