"""What one answer is, and how it is read from a form or from JSON, strictly."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any, NoReturn
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from assessments.models import AnswerChange, EvidenceGrade, SavedAnswer, Special
from assessments.survey.outline import outline
from assessments.ui.numbers import number
from maturity import load_framework
from maturity.framework import HIGHEST_LEVEL, LOWEST_LEVEL

NOTE_LIMIT = 500
REASON_LIMIT = 300
LINK_LIMIT = 300
LIMITS: Mapping[str, int] = {"note": NOTE_LIMIT, "reason": REASON_LIMIT, "link": LINK_LIMIT}
CLAIMS = (EvidenceGrade.CLAIMED.value, EvidenceGrade.DESCRIBED.value)
SPECIALS = tuple(Special.values)
LEVELS = range(LOWEST_LEVEL, HIGHEST_LEVEL + 1)
_MOST_VERSION = 2**31 - 1
_REQUIRED = ("answer", "version", "client_id")
_OPTIONAL = ("note", "reason", "link", "evidence")
_https_only = URLValidator(schemes=["https"])

Answer = int | str | None


class FieldFaultError(ValueError):
    """One field of an answer cannot be stored. `message` is for the reader."""

    def __init__(self, field: str, message: str, status: int = 400) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """All that is stored for one question. Neither level nor special: not answered.

    `carried`: taken over from an earlier round and not confirmed, so that it answers nothing yet.
    """

    level: int | None = None
    special: str = ""
    reason: str = ""
    note: str = ""
    link: str = ""
    evidence: str = EvidenceGrade.CLAIMED.value
    carried: bool = False

    @classmethod
    def of(cls, row: SavedAnswer | AnswerChange) -> "Value":
        return cls(
            level=row.level,
            special=row.special,
            reason=row.reason,
            note=row.note,
            link=row.link,
            evidence=row.evidence,
            carried=isinstance(row, SavedAnswer) and row.carried,
        )

    @property
    def answer(self) -> Answer:
        """What counts: 1 to 5, "NA", "DK" or None."""
        return None if self.carried else self.marked

    @property
    def marked(self) -> Answer:
        """What stands in the form, which waits to be confirmed where it was carried over."""
        return self.level if self.level is not None else self.special or None

    @property
    def reason_missing(self) -> bool:
        """Not applicable without saying why: stored, but submitting asks for it."""
        return self.answer == Special.NOT_APPLICABLE and not self.reason

    def columns(self) -> dict[str, Any]:
        """As rows hold it; whether it waits to be confirmed is no part of what was said."""
        return {name: value for name, value in asdict(self).items() if name != "carried"}

    def confirmed(self) -> "Value":
        """The same, as its respondent's answer in this round."""
        return replace(self, carried=False)

    def to_json(self) -> dict[str, Answer]:
        return {
            "answer": self.answer,
            "reason": self.reason,
            "note": self.note,
            "link": self.link,
            "evidence": self.evidence,
        }

    def changed(self, answer: Answer, texts: Mapping[str, str]) -> "Value":
        """This value with another answer and those texts that are given."""
        level = answer if isinstance(answer, int) else None
        special = answer if isinstance(answer, str) else ""
        said: dict[str, Any] = {"level": level, "special": special, **texts}
        value = replace(self, **said)
        # A reason explains N/A alone; it goes with it.
        return value if special == Special.NOT_APPLICABLE else replace(value, reason="")


BLANK = Value()


def check_answer(item: str, answer: object) -> Answer:
    """A whole level 1-5, "NA", "DK" or None; N/A never for a critical control."""
    if answer is None:
        return None
    if type(answer) is int and answer in LEVELS:
        return answer
    if not isinstance(answer, str) or answer not in SPECIALS:
        raise FieldFaultError("answer", _("Expected a whole number 1 to 5, NA, DK or null."))
    if answer == Special.NOT_APPLICABLE and load_framework().items[item].critical:
        raise FieldFaultError(
            "answer", _("“Not applicable” is not offered for a critical control.")
        )
    return answer


def check_text(field: str, text: object) -> str:
    """A text within its limit, without control characters; line ends as LF."""
    if not isinstance(text, str):
        raise FieldFaultError(field, _("Expected text."))
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in plain):
        raise FieldFaultError(field, _("Contains a character that cannot be stored."))
    if len(plain) > LIMITS[field]:
        message = _("Use at most %(limit)s characters; there are %(count)s.")
        counts = {"limit": number(LIMITS[field]), "count": number(len(plain))}
        raise FieldFaultError(field, message % counts)
    return _check_link(plain) if field == "link" else plain


def _check_link(link: str) -> str:
    """An https address without credentials (decision 18), or nothing."""
    if not link:
        return ""
    try:
        _https_only(link)
        parts = urlsplit(link)
    except (ValidationError, ValueError) as error:
        message = _("Enter a full address that begins with https://")
        raise FieldFaultError("link", message) from error
    if parts.username or parts.password:
        raise FieldFaultError("link", _("Leave user name and password out of the address."))
    return link


def check_evidence(grade: object) -> str:
    """E0 or E1: higher grades are given by a reviewer, never claimed (decision 5)."""
    if grade not in CLAIMS:
        raise FieldFaultError("evidence", _("Expected E0 or E1."))
    return str(grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """One save as the browser asks for it. `digest` tells one body from another."""

    answer: Answer
    version: int  # the version the browser last saw; 0: never stored
    client_id: UUID
    texts: Mapping[str, str]
    digest: str


def read_save(item: str, body: bytes) -> Save:
    """Read an autosave's JSON body. Raises FieldFaultError naming field and status."""
    if item not in outline().page_of:
        raise FieldFaultError("item", _("This questionnaire has no such question."))
    data = _object(body)
    for key in data:
        if key not in (*_REQUIRED, *_OPTIONAL):
            raise FieldFaultError(key[:40], _("Unknown key."))
    if "version" not in data:
        raise FieldFaultError("version", _("Send the version that you last saw."), status=428)
    for key in _REQUIRED:
        if key not in data:
            raise FieldFaultError(key, _("Missing."))
    texts = {key: check_text(key, data[key]) for key in LIMITS if key in data}
    if "evidence" in data:
        texts["evidence"] = check_evidence(data["evidence"])
    return Save(
        answer=check_answer(item, data["answer"]),
        version=_version(data["version"]),
        client_id=_client_id(data["client_id"]),
        texts=texts,
        digest=_digest(item, data),
    )


def _digest(item: str, data: Mapping[str, Any]) -> str:
    canonical = json.dumps([item, data], sort_keys=True)
    return sha256(canonical.encode()).hexdigest()


def _version(raw: object) -> int:
    if type(raw) is not int or not 0 <= raw <= _MOST_VERSION:
        raise FieldFaultError("version", _("Expected a whole number of 0 or more."))
    return raw


def _client_id(raw: object) -> UUID:
    try:
        if isinstance(raw, str):
            return UUID(raw)
    except ValueError:
        pass
    raise FieldFaultError("client_id", _("Expected a UUID."))


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(
            body.decode("utf-8"), object_pairs_hook=_without_duplicates, parse_constant=_refuse
        )
    except FieldFaultError:
        raise
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise FieldFaultError("body", _("Expected one JSON object in UTF-8.")) from error
    if not isinstance(data, dict):
        raise FieldFaultError("body", _("Expected one JSON object in UTF-8."))
    return data


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, value in pairs:
        if key in data:
            raise FieldFaultError(key[:40], _("Given twice."))
        data[key] = value
    return data


def _refuse(constant: str) -> NoReturn:
    raise FieldFaultError("body", _("%(constant)s is no number.") % {"constant": constant})
