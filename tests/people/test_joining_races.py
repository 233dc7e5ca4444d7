"""Several at once: one joins, one is reminded, one lead stays; with the naive way as control."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from assessments.access.refusals import NotPermittedError
from assessments.access.throttle_writing import admit
from assessments.models import Assessment, Invitation, Membership, Role, Sheet, Tally, User
from assessments.people import invitation_services, member_services
from assessments.people.invitation_services import UnusableError
from assessments.people.member_services import LastManagerError
from tests import factories
from tests.people.links import token_of
from tests.survey.test_races import WRITERS, at_once


@pytest.fixture
def open_round(transactional_db: None) -> Assessment:
    lead = factories.make_user("lead@norvane.example")
    return factories.make_round(factories.make_bank(lead))


@pytest.fixture
def invitation(open_round: Assessment) -> Invitation:
    return factories.make_invitation(open_round.organisation, open_round)


def test_s18_of_several_who_use_one_link_exactly_one_joins(invitation: Invitation) -> None:
    for _ in range(WRITERS):
        token_of(invitation)
    links = list(invitation.links.select_related("invitation__organisation"))

    def work(place: int) -> str:
        try:
            invitation_services.join_anew(
                link=links[place],
                name=f"Number {place}",
                password=factories.PASSWORD,
                now=timezone.now(),
            )
        except UnusableError:
            return "refused"
        return "joined"

    assert at_once(work) == Counter(joined=1, refused=WRITERS - 1)
    user = User.objects.get(email=invitation.email)
    assert (user.memberships.count(), user.sheets.count()) == (1, 1)
    assert Invitation.objects.get().accepted_by == user


def test_s18_of_several_accepts_by_the_same_person_exactly_one_counts(
    invitation: Invitation,
) -> None:
    user = factories.make_user(invitation.email)
    token_of(invitation)
    link = invitation.links.select_related("invitation__organisation").get()

    def work(_: int) -> str:
        try:
            invitation_services.accept(link=link, by=user, now=timezone.now())
        except UnusableError:
            return "refused"
        return "joined"

    assert at_once(work) == Counter(joined=1, refused=WRITERS - 1)
    bank = invitation.organisation
    assert list(bank.events.filter(verb="joined").values_list("actor", flat=True)) == [user.pk]


def test_s18_negative_control_looking_first_and_writing_afterwards_lets_several_in(
    invitation: Invitation,
) -> None:
    """The same race against the naive way, so that a pass above means something."""
    looked = Barrier(WRITERS)

    def naive(_: int) -> str:
        row = Invitation.objects.get(pk=invitation.pk)
        free = row.accepted_at is None
        looked.wait()
        if not free:
            return "refused"
        row.accepted_at = timezone.now()
        row.save(update_fields=["accepted_at"])
        return "joined"

    assert at_once(naive)["joined"] > 1


def test_b16_of_several_leads_who_invite_one_address_one_invites_it(
    open_round: Assessment,
) -> None:
    bank = open_round.organisation
    lead = bank.memberships.get().user
    asked = invitation_services.Asked(role=Role.RESPONDENT)

    def work(place: int) -> str:
        address = "New@Bank.example" if place % 2 else "new@bank.example"
        sent = invitation_services.invite(
            organisation=bank,
            invitees=[invitation_services.Invitee(address=address)],
            asked=asked,
            by=lead,
            now=timezone.now(),
        )
        return str(sent)

    assert at_once(work) == Counter({"1": 1, "0": WRITERS - 1})
    assert Invitation.objects.count() == 1


def test_several_reminders_at_once_are_one(open_round: Assessment) -> None:
    bank = open_round.organisation
    person = factories.make_user("r@norvane.example")
    factories.add_member(bank, person)
    sheet = factories.make_sheet(open_round, person)
    lead = bank.memberships.get(role=Role.LEAD).user

    def work(_: int) -> str:
        own = Sheet.objects.select_related("assessment__organisation", "respondent").get(
            pk=sheet.pk
        )
        return str(member_services.remind(sheet=own, by=lead, now=timezone.now()))

    assert at_once(work) == Counter({"True": 1, "False": WRITERS - 1})


def test_s12_two_leads_who_lower_each_other_leave_one(open_round: Assessment) -> None:
    bank = open_round.organisation
    other = factories.make_user("second@norvane.example")
    factories.add_member(bank, other, Role.LEAD)
    first, second = bank.memberships.order_by("pk").select_related("user", "organisation")
    start = Barrier(2)

    def lower(pair: tuple[Membership, Membership]) -> str:
        by, whom = pair
        start.wait()
        try:
            member_services.change_role(
                membership=whom,
                role=Role.RESPONDENT,
                seen=Role.LEAD,
                by=by.user,
                now=timezone.now(),
            )
        except (LastManagerError, NotPermittedError):
            return "refused"
        finally:
            connection.close()
        return "lowered"

    with ThreadPoolExecutor(2) as pool:
        found = Counter(pool.map(lower, [(first, second), (second, first)]))
    assert found == Counter(lowered=1, refused=1)
    assert bank.memberships.filter(role=Role.LEAD).count() == 1


def attempts(count: Callable[[int], str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for _ in range(5):
        found += at_once(count)
    return found


def test_s20_of_thirty_attempts_at_once_no_more_pass_than_the_limit(
    transactional_db: None,
) -> None:
    now = timezone.now()

    def work(_: int) -> str:
        return str(admit("test", "somebody", limit=11, span=dt.timedelta(hours=1), now=now))

    assert attempts(work) == Counter({"True": 11, "False": 5 * WRITERS - 11})
    assert "somebody" not in repr(list(Tally.objects.values()))


def test_s20_negative_control_counting_by_reading_and_writing_loses_attempts(
    transactional_db: None,
) -> None:
    Tally.objects.create(key="k", ends_at=timezone.now())
    looked = Barrier(WRITERS)

    def naive(_: int) -> str:
        row = Tally.objects.get(key="k")
        looked.wait()
        row.count += 1
        row.save(update_fields=["count"])
        return "counted"

    at_once(naive)
    assert Tally.objects.get(key="k").count < WRITERS
