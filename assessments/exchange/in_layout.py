"""Where everything stands in the offline questionnaire: sheets, rows, columns and their headings.

The builder writes this layout and the reader expects it, so neither trusts the other's file. It is
worded in the language that is active while it is made.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from django.utils.translation import gettext

from assessments.models import ChannelStatus, EvidenceGrade, Special
from assessments.survey.answers import CLAIMS, LEVELS
from assessments.survey.forms import ChannelForm
from assessments.survey.outline import CHANNELS_SECTION, Page, outline, outline_of
from assessments.survey.question import language
from assessments.ui.numbers import number
from maturity import load_framework, load_wording
from maturity.framework import AWARENESS, CUSTOMERS

FORMAT = "maturity offline questionnaire 1"
FACTS = "_maturity"  # the hidden sheet
HEADER_ROW = 4
FIRST_ROW = HEADER_ROW + 1
NEW_ACCOUNTS = 15  # empty rows for accounts that are not listed yet
LONGEST_TITLE = 31  # what a spreadsheet allows in the name of a sheet
_NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))

# Columns of a sheet of questions, by letter.
QUESTION_COLUMNS: Mapping[str, str] = {
    "A": "number",
    "B": "question",
    "C": "levels",
    "D": "answer",
    "E": "reason",
    "F": "note",
    "G": "link",
    "H": "evidence",
}
ENTRY_COLUMNS: Mapping[str, str] = {
    letter: name for letter, name in QUESTION_COLUMNS.items() if letter >= "D"
}
ACCOUNT_COLUMNS: Mapping[str, str] = dict(zip("ABCDEFGHIJK", ChannelForm.Meta.fields, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """One question: its row, and what its locked cells say.

    `levels` are number and headline, such as "1 No count", and behaviour.
    """

    row: int
    item: str
    number: str
    title: str
    question: str
    critical: bool
    levels: tuple[tuple[str, str], ...]

    @property
    def question_text(self) -> str:
        return f"{self.title}\n{self.question}"

    @property
    def levels_text(self) -> str:
        return "\n".join(f"{headline}: {behaviour}" for headline, behaviour in self.levels)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSheet:
    """One section: bands name its two halves, rows hold its questions."""

    dimension: str
    title: str
    heading: str
    about: str
    bands: tuple[tuple[int, str], ...]
    rows: tuple[QuestionRow, ...]

    @property
    def last_row(self) -> int:
        return self.rows[-1].row


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSheet:
    """The channel inventory: rows of stored accounts first, then empty ones."""

    title: str
    heading: str
    about: str
    stored: int

    @property
    def rows(self) -> range:
        return range(FIRST_ROW, FIRST_ROW + self.stored + NEW_ACCOUNTS)

    @property
    def last_row(self) -> int:
        return self.rows[-1]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A whole workbook for somebody who is asked about some dimensions."""

    language: str
    framework: str
    introduction: str  # the title of the first sheet
    question_headings: tuple[str, ...]
    account_headings: tuple[str, ...]
    questions: tuple[QuestionSheet, ...]
    accounts: AccountSheet | None

    @cached_property
    def digest(self) -> str:
        """A fingerprint of all that is locked; another wording or order has another one."""
        parts = [
            [self.framework, self.language, self.introduction],
            list(self.question_headings),
            [
                [sheet.title, [[r.row, r.item, r.question_text, r.levels_text] for r in sheet.rows]]
                for sheet in self.questions
            ],
            [list(self.account_headings), self.accounts.title, self.accounts.stored]
            if self.accounts
            else [],
        ]
        return sha256(json.dumps(parts).encode()).hexdigest()

    @property
    def titles(self) -> tuple[str, ...]:
        """The names of all sheets, the hidden one last."""
        accounts = (self.accounts.title,) if self.accounts else ()
        questions = [(sheet.title, sheet.dimension) for sheet in self.questions]
        bank = tuple(title for title, dimension in questions if dimension != CUSTOMERS)
        customers = tuple(title for title, dimension in questions if dimension == CUSTOMERS)
        return (self.introduction, *bank, *accounts, *customers, FACTS)


def layout_of(sections: Iterable[str], *, stored_accounts: int | None) -> Layout:
    """The workbook about some dimensions (none: all) in the active language.

    `stored_accounts` is how many accounts have a row already; None leaves the inventory out.
    """
    own = outline_of(tuple(sections))
    return Layout(
        language=language(),
        framework=load_framework().version,
        introduction=_title(gettext("Read me first")),
        question_headings=_question_headings(),
        account_headings=_account_headings(),
        questions=tuple(
            _question_sheet(tuple(page for page in own.pages if page.dimension == dimension))
            for dimension in own.dimensions
        ),
        accounts=None if stored_accounts is None else _account_sheet(stored_accounts),
    )


def _title(text: str) -> str:
    return " ".join(text.translate(_NOT_IN_TITLES).split())[:LONGEST_TITLE].strip()


def _question_headings() -> tuple[str, ...]:
    return (
        gettext("No."),
        gettext("Question"),
        gettext("Levels, lowest first"),
        gettext("Your answer: 1–5, NA or DK"),
        gettext("If NA: why it does not apply"),
        gettext("Note (optional)"),
        gettext("Link to evidence, https:// (optional)"),
        gettext("Evidence: E0 my judgement, E1 described in note or link"),
    )


def _account_headings() -> tuple[str, ...]:
    fields = ChannelForm.base_fields | {"kind": None}
    return tuple(
        gettext("Kind") if field is None else str(field.label)
        for field in (fields[name] for name in ACCOUNT_COLUMNS.values())
    )


def _question_sheet(pages: tuple[Page, ...]) -> QuestionSheet:
    words = load_wording(language()).dimensions[pages[0].dimension]
    row = FIRST_ROW
    bands: list[tuple[int, str]] = []
    rows: list[QuestionRow] = []
    for page in pages:
        bands.append((row, _band(page)))
        rows += [_question_row(item.id, row + place) for place, item in enumerate(page.items, 1)]
        row += len(page.items) + 1
    return QuestionSheet(
        dimension=pages[0].dimension,
        title=_title(f"{number(pages[0].section)} {words.name}"),
        heading=f"{number(pages[0].section)} {words.name}",
        about=words.about,
        bands=tuple(bands),
        rows=tuple(rows),
    )


def _band(page: Page) -> str:
    if page.dimension == CUSTOMERS:
        known, used = gettext("What they know"), gettext("What they do")
    else:
        known, used = gettext("What is known and agreed"), gettext("What is in use")
    return known if page.facet == AWARENESS else used


def _question_row(item: str, row: int) -> QuestionRow:
    words = load_wording(language()).items[item]
    return QuestionRow(
        row=row,
        item=item,
        number=outline().number_of[item],
        title=words.title,
        question=words.question,
        critical=load_framework().items[item].critical,
        levels=tuple(
            (f"{number(n)} {level.headline}", level.behaviour.replace("**", ""))
            for n, level in enumerate(words.levels, start=1)
        ),
    )


def _account_sheet(stored: int) -> AccountSheet:
    heading = f"{number(CHANNELS_SECTION)} {gettext('Channels')}"
    return AccountSheet(
        title=_title(heading),
        heading=heading,
        about=gettext("Every account that carries the bank’s name, silent ones included."),
        stored=stored,
    )


def answer_choices(*, critical: bool) -> tuple[str, ...]:
    """What the drop-down of an answer offers; no NA for a critical control."""
    specials = [Special.DONT_KNOW.value] if critical else list(Special.values)
    return (*(str(level) for level in LEVELS), *specials)


def evidence_choices() -> tuple[str, ...]:
    return CLAIMS


def kind_names() -> dict[str, str]:
    """What the drop-down of a channel's kind offers, by id."""
    kinds = load_wording(language()).channel_kinds
    return {kind: kinds[kind].name.replace(",", " ") for kind in kinds}


def status_names() -> dict[str, str]:
    """What the drop-down of a channel's status offers, by id; short, as lists take no commas."""
    return {
        ChannelStatus.OPEN.value: gettext("Open"),
        ChannelStatus.CLOSED.value: gettext("Closed"),
        ChannelStatus.SIGNPOSTED.value: gettext("Signposted"),
    }


def evidence_words() -> tuple[tuple[str, str], ...]:
    return (
        (EvidenceGrade.CLAIMED.value, gettext("Claimed: my own judgement")),
        (EvidenceGrade.DESCRIBED.value, gettext("Described: the note or link says what shows it")),
    )
