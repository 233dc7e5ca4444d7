"""Taking a workbook along, filling it and bringing it back, as tests do it."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, Sheet
from assessments.survey.outline import outline
from tests.addresses import signed_in

Cells = Mapping[str, Mapping[str, Any]]  # sheet → cell → value


def download(client: Client, assessment: Assessment) -> bytes:
    response = client.get(reverse("workbook", args=[assessment.pk]))
    assert response.status_code == 200
    return bytes(response.content)


def workbook_of(sheet: Sheet) -> bytes:
    """The workbook as the sheet's own respondent gets it."""
    assert sheet.respondent is not None
    return download(signed_in(sheet.respondent), sheet.assessment)


def opened(data: bytes) -> Any:
    from openpyxl import load_workbook  # noqa: PLC0415 -- slow import

    return load_workbook(io.BytesIO(data))


def saved(book: Any) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def edited(data: bytes, change: Callable[[Any], None]) -> bytes:
    book = opened(data)
    change(book)
    return saved(book)


def filled(data: bytes, cells: Cells) -> bytes:
    """The workbook with cells filled by openpyxl."""

    def fill(book: Any) -> None:
        for title, entries in cells.items():
            for where, value in entries.items():
                book[title][where] = value

    return edited(data, fill)


def bring(client: Client, assessment: Assessment, data: bytes, name: str = "answers.xlsx") -> Any:
    """Send a file to the upload page."""
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("workbook_upload", args=[assessment.pk]), {"file": file})


def places() -> dict[str, tuple[str, int]]:
    """Sheet and row of every question in the English workbook of the whole questionnaire."""
    from assessments.exchange.in_layout import layout_of  # noqa: PLC0415 -- needs Django set up

    return {
        row.item: (sheet.title, row.row)
        for sheet in layout_of((), stored_accounts=None).questions
        for row in sheet.rows
    }


def answering(answers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Cells that give these answers; NA comes with a reason."""
    where = places()
    cells: dict[str, dict[str, Any]] = {}
    for item, answer in answers.items():
        title, row = where[item]
        sheet = cells.setdefault(title, {})
        sheet[f"D{row}"] = answer
        if answer == "NA":
            sheet[f"E{row}"] = "No such work"
    return cells


def all_items() -> list[str]:
    return list(outline().page_of)


def packed(parts: Mapping[str, bytes], *, names: Mapping[str, str] | None = None) -> bytes:
    """A ZIP of parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr((names or {}).get(name, name), content)
    return file.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}
