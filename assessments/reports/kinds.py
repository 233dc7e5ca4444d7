"""What else may be printed of a round, made by rooms that this one does not know.

A kind is named here and its maker found by name, as jobs are, so that no room imports another
beside it. A maker takes what is printed of a round, in its language, and returns the file's bytes;
whom it may be shown to is for whoever asks to see to.
"""

from collections.abc import Callable
from functools import cache

from django.utils.module_loading import import_string

from assessments.reports.paper.edition import Edition

Maker = Callable[[Edition], bytes]

MAKERS = {"docx": "assessments.exchange.out_docx.document"}


@cache
def maker(kind: str) -> Maker | None:
    """Who makes files of a kind, or None where this program has nobody who does."""
    try:
        found: Maker = import_string(MAKERS[kind])
    except ImportError:
        return None
    return found
