"""The editable roadmap for who makes files of many rounds; found by name (`reports.kinds`)."""

from assessments.models import Assessment
from assessments.reports.queries import edition_for


def batch_file(assessment: Assessment, language: str) -> bytes | None:
    """A round's roadmap as a Word document, or None while its results may not be shown.

    Whom it may be shown to is for whoever asks.
    """
    from assessments.exchange import out_docx  # noqa: PLC0415 -- python-docx is slow to import

    edition = edition_for(assessment, language=language)
    return None if edition is None else out_docx.document(edition)
