"""A round that begins with the last one's answers: shown, never counted until they are confirmed."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.access import seal, sheet_writing
from assessments.consensus import queries as consensus
from assessments.consensus.review_services import answered_by
from assessments.models import (
    AnswerChange,
    Assessment,
    AssessmentStatus,
    Event,
    SavedAnswer,
    Sheet,
    SheetStatus,
    User,
)
from assessments.people import invitation_queries, member_queries, member_services
from assessments.people import queries as people
from assessments.survey import queries, respondent_services, round_services, services
from assessments.survey.answers import Save
from assessments.survey.outline import outline
from maturity import load_framework
from tests import factories
from tests.conftest import Cast

ITEMS = tuple(load_framework().items)
SAID: dict[str, factories.Answer] = {"CAP.A1": 3, "CAP.A2": "DK", "CAP.A3": "NA", "RSK.U1": 1}
CAPACITY = "capacity-awareness"


@pytest.fixture
def before(cast: Cast) -> Assessment:
    """A published round in which the lead answered four questions and the respondent all."""
    round_ = factories.publish_case(
        cast.bank,
        {"respondents": [{"role": "executive", "answers": {"CAP.A1": 3}}]},
        period="2025 H2",
        at=factories.LONG_AGO,
    )
    own = factories.make_sheet(round_, cast.lead, status=SheetStatus.SUBMITTED)
    factories.fill_sheet(own, SAID, at=factories.LONG_AGO)
    SavedAnswer.objects.filter(sheet=own, item="CAP.A1").update(
        note="Seen in the minutes", link="https://norvane.example/minutes", evidence="E1"
    )
    other = factories.make_sheet(round_, cast.respondent, status=SheetStatus.SUBMITTED)
    factories.fill_sheet(other, factories.whole_sheet(4), at=factories.LONG_AGO)
    return round_


@pytest.fixture
def begun(cast: Cast, before: Assessment) -> Assessment:
    """A new round that begins with the answers of `before`; the lead answers."""
    return begin(cast, before)


@pytest.fixture
def sheet(begun: Assessment, cast: Cast) -> Sheet:
    return begun.sheets.get(respondent=cast.lead)


@pytest.fixture
def lead_client(client: Client, cast: Cast) -> Client:
    client.force_login(cast.lead)
    return client


def begin(cast: Cast, before: Assessment | None) -> Assessment:
    return round_services.start_round(
        organisation=cast.bank,
        period="2026 H2",
        due_on=None,
        function="executive",
        by=cast.lead,
        carried_from=before,
    )


def rows_of(sheet: Sheet) -> dict[str, Any]:
    """Level, special, version and whether it waits, by item."""
    rows = sheet.answers.values_list("item", "level", "special", "version", "carried")
    return {item: list(rest) for item, *rest in rows}


def waiting(sheet: Sheet) -> list[str]:
    return sorted(sheet.answers.filter(carried=True).values_list("item", flat=True))


def autosave(client: Client, sheet: Sheet, item: str, **body: Any) -> Any:
    address = reverse("answer", args=[sheet.assessment.pk, item])
    complete = {"answer": 3, "version": 0, "client_id": str(uuid4())} | body
    return client.post(address, complete, content_type="application/json")


def send(client: Client, sheet: Sheet, **fields: str) -> Any:
    """The first page as a browser without JavaScript sends it: every field as it was served."""
    page = outline().by_slug[CAPACITY]
    form = {f"version-{item.id}": "0" for item in page.items}
    form |= {"answer-CAP.A1": "3", "answer-CAP.A2": "DK", "answer-CAP.A3": "NA"}
    form |= {"reason-CAP.A3": "No such work", "note-CAP.A1": "Seen in the minutes"}
    form |= {"link-CAP.A1": "https://norvane.example/minutes"}
    return client.post(reverse("section", args=[sheet.assessment.pk, CAPACITY]), form | fields)


# ---- what is taken over -----------------------------------------------------------------------


def test_own_answers_notes_and_links_come_along_as_version_0_not_confirmed(sheet: Sheet) -> None:
    assert rows_of(sheet) == {
        "CAP.A1": [3, "", 0, True],
        "CAP.A2": [None, "DK", 0, True],
        "CAP.A3": [None, "NA", 0, True],
        "RSK.U1": [1, "", 0, True],
    }
    row = sheet.answers.get(item="CAP.A1")
    assert (row.note, row.link) == ("Seen in the minutes", "https://norvane.example/minutes")
    assert row.updated_at == factories.LONG_AGO  # when it was given
    assert sheet.answers.get(item="CAP.A3").reason == "No such work"


def test_what_was_seen_last_time_has_not_been_seen_now(sheet: Sheet) -> None:
    assert sheet.answers.get(item="CAP.A1").evidence == "E0"


def test_nothing_is_written_into_the_history_until_somebody_confirms(sheet: Sheet) -> None:
    assert not AnswerChange.objects.filter(sheet=sheet).exists()


def test_the_trail_tells_which_round_this_one_began_with(
    begun: Assessment, before: Assessment
) -> None:
    event = Event.objects.get(verb="round started", target=f"assessment:{begun.pk}")
    assert event.details["carried_from"] == str(before.pk)


def test_a_round_that_begins_blank_takes_nothing_over(cast: Cast, before: Assessment) -> None:
    assert begin(cast, None).sheets.get().answers.count() == 0


def test_who_is_asked_later_finds_their_own_answers_and_nobody_elses(
    cast: Cast, begun: Assessment
) -> None:
    added = respondent_services.add_respondent(
        assessment=begun, person=cast.respondent, function="risk", by=cast.lead
    )
    assert set(added.answers.values_list("level", "carried")) == {(4, True)}
    newcomer = respondent_services.add_respondent(
        assessment=begun, person=cast.reviewer, function="it", by=cast.lead
    )
    assert newcomer.answers.count() == 0


def test_who_joins_by_invitation_finds_their_own_answers_too(
    cast: Cast, begun: Assessment, client: Client
) -> None:
    from assessments.people.invitation_services import _ask  # noqa: PLC0415 -- the one door

    invitation = factories.make_invitation(
        cast.bank, begun, email=cast.respondent.email, sections=["RSK"], by=cast.lead
    )
    found = _ask(invitation, cast.respondent)
    assert found is not None
    assert found.answers.filter(carried=True).count() == len(ITEMS)
    assert found.sections == ["RSK"]


def test_a_sheet_that_was_not_handed_in_is_not_taken_over(cast: Cast, before: Assessment) -> None:
    before.sheets.filter(respondent=cast.lead).update(status=SheetStatus.OPEN)
    assert begin(cast, before).sheets.get().answers.count() == 0


def test_what_nobody_confirmed_is_not_taken_over_a_second_time(
    cast: Cast, before: Assessment
) -> None:
    SavedAnswer.objects.filter(sheet__assessment=before, item="CAP.A1").update(carried=True)
    assert waiting(begin(cast, before).sheets.get()) == ["CAP.A2", "CAP.A3", "RSK.U1"]


def test_a_question_that_another_framework_version_words_otherwise_starts_blank(
    cast: Cast, before: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        sheet_writing, "items_in_common", lambda old, new: frozenset(ITEMS) - {"CAP.A1"}
    )
    assert waiting(begin(cast, before).sheets.get()) == ["CAP.A2", "CAP.A3", "RSK.U1"]


def test_a_version_that_the_program_does_not_know_any_more_gives_nothing() -> None:
    now = load_framework().version
    assert sheet_writing.items_in_common("0.1", now) == frozenset()
    assert sheet_writing.items_in_common(now, now) == frozenset(ITEMS)


# ---- what does not count ----------------------------------------------------------------------


def test_an_answer_that_nobody_confirmed_never_reaches_the_score(
    cast: Cast, sheet: Sheet, begun: Assessment
) -> None:
    services.confirm_answers(sheet=sheet, items=["RSK.U1"], by=cast.lead, now=factories.MOMENT)
    services.submit(sheet=sheet, by=cast.lead, now=factories.MOMENT)
    case = queries.case_for(begun, factories.MOMENT.date())
    assert [dict(person.answers) for person in case.respondents] == [{"RSK.U1": 1}]
    assert dict(case.evidence) == {}


def test_nobody_else_reads_what_is_not_confirmed(
    cast: Cast, sheet: Sheet, begun: Assessment
) -> None:
    services.confirm_answers(sheet=sheet, items=["RSK.U1"], by=cast.lead, now=factories.MOMENT)
    services.submit(sheet=sheet, by=cast.lead, now=factories.MOMENT)
    assert set(queries.sheets_for_agreement(begun)[0].answers) == {"RSK.U1"}
    assert set(consensus.claimed(begun)) == {"RSK.U1"}
    assert answered_by(begun, cast.lead) == {"RSK.U1"}


def test_every_count_of_answers_leaves_out_what_is_not_confirmed(
    cast: Cast, sheet: Sheet, begun: Assessment
) -> None:
    facts = next(row for row in people.rounds_of(cast.bank, cast.lead) if row.pk == begun.pk)
    progress = queries.sheet_progress(sheet)
    (line,) = queries.respondents(begun, sheet)
    members = member_queries.progress_of(begun, cast.bank.memberships.all())
    assert facts.answered == progress.answered == line.answered == 0
    assert people.own_sheet(facts, cast.lead).answered == frozenset()
    assert members[cast.lead.pk].answered == 0
    assert invitation_queries.answered_on(sheet) == frozenset()
    assert (line.active_at, progress.saved_at) == (None, None)
    assert (progress.dont_know, progress.reasons_missing) == ((), ())
    assert progress.unconfirmed == ("CAP.A1", "CAP.A2", "CAP.A3", "RSK.U1")
    assert len(progress.unanswered) == len(ITEMS)
    assert len(progress.blank) == len(ITEMS) - 4


def test_a_sheet_on_which_nothing_is_confirmed_cannot_be_handed_in(
    cast: Cast, sheet: Sheet
) -> None:
    with pytest.raises(services.IncompleteError):
        services.submit(sheet=sheet, by=cast.lead, now=factories.MOMENT)


def test_a_respondent_who_confirmed_nothing_may_still_be_taken_out(
    cast: Cast, begun: Assessment
) -> None:
    added = respondent_services.add_respondent(
        assessment=begun, person=cast.respondent, function="risk", by=cast.lead
    )
    respondent_services.remove_respondent(sheet=added, by=cast.lead)
    assert not begun.sheets.filter(respondent=cast.respondent).exists()


# ---- confirming -------------------------------------------------------------------------------


def test_saving_the_same_value_confirms_it_as_version_1_with_one_line_of_history(
    lead_client: Client, sheet: Sheet
) -> None:
    response = autosave(lead_client, sheet, "CAP.A1", answer=3)
    assert response.status_code == 200
    assert rows_of(sheet)["CAP.A1"] == [3, "", 1, False]
    row = sheet.answers.get(item="CAP.A1")
    assert (row.note, row.updated_at > factories.LONG_AGO) == ("Seen in the minutes", True)
    change = sheet.changes.get()
    assert (change.item, change.level, change.version, change.by) == (
        "CAP.A1",
        3,
        1,
        sheet.respondent,
    )
    assert change.note == "Seen in the minutes"


def test_saving_another_value_confirms_it_too(lead_client: Client, sheet: Sheet) -> None:
    assert autosave(lead_client, sheet, "CAP.A1", answer=5).status_code == 200
    assert rows_of(sheet)["CAP.A1"] == [5, "", 1, False]


def test_a_repeated_confirmation_counts_once(lead_client: Client, sheet: Sheet) -> None:
    key = str(uuid4())
    first = autosave(lead_client, sheet, "CAP.A1", client_id=key)
    assert autosave(lead_client, sheet, "CAP.A1", client_id=key).content == first.content
    assert sheet.changes.count() == 1


def test_a_confirmation_takes_no_more_queries_than_any_save(
    lead_client: Client, sheet: Sheet
) -> None:
    autosave(lead_client, sheet, "CAP.A2", answer="DK")
    with CaptureQueriesContext(connection) as usual:
        autosave(lead_client, sheet, "CAP.A2", answer=2, version=1)
    with CaptureQueriesContext(connection) as confirming:
        autosave(lead_client, sheet, "CAP.A1", answer=3)
    assert len(confirming) == len(usual)


def test_a_page_with_answers_to_confirm_takes_the_six_queries_of_any_page(
    lead_client: Client, sheet: Sheet, django_assert_num_queries: Any
) -> None:
    address = reverse("section", args=[sheet.assessment.pk, CAPACITY])
    lead_client.get(address)
    with django_assert_num_queries(6):
        lead_client.get(address)


def test_sending_a_page_as_it_was_served_confirms_nothing(
    lead_client: Client, sheet: Sheet
) -> None:
    assert send(lead_client, sheet).status_code == 302
    assert waiting(sheet) == ["CAP.A1", "CAP.A2", "CAP.A3", "RSK.U1"]
    assert not sheet.changes.exists()


def test_without_javascript_the_button_of_a_question_confirms_it_and_leads_to_the_next(
    lead_client: Client, sheet: Sheet
) -> None:
    response = send(lead_client, sheet, confirm="CAP.A1")
    assert waiting(sheet) == ["CAP.A2", "CAP.A3", "RSK.U1"]
    assert response.headers["Location"].endswith(f"/sections/{CAPACITY}/#q-CAP.A2")


def test_without_javascript_another_level_confirms_and_the_rest_keeps_waiting(
    lead_client: Client, sheet: Sheet
) -> None:
    send(lead_client, sheet, **{"answer-CAP.A1": "4"})
    assert rows_of(sheet)["CAP.A1"] == [4, "", 1, False]
    assert waiting(sheet) == ["CAP.A2", "CAP.A3", "RSK.U1"]


def test_confirming_a_whole_page_lists_the_answers_before_it_confirms_them(
    lead_client: Client, sheet: Sheet
) -> None:
    address = reverse("confirm_answers", args=[sheet.assessment.pk, CAPACITY])
    page = lead_client.get(address).context["page"]
    assert [(row.item, row.texts) for row in page.rows] == [
        ("CAP.A1", ("Seen in the minutes", "https://norvane.example/minutes")),
        ("CAP.A2", ()),
        ("CAP.A3", ("No such work",)),
    ]
    assert waiting(sheet) == ["CAP.A1", "CAP.A2", "CAP.A3", "RSK.U1"]
    lead_client.post(address, {"item": ["CAP.A1", "CAP.A2", "CAP.A3"]})
    assert waiting(sheet) == ["RSK.U1"]
    assert sheet.changes.count() == 3


def test_only_what_was_listed_is_confirmed(lead_client: Client, sheet: Sheet) -> None:
    address = reverse("confirm_answers", args=[sheet.assessment.pk, CAPACITY])
    lead_client.post(address, {"item": ["CAP.A2", "RSK.U1", "nonsense"]})
    assert waiting(sheet) == ["CAP.A1", "CAP.A3", "RSK.U1"]


def test_a_page_with_nothing_to_confirm_says_so(lead_client: Client, sheet: Sheet) -> None:
    address = reverse("confirm_answers", args=[sheet.assessment.pk, "data-usage"])
    page = lead_client.get(address).context["page"]
    assert (page.rows, page.title) == ((), "Nothing is left to confirm here")


def test_confirming_is_refused_on_a_sheet_that_was_handed_in(
    lead_client: Client, cast: Cast, sheet: Sheet
) -> None:
    services.confirm_answers(sheet=sheet, items=["RSK.U1"], by=cast.lead, now=factories.MOMENT)
    services.submit(sheet=sheet, by=cast.lead, now=factories.MOMENT)
    address = reverse("confirm_answers", args=[sheet.assessment.pk, CAPACITY])
    assert lead_client.post(address, {"item": ["CAP.A1"]}).status_code == 423
    assert waiting(sheet) == ["CAP.A1", "CAP.A2", "CAP.A3"]


def test_confirming_is_refused_under_a_looser_promise_than_the_page_made(
    lead_client: Client, sheet: Sheet
) -> None:
    address = reverse("confirm_answers", args=[sheet.assessment.pk, CAPACITY])
    response = lead_client.post(address, {"item": ["CAP.A1"], "promise": "anonymous"})
    assert response.status_code == 409
    assert waiting(sheet) == ["CAP.A1", "CAP.A2", "CAP.A3", "RSK.U1"]


def test_the_seal_of_the_history_holds_after_confirming(cast: Cast, sheet: Sheet) -> None:
    def save(item: str, version: int, level: int) -> None:
        wanted = Save(answer=level, version=version, client_id=uuid4(), texts={}, digest=item)
        services.save_answer(
            sheet=sheet, item=item, save=wanted, by=cast.lead, now=factories.MOMENT
        )

    save("CAP.A1", 0, 3)
    save("CAP.A1", 1, 4)
    services.confirm_answers(sheet=sheet, items=["RSK.U1"], by=cast.lead, now=factories.MOMENT)
    assert seal.seal_due(factories.MOMENT) >= 3
    chain = sheet.chain.get() if hasattr(sheet.chain, "get") else sheet.chain
    assert list(seal.faults(chain)) == []


# ---- what is seen -----------------------------------------------------------------------------


def test_the_pages_say_how_many_answers_wait(lead_client: Client, sheet: Sheet) -> None:
    round_ = sheet.assessment
    section = lead_client.get(reverse("section", args=[round_.pk, CAPACITY]))
    assert section.context["page"].waiting == "3 answers not confirmed yet"
    assert section.context["page"].progress == "0 of 3 answered on this page"
    assert [link.state for link in section.context["page"].rail] == ["carried"] * 3
    html = section.content.decode()
    assert html.count('<div class="q-carried"') == 3
    assert html.count("Your answer of 5 Jan 2026, taken over.") == 3
    tasks = lead_client.get(reverse("round", args=[round_.pk])).context["page"]
    assert tasks.unconfirmed == "4 answers not confirmed yet"
    assert tasks.groups[0].rows[0].extra == "3 not confirmed"
    review = lead_client.get(reverse("review", args=[round_.pk])).context["page"]
    assert review.waiting == "4 answers not confirmed yet"
    assert next(note.text for note in review.warnings) == (
        "Capacity: 4 unanswered, 3 answers not confirmed yet"
    )


def test_the_review_shows_only_what_waits_when_asked(lead_client: Client, sheet: Sheet) -> None:
    address = reverse("review", args=[sheet.assessment.pk])
    page = lead_client.get(address, {"only": "unconfirmed"}).context["page"]
    rows = [row for section in page.sections for row in section.rows]
    assert [row.item for row in rows] == ["CAP.A1", "CAP.A2", "CAP.A3", "RSK.U1"]
    assert {row.flag for row in rows} == {"Not confirmed yet"}
    assert all(section.open for section in page.sections)


# ---- choosing it ------------------------------------------------------------------------------

Start = Callable[..., HttpResponse]


@pytest.fixture
def start(lead_client: Client, cast: Cast) -> Start:
    def post(**fields: str) -> Any:
        form = {"period": "2026 H2", "visibility": "function", "function": "executive"}
        return lead_client.post(reverse("round_new", args=[cast.bank.pk]), form | fields)

    return post


def test_the_lead_may_begin_with_the_last_published_rounds_answers(
    start: Start, before: Assessment, cast: Cast
) -> None:
    assert start(carried_from=str(before.pk)).status_code == 302
    begun = cast.bank.assessments.get(period="2026 H2")
    assert begun.carried_from == before
    assert len(waiting(begun.sheets.get())) == 4


def test_a_round_begins_blank_unless_the_lead_chooses_otherwise(
    start: Start, before: Assessment, cast: Cast
) -> None:
    assert start().status_code == 302
    begun = cast.bank.assessments.get(period="2026 H2")
    assert (begun.carried_from, begun.sheets.get().answers.count()) == (None, 0)


def test_a_round_that_is_not_the_last_published_one_is_refused(
    start: Start, before: Assessment, cast: Cast
) -> None:
    foreign = factories.make_round(cast.other_bank, status=AssessmentStatus.PUBLISHED)
    assert start(carried_from=str(foreign.pk)).status_code == 422
    assert not cast.bank.assessments.filter(period="2026 H2").exists()


def test_without_a_published_round_there_is_nothing_to_choose(
    lead_client: Client, cast: Cast
) -> None:
    form = lead_client.get(reverse("round_new", args=[cast.bank.pk])).context["form"]
    assert "carried_from" not in form.fields


def test_the_choice_names_the_round(lead_client: Client, cast: Cast, before: Assessment) -> None:
    form = lead_client.get(reverse("round_new", args=[cast.bank.pk])).context["form"]
    assert [label for _, label in form.fields["carried_from"].choices] == [
        "With blank answers",
        "With the answers of 2025 H2",
    ]


def test_who_leaves_takes_along_what_nobody_else_could_confirm(
    cast: Cast, begun: Assessment
) -> None:
    both = [
        respondent_services.add_respondent(
            assessment=begun, person=person, function="risk", by=cast.lead
        )
        for person in (cast.respondent, cast.reviewer)
    ]
    services.confirm_answers(
        sheet=both[0], items=["CAP.A1"], by=cast.respondent, now=factories.MOMENT
    )
    for person in (cast.respondent, cast.reviewer):
        membership = cast.bank.memberships.get(user=person)
        member_services.leave(membership=membership, now=factories.MOMENT)
    assert list(both[0].answers.values_list("item", "carried")) == [("CAP.A1", False)]
    assert not Sheet.objects.filter(pk=both[1].pk).exists()


def test_erasing_a_person_empties_what_was_taken_over(cast: Cast, sheet: Sheet) -> None:
    from assessments.people.own_data_services import (  # noqa: PLC0415 -- one step of erasing
        _empty_what_they_wrote,
    )

    _empty_what_they_wrote(User.objects.get(pk=cast.lead.pk))
    assert set(sheet.answers.values_list("note", "link", "reason")) == {("", "", "")}
