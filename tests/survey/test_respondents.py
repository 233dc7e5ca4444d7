"""Who answers what: the lead's page, whose answers count double, adding and taking out."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, AssessmentStatus, Event, Function, Sheet, SheetStatus
from assessments.survey.queries import ACCOUNTABLE
from assessments.survey.respondent_queries import accountable_mark, mark_of
from tests import factories
from tests.conftest import Cast
from tests.survey.test_rounds import text_of, verbs

ALL = ["CAP", "TEC", "SUP", "RSK", "DAT", "SKL", "CUS"]


@pytest.fixture
def theirs(cast: Cast, solo: Assessment) -> Sheet:
    """The respondent's sheet in the lead's round."""
    return factories.make_sheet(solo, cast.respondent, function=Function.RISK)


def at(solo: Assessment, name: str = "respondents", *more: int) -> str:
    return reverse(name, args=[solo.pk, *more])


def form_of(solo: Assessment, **changed: Any) -> dict[str, Any]:
    """What the page would send if nothing were changed; "sections_3" changes sheet 3's."""
    sent: dict[str, Any] = {"was_accountable": accountable_mark(solo)}
    sent |= {f"accountable-{name}": function for name, function in ACCOUNTABLE.items()}
    for sheet in solo.sheets.filter(status=SheetStatus.OPEN):
        sent |= {
            f"function-{sheet.pk}": sheet.function,
            f"sections-{sheet.pk}": sheet.sections or ALL,
            f"was-{sheet.pk}": mark_of(sheet),
        }
    return sent | {key.replace("_", "-"): value for key, value in changed.items()}


def test_sections_and_function_are_assigned(
    lead_client: Client, cast: Cast, solo: Assessment, theirs: Sheet
) -> None:
    sent = form_of(solo)
    sent |= {f"sections-{theirs.pk}": ["SKL", "RSK"], f"function-{theirs.pk}": "compliance"}
    assert lead_client.post(at(solo), sent).status_code == 302
    theirs.refresh_from_db()
    assert (theirs.sections, theirs.function) == (["RSK", "SKL"], "compliance")
    assert verbs(cast.bank) == ["sections assigned"]
    assert Event.objects.get().details == {"sections": ["RSK", "SKL"], "function": "compliance"}


def test_all_sections_are_stored_as_the_whole_and_no_change_writes_nothing(
    lead_client: Client, cast: Cast, solo: Assessment, theirs: Sheet
) -> None:
    lead_client.post(at(solo), form_of(solo))
    theirs.refresh_from_db()
    assert theirs.sections == []
    assert verbs(cast.bank) == []


def test_nobody_is_left_without_a_section(
    lead_client: Client, solo: Assessment, theirs: Sheet
) -> None:
    sent = form_of(solo)
    del sent[f"sections-{theirs.pk}"]
    response = lead_client.post(at(solo), sent)
    assert response.status_code == 422
    assert "Rolf Respondent: Choose at least one section" in text_of(response)
    theirs.refresh_from_db()
    assert theirs.sections == []


@pytest.mark.parametrize("wrong", ["XXX", "channels", ""])
def test_b19_an_unknown_section_is_refused(
    lead_client: Client, solo: Assessment, theirs: Sheet, wrong: str
) -> None:
    sent = form_of(solo) | {f"sections-{theirs.pk}": ["RSK", wrong]}
    assert lead_client.post(at(solo), sent).status_code == 422
    theirs.refresh_from_db()
    assert theirs.sections == []


def test_s7_a_foreign_sheet_among_them_refuses_all(
    lead_client: Client, cast: Cast, solo: Assessment, theirs: Sheet
) -> None:
    foreign = factories.make_sheet(factories.make_round(cast.other_bank), cast.outsider)
    sent = form_of(solo) | {f"sections-{theirs.pk}": ["RSK"]}
    sent |= {
        f"sections-{foreign.pk}": ["RSK"],
        f"function-{foreign.pk}": "risk",
        f"was-{foreign.pk}": mark_of(foreign),
    }
    assert lead_client.post(at(solo), sent).status_code == 400
    assert list(Sheet.objects.exclude(sections=[])) == []


def test_two_leads_at_once_see_the_conflict_and_overwrite_nothing(
    lead_client: Client, solo: Assessment, theirs: Sheet
) -> None:
    mine = form_of(solo) | {f"sections-{theirs.pk}": ["RSK"]}
    Sheet.objects.filter(pk=theirs.pk).update(sections=["DAT"])
    response = lead_client.post(at(solo), mine)
    assert response.status_code == 409
    assert "Somebody changed this list" in text_of(response)
    theirs.refresh_from_db()
    assert theirs.sections == ["DAT"]
    row = next(row for row in response.context["page"].rows if row.sheet == theirs.pk)
    assert [cell.dimension for cell in row.cells if cell.checked] == ["RSK"]


def test_what_was_submitted_stays_as_it_was_asked(
    lead_client: Client, solo: Assessment, theirs: Sheet
) -> None:
    sent = form_of(solo) | {f"sections-{theirs.pk}": ["RSK"]}
    Sheet.objects.filter(pk=theirs.pk).update(status=SheetStatus.SUBMITTED)
    assert lead_client.post(at(solo), sent).status_code == 409
    theirs.refresh_from_db()
    assert theirs.sections == []
    html = lead_client.get(at(solo)).content.decode()
    assert f'name="sections-{theirs.pk}"' not in html


def test_a_section_that_nobody_answers_is_flagged_here_and_on_the_round(
    lead_client: Client, solo: Assessment, theirs: Sheet
) -> None:
    assert "Nobody is asked about" not in text_of(lead_client.get(at(solo)))
    Sheet.objects.filter(pk=theirs.pk).update(sections=["RSK"])
    solo.sheets.exclude(pk=theirs.pk).update(sections=["CAP", "TEC", "SUP", "SKL", "CUS"])
    for name in ("respondents", "round"):
        assert "Nobody is asked about Data." in text_of(lead_client.get(at(solo, name)))


def test_respondents_see_neither_names_nor_gaps(
    client: Client, cast: Cast, solo: Assessment, theirs: Sheet
) -> None:
    solo.sheets.update(sections=["RSK"])
    client.force_login(cast.respondent)
    text = text_of(client.get(at(solo, "round")))
    assert "Lena Lead" not in text
    assert "Nobody is asked about" not in text


def test_the_accountable_function_is_chosen_per_dimension(
    lead_client: Client, cast: Cast, solo: Assessment, theirs: Sheet
) -> None:
    page = lead_client.get(at(solo)).context["page"]
    flags = {row.dimension: bool(row.flag) for row in page.accountable}
    assert flags == dict.fromkeys(ACCOUNTABLE, True) | {"RSK": False, "SUP": False}
    sent = form_of(solo) | {"accountable-RSK": "compliance"}
    assert lead_client.post(at(solo), sent).status_code == 302
    solo.refresh_from_db()
    assert solo.accountable == {"RSK": "compliance"}
    assert verbs(cast.bank) == ["accountable chosen"]
    stale = form_of(solo) | {"was_accountable": "marketing,it,executive,risk,data,hr"}
    stale |= {"accountable-RSK": "it"}
    assert lead_client.post(at(solo), stale).status_code == 409


def test_an_unknown_function_is_refused(lead_client: Client, solo: Assessment) -> None:
    sent = form_of(solo) | {"accountable-RSK": "owner"}
    assert lead_client.post(at(solo), sent).status_code == 422
    solo.refresh_from_db()
    assert solo.accountable == {}


@pytest.mark.parametrize("status", [AssessmentStatus.CLOSED, AssessmentStatus.PUBLISHED])
def test_a_round_that_is_over_keeps_who_answered_what(
    lead_client: Client, solo: Assessment, theirs: Sheet, status: AssessmentStatus
) -> None:
    sent = form_of(solo) | {f"sections-{theirs.pk}": ["RSK"]}
    Assessment.objects.update(status=status, closed_at=factories.MOMENT)
    assert lead_client.post(at(solo), sent).status_code == 423
    assert lead_client.post(at(solo, "respondent_remove", theirs.pk)).status_code == 423
    theirs.refresh_from_db()
    assert theirs.sections == []


# ---- adding and taking out -----------------------------------------------------------------------


def test_a_member_is_asked_once(lead_client: Client, cast: Cast, solo: Assessment) -> None:
    page = lead_client.get(at(solo, "respondent_add"))
    assert [name for _, name in page.context["form"].fields["member"].choices] == [
        "Rita Reviewer",
        "Rolf Respondent",
    ]
    member = cast.bank.memberships.get(user=cast.reviewer).pk
    for expected in (302, 422):
        sent = {"member": str(member), "function": "compliance"}
        assert lead_client.post(at(solo, "respondent_add"), sent).status_code == expected
    sheet = solo.sheets.get(respondent=cast.reviewer)
    assert (sheet.function, sheet.sections) == ("compliance", [])
    assert verbs(cast.bank) == ["respondent added"]


def test_s5_nobody_of_another_bank_can_be_asked(
    lead_client: Client, cast: Cast, solo: Assessment
) -> None:
    foreign = cast.other_bank.memberships.get().pk
    sent = {"member": str(foreign), "function": "risk"}
    assert lead_client.post(at(solo, "respondent_add"), sent).status_code == 422
    assert solo.sheets.count() == 1


def test_somebody_who_answered_nothing_is_taken_out(
    lead_client: Client, cast: Cast, solo: Assessment, theirs: Sheet
) -> None:
    address = at(solo, "respondent_remove", theirs.pk)
    assert "Take Rolf Respondent out" in text_of(lead_client.get(address))
    assert lead_client.post(address).status_code == 302
    assert not Sheet.objects.filter(pk=theirs.pk).exists()
    assert verbs(cast.bank) == ["respondent removed"]


def test_somebody_who_answered_stays(lead_client: Client, solo: Assessment, theirs: Sheet) -> None:
    factories.fill_sheet(theirs, {"RSK.A1": 3})
    address = at(solo, "respondent_remove", theirs.pk)
    assert "has answered already" in text_of(lead_client.get(address))
    assert lead_client.post(address).status_code == 409
    theirs.answers.all().delete()  # what was answered once stays in the history
    assert lead_client.post(address).status_code == 409
    assert theirs.changes.count() == 1


def test_the_grid_takes_the_same_queries_for_few_and_many(
    lead_client: Client, cast: Cast, solo: Assessment, django_assert_num_queries: Any
) -> None:
    lead_client.get(at(solo))
    with django_assert_num_queries(6):
        lead_client.get(at(solo))
    for place in range(12):
        person = factories.make_user(f"more{place}@norvane.example")
        factories.add_member(cast.bank, person)
        factories.fill_sheet(factories.make_sheet(solo, person), {"CAP.A1": 3})
    with django_assert_num_queries(6):
        lead_client.get(at(solo))


def test_b18_long_lists_come_in_pages(lead_client: Client, solo: Assessment) -> None:
    for place in range(26):
        factories.make_sheet(solo, factories.make_user(f"more{place}@norvane.example"))
    assert len(lead_client.get(at(solo)).context["page"].rows) == 25
    assert len(lead_client.get(at(solo) + "?page=2").context["page"].rows) == 2
    for page in ("-1", "3", "1000000000", "x"):
        assert lead_client.get(at(solo) + f"?page={page}").status_code == 400
