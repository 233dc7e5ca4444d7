"""The page: who may compare what, what it says, and what letters hide."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from assessments.comparison import queries
from assessments.models import (
    Assessment,
    AssessmentStatus,
    EngagementScope,
    EngagementState,
    Organisation,
    Snapshot,
)
from maturity import assess, codec, load_framework, load_wording, read_case
from tests import factories
from tests.comparison.build import CANARIES, NAMES, case_of, golden_case
from tests.comparison.conftest import Clients, make_clients
from tests.conftest import Cast

Counting = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def consultant(client: Client, cast: Cast) -> Client:
    client.force_login(cast.consultant)
    return client


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page_of(response: Any) -> Any:
    assert response.status_code == 200
    return response.context["page"]


# ---- who may -----------------------------------------------------------------------------------


def test_a_consultant_compares_clients_and_the_admin_does_too(
    client: Client, cast: Cast, clients: Clients
) -> None:
    for person in (cast.consultant, cast.admin):
        client.force_login(person)
        page = page_of(client.get(clients.url(0, 1, 2)))
        assert [column.name for column in page.columns] == list(NAMES[:3])


def test_s7_one_foreign_round_among_them_refuses_all(
    consultant: Client, cast: Cast, clients: Clients
) -> None:
    foreign = factories.publish_case(cast.other_bank, golden_case(1), period="2026")
    address = clients.url(0, 1)
    nowhere = consultant.get(f"{address}&round={uuid4()}")
    answer = consultant.get(f"{address}&round={foreign.pk}")
    assert (answer.status_code, nowhere.status_code) == (404, 404)
    assert answer.content == nowhere.content  # S3
    assert cast.other_bank.name not in text_of(answer)


def test_s7_a_client_of_a_colleague_is_foreign_to_a_consultant_without_it(
    client: Client, cast: Cast, clients: Clients
) -> None:
    clients.banks[1].engagements.get().assignments.all().delete()
    client.force_login(cast.consultant)
    assert client.get(clients.url(0, 1)).status_code == 404
    client.force_login(cast.admin)
    assert client.get(clients.url(0, 1)).status_code == 200


@pytest.mark.parametrize("name", ["compare_pdf", "compare_xlsx"])
def test_s5_a_form_that_names_a_foreign_round_is_refused(
    consultant: Client, cast: Cast, clients: Clients, name: str
) -> None:
    foreign = factories.publish_case(cast.other_bank, golden_case(1), period="2026")
    address = f"{clients.url(0, 1, name=name)}&round={foreign.pk}"
    assert consultant.post(address).status_code == 404


@pytest.mark.parametrize("name", ["compare_pdf", "compare_xlsx"])
@pytest.mark.parametrize(("query", "status"), [("", 404), ("?round=", 400), ("?letters=1", 404)])
def test_s8_a_form_that_names_nothing_skips_no_check(
    consultant: Client, clients: Clients, name: str, query: str, status: int
) -> None:
    assert consultant.post(reverse(name) + query).status_code == status


def test_s6_a_bank_of_the_own_firm_whose_engagement_ended_is_foreign(
    consultant: Client, clients: Clients
) -> None:
    clients.banks[0].engagements.update(state=EngagementState.ENDED)
    assert consultant.get(clients.url(0, 1)).status_code == 404


def test_s11_who_may_read_results_alone_gets_the_page_and_no_file(
    client: Client, cast: Cast, clients: Clients
) -> None:
    Assessment.objects.update(shared_with_respondents=True)
    reader = factories.make_user("reader@client.example")
    for bank in clients.banks[:2]:
        factories.add_member(bank, reader)
    client.force_login(reader)
    page = page_of(client.get(clients.url(0, 1)))
    assert (page.links.pdf_url, page.links.xlsx_url) == ("", "")
    assert client.post(clients.url(0, 1, name="compare_pdf")).status_code == 403
    assert client.post(clients.url(0, 1, name="compare_xlsx")).status_code == 403


def test_a_lead_compares_the_rounds_of_the_own_bank_and_no_others(
    client: Client, clients: Clients
) -> None:
    earlier = factories.publish_case(clients.banks[0], case_of(3), period="2025 spring")
    client.force_login(clients.leads[0])
    address = f"{reverse('compare')}?round={clients.rounds[0].pk}&round={earlier.pk}"
    page = page_of(client.get(address))
    assert page.title == "Albatross Bank: 2 rounds compared"
    assert [column.name for column in page.columns] == [clients.rounds[0].period, "2025 spring"]
    assert page.bank.name == "Albatross Bank"
    assert client.get(clients.url(0, 1)).status_code == 404


# ---- what cannot be compared -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("places", "status", "title"),
    [
        ((0,), 400, "Choose 2 to 6 rounds"),
        ((0, 0), 400, "One round was chosen twice"),
        ((0, 1, 0), 400, "One round was chosen twice"),
    ],
)
def test_what_cannot_be_compared_is_told_with_a_way_back(
    consultant: Client, clients: Clients, places: tuple[int, ...], status: int, title: str
) -> None:
    answer = consultant.get(clients.url(*places))
    assert answer.status_code == status
    assert f"<h1>{title}</h1>" in text_of(answer)
    assert consultant.get(answer.context["page"].choose_url).status_code == 200


def test_seven_are_too_many(consultant: Client, cast: Cast, clients: Clients) -> None:
    seventh = factories.publish_case(cast.bank, golden_case(1), period="2026")
    answer = consultant.get(f"{clients.url(*range(6))}&round={seventh.pk}")
    assert answer.status_code == 400
    assert "There are more than 6" in text_of(answer)


def test_banks_and_rounds_of_one_bank_are_not_mixed(consultant: Client, clients: Clients) -> None:
    earlier = factories.publish_case(clients.banks[0], case_of(3), period="2025")
    answer = consultant.get(f"{clients.url(0, 1)}&round={earlier.pk}")
    assert answer.status_code == 400
    assert "not both" in text_of(answer)


def test_an_unpublished_round_is_refused_in_words(
    consultant: Client, cast: Cast, clients: Clients
) -> None:
    closed = factories.make_round(cast.bank, status=AssessmentStatus.CLOSED)
    answer = consultant.get(f"{clients.url(0)}&round={closed.pk}")
    assert answer.status_code == 409
    assert "Only published rounds are compared" in text_of(answer)


def test_a_result_of_a_version_that_is_gone_is_refused_in_words(
    consultant: Client, clients: Clients
) -> None:
    snapshot = Snapshot.objects.get(assessment=clients.rounds[1])
    snapshot.findings["framework"] = "0.1"
    snapshot.save()
    answer = consultant.get(clients.url(0, 1))
    assert answer.status_code == 409
    assert "framework version that is no longer here" in text_of(answer)


@pytest.mark.parametrize(
    "query",
    [
        "round=1",
        "round=zzz",
        "round=",
        "letters=2",
        "letters=1&letters=1",
        "regions=yes",
        "firm=7",
        "sort=name",
        "answers__user__email=x",
        "_connector=OR",
    ],
)
def test_garbage_is_400(consultant: Client, clients: Clients, query: str) -> None:
    assert consultant.get(f"{clients.url(0, 1)}&{query}").status_code == 400


# ---- what it says ------------------------------------------------------------------------------


def test_the_page_tells_who_when_and_with_which_framework(
    consultant: Client, clients: Clients
) -> None:
    page = page_of(consultant.get(clients.url(0, 1)))
    first = page.columns[0]
    assert first.when == f"{clients.rounds[0].period}, published 2 Nov 2026"
    assert first.version == "framework 1.0"
    assert [column.fictional for column in page.columns] == [False, True]


def test_another_side_can_be_made_the_reference(consultant: Client, clients: Clients) -> None:
    page = page_of(consultant.get(clients.url(0, 1, 2)))
    ways = [column.lead_url for column in page.columns]
    assert ways == ["", clients.url(1, 0, 2), clients.url(2, 0, 1)]
    assert page_of(consultant.get(ways[2])).kicker == "Comparison; reference: Cormorant Trust"


def test_a_difference_of_a_level_is_told_by_sign_words_and_bold(
    consultant: Client, clients: Clients
) -> None:
    answer = consultant.get(clients.url(0, 1))
    capacity = page_of(answer).dimensions[0].pictures[1].score
    assert (capacity.value, capacity.sign, capacity.change) == ("62.5", "▲", "+44.2")
    told = '<strong class="apart-mark">62.5 <span aria-hidden="true">▲</span>'
    assert told in text_of(answer)
    assert "a level or more above Albatross Bank" in text_of(answer)


def test_answers_stand_beside_each_other_only_where_a_bank_grants_them(
    client: Client, cast: Cast, clients: Clients
) -> None:
    clients.banks[1].engagements.update(scope=EngagementScope.RESULTS)
    client.force_login(cast.consultant)
    page = page_of(client.get(clients.url(0, 1, 2)))
    purpose = page.answers[0].lines[1]
    assert [cell.value for cell in purpose.cells] == ["2", "", "4"]
    assert [cell.sign for cell in purpose.cells] == ["", "", "▲"]
    assert page.answers_note == "Not open to you: the answers of Beluga Savings."


def test_without_any_grant_no_answer_is_on_the_page(client: Client, cast: Cast) -> None:
    clients = make_clients(cast, EngagementScope.RESULTS)
    client.force_login(cast.consultant)
    answer = client.get(clients.url(0, 1))
    page = page_of(answer)
    assert page.answers_title == "Answers stay with the banks: none of them is open to you"
    assert "Only differences" not in text_of(answer)
    assert [cell.value for cell in page.answers[0].lines[0].cells] == ["", ""]


def test_the_filter_leaves_the_answers_that_differ(consultant: Client, clients: Clients) -> None:
    everything = page_of(consultant.get(clients.url(0, 1)))
    some = page_of(consultant.get(clients.url(0, 1, only=True)))
    assert sum(len(group.lines) for group in everything.answers) == 54
    assert all(line.differs for group in some.answers for line in group.lines)
    assert some.answers_title == everything.answers_title
    assert (
        everything.answers_title == "41 of 54 answers differ by a level or more from Albatross Bank"
    )


def test_equal_results_differ_in_nothing_and_the_page_says_so(
    consultant: Client, clients: Clients, cast: Cast
) -> None:
    same = factories.publish_case(cast.bank, case_of(0), period="2026")
    answer = consultant.get(f"{clients.url(0, only=True)}&round={same.pk}")
    page = page_of(answer)
    assert page.lead.startswith("No dimension differs by a level from Albatross Bank")
    assert page.apart == ()
    assert "No answer lies a level from the reference." in text_of(answer)


@pytest.mark.parametrize("flags", [{}, {"letters": True}])
def test_as_many_queries_for_six_as_for_two(
    consultant: Client,
    clients: Clients,
    django_assert_num_queries: Counting,
    flags: dict[str, Any],
) -> None:
    consultant.get(clients.url(0, 1, **flags))
    with django_assert_num_queries(6):
        consultant.get(clients.url(0, 1, **flags))
    consultant.get(clients.url(*range(6), **flags))
    with django_assert_num_queries(6):
        consultant.get(clients.url(*range(6), **flags))


def test_the_firm_that_the_reader_came_from_keeps_its_tabs(
    consultant: Client, cast: Cast, clients: Clients
) -> None:
    page = page_of(consultant.get(clients.url(0, 1, firm=cast.firm.pk)))
    assert page.bank.name == cast.firm.name
    assert f"firm={cast.firm.pk}" in page.links.choose_url
    assert consultant.get(clients.url(0, 1, firm=uuid4())).status_code == 404


# ---- letters -----------------------------------------------------------------------------------


def leaks(text: str, *others: str) -> list[str]:
    return [canary for canary in (*CANARIES, *others) if canary.casefold() in text.casefold()]


def test_letters_leave_no_name_and_no_period_on_the_page(
    consultant: Client, cast: Cast, clients: Clients
) -> None:
    for places in ((0, 1), (5, 4, 3, 2, 1, 0)):
        answer = consultant.get(clients.url(*places, letters=True))
        assert page_of(answer).columns[1].name == "Bank B"
        assert leaks(text_of(answer), cast.firm.name, "2 Nov") == []
        assert leaks(str(answer.headers)) == []


def test_letters_hide_the_readers_own_banks_in_the_frame_too(
    client: Client, clients: Clients
) -> None:
    lead = clients.leads[0]
    factories.add_member(clients.banks[1], lead)
    earlier = factories.publish_case(clients.banks[0], case_of(3), period="Albatross 2025")
    client.force_login(lead)
    address = f"{clients.url(0, letters=True)}&round={earlier.pk}"
    answer = client.get(address)
    assert page_of(answer).title == "One bank: 2 rounds compared"
    assert leaks(text_of(answer)) == []


def test_letters_are_a_link_away_and_back(consultant: Client, clients: Clients) -> None:
    named = page_of(consultant.get(clients.url(0, 1)))
    lettered = page_of(consultant.get(named.links.letters_url))
    assert lettered.lettered
    assert not page_of(consultant.get(lettered.links.letters_url)).lettered


# ---- regions -----------------------------------------------------------------------------------


def estimate_regions(round_: Assessment, *names: str) -> None:
    """Findings of regions whose customers lie ever further ahead."""
    snapshot = Snapshot.objects.get(assessment=round_)
    for place, name in enumerate(names):
        case = case_of(0)
        for person in case["respondents"]:
            for item in list(person["answers"]):
                if item.startswith("CUS."):
                    person["answers"][item] = min(5, 1 + place)
        snapshot.regions[name] = codec.dump(assess(load_framework(), read_case(case)))
    snapshot.save()


def test_regions_stand_beside_the_whole_bank(client: Client, clients: Clients) -> None:
    estimate_regions(clients.rounds[0], "North", "South")
    client.force_login(clients.leads[0])
    page = page_of(client.get(clients.url(0, regions=True)))
    assert page.title == "Albatross Bank: its customers and those of 2 regions"
    assert [column.name for column in page.columns] == ["All customers", "North", "South"]
    assert [row.id for row in page.dimensions] == ["CUS"]
    assert [group.id for group in page.answers] == ["CUS"]
    assert (
        page.quadrant_title == "All 3 groups of customers stand in the same quadrant: Step by step"
    )


def test_a_published_result_leads_to_comparing_it(
    client: Client, cast: Cast, clients: Clients
) -> None:
    estimate_regions(clients.rounds[0], "North", "South")
    results = reverse("results", args=[clients.rounds[0].pk])
    rest = f"pick={clients.rounds[0].pk}"
    for person, way in (
        (clients.leads[0], f"{rest}&amp;bank={clients.banks[0].pk}"),
        (cast.consultant, rest),
    ):
        client.force_login(person)
        page = client.get(results).content.decode()
        assert f'href="{reverse("compare")}?{way}"' in page
        assert clients.url(0, regions=True).replace("&", "&amp;") in page


def test_more_regions_than_columns_are_counted(client: Client, clients: Clients) -> None:
    estimate_regions(clients.rounds[0], "R0", "R1", "R2", "R3", "R4", "R5", "R6")
    client.force_login(clients.leads[0])
    page = page_of(client.get(clients.url(0, regions=True)))
    assert len(page.columns) == 6
    assert "2 more are left out" in page.notices[0]


def test_a_round_without_regions_says_so(client: Client, clients: Clients) -> None:
    client.force_login(clients.leads[0])
    answer = client.get(clients.url(0, regions=True))
    assert answer.status_code == 409
    assert "No region was estimated" in text_of(answer)


def test_letters_hide_regions_too(client: Client, clients: Clients) -> None:
    estimate_regions(clients.rounds[0], "Flamingo coast", "Egret hills")
    client.force_login(clients.leads[0])
    answer = client.get(clients.url(0, regions=True, letters=True))
    assert [c.name for c in page_of(answer).columns] == ["All customers", "Region A", "Region B"]
    assert leaks(text_of(answer)) == []


# ---- choosing ----------------------------------------------------------------------------------


def test_the_list_holds_what_the_person_may_read_and_nothing_else(
    consultant: Client, cast: Cast, clients: Clients
) -> None:
    factories.publish_case(cast.other_bank, golden_case(1), period="2026")
    factories.make_round(cast.bank)
    page = page_of(consultant.get(reverse("compare")))
    assert [row.bank for row in page.rows] == sorted(NAMES)


def test_a_lead_chooses_among_the_own_rounds(client: Client, clients: Clients) -> None:
    client.force_login(clients.leads[2])
    address = f"{reverse('compare')}?bank={clients.banks[2].pk}"
    page = page_of(client.get(address))
    assert [(row.bank, row.period) for row in page.rows] == [
        ("Cormorant Trust", clients.rounds[2].period)
    ]
    assert client.get(f"{reverse('compare')}?bank={clients.banks[1].pk}").status_code == 404


def test_what_is_chosen_stays_over_a_search_and_leads_to_the_comparison(
    consultant: Client, cast: Cast, clients: Clients
) -> None:
    one, other = clients.rounds[0].pk, clients.rounds[3].pk
    address = f"{reverse('compare')}?firm={cast.firm.pk}&pick={one}"
    page = page_of(consultant.get(f"{address}&q=dolphin"))
    assert [row.bank for row in page.chosen] == ["Albatross Bank"]
    assert [row.bank for row in page.rows] == ["Dolphin Credit"]
    answer = consultant.get(f"{address}&q=dolphin&pick={other}&go=1")
    assert answer.status_code == 302
    assert answer.headers["Location"] == clients.url(0, 3, firm=cast.firm.pk)


def test_a_search_without_a_hit_names_the_words(consultant: Client, clients: Clients) -> None:
    answer = consultant.get(f"{reverse('compare')}?q=<zebra>")
    assert "No published round has “&lt;zebra&gt;”" in text_of(answer)


def test_s7_a_foreign_round_cannot_be_chosen(
    consultant: Client, cast: Cast, clients: Clients
) -> None:
    foreign = factories.publish_case(cast.other_bank, golden_case(1), period="2026")
    address = f"{reverse('compare')}?pick={clients.rounds[0].pk}"
    assert consultant.get(f"{address}&pick={foreign.pk}").status_code == 404
    assert consultant.get(f"{address}&pick={uuid4()}").status_code == 404


@pytest.mark.parametrize("query", ["page=0", "page=9", "page=x", "pick=1", "q=" + "x" * 121, "a=b"])
def test_garbage_in_the_list_is_400(consultant: Client, clients: Clients, query: str) -> None:
    assert consultant.get(f"{reverse('compare')}?{query}").status_code == 400


def test_a_long_list_has_pages_that_keep_what_is_chosen(
    consultant: Client, cast: Cast, clients: Clients
) -> None:
    case = read_case(golden_case(1)).to_dict()
    for number in range(26):
        factories.publish_case(cast.bank, case, period=f"Round {number}")
    page = page_of(consultant.get(f"{reverse('compare')}?pick={clients.rounds[0].pk}"))
    assert (len(page.rows), page.following, page.shown, page.total) == (25, "2", "1", "2")
    second = consultant.get(f"{reverse('compare')}?pick={clients.rounds[0].pk}&page=2")
    assert len(page_of(second).chosen) == 1


def test_s23_without_a_second_factor_no_name_is_listed(
    client: Client, cast: Cast, clients: Clients
) -> None:
    Authenticator.objects.filter(user=cast.consultant).delete()
    client.force_login(cast.consultant)
    answer = client.get(reverse("compare"))
    assert answer.status_code == 302
    assert "second-factor" in answer.headers["Location"]


def test_a_bank_that_leaves_is_no_longer_among_the_firms_clients(
    consultant: Client, clients: Clients
) -> None:
    Organisation.objects.filter(pk=clients.banks[0].pk).update(closing_on="2027-01-01")
    page = page_of(consultant.get(reverse("compare")))
    assert "Albatross Bank" not in {row.bank for row in page.rows}


# ---- two versions of the framework -------------------------------------------------------------


@pytest.fixture
def second_version(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second client's result was made with a version that words one question differently."""
    first, words = load_framework(), load_wording()
    changed = replace(words.items["CAP.A1"], question="Something else altogether?")
    other = (
        replace(first, version="2.0"),
        replace(words, items={**words.items, "CAP.A1": changed}),
    )
    monkeypatch.setattr(
        queries,
        "edition",
        lambda version, language="en": other if version == "2.0" else (first, words),
    )
    snapshot = Snapshot.objects.get(assessment=clients.rounds[1])
    snapshot.findings["framework"] = "2.0"
    snapshot.save()


@pytest.mark.usefixtures("second_version")
def test_across_versions_only_equal_questions_are_compared_and_that_is_said(
    consultant: Client, clients: Clients
) -> None:
    answer = consultant.get(clients.url(0, 1))
    page = page_of(answer)
    assert page.versions.title == "Compared across framework versions 1.0, 2.0"
    assert page.versions.text.startswith("Only the 53 questions that are the same in all of them")
    assert page.versions.left_out == ("Resource picture: worded differently",)
    assert [column.version for column in page.columns] == ["framework 1.0", "framework 2.0"]
    assert "CAP.A1" not in {line.id for group in page.answers for line in group.lines}
    kept = Snapshot.objects.get(assessment=clients.rounds[0]).findings["items"]
    levels = [kept[item]["points"] for item in ("CAP.A2", "CAP.A3")]
    assert page.dimensions[0].pictures[0].awareness.value == f"{sum(levels) / 2:.1f}"
