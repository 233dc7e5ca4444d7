"""What else may be printed of a round, made by rooms that this one does not know.

A kind is named here and its maker found by name, as jobs are, so that no room imports another
beside it. A maker takes a round and a language and returns the file's bytes, or None where the
round has no such file; what it may show is for it to see to, and whom it may be shown to for
whoever asks.
"""

from collections.abc import Callable
from functools import cache

from django.utils.module_loading import import_string

from assessments.models import Assessment

Maker = Callable[[Assessment, str], bytes | None]

MAKERS = {"docx": "assessments.exchange.out_roadmap.batch_file"}


@cache
def maker(kind: str) -> Maker | None:
    """Who makes files of a kind, or None where this program has nobody who does."""
    try:
        found: Maker = import_string(MAKERS[kind])
    except ImportError:
        return None
    return found
