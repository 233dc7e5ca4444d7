"""Addresses of the portfolio: what is listed is read, anything else is refused."""

from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.http import QueryDict

from assessments.portfolio import asked, onward
from assessments.portfolio.asked import FILTERS, Asked

ID = "0b6e1c1e-5a3d-4c0f-9c55-2f1d7a8f9e01"
OTHER = "1b6e1c1e-5a3d-4c0f-9c55-2f1d7a8f9e01"


def read(query: str) -> Asked:
    return asked.read(QueryDict(query))


def test_an_address_is_read_and_written_the_same() -> None:
    view = read(
        "q=nor&country=NO&region=Coast&size=small&strategy=innovate&status=overdue"
        "&placement=borderline&version=1.0&period=2026+H1&tag=renewal&responsible=7"
        f"&attention=gate&sort=-bank&page=3&select={ID}"
    )
    assert set(view.filters) == set(FILTERS)
    assert (view.column, view.descending, view.page) == ("bank", True, 3)
    assert read(view.query(page=3)) == view


def test_an_empty_field_of_the_form_asks_for_nothing() -> None:
    assert read("q=&country=&sort=&status=") == Asked()
    assert read("q=+++") == Asked()


def test_another_filter_leads_to_the_first_page_and_keeps_the_order() -> None:
    view = read("country=NO&sort=-bank&page=4")
    assert view.address(country="") == "?sort=-bank"
    assert view.address(tag="a b") == "?country=NO&tag=a+b&sort=-bank"


def test_the_same_client_selected_twice_counts_once() -> None:
    assert len(read(f"select={ID}&select={ID.upper()}&select={OTHER}").select) == 2


@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "page=0",
        "page=1000000000",
        "page=%D9%A1",
        "page=1.5",
        "limit=1000000",
        "answers__user__email=x",
        "_connector=OR",
        "_negated=1",
        "sort=password",
        "sort=--bank",
        "sort=bank__memberships__user__email",
        "sort=bank&sort=due",
        "country=no",
        "country=NOR",
        "country=NO&country=SE",
        "size=huge",
        "strategy=everything",
        "strategy=__class__",
        "status=everything",
        "placement=sure",
        "attention=all",
        "version=1.0%27--",
        "responsible=-1",
        "responsible=1e3",
        "responsible=%D9%A1",
        "period=2026%00",
        "region=a%0Ab",
        "tag=%E2%80%AE",
        "q=" + "x" * 81,
        "select=1",
        "select=" + ID[:-1] + "g",
        "&".join(f"select={ID[:-2]}{n:02x}" for n in range(13)),
    ],
)
def test_b18_b19_b20_s32_anything_unlisted_is_a_bad_request(query: str) -> None:
    with pytest.raises(BadRequest):
        read(query)


def test_a_kept_address_that_means_nothing_any_more_is_a_bad_request() -> None:
    with pytest.raises(BadRequest):
        asked.read_kept("colour=red")


# ---- the form around the table -----------------------------------------------------------------


def onto(query: str) -> Any:
    return onward.read(QueryDict(query))


def test_what_is_selected_is_shown_in_the_same_view() -> None:
    wanted = onto(f"do=show&country=NO&sort=-bank&select={ID}")
    assert (wanted.do, wanted.too_many) == ("show", False)
    assert wanted.view.query(select=wanted.rounds) == f"country=NO&sort=-bank&select={ID}"


def test_more_than_can_be_drawn_is_told() -> None:
    many = "&".join(f"select={ID[:-2]}{n:02x}" for n in range(13))
    assert onto(f"do=show&{many}").too_many
    assert not onto(f"do=compare&{many}").too_many  # the comparison itself says how many it takes


@pytest.mark.parametrize("query", ["do=erase", "do=show&do=compare", "select=x", "do=show&x=1"])
def test_b19_the_form_sends_nothing_else(query: str) -> None:
    with pytest.raises(BadRequest):
        onto(query)
