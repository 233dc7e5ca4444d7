"""What people say of a question: who reads and writes it, by what name, and the letters."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from assessments import outbox
from assessments.access.roles import Standing
from assessments.consensus.thread_queries import reads_threads
from assessments.models import (
    Assessment,
    Comment,
    EngagementScope,
    Event,
    Mail,
    Role,
    SheetStatus,
    User,
    Visibility,
)
from tests import factories
from tests.addresses import signed_in
from tests.conftest import Cast
from tests.consensus.conftest import DISPUTED, MakeRound
from tests.test_security import TEMPLATES, XSS, scripts_of

ITEM = "RSK.U4"
SECRET = "We never rehearsed it"


def url(round_: Assessment, name: str = "thread", item: str = ITEM, *more: object) -> str:
    return reverse(name, args=[round_.pk, item, *more])


def say(round_: Assessment, author: User | None, body: str = SECRET, **fields: Any) -> Comment:
    return round_.comments.create(
        item=ITEM, author=author, body=body, **{"at": factories.MOMENT} | fields
    )


def authors(client: Client, round_: Assessment) -> list[str]:
    page: Any = client.get(url(round_)).context["page"]
    return [remark.author for remark in page.thread.remarks]


def letters() -> list[Any]:
    for pk in Mail.objects.values_list("pk", flat=True):
        outbox.send(str(pk))
    return mail.outbox


# ---- who ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standing", "submitted", "reads"),
    [
        (Standing(role=Role.LEAD), False, True),
        (Standing(role=Role.REVIEWER), False, True),
        (Standing(role=Role.RESPONDENT), False, False),
        (Standing(role=Role.RESPONDENT), True, True),
        (Standing(role=Role.RESPONDENT, shared=True), False, False),
        (Standing(scope=EngagementScope.RESULTS), False, False),
        (Standing(scope=EngagementScope.ANSWERS), False, True),
        (Standing(scope=EngagementScope.FACILITATE), False, True),
        (Standing(role=Role.LEAD, leaving=True), True, False),
        (Standing(role=Role.CONSULTANT), True, False),
        (Standing(), True, False),
    ],
)
def test_who_reads_threads(standing: Standing, submitted: bool, reads: bool) -> None:
    assert reads_threads(standing, submitted=submitted) == reads


def test_a_respondent_reads_comments_only_after_submitting(cast: Cast, round_: Assessment) -> None:
    say(round_, cast.lead)
    client = signed_in(cast.respondent)
    assert SECRET in client.get(url(round_)).content.decode()
    round_.sheets.filter(respondent=cast.respondent).update(status=SheetStatus.OPEN)
    for address in (url(round_), reverse("discussions", args=[round_.pk])):
        response = client.get(address)
        assert response.status_code == 403
        assert SECRET not in response.content.decode()
    assert client.post(url(round_), {"body": "Too early"}).status_code == 403
    assert round_.comments.count() == 1


def test_a_consultant_reads_what_was_said_since_the_bank_accepted(
    cast: Cast, round_: Assessment
) -> None:
    say(round_, cast.lead)
    cast.engagement.answers_from = factories.MOMENT + dt.timedelta(hours=1)
    cast.engagement.save()
    say(round_, cast.lead, "Later", at=factories.MOMENT + dt.timedelta(hours=2))
    page = signed_in(cast.consultant).get(url(round_)).content.decode()
    assert SECRET not in page
    assert "Later" in page
    listed: Any = signed_in(cast.consultant).get(reverse("discussions", args=[round_.pk]))
    rows = [row for group in listed.context["page"].groups for row in group.rows if row.count]
    assert [row.count for row in rows] == ["1 comment"]


# ---- by what name ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("visibility", "names"),
    [
        (Visibility.NAMED, ["Rita Reviewer", "Rolf Respondent", "Lena Lead"]),
        (Visibility.FUNCTION, ["Rita Reviewer", "Risk", "Executive"]),
        (Visibility.ANONYMOUS, ["Rita Reviewer", "A respondent", "A respondent"]),
    ],
)
def test_s4_comments_carry_the_name_that_the_round_allows(
    visibility: Visibility, names: list[str], cast: Cast, make: MakeRound
) -> None:
    round_ = make(visibility=visibility)
    for author in (cast.lead, cast.respondent, cast.reviewer):
        say(round_, author)
    client = signed_in(cast.consultant)
    assert authors(client, round_) == names
    page = client.get(url(round_)).content.decode()
    assert ("Rolf" in page) == (visibility != Visibility.ANONYMOUS)
    # In a round by function a member is offered by name, but no comment ties name to function.


def test_anonymous_people_can_neither_be_mentioned_nor_found_in_the_trail(
    cast: Cast, make: MakeRound
) -> None:
    round_ = make(visibility=Visibility.ANONYMOUS)
    client = signed_in(cast.respondent)
    form: Any = client.get(url(round_)).context["form"]
    offered = [name for _, name in form["notify"].field.choices]
    assert offered == ["Rita Reviewer"]
    sent = {"body": "Quietly", "notify": [str(cast.reviewer.pk)]}
    assert client.post(url(round_), sent).status_code == 302
    comment = round_.comments.get()
    event = Event.objects.get(verb="comment written")
    assert (event.actor, event.target) == (None, f"comment:{comment.pk}")
    (letter,) = letters()
    everything = letter.subject + letter.body + letter.alternatives[0][0]
    assert "A respondent mentions you" in letter.body
    assert "Rolf" not in everything
    client.post(url(round_, "comment_withdraw", ITEM, comment.pk))
    assert Event.objects.get(verb="comment withdrawn").actor is None


def test_a_removed_account_leaves_its_comment(cast: Cast, lead: Client, round_: Assessment) -> None:
    say(round_, None)
    assert authors(lead, round_) == ["Former member"]


# ---- writing -----------------------------------------------------------------------------------


def test_a_mention_sends_a_letter_with_a_link_and_no_word_of_the_comment(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    sent = {"body": SECRET, "notify": [str(cast.reviewer.pk), str(cast.respondent.pk)]}
    assert lead.post(url(round_), sent).status_code == 302
    assert SECRET not in str(list(Mail.objects.values("context", "subject_id", "to")))
    found = letters()
    assert sorted(letter.to[0] for letter in found) == [
        "respondent@norvane.example",
        "reviewer@norvane.example",
    ]
    for letter in found:
        html = letter.alternatives[0][0]
        for text in (letter.subject, letter.body, html):
            assert SECRET not in text
            assert "level" not in text.lower()
        assert url(round_) in letter.body
        assert url(round_) in html
        assert letter.subject == "Norvane Bank: you are asked to look at question 4.8"
    page: Any = lead.get(url(round_)).context["page"]
    assert page.thread.remarks[0].notified == "Mailed to Rita Reviewer, Rolf Respondent"


def test_letters_are_dropped_once_the_comment_or_the_right_to_read_it_is_gone(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    everybody = [str(cast.reviewer.pk), str(cast.respondent.pk)]
    lead.post(url(round_), {"body": "One", "notify": everybody})
    cast.reviewer.memberships.all().delete()
    round_.sheets.filter(respondent=cast.respondent).update(status=SheetStatus.OPEN)
    assert letters() == []
    round_.sheets.filter(respondent=cast.respondent).update(status=SheetStatus.SUBMITTED)
    lead.post(url(round_), {"body": "Two", "notify": [str(cast.respondent.pk)]})
    lead.post(url(round_, "comment_withdraw", ITEM, round_.comments.get(body="Two").pk))
    assert letters() == []
    assert set(Mail.objects.values_list("state", flat=True)) == {"dropped"}


def test_s5_s7_only_members_who_may_read_can_be_chosen(
    cast: Cast, lead: Client, make: MakeRound
) -> None:
    round_ = make({"lead": DISPUTED["lead"], "third": DISPUTED["third"]})
    form: Any = lead.get(url(round_)).context["form"]
    # The respondent has not submitted in this round and would find the thread closed.
    assert [name for _, name in form["notify"].field.choices] == ["Nora third", "Rita Reviewer"]
    for other in (cast.outsider, cast.respondent, cast.lead):
        sent = {"body": "x", "notify": [str(cast.reviewer.pk), str(other.pk)]}
        assert lead.post(url(round_), sent).status_code == 400
    assert not round_.comments.exists()
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "Write something first."),
        (" \n ", "Write something first."),
        ("x" * 2001, "Use at most 2000 characters; there are 2001."),
        ("x" * 10_001, "Use at most 2000 characters; there are 10001."),
        ("a\0b", "Remove control characters"),
        ("a\u202eb", "Remove the invisible characters"),
    ],
)
def test_b12_b13_b14_what_cannot_be_said_is_named(
    body: str, message: str, lead: Client, round_: Assessment
) -> None:
    response = lead.post(url(round_), {"body": body})
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not round_.comments.exists()


def test_letters_of_every_script_and_line_breaks_are_kept(lead: Client, round_: Assessment) -> None:
    lead.post(url(round_), {"body": "سلام\r\nこんにちは\n\tx"})
    assert round_.comments.get().body == "سلام\nこんにちは\n\tx"


def test_s28_s34_hostile_comments_run_nowhere(cast: Cast, lead: Client, round_: Assessment) -> None:
    for text in ("".join(XSS), *TEMPLATES):
        assert lead.post(url(round_), {"body": text}).status_code == 302
    cast.lead.name = "".join(XSS[:2])
    cast.lead.save()
    round_.visibility = Visibility.NAMED
    round_.save()
    for address in (
        url(round_),
        reverse("agreement_item", args=[round_.pk, ITEM]),
        reverse("discussions", args=[round_.pk]),
        url(round_, "comment_withdraw", ITEM, round_.comments.earliest("pk").pk),
    ):
        page = lead.get(address).content.decode()
        assert (address, scripts_of(page)) == (address, [])
        assert "49 a" not in page
    lead.post(url(round_), {"body": "x", "notify": [str(cast.reviewer.pk)]})
    assert [scripts_of(letter.alternatives[0][0]) for letter in letters()] == [[]]


# ---- withdrawing -------------------------------------------------------------------------------


def test_withdrawn_words_disappear_and_the_fact_stays(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    comment = say(round_, cast.lead)
    address = url(round_, "comment_withdraw", ITEM, comment.pk)
    assert SECRET in lead.get(address).content.decode()
    for _ in range(2):
        assert lead.post(address).status_code == 302
    comment.refresh_from_db()
    assert (comment.body, comment.withdrawn_at is None) == ("", False)
    page = lead.get(url(round_)).content.decode()
    assert SECRET not in page
    assert "Withdrawn" in page
    assert Event.objects.filter(verb="comment withdrawn").count() == 1


def test_s6_only_one_s_own_comment_under_its_own_question_is_withdrawn(
    cast: Cast, lead: Client, make: MakeRound
) -> None:
    round_ = make()
    theirs, mine = say(round_, cast.respondent), say(round_, cast.lead)
    elsewhere = factories.make_round(cast.bank, period="2025 H2")
    for address in (
        url(round_, "comment_withdraw", ITEM, theirs.pk),
        url(round_, "comment_withdraw", "CAP.A1", mine.pk),
        url(elsewhere, "comment_withdraw", ITEM, mine.pk),
        url(round_, "comment_withdraw", ITEM, 10**9),
    ):
        assert lead.post(address).status_code == 404
    assert not round_.comments.exclude(withdrawn_at=None).exists()


# ---- long threads ------------------------------------------------------------------------------


def test_a_long_thread_comes_in_pages_newest_first(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    for place in range(27):
        say(round_, cast.lead, f"Remark {place}", at=factories.MOMENT + dt.timedelta(hours=place))
    first: Any = lead.get(url(round_)).context["page"].thread
    assert [first.remarks[0].body, len(first.remarks)] == ["Remark 26", 25]
    assert (first.newer_url, first.older_url) == ("", f"{url(round_)}?page=2")
    second: Any = lead.get(first.older_url).context["page"].thread
    assert [remark.body for remark in second.remarks] == ["Remark 1", "Remark 0"]
    assert second.place == "Page 2 of 2"


@pytest.mark.parametrize("query", ["page=-1", "page=0", "page=1000000000", "page=x", "page=2"])
def test_b18_a_page_that_is_not_there_is_refused(
    query: str, lead: Client, round_: Assessment
) -> None:
    assert lead.get(f"{url(round_)}?{query}").status_code == 400


def test_b19_an_unlisted_key_is_refused(lead: Client, round_: Assessment) -> None:
    assert lead.get(f"{url(round_)}?author__email=a").status_code == 400


def test_a_thread_takes_as_many_queries_for_one_comment_as_for_twenty(
    cast: Cast, lead: Client, round_: Assessment, django_assert_max_num_queries: Any
) -> None:
    found = []
    for count in (1, 19):
        for place in range(count):
            comment = say(round_, cast.respondent, f"{place}")
            comment.mentions.add(cast.lead)
        lead.get(url(round_))
        with django_assert_max_num_queries(12) as queries:
            lead.get(url(round_))
        found.append(len(queries))
    assert found[0] == found[1]
