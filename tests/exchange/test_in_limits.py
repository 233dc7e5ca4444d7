"""Files that are refused before anything in them is unpacked or parsed (B21 to B24, B28)."""

import io
import struct
import time
import zipfile

import pytest

from assessments.exchange.in_limits import (
    MOST_BYTES,
    MOST_ROWS,
    RefusedFileError,
    check_workbook,
)
from tests.exchange.bringing import packed

SHEET = (
    b'<?xml version="1.0" encoding="UTF-8"?><worksheet><dimension ref="A1:B2"/>'
    b'<sheetData><row r="1"><c r="A1"/></row></sheetData></worksheet>'
)
PARTS = {
    "[Content_Types].xml": b"<Types/>",
    "xl/workbook.xml": b"<workbook/>",
    "xl/worksheets/sheet1.xml": SHEET,
}
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def refusal(data: bytes) -> str:
    with pytest.raises(RefusedFileError) as caught:
        check_workbook(data)
    assert caught.value.status in (400, 413)
    return caught.value.message


def with_sheet(content: bytes) -> bytes:
    return packed(PARTS | {"xl/worksheets/sheet1.xml": content})


def test_a_small_honest_package_passes() -> None:
    check_workbook(packed(PARTS))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (b"item;answer\nCAP.A1;3\n", "CSV and other files cannot be read"),
        (b"%PDF-1.7\n%...", "This is a PDF"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"PK\x05\x06" + bytes(18), "no XLSX workbook"),
        (packed({"letter.txt": b"hello"}), "a ZIP file, but no XLSX workbook"),
    ],
    ids=["empty", "csv", "pdf", "cut short", "empty zip", "another zip"],
)
def test_B21_what_is_no_workbook_is_refused_whatever_its_name(data: bytes, words: str) -> None:
    assert words in refusal(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (OLE + bytes(600), "old .xls"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (packed(PARTS | {"xl/vbaProject.bin": b"macro"}), "macros (.xlsm)"),
        (
            packed(
                PARTS
                | {
                    "[Content_Types].xml": b'<Types><Override ContentType="application/'
                    b'vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
                }
            ),
            "macros (.xlsm)",
        ),
        (packed(PARTS | {"xl/externalLinks/externalLink1.xml": b"<x/>"}), "links to other files"),
        (packed(PARTS | {"xl/embeddings/object1.bin": b"x"}), "embedded objects"),
        (packed(PARTS | {"xl/media/image1.png": b"x"}), "pictures"),
    ],
    ids=["xls", "encrypted", "vba", "macro type", "external link", "embedded", "picture"],
)
def test_B22_encrypted_old_and_macro_workbooks_are_refused(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_B22_a_package_with_an_encrypted_part_is_refused() -> None:
    data = bytearray(packed(PARTS))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    assert "encrypted" in refusal(bytes(data))


def declaring(size: int) -> bytes:
    """A package whose first sheet claims to be this large when unpacked."""
    data = bytearray(packed(PARTS))
    entry = data.rfind(b"PK\x01\x02")  # the sheet is the last in the list of parts
    data[entry + 24 : entry + 28] = struct.pack("<I", size)
    return bytes(data)


def test_B23_more_than_five_megabytes_are_refused_unopened() -> None:
    data = b"PK\x03\x04" + bytes(MOST_BYTES)
    assert "larger than 5 MB" in refusal(data)


@pytest.mark.parametrize("size", [4_000_000_000, 20 * 1024 * 1024, 1024 * 1024])
def test_B23_a_declared_size_beyond_reason_is_refused_before_unpacking(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unpacked(*args: object, **kwargs: object) -> bytes:
        raise AssertionError("unpacked before it was judged")

    monkeypatch.setattr(zipfile.ZipFile, "read", unpacked)
    assert "far larger than a questionnaire" in refusal(declaring(size))


def test_B23_a_real_bomb_is_refused_in_a_moment() -> None:
    bomb = with_sheet(SHEET + b" " * 15_000_000)
    assert len(bomb) < 100_000
    start = time.process_time()
    assert "far larger than a questionnaire" in refusal(bomb)
    assert time.process_time() - start < 0.5


def test_B23_a_part_that_is_larger_than_it_says_is_damaged() -> None:
    content = SHEET + b"<!-- " + b"x" * 4000 + b" -->"
    data = bytearray(with_sheet(content))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.rfind(signature)
        data[at + offset : at + offset + 4] = struct.pack("<I", 100)
    assert "damaged" in refusal(bytes(data))


def test_B23_too_many_parts_are_refused() -> None:
    many = {f"xl/theme/theme{n}.xml": b"<x/>" for n in range(300)}
    assert "far larger than a questionnaire" in refusal(packed(PARTS | many))


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "xl\\workbook.xml"])
def test_B23_parts_that_lead_out_of_the_package_are_refused(name: str) -> None:
    # zipfile itself turns some of these around when it writes, so they are put in afterwards.
    plain = "x" * len(name)
    data = packed(PARTS | {plain: b"<x/>"}).replace(plain.encode(), name.encode())
    assert "damaged" in refusal(data)


def test_B23_a_part_given_twice_is_refused() -> None:
    file = io.BytesIO(packed(PARTS))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(file, "a") as package:
        package.writestr("xl/workbook.xml", b"<other/>")
    assert "damaged" in refusal(file.getvalue())


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + SHEET,
        b'<?xml version="1.0"?>\n<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b"<?xml version='1.0'?><!-- --><!DOCTYPE x><x/>",
    ],
)
def test_B24_a_document_type_is_refused(content: bytes) -> None:
    assert "XML document type" in refusal(with_sheet(content))


@pytest.mark.parametrize(
    "content",
    [
        '<?xml version="1.0"?><!DOCTYPE x><x/>'.encode("utf-16"),
        '<?xml version="1.0"?><!DOCTYPE x><x/>'.encode("utf-16-be"),
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x><x/>',
        b'<?xml version="1.0" encoding="IBM037"?><x/>',
        '<?xml version="1.0"?><!DOCTYPE x><x/>'.encode("utf-32"),
    ],
    ids=["utf-16", "utf-16-be", "utf-7", "ebcdic", "utf-32"],
)
def test_B24_a_document_type_cannot_hide_in_another_encoding(content: bytes) -> None:
    assert "damaged" in refusal(with_sheet(content))


def test_B24_B28_a_sheet_under_another_name_is_judged_like_any_other() -> None:
    many = SHEET.replace(b"A1:B2", b"A1:XFD1048576")
    assert "rows, far more than" in refusal(packed(PARTS | {"xl/other/thing.xml": many}))
    assert "XML document type" in refusal(packed(PARTS | {"other.rels": b"<!DOCTYPE x><x/>"}))
    assert "embedded objects" in refusal(packed(PARTS | {"xl/printerSettings/p.bin": many}))
    assert "embedded objects" in refusal(packed(PARTS | {"xl/sheet.bin": bytes(8)}))
    assert "damaged" in refusal(packed(PARTS | {"xl/styles.xml": b"\x4c\x6f\xa7\x94"}))
    check_workbook(packed(PARTS | {"xl/printerSettings/p.bin": b"\x00\x01\x02"}))


@pytest.mark.parametrize(
    "content",
    [
        SHEET.replace(b"A1:B2", b"A1:XFD1048576"),
        SHEET.replace(b'row r="1"', b'row r="1048576"'),
        SHEET.replace(b'row r="1"', b"row spans='1:2' r='1000000'"),
        SHEET.replace(b"<row", b"<x:row").replace(b'r="1"', b'r="999999"'),
        b"<worksheet><sheetData>" + b"<row/>" * (MOST_ROWS + 1) + b"</sheetData></worksheet>",
    ],
    ids=["declared", "numbered", "other quotes", "prefixed", "real"],
)
def test_B28_more_rows_than_a_questionnaire_has_are_refused(content: bytes) -> None:
    assert "rows, far more than" in refusal(with_sheet(content))


def test_B28_a_million_rows_are_refused_within_two_seconds() -> None:
    rows = b"".join(b'<row r="%d"/>' % n for n in range(1, 900_001))
    content = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    start = time.process_time()
    assert "far" in refusal(with_sheet(content))
    assert time.process_time() - start < 2


def test_B28_too_many_cells_in_few_rows_are_refused() -> None:
    content = b"<worksheet><row>" + b"<c/>" * 100_001 + b"</row></worksheet>"
    assert "cells, far more than" in refusal(with_sheet(content))


@pytest.mark.parametrize(
    "element",
    [
        b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        b"<x:mergeCells><x:mergeCell count='1' ref='$A$1:$ZZ$100'/></x:mergeCells>",
        b"<mergeCells>" + b'<mergeCell ref="A1:J100"/>' * 11 + b"</mergeCells>",
        b'<hyperlinks><hyperlink ref="A1:XFD1048576" display="x"/></hyperlinks>',
    ],
    ids=["all cells", "prefixed", "many", "links"],
)
def test_B27_B28_a_range_that_spreads_over_the_sheet_is_refused(element: bytes) -> None:
    # The library would make each cell of such a range one by one, for minutes.
    assert "cells at once. Undo that" in refusal(with_sheet(SHEET + element))
