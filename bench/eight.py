"""A page of eight questions, which the questionnaire itself does not have."""

from typing import cast

from assessments.survey.outline import Page, outline
from maturity import load_framework

SLUG = "bench-eight"
_EIGHT = load_framework().bank_items[:8]
ITEMS = tuple(item.id for item in _EIGHT)


def lay_out() -> None:
    """Give this process's questionnaire the page, so that the product's own views show it."""
    page = Page(
        slug=SLUG, section=1, dimension=_EIGHT[0].dimension, facet=_EIGHT[0].facet, items=_EIGHT
    )
    cast("dict[str, Page]", outline().by_slug)[SLUG] = page
