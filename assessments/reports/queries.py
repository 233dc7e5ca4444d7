"""What a report is made from, and the key that names its exact content."""

import ctypes
import datetime as dt
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

import maturity
from assessments.models import Assessment, Organisation, Report
from assessments.reports import pdf
from assessments.reports.brand_queries import dress_of
from assessments.reports.branding import PLAIN, Dress
from assessments.reports.names import Title
from assessments.reports.paper.edition import Edition
from assessments.results import queries as results
from assessments.results.queries import Result
from assessments.results.settled import Settlement, settlement_of
from assessments.results.subject import Subject

# Everything that draws: a new version of any of these may change bytes (decision 34).
LIBRARIES = (
    "weasyprint",
    "pydyf",
    "tinycss2",
    "tinyhtml5",
    "cssselect2",
    "fonttools",
    "Pyphen",
    "Babel",
    "Django",
    "pillow",
)
SYSTEM = (
    ("libpango-1.0.so.0", "pango_version_string"),
    ("libharfbuzz.so.0", "hb_version_string"),
)
FONTCONFIG = ("libfontconfig.so.1", "FcGetVersion")


def edition_for(
    assessment: Assessment, *, language: str, firm: Organisation | None = None
) -> Edition | None:
    """The round's report in one language, or None while its results may not be shown.

    A published round prints its snapshot; anything else is marked as a draft. `firm` is the one
    through which somebody asks; its look then stands beside the bank's.
    """
    now = timezone.now()
    result = results.result_for(assessment, now)
    if result is None:
        return None
    subject = results.with_course(results.subject_of(assessment, now), assessment)
    subject = results.with_peers(subject, assessment, now)
    date = results.published_on(assessment) or subject.as_of
    return edition_of(
        result,
        subject,
        language=language,
        date=date,
        draft=not subject.published,
        settlement=settlement_of(assessment, result),
        dress=dress_of(assessment.organisation, firm),
    )


def firm_worn(edition: Edition, firm: Organisation | None) -> Organisation | None:
    """The firm whose look an edition wears. One without any shares the bank's own report."""
    return firm if edition.dress.firm is not None else None


def sample_edition(language: str) -> Edition:
    """The report of the packaged fictional bank."""
    result, subject = results.sample()
    return edition_of(result, subject, language=language, date=subject.as_of)


def edition_of(
    result: Result,
    subject: Subject,
    *,
    language: str,
    date: dt.date | None = None,
    draft: bool = False,
    settlement: Settlement | None = None,
    dress: Dress = PLAIN,
) -> Edition:
    """An edition with the texts of its language."""
    with translation.override(language):
        source = results.source_of(result, subject)
    return Edition(
        source=source,
        result=result,
        language=language,
        date=date,
        draft=draft,
        settlement=settlement,
        dress=dress,
    )


def title_of(report: Report) -> Title:
    """What a stored report is called when it is downloaded."""
    return Title(
        bank=report.assessment.organisation.name,
        period=report.assessment.period,
        language=report.language,
    )


def title_of_edition(edition: Edition) -> Title:
    """What an edition is called when it is downloaded."""
    return Title(bank=edition.bank, period=edition.period, language=edition.language)


# ---- content key ------------------------------------------------------------------------------


def content_key(edition: Edition) -> str:
    """A sha256 over everything that the bytes of the PDF depend on."""
    material = {
        "result": edition.result.written,
        "subject": asdict(edition.source.subject),
        "no_regret": edition.no_regret,
        "language": edition.language,
        "date": edition.date,
        "draft": edition.draft,
        "settlement": edition.settlement and asdict(edition.settlement),
        "dress": asdict(edition.dress),
        "program": program_key(),
    }
    return _sha(json.dumps(material, sort_keys=True, default=str).encode())


@cache
def program_key() -> str:
    """A sha256 over code, wording, templates, style, fonts and libraries, once per process."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(str(path.relative_to(settings.BASE_DIR)).encode())
        digest.update(path.read_bytes())
    digest.update(json.dumps(_versions(), sort_keys=True).encode())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    here = Path(__file__).resolve().parent
    for folder in (
        Path(maturity.__file__).parent,
        here,
        here.parent / "benchmarks",
        here.parent / "results",
        here.parent / "ui",
        here.parent / "locale",
        settings.BASE_DIR / "templates" / "reports",
    ):
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix in (".py", ".yaml", ".html", ".css", ".ttf", ".mo"):
                yield path


def _versions() -> dict[str, Any]:
    found: dict[str, Any] = {name: _version(name) for name in LIBRARIES}
    found |= {name: _system_version(name, symbol) for name, symbol in SYSTEM}
    found[FONTCONFIG[0]] = _fontconfig_version()
    return found | {"python": sys.version, "variant": pdf.VARIANT}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _system_version(library: str, symbol: str) -> str:
    try:
        call = getattr(ctypes.CDLL(library), symbol)
    except (OSError, AttributeError):
        return ""
    call.restype = ctypes.c_char_p
    text: bytes = call() or b""
    return text.decode("ascii", "replace")


def _fontconfig_version() -> int:
    try:
        number: int = getattr(ctypes.CDLL(FONTCONFIG[0]), FONTCONFIG[1])()
    except (OSError, AttributeError):
        return 0
    return number


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
