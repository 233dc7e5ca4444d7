"""A firm with clients whose results are published, and a press that prints nothing real."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from assessments.batches import services, tasks
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Batch,
    BatchKind,
    FileState,
    Organisation,
    Snapshot,
    User,
)
from assessments.reports import tasks as report_tasks
from assessments.results.summary_writing import write_summary
from maturity import assess, codec, load_framework, read_case
from tests import factories
from tests.conftest import Cast
from tests.reports.test_services import Press

GOLDEN = Path(__file__).resolve().parent.parent / "maturity" / "golden"

MakeBatch = Callable[..., Batch]


@cache
def frozen() -> tuple[dict[str, Any], dict[str, Any]]:
    """One worked case and its findings, computed once for all tests."""
    path = next(GOLDEN.glob("case-2*.json"))
    case = read_case(json.loads(path.read_text(encoding="utf-8"))["case"])
    findings = codec.dump(assess(load_framework(), case))
    return case.to_dict(), findings | {"beside": {"no_regret": [], "limit": None}}


def published(bank: Organisation, *, period: str = "2026 H2") -> Assessment:
    """A published round of a bank."""
    case, findings = frozen()
    round_ = factories.make_round(bank, period=period, status=AssessmentStatus.PUBLISHED)
    snapshot = Snapshot.objects.create(
        assessment=round_,
        framework_version=load_framework().version,
        case=case,
        findings=findings,
        published_at=factories.MOMENT,
    )
    write_summary(snapshot)
    return round_


def client_of(
    firm: Organisation, *consultants: User, name: str, period: str = "2026 H2"
) -> Assessment:
    """The published round of a bank that has let the firm in."""
    bank = Organisation.objects.create(name=name)
    factories.make_engagement(bank, firm, *consultants)
    return published(bank, period=period)


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Press:
    """Counts what is printed; files go to a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    made = Press()
    monkeypatch.setattr(report_tasks, "press", lambda: made)
    monkeypatch.setattr(report_tasks, "html", lambda edition: edition.bank)
    return made


@pytest.fixture
def rounds(cast: Cast) -> list[Assessment]:
    """Three clients that the consultant works for, by name."""
    return [
        client_of(cast.firm, cast.consultant, name=name) for name in ("Alder", "Birch", "Cedar")
    ]


@pytest.fixture
def make_batch(cast: Cast, rounds: list[Assessment]) -> MakeBatch:
    """Ask for reports as the consultant; of all three clients unless told otherwise."""

    def make(**fields: Any) -> Batch:
        asked: dict[str, Any] = {
            "firm": cast.firm,
            "rounds": rounds,
            "language": "en",
            "kind": BatchKind.REPORT,
            "by": cast.consultant,
            "now": timezone.now(),
        }
        return services.request(**(asked | fields))

    return make


def fresh(batch: Batch) -> Batch:
    return Batch.objects.select_related("firm", "requested_by").get(pk=batch.pk)


def worked_off(batch: Batch) -> Batch:
    """Take steps until there is nothing left to do, as the job thread does."""
    for _ in range(50):
        if fresh(batch).state in (FileState.DONE, FileState.FAILED):
            break
        tasks.build_batch(str(batch.pk))
    return fresh(batch)
