"""Editions and finished documents that several tests look at."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from assessments.models import Assessment, SheetStatus, User
from assessments.reports import pdf, queries, tasks
from assessments.reports.paper.edition import Edition
from assessments.results.queries import result_of
from assessments.results.subject import Subject
from maturity import read_case
from tests import factories

GOLDEN = Path(__file__).resolve().parent.parent / "maturity" / "golden"
DATE = dt.date(2026, 11, 21)

MakeEdition = Callable[..., Edition]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One report: what it was made from, and the file."""

    edition: Edition
    html: str
    data: bytes
    reader: PdfReader


def golden_case(name: str) -> dict[str, Any]:
    """One of the worked cases, by the beginning of its file's name."""
    path = next(GOLDEN.glob(f"case-{name}*.json"))
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["case"]
    return case


def make_edition(case: dict[str, Any], **fields: Any) -> Edition:
    """An edition of a case; fields override the subject, or `draft` and `date`."""
    draft, date = fields.pop("draft", False), fields.pop("date", DATE)
    about: dict[str, Any] = {"bank": "Norvane Bank", "period": "2026 H2", "as_of": DATE}
    return queries.edition_of(
        result_of(read_case(case)),
        Subject(**(about | fields)),
        language="en",
        date=date,
        draft=draft,
    )


def printed(edition: Edition) -> Printed:
    """Print an edition in this process."""
    html = tasks.html(edition)
    data = pdf.to_pdf(html)
    return Printed(edition=edition, html=html, data=data, reader=PdfReader(BytesIO(data)))


@pytest.fixture(scope="session")
def several() -> Printed:
    """Three respondents, a pulse, a firm placement."""
    return printed(make_edition(golden_case("2"), fictional=True, country="JP"))


@pytest.fixture(scope="session")
def alone() -> Printed:
    """One respondent, failed controls, a plan of two pages."""
    return printed(make_edition(golden_case("1")))


@pytest.fixture
def answered(cast: Any, settings: Any, tmp_path: Path) -> Assessment:
    """A round of the cast's bank with one submitted sheet, so that its results show."""
    settings.MEDIA_ROOT = tmp_path
    round_ = factories.make_round(cast.bank, channels_confirmed=True)
    submitted_sheet(round_, cast.lead)
    return round_


def submitted_sheet(round_: Assessment, lead: User) -> None:
    """Level 3 everywhere, handed in."""
    sheet = factories.make_sheet(round_, lead, status=SheetStatus.SUBMITTED)
    factories.fill_sheet(sheet, factories.whole_sheet())
