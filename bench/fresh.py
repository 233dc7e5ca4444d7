"""The results page as the first to ask for it meets it."""

from uuid import UUID

from django.http import HttpResponse

from assessments.access.http import MemberRequest
from assessments.results import queries, views


def results(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The product's own page, with nothing kept from earlier requests."""
    queries._computed.cache_clear()  # noqa: SLF001 -- what is measured is the work it spares
    response: HttpResponse = views.results(request, pk=pk)
    return response
