"""What a workbook says of itself on its hidden sheet, and whether it is the one that is expected."""

import io
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from assessments.exchange.in_layout import ACCOUNT_COLUMNS, FACTS, FORMAT
from assessments.exchange.in_limits import RefusedFileError
from assessments.models import Sheet
from assessments.survey import queries
from assessments.survey.outline import outline
from assessments.survey.pages import promise_words
from maturity import load_framework
from maturity.wording import available_languages

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_MOST_VERSION = 2**31 - 1


def load(data: bytes) -> "Workbook":
    from openpyxl import load_workbook  # noqa: PLC0415 -- slow import, needed for an upload only

    try:
        with warnings.catch_warnings():  # of extensions that a questionnaire has no use for
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(data), keep_links=False)
    except Exception as error:  # openpyxl raises whatever a strange part makes it stumble on
        raise RefusedFileError(
            gettext("The file is damaged: it cannot be opened as an XLSX workbook.")
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The hidden sheet, its types checked."""

    format: str
    round: str
    sheet: int
    framework: str
    language: str
    sections: tuple[str, ...]
    promise: str
    structure: str
    made: str
    versions: Mapping[str, int]
    inventory: bool
    accounts: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def stored_accounts(self) -> int | None:
        return len(self.accounts) if self.inventory else None

    def __post_init__(self) -> None:
        texts = (self.round, self.framework, self.language, self.promise, self.structure, self.made)
        fits = (
            self.format == FORMAT
            and all(isinstance(text, str) for text in texts)
            and type(self.sheet) is int
            and isinstance(self.inventory, bool)
            and set(self.sections) <= set(outline().dimensions)
            and self.language in available_languages()
            and all(_is_version(version) for version in self.versions.values())
            and all(_is_account(row) for row in self.accounts)
        )
        if not fits:
            raise ValueError("the hidden sheet was changed")


def _is_version(raw: object) -> bool:
    return type(raw) is int and 0 <= raw <= _MOST_VERSION


def _is_account(raw: object) -> bool:
    return (
        isinstance(raw, dict)
        and set(raw) == {"account", "version", "cells"}
        and _is_version(raw["account"])
        and _is_version(raw["version"])
        and isinstance(raw["cells"], dict)
        and set(raw["cells"]) == set(ACCOUNT_COLUMNS.values())
        and all(isinstance(text, str) for text in raw["cells"].values())
    )


def facts_of(book: "Workbook") -> Facts:
    if FACTS not in book.sheetnames:
        raise RefusedFileError(
            gettext(
                "This workbook is not an offline questionnaire: its hidden sheet is missing. "
                "Download it from here and fill that file."
            )
        )
    try:
        facts, accounts = _hidden_rows(book[FACTS])
        return Facts(**(facts | {"sections": tuple(facts["sections"])}), accounts=tuple(accounts))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise RefusedFileError(
            gettext("The hidden sheet of this workbook was changed. Download the file again.")
        ) from error


def _hidden_rows(page: "Worksheet") -> tuple[dict[str, Any], list[dict[str, Any]]]:
    facts: dict[str, Any] = {}
    accounts: list[dict[str, Any]] = []
    for name, raw in page.iter_rows(min_col=1, max_col=2, values_only=True):
        if name is None:
            continue
        value = json.loads(str(raw))
        if name == "account":
            accounts.append(value)
        else:
            facts[str(name)] = value
    return facts, accounts


def check_origin(facts: Facts, sheet: Sheet) -> None:
    """The file must be this person's, of this round, of this framework, under this promise."""
    if facts.round != str(sheet.assessment.pk) or facts.sheet != sheet.pk:
        raise RefusedFileError(
            gettext(
                "This workbook was made for another round or another person. Bring the one that you "
                "downloaded here."
            )
        )
    if not facts.framework == sheet.assessment.framework_version == load_framework().version:
        raise RefusedFileError(
            gettext(
                "This workbook was made for version %(theirs)s of the questionnaire; this round is "
                "answered in version %(ours)s. Download it again."
            )
            % {"theirs": facts.framework[:12], "ours": sheet.assessment.framework_version}
        )
    if queries.breaks_promise(sheet.assessment, facts.promise):
        raise RefusedFileError(promise_words(), status=409)
