"""What a results page is about: one round of one bank, with everything that was computed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from assessments.benchmarks.queries import PeerFacts
from assessments.history.queries import Before
from assessments.ui import numbers
from maturity.assess import Findings
from maturity.case import Case
from maturity.framework import Framework
from maturity.wording import Wording

MOST_UNSPLIT = 4  # respondents; a smaller group is never shown apart (decision 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Facts about the bank and the round that the findings do not hold.

    ``as_of`` is the round's closing day (today while it is open) or None where no date is known;
    ``country`` an ISO code or empty; the shares are in per cent or None.
    """

    bank: str
    fictional: bool = False
    country: str = ""
    marketing_share: float | None = None
    business_share: float | None = None
    period: str = ""
    as_of: dt.date | None = None
    published: bool = False
    anonymous: bool = False  # no group of fewer than four respondents is shown apart
    asked: int = 0  # people asked to answer; 0 where only those who did are known
    before: Before | None = None  # the published round before, for who may read that one too
    shown_strategy: str = ""  # what is named to readers, where this round alone found another
    peers: PeerFacts | None = None  # of a published round; frozen apart from its snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """All that the parts of a page are written from."""

    findings: Findings
    wording: Wording
    framework: Framework
    case: Case
    subject: Subject
    regions: Mapping[str, Findings] = field(default_factory=dict)  # by name, estimated apart
    # Status of each action, in words, where the plan was adopted.
    states: Mapping[str, str] = field(default_factory=dict)

    def dimension(self, id_: str) -> str:
        """A dimension's name."""
        return self.wording.dimensions[id_].name

    def item(self, id_: str) -> str:
        """A question's short title."""
        return self.wording.items[id_].title

    def action(self, id_: str) -> str:
        """An action's title."""
        return self.wording.actions[id_].title

    def strategy(self, id_: str) -> str:
        """A strategy's full name."""
        return self.wording.strategies[id_].name

    def short(self, id_: str) -> str:
        """A strategy's short name."""
        return self.wording.strategies[id_].short

    @property
    def respondents(self) -> int:
        return len(self.case.respondents)

    def ratings(self, id_: str) -> tuple[int, ...]:
        """The levels that respondents gave to a question, lowest first."""
        answers = (person.answers.get(id_) for person in self.case.respondents)
        return tuple(sorted(answer for answer in answers if isinstance(answer, int)))

    def few(self, id_: str) -> bool:
        """Whether a question's ratings are those of a small group apart, which stays unshown.

        Often it is known whom a section was given to; where everybody rated, nobody is apart.
        """
        raters = len(self.ratings(id_))
        return self.subject.anonymous and 0 < raters < min(MOST_UNSPLIT, self.respondents)

    @property
    def strategy_id(self) -> str:
        """The placed strategy, or the quietest colour where there is none."""
        placement = self.findings.placement
        return placement.strategy if placement else "stepwise"

    @property
    def gate_bites(self) -> bool:
        """True where the gate holds the counted score below the raw one."""
        bank = self.findings.bank
        return bank.raw is not None and bank.effective is not None and bank.raw > bank.effective


def joined(names: list[str] | tuple[str, ...]) -> str:
    """Names as a list that reads alike in every language: a, b, c."""
    return ", ".join(names)


def listed(names: list[str] | tuple[str, ...]) -> str:
    """Titles as a list; they hold commas themselves, so semicolons part them."""
    return "; ".join(names)


def midline(value: float) -> str:
    """A midline without needless decimals: 50 or 47.5."""
    return numbers.number(value, 0 if value == int(value) else 1)
