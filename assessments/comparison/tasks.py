"""What the job thread does: take a comparison, print it, keep it."""

from uuid import UUID

from django.utils import translation

from assessments.comparison import queries, services
from assessments.comparison.asked import RefusedError
from assessments.comparison.lineup import Lineup
from assessments.models import ComparisonFile
from assessments.reports.pdf import Pdf
from assessments.reports.press import PressError, StoppedError, press


def render_comparison(file_id: UUID | str) -> None:
    """Print one comparison for whoever may still read all of it: judged before printing and keeping.

    Safe to run twice: the second run finds nothing to take.
    """
    file = services.claim(file_id)
    if file is None:
        return
    if not services.may_have(file):
        services.fail(file, services.REFUSED, final=True)
        return
    try:
        text = _html(file)
        pdf = press().render(text, beat=lambda: services.renew(file))
    except RefusedError:  # what it is made from changed while it waited
        services.fail(file, services.CHANGED, final=True)
    except StoppedError:
        services.release(file)
    except PressError as error:
        services.fail(file, str(error))
    except Exception as error:
        services.fail(file, type(error).__name__)
        raise
    else:
        _keep(file, pdf)


def _keep(file: ComparisonFile, pdf: Pdf) -> None:
    """Store the file unless access ended while it was printed."""
    if services.may_have(file):
        services.store(file, pdf)
    else:
        services.fail(file, services.REFUSED, final=True)


def _html(file: ComparisonFile) -> str:
    """The document. Raises RefusedError when another one would come of it than was asked for."""
    with translation.override(file.language):
        found = queries.lineup_of(services.rounds_of(file), queries.asked_by(file))
        if queries.content_key(found, file.language) != file.content_key:
            raise RefusedError("changed")
        return html(found, file.language)


def html(lineup: Lineup, language: str) -> str:
    """A comparison's document, in the language that is active."""
    from assessments.comparison.paper import document  # noqa: PLC0415 -- a module per page

    return document.html(lineup, language)
