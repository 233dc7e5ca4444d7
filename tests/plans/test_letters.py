"""Reminders: when, how often, to whom, and what they say."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail

from assessments import outbox
from assessments.models import ActionStatus, AdoptedAction, Mail, MailState
from assessments.plans.letter_services import remind
from tests import factories
from tests.conftest import Cast

# The first quarter ends with 31 March 2027.
BEFORE = dt.datetime(2027, 3, 16, 12, 0, tzinfo=dt.UTC)
SOON = dt.datetime(2027, 3, 17, 12, 0, tzinfo=dt.UTC)
LAST_DAY = dt.datetime(2027, 3, 31, 12, 0, tzinfo=dt.UTC)
LATE = dt.datetime(2027, 4, 1, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def owned(cast: Cast, row: AdoptedAction) -> AdoptedAction:
    """The respondent owns the first action; nobody owns another."""
    AdoptedAction.objects.filter(pk=row.pk).update(owner=cast.respondent)
    row.refresh_from_db()
    return row


def occasions() -> list[str]:
    return [row.context["occasion"] for row in Mail.objects.order_by("created_at")]


def written(now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Send what waits, as the job would."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    for row in Mail.objects.filter(state=MailState.PENDING):
        row.next_try_at = now
        row.save()
        outbox.send(str(row.pk))
    return mail.outbox


def test_the_owner_is_told_two_weeks_before_the_end_and_once_after_it(
    owned: AdoptedAction,
) -> None:
    told = [
        remind(moment)
        for moment in (BEFORE, SOON, SOON, LAST_DAY, LATE, LATE + dt.timedelta(days=60))
    ]
    assert told == [0, 1, 0, 0, 1, 0]
    assert occasions() == ["soon", "overdue"]


def test_an_action_is_written_about_at_most_once_in_48_hours(owned: AdoptedAction) -> None:
    assert remind(LAST_DAY) == 1
    assert remind(LATE) == 0
    assert remind(LAST_DAY + dt.timedelta(hours=47, minutes=59)) == 0
    assert remind(LAST_DAY + dt.timedelta(hours=48)) == 1
    assert occasions() == ["soon", "overdue"]


def test_an_action_put_off_is_told_of_again_before_its_new_end(owned: AdoptedAction) -> None:
    assert remind(LATE) == 1
    AdoptedAction.objects.filter(pk=owned.pk).update(due_quarter=2)
    assert remind(LATE + dt.timedelta(days=10)) == 0
    assert remind(dt.datetime(2027, 6, 20, tzinfo=dt.UTC)) == 1
    assert occasions() == ["overdue", "soon"]


@pytest.mark.parametrize("status", [ActionStatus.DONE, ActionStatus.DROPPED])
def test_nobody_is_told_of_what_is_done_or_dropped(owned: AdoptedAction, status: str) -> None:
    AdoptedAction.objects.filter(pk=owned.pk).update(status=status)
    assert remind(LATE) == 0


def test_nobody_is_told_of_an_older_plan_or_by_a_bank_that_leaves(
    cast: Cast, owned: AdoptedAction
) -> None:
    cast.bank.refresh_from_db()
    cast.bank.closing_on = LATE.date()
    cast.bank.save()
    assert remind(LATE) == 0
    cast.bank.closing_on, cast.bank.plan_round = None, factories.make_round(cast.bank)
    cast.bank.save()
    assert remind(LATE) == 0


@pytest.mark.parametrize(("moment", "word"), [(SOON, "Due soon"), (LATE, "Overdue")])
def test_a_letter_holds_title_day_and_link_but_no_note(
    cast: Cast,
    owned: AdoptedAction,
    monkeypatch: pytest.MonkeyPatch,
    moment: dt.datetime,
    word: str,
) -> None:
    AdoptedAction.objects.filter(pk=owned.pk).update(note="secret canary")
    cast.bank.refresh_from_db()
    cast.bank.name = "Bank <b>& Sons"
    cast.bank.save()
    remind(moment)
    (letter,) = written(moment, monkeypatch)
    assert letter.to == ["respondent@norvane.example"]
    assert letter.subject.startswith(f"{word}: ")
    text, (html, kind) = letter.body, letter.alternatives[0]
    link = f"/rounds/{owned.plan.assessment_id}/plan/{owned.action}/"
    assert kind == "text/html"
    assert "plan of Bank <b>& Sons. It is due 2027 Q1, until 31 March." in text
    assert "Bank &lt;b&gt;&amp; Sons" in html
    for part in (text, html):
        assert link in part
        assert "secret canary" not in part
    stored = Mail.objects.get()
    assert stored.context == {
        "occasion": "soon" if moment is SOON else "overdue",
        "owner": cast.respondent.pk,
    }


@pytest.mark.parametrize("event", ["done", "handed over", "left"])
def test_a_letter_that_is_no_longer_true_is_not_sent(
    cast: Cast, owned: AdoptedAction, monkeypatch: pytest.MonkeyPatch, event: str
) -> None:
    remind(LATE)
    if event == "left":
        cast.respondent.memberships.all().delete()
    else:
        values: dict[str, Any] = (
            {"status": ActionStatus.DONE} if event == "done" else {"owner": cast.reviewer}
        )
        AdoptedAction.objects.filter(pk=owned.pk).update(**values)
    assert written(LATE, monkeypatch) == []
    assert Mail.objects.get().state == MailState.DROPPED


def test_the_lead_is_told_once_that_an_owner_left(
    cast: Cast, owned: AdoptedAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.respondent.memberships.all().delete()
    assert [remind(SOON), remind(LATE)] == [1, 0]
    (letter,) = written(LATE, monkeypatch)
    assert letter.to == ["lead@norvane.example"]
    assert letter.subject.startswith("An action has lost its owner: ")
    assert "Rolf Respondent" not in letter.body
    AdoptedAction.objects.filter(pk=owned.pk).update(owner=cast.reviewer)
    cast.reviewer.memberships.all().delete()
    assert remind(LATE) == 1  # another owner, another letter
