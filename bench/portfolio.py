"""Row e: a firm's portfolio of 20, 200 and 1,000 clients with three published rounds each."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from assessments.management.commands.seed_portfolio import seed
from assessments.models import Organisation, Role
from bench.client import Client
from bench.measure import CannotMeasureError, Row, alternate
from bench.seed import session_of
from bench.stage import Stage
from tests import factories

SIZES = (20, 200, 1000)
ROUNDS = 3
RUNS = 25


def row_e(stage: Stage) -> Iterator[Row]:
    """The whole page: filters, quadrant, what needs attention, and the table's first page."""
    port = stage.port
    for size in SIZES:
        firm = seed(banks=size, rounds=ROUNDS, name=f"Bench firm {size}", now=timezone.now())
        _settle()
        with Client(port, _admin(firm)) as client:
            yield _measure(client, firm, size)


def _settle() -> None:
    """Move a hundred megabytes just written from SQLite's log to their place, as time would."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _admin(firm: Organisation) -> str:
    """Somebody who belongs to this firm alone, as most consultants do; their session's key."""
    admin = factories.make_user(f"admin{firm.pk.hex}@bench.example", name="Ada Admin")
    factories.add_member(firm, admin, Role.ADMIN)
    return session_of(admin)


def _measure(client: Client, firm: Organisation, size: int) -> Row:
    page = reverse("firm", args=[firm.pk])
    client.get(page)
    reply = client.get(page, count=True)
    if b"<svg" not in reply.body or b"bank-link" not in reply.body:
        raise CannotMeasureError(f"{page} shows no clients")
    get: Any = partial(client.get, page)
    return alternate(
        "e",
        get,
        None,
        size=size,
        runs=RUNS,
        queries=reply.queries,
        note=f"portfolio of {size}",
    )
