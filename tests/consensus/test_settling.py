"""A meeting settles questions: what is stored, who may, what happens when two write at once."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.consensus import services
from assessments.consensus.services import Accord
from assessments.models import (
    AgreedAnswer,
    Assessment,
    AssessmentStatus,
    EngagementScope,
    Event,
    Function,
    SheetStatus,
    Snapshot,
    User,
)
from assessments.results.queries import result_for
from assessments.results.services import publish
from assessments.results.settled import settlement_of
from assessments.survey.writing import LockedError
from tests import factories
from tests.addresses import signed_in
from tests.conftest import Cast
from tests.consensus.conftest import DISPUTED, MakeRound
from tests.survey.test_races import at_once
from tests.test_security import TEMPLATES, XSS, scripts_of

ITEM = "CAP.A1"
MEETING = factories.MOMENT + dt.timedelta(days=3)


def form(**changed: Any) -> dict[str, Any]:
    return {"level": "2", "reason": "Seen together", "guests": "Ann", "version": "0"} | changed


def url(round_: Assessment, name: str = "agreement_item", item: str = ITEM) -> str:
    return reverse(name, args=[round_.pk, item])


def settle(round_: Assessment, by: User, level: int | None, version: int = 0) -> AgreedAnswer:
    return services.settle(
        assessment=round_,
        item=ITEM,
        accord=Accord(level=level, reason=f"says {level}", guests=("Ann",)),
        version=version,
        by=by,
        now=MEETING,
    )


# ---- storing -----------------------------------------------------------------------------------


def test_a_level_is_stored_with_reason_and_who_was_present(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    sent = form(members=[str(cast.lead.pk), str(cast.respondent.pk)], guests="Ann\n\nBob\nAnn")
    response = lead.post(url(round_), sent)
    # On to the next open point of the agenda.
    assert response.headers["Location"] == url(round_, item="RSK.U4")
    row = round_.agreed.get()
    assert (row.item, row.level, row.reason, row.by, row.version) == (
        ITEM,
        2,
        "Seen together",
        cast.lead,
        1,
    )
    present = [{"member": cast.lead.pk}, {"member": cast.respondent.pk}]
    assert row.present == [*present, {"guest": "Ann"}, {"guest": "Bob"}]
    page: Any = lead.get(url(round_)).context["page"]
    assert page.agreed.present == ("Lena Lead", "Rolf Respondent", "Ann", "Bob")


def test_changing_and_taking_back_keep_every_version(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    lead.post(url(round_), form())
    lead.post(url(round_), form(level="3", version="1", reason="On second thought"))
    taken = url(round_, "agreement_take_back")
    assert lead.get(taken).status_code == 200
    lead.post(taken, {"reason": "Wrong question", "version": "2"})
    row = round_.agreed.get()
    assert (row.level, row.version) == (None, 3)
    history = list(row.changes.order_by("version").values_list("version", "level", "reason"))
    assert history == [
        (1, 2, "Seen together"),
        (2, 3, "On second thought"),
        (3, None, "Wrong question"),
    ]
    page: Any = lead.get(url(round_)).context["page"]
    assert page.agreed is None
    assert [line.what for line in page.history] == ["Taken back", "Level 3", "Level 2"]


def test_s41_each_step_leaves_an_event_without_level_or_words(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    lead.post(url(round_), form())
    lead.post(url(round_, "agreement_take_back"), {"reason": "No", "version": "1"})
    events = Event.objects.order_by("pk").values_list("verb", "target", "details")
    target = f"assessment:{round_.pk}"
    assert list(events)[-2:] == [
        ("level agreed", target, {"item": ITEM, "version": 1}),
        ("agreement taken back", target, {"item": ITEM, "version": 2}),
    ]


def test_sending_the_same_twice_is_once(cast: Cast, lead: Client, round_: Assessment) -> None:
    for _ in range(2):
        assert lead.post(url(round_), form()).status_code == 302
    assert round_.agreed.get().version == 1


# ---- two at once -------------------------------------------------------------------------------


def test_b3_a_stale_version_shows_both_values_and_loses_neither(
    cast: Cast, round_: Assessment
) -> None:
    lead, consultant = signed_in(cast.lead), signed_in(cast.consultant)
    lead.post(url(round_), form(level="4", reason="The lead heard four"))
    response: Any = consultant.post(url(round_), form(level="1", reason="We heard one"))
    assert response.status_code == 409
    assert round_.agreed.get().level == 4
    conflict = response.context["page"].conflict
    assert (conflict.there, conflict.there_reason) == ("Level 4", "The lead heard four")
    assert (conflict.here, conflict.here_reason) == ("Level 1", "We heard one")
    kept = response.context["form"]
    assert (kept["reason"].value(), kept["version"].value()) == ("We heard one", "1")
    # Having seen it, the consultant may put their own in its place; the history holds both.
    again = form(level="1", reason="We heard one", version="1")
    assert consultant.post(url(round_), again).status_code == 302
    levels = round_.agreed.get().changes.order_by("version").values_list("level", flat=True)
    assert list(levels) == [4, 1]


def test_b3_taking_back_what_changed_meanwhile_is_refused(lead: Client, round_: Assessment) -> None:
    lead.post(url(round_), form())
    lead.post(url(round_), form(level="5", version="1"))
    response: Any = lead.post(url(round_, "agreement_take_back"), {"reason": "No", "version": "1"})
    assert response.status_code == 409
    assert response.context["page"].stands.what == "Level 5"
    assert round_.agreed.get().level == 5


@pytest.mark.django_db(transaction=True)
def test_s18_of_two_facilitators_at_once_exactly_one_is_first() -> None:
    lead = factories.make_user("lead@norvane.example")
    round_ = factories.make_round(factories.make_bank(lead), status=AssessmentStatus.CLOSED)

    def work(place: int) -> str:
        try:
            settle(Assessment.objects.get(pk=round_.pk), lead, 1 + place % 5 if place else 5)
        except services.StaleAgreementError:
            return "stale"
        return "stored"

    found = at_once(work)
    row = round_.agreed.get()
    # Repeating what is stored is no conflict, so several may have said the winner's level.
    assert found["stored"] >= 1
    assert (row.version, row.changes.count()) == (1, 1)
    assert sum(found.values()) == found["stored"] + found["stale"]
    assert found["stale"] >= 3


@pytest.mark.django_db(transaction=True)
def test_s18_without_the_version_the_last_would_win_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control: versions are what the race above is decided by."""
    lead = factories.make_user("lead@norvane.example")
    round_ = factories.make_round(factories.make_bank(lead), status=AssessmentStatus.CLOSED)

    def work(place: int) -> str:
        held = Assessment.objects.get(pk=round_.pk)
        row = held.agreed.first()
        try:
            settle(held, lead, 1 + place % 5, row.version if row else 0)
        except services.StaleAgreementError:
            return "stale"
        return "stored"

    settle(round_, lead, 3)
    one: Counter[str] = Counter(work(place) for place in range(5))
    assert one == {"stored": 5}
    assert round_.agreed.get().version > 1


# ---- bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["0", "6", "2.5", "true", "NaN", "1e309", "-1", "NA"])
def test_b1_a_level_outside_1_to_5_is_refused(level: str, lead: Client, round_: Assessment) -> None:
    assert lead.post(url(round_), form(level=level)).status_code == 400
    assert not round_.agreed.exists()


def test_b2_a_question_of_another_questionnaire_does_not_exist(
    lead: Client, round_: Assessment
) -> None:
    for item in ("CAP.A99", "cap.a1", "x"):
        for response in (
            lead.get(url(round_, item=item)),
            lead.post(url(round_, item=item), form()),
        ):
            assert response.status_code == 404


@pytest.mark.parametrize("version", ["-1", "1.0", "x", "9" * 30, "١"])
def test_b3_a_version_that_is_no_number_is_refused(
    version: str, lead: Client, round_: Assessment
) -> None:
    assert lead.post(url(round_), form(version=version)).status_code == 400


def test_b4_without_a_version_nothing_is_stored(lead: Client, round_: Assessment) -> None:
    sent = form()
    del sent["version"]
    assert lead.post(url(round_), sent).status_code == 428
    taken = lead.post(url(round_, "agreement_take_back"), {"reason": "No"})
    assert (taken.status_code, round_.agreed.count()) == (302, 0)  # there is nothing to take back
    lead.post(url(round_), form())
    assert lead.post(url(round_, "agreement_take_back"), {"reason": "No"}).status_code == 428


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("level", "", "Choose the level that was agreed, 1 to 5."),
        ("reason", "  ", "Say why this level was agreed."),
        ("reason", "x" * 501, "Use at most 500 characters; there are 501."),
        ("reason", "a\0b", "Remove control characters; letters of every script are welcome."),
        ("guests", "", "Mark who was present, or name a guest."),
        ("guests", "A\n" + "n" * 81, "Line 2: Ensure this value has at most 80 characters"),
        ("guests", "\n".join(f"G{n}" for n in range(21)), "Name at most 20 guests."),
    ],
)
def test_b12_b13_a_fault_names_field_and_limit_and_keeps_the_rest(
    field: str, value: str, message: str, lead: Client, round_: Assessment
) -> None:
    response: Any = lead.post(url(round_), form(**{field: value}))
    assert response.status_code == 422
    page = response.content.decode()
    assert message in page
    assert ("Seen together" in page) == (field != "reason")
    assert not round_.agreed.exists()


def test_s5_s7_one_foreign_person_among_those_present_refuses_all(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    members = [str(cast.lead.pk), str(cast.outsider.pk)]
    assert lead.post(url(round_), form(members=members)).status_code == 400
    assert not round_.agreed.exists()


def test_s8_an_empty_list_of_those_present_skips_no_check(lead: Client, round_: Assessment) -> None:
    for members in ([], [""], ["null"]):
        response = lead.post(url(round_), form(members=members, guests=""))
        assert response.status_code in {400, 422}
    assert not round_.agreed.exists()


def test_s13_what_the_form_does_not_ask_for_changes_nothing(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    more = {"by": cast.respondent.pk, "assessment": "x", "item": "RSK.U1", "at": "2001-01-01"}
    lead.post(url(round_), form(**more))
    row = round_.agreed.get()
    assert (row.item, row.by, row.at.year) == (ITEM, cast.lead, dt.datetime.now(dt.UTC).year)


@pytest.mark.parametrize("text", ["".join(XSS), *TEMPLATES])
def test_s28_s34_hostile_words_stand_there_as_they_are(
    text: str, cast: Cast, lead: Client, round_: Assessment
) -> None:
    guest = text[:70].strip()
    lead.post(url(round_), form(reason=text[:500], guests=guest))
    assert round_.agreed.get().reason == text[:500].strip()
    for name, more in (
        ("agreement", ()),
        ("agenda", ()),
        ("agreement_item", (ITEM,)),
        ("agreement_take_back", (ITEM,)),
        ("scoring", ()),
    ):
        page = lead.get(reverse(name, args=[round_.pk, *more])).content.decode()
        assert (name, scripts_of(page)) == (name, [])
    typed = "".join(XSS)[:500]
    refused = lead.post(url(round_), form(reason=typed, guests="</textarea><script>a" * 9))
    assert (refused.status_code, scripts_of(refused.content.decode())) == (422, [])


# ---- when and who ------------------------------------------------------------------------------


def test_an_open_round_settles_nothing(lead: Client, make: MakeRound) -> None:
    round_ = make({"lead": DISPUTED["lead"]}, status=AssessmentStatus.OPEN)
    assert lead.post(url(round_), form()).status_code == 302
    assert not round_.agreed.exists()
    page: Any = lead.get(url(round_)).context["page"]
    assert (page.settling, page.why_not) == (
        False,
        "A meeting settles levels once the round is closed.",
    )


def test_a_published_round_is_frozen(cast: Cast, lead: Client, round_: Assessment) -> None:
    lead.post(url(round_), form())
    publish(assessment=round_, by=cast.lead, now=MEETING)
    with pytest.raises(LockedError):
        settle(round_, cast.lead, 5, 1)
    lead.post(url(round_), form(level="5", version="1"))
    lead.post(url(round_, "agreement_take_back"), {"reason": "No", "version": "1"})
    assert round_.agreed.get().level == 2
    page: Any = lead.get(url(round_)).context["page"]
    assert (page.settling, page.take_back_url) == (False, "")


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        (EngagementScope.RESULTS, 403),
        (EngagementScope.ANSWERS, 403),
        (EngagementScope.FACILITATE, 302),
    ],
)
def test_only_a_consultant_who_may_facilitate_settles(
    scope: EngagementScope, status: int, cast: Cast, round_: Assessment
) -> None:
    cast.engagement.scope = scope
    cast.engagement.save()
    client = signed_in(cast.consultant)
    assert client.post(url(round_), form()).status_code == status
    assert round_.agreed.exists() == (status == 302)


# ---- what it changes ---------------------------------------------------------------------------


def test_results_use_the_agreed_level_and_the_drill_down_tells_of_it(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    before = result_for(round_, MEETING)
    settle(round_, cast.lead, 1)
    after = result_for(round_, MEETING)
    assert before is not None
    assert after is not None
    assert after.findings.items[ITEM].level == 1
    assert (before.findings.bank.raw or 0) > (after.findings.bank.raw or 0)
    assert after.findings.agreement == before.findings.agreement
    page = lead.get(reverse("scoring", args=[round_.pk])).content.decode()
    assert (
        "Agreed 1 in the meeting of 5 Nov 2026; the original answers ran from 1 to 5. "
        "Reason: <bdi>says 1</bdi>"
    ) in page
    taken = services.settle(
        assessment=round_,
        item=ITEM,
        accord=Accord(level=None, reason="No"),
        version=1,
        by=cast.lead,
        now=MEETING,
    )
    assert taken.level is None
    assert result_for(round_, MEETING) == before


def test_publishing_keeps_before_and_after_beside_unchanged_findings(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    settle(round_, cast.lead, 1)
    live = result_for(round_, MEETING)
    assert live is not None
    expected = settlement_of(round_, live)
    snapshot = publish(assessment=round_, by=cast.lead, now=MEETING)
    frozen = result_for(round_, MEETING)
    assert frozen is not None
    assert settlement_of(round_, frozen) == expected
    assert (expected.agenda_settled, len(expected.agenda)) == (1, 4)
    assert expected.before.bank != expected.after.bank
    kept = snapshot.findings["beside"]["settled"]
    assert [row["item"] for row in kept["agreed"]] == [ITEM]
    assert set(kept["agreed"][0]) == {"item", "level", "reason", "on", "ratings", "low", "high"}
    assert "Ann" not in str(snapshot.findings)  # who was present is not frozen
    page: Any = lead.get(reverse("agenda", args=[round_.pk])).context["page"]
    assert page.changes[0].changed


def test_a_snapshot_from_before_meetings_existed_can_be_read(
    cast: Cast, round_: Assessment
) -> None:
    snapshot = publish(assessment=round_, by=cast.lead, now=MEETING)
    del snapshot.findings["beside"]["settled"]
    Snapshot.objects.filter(pk=snapshot.pk).update(
        findings=snapshot.findings, published_at=MEETING + dt.timedelta(seconds=1)
    )
    result = result_for(round_, MEETING)
    assert result is not None
    found = settlement_of(round_, result)
    assert (found.agreed, found.before) == ((), found.after)


def test_customer_questions_can_be_settled_too(cast: Cast, lead: Client, make: MakeRound) -> None:
    round_ = make()
    lead.post(url(round_, item="CUS.A1"), form(level="5"))
    page: Any = lead.get(reverse("agenda", args=[round_.pk])).context["page"]
    assert [point.url for point in page.others] == [url(round_, item="CUS.A1")]
    assert page.changes[1].changed


def test_names_of_those_present_are_joined_when_shown(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    lead.post(url(round_), form(members=[str(cast.respondent.pk)]))
    cast.respondent.memberships.all().delete()
    page: Any = lead.get(url(round_)).context["page"]
    assert page.agreed.present == ("Former member", "Ann")


def test_function_is_all_that_notes_carry_where_the_round_says_so(
    lead: Client, round_: Assessment
) -> None:
    sheet = round_.sheets.get(function=Function.RISK)
    sheet.answers.filter(item=ITEM).update(note="Nobody counts hours", evidence="E1")
    page: Any = lead.get(url(round_)).context["page"]
    assert [(claim.label, claim.note) for claim in page.claims] == [("Risk", "Nobody counts hours")]
    round_.visibility = "anonymous"
    round_.save()
    response: Any = lead.get(url(round_))
    assert response.context["page"].claims == ()
    assert "Nobody counts hours" not in response.content.decode()


def test_a_sheet_that_is_not_handed_in_is_neither_shown_nor_counted(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    late = factories.make_user("late@norvane.example", name="Late")
    factories.add_member(cast.bank, late)
    sheet = factories.make_sheet(round_, late, function=Function.HR, status=SheetStatus.OPEN)
    factories.fill_sheet(sheet, {ITEM: 4})
    response: Any = lead.get(reverse("agreement", args=[round_.pk]))
    assert "HR" not in response.context["page"].columns
