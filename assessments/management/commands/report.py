"""Print a case file's report to a PDF, without browser, server or database."""

import argparse
import datetime as dt
import sys
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from assessments.reports import pdf, queries, tasks
from assessments.results.queries import result_of
from assessments.results.subject import Subject
from maturity.case import CaseError, parse_case
from maturity.wording import available_languages

LONGEST_NAME = 120
LONGEST_PERIOD = 40
BAD_INPUT = 2


class Command(BaseCommand):
    help = "Print the report of a case file (framework, section I) to a PDF."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """CASE.json, whose bank it is, and where the PDF goes."""
        parser.add_argument("case", help="a case file in JSON")
        parser.add_argument("--bank", required=True, help="the bank's name, as printed")
        parser.add_argument("--period", default="", help='what is assessed, such as "2026 H2"')
        parser.add_argument("--date", default="", help="YYYY-MM-DD; without it none is printed")
        parser.add_argument("--language", default="en", help="language of the report")
        parser.add_argument("--output", required=True, help="the PDF to write")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bad input ends with status 2 and one line; nothing is written then."""
        subject = Subject(
            bank=_text(options["bank"], "--bank", LONGEST_NAME, needed=True),
            period=_text(options["period"], "--period", LONGEST_PERIOD),
            as_of=_date(options["date"]),
        )
        language = _language(options["language"])
        result = result_of(_case(options["case"]))
        edition = queries.edition_of(result, subject, language=language, date=subject.as_of)
        made = pdf.compose(tasks.html(edition))
        _write(options["output"], made.data)
        self.stdout.write(f"{options['output']}: {made.pages} pages")


def _refuse(line: str) -> NoReturn:
    raise CommandError(" ".join(line.split()), returncode=BAD_INPUT)


def _text(value: str, name: str, longest: int, *, needed: bool = False) -> str:
    text = value.strip()
    if needed and not text:
        _refuse(f"{name}: expected a name")
    if len(text) > longest:
        _refuse(f"{name}: expected at most {longest} characters, not {len(text)}")
    if not text.isprintable():
        _refuse(f"{name}: expected text without control characters")
    return text


def _date(value: str) -> dt.date | None:
    if not value:
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        _refuse(f"--date: expected YYYY-MM-DD, not {value!r}")


def _language(value: str) -> str:
    # The instrument may speak languages that the report's own words do not yet.
    printed = dict(settings.LANGUAGES)
    known = [code for code in available_languages() if code in printed]
    if value not in known:
        _refuse(f"--language: expected one of {', '.join(known)}, not {value!r}")
    return value


def _case(name: str) -> Any:
    try:
        text = (sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()).decode()
        return parse_case(text)
    except OSError as error:
        _refuse(f"{name}: cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        _refuse(f"{name}: expected text in UTF-8")
    except CaseError as error:
        _refuse(str(error))


def _write(name: str, data: bytes) -> None:
    try:
        Path(name).write_bytes(data)
    except OSError as error:
        _refuse(f"{name}: cannot be written: {error.strerror}")
