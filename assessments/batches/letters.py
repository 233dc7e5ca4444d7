"""The letter at the end of reports for many: a link, no client's name, no attachment."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.batches import queries
from assessments.models import FileState, Mail
from assessments.ui.numbers import number


def batch(mail: Mail) -> dict[str, Any] | None:
    """What came of it; None once it is gone, is being made again, or its reader left the firm."""
    found = queries.for_letter(mail.subject_id)
    if found is None or found.requested_by.email != mail.to or not queries.belongs(found):
        return None
    failed = queries.failed_in(found)
    words = {
        "made": number(found.parts - failed),
        "all": number(found.parts),
        "firm": found.firm.name,
    }
    if found.state == FileState.FAILED:
        heading = _("The reports could not be made")
        text = _("The page says of each client what was in the way, and offers to try again.")
    elif failed:
        heading = ngettext(
            "%(made)s of %(all)s report is ready",
            "%(made)s of %(all)s reports are ready",
            found.parts,
        )
        text = _("The others could not be made; the page and the index in the ZIP say why.")
    else:
        heading = ngettext(
            "The report of %(all)s client is ready",
            "The reports of %(all)s clients are ready",
            found.parts,
        )
        text = _("They wait as one ZIP for seven days.")
    return {
        "heading": heading % words,
        "text": text,
        "button": _("Open the reports"),
        "path": reverse("batch", args=[found.pk]),
    }
