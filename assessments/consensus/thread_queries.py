"""The threads of questions: who may read them, what stands in them, and by what name."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import EmptyPage, Paginator
from django.db.models import Count, Max
from django.utils.translation import gettext

from assessments.access.roles import Permission, Standing
from assessments.access.scope import memberships_of, standing_on
from assessments.consensus.queries import reader_of
from assessments.models import (
    Assessment,
    Comment,
    Function,
    Membership,
    Role,
    SheetStatus,
    User,
    Visibility,
)

PER_PAGE = 25
MOST_PAGE = 10_000


class NoSuchPageError(ValueError):
    """The thread has no such page."""


def reads_threads(standing: Standing, *, submitted: bool) -> bool:
    """Leads, reviewers and consultants who see answers; respondents once they have submitted."""
    if not standing.may(Permission.COMMENT):
        return False
    if standing.role == Role.RESPONDENT:
        return submitted
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """By what name people speak in a round: functions of who was asked, and who has submitted."""

    visibility: Visibility
    functions: Mapping[int, str]  # user → function
    submitted: frozenset[int]

    def hides(self, user: int) -> bool:
        """Whether this person stays anonymous here."""
        return self.visibility == Visibility.ANONYMOUS and user in self.functions

    def name(self, author: User | None) -> str:
        if author is None:
            return gettext("Former member")
        if author.pk not in self.functions or self.visibility == Visibility.NAMED:
            return author.display_name
        if self.visibility == Visibility.ANONYMOUS:
            return gettext("A respondent")
        return str(Function(self.functions[author.pk]).label)


def voices_of(assessment: Assessment) -> Voices:
    """Who was asked in a round, in one query."""
    rows = list(
        assessment.sheets.filter(respondent__isnull=False).values_list(
            "respondent", "function", "status"
        )
    )
    return Voices(
        visibility=Visibility(assessment.visibility),
        functions={user: function for user, function, _ in rows if user is not None},
        submitted=frozenset(
            user for user, _, status in rows if user is not None and status == SheetStatus.SUBMITTED
        ),
    )


def may_join(assessment: Assessment, user: User, voices: Voices) -> bool:
    """Whether the one for whom access.scope fetched this round may read and write its threads."""
    return reads_threads(standing_on(assessment), submitted=user.pk in voices.submitted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One comment as one reader sees it."""

    pk: int
    author: str
    body: str
    at: dt.datetime
    withdrawn: bool
    mine: bool
    notified: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One page of a question's comments, newest first."""

    remarks: tuple[Remark, ...]
    count: int
    page: int
    pages: int


def thread_of(
    assessment: Assessment, item: str, reader: User, voices: Voices, page: int = 1
) -> Thread:
    """Read one page of a thread. Raises NoSuchPageError."""
    rows = assessment.comments.filter(item=item)
    since = reader_of(assessment).answers_from
    if since is not None:  # what was said before a firm came is not for its people
        rows = rows.filter(at__gte=since)
    newest = rows.select_related("author").prefetch_related("mentions").order_by("-at", "-pk")
    paginator = Paginator(newest, PER_PAGE)
    try:
        found = paginator.page(page)
    except EmptyPage as error:
        raise NoSuchPageError(page) from error
    return Thread(
        remarks=tuple(_remark(row, reader, voices) for row in found),
        count=paginator.count,
        page=page,
        pages=paginator.num_pages,
    )


def _remark(row: Comment, reader: User, voices: Voices) -> Remark:
    return Remark(
        pk=row.pk,
        author=voices.name(row.author),
        body=row.body,
        at=row.at,
        withdrawn=row.withdrawn_at is not None or not row.body,  # erased with its author
        mine=row.author_id == reader.pk,
        notified=tuple(
            sorted(
                person.display_name for person in row.mentions.all() if not voices.hides(person.pk)
            )
        ),
    )


def comment_of(assessment: Assessment, item: str, pk: int, user: User) -> Comment | None:
    """One's own comment under a question of a round fetched through access.scope."""
    row = assessment.comments.filter(pk=pk, item=item, author=user).first()
    if row is not None:
        row.assessment = assessment
    return row


def mentionable(assessment: Assessment, user: User, voices: Voices) -> dict[int, User]:
    """The bank's members who may read the thread and whose name is no secret here, by id."""
    members: list[Membership] = [
        row
        for row in memberships_of(assessment.organisation)
        if row.user.pk != user.pk
        and row.user.is_active
        and not voices.hides(row.user.pk)
        and reads_threads(Standing(role=Role(row.role)), submitted=row.user.pk in voices.submitted)
    ]
    members.sort(key=lambda row: (row.user.display_name.casefold(), row.user.pk))
    return {row.user.pk: row.user for row in members}


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    count: int
    last: dt.datetime


def activity_of(assessment: Assessment) -> dict[str, Activity]:
    """How much is said of each question and when last, withdrawn comments left out."""
    rows = assessment.comments.filter(withdrawn_at=None)
    since = reader_of(assessment).answers_from
    if since is not None:
        rows = rows.filter(at__gte=since)
    counted = rows.order_by().values_list("item").annotate(count=Count("pk"), last=Max("at"))
    return {item: Activity(count=count, last=last) for item, count, last in counted}


def mentioned_in(pk: str) -> Comment | None:
    """The comment that a letter is about, with its round, bank and author."""
    rows = Comment.objects.select_related("assessment__organisation", "author")
    return rows.filter(pk=pk, withdrawn_at=None).first()
