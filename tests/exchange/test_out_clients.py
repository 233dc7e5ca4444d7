import csv
import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.exchange import out_clients_queries
from assessments.exchange.out_clients import COLUMNS
from assessments.models import (
    ActionStatus,
    AdoptedAction,
    ClientTag,
    Engagement,
    EngagementState,
    Event,
    Organisation,
    Summary,
)
from assessments.plans import services as plans
from assessments.ui.sheets import Kind
from tests import factories
from tests.conftest import Cast
from tests.exchange.rounds import body, fetch, parts
from tests.maturity.goldens import golden_pairs

pytestmark = pytest.mark.django_db


def case(number: int) -> dict[str, Any]:
    names = ("case-1-step-by-step", "case-2-raise-awareness", "case-3-gated")
    found: dict[str, Any] = golden_pairs()[names[number % 3]]["case"]
    return found


def url(cast: Cast, form: str = "csv", query: str = "") -> str:
    return reverse(f"clients_{form}", args=[cast.firm.pk]) + query


def rows(client: Client, cast: Cast, query: str = "") -> list[dict[str, str]]:
    text = fetch(client, url(cast, query=query)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def add_clients(cast: Cast, count: int) -> list[Organisation]:
    """Further banks with a published round each, all assigned to the consultant."""
    found = []
    for number in range(count):
        lead = factories.make_user(f"lead{number}@client.example")
        bank = factories.make_bank(lead, name=f"Client {number:03}", country="DE")
        factories.make_engagement(bank, cast.firm, cast.consultant)
        factories.publish_case(bank, case(number), period="2026 H1")
        found.append(bank)
    return found


@pytest.fixture
def consultant(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.consultant)
    return client


def test_a_client_s_row_holds_result_round_at_work_plan_and_notes(
    cast: Cast, consultant: Client
) -> None:
    first = factories.publish_case(
        cast.bank, case(0), period="2025 H2", at=factories.MOMENT - timedelta(days=200)
    )
    latest = factories.publish_case(cast.bank, case(2), period="2026 H1")
    factories.make_round(cast.bank, period="2026 H2", due_on=date(2026, 1, 31))
    factories.make_round(cast.bank, period="2027 H1", due_on=date(2099, 1, 31))
    ClientTag.objects.create(engagement=cast.engagement, name="Nordic")
    ClientTag.objects.create(engagement=cast.engagement, name="=board")
    Engagement.objects.filter(pk=cast.engagement.pk).update(responsible=cast.consultant)
    plan = plans.adopt(
        assessment=latest,
        actions=[
            step["action"] for step in golden_pairs()["case-3-gated"]["findings"]["roadmap"]["plan"]
        ],
        first_quarter_on=date(2027, 1, 1),
        by=cast.lead,
        now=timezone.now(),
    )
    all_ = AdoptedAction.objects.filter(plan=plan)
    all_.filter(pk=all_[0].pk).update(status=ActionStatus.DONE)
    all_.filter(pk=all_[1].pk).update(status=ActionStatus.DROPPED)
    summary = Summary.objects.get(assessment=latest)

    (row,) = rows(consultant, cast)

    assert row == {
        "client": "Norvane Bank",
        "country": "NO",
        "size": "",
        "tags": "'=board and Nordic",
        "responsible": "Carl Consultant",
        "fictional": "FALSE",
        "period": "2026 H1",
        "published_on": "2026-11-02",
        "framework": "1.0",
        "status": "complete",
        "strategy": row["strategy"],
        "found": "Improve social media capabilities",
        "confidence": "leaning",
        **{
            name: written(getattr(summary, name))
            for name in (
                "probability",
                "bank",
                "bank_low",
                "bank_high",
                "bank_before",
                "customer",
                "customer_low",
                "customer_high",
                "customer_before",
                *("cap", "tec", "sup", "rsk", "dat", "skl"),
                "agreement",
                "coverage",
            )
        },
        "gate_active": "TRUE",
        "silent": str(summary.silent),
        "respondents": "1",
        "at_work": "2026 H2",
        "due_on": "2026-01-31",
        "overdue": "TRUE",
        "plan_done": "1",
        "plan_actions": str(all_.count() - 1),
        "active_on": timezone.now().date().isoformat(),
    }
    assert first.pk != latest.pk
    assert summary.bank_before is not None


def written(value: float | None) -> str:
    return "" if value is None else repr(round(value, 4))


def test_a_client_without_a_result_has_a_row_with_empty_figures(
    cast: Cast, consultant: Client
) -> None:
    (row,) = rows(consultant, cast)

    assert (row["client"], row["period"], row["bank"], row["gate_active"], row["plan_done"]) == (
        "Norvane Bank",
        "",
        "",
        "",
        "",
    )


def test_every_round_has_a_row_of_its_own_when_asked_for(cast: Cast, consultant: Client) -> None:
    for number in range(3):
        at = factories.MOMENT - timedelta(days=100 * (3 - number))
        factories.publish_case(cast.bank, case(number), period=f"round {number}", at=at)

    assert [row["period"] for row in rows(consultant, cast)] == ["round 2"]
    assert [row["period"] for row in rows(consultant, cast, "?rounds=all")] == [
        "round 2",
        "round 1",
        "round 0",
    ]


@pytest.mark.parametrize(
    "query",
    [
        "?rounds=none",
        "?rounds=all&rounds=all",
        "?answers__user__email=a",
        "?page=-1",
        "?_connector=OR",
        "?country=Norway",
        "?sort=answers",
    ],
)
def test_B18_B19_S32_what_no_address_of_the_portfolio_has_is_refused(
    cast: Cast, consultant: Client, query: str
) -> None:
    for form in ("csv", "xlsx"):
        assert consultant.get(url(cast, form, query)).status_code == 400
    assert not Event.objects.filter(verb="clients exported").exists()


def test_the_portfolio_s_filters_hold_for_the_file_too(cast: Cast, consultant: Client) -> None:
    add_clients(cast, 3)

    assert [row["client"] for row in rows(consultant, cast, "?country=DE")] == [
        "Client 000",
        "Client 001",
        "Client 002",
    ]
    assert [row["client"] for row in rows(consultant, cast, "?q=norv&sort=-name")] == [
        "Norvane Bank"
    ]
    assert rows(consultant, cast, "?country=JP") == []


def test_S4_S10_only_clients_that_are_open_to_the_reader_are_in_it(cast: Cast) -> None:
    add_clients(cast, 2)
    Organisation.objects.filter(pk=cast.other_bank.pk).update(name="Kanarie77 Bank")
    other = factories.make_firm(factories.make_user("boss@rival.example"), name="Rival")
    factories.make_engagement(cast.other_bank, other)
    found = {}
    for person in (cast.consultant, cast.admin, cast.idle):
        client = Client()
        client.force_login(person)
        found[person.name] = [row["client"] for row in rows(client, cast)]
        texts = parts(fetch(client, url(cast, "xlsx")))
        assert not [name for name, text in texts.items() if "Kanarie77" in text]
    everybody = ["Client 000", "Client 001", "Norvane Bank"]
    assert found == {
        "Carl Consultant": everybody,
        "Ada Admin": everybody,
        "Ida Idle": [],
    }

    Engagement.objects.filter(pk=cast.engagement.pk).update(state=EngagementState.ENDED)

    client = Client()
    client.force_login(cast.consultant)
    assert [row["client"] for row in rows(client, cast)] == everybody[:2]


def test_S31_a_client_s_name_that_begins_like_a_formula_stays_text(
    cast: Cast, consultant: Client
) -> None:
    Organisation.objects.filter(pk=cast.bank.pk).update(name="@SUM(A1) Bank")

    (row,) = rows(consultant, cast)
    assert row["client"] == "'@SUM(A1) Bank"
    book = openpyxl.load_workbook(io.BytesIO(fetch(consultant, url(cast, "xlsx"))))
    cell = book["Clients"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("@SUM(A1) Bank", "s", True)


def test_the_workbook_holds_the_same_cells_and_explains_each_column(
    cast: Cast, consultant: Client
) -> None:
    add_clients(cast, 2)
    book = openpyxl.load_workbook(io.BytesIO(fetch(consultant, url(cast, "xlsx"))))

    lines = [[cell.value for cell in line] for line in book["Clients"].iter_rows(min_row=2)]
    assert [
        [plain(column.kind, value) for column, value in zip(COLUMNS, line, strict=True)]
        for line in lines
    ] == [list(row.values()) for row in rows(consultant, cast)]
    about = [row[2].value for row in book["About the columns"].iter_rows(min_row=3)]
    assert about == [column.id for column in COLUMNS]


def plain(kind: Kind, value: Any) -> str:
    """A cell of a workbook as the CSV writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if kind in {Kind.DECIMAL, Kind.PERCENT}:
        return repr(float(value))
    return f"{value:%Y-%m-%d}" if hasattr(value, "year") else str(value)


def test_each_download_leaves_an_event_with_the_filters_names_alone(
    cast: Cast, consultant: Client
) -> None:
    fetch(consultant, url(cast, "csv", "?country=NO&q=secret&rounds=all"))
    fetch(consultant, url(cast, "xlsx"))

    events = Event.objects.filter(verb="clients exported").order_by("pk")
    assert [(event.organisation_id, event.actor, event.details) for event in events] == [
        (cast.firm.pk, cast.consultant.pk, {"form": "csv", "filters": ["country", "q"]}),
        (cast.firm.pk, cast.consultant.pk, {"form": "xlsx", "filters": []}),
    ]


def test_queries_grow_with_pieces_not_with_clients(
    cast: Cast, consultant: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = {}
    for clients, piece in ((3, 1000), (9, 1000), (9, 5)):
        missing = clients - Engagement.objects.filter(firm=cast.firm).count()
        if missing > 0:
            add_clients_from(cast, missing)
        monkeypatch.setattr(out_clients_queries, "AT_ONCE", piece)
        with CaptureQueriesContext(connection) as captured:
            assert len(rows(consultant, cast)) == clients
        counts[clients, piece] = len(captured)

    assert counts[9, 1000] == counts[3, 1000]
    assert counts[9, 5] == counts[9, 1000] + 4


def add_clients_from(cast: Cast, count: int) -> None:
    before = Engagement.objects.filter(firm=cast.firm).count()
    for number in range(before, before + count):
        bank = Organisation.objects.create(name=f"More {number:03}")
        factories.make_engagement(bank, cast.firm, cast.consultant)
        if number % 2:
            factories.publish_case(bank, case(0), period="2026 H1")


def test_pieces_meet_without_a_gap_or_a_repetition(
    cast: Cast, consultant: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_clients_from(cast, 7)
    whole = rows(consultant, cast)
    monkeypatch.setattr(out_clients_queries, "AT_ONCE", 2)

    assert rows(consultant, cast) == whole
    assert len({row["client"] for row in whole}) == 8


def test_the_download_has_a_name_in_the_firm_s_own_letters(cast: Cast, consultant: Client) -> None:
    Organisation.objects.filter(pk=cast.firm.pk).update(name="港湾コンサル")
    response = consultant.get(url(cast))
    body(response)

    day = timezone.now().date().isoformat()
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="clients-{day}.csv"; '
        f"filename*=UTF-8''%E6%B8%AF%E6%B9%BE%E3%82%B3%E3%83%B3%E3%82%B5%E3%83%AB-clients-{day}.csv"
    )
