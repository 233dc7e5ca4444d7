"""The channel inventory: rows, states, what silence costs, and two windows on one account."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from assessments.models import (
    Assessment,
    AssessmentStatus,
    ChannelAccount,
    Event,
    Sheet,
    SheetStatus,
)
from assessments.survey import queries
from assessments.survey.channel_services import StaleAccountError
from tests import factories
from tests.conftest import Cast
from tests.survey.test_rounds import text_of

FORM = {
    "platform": "Snapchat",
    "kind": "sharing",
    "handle": "@norvane",
    "owner": "Marketing",
    "followers": "12,500",
    "posts30": "4",
    "inbound30": "30",
    "answered_percent": "62.5",
    "median_minutes": "90",
    "last_post_on": "2026-11-01",
    "status": "open",
}


@pytest.fixture(autouse=True)
def _the_day() -> Iterator[None]:
    """The morning after the last post of FORM."""
    with time_machine.travel("2026-11-02 09:30:00Z"):
        yield


@pytest.fixture
def today(solo: Assessment) -> dt.date:
    return queries.today_in(solo.organisation, dt.datetime.now(dt.UTC))


def url(solo: Assessment, name: str = "channels", *more: int) -> str:
    return reverse(name, args=[solo.pk, *more])


def test_an_account_is_added_as_it_was_typed(
    lead_client: Client, solo: Assessment, cast: Cast
) -> None:
    response = lead_client.post(url(solo, "channel_new"), FORM)
    assert response.headers["Location"] == url(solo)
    row = ChannelAccount.objects.get()
    assert {name: getattr(row, name) for name in FORM} == {
        "platform": "Snapchat",
        "kind": "sharing",
        "handle": "@norvane",
        "owner": "Marketing",
        "followers": 12500,
        "posts30": 4,
        "inbound30": 30,
        "answered_percent": pytest.approx(62.5),
        "median_minutes": 90,
        "last_post_on": dt.date(2026, 11, 1),
        "status": "open",
    }
    assert list(Event.objects.values_list("verb", "target")) == [
        ("account added", f"account:{row.pk}")
    ]


@pytest.mark.parametrize(
    ("field", "typed", "expected"),
    [
        ("followers", "۱۲٬۵۰۰", 12500),
        ("followers", "１２，５００", 12500),
        ("followers", "12 500", 12500),
        ("followers", "١٢٥٠٠", 12500),
        ("answered_percent", "۶۲٫۵", 62.5),
        ("answered_percent", "62.5 %", 62.5),
        ("answered_percent", "", 0),
        ("median_minutes", "", None),
    ],
)
def test_numbers_may_be_typed_with_any_digits(
    lead_client: Client, solo: Assessment, field: str, typed: str, expected: float
) -> None:
    assert lead_client.post(url(solo, "channel_new"), FORM | {field: typed}).status_code == 302
    assert getattr(ChannelAccount.objects.get(), field) == expected


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("followers", "many", "Enter a whole number, such as 1,200."),
        ("followers", "-1", "Enter 0 or more."),
        ("followers", "1.5", "Enter a whole number, such as 1,200."),
        ("followers", "1,5", "Enter a whole number, such as 1,200."),
        ("followers", "9" * 30, "Enter 2,000,000,000 or less."),
        ("followers", "", "Enter a number; 0 if there are none."),
        ("kind", "", "Choose a kind."),
        ("answered_percent", "101", "Enter 100 or less."),
        ("answered_percent", "62.55", "Enter at most 1 decimal."),
        ("kind", "forum", "Select a valid choice. forum is not one of the available choices."),
        ("status", "gone", "Select a valid choice. gone is not one of the available choices."),
        ("last_post_on", "2026-02-31", "Enter a date as year-month-day, such as 2026-11-02."),
        ("last_post_on", "2999-01-01", "Enter a day that is not in the future."),
        ("last_post_on", "", "Enter a date: there are posts in the last 30 days."),
        (
            "last_post_on",
            "2026-10-02",
            "Enter a day within the last 30 days: there are posts in that time.",
        ),
        (
            "inbound30",
            "0",
            {"answered_percent": "Enter 0: no message was received in the last 30 days."},
        ),
        ("platform", " ", "Enter the platform’s name."),
    ],
)
def test_what_does_not_fit_is_named_with_what_is_expected(
    lead_client: Client, solo: Assessment, field: str, typed: str, message: str | dict[str, str]
) -> None:
    response = lead_client.post(url(solo, "channel_new"), FORM | {field: typed})
    assert response.status_code == 422
    named = message if isinstance(message, dict) else {field: message}
    assert response.context["form"].errors == {name: [text] for name, text in named.items()}
    assert "<title>Error: " in response.content.decode()
    assert ChannelAccount.objects.count() == 0


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{7*7}}", "{0.__class__}"])
def test_S28_S34_a_hostile_handle_is_shown_as_text(
    lead_client: Client, solo: Assessment, text: str
) -> None:
    lead_client.post(url(solo, "channel_new"), FORM | {"handle": text, "platform": text})
    html = lead_client.get(url(solo)).content.decode()
    escaped = text.replace("<", "&lt;").replace(">", "&gt;")
    assert html.count(f"<bdi>{escaped}</bdi>") == 1
    assert "<script>alert" not in html


def test_states_and_costs_come_from_the_engine(
    lead_client: Client, solo: Assessment, today: dt.date
) -> None:
    day = dt.timedelta(1)
    factories.make_channels(
        solo,
        [
            {"platform": "Facebook", "last_post_on": today},
            {
                "platform": "Snapchat",
                "posts30": 0,
                "inbound30": 0,
                "last_post_on": today - 75 * day,
            },
            {
                "platform": "Flickr",
                "posts30": 0,
                "inbound30": 9,
                "answered_percent": 0,
                "last_post_on": today - 200 * day,
            },
            {"platform": "X", "status": "closed"},
        ],
    )
    text = text_of(lead_client.get(url(solo)))
    # one live account of 96 and two silent ones at 0, equally weighted; 8 + 15 + 5 are taken off
    assert "Accounts 32.0 + variety 0.0 − silence 28.0" in text
    assert (
        "An inactive account is worse than none. Closing or signposting the 2 silent accounts "
        "would lift the channel index from 4.0 to 96.0, and the bank’s score by 9.2 points."
    ) in text
    assert "Dormant last post 75 days ago Costs 24.0 points." in text
    assert "Abandoned last post 200 days ago Customers wait unanswered. Costs" in text
    assert "Closed" in text


def test_without_any_account_the_page_says_what_none_is_worth(
    lead_client: Client, solo: Assessment
) -> None:
    text = text_of(lead_client.get(url(solo)))
    assert "A bank without any account has a channel index of 15 of 100" in text


def test_a_silent_account_is_closed_straight_from_the_list(
    lead_client: Client, solo: Assessment
) -> None:
    (account,) = factories.make_channels(solo)
    form = {"set_status": "closed", "version": "1"}
    lead_client.post(url(solo, "channel", account.pk), form)
    account.refresh_from_db()
    assert (account.status, account.version) == ("closed", 2)
    response = lead_client.post(
        url(solo, "channel", account.pk), form | {"set_status": "signposted"}, follow=True
    )
    assert "This account was changed meanwhile." in text_of(response)
    account.refresh_from_db()
    assert account.status == "closed"


def test_an_edit_raises_the_version(lead_client: Client, solo: Assessment) -> None:
    (account,) = factories.make_channels(solo)
    response = lead_client.post(url(solo, "channel", account.pk), FORM | {"version": "1"})
    assert response.headers["Location"] == url(solo)
    account.refresh_from_db()
    assert (account.platform, account.followers, account.version) == ("Snapchat", 12500, 2)


def test_a_stale_edit_overwrites_nothing_and_shows_what_differs(
    lead_client: Client, solo: Assessment
) -> None:
    (account,) = factories.make_channels(solo)
    edit = url(solo, "channel", account.pk)
    lead_client.post(edit, FORM | {"version": "1"})
    response = lead_client.post(edit, FORM | {"version": "1", "followers": "4000"})
    assert response.status_code == 409
    assert "Followers 12,500 4,000" in text_of(response)
    account.refresh_from_db()
    assert account.followers == 12500
    # saving again replaces what the reader has now seen
    assert '<input type="hidden" name="version" value="2">' in response.content.decode()
    lead_client.post(edit, FORM | {"version": "2", "followers": "4000"})
    account.refresh_from_db()
    assert account.followers == 4000


def test_kinds_dates_and_statuses_that_differ_are_shown_in_words(
    lead_client: Client, solo: Assessment
) -> None:
    (account,) = factories.make_channels(solo, [{"owner": ""}])
    edit = url(solo, "channel", account.pk)
    text = text_of(lead_client.post(edit, FORM | {"version": "7", "status": "closed"}))
    assert "Kind Social network Content sharing" in text
    assert "Date of the last post 2 Nov 2026 1 Nov 2026" in text
    assert "Status Open Closed" in text
    assert "Who looks after it – Marketing" in text
    assert "Share of those messages answered, % 90 62.5" in text


def test_an_account_removed_meanwhile_is_not_edited(
    lead_client: Client, solo: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    (account,) = factories.make_channels(solo)

    def removed(**_: object) -> None:
        raise StaleAccountError(None)

    monkeypatch.setattr("assessments.survey.channel_services.edit_account", removed)
    response = lead_client.post(
        url(solo, "channel", account.pk), FORM | {"version": "1"}, follow=True
    )
    assert "This account was removed meanwhile." in text_of(response)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(45, "typically in 45 min"), (180, "typically in 3 h"), (4320, "typically in 3 days")],
)
def test_speed_is_said_in_a_fitting_unit(
    lead_client: Client, solo: Assessment, minutes: int, words: str
) -> None:
    factories.make_channels(solo, [{"median_minutes": minutes}])
    assert words in text_of(lead_client.get(url(solo)))


def test_an_account_that_nobody_wrote_to_says_so(lead_client: Client, solo: Assessment) -> None:
    factories.make_channels(solo, [{"inbound30": 0, "median_minutes": None}])
    assert "no messages in 30 days" in text_of(lead_client.get(url(solo)))


def test_an_edit_without_its_version_is_refused(lead_client: Client, solo: Assessment) -> None:
    (account,) = factories.make_channels(solo)
    assert lead_client.post(url(solo, "channel", account.pk), FORM).status_code == 422
    account.refresh_from_db()
    assert account.platform == "Facebook"


def test_removing_asks_first(lead_client: Client, solo: Assessment) -> None:
    (account,) = factories.make_channels(solo)
    remove = url(solo, "channel_remove", account.pk)
    assert "Remove Facebook?" in text_of(lead_client.get(remove))
    assert ChannelAccount.objects.count() == 1
    assert lead_client.post(remove).headers["Location"] == url(solo)
    assert ChannelAccount.objects.count() == 0
    assert lead_client.get(remove).status_code == 404


def test_an_account_of_another_round_is_not_found(
    lead_client: Client, cast: Cast, solo: Assessment
) -> None:
    other = factories.make_round(cast.other_bank)
    (account,) = factories.make_channels(other)
    for name in ("channel", "channel_remove"):
        assert lead_client.get(url(solo, name, account.pk)).status_code == 404
        assert lead_client.get(url(other, name, account.pk)).status_code == 404
        assert lead_client.post(url(solo, name, account.pk), FORM).status_code == 404
    assert ChannelAccount.objects.get().platform == "Facebook"


def test_the_list_can_be_confirmed_as_complete(lead_client: Client, solo: Assessment) -> None:
    lead_client.post(url(solo), {"source": "exported", "confirmed": "on"})
    solo.refresh_from_db()
    assert (solo.channel_source, solo.channels_confirmed) == ("exported", True)
    lead_client.post(url(solo), {"source": "typed"})
    solo.refresh_from_db()
    assert (solo.channel_source, solo.channels_confirmed) == ("typed", False)
    assert lead_client.post(url(solo), {"source": "guessed"}).status_code == 422


@pytest.mark.parametrize("lock", ["submitted", "closed", "published"])
def test_the_inventory_does_not_move_under_findings_that_are_shown(
    lead_client: Client, solo: Assessment, sheet: Sheet, lock: str
) -> None:
    (account,) = factories.make_channels(solo)
    Sheet.objects.update(status=SheetStatus.SUBMITTED, submitted_at=factories.MOMENT)
    if lock != "submitted":
        Assessment.objects.update(status=AssessmentStatus(lock))
    row = url(solo, "channel", account.pk)
    codes = [
        lead_client.post(url(solo), {"source": "exported"}).status_code,
        lead_client.post(url(solo, "channel_new"), FORM).status_code,
        lead_client.post(row, FORM | {"version": "1"}).status_code,
        lead_client.post(url(solo, "channel_remove", account.pk)).status_code,
    ]
    lead_client.post(row, {"set_status": "closed", "version": "1"})
    assert codes == [423, 423, 423, 423]
    stored = ChannelAccount.objects.get()
    assert (stored.platform, stored.status, stored.version) == ("Facebook", "open", 1)
    html = lead_client.get(url(solo)).content.decode()
    assert "Add an account" not in html


def test_the_inventory_takes_the_same_queries_for_few_and_many(
    lead_client: Client, solo: Assessment, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(6):
        lead_client.get(url(solo))
    factories.make_channels(solo, [{}] * 12)
    with django_assert_num_queries(6):
        lead_client.get(url(solo))


def test_the_same_account_twice_is_stored_and_warned_of(
    lead_client: Client, solo: Assessment
) -> None:
    factories.make_channels(solo, [{"platform": "Facebook", "handle": "@norvane"}])
    sent = {
        "platform": "facebook",
        "kind": "network",
        "handle": "@Norvane",
        "followers": "10",
        "posts30": "0",
        "inbound30": "0",
        "status": "open",
    }
    response = lead_client.post(reverse("channel_new", args=[solo.pk]), sent, follow=True)
    assert "facebook is listed more than once" in response.content.decode()
    other = lead_client.post(
        reverse("channel_new", args=[solo.pk]), sent | {"handle": "@careers"}, follow=True
    )
    assert "listed more than once" not in other.content.decode()
    assert solo.channels.count() == 3
