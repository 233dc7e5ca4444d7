"""Saved filters, tags and who answers for a client."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import ClientTag, Engagement, EngagementState, Event, SavedFilter, User
from assessments.people import export_queries, own_data_queries
from assessments.portfolio import services
from tests import factories
from tests.conftest import Cast
from tests.portfolio.conftest import address, as_, page_of

pytestmark = pytest.mark.django_db


def save(user: User, cast: Cast, query: str = "country=NO", **data: str) -> Any:
    url = f"{reverse('saved_filter_new', args=[cast.firm.pk])}?{query}"
    return as_(user).post(url, {"name": "Norway"} | data)


def verbs(cast: Cast) -> list[str]:
    return list(
        Event.objects.filter(organisation=cast.firm).order_by("pk").values_list("verb", flat=True)
    )


# ---- filters -----------------------------------------------------------------------------------


def test_a_view_is_saved_without_page_and_selection_and_leads_back_to_it(cast: Cast) -> None:
    pk = "0b6e1c1e-5a3d-4c0f-9c55-2f1d7a8f9e01"
    answer = save(cast.consultant, cast, f"country=NO&sort=-bank&page=3&select={pk}")
    assert answer.headers["Location"] == address(cast, "?country=NO&sort=-bank")
    page = page_of(cast.consultant, cast, "?country=NO&sort=-bank")
    assert [(one.name, one.url, one.current) for one in page.saved] == [
        ("Norway", "?country=NO&sort=-bank", True)
    ]
    assert page.keep_url == ""  # it is kept already
    assert verbs(cast) == ["filter saved"]


def test_others_see_a_filter_once_it_is_shared_and_only_while_its_owner_is_there(
    cast: Cast,
) -> None:
    save(cast.consultant, cast)
    assert page_of(cast.idle, cast).saved == ()
    SavedFilter.objects.update(shared=True)
    assert [one.name for one in page_of(cast.idle, cast).saved] == ["Norway"]
    listed = as_(cast.idle).get(reverse("saved_filters", args=[cast.firm.pk])).context["page"].rows
    assert [(row.owner, row.change_url, row.says) for row in listed] == [
        ("Carl Consultant", "", ("Country: Norway",))
    ]
    cast.firm.memberships.filter(user=cast.consultant).delete()
    assert page_of(cast.idle, cast).saved == ()


def test_s4_another_firm_never_sees_a_shared_filter(cast: Cast) -> None:
    save(cast.consultant, cast, shared="on")
    rival = factories.make_user("rival@reef.example")
    firm = factories.make_firm(rival, name="Reef")
    page = as_(rival).get(reverse("saved_filters", args=[firm.pk])).context["page"]
    assert page.rows == ()


def test_a_name_is_taken_once_whatever_its_letter_case(cast: Cast) -> None:
    save(cast.consultant, cast)
    answer = save(cast.consultant, cast, "country=SE", name=" NORWAY ")
    assert answer.status_code == 422
    assert "There is a saved filter of this name already." in answer.content.decode()
    assert save(cast.admin, cast, "country=SE").status_code == 302  # somebody else's names


def test_nobody_keeps_filters_without_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_KEPT", 1)
    save(cast.consultant, cast)
    answer = save(cast.consultant, cast, name="Second")
    assert (answer.status_code, SavedFilter.objects.count()) == (422, 1)


@pytest.mark.parametrize("query", ["colour=red", "country=no", "_connector=OR", "tag=" + "x" * 90])
def test_b19_s32_what_is_no_view_is_not_saved(cast: Cast, query: str) -> None:
    assert save(cast.consultant, cast, query).status_code == 400
    assert SavedFilter.objects.count() == 0


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\u202eb", "\x00"])
def test_b14_a_name_that_is_none_is_refused(cast: Cast, name: str) -> None:
    assert save(cast.consultant, cast, name=name).status_code == 422


def change(user: User, row: SavedFilter, name: str = "saved_filter", **data: str) -> int:
    return as_(user).post(reverse(name, args=[row.pk]), {"name": "Renamed"} | data).status_code


def test_a_filter_is_renamed_shared_and_deleted_by_its_owner(cast: Cast) -> None:
    save(cast.consultant, cast)
    row = SavedFilter.objects.get()
    assert change(cast.consultant, row, shared="on") == 302
    row.refresh_from_db()
    assert (row.name, row.shared) == ("Renamed", True)
    asked = as_(cast.consultant).get(reverse("saved_filter_delete", args=[row.pk]))
    assert (asked.status_code, SavedFilter.objects.count()) == (200, 1)
    assert "Your colleagues lose it too." in asked.content.decode()
    assert change(cast.consultant, row, "saved_filter_delete") == 302
    assert SavedFilter.objects.count() == 0
    assert verbs(cast) == ["filter saved", "filter changed", "filter deleted"]


def test_the_firm_s_admin_tidies_what_is_shared_and_nothing_else(cast: Cast) -> None:
    save(cast.consultant, cast)
    row = SavedFilter.objects.get()
    assert [change(user, row) for user in (cast.admin, cast.idle, cast.lead)] == [404, 404, 404]
    SavedFilter.objects.update(shared=True)
    assert [change(user, row) for user in (cast.admin, cast.idle, cast.lead)] == [302, 404, 404]


def test_a_kept_view_that_means_nothing_any_more_still_lists(cast: Cast) -> None:
    save(cast.consultant, cast)
    SavedFilter.objects.update(query="colour=red")
    page = as_(cast.consultant).get(reverse("saved_filters", args=[cast.firm.pk]))
    assert page.context["page"].rows[0].says == ()
    assert as_(cast.consultant).get(page.context["page"].rows[0].url).status_code == 400


# ---- notes -------------------------------------------------------------------------------------


def note(user: User, cast: Cast, **data: str) -> Any:
    url = reverse("client_notes", args=[cast.engagement.pk])
    return as_(user).post(url, {"tags": "", "responsible": ""} | data)


def tags() -> list[str]:
    return list(ClientTag.objects.order_by("name").values_list("name", flat=True))


def test_tags_and_the_responsible_are_noted_and_show_in_the_table(cast: Cast) -> None:
    answer = note(
        cast.consultant,
        cast,
        tags=" Renewal,board  pack, renewal ,",
        responsible=str(cast.admin.pk),
    )
    assert answer.headers["Location"] == address(cast)
    rows = str(page_of(cast.consultant, cast).rows)
    for text in ("Renewal", "board pack", "Ada Admin"):
        assert f"<bdi>{text}</bdi>" in rows
    assert tags() == ["Renewal", "board pack"]
    event = Event.objects.get(organisation=cast.firm, verb="client noted")
    assert event.details == {"tags": 2, "responsible": cast.admin.pk}  # no words of the firm


def test_tags_in_other_scripts_take_their_own_commas(cast: Cast) -> None:
    note(cast.consultant, cast, tags="更新、再契約，重要")
    assert len(tags()) == 3
    note(cast.consultant, cast, tags="تمدید، مهم")
    assert len(tags()) == 2


def test_who_may_answer_for_a_client_is_who_works_for_it(cast: Cast) -> None:
    for person in (cast.idle, cast.lead, cast.outsider):
        answer = note(cast.consultant, cast, responsible=str(person.pk))
        assert answer.status_code == 422
    cast.engagement.refresh_from_db()
    assert cast.engagement.responsible is None
    with pytest.raises(services.NotForTheClientError):
        services.note_client(
            engagement=cast.engagement, tags=(), responsible=cast.idle.pk, by=cast.admin
        )


@pytest.mark.parametrize(
    "text", ["x" * 41, ",".join(f"t{n}" for n in range(11)), "a\u202eb", "a\x00", "?!"]
)
def test_b12_b13_b14_a_tag_that_is_none_is_refused_and_nothing_stored(
    cast: Cast, text: str
) -> None:
    note(cast.consultant, cast, tags="kept")
    assert note(cast.consultant, cast, tags=text).status_code == 422
    assert tags() == ["kept"]


def test_s10_notes_of_a_client_that_ended_are_closed(cast: Cast) -> None:
    Engagement.objects.update(state=EngagementState.ENDED)
    assert note(cast.consultant, cast, tags="late").status_code == 404
    with pytest.raises(services.OutOfDateError):
        services.note_client(engagement=cast.engagement, tags=(), responsible=None, by=cast.admin)


def test_s3_a_colleague_who_is_not_assigned_finds_nothing(cast: Cast) -> None:
    client: Client = as_(cast.idle)
    there = client.get(reverse("client_notes", args=[cast.engagement.pk]))
    nowhere = client.get(reverse("client_notes", args=[cast.bank.pk]))
    assert (there.status_code, there.content) == (404, nowhere.content)


# ---- taken away --------------------------------------------------------------------------------


def test_a_firm_s_export_holds_its_notes_and_filters_and_a_bank_s_does_not(cast: Cast) -> None:
    save(cast.consultant, cast)
    note(cast.admin, cast, tags="renewal", responsible=str(cast.consultant.pk))
    (of_firm,) = export_queries.engagements(cast.firm)
    assert (of_firm["tags"], of_firm["responsible"]) == (["renewal"], "Carl Consultant")
    (of_bank,) = export_queries.engagements(cast.bank)
    assert {"tags", "responsible"} & set(of_bank) == set()
    (kept,) = export_queries.saved_filters(cast.firm)
    assert (kept["name"], kept["query"], kept["owner"]) == (
        "Norway",
        "country=NO",
        "Carl Consultant",
    )


def test_one_s_own_copy_holds_the_filters_one_saved_and_the_clients_one_answers_for(
    cast: Cast,
) -> None:
    save(cast.consultant, cast)
    note(cast.admin, cast, responsible=str(cast.consultant.pk))
    data = own_data_queries.everything(cast.consultant, timezone.now())
    assert [row["name"] for row in data["filters"]] == ["Norway"]
    assert [row["client"] for row in data["clients"]] == ["Norvane Bank"]
    other = own_data_queries.everything(cast.admin, timezone.now())
    assert (other["filters"], other["clients"]) == ([], [])
