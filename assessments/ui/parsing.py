"""Numbers as people type them: any digits, the separators of their language."""

import re
import unicodedata
from decimal import Decimal

_MINUS_SIGNS = "-\u2212\uff0d"
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009\u2007]")
_DECIMAL_POINTS = str.maketrans({"\u066b": ".", "\uff0e": "."})
_GROUP_MARKS = str.maketrans({"\u066c": ",", "\uff0c": ",", "\u2019": ",", "'": ","})
_NUMBER = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?", re.ASCII)
_MOST_CHARACTERS = 40


class NotANumberError(ValueError):
    """The text is no number; `str()` says nothing a reader should see."""


def ascii_digits(text: str) -> str:
    """The same text with every decimal digit of any script as 0-9."""
    return "".join(
        character if (value := unicodedata.decimal(character, None)) is None else str(value)
        for character in text
    )


def parse_number(text: str) -> Decimal:
    """Read a number typed with ASCII, Persian, Arabic or full-width digits.

    A comma (or the Persian ٬, a space, an apostrophe) groups thousands, a point (or ٫) precedes
    decimals. Anything that could mean two numbers, such as "1,5", raises NotANumberError.
    """
    if len(text) > _MOST_CHARACTERS:
        raise NotANumberError
    plain = ascii_digits(text.strip()).translate(_DECIMAL_POINTS).translate(_GROUP_MARKS)
    if plain[:1] and plain[0] in _MINUS_SIGNS:
        plain = "-" + plain[1:]
    plain = _SPACES.sub(",", plain.removesuffix("%").removesuffix("٪").removesuffix("％").strip())
    if not _NUMBER.fullmatch(plain):
        raise NotANumberError
    return Decimal(plain.replace(",", ""))
