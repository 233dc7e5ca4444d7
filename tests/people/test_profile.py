"""The bank's profile: what is accepted, what is refused, and who may change it."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Event
from tests.conftest import Cast

WHOLE = {
    "name": "Norvane Bank",
    "country": "NO",
    "size_band": "medium",
    "regions": "North\nSouth\n\n north ",
    "time_zone": "Europe/Oslo",
    "marketing_share": "12.5",
    "business_share": "",
}


def save(client: Client, cast: Cast, **changes: str) -> Any:
    client.force_login(cast.lead)
    return client.post(reverse("bank_profile", args=[cast.bank.pk]), WHOLE | changes)


def test_a_whole_profile_is_stored_and_its_change_recorded(client: Client, cast: Cast) -> None:
    assert save(client, cast).status_code == 302
    cast.bank.refresh_from_db()
    assert (cast.bank.size_band, cast.bank.time_zone, cast.bank.marketing_share) == (
        "medium",
        "Europe/Oslo",
        Decimal("12.5"),
    )
    assert [region.name for region in cast.bank.regions.all()] == ["North", "South"]
    event = Event.objects.get(verb="changed profile")
    assert event.details == {"fields": ["marketing_share", "regions", "size_band", "time_zone"]}


def test_saving_the_same_again_changes_and_records_nothing(client: Client, cast: Cast) -> None:
    save(client, cast)
    save(client, cast)
    assert Event.objects.filter(verb="changed profile").count() == 1


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("12,5", "12.5"),
        ("۱۲٫۵", "12.5"),
        ("１２．５", "12.5"),
        ("7", "7"),
        ("0", "0"),
        ("100 %", "100"),
    ],
)
def test_shares_are_read_in_every_digit_form(
    client: Client, cast: Cast, typed: str, stored: str
) -> None:
    save(client, cast, marketing_share=typed)
    cast.bank.refresh_from_db()
    assert cast.bank.marketing_share == Decimal(stored)


@pytest.mark.parametrize("typed", ["101", "-1", "12.55", "1e1", "NaN", "many", "1.2.3", "1,000"])
def test_a_share_out_of_range_is_refused_with_field_and_range(
    client: Client, cast: Cast, typed: str
) -> None:
    page = save(client, cast, marketing_share=typed)
    assert page.status_code == 422
    link = re.search(r'<a href="#id_marketing_share">([^<]+)</a>', page.content.decode())
    assert link is not None
    assert link.group(1) == (
        "Share of the marketing budget spent on social media, in %: "
        "Enter a number from 0 to 100 with at most one decimal, such as 12.5."
    )


def test_what_was_typed_stays_when_one_field_is_wrong(client: Client, cast: Cast) -> None:
    page = save(client, cast, name="Renamed Bank", business_share="lots").content.decode()
    assert 'value="Renamed Bank"' in page
    assert 'value="lots"' in page
    cast.bank.refresh_from_db()
    assert cast.bank.name == "Norvane Bank"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "XX"),
        ("country", "no"),
        ("size_band", "huge"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("regions", "\n".join(f"Region {n}" for n in range(41))),
        ("regions", "R" * 81),
        ("regions", "ok\nbad\u202ename"),
        ("name", ""),
    ],
)
def test_a_wrong_value_is_refused_and_nothing_is_stored(
    client: Client, cast: Cast, field: str, value: str
) -> None:
    assert save(client, cast, **{field: value}).status_code == 422
    assert Event.objects.filter(verb="changed profile").count() == 0


def test_an_error_is_tied_to_its_input(client: Client, cast: Cast) -> None:
    page = save(client, cast, marketing_share="101").content.decode()
    field = re.search(r'<input[^>]*id="id_marketing_share"[^>]*>', page)
    assert field is not None
    described = re.search(r'aria-describedby="([^"]+)"', field.group())
    assert described is not None
    assert described.group(1) == "id_marketing_share_helptext id_marketing_share_error"
    assert all(f'id="{name}"' in page for name in described.group(1).split())


def test_a_respondent_reads_the_profile_but_gets_no_form(client: Client, cast: Cast) -> None:
    client.force_login(cast.respondent)
    url = reverse("bank_profile", args=[cast.bank.pk])
    page = client.get(url).content.decode()
    assert ("Norway" in page, "<form" in page) == (True, False)
    refused = client.post(url, WHOLE)
    assert refused.status_code == 403
    assert "Lena Lead" in refused.content.decode()
