"""Reads a filled offline questionnaire: every fault by sheet and cell, or all it says.

The file has passed `in_limits`. What it claims of itself (round, sheet, versions) is only compared
with what the caller knows; the layout it should have is made anew from the framework.
"""

import datetime as dt
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext

from assessments.exchange.in_cells import (
    UnfitCellError,
    as_answer,
    as_day,
    as_percent,
    as_text,
    filled,
    normal,
    squeezed,
)
from assessments.exchange.in_facts import Facts, check_origin, facts_of, load
from assessments.exchange.in_layout import (
    ACCOUNT_COLUMNS,
    ENTRY_COLUMNS,
    HEADER_ROW,
    QUESTION_COLUMNS,
    AccountSheet,
    Layout,
    QuestionSheet,
    kind_names,
    layout_of,
    status_names,
)
from assessments.exchange.in_limits import RefusedFileError, check_workbook
from assessments.models import Sheet
from assessments.survey.answers import (
    LIMITS,
    Answer,
    FieldFaultError,
    check_answer,
    check_evidence,
    check_text,
)
from assessments.survey.forms import ChannelForm

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

MOST_FAULTS = 500  # listed; a file with more of them is told how many are left


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong, and where."""

    sheet: str
    cell: str
    message: str


class FaultyWorkbookError(Exception):
    """Nothing is taken from the file; `faults` are all that was found, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAnswer:
    """The filled cells of one question. `version`: the one that the file was made from."""

    answer: Answer
    version: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAccount:
    """The filled cells of one account. `account` is None in a row that was empty at first."""

    where: str  # such as "7 Channels, row 6"
    account: int | None
    version: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that a workbook says. `to_json` and `from_json` are each other's reverse."""

    made: str
    promise: str
    answers: Mapping[str, ReadAnswer]
    accounts: tuple[ReadAccount, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "made": self.made,
            "promise": self.promise,
            "answers": {item: asdict(answer) for item, answer in self.answers.items()},
            "accounts": [asdict(account) for account in self.accounts],
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Reading":
        return cls(
            made=raw["made"],
            promise=raw["promise"],
            answers={item: ReadAnswer(**answer) for item, answer in raw["answers"].items()},
            accounts=tuple(ReadAccount(**account) for account in raw["accounts"]),
        )


def read_workbook(data: bytes, sheet: Sheet, *, today: dt.date) -> Reading:
    """Read the file that belongs to this person's sheet.

    Raises RefusedFileError for a file that is not that one, FaultyWorkbookError for one that is and
    cannot be taken as it stands. `today` is the bank's, for dates of posts.
    """
    check_workbook(data)
    book = load(data)
    facts = facts_of(book)
    check_origin(facts, sheet)
    with translation.override(facts.language):
        layout = layout_of(facts.sections, stored_accounts=facts.stored_accounts)
        names = {name.casefold(): key for key, name in kind_names().items()}
        statuses = {name.casefold(): key for key, name in status_names().items()}
    if layout.digest != facts.structure:
        raise RefusedFileError(
            gettext(
                "The questionnaire has been worded anew since this file was made. Download it again "
                "and copy your answers over."
            )
        )
    return _Reader(book, layout, facts, names=names, statuses=statuses, today=today).read()


# ---- what people filled in ------------------------------------------------------------------------


class _Reader:
    """Walks the sheets of one workbook and collects faults on the way."""

    def __init__(
        self,
        book: "Workbook",
        layout: Layout,
        facts: Facts,
        *,
        names: Mapping[str, str],
        statuses: Mapping[str, str],
        today: dt.date,
    ) -> None:
        self.book, self.layout, self.facts = book, layout, facts
        self.names, self.statuses, self.today = names, statuses, today
        self.faults: list[Fault] = []

    def read(self) -> Reading:
        self._whole_book()
        answers: dict[str, ReadAnswer] = {}
        for sheet in self.layout.questions:
            answers |= self._questions(sheet)
        accounts = tuple(self._accounts(self.layout.accounts)) if self.layout.accounts else ()
        if self.faults:
            raise FaultyWorkbookError(sorted(self.faults, key=self._place))
        return Reading(
            made=self.facts.made,
            promise=self.facts.promise,
            answers=answers,
            accounts=accounts,
        )

    def _place(self, fault: Fault) -> tuple[int, int, str]:
        """Where a fault stands: sheet by sheet, row by row; a missing sheet comes last."""
        titles = self.book.sheetnames
        sheet = titles.index(fault.sheet) if fault.sheet in titles else len(titles)
        column = fault.cell.partition(":")[0].rstrip("0123456789")
        row = fault.cell.partition(":")[0].removeprefix(column)
        return sheet, int(row or 0), column.rjust(3)

    def _fault(self, sheet: str, cell: str, message: str) -> None:
        self.faults.append(Fault(sheet=sheet, cell=cell, message=message))

    def _whole_book(self) -> None:
        """Sheets that are missing or foreign, and cells that are no values (B27)."""
        for title in self.book.sheetnames:
            if title not in self.layout.titles:
                self._fault(title, "", gettext("This sheet is not part of the questionnaire."))
        for title in self.layout.titles:
            if title not in self.book.sheetnames:
                self._fault(title, "", gettext("This sheet is missing."))
        for page in self.book.worksheets:
            self._odd_cells(page)

    def _odd_cells(self, page: "Worksheet") -> None:
        """Merged cells, formulas and error values, wherever they stand."""
        for merged in page.merged_cells.ranges:
            message = gettext("These cells are merged. Undo that: each has its own meaning.")
            self._fault(page.title, merged.coord, message)
        for cell in filled(page):
            if cell.data_type == "f":
                message = gettext("Holds a formula. Enter the value itself.")
                self._fault(page.title, cell.coordinate, message)
            if cell.data_type == "e":
                message = gettext("Holds the error value %(value)s.") % {"value": cell.value}
                self._fault(page.title, cell.coordinate, message)

    def _headings(
        self, page: "Worksheet", letters: Mapping[str, str], expected: tuple[str, ...]
    ) -> bool:
        """Whether every column stands where it belongs (B25)."""
        before = len(self.faults)
        found = {letter: squeezed(page[f"{letter}{HEADER_ROW}"].value) for letter in letters}
        for letter, heading in zip(letters, expected, strict=True):
            cell, there = f"{letter}{HEADER_ROW}", found[letter]
            if there == squeezed(heading):
                continue
            words = {"heading": heading, "letter": letter, "there": there[:60]}
            if not there:
                message = gettext("Column %(letter)s has lost its heading “%(heading)s”.")
            elif there in {squeezed(text) for text in expected}:
                message = gettext(
                    "The heading “%(there)s” stands twice or in the wrong place; column %(letter)s "
                    "must be “%(heading)s”."
                )
            else:
                message = gettext(
                    "Column %(letter)s must have the heading “%(heading)s”, not “%(there)s”."
                )
            self._fault(page.title, cell, message % words)
        return len(self.faults) == before

    def _strays(
        self,
        page: "Worksheet",
        letters: Mapping[str, str],
        rows: Container[int],
        locked: Container[str] = (),
    ) -> None:
        """Whatever was written beside or below the questionnaire would be lost: say so."""
        for cell in filled(page):
            outside = cell.column_letter not in letters or cell.row not in rows
            if outside and cell.row > HEADER_ROW and cell.coordinate not in locked:
                message = gettext("Stands outside the questionnaire. Move it into a note.")
                self._fault(page.title, cell.coordinate, message)

    # ---- questions -----------------------------------------------------------------------------

    def _questions(self, sheet: QuestionSheet) -> dict[str, ReadAnswer]:
        if sheet.title not in self.book.sheetnames:
            return {}
        page = self.book[sheet.title]
        if not self._headings(page, QUESTION_COLUMNS, self.layout.question_headings):
            return {}
        locked = {f"{letter}{row.row}" for row in sheet.rows for letter in "ABC"}
        locked |= {f"A{row}" for row, _ in sheet.bands}
        self._strays(page, ENTRY_COLUMNS, {row.row for row in sheet.rows}, locked)
        answers: dict[str, ReadAnswer] = {}
        for question in sheet.rows:
            if self._moved(page, f"A{question.row}", question.number):
                continue
            asked = squeezed(page[f"B{question.row}"].value)
            if not asked.startswith(squeezed(question.question_text)):
                message = gettext("The question was changed. It must read: %(text)s")
                self._fault(page.title, f"B{question.row}", message % {"text": question.question})
                continue
            if (found := self._answer(page, question.row, question.item)) is not None:
                answers[question.item] = found
        return answers

    def _moved(self, page: "Worksheet", where: str, expected: str) -> bool:
        there = squeezed(page[where].value)
        if there == expected:
            return False
        message = gettext("Expected question %(expected)s here, not “%(there)s”.")
        self._fault(page.title, where, message % {"expected": expected, "there": there[:40]})
        return True

    def _answer(self, page: "Worksheet", row: int, item: str) -> ReadAnswer | None:
        """The filled cells of a question; None where all are empty."""
        answer: Answer = None
        texts: dict[str, str] = {}
        for letter, name in ENTRY_COLUMNS.items():
            cell = page[f"{letter}{row}"]
            try:
                if name == "answer":
                    answer = check_answer(item, as_answer(cell))
                elif text := as_text(cell):
                    texts[name] = (
                        check_text(name, text)
                        if name in LIMITS
                        else check_evidence(normal(text).upper())
                    )
            except (UnfitCellError, FieldFaultError) as fault:
                message = getattr(fault, "message", str(fault))
                self._fault(page.title, cell.coordinate, message)
        if answer is None and not texts:
            return None
        return ReadAnswer(answer=answer, version=self.facts.versions.get(item, 0), texts=texts)

    # ---- the inventory -------------------------------------------------------------------------

    def _accounts(self, sheet: AccountSheet) -> Iterator[ReadAccount]:
        if sheet.title not in self.book.sheetnames:
            return
        page = self.book[sheet.title]
        if not self._headings(page, ACCOUNT_COLUMNS, self.layout.account_headings):
            return
        self._strays(page, ACCOUNT_COLUMNS, sheet.rows)
        for place, row in enumerate(sheet.rows):
            known = self.facts.accounts[place] if place < len(self.facts.accounts) else None
            found = self._account(page, row, known)
            if found is not None:
                yield found

    def _account(
        self, page: "Worksheet", row: int, known: Mapping[str, Any] | None
    ) -> ReadAccount | None:
        """A row that says something new; None for an empty row and for one left as it was."""
        before = len(self.faults)
        cells: dict[str, str] = {}
        for letter, name in ACCOUNT_COLUMNS.items():
            cell = page[f"{letter}{row}"]
            try:
                if text := self._account_cell(cell, name):
                    cells[name] = text
            except UnfitCellError as fault:
                self._fault(page.title, cell.coordinate, str(fault))
        if len(self.faults) > before:
            return None
        base = self._base(known) if known else {}
        if not cells or all(base.get(name) == text for name, text in cells.items()):
            return None
        self._check_account(page, row, base | cells)
        return ReadAccount(
            where=f"{page.title}, {row}",
            account=known["account"] if known else None,
            version=known["version"] if known else 0,
            cells=base | cells,
        )

    def _base(self, known: Mapping[str, Any]) -> dict[str, str]:
        """What the row held at first, with ids for names."""
        cells = dict(known["cells"])
        cells["kind"] = self.names.get(cells["kind"].casefold(), cells["kind"])
        cells["status"] = self.statuses.get(cells["status"].casefold(), cells["status"])
        return {name: text for name, text in cells.items() if text}

    def _account_cell(self, cell: "Cell", name: str) -> str:
        if name == "last_post_on":
            return as_day(cell)
        if name == "answered_percent" and isinstance(cell.value, float | int):
            return as_percent(cell)
        text = as_text(cell)
        if name == "kind":
            return self.names.get(text.casefold(), text)
        if name == "status":
            return self.statuses.get(text.casefold(), text)
        return text

    def _check_account(self, page: "Worksheet", row: int, cells: Mapping[str, str]) -> None:
        form = ChannelForm(account_data(cells), today=self.today)
        if form.is_valid():
            return
        letters = {name: letter for letter, name in ACCOUNT_COLUMNS.items()}
        for name, messages in form.errors.items():
            for message in messages:
                self._fault(page.title, f"{letters.get(name, 'A')}{row}", str(message))


def account_data(cells: Mapping[str, str]) -> dict[str, str]:
    """Cells as the account's form takes them; an account counts as open unless it says otherwise."""
    return {"status": "open", **cells}
