"""The demonstration: fictional, once only, and a bank in each place of the quadrant."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.management.commands.seed_demo import EMAIL, PASSWORD, seed
from assessments.management.demo_banks import BANKS
from assessments.models import (
    ActionStatus,
    AdoptedPlan,
    Assessment,
    AssessmentStatus,
    ChannelAccount,
    Invitation,
    Mail,
    Organisation,
    SavedAnswer,
    Snapshot,
    User,
)

pytestmark = pytest.mark.django_db


def test_without_demo_nothing_is_seeded(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("seed_demo")
    assert User.objects.count() == 0


def test_the_demonstration_shows_every_strategy_a_border_and_a_round_at_work(
    settings: Any, client: Client
) -> None:
    settings.DEMO = True
    call_command("seed_demo")
    placed = {
        snapshot.assessment.organisation.name: (
            snapshot.findings["placement"]["strategy"],
            snapshot.findings["placement"]["status"],
        )
        for snapshot in Snapshot.objects.order_by("published_at")
    }
    assert placed == {
        "Halden Cove Bank": ("innovate", "firm"),
        "Brightmere Bank": ("awareness", "firm"),
        "Norvane Bank": ("capability", "leaning"),
        "Tamsel Savings": ("stepwise", "firm"),
        "Crosswater Bank": ("awareness", "borderline"),
    }
    at_work = Assessment.objects.get(status=AssessmentStatus.OPEN)
    assert SavedAnswer.objects.filter(sheet__assessment=at_work).count() == 25
    assert Organisation.objects.filter(fictional=False).count() == 0
    signed_in = client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    assert signed_in.headers["Location"] == reverse("home")
    assert len(client.get(reverse("home")).context["page"].banks) == len(BANKS)


def test_seeding_again_adds_nothing_and_keeps_what_people_changed() -> None:
    now = timezone.now()
    seed(now)
    changed = Organisation.objects.get(name="Fennimore Bank").assessments.get()
    changed.period = "Renamed"
    changed.save()
    rows = [Organisation.objects.count(), SavedAnswer.objects.count(), User.objects.count()]
    seed(now + dt.timedelta(days=40))
    assert rows == [
        Organisation.objects.count(),
        SavedAnswer.objects.count(),
        User.objects.count(),
    ]
    changed.refresh_from_db()
    assert changed.period == "Renamed"


def test_last_posts_are_counted_from_today() -> None:
    now = timezone.now()
    seed(now)
    silent = ChannelAccount.objects.get(
        assessment__organisation__name="Fennimore Bank", platform="Instagram"
    )
    assert silent.last_post_on == now.date() - dt.timedelta(days=63)


def test_one_demo_bank_works_by_a_plan_that_is_under_way(settings: Any) -> None:
    settings.DEMO = True
    call_command("seed_demo")
    plan = AdoptedPlan.objects.get()
    assert plan.assessment.organisation.name == "Norvane Bank"
    assert set(plan.actions.values_list("status", flat=True)) == set(ActionStatus.values)
    owners = set(plan.actions.exclude(owner=None).values_list("owner__name", flat=True))
    assert owners == {"Demo Executive", "Kadri Voss"}


def test_invitations_of_the_demonstration_wait_and_send_nothing() -> None:
    seed(timezone.now())
    rows = Invitation.objects.order_by("email")
    assert [(row.email, row.organisation.name, row.sections) for row in rows] == [
        ("ines-prado.fennimore-bank@example.org", "Fennimore Bank", ["RSK", "DAT"]),
        ("tomas-vidal.fennimore-bank@example.org", "Fennimore Bank", ["SKL"]),
    ]
    assert not Mail.objects.filter(kind__startswith="invitation").exists()
