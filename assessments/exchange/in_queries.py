"""What a file that was brought would change, read beside what is stored now."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from assessments.exchange.in_reader import ReadAccount, Reading, account_data
from assessments.models import Assessment, ChannelAccount, Sheet
from assessments.survey import queries as survey
from assessments.survey import services
from assessments.survey.answers import Value
from assessments.survey.forms import ChannelForm
from assessments.survey.outline import outline
from assessments.survey.services import Clash, Entry

Taken = Literal["file", "stored"]  # whose value wins a conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How a conflict was settled, and which stored version its chooser saw."""

    taken: Taken
    seen: int


Choices = Mapping[str, Choice]  # by item id, or by "account:" and the place in the file


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChange:
    """One answer that would be stored. `before` is what is stored now, blank when nothing is."""

    item: str
    before: Value
    after: Value

    @property
    def new(self) -> bool:
        return self.before.answer is None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChange:
    """One account that would be added (`stored` None) or changed, by columns that differ.

    `clash`: it was changed or removed since the file was made.
    """

    key: str
    read: ReadAccount
    stored: ChannelAccount | None
    fields: Mapping[str, Any]
    differing: tuple[str, ...]
    clash: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A workbook beside what is stored."""

    changes: tuple[AnswerChange, ...]
    clashes: Mapping[str, Clash]
    same: int  # filled cells that say what is stored already
    outside: tuple[str, ...]  # dimensions that this person is no longer asked about
    accounts: tuple[AccountChange, ...]

    @property
    def open_choices(self) -> tuple[str, ...]:
        """Keys of what has to be decided before anything is stored."""
        return (*self.clashes, *(row.key for row in self.accounts if row.clash))

    @property
    def empty(self) -> bool:
        return not (self.changes or self.clashes or self.accounts)


def entries_of(reading: Reading, sheet: Sheet, choices: Choices) -> dict[str, Entry]:
    """The file's answers as the questionnaire takes a page of them.

    Left out is what the person is no longer asked and what was settled for the stored value.
    """
    own = survey.own_outline(sheet).page_of
    entries = {}
    for item, read in reading.answers.items():
        choice = choices.get(item)
        if item not in own or (choice is not None and choice.taken == "stored"):
            continue
        version = read.version if choice is None else choice.seen
        entries[item] = Entry(answer=read.answer, version=version, texts=read.texts)
    return entries


def given_in(entries: Mapping[str, Entry]) -> frozenset[str]:
    """Questions that the file answers: the same answer as last time confirms one carried over."""
    return frozenset(item for item, entry in entries.items() if entry.answer is not None)


def compare(reading: Reading, sheet: Sheet, choices: Choices, *, today: dt.date) -> Comparison:
    """Weigh every filled cell, in four queries at most."""
    rows = survey.answers_on(sheet)
    entries = entries_of(reading, sheet, choices)
    weighed = services.weigh(sheet, rows, entries, given_in(entries))
    order = {item: place for place, item in enumerate(outline().page_of)}
    own = survey.own_outline(sheet).page_of
    outside = {
        outline().page_of[item].dimension: None for item in reading.answers if item not in own
    }
    return Comparison(
        changes=tuple(
            AnswerChange(
                item=item, before=survey.value_of(rows, item), after=weighed.writable[item]
            )
            for item in sorted(weighed.writable, key=order.__getitem__)
        ),
        clashes={item: weighed.clashes[item] for item in sorted(weighed.clashes, key=order.get)},  # type: ignore[arg-type]
        same=len(entries) - len(weighed.writable) - len(weighed.clashes),
        outside=tuple(outside),
        accounts=_account_changes(reading, sheet.assessment, choices, today),
    )


def _account_changes(
    reading: Reading, assessment: Assessment, choices: Choices, today: dt.date
) -> tuple[AccountChange, ...]:
    if not reading.accounts:
        return ()
    stored = {row.pk: row for row in assessment.channels.all()}
    found = (
        _account_change(f"account:{place}", read, stored, choices, today)
        for place, read in enumerate(reading.accounts)
    )
    return tuple(change for change in found if change is not None)


def _account_change(
    key: str,
    read: ReadAccount,
    stored: Mapping[int, ChannelAccount],
    choices: Choices,
    today: dt.date,
) -> AccountChange | None:
    """None where the file says what is stored, or where the stored one was chosen."""
    choice = choices.get(key)
    if choice is not None and choice.taken == "stored":
        return None
    fields = account_fields(read.cells, today)
    there = None if read.account is None else stored.get(read.account)
    differing = tuple(
        name for name, value in fields.items() if there is None or getattr(there, name) != value
    )
    if not differing:
        return None
    version = read.version if choice is None else choice.seen
    clash = read.account is not None and (there.version if there else 0) != version
    return AccountChange(
        key=key, read=read, stored=there, fields=fields, differing=differing, clash=clash
    )


def account_fields(cells: Mapping[str, str], today: dt.date) -> dict[str, Any]:
    """The columns of an account; its cells were checked when the file was read."""
    form = ChannelForm(account_data(cells), today=today)
    if not form.is_valid():  # a day later "the last 30 days" are other days
        raise StaleFileError
    return form.columns()


class StaleFileError(Exception):
    """What was right when the file was read no longer is."""
