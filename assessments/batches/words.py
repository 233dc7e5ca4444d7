"""Why a part or a whole has no file, in the reader's words. Rows keep the short form."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ENDED = "access ended"
WITHOUT_RESULT = "no result"
WITHOUT_ROADMAP = "no roadmap"
GONE = "file gone"
KILLED = "ended before it was done"

_REASONS: dict[str, str | Promise] = {
    ENDED: _("Left out: the client is no longer open to who asked."),
    WITHOUT_RESULT: _("The round has no result that may be printed."),
    WITHOUT_ROADMAP: _("This program does not make editable roadmaps."),
    GONE: _("The file is no longer there. Try again."),
    KILLED: _("It was begun three times and broke off each time. Try again."),
    "answers changed": _("Result, names or look changed while the report waited. Try again."),
    "took too long": _("Laying it out took too long. Try again."),
}


def reason(failure: str) -> str:
    """What a stored failure means; one that nobody foresaw is told by its kind."""
    if not failure:
        return ""
    if failure in _REASONS:
        return str(_REASONS[failure])
    return str(_("It could not be made (%(kind)s). Try again.")) % {"kind": failure}
