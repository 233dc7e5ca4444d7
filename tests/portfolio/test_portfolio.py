"""The portfolio's page: who sees which clients, and what it says about them."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.management.commands.seed_portfolio import seed
from assessments.models import (
    AdoptedAction,
    AdoptedPlan,
    ClientTag,
    Engagement,
    EngagementState,
    Event,
    Membership,
    Organisation,
    Region,
    Role,
    Summary,
)
from tests import factories
from tests.conftest import Cast
from tests.portfolio.conftest import (
    AUTUMN,
    AWARENESS,
    STEPWISE,
    add_client,
    address,
    as_,
    html_of,
    page_of,
    publish,
    shown,
)

pytestmark = pytest.mark.django_db
Counting = Callable[[int], AbstractContextManager[Any]]
Banks = dict[str, Organisation]


# ---- who sees what -----------------------------------------------------------------------------


def test_a_consultant_sees_assigned_clients_and_an_admin_all(cast: Cast) -> None:
    factories.make_engagement(cast.other_bank, cast.firm)
    seen = {
        person.name: shown(page_of(person, cast))
        for person in (cast.admin, cast.consultant, cast.idle)
    }
    assert seen == {
        "Ada Admin": ["Norvane Bank", "Other Bank"],
        "Carl Consultant": ["Norvane Bank"],
        "Ida Idle": [],
    }


def test_s4_nothing_of_a_client_that_is_not_one_s_own_is_in_the_page(
    cast: Cast, four: Banks
) -> None:
    canary = Organisation.objects.create(name="Canary One", country="ZW")
    engagement = factories.make_engagement(canary, cast.firm)
    publish(canary, STEPWISE, period="Canary period")
    Region.objects.create(organisation=canary, name="Canary region")
    ClientTag.objects.create(engagement=engagement, name="Canary tag")
    assert html_of(cast.admin, cast).count("Canary") >= 4
    for query in ("", "?sort=-activity", "?q=canary", "?region=canary+region", "?tag=Canary+tag"):
        page = html_of(cast.consultant, cast, query)
        own = page.replace("canary+", "").replace("Canary+", "")
        for word in ("Canary One", "Canary period", "Zimbabwe"):
            assert word not in own
    assert "Canary" not in html_of(cast.consultant, cast)


def test_s4_another_firm_s_notes_on_the_same_bank_stay_its_own(cast: Cast) -> None:
    rival = factories.make_firm(factories.make_user("rival@reef.example"), name="Reef")
    other = factories.make_engagement(cast.bank, rival)
    ClientTag.objects.create(engagement=other, name="weak lead")
    ClientTag.objects.create(engagement=cast.engagement, name="renewal")
    page = html_of(cast.consultant, cast)
    assert ("weak lead" in page, "renewal" in page) == (False, True)


def test_s10_a_revoked_engagement_is_gone_with_the_next_click(cast: Cast, four: Banks) -> None:
    client = as_(cast.consultant)
    assert b"Norvane" in client.get(address(cast)).content
    Engagement.objects.filter(bank=cast.bank).update(state=EngagementState.ENDED)
    assert b"Norvane" not in client.get(address(cast)).content


def test_a_member_without_clients_is_told_whom_to_ask(cast: Cast) -> None:
    page = page_of(cast.idle, cast)
    assert page.empty.text.startswith("You are assigned to no client yet.")
    assert (page.figure, page.ask_url, page.title) == (None, "", "Clients (0)")
    Engagement.objects.all().delete()
    assert page_of(cast.admin, cast).empty.text.startswith("No client yet. Ask the lead")


# ---- what the table says -----------------------------------------------------------------------


def row_of(page: Any, name: str) -> str:
    rows = str(page.rows).split("</tr>")
    return next(row for row in rows if f"<bdi>{name}</bdi>" in row)


def test_a_row_holds_the_figures_of_the_latest_result(cast: Cast, four: Banks) -> None:
    summary = Summary.objects.get(organisation=cast.bank, latest=True)
    row = row_of(page_of(cast.admin, cast), "Norvane Bank")
    for label, text in {
        "Bank score": f"{summary.bank:.1f}",
        "Customers": f"{summary.customer:.1f}",
        "Agreement": f"{summary.agreement:.0f}",
        "Coverage": "100\u00a0%",
        "Last activity": "–",
        "Due": "–",
    }.items():
        assert f'data-label="{label}">{text}</td>' in row
    move = (summary.bank or 0) - (summary.bank_before or 0)
    assert f'<span aria-hidden="true">▲</span> +{move:.1f}' in row
    assert reverse("results", args=[summary.assessment_id]) in row


def test_a_first_result_has_no_move_and_a_client_without_one_no_figure(
    cast: Cast, four: Banks
) -> None:
    page = page_of(cast.admin, cast)
    assert 'data-label="Bank moved">new</td>' in row_of(page, "Gullmar Bank")
    novum = row_of(page, "Novum Bank")
    assert ("No result yet" in novum, "checkbox" in novum) == (True, False)
    assert 'data-label="Bank score">–</td>' in novum


def test_a_closed_gate_is_told_in_words_and_by_an_outline(cast: Cast, four: Banks) -> None:
    row = row_of(page_of(cast.admin, cast), "Gullmar Bank")
    assert 'data-label="Risk gate"><strong class="error-word">closed</strong>' in row
    assert 'gated" data-label="Risk">' in row


def test_a_strategy_shown_otherwise_than_found_says_so(cast: Cast, four: Banks) -> None:
    Summary.objects.filter(organisation=cast.bank, latest=True).update(shown_strategy="stepwise")
    assert "found: Raise awareness" in row_of(page_of(cast.admin, cast), "Norvane Bank")


def test_the_round_at_work_tells_its_day_and_how_late_it_is(cast: Cast, four: Banks) -> None:
    row = row_of(page_of(cast.admin, cast), "Brisk Savings")
    assert "12 days overdue" in row
    assert "2026 H2" in row


def test_of_several_rounds_at_work_the_one_due_first_is_told(cast: Cast) -> None:
    for period, due in (("A", dt.date(2031, 5, 1)), ("B", dt.date(2031, 3, 1)), ("C", None)):
        factories.make_round(cast.bank, period=period, due_on=due)
    page = page_of(cast.admin, cast)
    assert shown(page) == ["Norvane Bank"]
    assert "1 Mar 2031" in row_of(page, "Norvane Bank")


def test_plan_and_activity_are_those_of_the_bank(cast: Cast, four: Banks) -> None:
    round_ = Summary.objects.get(organisation=cast.bank, latest=True).assessment
    plan = AdoptedPlan.objects.create(
        assessment=round_, first_quarter_on=dt.date(2026, 10, 1), adopted_at=AUTUMN
    )
    for number, status in enumerate(("done", "done", "started", "dropped")):
        AdoptedAction.objects.create(
            plan=plan, action=f"X{number}", due_quarter=1, status=status, updated_at=AUTUMN
        )
    Organisation.objects.filter(pk=cast.bank.pk).update(plan_round=round_)
    Event.objects.create(organisation=cast.bank, verb="round published", target="x", at=AUTUMN)
    row = row_of(page_of(cast.admin, cast), "Norvane Bank")
    assert 'data-label="Plan done">2 of 3</td>' in row
    assert 'data-label="Last activity">1 Oct 2026</td>' in row


def test_an_answer_given_since_counts_as_activity(cast: Cast) -> None:
    sheet = factories.make_sheet(factories.make_round(cast.bank), cast.respondent)
    factories.fill_sheet(sheet, {"CAP.A1": 3}, at=AUTUMN)
    assert "1 Oct 2026" in row_of(page_of(cast.admin, cast), "Norvane Bank")


def test_s28_a_hostile_name_is_text_everywhere(cast: Cast) -> None:
    evil = '<script>alert("x")</script>'
    bank = add_client(cast, evil)
    publish(bank, AWARENESS, period="<i>H1")
    ClientTag.objects.create(engagement=bank.engagements.get(), name="<b>tag")
    for query in ("", "?sort=-bank", "?q=%3Cscript%3E", "?tag=%3Cb%3Etag"):
        page = html_of(cast.consultant, cast, query)
        for raw in ("<script>alert", "<i>H1", "<b>tag"):
            assert raw not in page
    assert "&lt;script&gt;" in html_of(cast.consultant, cast)


# ---- head, filters, order ----------------------------------------------------------------------


def test_the_head_says_what_stands_out(cast: Cast, four: Banks) -> None:
    page = page_of(cast.admin, cast)
    assert page.title == "Clients (4)"
    assert page.summary.split(" · ")[1:] == ["1 moved up", "1 overdue", "1 without a result"]


def test_filters_show_as_chips_that_can_be_taken_off(cast: Cast, four: Banks) -> None:
    page = page_of(cast.admin, cast, "?country=SE&size=small")
    assert (page.title, shown(page)) == ("Clients (1 of 4)", ["Brisk Savings"])
    assert [(chip.label, chip.value) for chip in page.chips] == [
        ("Country", "Sweden"),
        ("Size", "Under US$2 billion"),
    ]
    without = page_of(cast.admin, cast, page.chips[1].url)
    assert shown(without) == ["Brisk Savings", "Gullmar Bank"]


def test_only_values_that_clients_have_are_offered(cast: Cast, four: Banks) -> None:
    Region.objects.create(organisation=four["brisk"], name="Coast")
    fields = {field.name: str(field.options) for field in page_of(cast.admin, cast).fields}
    assert [code for code in ("FI", "NO", "SE", "DK") if f'"{code}"' in fields["country"]] == [
        "FI",
        "NO",
        "SE",
    ]
    assert ("Coast" in fields["region"], "2026 H2" in fields["period"]) == (True, True)


def test_a_region_filters_whatever_its_letter_case(cast: Cast, four: Banks) -> None:
    Region.objects.create(organisation=four["brisk"], name="Coast")
    assert shown(page_of(cast.admin, cast, "?region=coast")) == ["Brisk Savings"]
    assert shown(page_of(cast.admin, cast, "?region=inland")) == []


def test_a_filter_that_matches_nothing_names_the_one_to_remove(cast: Cast, four: Banks) -> None:
    page = page_of(cast.admin, cast, "?country=SE&strategy=awareness&sort=-bank")
    assert (page.empty.text, page.empty.way) == (
        "No client matches these filters.",
        "Remove “Strategy: Raise awareness” to see 2 clients",
    )
    assert page.empty.url == "?country=SE&sort=-bank"
    assert page.rows == ""


def test_heads_sort_and_say_in_which_direction(cast: Cast, four: Banks) -> None:
    html = html_of(cast.admin, cast, "?country=SE&sort=-bank")
    assert html.count("aria-sort") == 1
    assert (
        '<th scope="col" class="num" aria-sort="descending"><a href="?country=SE&amp;sort=bank">'
        in html
    )
    order = shown(page_of(cast.admin, cast, "?sort=-bank"))
    assert order[-1] == "Novum Bank"
    assert order[:3] == sorted(
        order[:3],
        key=lambda name: -(Summary.objects.get(organisation__name=name, latest=True).bank or 0),
    )


def test_b18_a_page_beyond_the_last_is_a_bad_request(cast: Cast) -> None:
    for query in ("?page=2", "?page=-1", "?page=1000000000", "?answers__user__email=x"):
        assert as_(cast.admin).get(address(cast, query)).status_code == 400


def test_the_table_has_pages_and_keeps_its_filters(cast: Cast) -> None:
    for number in range(60):
        add_client(cast, f"Bank {number:02}", country="SE")
    page = page_of(cast.admin, cast, "?country=SE&sort=-name")
    assert (len(shown(page)), page.pages.words) == (50, "Page 1 of 2")
    after = page_of(cast.admin, cast, page.pages.after)
    assert shown(after)[-1] == "Bank 00"
    assert len(shown(after)) == 10


# ---- who needs somebody ------------------------------------------------------------------------


def test_the_most_urgent_clients_stand_first_with_their_reason(cast: Cast, four: Banks) -> None:
    rows = page_of(cast.admin, cast).attention.rows
    assert [row.name for row in rows][:2] == ["Brisk Savings", "Gullmar Bank"]
    assert rows[0].text == "2026 H2: 12 days overdue"
    assert rows[1].text.startswith("Risk ")
    assert [row.kinds[0] for row in rows][:2] == ["Overdue", "Gate closed"]
    assert rows[-1].text == "Nothing is published yet"


def test_beyond_ten_a_link_leads_to_all_of_them(cast: Cast) -> None:
    for number in range(12):
        add_client(cast, f"Bank {number:02}")
    found = page_of(cast.admin, cast).attention
    assert (len(found.rows), found.all_text) == (10, "All 13 clients")
    assert len(shown(page_of(cast.admin, cast, found.all_url))) == 13


# ---- the picture -------------------------------------------------------------------------------


def test_few_clients_are_drawn_with_name_region_and_trail(cast: Cast, four: Banks) -> None:
    page = page_of(cast.admin, cast)
    picture = str(page.figure.picture)
    assert picture.count("<polygon") == 6  # a fill and an outline for each of three
    assert picture.count("<circle cx") == 1  # one earlier round
    for name in ("Norvane Bank", "Brisk Savings", "Gullmar Bank"):
        assert f">{name}</text>" in picture
    assert 'aria-label="3 clients by bank and customer maturity: ' in picture


def test_clients_that_a_filter_left_out_are_grey_and_unnamed(cast: Cast, four: Banks) -> None:
    picture = str(page_of(cast.admin, cast, "?country=SE").figure.picture)
    peers = picture.split('class="peers">')[1].split("</g>", maxsplit=1)[0]
    assert peers.count("<use") == 1
    assert "Norvane" not in picture


def test_of_many_clients_only_the_selected_are_named(cast: Cast, four: Banks) -> None:
    for number in range(13):
        publish(add_client(cast, f"Bank {number:02}"), AWARENESS)
    many = str(page_of(cast.admin, cast).figure.picture)
    assert ("<polygon" in many, many.count("<use")) == (False, 16)
    chosen = Summary.objects.get(organisation=cast.bank, latest=True).assessment_id
    page = page_of(cast.admin, cast, f"?select={chosen}")
    picture = str(page.figure.picture)
    assert (picture.count("<polygon"), picture.count("</text>") - many.count("</text>")) == (
        2,
        1 - many.count("strong text-ink"),
    )
    assert page.selected == "1 selected"
    assert 'value="%s" checked' % chosen in str(page.rows)  # noqa: UP031 -- reads better


# ---- onward ------------------------------------------------------------------------------------


def test_the_selection_goes_on_to_where_it_is_drawn_compared_or_reported(
    cast: Cast, four: Banks
) -> None:
    rounds = [
        str(pk)
        for pk in Summary.objects.filter(latest=True)
        .order_by("organisation__name")
        .values_list("assessment_id", flat=True)
    ]
    url = reverse("firm_selected", args=[cast.firm.pk])
    client = as_(cast.consultant)
    data = {"select": rounds[:2], "country": "", "sort": "-bank"}
    where = {
        do: client.get(url, data | {"do": do}).headers["Location"]
        for do in ("show", "compare", "reports")
    }
    named = "&".join(f"round={pk}" for pk in rounds[:2])
    assert where == {
        "show": f"{address(cast)}?sort=-bank&select={rounds[0]}&select={rounds[1]}#clients",
        "compare": f"{reverse('compare')}?{named}&firm={cast.firm.pk}",
        "reports": f"{reverse('batch_new', args=[cast.firm.pk])}?{named}",
    }
    for do in ("compare", "reports"):
        assert client.get(where[do]).status_code == 200


def test_without_a_selection_one_is_asked_for(cast: Cast) -> None:
    answer = as_(cast.admin).get(
        reverse("firm_selected", args=[cast.firm.pk]), {"do": "compare"}, follow=True
    )
    assert [str(said) for said in answer.context["messages"]] == [
        "Select clients in the table first."
    ]


# ---- the price ---------------------------------------------------------------------------------


def test_two_hundred_clients_cost_as_many_queries_as_three(
    django_assert_num_queries: Counting,
) -> None:
    for size in (3, 20, 200):
        firm = seed(banks=size, rounds=1, name=f"F{size}", now=timezone.now())
        admin = factories.make_user(f"admin{size}@f.example")
        factories.add_member(firm, admin, Role.ADMIN)
        client = as_(admin)
        url = reverse("firm", args=[firm.pk])
        client.get(url)
        for query in ("", "?sort=-bank", "?q=e&placement=firm"):
            with django_assert_num_queries(8):
                assert client.get(url + query).status_code == 200
        with django_assert_num_queries(9):  # the order asks for every client's plan
            client.get(f"{url}?sort=-plan")


def test_who_left_the_firm_answers_for_no_client_any_more(cast: Cast) -> None:
    Engagement.objects.filter(pk=cast.engagement.pk).update(responsible=cast.consultant)
    assert "Carl Consultant" in row_of(page_of(cast.admin, cast), "Norvane Bank")
    Membership.objects.filter(user=cast.consultant).delete()
    assert "Carl Consultant" not in html_of(cast.admin, cast)
