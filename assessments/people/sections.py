"""The eight sections of the questionnaire, as far as the bank's home counts them."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from django.utils.translation import get_language

from maturity import load_framework, load_wording
from maturity.framework import AWARENESS, CUSTOMERS
from maturity.wording import DIMENSION_FILES

CHANNELS_SECTION = 7
MINUTES_FOR_ALL = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of questions and how many of them have an answer."""

    number: int  # 1-6 and 8; 7 is the channel inventory
    dimension: str
    name: str
    done: int
    total: int
    slug: str  # page of its first open question; its first page once all are answered
    question: str  # number of that question, such as "4.8"
    item: str  # and its id

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def state(self) -> str:
        """One of "done", "begun", "open"."""
        if not self.left:
            return "done"
        return "begun" if self.done else "open"


def sections(answered: AbstractSet[str], asked: Collection[str] = ()) -> tuple[Section, ...]:
    """Count the answers of one person per section, in the order of the questionnaire.

    `asked` names the dimensions that this person was asked about; nothing means all.
    """
    numbered = enumerate(dimensions(), start=1)
    return tuple(
        _section(CHANNELS_SECTION + 1 if dimension == CUSTOMERS else number, dimension, answered)
        for number, dimension in numbered
        if not asked or dimension in asked
    )


def dimensions() -> tuple[str, ...]:
    """What one may be asked about, in the order of the questionnaire."""
    return (*load_framework().dimensions, CUSTOMERS)


def dimension_name(dimension: str) -> str:
    return load_wording(get_language() or "en").dimensions[dimension].name


def asked_items(asked: Collection[str]) -> tuple[str, ...]:
    """The questions about some dimensions; about all where none is named."""
    items = load_framework().items.values()
    return tuple(item.id for item in items if not asked or item.dimension in asked)


def _section(number: int, dimension: str, answered: AbstractSet[str]) -> Section:
    items = [item for item in load_framework().items.values() if item.dimension == dimension]
    place = next((i for i, item in enumerate(items) if item.id not in answered), 0)
    facet = "awareness" if items[place].facet == AWARENESS else "usage"
    return Section(
        number=number,
        dimension=dimension,
        name=dimension_name(dimension),
        done=sum(item.id in answered for item in items),
        total=len(items),
        slug=f"{DIMENSION_FILES[dimension]}-{facet}",
        question=f"{number}.{place + 1}",
        item=items[place].id,
    )
