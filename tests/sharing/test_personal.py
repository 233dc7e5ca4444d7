"""What of a link is about a person: its label, and who made it."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment
from assessments.people import own_data_queries, own_data_services
from assessments.people.export_queries import round_ as exported
from tests import factories
from tests.addresses import signed_in
from tests.conftest import Cast
from tests.sharing.links import door, make_link


def test_the_copy_of_own_data_holds_the_links_that_a_person_made(
    cast: Cast, result: Assessment
) -> None:
    make_link(result, cast.lead, label="Board")
    make_link(result, cast.consultant, label="Partner")
    data = own_data_queries.everything(cast.lead, timezone.now())
    assert [(row["for_whom"], row["period"]) for row in data["links"]] == [("Board", "2026 H1")]
    assert "token" not in str(data["links"])


def test_s38_an_erased_person_leaves_a_dead_link_without_words(
    cast: Cast, result: Assessment
) -> None:
    second = factories.make_user("second@norvane.example", name="Sina Second")
    factories.add_member(cast.bank, second, cast.bank.memberships.get(user=cast.lead).role)  # type: ignore[arg-type]  # as it is stored
    own, token = make_link(result, cast.lead, label="For the board")
    about, kept = make_link(result, second, label="As Lena Lead asked")
    own_data_services.erase(user=cast.lead)
    own.refresh_from_db()
    about.refresh_from_db()
    assert (own.label, own.created_by, about.label) == ("", None, "As  asked")
    assert [door(Client(), one).status_code for one in (token, kept)] == [410, 200]
    page = signed_in(second).get(reverse("shares", args=[result.pk])).context["page"]
    assert [row.label for row in page.rows] == ["As  asked", "For somebody"]


def test_the_bank_s_export_names_its_links_and_no_way_into_them(
    cast: Cast, result: Assessment
) -> None:
    link, token = make_link(result, cast.lead, label="Board", passcode="sea-otter-7")
    rows = exported(result)["links"]
    assert [(row["label"], row["opened"], row["with_report"]) for row in rows] == [
        ("Board", 0, False)
    ]
    assert [word for word in (token, link.token_hash, link.passcode) if word in str(rows)] == []
