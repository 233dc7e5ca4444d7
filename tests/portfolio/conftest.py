"""A firm with clients of every kind."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Organisation, User
from tests import factories
from tests.conftest import Cast
from tests.maturity.goldens import golden_pairs

SPRING = dt.datetime(2026, 4, 1, 12, tzinfo=dt.UTC)
AUTUMN = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
STEPWISE, AWARENESS, GATED = "case-1-step-by-step", "case-2-raise-awareness", "case-3-gated"


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(cast: Cast, query: str = "") -> str:
    return reverse("firm", args=[cast.firm.pk]) + query


def page_of(user: User, cast: Cast, query: str = "") -> Any:
    """The page object that this person gets."""
    return as_(user).get(address(cast, query)).context["page"]


def html_of(user: User, cast: Cast, query: str = "") -> str:
    return as_(user).get(address(cast, query)).content.decode()


def shown(page: Any) -> list[str]:
    """Names in the table, in their order."""
    rows = str(page.rows).split('class="bank-link"')[1:]
    return [row.split("<bdi>")[1].split("</bdi>")[0] for row in rows]


def publish(
    bank: Organisation, case: str, *, period: str = "2026 H1", at: dt.datetime = SPRING
) -> Assessment:
    return factories.publish_case(bank, golden_pairs()[case]["case"], period=period, at=at)


def add_client(cast: Cast, name: str, **fields: Any) -> Organisation:
    """Another client that the consultant works for; its lead is of no interest here."""
    bank = Organisation.objects.create(name=name, **fields)
    factories.make_engagement(bank, cast.firm, cast.consultant)
    return bank


@pytest.fixture
def four(cast: Cast) -> dict[str, Organisation]:
    """Norvane (raise awareness, moved up), Brisk (step by step, late), Gullmar (gated), Novum."""
    publish(cast.bank, STEPWISE)
    publish(cast.bank, AWARENESS, period="2026 H2", at=AUTUMN)
    brisk = add_client(cast, "Brisk Savings", country="SE", size_band="small")
    publish(brisk, STEPWISE)
    late = timezone.now().date() - dt.timedelta(days=12)
    factories.make_round(brisk, period="2026 H2", due_on=late)
    gullmar = add_client(cast, "Gullmar Bank", country="SE", size_band="large")
    publish(gullmar, GATED)
    novum = add_client(cast, "Novum Bank", country="FI", size_band="small")
    return {"norvane": cast.bank, "brisk": brisk, "gullmar": gullmar, "novum": novum}
