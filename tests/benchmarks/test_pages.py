"""What a lead, a consultant and everybody else see: joining, leaving, and peers beside a result."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.benchmarks import seasons, services
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Event,
    Organisation,
    PeerView,
    SheetStatus,
    Snapshot,
)
from assessments.results.peers import Peers
from tests import factories
from tests.benchmarks.conftest import FROZEN, JOINED, Lend, publish
from tests.conftest import Cast


def text(response: Any) -> str:
    """Words of a page without its tags, white space as single spaces."""
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(plain.replace("\u00a0", " ").split())


@pytest.fixture
def lead(client: Client, cast: Cast) -> Client:
    client.force_login(cast.lead)
    return client


def shown(client: Client, round_: Assessment) -> Peers:
    found = client.get(reverse("results", args=[round_.pk])).context["page"].peers
    assert isinstance(found, Peers)
    return found


# ---- joining and leaving ----------------------------------------------------------------------


def test_a_lead_joins_tells_the_group_and_leaves(lead: Client, cast: Cast) -> None:
    url = reverse("peers", args=[cast.bank.pk])
    page = text(lead.get(url))
    for words in ("Your bank lends nothing", "What is lent", "What never leaves", "Every answer"):
        assert words in page
    assert lead.post(url, {"group": " Norden  Group ", "lend": "on"}).status_code == 302
    bank = Organisation.objects.get(pk=cast.bank.pk)
    assert (bank.peers_since is not None, bank.banking_group) == (True, "Norden Group")
    assert lead.post(url, {"group": ""}).status_code == 302
    leave = reverse("peers_leave", args=[cast.bank.pk])
    asked = text(lead.get(leave))
    assert "Quarters that are frozen already stay as they are" in asked
    assert lead.post(leave).status_code == 302
    bank.refresh_from_db()
    assert (bank.peers_since, bank.banking_group) == (None, "")
    events = Event.objects.filter(organisation=bank).order_by("pk")
    assert list(events.values_list("verb", "actor", "details")) == [
        ("peers joined", cast.lead.pk, {}),
        ("banking group changed", cast.lead.pk, {}),
        ("peers left", cast.lead.pk, {}),
    ]


def test_nothing_is_lent_without_the_tick(lead: Client, cast: Cast) -> None:
    response = lead.post(reverse("peers", args=[cast.bank.pk]), {"group": "Norden"})
    assert response.status_code == 422
    assert response.context["form"].errors["lend"] == [
        "Tick this to join; without it nothing is lent."
    ]
    assert Organisation.objects.get(pk=cast.bank.pk).peers_since is None
    assert not Event.objects.filter(verb="peers joined").exists()


@pytest.mark.parametrize("group", ["x" * 121, "a\u202eb", "\u2014"])
def test_a_group_that_is_no_name_is_refused(lead: Client, cast: Cast, group: str) -> None:
    response = lead.post(reverse("peers", args=[cast.bank.pk]), {"group": group, "lend": "on"})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["group"]


def test_joining_or_leaving_twice_changes_nothing(cast: Cast) -> None:
    now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    for _ in range(2):
        services.join(organisation=cast.bank, group="", by=cast.lead, now=now)
        now += dt.timedelta(days=1)
    assert Organisation.objects.get(pk=cast.bank.pk).peers_since == now - dt.timedelta(days=2)
    for _ in range(2):
        services.leave(organisation=cast.bank, by=cast.lead)
    assert Event.objects.filter(organisation=cast.bank).count() == 2


def test_who_does_not_lend_has_nothing_to_leave(lead: Client, cast: Cast) -> None:
    url = reverse("peers_leave", args=[cast.bank.pk])
    assert lead.get(url).headers["Location"] == reverse("peers", args=[cast.bank.pk])
    assert lead.post(url).status_code == 302
    assert not Event.objects.filter(verb="peers left").exists()


def test_the_page_tells_when_and_what_the_profile_lacks(lead: Client, cast: Cast) -> None:
    cast.bank.peers_since, cast.bank.country = JOINED, ""
    cast.bank.save()
    page = text(lead.get(reverse("peers", args=[cast.bank.pk])))
    assert "Lending since 2 Mar 2026" in page
    newest = seasons.newest_freezable(timezone.now())  # due already: the next sweep freezes it
    assert f"The first figures with your bank are {seasons.in_words(newest)}, frozen on" in page
    assert "The profile states neither size nor country" in page


# ---- beside a result --------------------------------------------------------------------------


def test_a_published_result_shows_its_peers(lead: Client, compared: Assessment) -> None:
    found = shown(lead, compared)
    first = found.first
    assert first is not None
    assert [
        (row.name, row.own, row.median, row.middle, row.standing) for row in first.rows[:3]
    ] == [
        ("Bank", "60.8", "55", "37–64", "in the middle half"),
        ("Customers", "36.3", "55", "37–64", "below the middle half"),
        ("Capacity", "62.5", "55", "37–64", "in the middle half"),
    ]
    assert first.name == "All banks that lend"
    assert first.measure == (
        "11 other banks, 2026 Q2. Line: median. Band: the middle half. Dot: this bank"
    )
    assert [table.name for table in found.others] == [
        "Banks of this size: US$10–100 billion",
        "Banks in this country: Norway",
    ]
    assert found.title == "Furthest behind its peers in Support: 4.8 points below their median"
    assert "frozen with 2026 Q2 on 1 Oct 2026" in found.source
    body = text(lead.get(reverse("results", args=[compared.pk])))
    assert "Support: this bank" not in body  # that is the chart's own name
    assert found.title in body


def test_the_median_stands_alone_below_ten_banks(
    lead: Client, cast: Cast, crowd: list[Organisation]
) -> None:
    Organisation.objects.filter(pk__in=[bank.pk for bank in crowd[:4]]).update(peers_since=None)
    cast.bank.peers_since = JOINED
    cast.bank.save()
    round_ = publish(cast.bank, 50)
    services.freeze("2026Q2", FROZEN)
    first = shown(lead, round_).first
    assert first is not None
    assert (first.quartiles, first.rows[0].median, first.rows[0].middle) == (False, "61", "–")
    assert first.rows[0].standing == "at the median"
    assert (
        first.measure
        == "7 other banks, 2026 Q2. Line: median, alone below ten banks. Dot: this bank"
    )


def test_each_reason_for_showing_nothing_has_its_own_words(
    lead: Client, cast: Cast, lend: Lend
) -> None:
    round_ = publish(cast.bank, 50)
    assert shown(lead, round_).reason.startswith("This bank does not lend")
    cast.bank.peers_since = JOINED
    cast.bank.save()
    assert shown(lead, round_).reason.startswith("Not yet frozen: the first figures")
    for n in range(3):
        lend(f"Few {n}", 50)
    services.freeze("2026Q1", FROZEN)
    assert shown(lead, round_).reason == (
        "Too few banks (n < 5): a figure needs at least 5 others that lend a result of three months "
        "or more."
    )
    reasons = set()
    for hidden in ("few", "group", "complement", "mixed"):
        for row in PeerView.objects.filter(contribution__organisation=cast.bank):
            row.cells["all"]["hidden"] = hidden
            row.save()
        reasons.add(shown(lead, round_).reason)
    assert len(reasons) == 4
    assert all(not re.search(r"%\(|None", reason) for reason in reasons)


def test_only_a_published_result_has_peers(lead: Client, cast: Cast, compared: Assessment) -> None:
    open_ = factories.make_round(cast.bank, status=AssessmentStatus.CLOSED, period="2027 H1")
    sheet = factories.make_sheet(open_, cast.lead, status=SheetStatus.SUBMITTED)
    factories.fill_sheet(sheet, factories.whole_sheet())
    response = lead.get(reverse("results", args=[open_.pk]))
    assert response.context["page"].peers is None
    assert "peers-title" not in response.content.decode()
    assert lead.get(reverse("sample")).context["page"].peers is None


def test_fictional_peers_say_so(lead: Client, cast: Cast, lend: Lend) -> None:
    for n in range(6):
        lend(f"Fiction {n}", 50, fictional=True)
    cast.bank.peers_since, cast.bank.fictional = JOINED, True
    cast.bank.save()
    round_ = publish(cast.bank, 50)
    services.freeze("2026Q2", FROZEN)
    assert shown(lead, round_).fictional == "Fictional banks, invented for demonstration."
    assert "Fictional banks, invented" in text(lead.get(reverse("results", args=[round_.pk])))


def test_S4_no_name_or_group_of_a_peer_leaves_it(
    lead: Client, cast: Cast, crowd: list[Organisation], lend: Lend
) -> None:
    for bank in crowd:
        bank.name, bank.banking_group = f"Kanarienvogel {bank.pk}", f"Kanarien {bank.pk}"
        bank.save()
    cast.bank.peers_since = JOINED
    cast.bank.save()
    round_ = publish(cast.bank, 50)
    services.freeze("2026Q2", FROZEN)
    for name in ("results", "scoring", "figures"):
        page = lead.get(reverse(name, args=[round_.pk])).content.decode()
        assert "Kanarien" not in page
        assert not [bank for bank in crowd if str(bank.pk) in page]
    assert shown(lead, round_).first is not None


def test_peers_cost_one_query_and_change_no_snapshot(
    lead: Client, cast: Cast, compared: Assessment
) -> None:
    before = Snapshot.objects.values().get(assessment=compared)
    url = reverse("results", args=[compared.pk])
    counts = []
    for joined in (JOINED, None):
        Organisation.objects.filter(pk=cast.bank.pk).update(peers_since=joined)
        lead.get(url)
        with CaptureQueriesContext(connection) as found:
            lead.get(url)
        counts.append(len(found))
    assert counts[0] == counts[1] + 1
    assert Snapshot.objects.values().get(assessment=compared) == before


def test_the_page_that_is_kept_follows_a_new_quarter(
    lead: Client, crowd: list[Organisation], compared: Assessment
) -> None:
    assert shown(lead, compared).first is not None
    Organisation.objects.filter(pk=crowd[0].pk).update(peers_since=None)
    services.freeze("2026Q3", dt.datetime(2027, 1, 1, 6, tzinfo=dt.UTC))
    found = shown(lead, compared)
    assert (found.first, found.reason[:13]) == (None, "Too few banks")
