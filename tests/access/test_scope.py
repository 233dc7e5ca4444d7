"""Fetching and authorising in one call: the row, a 404 for strangers, a 403 for members."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.http import Http404

from assessments.access import scope
from assessments.access.refusals import (
    NotAskedError,
    NotPermittedError,
    SecondFactorNeededError,
)
from assessments.access.roles import GRANTS, SCOPE_GRANTS, Permission, may
from assessments.models import (
    Assessment,
    AssessmentStatus,
    EngagementScope,
    EngagementState,
    Report,
    Role,
    User,
)
from tests import factories
from tests.conftest import Cast

Counting = Callable[[int], AbstractContextManager[Any]]


def test_a_lead_may_do_everything_in_a_bank_and_a_respondent_five_things() -> None:
    of_firms = {permission for permission in Permission if "FIRM" in permission.name}
    of_firms |= {Permission.REQUEST_ENGAGEMENT, Permission.VIEW_CLIENTS, Permission.NOTE_CLIENTS}
    of_firms |= {Permission.EXPORT_CLIENTS, Permission.MAKE_BATCH, Permission.ADD_FIGURES}
    assert GRANTS[Role.LEAD] == set(Permission) - of_firms
    assert {permission for permission in Permission if may("respondent", permission)} == {
        Permission.VIEW_BANK,
        Permission.ANSWER,
        Permission.EDIT_CHANNELS,
        Permission.COMMENT,
        Permission.VIEW_PLAN,
    }


def test_a_consultant_may_what_the_bank_granted_and_a_wider_scope_holds_the_narrower() -> None:
    results, answers, facilitate = (SCOPE_GRANTS[scope] for scope in EngagementScope)
    assert results < answers < facilitate
    assert Permission.VIEW_ANSWERS in answers - results
    assert facilitate - answers == {Permission.SETTLE, Permission.SHARE}
    assert not facilitate & {Permission.ANSWER, Permission.MANAGE_ROUND, Permission.MANAGE_MEMBERS}


def test_a_consultant_reaches_a_client_through_the_engagement(
    cast: Cast, round_: Assessment
) -> None:
    found = scope.assessment_for(cast.consultant, round_.pk, Permission.VIEW_RESULTS)
    assert scope.standing_on(found).scope == EngagementScope.FACILITATE
    assert scope.assessment_for(cast.admin, round_.pk, Permission.VIEW_RESULTS) == round_
    with pytest.raises(Http404):
        scope.assessment_for(cast.idle, round_.pk, Permission.VIEW_RESULTS)


@pytest.mark.parametrize("state", ["requested", "declined", "ended"])
def test_only_an_accepted_engagement_opens_anything(
    cast: Cast, round_: Assessment, state: str
) -> None:
    cast.engagement.state = state
    cast.engagement.save()
    for person in (cast.consultant, cast.admin):
        with pytest.raises(Http404):
            scope.assessment_for(person, round_.pk, Permission.VIEW_RESULTS)


def test_a_consultant_who_left_the_firm_reaches_nothing(cast: Cast, round_: Assessment) -> None:
    cast.consultant.memberships.all().delete()
    with pytest.raises(Http404):
        scope.assessment_for(cast.consultant, round_.pk, Permission.VIEW_RESULTS)


def test_a_consultant_sees_one_client_and_not_the_firm_s_other_client(cast: Cast) -> None:
    factories.make_engagement(cast.other_bank, cast.firm)
    sibling = factories.make_round(cast.other_bank)
    with pytest.raises(Http404):
        scope.assessment_for(cast.consultant, sibling.pk, Permission.VIEW_RESULTS)
    assert scope.assessment_for(cast.admin, sibling.pk, Permission.VIEW_RESULTS) == sibling


def test_s23_a_lead_with_a_password_alone_reaches_nothing(cast: Cast, round_: Assessment) -> None:
    Authenticator.objects.all().delete()
    for person in (cast.lead, cast.consultant, cast.admin):
        fresh = User.objects.get(pk=person.pk)
        with pytest.raises(SecondFactorNeededError):
            scope.assessment_for(fresh, round_.pk, Permission.VIEW_BANK)
    assert scope.assessment_for(cast.respondent, round_.pk, Permission.VIEW_BANK) == round_


def test_while_a_bank_is_leaving_only_its_lead_gets_in_and_only_reads(
    cast: Cast, round_: Assessment
) -> None:
    cast.bank.closing_on = factories.MOMENT.date()
    cast.bank.save()
    scope.assessment_for(cast.lead, round_.pk, Permission.VIEW_RESULTS)
    for person, permission in (
        (cast.lead, Permission.ANSWER),
        (cast.respondent, Permission.VIEW_BANK),
    ):
        with pytest.raises(NotPermittedError):
            scope.assessment_for(person, round_.pk, permission)
    with pytest.raises(Http404):
        scope.assessment_for(cast.consultant, round_.pk, Permission.VIEW_RESULTS)


def test_s10_work_asked_for_earlier_is_judged_again(cast: Cast, round_: Assessment) -> None:
    assert scope.still_may(cast.consultant, round_, Permission.EXPORT_REPORT)
    cast.engagement.state = EngagementState.ENDED
    cast.engagement.save()
    assert not scope.still_may(cast.consultant, round_, Permission.EXPORT_REPORT)
    assert not scope.still_may(None, round_, Permission.EXPORT_REPORT)


def test_an_unknown_role_may_nothing() -> None:
    with pytest.raises(ValueError, match="owner"):
        may("owner", Permission.VIEW_BANK)


def test_a_member_gets_the_bank_in_one_query(
    cast: Cast, django_assert_num_queries: Counting
) -> None:
    with django_assert_num_queries(1):
        found = scope.organisation_for(cast.respondent, cast.bank.pk, Permission.VIEW_BANK)
    assert found == cast.bank


def test_a_member_gets_round_and_bank_in_one_query(
    cast: Cast, round_: Assessment, django_assert_num_queries: Counting
) -> None:
    with django_assert_num_queries(1):
        found = scope.assessment_for(cast.lead, round_.pk, Permission.VIEW_RESULTS)
        bank = found.organisation
    assert (found, bank) == (round_, cast.bank)


def test_a_member_gets_the_own_sheet_with_round_and_bank_in_one_query(
    cast: Cast, round_: Assessment, django_assert_num_queries: Counting
) -> None:
    with django_assert_num_queries(1):
        sheet = scope.sheet_for(cast.respondent, round_.pk)
        bank = sheet.assessment.organisation
    assert (sheet.respondent_id, bank) == (cast.respondent.pk, cast.bank)


def test_the_role_counts_in_the_bank_that_is_asked_for(cast: Cast) -> None:
    factories.add_member(cast.other_bank, cast.lead, Role.RESPONDENT)
    with pytest.raises(NotPermittedError):
        scope.organisation_for(cast.lead, cast.other_bank.pk, Permission.EDIT_BANK)
    found = scope.organisation_for(cast.lead, cast.bank.pk, Permission.EDIT_BANK)
    assert found == cast.bank


def test_a_refusal_names_permission_and_bank(cast: Cast, round_: Assessment) -> None:
    with pytest.raises(NotPermittedError) as refused:
        scope.assessment_for(cast.respondent, round_.pk, Permission.VIEW_RESULTS)
    assert (refused.value.permission, refused.value.organisation) == (
        Permission.VIEW_RESULTS,
        cast.bank.pk,
    )


def test_a_member_without_a_sheet_was_not_asked(cast: Cast) -> None:
    round_ = factories.make_round(cast.bank)
    with pytest.raises(NotAskedError):
        scope.sheet_for(cast.lead, round_.pk)


def test_a_sheet_without_a_membership_opens_nothing(cast: Cast) -> None:
    round_ = factories.make_round(cast.bank)
    factories.make_sheet(round_, cast.outsider)
    with pytest.raises(Http404):
        scope.sheet_for(cast.outsider, round_.pk)


@pytest.mark.parametrize("person", ["outsider", "lead", "respondent"])
def test_what_is_foreign_or_missing_is_not_found(
    cast: Cast, round_: Assessment, person: str
) -> None:
    user = getattr(cast, person)
    foreign_round = round_ if person == "outsider" else factories.make_round(cast.other_bank)
    foreign_bank = foreign_round.organisation
    account = factories.make_channels(foreign_round)[0]
    report = Report.objects.create(assessment=foreign_round, language="en", content_key="k")
    calls: list[Callable[[], object]] = [
        lambda: scope.organisation_for(user, foreign_bank.pk, Permission.VIEW_BANK),
        lambda: scope.organisation_for(user, uuid4(), Permission.VIEW_BANK),
        lambda: scope.assessment_for(user, foreign_round.pk, Permission.VIEW_BANK),
        lambda: scope.sheet_for(user, foreign_round.pk),
        lambda: scope.channel_for(user, foreign_round.pk, account.pk, Permission.EDIT_CHANNELS),
        lambda: scope.report_for(user, report.pk, Permission.EXPORT_REPORT),
    ]
    for call in calls:
        with pytest.raises(Http404):
            call()


def test_an_account_is_found_only_under_its_own_round(cast: Cast, round_: Assessment) -> None:
    other = factories.make_round(cast.bank, period="another")
    account = factories.make_channels(other)[0]
    with pytest.raises(Http404):
        scope.channel_for(cast.lead, round_.pk, account.pk, Permission.EDIT_CHANNELS)
    found = scope.channel_for(cast.lead, other.pk, account.pk, Permission.EDIT_CHANNELS)
    assert found == account


def test_lists_hold_a_person_s_own_banks_and_their_rounds(cast: Cast, round_: Assessment) -> None:
    factories.make_round(cast.other_bank)
    assert list(scope.organisations_of(cast.lead)) == [cast.bank]
    assert list(scope.assessments_of(cast.bank)) == [round_]


def test_a_report_is_for_those_who_may_export(cast: Cast, round_: Assessment) -> None:
    report = Report.objects.create(assessment=round_, language="en", content_key="k")
    assert scope.report_for(cast.lead, report.pk, Permission.EXPORT_REPORT) == report
    with pytest.raises(NotPermittedError):
        scope.report_for(cast.respondent, report.pk, Permission.EXPORT_REPORT)


def test_rows_are_reached_only_where_reading_and_writing_live() -> None:
    rooms = Path(scope.__file__).parent.parent
    found = {
        path.name
        for path in rooms.rglob("*.py")
        if not {"migrations", "management", "models"} & set(path.relative_to(rooms).parts)
        and ".objects" in path.read_text()
    }
    found = {
        name for name in found if not name.endswith(("services.py", "queries.py", "writing.py"))
    }
    assert found == {"scope.py", "audit.py", "seal.py", "backend.py", "outbox.py"}


# ---- several rounds ----------------------------------------------------------------------------


def test_several_rounds_are_found_in_the_order_asked_in_three_queries(
    cast: Cast, round_: Assessment, django_assert_num_queries: Counting
) -> None:
    other = factories.make_round(cast.bank, period="2027")
    with django_assert_num_queries(1):
        found = scope.assessments_for(cast.lead, [other.pk, round_.pk], Permission.VIEW_RESULTS)
    assert found == (other, round_)
    with django_assert_num_queries(3):
        found = scope.assessments_for(
            cast.consultant, [round_.pk, other.pk], Permission.VIEW_RESULTS
        )
    assert found == (round_, other)
    standings = {scope.standing_on(row).scope for row in found}
    assert standings == {EngagementScope.FACILITATE}


def test_s7_s8_several_rounds_are_refused_whole_and_no_round_is_no_round(
    cast: Cast, round_: Assessment
) -> None:
    foreign = factories.make_round(cast.other_bank)
    for ids in ([round_.pk, foreign.pk], [round_.pk, uuid4()], []):
        for person in (cast.lead, cast.consultant):
            with pytest.raises(Http404):
                scope.assessments_for(person, ids, Permission.VIEW_RESULTS)


def test_several_rounds_need_the_permission_in_each(cast: Cast, round_: Assessment) -> None:
    with pytest.raises(NotPermittedError):
        scope.assessments_for(cast.respondent, [round_.pk], Permission.VIEW_RESULTS)
    with pytest.raises(NotPermittedError):
        scope.assessments_for(cast.consultant, [round_.pk], Permission.MANAGE_ROUND)
    Authenticator.objects.filter(user=cast.lead).delete()
    with pytest.raises(SecondFactorNeededError):
        scope.assessments_for(
            User.objects.get(pk=cast.lead.pk), [round_.pk], Permission.VIEW_RESULTS
        )


def test_the_rounds_over_all_banks_are_those_that_one_by_one_would_be_found(
    cast: Cast, round_: Assessment
) -> None:
    shared = factories.make_round(cast.bank, period="2027", status=AssessmentStatus.CLOSED)
    Assessment.objects.filter(pk=shared.pk).update(shared_with_respondents=True)
    factories.make_round(cast.other_bank)
    rounds = list(Assessment.objects.all())
    for person in (
        cast.lead,
        cast.reviewer,
        cast.respondent,
        cast.consultant,
        cast.admin,
        cast.idle,
        cast.outsider,
    ):
        for permission in (Permission.VIEW_RESULTS, Permission.VIEW_ANSWERS, Permission.SETTLE):
            one_by_one = {row.pk for row in rounds if scope.still_may(person, row, permission)}
            listed = scope.rounds_open_to(person, permission).values_list("pk", flat=True)
            assert sorted(listed) == sorted(one_by_one), (person, permission)


def test_s23_without_a_second_factor_nothing_is_listed_for_a_consultant(cast: Cast) -> None:
    Authenticator.objects.filter(user=cast.consultant).delete()
    with pytest.raises(SecondFactorNeededError):
        scope.rounds_open_to(User.objects.get(pk=cast.consultant.pk), Permission.VIEW_RESULTS)
