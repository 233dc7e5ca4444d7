"""A round whose results can be read, and pages written from the worked cases."""

import datetime as dt
from collections.abc import Callable
from functools import cache

import pytest

from assessments.models import Assessment, AssessmentStatus, Function, SheetStatus
from assessments.results import queries
from assessments.results.pages import ResultsPage, RoadmapPage, build, build_roadmap
from assessments.results.queries import Result
from assessments.results.subject import Subject
from maturity import load_framework, load_wording, read_case
from maturity.framework import Framework
from maturity.wording import Wording
from tests import factories
from tests.conftest import Cast
from tests.maturity.goldens import golden_pairs

SUBJECT = Subject(
    bank="Norvane Bank",
    fictional=True,
    country="NO",
    period="2026 H2",
    as_of=dt.date(2026, 11, 21),
)


def words() -> tuple[Wording, Framework]:
    """The English wording and its framework."""
    return load_wording("en"), load_framework()


@cache
def result(name: str) -> Result:
    """The result of one worked case."""
    return queries.result_of(read_case(golden_pairs()[name]["case"]))


@cache
def results_page(name: str, subject: Subject = SUBJECT) -> ResultsPage:
    """The results page of one worked case."""
    found = result(name)
    return build(
        found.findings, *words(), case=found.case, subject=subject, no_regret=found.no_regret
    )


@cache
def roadmap_page(name: str) -> RoadmapPage:
    """The roadmap page of one worked case, without the reruns for its limit."""
    found = result(name)
    return build_roadmap(found.findings, *words(), case=found.case, subject=SUBJECT)


MakeRound = Callable[..., Assessment]


@pytest.fixture
def ready(cast: Cast) -> MakeRound:
    """Make a closed round with some submitted sheets; more people are added as respondents."""

    def make(people: int = 1, *, level: int = 3, accounts: int = 1) -> Assessment:
        round_ = factories.make_round(
            cast.bank, status=AssessmentStatus.CLOSED, channels_confirmed=True
        )
        for number in range(people):
            person = cast.lead
            if number:
                person = factories.make_user(f"person{number}@norvane.example")
                factories.add_member(cast.bank, person)
            sheet = factories.make_sheet(
                round_,
                person,
                function=list(Function)[number % len(Function)],
                status=SheetStatus.SUBMITTED,
            )
            factories.fill_sheet(sheet, factories.whole_sheet(level))
        factories.make_channels(round_, [{"platform": f"Network {n}"} for n in range(accounts)])
        return round_

    return make
