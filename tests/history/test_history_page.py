"""A bank over time: what each reader sees, states without rounds, and the two rounds compared."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from assessments.access.audit import record
from assessments.history.queries import course_of, finished_between, published_rounds
from assessments.models import (
    AdoptedAction,
    AdoptedPlan,
    Assessment,
    Organisation,
    Summary,
    User,
    Visibility,
)
from maturity import load_framework
from tests import factories
from tests.conftest import Cast
from tests.history.conftest import YEARS, case, publish_years

FRAMEWORK = load_framework()
LIFTS_CAP_A1 = next(a for a, one in FRAMEWORK.actions.items() if "CAP.A1" in one.lifts)
LIFTS_RISK = next(
    a
    for a, one in FRAMEWORK.actions.items()
    if one.lifts and all(item.startswith("RSK") for item in one.lifts)
)
A_MONTH = dt.timedelta(days=30)


def url(bank: Organisation, **asked: object) -> str:
    query = "&".join(f"{name.strip('_')}={value}" for name, value in asked.items())
    return reverse("history", args=[bank.pk]) + (f"?{query}" if query else "")


@pytest.fixture
def lead(client: Client, cast: Cast) -> Client:
    client.force_login(cast.lead)
    return client


def page_of(client: Client, bank: Organisation, **asked: object) -> Any:
    return client.get(url(bank, **asked)).context["page"]


def finish(round_: Assessment, *actions: str, at: dt.datetime, status: str = "done") -> None:
    """The round's adopted plan, with actions that are done."""
    plan, _ = AdoptedPlan.objects.get_or_create(
        assessment=round_, defaults={"first_quarter_on": at.date(), "adopted_at": YEARS[2]}
    )
    for action in actions:
        AdoptedAction.objects.create(
            plan=plan, action=action, due_quarter=1, status=status, updated_at=at
        )


# ---- states -----------------------------------------------------------------------------------


def test_without_a_published_round_the_page_says_so(lead: Client, cast: Cast) -> None:
    factories.make_round(cast.bank)
    page = page_of(lead, cast.bank)
    assert page.title == "No published round yet"
    assert (page.axes, page.table, page.moves, page.choices) == ((), None, None, ())


def test_one_round_stands_alone(lead: Client, cast: Cast) -> None:
    publish_years(cast.bank, [case()])
    page = page_of(lead, cast.bank)
    assert page.title == "One published round so far: 2026 H2"
    assert [view.summary for view in page.axes] == ["50.0", "50.0"]
    assert (page.moves, page.choices) == (None, ())


def test_every_published_round_is_drawn_with_its_scores(lead: Client, cast: Cast) -> None:
    publish_years(cast.bank, [case(bank=2), case(bank=3), case(bank=4)])
    factories.make_round(cast.bank, period="2027 H2")
    page = page_of(lead, cast.bank)
    assert [[point.text for point in view.chart.points] for view in page.axes] == [
        ["25.0", "50.0", "75.0"],
        ["50.0", "50.0", "50.0"],
    ]
    assert [row[0] for row in page.table.rows] == ["2024 H2", "2025 H2", "2026 H2"]
    assert len(page.dimensions) == 6
    assert all(point.low < point.value < point.high for point in page.axes[0].chart.points)
    assert page.title == "The bank rose by 25.0 points since 2025 H2"


def test_the_strategy_of_each_round_is_the_one_shown_with_what_it_found_beside(
    lead: Client, cast: Cast
) -> None:
    rounds = publish_years(cast.bank, [case(bank=2, customers=2), case(bank=3, customers=3)])
    Summary.objects.filter(assessment=rounds[1]).update(shown_strategy="stepwise")
    newest, oldest = page_of(lead, cast.bank).strategies
    assert (oldest.strategy, newest.strategy) == ("stepwise", "stepwise")
    assert newest.note.startswith("This round alone found “Innovate to differentiate”")
    assert oldest.note.endswith("likely")


def test_a_framework_that_changed_is_marked_and_said(lead: Client, cast: Cast) -> None:
    rounds = publish_years(cast.bank, [case(), case(), case()])
    rounds[0].snapshot.__class__.objects.filter(assessment=rounds[0]).update(
        framework_version="0.9"
    )
    page = page_of(lead, cast.bank)
    assert page.axes[0].chart.breaks == (1,)
    assert "the framework’s version changed there" in page.source
    assert page.table.rows[0][-1] == "0.9"


def test_rounds_of_a_framework_that_is_gone_are_drawn_and_not_compared(
    lead: Client, two: list[Assessment], cast: Cast
) -> None:
    snapshot = two[0].snapshot
    snapshot.findings["framework"] = "0.9"
    snapshot.save()
    page = page_of(lead, cast.bank)
    assert "no longer has" in page.moves.refused
    assert page.moves.dimensions == ()
    assert len(page.axes[0].chart.points) == 2


# ---- what moved -------------------------------------------------------------------------------


def test_what_moved_is_told_with_its_interval_and_verdict(
    lead: Client, two: list[Assessment], cast: Cast
) -> None:
    moves = page_of(lead, cast.bank).moves
    rows = {row.row.name: row.row for row in moves.dimensions}
    assert rows["Capacity"].verdict == "▲ up"
    assert rows["Risk"].verdict == "unchanged"
    capacity = next(row for row in moves.dimensions if row.row.name == "Capacity")
    assert len(capacity.items) == 6
    assert {(item.row.before, item.row.after) for item in capacity.items} == {("2.0", "4.0")}
    assert {item.unexplained for item in capacity.items} == {""}
    assert moves.alone == "No action of an adopted plan was reported as done between these rounds."
    assert [row.row.name for row in moves.dimensions if not row.tabled] == []


def test_what_rose_without_a_finished_action_is_told_where_others_were_finished(
    lead: Client, two: list[Assessment], cast: Cast
) -> None:
    finish(two[0], LIFTS_RISK, at=YEARS[2] + A_MONTH)
    moves = page_of(lead, cast.bank).moves
    (capacity,) = [row for row in moves.dimensions if row.items]
    assert {item.unexplained for item in capacity.items} == {"No finished action lifts this."}
    assert moves.alone.startswith("Rose without a finished action: ")


def test_customers_stand_in_the_table_once(lead: Client, cast: Cast) -> None:
    publish_years(cast.bank, [case(customers=2), case(customers=4)])
    moves = page_of(lead, cast.bank).moves
    assert [row.name for row in moves.axes] == ["Bank", "Customers"]
    (customers,) = [row for row in moves.dimensions if row.items]
    assert (customers.row.name, customers.tabled) == ("Customers", False)


def test_a_finished_action_may_explain_what_it_lifts(
    lead: Client, two: list[Assessment], cast: Cast
) -> None:
    finish(two[0], LIFTS_CAP_A1, LIFTS_RISK, at=YEARS[2] + A_MONTH)
    response = lead.get(url(cast.bank))
    moves = response.context["page"].moves
    capacity = next(row for row in moves.dimensions if row.row.name == "Capacity")
    beside = [action for item in capacity.items for action in item.actions]
    assert beside
    assert all("finished 2 Dec 2025" in action for action in beside)
    assert moves.still_title == "1 action was finished without a move of what it lifts"
    html = response.content.decode()
    assert "May explain it:" in html
    assert "caused by" not in html


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (YEARS[2] - A_MONTH, "done"),  # before the first of the two rounds
        (YEARS[3] + A_MONTH, "done"),  # after the second
        (YEARS[2] + A_MONTH, "started"),
        (YEARS[2] + A_MONTH, "dropped"),
    ],
)
def test_only_what_was_finished_between_the_two_rounds_counts(
    two: list[Assessment], cast: Cast, at: dt.datetime, status: str
) -> None:
    finish(two[0], LIFTS_CAP_A1, at=at, status=status)
    assert finished_between(cast.bank, YEARS[2], YEARS[3]) == ()


def test_when_an_action_was_finished_stands_in_the_trail_whatever_changed_later(
    two: list[Assessment], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(two[0], LIFTS_CAP_A1, at=YEARS[3] + A_MONTH)  # its note was changed after the round
    row = AdoptedAction.objects.get()
    monkeypatch.setattr("django.utils.timezone.now", lambda: YEARS[2] + 2 * A_MONTH)
    record(
        organisation=cast.bank,
        by=cast.lead,
        verb="plan action changed",
        target=f"action:{row.pk}",
        action=row.action,
        status=["started", "done"],
    )
    (found,) = finished_between(cast.bank, YEARS[2], YEARS[3])
    assert (found.action, found.at) == (LIFTS_CAP_A1, YEARS[2] + 2 * A_MONTH)


def test_another_banks_plan_explains_nothing(two: list[Assessment], cast: Cast) -> None:
    foreign = publish_years(cast.other_bank, [case()])[0]
    finish(foreign, LIFTS_CAP_A1, at=YEARS[2] + A_MONTH)
    assert finished_between(cast.bank, YEARS[2], YEARS[3]) == ()


def test_in_an_anonymous_round_a_question_that_few_rated_is_not_shown_apart(
    lead: Client, cast: Cast
) -> None:
    lone = case(bank=2)
    for person in lone["respondents"][:3]:
        person["answers"] = {k: v for k, v in person["answers"].items() if k != "CAP.A1"}
    rounds = publish_years(cast.bank, [lone, case(bank=2, CAP_A1=5, CAP_A2=4)])

    def shown() -> list[str]:
        moves = page_of(lead, cast.bank).moves
        (capacity,) = [row for row in moves.dimensions if row.items]
        return [item.row.name for item in capacity.items]

    assert len(shown()) == 2
    Assessment.objects.filter(pk=rounds[0].pk).update(visibility=Visibility.ANONYMOUS)
    assert len(shown()) == 1
    page = page_of(lead, cast.bank)
    assert any("fewer than four" in note for note in page.moves.notes)


# ---- choosing ---------------------------------------------------------------------------------


def test_any_two_rounds_may_be_compared_in_any_order(lead: Client, cast: Cast) -> None:
    first, _, last = publish_years(cast.bank, [case(bank=2), case(bank=3), case(bank=4)])
    page = page_of(lead, cast.bank, from_=last.pk, to=first.pk)
    assert page.moves.title == "What moved from 2024 H2 to 2026 H2"
    assert page.title == "The bank rose by 50.0 points since 2024 H2"


def test_one_round_is_not_compared_with_itself(lead: Client, two: list[Assessment]) -> None:
    bank = two[0].organisation
    response = lead.get(url(bank, from_=two[0].pk, to=two[0].pk))
    assert (response.status_code, response.context["page"].fault) == (
        422,
        "Choose two different rounds.",
    )


@pytest.mark.parametrize("query", ["from=nonsense&to=1", "order=asc", "from__organisation=1"])
def test_b18_b19_what_is_not_listed_is_refused(
    lead: Client, two: list[Assessment], query: str
) -> None:
    address = reverse("history", args=[two[0].organisation_id])
    assert lead.get(f"{address}?{query}").status_code == 400


def test_s5_a_round_of_another_bank_does_not_exist_here(
    lead: Client, two: list[Assessment], cast: Cast
) -> None:
    foreign = publish_years(cast.other_bank, [case()])[0]
    for other in (foreign.pk, uuid4()):
        assert lead.get(url(cast.bank, from_=two[0].pk, to=other)).status_code == 404


def test_consultants_with_access_read_it_and_idle_ones_do_not(
    client: Client, two: list[Assessment], cast: Cast
) -> None:
    def status(user: User) -> int:
        client.force_login(user)
        return client.get(url(cast.bank)).status_code

    people = (cast.consultant, cast.admin, cast.idle, cast.respondent, cast.outsider)
    assert [status(user) for user in people] == [200, 200, 404, 403, 404]


def test_the_page_takes_as_many_queries_for_two_rounds_as_for_ten(
    lead: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    found: list[int] = []
    for count in (2, 8):
        for place in range(count):
            at = YEARS[0] + dt.timedelta(days=90 * (len(found) * 2 + place))
            factories.publish_case(cast.bank, case(), period=f"{count}.{place}", at=at)
        lead.get(url(cast.bank))
        with django_assert_max_num_queries(8) as queries:
            lead.get(url(cast.bank))
        found.append(len(queries))
    assert found[0] == found[1]
    assert len(published_rounds(cast.bank)) == 10


# ---- beside one result ------------------------------------------------------------------------


def test_a_round_knows_the_one_before_and_an_unpublished_one_does_not(
    two: list[Assessment], cast: Cast
) -> None:
    before = course_of(two[1]).before
    assert before is not None
    assert (before.period, before.bank_sure, before.customer_sure) == ("2025 H2", False, False)
    assert course_of(two[0]).before is None
    assert course_of(factories.make_round(cast.bank, period="2027 H1")).before is None


def test_the_results_page_tells_the_move_and_where_the_bank_stood(
    lead: Client, two: list[Assessment]
) -> None:
    response = lead.get(reverse("results", args=[two[1].pk]))
    page = response.context["page"]
    assert page.since == "Since 2025 H2: bank +7.5 (not sure), customers unchanged"
    assert page.quadrant.chart.trail.period == "2025 H2"
    assert ("Bank in 2025 H2", "25.0", "–") in page.quadrant.table.rows
    assert "Small ring: where the bank stood in 2025 H2." in page.quadrant.source
    html = response.content.decode()
    assert f'<a href="{url(two[0].organisation)}">Over time</a>' in html


def test_the_first_round_has_nothing_before_it(lead: Client, two: list[Assessment]) -> None:
    page = lead.get(reverse("results", args=[two[0].pk])).context["page"]
    assert (page.since, page.course, page.quadrant.chart.trail) == ("", None, None)


def test_a_strategy_that_stays_is_said_and_findings_are_as_they_were(
    lead: Client, two: list[Assessment]
) -> None:
    address = reverse("results", args=[two[1].pk])
    plain = lead.get(address).context["page"]
    assert plain.course is None
    Summary.objects.filter(assessment=two[1]).update(shown_strategy="awareness")
    page = lead.get(address).context["page"]
    assert page.course.title == "The strategy named so far stays: “Raise customer awareness”."
    assert (page.headline, page.strategy) == (plain.headline, plain.strategy)
    home = lead.get(reverse("bank", args=[two[1].organisation_id])).context["page"]
    assert home.rounds[0].strategy == "awareness"
    assert home.rounds[0].strategy_note.startswith("this round alone: ")


def test_who_reads_one_shared_result_learns_nothing_of_the_round_before(
    client: Client, two: list[Assessment], cast: Cast
) -> None:
    Assessment.objects.filter(pk=two[1].pk).update(shared_with_respondents=True)
    client.force_login(cast.respondent)
    response = client.get(reverse("results", args=[two[1].pk]))
    assert response.status_code == 200
    assert response.context["page"].since == ""
    assert "2025 H2" not in response.content.decode()
    figures = client.get(reverse("figures", args=[two[1].pk]))
    assert "2025 H2" not in figures.content.decode()


def test_the_interactive_quadrant_keeps_the_ring(lead: Client, two: list[Assessment]) -> None:
    figures = lead.get(reverse("figures", args=[two[1].pk])).json()
    hovers = [trace.get("hovertemplate", "") for trace in figures["quadrant"]["data"]]
    assert "2025 H2: 25.0 / 50.0<extra></extra>" in hovers
