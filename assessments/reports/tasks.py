"""What the job thread does: take a report, print it, keep it."""

from collections.abc import Callable
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import translation

from assessments.models import Report
from assessments.reports import queries, services
from assessments.reports.paper.edition import Edition
from assessments.reports.pdf import Pdf
from assessments.reports.press import PressError, StoppedError, nothing, press


def render_report(report_id: UUID | str, beat: Callable[[], None] = nothing) -> None:
    """Print one report for whoever may still read it: judged before printing and before keeping.

    Safe to run twice: the second run finds nothing to take. `beat` is called every ten seconds.
    """
    report = services.claim(report_id)
    if report is None:
        return
    if not services.may_have(report):
        services.fail(report, services.REFUSED, final=True)
        return
    _print(report, beat)


def _print(report: Report, beat: Callable[[], None]) -> None:
    def renew() -> None:
        services.renew(report)
        beat()

    try:
        edition = _edition(report)
        if edition is None:
            services.fail(report, services.CHANGED, final=True)
            return
        pdf = press().render(html(edition), beat=renew)
    except StoppedError:
        services.release(report)
    except PressError as error:
        services.fail(report, str(error))
    except Exception as error:
        services.fail(report, type(error).__name__)
        raise
    else:
        _keep(report, pdf)


def _keep(report: Report, pdf: Pdf) -> None:
    """Store the file unless access ended, or the report passed to somebody else, while printing."""
    report.refresh_from_db(fields=["requested_by", "firm"])
    if services.may_have(report):
        services.store(report, pdf)
    else:
        services.fail(report, services.REFUSED, final=True)


def html(edition: Edition) -> str:
    """An edition's document, in its own language."""
    with translation.override(edition.language):
        from assessments.reports.paper import document  # noqa: PLC0415 -- a module per page

        return document.html(edition)


def _edition(report: Report) -> Edition | None:
    """What was asked for; None when answers or program changed while the report waited."""
    edition = queries.edition_for(report.assessment, language=report.language, firm=report.firm)
    if edition is None or queries.content_key(edition) != report.content_key:
        return None
    return edition


def sample(edition: Edition) -> str:
    """The stored name of the sample bank's report, printed on the first request for it.

    Raises PressError when it cannot be printed now.
    """
    name = f"reports/sample-{queries.content_key(edition)}.pdf"
    if not default_storage.exists(name):
        pdf = press().render(html(edition))
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(pdf.data))
    return name
