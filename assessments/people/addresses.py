"""Addresses as people paste them: one per line, each line judged by itself."""

import re
import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode
from django.utils.translation import gettext, ngettext

from assessments.ui.numbers import number

MOST_LINES = 100
MOST_CHARACTERS = 254
_NAMED = re.compile(r"[^<>@]*<([^<>]*)>\s*")  # “Ann Lee <ann@bank.example>”


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line with its number, the address in it, and what is wrong with it, if anything."""

    number: int
    text: str
    address: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Addresses that need no invitation, in lower case."""

    own: AbstractSet[str] = frozenset()
    members: AbstractSet[str] = frozenset()
    invited: AbstractSet[str] = frozenset()


def read(text: str, known: Known) -> tuple[Line, ...]:
    """Judge every line that is not blank. Only line feeds part lines: a lone carriage return or
    any other control character inside one could end a mail header, and is a fault.
    """
    found: list[Line] = []
    seen: dict[str, int] = {}
    for place, raw in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if raw.strip(" \t,;"):
            line = _judge(place, raw, known, seen)
            found.append(line)
            seen.setdefault(line.address.lower(), place)
    return tuple(found)


def too_many(lines: tuple[Line, ...]) -> str:
    """What to say about a list that is too long, or nothing."""
    if len(lines) <= MOST_LINES:
        return ""
    return ngettext(
        "Invite at most %(most)s address at once; this list has %(count)s.",
        "Invite at most %(most)s addresses at once; this list has %(count)s.",
        MOST_LINES,
    ) % {"most": number(MOST_LINES), "count": number(len(lines))}


def _judge(place: int, raw: str, known: Known, seen: dict[str, int]) -> Line:
    shown = "".join(" " if _is_control(char) else char for char in raw).strip()[:MOST_CHARACTERS]
    fault = _shape_fault(raw)
    if fault:
        return Line(number=place, text=shown, fault=fault)
    try:
        address = _address(raw)
    except ValidationError:
        fault = gettext("Not an e-mail address. Expected something like name@bank.example.")
        return Line(number=place, text=shown, fault=fault)
    return Line(
        number=place,
        text=shown,
        address=address,
        fault=_known_fault(address.lower(), known, seen),
    )


def _shape_fault(raw: str) -> str:
    if any(_is_control(char) for char in raw.strip(" \t")):
        return gettext("Contains a control character. Type the address again.")
    if raw.count("@") > 1:
        return gettext("Two addresses in one line. Put each on a line of its own.")
    if len(raw.strip()) > MOST_CHARACTERS:
        return gettext("Longer than %(most)s characters.") % {"most": number(MOST_CHARACTERS)}
    return ""


def _address(raw: str) -> str:
    """The address in a line, its domain in ASCII so that no look-alike letter can hide in it."""
    text = raw.strip(" \t,;")
    named = _NAMED.fullmatch(text)
    local, _, domain = (named[1].strip() if named else text).rpartition("@")
    try:
        address = f"{local}@{punycode(domain).lower()}"
    except UnicodeError as error:
        raise ValidationError(text) from error
    validate_email(address)
    return address


def _known_fault(address: str, known: Known, seen: dict[str, int]) -> str:
    if address in known.own:
        return gettext("This is your own address.")
    if address in known.members:
        return gettext("Already a member. Ask them to answer from the list of members.")
    if address in known.invited:
        return gettext("Already invited. Send a reminder instead.")
    if address in seen:
        return gettext("The same address as in line %(number)s.") % {
            "number": number(seen[address])
        }
    return ""


def _is_control(char: str) -> bool:
    return char != "\t" and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"}
