"""Every form of the program that changes something says so in the trail (S41)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from assessments.models import (
    AnswerChange,
    Assessment,
    AssessmentStatus,
    Batch,
    Engagement,
    EngagementScope,
    Event,
    FileState,
    Organisation,
    Sheet,
    SheetStatus,
)
from tests.addresses import ANONYMOUS, TABLE, Stage
from tests.tenancy import World, build, send, undone

pytestmark = pytest.mark.django_db

SIGN_IN = "a step of signing in or of one's account; it belongs to no bank"
CONFIRMED = "asks for the password first; its trace is proven in tests/people"
# What may succeed without a trace, and why.
SILENT = {
    "set_language": "a cookie of this browser",
    "shortcuts": "how digits behave for one person",
    "account": "one's own name and preferences; the trail joins names when it is shown",
    "account_login": SIGN_IN,
    "account_logout": SIGN_IN,
    "account_signup": SIGN_IN,
    "account_email": SIGN_IN,
    "account_email_verification_sent": SIGN_IN,
    "account_change_password": SIGN_IN,
    "account_set_password": SIGN_IN,
    "account_reset_password": SIGN_IN,
    "account_confirm_password_reset_code": SIGN_IN,
    "account_complete_password_reset": SIGN_IN,
    "account_reauthenticate": SIGN_IN,
    "session_end": SIGN_IN,
    "sign_out_elsewhere": SIGN_IN,
    "second_factor_onward": SIGN_IN,
    "mfa_index": SIGN_IN,
    "mfa_authenticate": SIGN_IN,
    "mfa_login_webauthn": SIGN_IN,
    "mfa_reauthenticate": SIGN_IN,
    "mfa_reauthenticate_webauthn": SIGN_IN,
    "mfa_edit_webauthn": "the name of one's own passkey",
    "mfa_activate_totp": CONFIRMED,
    "mfa_deactivate_totp": CONFIRMED,
    "mfa_add_webauthn": CONFIRMED,
    "mfa_remove_webauthn": CONFIRMED,
    "mfa_generate_recovery_codes": CONFIRMED,
    "own_data_copy": CONFIRMED,
    "plan_adopt": "the stage's plan is adopted already, and a second time changes nothing",
    "erase": CONFIRMED,
}
SUCCESS = (200, 201, 204, 302)


def submitted(stage: Stage) -> None:
    Sheet.objects.filter(assessment=stage.open).update(
        status=SheetStatus.SUBMITTED, submitted_at=timezone.now()
    )


def closed(stage: Stage) -> None:
    submitted(stage)
    Assessment.objects.filter(pk=stage.open.pk).update(
        status=AssessmentStatus.CLOSED, closed_at=timezone.now()
    )


def closing(stage: Stage) -> None:
    Organisation.objects.filter(pk=stage.bank.pk).update(closing_on=timezone.now().date())


def narrow(stage: Stage) -> None:
    Engagement.objects.filter(pk=stage.engagement.pk).update(
        scope=EngagementScope.RESULTS, asked_scope=EngagementScope.RESULTS
    )


def asks_for_more(stage: Stage) -> None:
    Engagement.objects.filter(pk=stage.engagement.pk).update(
        scope=EngagementScope.RESULTS, asked_scope=EngagementScope.FACILITATE
    )


def one_round_open(stage: Stage) -> None:
    rounds = Assessment.objects.filter(organisation=stage.bank, status=AssessmentStatus.OPEN)
    rounds.exclude(pk=stage.open.pk).delete()


def running(stage: Stage) -> None:
    Batch.objects.filter(pk=stage.batch.pk).update(state=FileState.RUNNING)


def partial(stage: Stage) -> None:
    stage.batch.members.update(state=FileState.FAILED)


# What has to be so before a form has something to do; the table says only what it answers.
BEFORE: dict[str, Callable[[Stage], None]] = {
    "batch_cancel": running,
    "batch_retry": partial,
    "cancel_closing": closing,
    "close": submitted,
    "publish": closed,
    "reopen": submitted,
    "engagement_more": narrow,
    "engagement_widen": asks_for_more,
    "member_remind": one_round_open,
    "remind_all": one_round_open,
}


def successful(name: str) -> list[int]:
    """The columns of those who may send this form."""
    columns = enumerate(TABLE[name].post.split()[:ANONYMOUS])
    return [column for column, status in columns if int(status) in SUCCESS]


def traces() -> set[tuple[str, int]]:
    """Every row of both trails; what goes with a deleted round does not hide what came."""
    return {
        *(("event", pk) for pk in Event.objects.values_list("pk", flat=True)),
        *(("answer", pk) for pk in AnswerChange.objects.values_list("pk", flat=True)),
    }


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Built once; the transaction that holds it is never committed."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted(name for name in TABLE if successful(name)))
def test_s41_every_form_that_succeeds_leaves_a_trace(name: str, world: World) -> None:
    cache.clear()
    stage = world.own
    with undone():
        if name in BEFORE:
            BEFORE[name](stage)
        before = traces()
        url = reverse(name, args=TABLE[name].ids(stage))
        status, _, _ = send(world.client(successful(name)[0]), "post", url, TABLE[name])
        left = traces() - before
    assert (status in SUCCESS, bool(left)) == (True, name not in SILENT)


def test_s41_no_address_changes_or_deletes_an_event(world: World) -> None:
    """The trail is read under three addresses, and none of them takes a form."""
    of_trail = {name for name in TABLE if "trail" in name or "event" in name or "audit" in name}
    assert of_trail == {"trail", "trail_csv", "own_trail"}
    for name in of_trail:
        url = reverse(name, args=TABLE[name].ids(world.own))
        for column in range(ANONYMOUS):
            for method in ("post", "put", "patch", "delete"):
                with undone():
                    before = list(Event.objects.order_by("pk").values_list())
                    status, _, _ = send(world.client(column), method, url, TABLE[name])
                    assert status == 405
                    assert list(Event.objects.order_by("pk").values_list()) == before
