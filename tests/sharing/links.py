"""Links as tests make and follow them."""

import datetime as dt
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import (
    Assessment,
    AssessmentStatus,
    Organisation,
    ShareLink,
    SheetStatus,
    User,
)
from assessments.sharing import services
from tests import addresses, factories

FORM = {"label": "Auditor", "days": "30", "other_days": "", "passcode": ""}
PASSCODE = "sea-otter-7"
READING = ("shared", "shared_roadmap", "shared_report", "shared_report_state")


def published_round(bank: Organisation, lead: User, *, period: str = "2026 H1") -> Assessment:
    """A published round in which the lead answered 3 everywhere."""
    round_ = factories.make_round(bank, period=period, status=AssessmentStatus.CLOSED)
    sheet = factories.make_sheet(round_, lead, status=SheetStatus.SUBMITTED)
    factories.fill_sheet(sheet, factories.whole_sheet())
    addresses.freeze(round_, lead)
    round_.refresh_from_db()
    return round_


def make_link(round_: Assessment, by: User, **changes: Any) -> tuple[ShareLink, str]:
    """A link that lives for 30 days, and its token; without passcode and PDF unless told."""
    now = timezone.now()
    values: dict[str, Any] = {
        "label": "Auditor",
        "expires_at": now + dt.timedelta(days=30),
        "language": "en",
        "passcode": "",
        "report_key": "",
    }
    return services.make(assessment=round_, by=by, now=now, **(values | changes))


def door(client: Client, token: str) -> Any:
    """Open a link, as far as its door."""
    return client.get(reverse("share_link", args=[token]))


def enter(client: Client, link: ShareLink, token: str, passcode: str = "") -> Any:
    """Open a link and go in, with the passcode where one is given."""
    door(client, token)
    if passcode:
        client.post(reverse("shared_passcode", args=[link.pk]), {"passcode": passcode})
    return client.get(reverse("shared", args=[link.pk]))


def text_of(response: Any) -> str:
    return str(response.content.decode())
