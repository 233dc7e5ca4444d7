"""The rows that a bench needs: one bank, one person who leads it, and its rounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client as SignIn
from django.utils import timezone

from assessments.models import (
    Assessment,
    AssessmentStatus,
    Function,
    Organisation,
    SheetStatus,
    User,
)
from assessments.results.services import publish
from bench.model import RESPONDENTS, case_data, crowd
from tests import factories

ONE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """Where things are. Rounds with results are keyed by their number of respondents."""

    session: str  # the lead's session key
    open_round: UUID  # the lead's sheet holds an answer to every question
    fresh: Mapping[int, UUID]  # closed, results computed on each request
    published: Mapping[int, UUID]  # results frozen


def sow() -> Seeds:
    """Store everything on an empty database."""
    lead = factories.make_user("lead@bench.example", name="Lena Lead")
    bank = factories.make_bank(lead, name="Bench Bank", country="NO", fictional=True)
    people = [lead, *(_respondent(bank, number) for number in range(1, RESPONDENTS))]
    open_round = factories.make_round(bank, period="open", channels_confirmed=True)
    factories.fill_sheet(factories.make_sheet(open_round, lead), factories.whole_sheet())
    fresh = {n: _closed(bank, f"fresh {n}", people[:n]) for n in (ONE, RESPONDENTS)}
    published = {n: _closed(bank, f"published {n}", people[:n]) for n in (ONE, RESPONDENTS)}
    for round_ in published.values():
        publish(assessment=round_, by=lead, now=timezone.now())
    return Seeds(
        session=session_of(lead),
        open_round=open_round.pk,
        fresh={number: round_.pk for number, round_ in fresh.items()},
        published={number: round_.pk for number, round_ in published.items()},
    )


def _respondent(bank: Organisation, number: int) -> User:
    user = factories.make_user(f"respondent{number}@bench.example")
    factories.add_member(bank, user)
    return user


def _closed(bank: Organisation, period: str, people: list[User]) -> Assessment:
    """A round of shared case 2, answered by these people."""
    data = crowd(case_data(2), len(people))
    round_ = factories.make_round(bank, period=period, channels_confirmed=True)
    for person, respondent in zip(people, data["respondents"], strict=True):
        sheet = factories.make_sheet(
            round_, person, function=Function(respondent["role"]), status=SheetStatus.SUBMITTED
        )
        factories.fill_sheet(sheet, respondent["answers"])
    factories.make_channels(round_, [_account(row) for row in data["channels"]])
    round_.status, round_.closed_at = AssessmentStatus.CLOSED, timezone.now()
    round_.save()
    return round_


def _account(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the case file's inventory as the columns of a stored account."""
    silent = timedelta(days=row["days_since_post"])
    return {
        "platform": row["platform"],
        "kind": row["kind"],
        "followers": row["followers"],
        "posts30": row["posts30"],
        "inbound30": row["inbound30"],
        "answered_percent": round(row["answered"] * 100, 1),
        "median_minutes": row["median_min"],
        "last_post_on": timezone.now().date() - silent,
    }


def session_of(user: User) -> str:
    """Sign somebody in; the key of their session."""
    visitor = SignIn()
    visitor.force_login(user)
    return visitor.cookies[settings.SESSION_COOKIE_NAME].value
