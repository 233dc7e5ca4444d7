"""A closed round in which several people disagree."""

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest
from django.test import Client

from assessments.models import Assessment, AssessmentStatus, Function, SheetStatus, Visibility
from tests import factories
from tests.conftest import Cast
from tests.factories import Answer

# One sheet each: who, in which function, and what differs from level 3 everywhere.
Sheets = Mapping[str, tuple[Function, Mapping[str, Answer]]]
DISPUTED: Sheets = {
    "lead": (Function.EXECUTIVE, {"CAP.A1": 5, "RSK.U4": 4, "DAT.A1": 4, "SKL.U2": 2}),
    "respondent": (Function.RISK, {"CAP.A1": 1, "RSK.U4": 1, "DAT.A1": 2, "SKL.U2": 3}),
    "third": (Function.IT, {"CAP.A1": 2, "RSK.U4": 2, "DAT.A1": 4, "TEC.U1": "DK"}),
    "fourth": (Function.MARKETING, {"CAP.A1": 5, "RSK.U4": 5, "TEC.A2": "NA"}),
}
MakeRound = Callable[..., Assessment]


@pytest.fixture
def make(cast: Cast) -> MakeRound:
    """Make a round from sheets; people beyond lead, reviewer and respondent become members."""

    def build(
        sheets: Sheets = DISPUTED,
        *,
        visibility: Visibility = Visibility.FUNCTION,
        status: AssessmentStatus = AssessmentStatus.CLOSED,
        shared: bool = False,
        at: datetime = factories.MOMENT,
    ) -> Assessment:
        round_ = factories.make_round(cast.bank, status=status, channels_confirmed=True)
        round_.visibility, round_.shared_with_respondents = visibility, shared
        round_.save()
        for name, (function, differing) in sheets.items():
            person = getattr(cast, name, None)
            if person is None:
                person = factories.make_user(f"{name}@norvane.example", name=f"Nora {name}")
                factories.add_member(cast.bank, person)
            sheet = factories.make_sheet(
                round_, person, function=function, status=SheetStatus.SUBMITTED
            )
            factories.fill_sheet(sheet, factories.whole_sheet() | dict(differing), at=at)
        return round_

    return build


@pytest.fixture
def round_(make: MakeRound) -> Assessment:
    """Closed, four functions, by function."""
    return make()


@pytest.fixture
def lead(cast: Cast, client: Client) -> Client:
    client.force_login(cast.lead)
    return client
