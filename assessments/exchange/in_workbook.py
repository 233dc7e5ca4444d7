"""Builds the offline questionnaire of one person as an XLSX workbook.

Cells to fill are unlocked, everything else is locked without a password: that keeps hands from
slipping, not people from meddling, which the reader finds out by itself. No macro, no formula, no
link leads out of the file; text that looks like a formula stays text (S31).
"""

import datetime as dt
import io
import json
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language_info, gettext

from assessments.exchange.in_layout import (
    ACCOUNT_COLUMNS,
    ENTRY_COLUMNS,
    FACTS,
    FORMAT,
    HEADER_ROW,
    QUESTION_COLUMNS,
    AccountSheet,
    Layout,
    QuestionRow,
    QuestionSheet,
    answer_choices,
    evidence_choices,
    evidence_words,
    kind_names,
    status_names,
)
from assessments.models import Assessment, ChannelAccount, SavedAnswer, Sheet
from assessments.survey.answers import LIMITS, Value
from assessments.survey.question import answer_label
from assessments.ui.numbers import number
from maturity import load_wording

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_QUESTION_WIDTHS = (6, 34, 66, 13, 22, 30, 24, 18)
_ACCOUNT_WIDTHS = (18, 20, 20, 20, 12, 12, 14, 12, 14, 14, 14)
_TEXT_WIDTH = 90
_INK, _BRAND, _TINT, _ENTRY, _LINE = "17212B", "0B4A6F", "E6F0F7", "FFFDF5", "74828F"
_DATE = "yyyy-mm-dd"
_FONT, _SIZE = "Calibri", 11
_LINE_HEIGHT, _TALLEST = 14.5, 409.0  # points
_FILLED = 1.04  # of a column's width, counted in digits, before a word goes to the next line


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What one person's workbook says besides the questionnaire itself."""

    sheet: Sheet
    answers: Mapping[str, SavedAnswer]
    accounts: Sequence[ChannelAccount]
    readers: tuple[str, ...]
    due: str
    made: dt.datetime

    @property
    def assessment(self) -> Assessment:
        return self.sheet.assessment


def account_cells(account: ChannelAccount) -> dict[str, str]:
    """A stored account as its cells read: text, with names of kind and status in words."""
    cells = {name: getattr(account, name) for name in ACCOUNT_COLUMNS.values()}
    cells |= {"kind": kind_names()[account.kind], "status": status_names()[account.status]}
    return {name: _plain(cell) for name, cell in cells.items()}


def _plain(cell: Any) -> str:
    if cell is None:
        return ""
    text = str(cell)
    return text.rstrip("0").rstrip(".") if "." in text and not isinstance(cell, str) else text


def build(layout: Layout, contents: Contents) -> bytes:
    """The workbook as a file, in the language that is active and that `layout` was made in."""
    from openpyxl import Workbook  # noqa: PLC0415 -- slow import, needed for a download only

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = book.properties.lastModifiedBy = "Maturity"
    book.properties.title = contents.assessment.period
    draw = _Drawing(book, layout)
    by_title: dict[str, Callable[[Worksheet], None]] = {
        layout.introduction: lambda page: draw.introduction(page, contents),
        FACTS: lambda page: draw.facts(page, contents),
    }
    for questions in layout.questions:
        by_title[questions.title] = lambda page, own=questions: draw.questions(page, own, contents)  # type: ignore[misc]
    if accounts := layout.accounts:
        by_title[accounts.title] = lambda page: draw.accounts(page, accounts, contents)
    for title in layout.titles:
        by_title[title](book.create_sheet(title))
    book.active = 0
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


class _Drawing:
    """The strokes that all sheets share."""

    def __init__(self, book: "Workbook", layout: Layout) -> None:
        from openpyxl.styles import (  # noqa: PLC0415 -- see build()
            Alignment,
            Border,
            Font,
            PatternFill,
            Protection,
            Side,
        )
        from openpyxl.workbook.protection import WorkbookProtection  # noqa: PLC0415

        self.layout = layout
        self.rightwards = get_language_info(layout.language)["bidi"]
        book.security = WorkbookProtection(lockStructure=True)
        line = Side(style="thin", color=_LINE)
        self.border = Border(left=line, right=line, top=line, bottom=line)
        self.heading = Font(name=_FONT, size=_SIZE, bold=True, color="FFFFFF")
        self.title = Font(name=_FONT, size=16, bold=True, color=_INK)
        self.strong = Font(name=_FONT, size=_SIZE, bold=True, color=_INK)
        self.dark = PatternFill("solid", fgColor=_BRAND)
        self.tint = PatternFill("solid", fgColor=_TINT)
        self.entry = PatternFill("solid", fgColor=_ENTRY)
        self.open = Protection(locked=False)
        side, order = ("right", 2) if self.rightwards else ("left", 1)
        self.wrap = Alignment(wrap_text=True, vertical="top", horizontal=side, readingOrder=order)
        self.line = Alignment(vertical="top", horizontal=side, readingOrder=order)
        self.middle = Alignment(wrap_text=True, vertical="top", horizontal="center")

    def _begin(self, page: "Worksheet", widths: Sequence[int], heading: str, about: str) -> None:
        from openpyxl.utils import get_column_letter  # noqa: PLC0415
        from openpyxl.worksheet.header_footer import (  # noqa: PLC0415
            HeaderFooter,
            HeaderFooterItem,
            _HeaderFooterPart,
        )
        from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415

        page.sheet_view.rightToLeft = self.rightwards
        page.sheet_view.showGridLines = False
        page.page_setup.orientation = "landscape"
        page.page_setup.paperSize = 9  # A4
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.page_margins.left = page.page_margins.right = 0.4
        page.page_margins.top = page.page_margins.bottom = 0.5
        footer = HeaderFooterItem(center=_HeaderFooterPart(text="&A  ·  &P / &N"))
        page.HeaderFooter = HeaderFooter(oddFooter=footer)
        page.protection.sheet = True
        page.protection.formatColumns = page.protection.formatRows = False
        for place, width in enumerate(widths, start=1):
            page.column_dimensions[get_column_letter(place)].width = width
        self._say(page, "A1", heading).font = self.title
        self._say(page, "A2", about)
        page.row_dimensions[1].height = 24

    def _fit(self, page: "Worksheet", row: int, texts: Iterable[tuple[float, str]]) -> None:
        """Make a row as high as its longest text; not every program does that by itself.

        `texts` come with the width of their column, in digits.
        """
        lines = max(_lines(text, width) for width, text in texts)
        page.row_dimensions[row].height = min(_TALLEST, lines * _LINE_HEIGHT + 4)

    def _say(self, page: "Worksheet", where: str, text: str) -> "Cell":
        """A locked cell that holds text, whatever it looks like."""
        cell: Cell = page[where]
        cell.value = text
        cell.data_type = "s"
        cell.alignment = self.line
        return cell

    def _fill_in(self, page: "Worksheet", where: str, value: Any, form: str = "@") -> "Cell":
        """An unlocked cell with what is stored so far."""
        cell: Cell = page[where]
        cell.number_format = form
        if isinstance(value, str):
            if value:
                cell.value = value
                cell.data_type = "s"
                cell.quotePrefix = value[0] in "=+-@"
        else:
            cell.value = value
        cell.protection, cell.border, cell.fill = self.open, self.border, self.entry
        cell.alignment = self.wrap
        return cell

    def _headings(
        self,
        page: "Worksheet",
        letters: Mapping[str, str],
        texts: Sequence[str],
        widths: Sequence[float],
    ) -> None:
        for letter, text in zip(letters, texts, strict=True):
            cell = self._say(page, f"{letter}{HEADER_ROW}", text)
            cell.font, cell.fill, cell.border = self.heading, self.dark, self.border
            cell.alignment = self.wrap
        self._fit(page, HEADER_ROW, zip([width - 1 for width in widths], texts, strict=True))
        page.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"

    def _choose(
        self, page: "Worksheet", letter: str, rows: Sequence[int], choices: Sequence[str], hint: str
    ) -> None:
        """A drop-down. It warns rather than forbids: digits of other scripts are read as well."""
        from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

        rule = DataValidation(
            type="list",
            formula1='"' + ",".join(choices) + '"',
            allow_blank=True,
            showErrorMessage=True,
            errorStyle="warning",
            errorTitle=gettext("Not one of the choices"),
            error=hint,
        )
        for row in rows:
            rule.add(f"{letter}{row}")
        page.add_data_validation(rule)

    def _limit(self, page: "Worksheet", letter: str, rows: Sequence[int], most: int) -> None:
        from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

        rule = DataValidation(
            type="textLength",
            operator="lessThanOrEqual",
            formula1=str(most),
            allow_blank=True,
            showErrorMessage=True,
            errorTitle=gettext("Too long"),
            error=gettext("Use at most %(limit)s characters.") % {"limit": number(most)},
        )
        for row in rows:
            rule.add(f"{letter}{row}")
        page.add_data_validation(rule)

    # ---- sheets --------------------------------------------------------------------------------

    def questions(self, page: "Worksheet", sheet: QuestionSheet, contents: Contents) -> None:
        self._begin(page, _QUESTION_WIDTHS, sheet.heading, sheet.about)
        self._headings(page, QUESTION_COLUMNS, self.layout.question_headings, _QUESTION_WIDTHS)
        page.freeze_panes = f"C{HEADER_ROW + 1}"
        for row, text in sheet.bands:
            self._say(page, f"A{row}", text).font = self.strong
            for letter in QUESTION_COLUMNS:
                page[f"{letter}{row}"].fill = self.tint
        for question in sheet.rows:
            self._question(page, question, contents.answers.get(question.item))
            self._answer(page, question.row, contents.answers.get(question.item))
        hint = gettext("Choose 1 to 5, NA (not applicable) or DK (don’t know).")
        for critical in (False, True):
            rows = [row.row for row in sheet.rows if row.critical is critical]
            if rows:
                self._choose(page, "D", rows, answer_choices(critical=critical), hint)
        rows = [row.row for row in sheet.rows]
        self._choose(page, "H", rows, evidence_choices(), gettext("Choose E0 or E1."))
        for letter, name in ENTRY_COLUMNS.items():
            if name in LIMITS:
                self._limit(page, letter, rows, LIMITS[name])
        page.print_area = f"A1:H{sheet.last_row}"

    def _question(
        self, page: "Worksheet", question: QuestionRow, stored: SavedAnswer | None
    ) -> None:
        from openpyxl.cell.rich_text import CellRichText, TextBlock  # noqa: PLC0415
        from openpyxl.cell.text import InlineFont  # noqa: PLC0415

        bold = InlineFont(rFont=_FONT, sz=_SIZE, b=True)
        plain = InlineFont(rFont=_FONT, sz=_SIZE)
        remarks = "".join(f"\n{remark}" for remark in _remarks(question, stored))
        self._say(page, f"A{question.row}", question.number).alignment = self.wrap
        asked = page[f"B{question.row}"]
        asked.value = CellRichText(
            TextBlock(bold, question.title),
            TextBlock(plain, f"\n{question.question}{remarks}"),
        )
        levels = CellRichText()
        for place, (headline, behaviour) in enumerate(question.levels, start=1):
            end = "" if place == len(question.levels) else "\n"
            levels += [
                TextBlock(bold, f"{headline}: "),
                TextBlock(plain, f"{behaviour}{end}"),
            ]
        page[f"C{question.row}"].value = levels
        for letter in "ABC":
            cell = page[f"{letter}{question.row}"]
            cell.border, cell.alignment = self.border, self.wrap
        asked_of = f"{question.question_text}{remarks}"
        texts = ((_QUESTION_WIDTHS[1], asked_of), (_QUESTION_WIDTHS[2], question.levels_text))
        self._fit(page, question.row, texts)

    def _answer(self, page: "Worksheet", row: int, stored: SavedAnswer | None) -> None:
        value = Value.of(stored) if stored else Value()
        kept = {name: getattr(value, name) for name in ENTRY_COLUMNS.values()}
        if stored is None or (value.answer is None and not (value.note or value.link)):
            kept["evidence"] = ""
        for letter, name in ENTRY_COLUMNS.items():
            cell = self._fill_in(
                page, f"{letter}{row}", kept[name], "General" if name == "answer" else "@"
            )
            if name in ("answer", "evidence"):
                cell.alignment = self.middle

    def accounts(self, page: "Worksheet", sheet: AccountSheet, contents: Contents) -> None:
        self._begin(page, _ACCOUNT_WIDTHS, sheet.heading, sheet.about)
        self._say(
            page,
            "A3",
            gettext(
                "Rows that are filled already are accounts of the bank: correct them. Add others "
                "below. An emptied row or cell removes nothing; do that on the page."
            ),
        )
        self._headings(page, ACCOUNT_COLUMNS, self.layout.account_headings, _ACCOUNT_WIDTHS)
        page.freeze_panes = f"B{HEADER_ROW + 1}"
        for place, row in enumerate(sheet.rows):
            account = contents.accounts[place] if place < len(contents.accounts) else None
            for letter, name in ACCOUNT_COLUMNS.items():
                value, form = self._account_cell(account, name)
                self._fill_in(page, f"{letter}{row}", value, form)
        rows, names = list(sheet.rows), {name: key for key, name in ACCOUNT_COLUMNS.items()}
        choose = gettext("Choose one of the list.")
        self._choose(page, names["kind"], rows, list(kind_names().values()), choose)
        self._choose(page, names["status"], rows, list(status_names().values()), choose)
        page.print_area = f"A1:K{sheet.last_row}"

    def _account_cell(self, account: ChannelAccount | None, name: str) -> tuple[Any, str]:
        if name == "last_post_on":
            return (account.last_post_on if account else None), _DATE
        text = name in ("platform", "kind", "handle", "owner", "status")
        form = "@" if text else "General"
        if account is None:
            return None, form
        value = getattr(account, name)
        if name == "kind":
            value = kind_names()[value]
        if name == "status":
            value = status_names()[value]
        return value, form

    def introduction(self, page: "Worksheet", contents: Contents) -> None:
        assessment = contents.assessment
        organisation = assessment.organisation.name
        about = gettext("Offline questionnaire of %(bank)s, %(period)s")
        self._begin(
            page,
            (28, _TEXT_WIDTH),
            gettext("How mature is the bank in social banking?"),
            about % {"bank": organisation, "period": assessment.period},
        )
        row = HEADER_ROW
        for label, text in self._introduced(contents):
            if label:
                self._say(page, f"A{row}", label).font = self.strong
            cell = self._say(page, f"B{row}", text)
            cell.alignment = page[f"A{row}"].alignment = self.wrap
            self._fit(page, row, ((_TEXT_WIDTH, text),))
            row += 1
        page.print_area = f"A1:B{row - 1}"
        page.page_setup.orientation = "portrait"

    def _introduced(self, contents: Contents) -> list[tuple[str, str]]:
        assessment = contents.assessment
        levels = load_wording(self.layout.language).levels
        rows = [
            (gettext("Bank"), assessment.organisation.name),
            (gettext("Round"), assessment.period),
            (gettext("Due"), contents.due),
            (gettext("For"), contents.sheet.respondent.display_name)
            if contents.sheet.respondent
            else ("", ""),
            (gettext("Framework version"), self.layout.framework),
            (gettext("Language"), get_language_info(self.layout.language)["name_local"]),
            *zip((gettext("How to fill it in"), "", "", "", ""), _rules(), strict=True),
            (gettext("Levels"), "\n".join(f"{number(n)} {levels[n].name}" for n in levels)),
            (gettext("Evidence"), "\n".join(f"{id_}  {words}" for id_, words in evidence_words())),
            (gettext("Who reads your answers"), "\n".join(contents.readers)),
        ]
        return [(label, text) for label, text in rows if text]

    def facts(self, page: "Worksheet", contents: Contents) -> None:
        """What the reader needs to know where the file came from; hidden, and checked there."""
        assessment, sheet = contents.assessment, contents.sheet
        facts: dict[str, Any] = {
            "format": FORMAT,
            "round": str(assessment.pk),
            "sheet": sheet.pk,
            "framework": self.layout.framework,
            "language": self.layout.language,
            "sections": list(sheet.sections),
            "promise": assessment.visibility,
            "structure": self.layout.digest,
            "made": contents.made.isoformat(timespec="seconds"),
            "versions": {item: row.version for item, row in contents.answers.items()},
            "inventory": self.layout.accounts is not None,
        }
        lines: list[tuple[str, Any]] = list(facts.items())
        lines += [
            (
                "account",
                {
                    "account": row.pk,
                    "version": row.version,
                    "cells": account_cells(row),
                },
            )
            for row in contents.accounts
        ]
        for place, (name, value) in enumerate(lines, start=1):
            self._say(page, f"A{place}", name)
            self._say(page, f"B{place}", json.dumps(value, ensure_ascii=False))
        page.protection.sheet = True
        page.sheet_state = "veryHidden"


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of so many digits."""
    room = max(1, int(width * _FILLED))
    return sum(max(1, len(textwrap.wrap(line, room))) for line in text.split("\n"))


def _remarks(question: QuestionRow, stored: SavedAnswer | None) -> list[str]:
    """What stands below a question: that it is critical, and what was carried over to be confirmed."""
    remarks = [gettext("Critical control: NA is not offered")] if question.critical else []
    if stored is not None and stored.carried:
        said = answer_label(question.item, Value.of(stored).marked)
        text = gettext("Last time: %(answer)s. Choose it again if it still holds.")
        remarks.append(text % {"answer": said})
    return remarks


def _rules() -> tuple[str, ...]:
    return (
        gettext(
            "One sheet per section. Fill the light cells only; the others are locked, without a "
            "password, so that nothing is moved by mistake."
        ),
        gettext(
            "Choose the level whose sentence is closest to what happens today: 1 to 5. NA: not "
            "applicable, with the reason. DK: don’t know, which counts 0 where it is about knowing "
            "and 25 where it is about doing."
        ),
        gettext(
            "What you have answered so far is filled in. An empty cell never deletes an answer; "
            "do that on the page of the question."
        ),
        gettext(
            "Save the file as XLSX and bring it back on the page from which you took it. You see "
            "what would change before anything is stored."
        ),
        gettext(
            "Answers that you or a colleague changed on the page meanwhile are shown beside the "
            "file’s; nothing is overwritten until you choose."
        ),
    )
