"""Statements made once give the rows of the query that they were made from, for whoever asks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from assessments.models import Engagement, Organisation, User
from assessments.portfolio import queries
from assessments.portfolio.statements import LEAST_BANKS, Statement
from tests import factories
from tests.conftest import Cast
from tests.portfolio.conftest import add_client

pytestmark = pytest.mark.django_db
Banks = dict[str, Organisation]


def plain(rows: Any) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in rows), key=repr)


def rival(cast: Cast) -> tuple[Organisation, User]:
    """Another firm that works for one of the same banks."""
    admin = factories.make_user("rival@reef.example")
    firm = factories.make_firm(admin, name="Reef")
    factories.make_engagement(cast.bank, firm)
    return firm, admin


@pytest.mark.parametrize(
    ("statement", "build"),
    [
        (queries._CLIENTS, queries._clients),  # noqa: SLF001 -- what is compared is inside
        (queries._NOTES, lambda firm, user, _: queries._notes(firm, user, "")),  # noqa: SLF001
    ],
)
def test_s4_each_person_gets_the_rows_of_their_own_query(
    cast: Cast, four: Banks, statement: Statement, build: Any
) -> None:
    reef, admin = rival(cast)
    for firm, user in (
        (cast.firm, cast.admin),
        (reef, admin),
        (cast.firm, cast.consultant),
        (cast.firm, cast.idle),
        (reef, cast.admin),
        (cast.firm, cast.admin),
    ):
        assert plain(statement.rows(firm, user)) == plain(build(firm, user, ()))
    assert len(statement.rows(reef, cast.admin)) == 0


@pytest.mark.parametrize("name", ["details", "earlier"])
def test_any_number_of_banks_is_asked_for_at_once(cast: Cast, four: Banks, name: str) -> None:
    statement: Statement = getattr(queries, f"_{name.upper()}")
    build = getattr(queries, f"_{name}")
    banks = [bank.pk for bank in four.values()]
    for wanted in ([cast.bank.pk], banks, [*banks, *(UUID(int=n) for n in range(LEAST_BANKS))]):
        assert plain(statement.rows(None, None, wanted)) == plain(build(None, None, wanted))


def test_s4_the_values_of_one_request_are_not_kept_for_the_next(cast: Cast) -> None:
    def build(firm: Organisation, user: User, banks: Sequence[UUID]) -> Any:
        return Engagement.objects.filter(firm=firm).values_list("bank__name")

    statement, (reef, admin) = Statement(build), rival(cast)
    add_client(cast, "Own Bank")
    found = [plain(statement.rows(firm, admin)) for firm in (cast.firm, reef, cast.firm)]
    assert found[0] == found[2] == [("Norvane Bank",), ("Own Bank",)]
    assert found[1] == [("Norvane Bank",)]
