"""Banks to compare: six of them with a published round each, all clients of the cast's firm."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assessments.comparison import queries
from assessments.comparison.asked import Asked
from assessments.models import Assessment, EngagementScope, Organisation, User
from tests import factories
from tests.comparison.build import NAMES, PERIODS, case_of
from tests.conftest import Cast


@dataclass(frozen=True, kw_only=True)
class Clients:
    """Six clients of the firm and their rounds; `consultant` and `admin` of the cast read them."""

    leads: tuple[User, ...]
    banks: tuple[Organisation, ...]
    rounds: tuple[Assessment, ...]

    def asked(self, *places: int, **flags: Any) -> Asked:
        """The comparison of some of them."""
        return Asked(rounds=tuple(self.rounds[place].pk for place in places), **flags)

    def url(self, *places: int, name: str = "compare", **flags: Any) -> str:
        """Its address."""
        return self.asked(*places, **flags).url(name)


def make_clients(cast: Cast, scope: EngagementScope = EngagementScope.ANSWERS) -> Clients:
    """The rows of six clients; the second is a fictional bank."""
    leads, banks, rounds = [], [], []
    for place, name in enumerate(NAMES):
        lead = factories.make_user(f"lead{place}@client.example", name=f"Lead {place}")
        bank = factories.make_bank(lead, name=name, fictional=place == 1)
        factories.make_engagement(bank, cast.firm, cast.consultant, scope=scope)
        leads.append(lead)
        banks.append(bank)
        rounds.append(factories.publish_case(bank, case_of(place), period=PERIODS[place]))
    return Clients(leads=tuple(leads), banks=tuple(banks), rounds=tuple(rounds))


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
