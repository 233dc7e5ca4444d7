"""Row g: a firm's clients as CSV and as a workbook, with 5,000 assessments in it."""

import datetime as dt
import io
import tracemalloc
from collections.abc import Iterator
from functools import partial
from random import Random
from typing import Any

from django.conf import settings
from django.test import Client as SignIn
from django.urls import reverse
from django.utils import timezone

from assessments.exchange.out_clients import COLUMNS, clients
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Engagement,
    EngagementScope,
    EngagementState,
    Organisation,
    Snapshot,
    Summary,
    User,
)
from assessments.ui.sheets import Table, csv_chunks, xlsx_file
from bench.client import Client
from bench.measure import CannotMeasureError, Row, alternate
from bench.stage import Stage
from tests import factories

CLIENTS, ROUNDS = 1_000, 5
FEW = 300  # clients, enough for more than one piece, to tell how memory grows
RUNS = 11
FORMS = ("csv", "xlsx")


def row_g(stage: Stage) -> Iterator[Row]:
    """Against the plainest export of 25 columns: one query, `csv` or XlsxWriter as they come."""
    stage.prepare()
    firm, admin = sow(CLIENTS, "Bench Consulting")
    few = sow(FEW, "Few Consulting")
    grown = {form: (_held(form, *few), _held(form, firm, admin)) for form in FORMS}
    visitor = SignIn()
    visitor.force_login(admin)
    session = visitor.cookies[settings.SESSION_COOKIE_NAME].value
    with Client(stage.port, session) as client:
        for form in FORMS:
            yield _measure(client, firm, form, grown[form])


def _measure(client: Client, firm: Organisation, form: str, held: tuple[int, int]) -> Row:
    page = reverse(f"clients_{form}", args=[firm.pk]) + "?rounds=all"
    floor = reverse(f"bench_clients_{form}", args=[firm.pk])
    reply = client.get(page, count=True)
    if form == "csv" and reply.body.count(b"\r\n") != CLIENTS * ROUNDS + 1:
        raise CannotMeasureError(f"{page} has another number of lines than there are rounds")
    few, many = (f"{size / 2**20:.1f}" for size in held)
    return alternate(
        f"g-{form}",
        partial(client.get, page),
        partial(client.get, floor),
        size=CLIENTS * ROUNDS,
        runs=RUNS,
        # Of a streamed file only those before its first byte are counted, so none are told.
        queries=reply.queries if form == "xlsx" else None,
        note=f"{len(COLUMNS)} columns, {len(reply.body) // 1024} kB; holds at most {many} MB, "
        f"{few} MB for {FEW * ROUNDS}",
    )


def _held(form: str, firm: Organisation, user: User) -> int:
    """The most memory that Python holds while an export runs, in bytes."""

    def table() -> Table:
        return clients(firm, user, now=timezone.now(), every_round=True)

    def run() -> None:
        if form == "csv":
            for _chunk in csv_chunks(table()):
                pass
        else:
            xlsx_file([table()]).close()

    run()  # what is loaded and kept on first use is not the export's
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def sow(count: int, name: str) -> tuple[Organisation, User]:
    """A firm with so many clients, each with five published rounds; exports read no snapshot."""
    dice, now = Random(7), timezone.now()
    admin = factories.make_user(f"admin@{name[:3].lower()}.example", name="Ada Admin")
    firm = factories.make_firm(admin, name=name)
    banks = Organisation.objects.bulk_create(
        Organisation(name=f"{name} client {n:04}", country="NL", size_band="medium", fictional=True)
        for n in range(count)
    )
    Engagement.objects.bulk_create(
        Engagement(
            bank=bank,
            firm=firm,
            asked_scope=EngagementScope.RESULTS,
            scope=EngagementScope.RESULTS,
            state=EngagementState.ACCEPTED,
            requested_at=now,
            decided_at=now,
        )
        for bank in banks
    )
    rounds = Assessment.objects.bulk_create(
        Assessment(
            organisation=bank,
            period=f"20{20 + number} H1",
            status=AssessmentStatus.PUBLISHED,
            framework_version="1.0",
        )
        for bank in banks
        for number in range(ROUNDS)
    )
    snapshots = Snapshot.objects.bulk_create(
        Snapshot(assessment=round_, framework_version="1.0", case={}, findings={}, published_at=now)
        for round_ in rounds
    )
    Summary.objects.bulk_create(
        _summary(snapshot, round_, dice, place=place % ROUNDS)
        for place, (snapshot, round_) in enumerate(zip(snapshots, rounds, strict=True))
    )
    return firm, admin


def _summary(snapshot: Snapshot, round_: Assessment, dice: Random, *, place: int) -> Summary:
    def some() -> float:
        return dice.uniform(0, 100)

    return Summary(
        snapshot=snapshot,
        assessment=round_,
        organisation_id=round_.organisation_id,
        period=round_.period,
        framework_version="1.0",
        published_at=timezone.now() - dt.timedelta(days=180 * (ROUNDS - place)),
        latest=place == ROUNDS - 1,
        status="complete",
        strategy="capability",
        shown_strategy="capability",
        firmness="leaning",
        probability=dice.random(),
        **{
            field: some()
            for field in (
                *("bank", "bank_low", "bank_high", "customer", "customer_low", "customer_high"),
                *("cap", "tec", "sup", "rsk", "dat", "skl"),
                *("bank_before", "customer_before", "agreement"),
            )
        },
        silent=dice.randrange(4),
        coverage=dice.random(),
        respondents=dice.randrange(1, 12),
    )


# ---- floors ------------------------------------------------------------------------------------

FLOOR = (
    "organisation__name",
    "organisation__country",
    "organisation__size_band",
    "period",
    "published_at",
    "framework_version",
    "status",
    "strategy",
    "shown_strategy",
    "firmness",
    "probability",
    "bank",
    "bank_low",
    "bank_high",
    "customer",
    "customer_low",
    "customer_high",
    "cap",
    "tec",
    "sup",
    "rsk",
    "dat",
    "skl",
    "gate_active",
    "respondents",
)


def floor_rows(firm: Any) -> Iterator[tuple[Any, ...]]:
    """Twenty-five columns of every client's rounds, as the plainest program reads them."""
    rows = Summary.objects.filter(organisation__engagements__firm=firm)
    return rows.order_by("organisation__name").values_list(*FLOOR).iterator(chunk_size=500)


def floor_workbook(firm: Any) -> bytes:
    """The same written cell by cell, in constant memory."""
    import xlsxwriter  # noqa: PLC0415 -- the floor loads what it needs, as the program does

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "remove_timezone": True})
    day, score = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "0.0"))
    sheet = book.add_worksheet()
    for line, row in enumerate(floor_rows(firm), start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(line, column, cell)
            elif isinstance(cell, dt.datetime):
                sheet.write_datetime(line, column, cell, day)
            elif isinstance(cell, bool):
                sheet.write_boolean(line, column, cell)
            elif cell is not None:
                sheet.write_number(line, column, cell, score)
    book.close()
    return file.getvalue()
