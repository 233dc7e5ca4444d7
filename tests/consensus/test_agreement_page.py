"""The agreement page: the heatmap, its order, and what each reader finds in it."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.consensus.agreement_page import AgreementPage
from assessments.models import (
    Assessment,
    AssessmentStatus,
    EngagementScope,
    Function,
    SheetStatus,
    Visibility,
)
from tests import factories
from tests.addresses import signed_in
from tests.conftest import Cast
from tests.consensus.conftest import DISPUTED, MakeRound, Sheets

FUNCTIONS = ("Executive", "Marketing", "Risk", "IT")


def url(round_: Assessment, name: str = "agreement", *more: object) -> str:
    return reverse(name, args=[round_.pk, *more])


def shown(client: Client, round_: Assessment, query: str = "") -> AgreementPage:
    response: Any = client.get(url(round_) + query)
    assert response.status_code == 200
    page: AgreementPage = response.context["page"]
    return page


def cells(page: AgreementPage, title: str) -> list[str]:
    rows = [row for group in page.groups for row in group.rows if row.title == title]
    return [cell.text for cell in rows[0].cells]


# ---- what it says ------------------------------------------------------------------------------


def test_the_heatmap_has_a_column_for_each_function_and_a_digit_in_each_cell(
    lead: Client, round_: Assessment
) -> None:
    page = shown(lead, round_)
    assert page.columns == FUNCTIONS
    assert cells(page, "Resource picture") == ["5", "5", "1", "2"]
    assert cells(page, "Daily presence") == ["3", "3", "3", "3"]
    assert page.title == "Respondents disagree most on “Resource picture”"


def test_don_t_know_and_not_applicable_are_told_apart_and_read_out(
    lead: Client, round_: Assessment
) -> None:
    page = shown(lead, round_, "?sort=order")
    rows = {row.number: row for group in page.groups for row in group.rows}
    assert [cell.about for cell in rows["2.4"].cells] == ["", "", "", "Don’t know"]
    assert [cell.about for cell in rows["2.2"].cells] == ["", "Not applicable", "", ""]


def test_the_agenda_holds_only_what_somebody_differs_on(lead: Client, make: MakeRound) -> None:
    two: Sheets = {
        "lead": (Function.EXECUTIVE, {"CAP.A1": 5}),
        "third": (Function.IT, {"RSK.U1": 4}),
    }
    page = shown(lead, make(two))
    assert [topic.row.title for topic in page.topics] == [
        "Resource picture",
        "Approval and records",
    ]
    assert page.notices == (
        "Some questions have fewer than three ratings. Read their figures with caution.",
    )
    assert page.topics[0].row.spread is not None
    assert page.topics[0].row.spread.caution == "2 ratings only: read with caution"


def test_numbers_come_from_the_engine_and_alpha_only_for_experts(
    lead: Client, round_: Assessment
) -> None:
    plain, expert = shown(lead, round_), shown(lead, round_, "?view=expert")
    terms = [figure.term for figure in plain.figures]
    assert terms == ["Agreement index", "Agenda settled", "Bank score"]
    assert [figure.term for figure in expert.figures] == [*terms, "Krippendorff’s alpha"]
    row = expert.topics[0].row
    # ratings 5, 1, 2, 5: mean 3.25, AD 1.75; s² = 4.25, so r_wg 0 and r*_wg 1 − 4.25 ÷ 5.33
    assert row.spread is not None
    assert (row.spread.range, row.spread.ad, row.spread.band) == ("1 to 5", "1.75", "no agreement")
    assert (row.rwg, row.rwg_star, row.raters) == ("0.00", "0.20", "4")


def test_agreed_levels_leave_agreement_alone_and_move_the_score(
    lead: Client, round_: Assessment
) -> None:
    before = shown(lead, round_)
    round_.agreed.create(item="CAP.A1", level=1, reason="Seen", at=factories.MOMENT)
    after = shown(lead, round_)
    assert before.figures[0] == after.figures[0]
    assert before.figures[1].value == "0 of 4"
    assert after.figures[1].value == "1 of 4"
    start, _, end = after.figures[2].value.partition(" → ")
    assert start == before.figures[2].value
    assert float(end) < float(start)


def test_one_respondent_has_nobody_to_agree_with(lead: Client, make: MakeRound) -> None:
    page = shown(lead, make({"lead": DISPUTED["lead"]}))
    assert page.title == "Agreement inside the bank cannot be measured yet"
    assert (page.groups, page.topics) == ((), ())


# ---- order -------------------------------------------------------------------------------------


def test_rows_can_be_ordered_by_dimension_by_spread_and_as_asked(
    lead: Client, round_: Assessment
) -> None:
    least = shown(lead, round_)
    assert [group.name for group in least.groups][:2] == ["Capacity", "Risk"]
    assert [group.open for group in least.groups] == [True, *[False] * 5]
    spread = shown(lead, round_, "?sort=spread")
    (only,) = spread.groups
    assert [row.number for row in only.rows][:4] == ["1.1", "4.8", "5.1", "6.5"]
    asked = shown(lead, round_, "?sort=order")
    assert [group.name for group in asked.groups][:3] == ["Capacity", "Technology", "Support"]


@pytest.mark.parametrize(
    "query",
    ["?sort=name", "?sort=", "?view=all", "?order_by=by__password", "?sort=spread&_connector=OR"],
)
def test_s32_an_unlisted_order_or_key_is_refused(
    query: str, lead: Client, round_: Assessment
) -> None:
    assert lead.get(url(round_) + query).status_code == 400


# ---- who sees what -----------------------------------------------------------------------------


def test_a_named_round_shows_names(lead: Client, make: MakeRound) -> None:
    page = shown(lead, make(visibility=Visibility.NAMED))
    assert page.columns == ("Lena Lead", "Nora fourth", "Nora third", "Rolf Respondent")
    assert cells(page, "Resource picture") == ["5", "5", "2", "1"]


def test_s4_a_round_by_function_names_nobody(lead: Client, make: MakeRound) -> None:
    round_ = make()
    for name, more in (("agreement", ()), ("agenda", ()), ("evidence", ())):
        page = lead.get(url(round_, name, *more)).content.decode()
        assert [person for person in ("Rolf", "Nora", "Lena") if person in page] == []


def test_two_of_a_function_are_numbered_in_an_order_that_tells_nothing(
    lead: Client, make: MakeRound
) -> None:
    sheets: Sheets = {
        name: (Function.RISK, {"CAP.A1": level})
        for name, level in (("third", 1), ("fourth", 2), ("fifth", 3), ("sixth", 4))
    }
    page = shown(lead, make(sheets))
    assert page.columns == ("Risk 1", "Risk 2", "Risk 3", "Risk 4")
    assert sorted(cells(page, "Resource picture")) == ["1", "2", "3", "4"]


def test_an_anonymous_round_shows_strips_to_nobody_columns(lead: Client, make: MakeRound) -> None:
    page = shown(lead, make(visibility=Visibility.ANONYMOUS))
    assert page.columns == ()
    assert all(row.strip for group in page.groups for row in group.rows if row.raters == "4")
    # TEC.A2 and TEC.U1 were rated by three of four: a small group apart.
    few = [row for group in page.groups for row in group.rows if row.strip is None]
    assert [(row.number, row.why_none) for row in few] == [
        ("2.2", "too few to show"),
        ("2.4", "too few to show"),
    ]
    assert page.compare is not None
    assert page.compare.columns == ()
    assert page.compare.note == "A group of fewer than four people is never shown apart."


def test_anonymous_functions_are_compared_only_in_groups_of_four(
    lead: Client, make: MakeRound
) -> None:
    sheets: Sheets = {
        f"person{place}": (function, {})
        for place, function in enumerate(
            [Function.RISK] * 4 + [Function.IT] * 3 + [Function.HR] * 2
        )
    }
    page = shown(lead, make(sheets, visibility=Visibility.ANONYMOUS))
    assert page.compare is not None
    assert page.compare.columns == (("Risk", "4 people"), ("HR, IT", "5 people"))


def test_nobody_sees_agreement_while_several_still_answer(cast: Cast, make: MakeRound) -> None:
    round_ = make(status=AssessmentStatus.OPEN)
    for visitor in (cast.lead, cast.consultant):
        client = signed_in(visitor)
        for name, more in (("agreement", ()), ("agenda", ()), ("agreement_item", ("CAP.A1",))):
            response: Any = client.get(url(round_, name, *more))
            assert next(t.name for t in response.templates) == "consensus/waiting.html"
            assert "Rolf" not in response.content.decode()


def test_a_consultant_for_results_only_sees_no_single_answer(cast: Cast, make: MakeRound) -> None:
    cast.engagement.scope = EngagementScope.RESULTS
    cast.engagement.save()
    page = shown(signed_in(cast.consultant), make(visibility=Visibility.NAMED))
    assert page.columns == ()
    assert page.topics[0].row.strip is not None
    assert page.notices[-1] == "You see how the ratings are spread, not who gave them."


def test_a_consultant_sees_only_answers_given_since_the_bank_accepted(
    cast: Cast, make: MakeRound
) -> None:
    round_ = make()
    client = signed_in(cast.consultant)
    assert cells(shown(client, round_), "Resource picture") == ["5", "5", "1", "2"]
    cast.engagement.answers_from = factories.MOMENT + dt.timedelta(seconds=1)
    cast.engagement.save()
    later = round_.sheets.get(function=Function.RISK).answers.filter(item="CAP.A1")
    later.update(updated_at=factories.MOMENT + dt.timedelta(days=1))
    # Three earlier ones stay hidden, and with them the fourth that would uncover them.
    page = shown(client, round_)
    assert cells(page, "Resource picture") == ["", "", "", ""]
    assert page.topics[0].row.strip is not None


def test_four_hidden_answers_are_a_group_so_that_later_ones_may_show(
    cast: Cast, make: MakeRound
) -> None:
    round_ = make({**DISPUTED, "fifth": (Function.HR, {"CAP.A1": 2})})
    cast.engagement.answers_from = factories.MOMENT + dt.timedelta(seconds=1)
    cast.engagement.save()
    round_.sheets.get(function=Function.HR).answers.update(
        updated_at=factories.MOMENT + dt.timedelta(days=1)
    )
    page = shown(signed_in(cast.consultant), round_)
    assert cells(page, "Resource picture") == ["", "", "", "", "2"]


def test_s10_an_ended_engagement_opens_nothing_on_the_next_request(
    cast: Cast, make: MakeRound
) -> None:
    round_, client = make(), signed_in(cast.consultant)
    assert client.get(url(round_)).status_code == 200
    cast.engagement.state = "ended"
    cast.engagement.save()
    for name, more in (
        ("agreement", ()),
        ("agenda", ()),
        ("agreement_item", ("CAP.A1",)),
        ("discussions", ()),
        ("thread", ("CAP.A1",)),
    ):
        assert (name, client.get(url(round_, name, *more)).status_code) == (name, 404)
    posted = client.post(url(round_, "agreement_item", "CAP.A1"), {"level": "1"})
    assert posted.status_code == 404


def test_respondents_see_the_spread_where_findings_are_shared(cast: Cast, make: MakeRound) -> None:
    client, round_ = signed_in(cast.respondent), make(shared=False)
    assert client.get(url(round_)).status_code == 403
    round_.shared_with_respondents = True
    round_.save()
    page = shown(client, round_)
    assert page.columns == ()
    assert page.topics[0].row.strip is not None
    assert page.compare is not None
    assert page.compare.columns == ()


def test_people_in_the_bank_s_own_functions_are_compared_in_full_for_the_lead(
    lead: Client, round_: Assessment
) -> None:
    page = shown(lead, round_)
    assert page.compare is not None
    assert [name for name, _ in page.compare.columns] == ["Executive", "IT", "Marketing", "Risk"]
    assert page.compare.title == "On “Capacity”, Executive rates 0.6 levels above Risk"


# ---- constant work -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (("agreement",), 14),
        (("agenda",), 13),
        (("agreement_item", "CAP.A1"), 17),
    ],
)
def test_as_many_queries_for_twelve_as_for_two(
    path: tuple[str, ...],
    most: int,
    cast: Cast,
    lead: Client,
    django_assert_max_num_queries: Any,
) -> None:
    rounds = []
    for people in (2, 12):
        round_ = factories.make_round(
            cast.bank, period=f"with {people}", status=AssessmentStatus.CLOSED
        )
        for place in range(people):
            person = factories.make_user(f"p{place}.{people}@norvane.example")
            factories.add_member(cast.bank, person)
            sheet = factories.make_sheet(
                round_,
                person,
                function=list(Function)[place % 10],
                status=SheetStatus.SUBMITTED,
            )
            factories.fill_sheet(sheet, factories.whole_sheet() | {"CAP.A1": 1 + place % 5})
        rounds.append(round_)
    found = []
    for round_ in rounds:
        lead.get(url(round_, *path))
        with django_assert_max_num_queries(most) as queries:
            lead.get(url(round_, *path))
        found.append(len(queries))
    assert found[0] == found[1]
