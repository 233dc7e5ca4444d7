"""What else may be printed of a round, made by rooms that this one does not know.

A kind is named here and its maker found by name, as jobs are, so that no room imports another
beside it. A maker takes what is printed of a round, in its language, and returns the file's bytes;
whom it may be shown to is for whoever asks to see to.
"""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec

from django.utils.module_loading import import_string

from assessments.reports.paper.edition import Edition

Maker = Callable[[Edition], bytes]

MAKERS = {"docx": "assessments.exchange.out_docx.document"}


@cache
def is_made(kind: str) -> bool:
    """Whether this program has somebody who makes files of a kind; nothing is loaded for the answer."""
    return find_spec(MAKERS[kind].rpartition(".")[0]) is not None


def maker(kind: str) -> Maker:
    """Who makes files of a kind. Raises ImportError where nobody does."""
    found: Maker = import_string(MAKERS[kind])
    return found
