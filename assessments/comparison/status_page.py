"""The page that waits for a comparison's PDF."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.comparison import file_names, queries, services
from assessments.models import Assessment, ComparisonFile, FileState
from assessments.reports.pages import State, StatusPage, size, state_of
from assessments.ui.shell import bank_nav


def status(file: ComparisonFile, rounds: Sequence[Assessment]) -> StatusPage:
    """How one file is doing."""
    state, wanted = state_of(file), queries.asked_by(file)
    one_bank = len({round_.organisation_id for round_ in rounds}) == 1
    return StatusPage(
        bank=bank_nav(rounds[0].organisation, "results", rounds[0])
        if one_bank and not file.lettered
        else None,
        state=state,
        kicker=_("Comparison"),
        heading={
            "working": _("Preparing the comparison"),
            "ready": _("The comparison is ready"),
            "failed": _("The comparison could not be printed"),
        }[state],
        text=_text(file, state),
        size=size(file.pages, file.size) if state == "ready" else "",
        reference=str(file.pk),
        file_url=file_url(file) if state == "ready" else "",
        state_url=reverse("comparison_state", args=[file.pk]),
        retry_url=wanted.url("compare_pdf"),
        back_url=wanted.url(),
        back_text=_("Back to the comparison"),
        leave_text=_(
            "The file appears here when it is ready and stays for a day. If you leave, ask again on "
            "the comparison’s page: it will be there at once."
        ),
    )


def file_url(file: ComparisonFile) -> str:
    """Where the finished file is, under its own name."""
    return reverse("comparison_file", args=[file.pk, file_names.of_file(file)])


def _text(file: ComparisonFile, state: State) -> str:
    if state == "ready":
        return _("The comparison is ready to download.")
    if state == "failed":
        if file.failure == services.CHANGED:
            return _("The results changed while the comparison waited. Try again to print them.")
        return _("It was tried three times. Nothing is lost: try again.")
    if file.state == FileState.RUNNING:
        return _("Laying out charts and pages: a few seconds.")
    return _("Waiting in line: about eight seconds.")
