"""Which question stands on which page, and under which number.

Eight sections: six dimensions, the channel inventory, the customers. Each dimension is two pages,
awareness then usage; its questions are numbered through (4.1 to 4.9).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from maturity import load_framework
from maturity.framework import AWARENESS, CUSTOMERS, FACETS, Framework, Item

CHANNELS = "channels"
CHANNELS_SECTION = 7
CHANNELS_WITH = "CAP"
CUSTOMERS_SECTION = 8
SECTIONS = 8
_NAMES: Mapping[str, str] = {
    "CAP": "capacity",
    "TEC": "technology",
    "SUP": "support",
    "RSK": "risk",
    "DAT": "data",
    "SKL": "skills",
    CUSTOMERS: "customers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of questions: a dimension's awareness or usage facet."""

    slug: str
    section: int  # 1 to 8
    dimension: str
    facet: str
    items: tuple[Item, ...]

    @property
    def part(self) -> int:
        """1 for awareness, 2 for usage."""
        return FACETS.index(self.facet) + 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outline:
    """The questionnaire in the order it is answered."""

    pages: tuple[Page, ...]
    by_slug: Mapping[str, Page]
    page_of: Mapping[str, Page]  # item id → its page
    number_of: Mapping[str, str]  # item id → "4.6", the same for everybody

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions that are asked about, customers last."""
        return tuple(dict.fromkeys(page.dimension for page in self.pages))

    @property
    def leads_to_channels(self) -> bool:
        """Whoever answers for Capacity is led to the inventory; it stays open to everybody."""
        return CHANNELS_WITH in self.dimensions

    @property
    def whole(self) -> bool:
        return self is outline()

    def section(self, number: int) -> tuple[Page, ...]:
        """The two pages of a section; none for the channel inventory or what is not asked."""
        return tuple(page for page in self.pages if page.section == number)

    def after(self, page: Page) -> "Page | str | None":
        """What comes next: a page, CHANNELS after the last bank page, or None: the review."""
        position = self.pages.index(page) + 1
        following = self.pages[position] if position < len(self.pages) else None
        leaves_bank = following is None or following.dimension == CUSTOMERS
        if self.leads_to_channels and leaves_bank and page.dimension != CUSTOMERS:
            return CHANNELS
        return following

    @property
    def customer_pages(self) -> tuple[Page, ...]:
        return self.section(CUSTOMERS_SECTION)


@cache
def outline() -> Outline:
    """Lay the whole questionnaire out, once per process."""
    framework = load_framework()
    return _of_pages(
        tuple(
            _page(framework, dimension, facet)
            for dimension in (*framework.dimensions, CUSTOMERS)
            for facet in FACETS
        )
    )


@lru_cache(maxsize=256)  # of seven dimensions there are fewer choices
def outline_of(dimensions: tuple[str, ...]) -> Outline:
    """The part of the questionnaire about some dimensions; all of it where none is named."""
    whole = outline()
    if not dimensions or set(whole.dimensions) <= set(dimensions):
        return whole
    return _of_pages(tuple(page for page in whole.pages if page.dimension in dimensions))


def _of_pages(pages: tuple[Page, ...]) -> Outline:
    return Outline(
        pages=pages,
        by_slug={page.slug: page for page in pages},
        page_of={item.id: page for page in pages for item in page.items},
        number_of=_numbers(pages),
    )


def _page(framework: Framework, dimension: str, facet: str) -> Page:
    section = (
        CUSTOMERS_SECTION if dimension == CUSTOMERS else framework.dimensions.index(dimension) + 1
    )
    ending = "awareness" if facet == AWARENESS else "usage"
    return Page(
        slug=f"{_NAMES[dimension]}-{ending}",
        section=section,
        dimension=dimension,
        facet=facet,
        items=framework.facets[dimension, facet],
    )


def _numbers(pages: tuple[Page, ...]) -> dict[str, str]:
    numbers: dict[str, str] = {}
    for section in {page.section: None for page in pages}:
        items = [item for page in pages if page.section == section for item in page.items]
        numbers |= {item.id: f"{section}.{place}" for place, item in enumerate(items, start=1)}
    return numbers
