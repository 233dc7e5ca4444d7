"""The changes that make WeasyPrint quicker change no byte."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from assessments.reports import pdf, quick, tasks
from tests.reports.conftest import golden_case, make_edition

ROOT = Path(pdf.__file__).resolve().parent.parent.parent
STOCK = (
    "import hashlib, sys; from assessments.reports import pdf, quick; "
    "quick.install = lambda: False; "
    "print(hashlib.sha256(pdf.to_pdf(sys.stdin.read())).hexdigest())"
)


@pytest.mark.parametrize("number", ["1", "2", "3"])
def test_a_report_has_the_same_bytes_without_the_changes(number: str) -> None:
    html = tasks.html(make_edition(golden_case(number), bank="Banque 日本 “fi” Ünal"))
    stock = subprocess.run(
        [sys.executable, "-c", STOCK],
        input=html,
        text=True,
        check=True,
        cwd=ROOT,
        capture_output=True,
    )
    assert quick.install()
    first, again = (sha256(pdf.to_pdf(html)).hexdigest() for _ in range(2))
    assert first == again == stock.stdout.strip()


def test_what_is_unusual_has_the_same_bytes_too() -> None:
    html = (
        '<html lang="en" dir="rtl"><head><title>x</title></head><body>'
        '<h1 style="border-radius: 2mm; border: 1pt dashed red; text-transform: uppercase">a</h1>'
        '<p style="width: 50%; margin: 5%; padding: calc(1% + 2px); text-align: justify">سلام '
        + "one two three&#9;four "
        * 30
        + '</p><p style="letter-spacing: 1px; float: left">b</p><table style="border-collapse: '
        'collapse"><tr><td style="border: 1px solid blue">c</td></tr></table><svg width="90" '
        'height="20"><text x="5" y="9" text-anchor="end">AVA To</text></svg></body></html>'
    )
    stock = subprocess.run(
        [sys.executable, "-c", STOCK],
        input=html,
        text=True,
        check=True,
        cwd=ROOT,
        capture_output=True,
    )
    assert sha256(pdf.to_pdf(html)).hexdigest() == stock.stdout.strip()


def test_another_version_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick, "PINNED", quick.PINNED | {"weasyprint": "0"})
    assert not quick.install.__wrapped__()
