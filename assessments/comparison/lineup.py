"""The sides of a comparison, in the reader's order, named or lettered."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import ComparisonKind
from assessments.results.subject import Source
from assessments.ui import numbers
from maturity.compare import Common, Comparison

LETTERS = "ABCDEF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One column: a round of a bank, or the customers of one region in it.

    `bank` and `period` are what the reader sees: under letters no name stands in them. `answers`
    tells whether single answers are open to the reader. `place` counts from 0, the reference.
    """

    place: int
    round: UUID
    bank: str
    period: str
    published: dt.date
    source: Source
    answers: bool
    fictional: bool
    region: str = ""

    @property
    def letter(self) -> str:
        return LETTERS[self.place]

    @property
    def tone(self) -> str:
        """The colour of its series."""
        return f"series-{self.place + 1}"


@dataclass(frozen=True, kw_only=True)
class Lineup:
    """Two to six sides and what was found between them.

    `regions_left_out` counts regions beyond the six columns. Not slotted: names are kept.
    """

    kind: ComparisonKind
    lettered: bool
    sides: tuple[Side, ...]
    found: Comparison
    common: Common
    regions_left_out: int = 0

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What each side is called above its column."""
        return tuple(self._name(side) for side in self.sides)

    def _name(self, side: Side) -> str:
        if self.kind == ComparisonKind.REGIONS:
            if not side.region:
                return _("All customers")
            # The whole bank stands first, so its regions begin with A.
            letter = LETTERS[side.place - 1]
            return _("Region %(letter)s") % {"letter": letter} if self.lettered else side.region
        if self.kind == ComparisonKind.ROUNDS:
            return _("Round %(letter)s") % {"letter": side.letter} if self.lettered else side.period
        return _("Bank %(letter)s") % {"letter": side.letter} if self.lettered else side.bank

    @cached_property
    def heading(self) -> str:
        """What is compared, in a few words, names left to the columns."""
        count = len(self.sides)
        values = {"count": numbers.number(count), "bank": self.bank}
        if self.kind == ComparisonKind.BANKS:
            return ngettext("%(count)s bank compared", "%(count)s banks compared", count) % values
        if self.kind == ComparisonKind.ROUNDS:
            return (
                ngettext(
                    "%(bank)s: %(count)s round compared",
                    "%(bank)s: %(count)s rounds compared",
                    count,
                )
                % values
            )
        values["count"] = numbers.number(count - 1)
        return (
            ngettext(
                "%(bank)s: its customers and those of %(count)s region",
                "%(bank)s: its customers and those of %(count)s regions",
                count - 1,
            )
            % values
        )

    @property
    def bank(self) -> str:
        """The one bank of a comparison of rounds or regions."""
        return _("One bank") if self.lettered else self.sides[0].bank

    @property
    def reference(self) -> str:
        return self.names[0]

    @property
    def fictional(self) -> bool:
        """Whether every side is; one that is among others says so above its column."""
        return all(side.fictional for side in self.sides)

    @property
    def answers_open(self) -> bool:
        """Whether the answers of any side may be read."""
        return any(side.answers for side in self.sides)

    @property
    def versions(self) -> tuple[str, ...]:
        return self.common.versions

    @property
    def first(self) -> Source:
        """The reference's findings and the words that all share."""
        return self.sides[0].source

    def when(self, side: Side) -> str:
        """The period and the day of publication; under letters the year alone.

        A period's name may hold the bank's, and a day may tell which bank it was.
        """
        if self.lettered:
            return numbers.year(side.published)
        day = _("published %(day)s") % {"day": numbers.day(side.published)}
        parts = [] if self.kind == ComparisonKind.ROUNDS else [side.period]
        return ", ".join([*parts, day])
