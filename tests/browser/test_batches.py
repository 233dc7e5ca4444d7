"""A consultant has two clients' reports made, waits, takes the ZIP away and opens it."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from assessments.models import Batch, Mail
from tests.batches.conftest import client_of
from tests.batches.test_brand import WORDS
from tests.batches.test_logos import picture
from tests.browser.conftest import SignIn
from tests.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PRINTING = 90_000  # two documents, and a press that has to start


@pytest.fixture
def admin_page(
    page: Page, cast: Cast, sign_in: SignIn, clean_console: list[str], own_files: Path
) -> Page:
    """The admin of a firm with three clients, signed in."""
    for name in ("Alder Bank", "Birch Bank", "Cedar Bank"):
        client_of(cast.firm, name=name)
    sign_in(page.context, cast.admin)
    return page


@pytest.fixture
def own_files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_a_firm_sets_its_look_and_takes_two_clients_reports_away_in_one_zip(
    admin_page: Page, live_server: LiveServer, cast: Cast, tmp_path: Path
) -> None:
    page = admin_page
    firm = f"{live_server.url}/firms/{cast.firm.pk}"

    page.goto(f"{firm}/brand/")
    logo = {"name": "logo.png", "mimeType": "image/png", "buffer": picture()}
    page.get_by_label("Logo").first.set_input_files(logo)  # type: ignore[arg-type]  # a typed dict
    page.get_by_label("Colour").fill(WORDS["colour"])
    page.get_by_label("Title of the closing page").fill(WORDS["closing_title"])
    page.get_by_role("button", name="Save the look").click()
    expect(page.get_by_role("img", name="Cover of Norvane Bank on #0B6E4F")).to_be_visible()

    page.goto(f"{firm}/reports/")
    page.get_by_role("link", name="Make reports").click()
    page.get_by_label("Alder Bank").check()
    page.get_by_label("Cedar Bank").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Make the reports").click()
    expect(page.get_by_role("heading", name="Preparing the reports")).to_be_visible()
    batch = page.url
    page.goto(f"{live_server.url}/home/")  # closing the page stops nothing
    page.goto(batch)
    expect(page.get_by_role("heading", name="The reports are ready")).to_be_visible(
        timeout=PRINTING
    )
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the ZIP").click()
    file = tmp_path / "taken.zip"
    waiting.value.save_as(file)

    with zipfile.ZipFile(file) as found:
        assert found.namelist() == [
            "Alder-Bank-2026H2-maturity-en.pdf",
            "Cedar-Bank-2026H2-maturity-en.pdf",
            "Index.xlsx",
        ]
        reader = PdfReader(io.BytesIO(found.read("Cedar-Bank-2026H2-maturity-en.pdf")))
        index = openpyxl.load_workbook(io.BytesIO(found.read("Index.xlsx"))).worksheets[0]
    assert "Prepared by Harbour Consulting" in reader.pages[0].extract_text()
    assert WORDS["closing_title"] in reader.pages[-1].extract_text()
    assert [row[0].value for row in index.iter_rows(min_row=2)] == ["Alder Bank", "Cedar Bank"]
    assert (Batch.objects.count(), Mail.objects.filter(kind="batch").count()) == (1, 1)
