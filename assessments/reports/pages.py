"""The page that waits for a report, as a value."""

from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import ComparisonFile, FileState, Report
from assessments.reports import names, queries, services
from assessments.reports.line_services import is_lost
from assessments.ui import numbers
from assessments.ui.shell import BankNav, bank_nav

State = Literal["working", "ready", "failed"]
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPage:
    """How a file that is being printed is doing. ``file_url`` is empty until it is ready.

    ``leave_text`` says what happens to whoever does not wait.
    """

    bank: BankNav | None
    state: State
    kicker: str
    heading: str
    text: str
    size: str
    reference: str
    file_url: str
    state_url: str
    retry_url: str
    back_url: str
    back_text: str
    leave_text: str


def status(report: Report) -> StatusPage:
    """The status page of one report."""
    state = state_of(report)
    round_ = report.assessment
    return StatusPage(
        bank=bank_nav(round_.organisation, "results", round_),
        state=state,
        kicker=round_.period,
        heading={
            "working": _("Preparing the report"),
            "ready": _("The report is ready"),
            "failed": _("The report could not be printed"),
        }[state],
        text=_text(report, state),
        size=size(report.pages, report.size) if state == "ready" else "",
        reference=str(report.pk),
        file_url=file_url(report) if state == "ready" else "",
        state_url=reverse("report_state", args=[report.pk]),
        retry_url=reverse("report_request", args=[round_.pk]),
        back_url=reverse("results", args=[round_.pk]),
        back_text=_("Back to the results"),
        leave_text=_(
            "The file appears here when it is ready. If you leave, ask again on the results page: "
            "it will be there at once."
        ),
    )


def file_url(report: Report) -> str:
    """Where the finished file is, under its own name."""
    name = names.ascii_name(queries.title_of(report))
    return reverse("report_file", args=[report.pk, name])


def state_of(row: Report | ComparisonFile) -> State:
    """How a file is doing as its reader is told; one that was lost has failed."""
    if row.state == FileState.FAILED or is_lost(row):
        return "failed"
    return "ready" if row.state == FileState.DONE else "working"


def _text(report: Report, state: State) -> str:
    if state == "ready":
        return _("The report is ready to download.")
    if state == "failed":
        if report.failure == services.CHANGED:
            return _("The answers changed while the report waited. Try again to print them.")
        if report.failure == services.REFUSED:
            return _("Whoever asked for it may no longer read this report. Ask for it yourself.")
        return _("It was tried three times. Nothing is lost: try again.")
    if report.state == FileState.RUNNING:
        return _("Laying out charts and pages: a few seconds.")
    return _("Waiting in line: about eight seconds.")


def size(pages: int, length: int) -> str:
    """A file's pages and its size."""
    values = {"count": numbers.number(pages), "size": numbers.number(length / MEGABYTE, 1)}
    return ngettext("%(count)s page, %(size)s MB", "%(count)s pages, %(size)s MB", pages) % values
