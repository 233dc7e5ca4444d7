"""A published round whose roadmap can be adopted, and a plan that was."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest

from assessments.models import (
    AdoptedAction,
    AdoptedPlan,
    Assessment,
    AssessmentStatus,
    SheetStatus,
)
from assessments.plans import queries, services
from tests import addresses, factories
from tests.conftest import Cast

FIRST = dt.date(2027, 1, 1)
NOW = dt.datetime(2027, 2, 1, 9, 0, tzinfo=dt.UTC)

Change = Callable[..., queries.Change]


@pytest.fixture
def published(cast: Cast) -> Assessment:
    """A published round of the cast's bank, fetched as the program fetches it."""
    round_ = factories.make_round(cast.bank, period="2026 H1", status=AssessmentStatus.CLOSED)
    sheet = factories.make_sheet(round_, cast.lead, status=SheetStatus.SUBMITTED)
    factories.fill_sheet(sheet, factories.whole_sheet())
    addresses.freeze(round_, cast.lead)
    round_.refresh_from_db()
    return round_


@pytest.fixture
def plan(cast: Cast, published: Assessment) -> AdoptedPlan:
    """Every action of the roadmap, adopted by the lead."""
    return services.adopt(
        assessment=published,
        actions=list(queries.due_quarters(published, NOW)),
        first_quarter_on=FIRST,
        by=cast.lead,
        now=NOW,
    )


@pytest.fixture
def row(plan: AdoptedPlan) -> AdoptedAction:
    """The plan's first action."""
    return plan.actions.order_by("due_quarter", "pk")[0]


def changed(row: AdoptedAction, **fields: object) -> queries.Change:
    """What the row holds, but for some fields."""
    return replace(queries.Change.of(row), **fields)  # type: ignore[arg-type]


def posted(row: AdoptedAction, **fields: object) -> dict[str, object]:
    """The action's form as its page would send it, but for some fields."""
    return {
        "owner": row.owner_id or "",
        "due_quarter": row.due_quarter,
        "status": row.status,
        "note": row.note,
        "version": row.version,
    } | fields


@pytest.fixture
def clock_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.datetime], None]:
    """Set the clock of the pages; sessions keep theirs."""

    def at(moment: dt.datetime) -> None:
        clock = SimpleNamespace(now=lambda: moment)
        for room in ("plans", "people"):
            monkeypatch.setattr(f"assessments.{room}.views.timezone", clock)

    return at
