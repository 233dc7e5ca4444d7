"""The PDF behind a link: in the bank's own look and the link's language, printed once for all."""

from django.utils import translation

from assessments.models import Assessment, Report, ShareLink
from assessments.reports import queries as reports
from assessments.sharing import queries


def language_of(link: ShareLink) -> str:
    """The link's language, or English where the installation no longer speaks that one."""
    try:
        return translation.get_supported_language_variant(link.language)
    except LookupError:
        return "en"


def key_of(assessment: Assessment, language: str) -> str:
    """The content key of the report as the bank's own people have it; empty without a result."""
    edition = reports.edition_for(assessment, language=language)
    return reports.content_key(edition) if edition else ""


def found(link: ShareLink) -> Report | None:
    """The report of the link's result, if it was ever asked for."""
    key = key_of(link.assessment, language_of(link))
    return queries.report_of(link, key) if key else None
