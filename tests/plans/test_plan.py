"""Adopting a roadmap, and what a lead then does with its actions."""

import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import html5lib
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import (
    ActionStatus,
    AdoptedAction,
    AdoptedPlan,
    Assessment,
    AssessmentStatus,
    Event,
    Snapshot,
)
from assessments.plans import queries, services
from maturity import load_framework
from tests import factories
from tests.conftest import Cast
from tests.plans.conftest import FIRST, NOW, changed, posted

XSS = "</script><svg onload=alert(1)>\"'&<b>x"
Counting = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def lead(client: Client, cast: Cast) -> Client:
    client.force_login(cast.lead)
    return client


def address(name: str, *args: object) -> str:
    return reverse(name, args=args)


def other_round(cast: Cast, period: str, published_at: dt.datetime) -> Assessment:
    """One more published round of the bank, with the findings of the first."""
    frozen = Snapshot.objects.order_by("pk")[0]
    round_ = factories.make_round(cast.bank, period=period, status=AssessmentStatus.PUBLISHED)
    Snapshot.objects.create(
        assessment=round_,
        framework_version="1.0",
        case=frozen.case,
        findings=frozen.findings,
        published_at=published_at,
    )
    return Assessment.objects.select_related("organisation").get(pk=round_.pk)


# ---- adopting ----------------------------------------------------------------------------------


def test_a_roadmap_is_adopted_with_the_quarters_it_planned(
    lead: Client, published: Assessment
) -> None:
    page = lead.get(address("plan_adopt", published.pk))
    form = page.context["form"]
    wanted = queries.due_quarters(published, NOW)
    assert form.initial["actions"] == list(wanted)
    taken = list(wanted)[1:]
    month = form.initial["first_quarter_on"]
    answer = lead.post(
        address("plan_adopt", published.pk), {"first_quarter_on": month, "actions": taken}
    )
    assert answer.headers["Location"] == address("plan", published.pk)
    plan = AdoptedPlan.objects.get()
    assert plan.first_quarter_on.isoformat() == month
    assert dict(plan.actions.values_list("action", "due_quarter")) == {
        id_: wanted[id_] for id_ in taken
    }
    event = Event.objects.get(verb="plan adopted")
    assert (event.target, event.details) == (f"assessment:{published.pk}", {"actions": taken})


def test_adopting_twice_leaves_the_plan_that_stands(
    lead: Client, cast: Cast, published: Assessment, row: AdoptedAction
) -> None:
    AdoptedAction.objects.filter(pk=row.pk).update(status=ActionStatus.DONE)
    first = list(AdoptedAction.objects.values_list())
    answer = lead.post(
        address("plan_adopt", published.pk),
        {"first_quarter_on": "2027-04-01", "actions": [row.action]},
    )
    assert answer.headers["Location"] == address("plan", published.pk)
    again = services.adopt(
        assessment=published, actions=[], first_quarter_on=FIRST, by=cast.lead, now=NOW
    )
    assert (again.pk, list(AdoptedAction.objects.values_list())) == (row.plan_id, first)


def test_only_a_published_round_can_be_adopted(
    lead: Client, cast: Cast, round_: Assessment
) -> None:
    answer = lead.post(
        address("plan_adopt", round_.pk), {"first_quarter_on": "2027-01-01", "actions": ["L01"]}
    )
    assert answer.headers["Location"] == address("roadmap", round_.pk)
    with pytest.raises(services.NothingToAdoptError):
        services.adopt(
            assessment=round_, actions=["L01"], first_quarter_on=FIRST, by=cast.lead, now=NOW
        )
    assert AdoptedPlan.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"first_quarter_on": "2027-02-31"}, "first_quarter_on"),
        ({"first_quarter_on": "1999-01-01"}, "first_quarter_on"),
        ({"actions": []}, "actions"),
        ({"actions": ["L01", "NOPE"]}, "actions"),
    ],
    ids=["b20", "long ago", "none", "unknown"],
)
def test_b20_a_wrong_month_or_action_adopts_nothing(
    lead: Client, published: Assessment, data: dict[str, Any], field: str
) -> None:
    url = address("plan_adopt", published.pk)
    initial = lead.get(url).context["form"].initial
    answer = lead.post(url, initial | data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert AdoptedPlan.objects.count() == 0


def test_a_newer_round_s_plan_takes_over_and_the_older_stays_readable(
    lead: Client, cast: Cast, published: Assessment, row: AdoptedAction
) -> None:
    newer = other_round(cast, "2026 H2", factories.MOMENT + dt.timedelta(days=1))
    notice = lead.get(address("plan", published.pk)).context["page"].adoptable
    assert notice.url == address("plan_adopt", newer.pk)
    url = address("plan_adopt", newer.pk)
    lead.post(url, lead.get(url).context["form"].initial)
    cast.bank.refresh_from_db()
    assert cast.bank.plan_round_id == newer.pk
    old = lead.get(address("plan", published.pk)).context["page"]
    assert (old.editable, old.superseded.url) == (False, address("plan", newer.pk))
    new = lead.get(address("plan", newer.pk)).context["page"]
    assert (new.editable, [link.text for link in new.earlier]) == (True, ["2026 H1"])
    before = list(AdoptedAction.objects.values_list())
    lead.post(address("plan_action", published.pk, row.action), posted(row, status="done"))
    have = {stored[2] for stored in before}
    absent = next(id_ for id_ in load_framework().actions if id_ not in have)
    refused = lead.post(address("plan_add", published.pk), {"action": absent, "due_quarter": "1"})
    assert refused.headers["Location"] == address("plan", published.pk)
    assert list(AdoptedAction.objects.values_list()) == before


def test_an_older_round_is_not_adopted_over_a_newer_plan(
    cast: Cast, published: Assessment, plan: AdoptedPlan
) -> None:
    older = other_round(cast, "2025 H2", factories.LONG_AGO)
    with pytest.raises(services.PastPlanError):
        services.adopt(
            assessment=older,
            actions=list(queries.due_quarters(older, NOW)),
            first_quarter_on=FIRST,
            by=cast.lead,
            now=NOW,
        )
    cast.bank.refresh_from_db()
    assert cast.bank.plan_round_id == published.pk


# ---- changing ----------------------------------------------------------------------------------


def test_owner_quarter_status_and_note_are_kept_with_their_history(
    lead: Client, cast: Cast, published: Assessment, row: AdoptedAction
) -> None:
    url = address("plan_action", published.pk, row.action)
    values = posted(
        row, owner=cast.respondent.pk, due_quarter=3, status="started", note="Budget agreed\nin May"
    )
    assert lead.post(url, values).headers["Location"] == address("plan", published.pk)
    stored = AdoptedAction.objects.get(pk=row.pk)
    assert (stored.owner, stored.due_quarter, stored.status, stored.note, stored.version) == (
        cast.respondent,
        3,
        "started",
        "Budget agreed\nin May",
        2,
    )
    event = Event.objects.get(verb="plan action changed")
    assert event.details == {
        "action": row.action,
        "owner": [None, cast.respondent.pk],
        "due": [row.due_quarter, 3],
        "status": ["planned", "started"],
        "note": True,
    }
    history = lead.get(url).context["page"].history
    assert [line.who for line in history] == ["Lena Lead"]
    assert history[0].what.split(" · ") == [
        "Status: Planned → Started",
        "Owner: nobody → Rolf Respondent",
        "Due: 2027 Q1 → 2027 Q3",
        "Note changed",
    ]


def test_saving_the_same_again_changes_nothing(
    lead: Client, published: Assessment, row: AdoptedAction
) -> None:
    url = address("plan_action", published.pk, row.action)
    for _ in range(2):
        lead.post(url, posted(row, status="done"))
    assert AdoptedAction.objects.get(pk=row.pk).version == 2
    assert Event.objects.filter(verb="plan action changed").count() == 1


def test_two_leads_at_once_see_the_conflict_and_lose_nothing(
    lead: Client, cast: Cast, published: Assessment, row: AdoptedAction
) -> None:
    url = address("plan_action", published.pk, row.action)
    services.change_action(
        assessment=published,
        action=row.action,
        version=1,
        change=changed(row, note="theirs", owner=cast.reviewer.pk),
        by=cast.reviewer,
        now=NOW,
    )
    answer = lead.post(url, posted(row, note="mine"))
    assert answer.status_code == 409
    assert dict(answer.context["page"].clash.rows) == {"Owner": "Rita Reviewer", "Note": "theirs"}
    assert AdoptedAction.objects.get(pk=row.pk).note == "theirs"
    form = answer.context["form"]
    assert (form["note"].value(), form["version"].value()) == ("mine", "2")
    lead.post(url, form.data)
    assert AdoptedAction.objects.get(pk=row.pk).note == "mine"


@pytest.mark.parametrize("version", [None, "", "0", "x", "9" * 30])
def test_b4_an_action_without_its_version_is_refused(
    lead: Client, published: Assessment, row: AdoptedAction, version: str | None
) -> None:
    values = posted(row, status="done")
    del values["version"]
    if version is not None:
        values["version"] = version
    answer = lead.post(address("plan_action", published.pk, row.action), values)
    assert (answer.status_code, AdoptedAction.objects.get(pk=row.pk).status) == (400, "planned")


def test_s5_an_owner_from_another_bank_is_refused_and_nothing_stored(
    lead: Client, cast: Cast, published: Assessment, row: AdoptedAction
) -> None:
    url = address("plan_action", published.pk, row.action)
    for stranger in (cast.outsider, cast.consultant):
        answer = lead.post(url, posted(row, owner=stranger.pk, note="kept in the form"))
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["owner"])
        assert answer.context["form"]["note"].value() == "kept in the form"
    stored = AdoptedAction.objects.get(pk=row.pk)
    assert (stored.owner, stored.note, stored.version) == (None, "", 1)


@pytest.mark.parametrize("name", ["plan", "action", "reminded_at", "score", "organisation", "role"])
def test_s13_a_field_the_form_does_not_have_is_refused(
    lead: Client, published: Assessment, row: AdoptedAction, name: str
) -> None:
    url = address("plan_action", published.pk, row.action)
    answer = lead.post(url, posted(row, status="done") | {name: "1"})
    assert (answer.status_code, AdoptedAction.objects.get(pk=row.pk).version) == (400, 1)


def test_b13_a_note_that_is_too_long_is_refused_with_its_limit(
    lead: Client, published: Assessment, row: AdoptedAction
) -> None:
    url = address("plan_action", published.pk, row.action)
    answer = lead.post(url, posted(row, note="x" * 10_001))
    assert answer.status_code == 422
    assert answer.context["form"].errors["note"] == ["Use at most 500 characters; there are 10001."]
    assert AdoptedAction.objects.get(pk=row.pk).note == ""


@pytest.mark.parametrize("note", ["a\x00b", "a\u202eb", "a\x1bb", "first\n\u2066"])
def test_b12_b14_a_note_with_unfit_characters_is_refused(
    lead: Client, published: Assessment, row: AdoptedAction, note: str
) -> None:
    url = address("plan_action", published.pk, row.action)
    answer = lead.post(url, posted(row, note=note))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["note"])
    assert AdoptedAction.objects.get(pk=row.pk).note == ""


@pytest.mark.parametrize("note", [XSS, "{{7*7}} {0.__class__} {% csrf_token %}", "۱۲ یادداشت"])
def test_s28_s34_a_note_is_shown_letter_by_letter(
    lead: Client, published: Assessment, row: AdoptedAction, note: str
) -> None:
    lead.post(address("plan_action", published.pk, row.action), posted(row, note=note))
    for url in (address("plan", published.pk), address("plan_action", published.pk, row.action)):
        content = lead.get(url).content.decode()
        tree = html5lib.parse(content, namespaceHTMLElements=False)
        shown = {"".join(part.itertext()) for part in tree.iter("bdi")}
        shown |= {"".join(part.itertext()).strip() for part in tree.iter("textarea")}
        assert note in shown
        assert [part for part in tree.iter("svg") if part.get("onload")] == []


def test_a_dropped_action_comes_back_and_another_of_the_framework_is_added(
    lead: Client, published: Assessment, row: AdoptedAction
) -> None:
    lead.post(address("plan_action", published.pk, row.action), posted(row, status="dropped"))
    page = lead.get(address("plan", published.pk)).context["page"]
    dropped = [card.id for group in page.groups for card in group.cards if card.dropped]
    assert dropped == [row.action]
    lead.post(address("plan_add", published.pk), {"action": row.action})
    stored = AdoptedAction.objects.get(pk=row.pk)
    assert (stored.status, stored.due_quarter, stored.version) == ("planned", row.due_quarter, 3)
    have = set(AdoptedAction.objects.values_list("action", flat=True))
    new = next(id_ for id_ in load_framework().actions if id_ not in have)
    lead.post(address("plan_add", published.pk), {"action": new, "due_quarter": "2"})
    assert AdoptedAction.objects.get(action=new).due_quarter == 2
    again = lead.post(address("plan_add", published.pk), {"action": new, "due_quarter": "4"})
    assert again.headers["Location"] == address("plan_action", published.pk, new)
    assert AdoptedAction.objects.get(action=new).due_quarter == 2
    unknown = lead.post(address("plan_add", published.pk), {"action": "Z99"})
    assert (unknown.status_code, list(unknown.context["form"].errors)) == (422, ["action"])


# ---- reading -----------------------------------------------------------------------------------


def test_everybody_in_the_bank_and_its_consultants_only_read(
    client: Client, cast: Cast, published: Assessment, row: AdoptedAction
) -> None:
    for person in (cast.reviewer, cast.respondent, cast.consultant, cast.admin):
        client.force_login(person)
        page = client.get(address("plan", published.pk)).context["page"]
        assert (page.editable, page.adoptable) == (False, None)
        assert "plan" in [link.tab for link in page.bank.links]
        url = address("plan_action", published.pk, row.action)
        shown = client.get(url)
        assert (shown.status_code, shown.context["page"].editable) == (200, False)
        assert client.post(url, posted(row, status="done")).status_code == 403
    assert AdoptedAction.objects.get(pk=row.pk).status == "planned"


def test_the_page_tells_what_is_done_late_and_next(
    lead: Client, published: Assessment, plan: AdoptedPlan, clock_at: Any
) -> None:
    rows = list(plan.actions.order_by("due_quarter", "pk"))
    AdoptedAction.objects.filter(pk=rows[0].pk).update(status=ActionStatus.DONE)
    AdoptedAction.objects.filter(pk=rows[-1].pk).update(status=ActionStatus.DROPPED)
    late = [r for r in rows[1:-1] if r.due_quarter == 1]
    clock_at(dt.datetime(2027, 4, 1, 9, 0, tzinfo=dt.UTC))
    page = lead.get(address("plan", published.pk)).context["page"]
    assert page.headline == f"1 of {len(rows) - 1} actions done"
    assert page.segments.count("overdue") == len(late)
    assert page.lead.startswith(f"{len(late)} are overdue. Next: ")
    assert page.lead.endswith("due 2027 Q2, until 30 June.")


def test_an_action_is_due_until_the_end_of_the_day_in_the_bank_s_zone(
    lead: Client, cast: Cast, published: Assessment, plan: AdoptedPlan, clock_at: Any
) -> None:
    cast.bank.refresh_from_db()
    cast.bank.time_zone = "Pacific/Auckland"
    cast.bank.save()
    marks = []
    for moment in (
        dt.datetime(2027, 3, 31, 10, 59, tzinfo=dt.UTC),
        dt.datetime(2027, 3, 31, 11, 1, tzinfo=dt.UTC),
    ):
        clock_at(moment)
        page = lead.get(address("plan", published.pk)).context["page"]
        marks.append("overdue" in page.segments)
    assert marks == [False, True]


def test_actions_stand_by_stage_or_by_quarter(
    lead: Client, published: Assessment, plan: AdoptedPlan
) -> None:
    url = address("plan", published.pk)
    stages = lead.get(url).context["page"].groups
    assert [group.title for group in stages] == [
        "1 Listen",
        "2 Engage",
        "3 Deliver",
        "4 Innovate",
        "5 Connect",
        "6 Advocate",
    ]
    quarters = lead.get(url, {"by": "quarter"}).context["page"].groups
    assert [group.title for group in quarters][:2] == ["2027 Q1", "2027 Q2"]
    whole = {card.id for group in stages for card in group.cards}
    assert whole == {card.id for group in quarters for card in group.cards}
    assert whole == set(plan.actions.values_list("action", flat=True))


@pytest.mark.parametrize("query", ["by=owner", "by=", "order=due", "owner__email=x", "page=1"])
def test_b19_an_unlisted_order_or_filter_is_refused(
    lead: Client, published: Assessment, plan: AdoptedPlan, query: str
) -> None:
    assert lead.get(f"{address('plan', published.pk)}?{query}").status_code == 400


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=1000000000", "page=x", "q=1"])
def test_b18_an_impossible_page_of_the_history_is_refused(
    lead: Client, published: Assessment, row: AdoptedAction, query: str
) -> None:
    url = address("plan_action", published.pk, row.action)
    assert lead.get(f"{url}?{query}").status_code == 400


def test_a_long_history_comes_in_pages(
    lead: Client, cast: Cast, published: Assessment, row: AdoptedAction
) -> None:
    for number in range(27):
        row.refresh_from_db()
        services.change_action(
            assessment=published,
            action=row.action,
            version=row.version,
            change=changed(row, note=f"note {number}"),
            by=cast.lead,
            now=NOW,
        )
    url = address("plan_action", published.pk, row.action)
    first = lead.get(url).context["page"]
    last = lead.get(first.older_url).context["page"]
    assert (len(first.history), len(last.history), last.newer_url) == (25, 2, f"{url}?page=1")


def test_an_action_says_what_it_waits_for_and_what_it_opens(
    lead: Client, published: Assessment, plan: AdoptedPlan
) -> None:
    framework = load_framework()
    have = set(plan.actions.values_list("action", flat=True))
    later, before = next(
        (id_, pre) for id_ in sorted(have) for pre in framework.actions[id_].pre if pre in have
    )
    url = address("plan_action", published.pk, later)
    waiting = lead.get(url).context["page"].card.waits
    title = lead.get(address("plan_action", published.pk, before)).context["page"].card.title
    assert any(text.startswith(f"{title} (due ") for text in waiting)
    opened = lead.get(address("plan_action", published.pk, before)).context["page"].card.opens
    assert lead.get(url).context["page"].card.title in opened
    plan.actions.filter(action=before).update(status=ActionStatus.DONE)
    assert not any(title in text for text in lead.get(url).context["page"].card.waits)
    plan.actions.filter(action=before).update(status=ActionStatus.DROPPED)
    assert f"{title} (dropped)" in lead.get(url).context["page"].card.waits


def test_an_owner_who_left_the_bank_is_named_as_gone(
    lead: Client, cast: Cast, published: Assessment, row: AdoptedAction
) -> None:
    AdoptedAction.objects.filter(pk=row.pk).update(owner=cast.respondent)
    assert lead.get(address("plan", published.pk)).context["page"].gone == ""
    cast.respondent.memberships.all().delete()
    page = lead.get(address("plan", published.pk)).context["page"]
    assert page.gone == "The owner of 1 open action has left the bank: choose a new one."
    gone = [card.id for group in page.groups for card in group.cards if card.gone]
    assert gone == [row.action]


def test_status_never_changes_a_score(
    lead: Client, published: Assessment, plan: AdoptedPlan
) -> None:
    snapshot = Snapshot.objects.filter(assessment=published).values().get()

    def scores() -> tuple[Any, ...]:
        page = lead.get(address("results", published.pk)).context["page"]
        home = lead.get(address("bank", published.organisation_id)).context["page"]
        figures = lead.get(address("figures", published.pk)).content
        return page.headline, page.scores, page.dimensions, home.rounds, figures

    before = scores()
    for row in plan.actions.all():
        lead.post(address("plan_action", published.pk, row.action), posted(row, status="done"))
    assert set(plan.actions.values_list("status", flat=True)) == {"done"}
    assert scores() == before
    assert Snapshot.objects.filter(assessment=published).values().get() == snapshot
    content = lead.get(address("plan", published.pk)).content.decode()
    assert "Done here never changes a score; only the next assessment does." in content


def test_the_roadmap_shows_each_action_s_status_and_leads_to_the_plan(
    lead: Client, published: Assessment, cast: Cast
) -> None:
    url = address("roadmap", published.pk)
    before = lead.get(url)
    assert before.context["frame"].adopt_url == address("plan_adopt", published.pk)
    assert "state-word" not in before.content.decode()
    wanted = list(queries.due_quarters(published, NOW))
    services.adopt(
        assessment=published, actions=wanted[:2], first_quarter_on=FIRST, by=cast.lead, now=NOW
    )
    AdoptedAction.objects.filter(action=wanted[0]).update(status=ActionStatus.DONE)
    page, frame = (lead.get(url).context[name] for name in ("page", "frame"))
    assert {card.id: card.state for card in page.actions if card.state} == {
        wanted[0]: "Done",
        wanted[1]: "Planned",
    }
    assert (frame.adopt_url, frame.plan_url) == ("", address("plan", published.pk))


def test_forty_actions_cost_as_many_queries_as_five(
    lead: Client, cast: Cast, published: Assessment
) -> None:
    actions = list(load_framework().actions)
    services.adopt(
        assessment=published,
        actions=list(queries.due_quarters(published, NOW))[:5],
        first_quarter_on=FIRST,
        by=cast.lead,
        now=NOW,
    )
    plan = AdoptedPlan.objects.get()
    urls = [
        address("plan", published.pk),
        f"{address('plan', published.pk)}?by=quarter",
        address("plan_action", published.pk, plan.actions.all()[0].action),
        address("plan_add", published.pk),
        address("roadmap", published.pk),
        address("bank", cast.bank.pk),
    ]
    counts: list[list[int]] = []
    for size in (5, 40):
        have = set(plan.actions.values_list("action", flat=True))
        for id_ in [id_ for id_ in actions if id_ not in have][: size - len(have)]:
            AdoptedAction.objects.create(
                plan=plan, action=id_, owner=cast.respondent, due_quarter=2, updated_at=NOW
            )
        assert plan.actions.count() == size
        counts.append([])
        for url in urls:
            lead.get(url)
            with CaptureQueriesContext(connection) as queried:
                lead.get(url)
            counts[-1].append(len(queried))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 10


# ---- the bank's home ---------------------------------------------------------------------------


def test_the_home_shows_how_the_plan_stands_and_what_is_next(
    lead: Client, cast: Cast, published: Assessment, plan: AdoptedPlan, clock_at: Any
) -> None:
    rows = list(plan.actions.order_by("due_quarter", "pk"))
    AdoptedAction.objects.filter(pk=rows[0].pk).update(status=ActionStatus.DONE)
    late = sum(row.due_quarter == 1 for row in rows) - 1
    clock_at(dt.datetime(2027, 5, 1, 9, 0, tzinfo=dt.UTC))
    page = lead.get(address("bank", cast.bank.pk)).context["page"]
    assert page.plan.title == f"Plan: 1 of {len(rows)} done, {late} overdue"
    assert len(page.plan.rows) == min(5, len(rows) - 1)
    assert page.plan.rows[0].overdue
    following = next(row for row in rows if row.due_quarter == 2)
    assert page.next.title.startswith("Next: ")
    assert page.next.action.url == address("plan_action", published.pk, following.action)
    assert re.match(r"due 2027 Q2, until 30 June · Plan: 1 of", page.next.detail)
    AdoptedAction.objects.exclude(due_quarter=1).update(status=ActionStatus.DONE)
    assert (
        lead.get(address("bank", cast.bank.pk)).context["page"].next.title.startswith("Overdue: ")
    )
    AdoptedAction.objects.update(status=ActionStatus.DONE)
    page = lead.get(address("bank", cast.bank.pk)).context["page"]
    assert (page.next.title, page.plan.rows) == ("Work through the roadmap", ())


def test_an_owner_s_own_action_comes_first_on_their_home(
    client: Client, cast: Cast, published: Assessment, plan: AdoptedPlan, clock_at: Any
) -> None:
    clock_at(NOW)
    last = plan.actions.order_by("-due_quarter", "-pk")[0]
    AdoptedAction.objects.filter(pk=last.pk).update(owner=cast.respondent)
    client.force_login(cast.respondent)
    page = client.get(address("bank", cast.bank.pk)).context["page"]
    assert page.next.action.url == address("plan_action", published.pk, last.action)
