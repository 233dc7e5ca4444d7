"""The eight sections of the questionnaire, as far as the bank's home counts them."""

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
    name: str
    done: int
    total: int
    slug: str  # page of its first open question; its first page once all are answered
    question: str  # number of that question, such as "4.8"

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def state(self) -> str:
        """One of "done", "begun", "open"."""
        if not self.left:
            return "done"
        return "begun" if self.done else "open"


def sections(answered: AbstractSet[str]) -> tuple[Section, ...]:
    """Count the answers of one person per section, in the order of the questionnaire."""
    dimensions = load_framework().dimensions
    numbered = [*enumerate(dimensions, start=1), (CHANNELS_SECTION + 1, CUSTOMERS)]
    return tuple(_section(number, dimension, answered) for number, dimension in numbered)


def _section(number: int, dimension: str, answered: AbstractSet[str]) -> Section:
    items = [item for item in load_framework().items.values() if item.dimension == dimension]
    place = next((i for i, item in enumerate(items) if item.id not in answered), 0)
    facet = "awareness" if items[place].facet == AWARENESS else "usage"
    return Section(
        number=number,
        name=load_wording(get_language() or "en").dimensions[dimension].name,
        done=sum(item.id in answered for item in items),
        total=len(items),
        slug=f"{DIMENSION_FILES[dimension]}-{facet}",
        question=f"{number}.{place + 1}",
    )
