"""manage.py report: a case file in, a PDF out, one line when it cannot be done."""

import json
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from tests.reports.conftest import golden_case


@pytest.fixture
def case(tmp_path: Path) -> str:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(golden_case("2")), encoding="utf-8")
    return str(path)


def refused(*arguments: str, **options: Any) -> str:
    """The one line that the command ends with; its status is 2."""
    with pytest.raises(CommandError) as caught:
        call_command("report", *arguments, **options)
    assert caught.value.returncode == 2
    line = str(caught.value)
    assert "\n" not in line
    return line


def test_a_report_is_written_without_a_database(case: str, tmp_path: Path) -> None:
    output, said = tmp_path / "roadmap.pdf", StringIO()
    call_command("report", case, bank="Norvane Bank", output=str(output), stdout=said)
    reader = PdfReader(BytesIO(output.read_bytes()))
    assert said.getvalue() == f"{output}: {len(reader.pages)} pages\n"
    assert reader.metadata is not None
    assert reader.metadata.title == "Norvane Bank: social banking maturity"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"{}", "respondents: expected a value; it is required"),
        (b"\xff", "case.json: expected text in UTF-8"),
    ],
)
def test_a_bad_case_is_refused_by_field(tmp_path: Path, content: bytes, line: str) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(content)
    said = refused(str(path), bank="B", output=str(tmp_path / "x.pdf"))
    assert said.removeprefix(f"{tmp_path}/") == line
    assert not (tmp_path / "x.pdf").exists()


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    said = refused(f"{tmp_path}/no.json", bank="B", output=f"{tmp_path}/x.pdf")
    assert said == f"{tmp_path}/no.json: cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"bank": " "}, "--bank: expected a name"),
        ({"bank": "B" * 121}, "--bank: expected at most 120 characters, not 121"),
        ({"bank": "a\nb"}, "--bank: expected text without control characters"),
        ({"period": "p" * 41}, "--period: expected at most 40 characters, not 41"),
        ({"date": "2026-13-01"}, "--date: expected YYYY-MM-DD, not '2026-13-01'"),
        ({"language": "xx"}, "--language: expected one of en, not 'xx'"),
    ],
)
def test_a_bad_option_is_refused_by_name(case: str, options: dict[str, str], line: str) -> None:
    assert refused(case, **({"bank": "B", "output": "/nowhere/x.pdf"} | options)) == line


def test_an_output_that_cannot_be_written_is_one_line(case: str) -> None:
    said = refused(case, bank="B", output="/nowhere/x.pdf")
    assert said == "/nowhere/x.pdf: cannot be written: No such file or directory"
