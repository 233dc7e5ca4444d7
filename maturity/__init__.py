"""The pure model of social banking maturity: answers in, findings out.

No Django, no clock, no randomness. This module is the front door.
"""

from typing import TYPE_CHECKING

from maturity import codec
from maturity.assess import Findings, assess
from maturity.case import Case, CaseError, read_case
from maturity.content import load_framework

if TYPE_CHECKING:
    from maturity.wording import Wording

__all__ = [
    "Case",
    "CaseError",
    "Findings",
    "assess",
    "codec",
    "load_framework",
    "load_wording",
    "read_case",
]


def load_wording(language: str = "en", version: str = "v1") -> "Wording":
    """The texts of a framework version in one language, complete or refused."""
    from maturity import wording  # noqa: PLC0415 -- scoring needs no words, and they load slowly

    return wording.load_wording(language, version)
