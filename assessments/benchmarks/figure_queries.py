"""A firm's figures from outside, for the firm and for its own people beside a client's result."""

from django.db.models import QuerySet

from assessments.models import ExternalFigure, Organisation

MOST_KEPT = 1_000  # of one firm


def figures_of(firm: Organisation) -> QuerySet[ExternalFigure]:
    """All figures of a firm that was itself fetched through access.scope."""
    return ExternalFigure.objects.filter(firm=firm)


def stored_keys(firm: Organisation) -> list[tuple[str, int, str, str]]:
    """What makes each of the firm's figures itself, so that none is added twice."""
    return list(figures_of(firm).values_list("source", "year", "population", "definition"))


def figure_of(firm: Organisation, pk: int) -> ExternalFigure | None:
    return figures_of(firm).filter(pk=pk).first()
