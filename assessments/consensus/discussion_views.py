"""The threads of questions."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import assessment_for
from assessments.consensus import comment_services, thread_queries
from assessments.consensus.forms import CommentForm, posted
from assessments.consensus.thread_page import (
    ClosedPage,
    WithdrawPage,
    discussions_page,
    thread_page,
    thread_view,
    when_words,
)
from assessments.consensus.thread_queries import MOST_PAGE, NoSuchPageError, Voices
from assessments.consensus.views import known_item
from assessments.models import Assessment
from assessments.ui.shell import bank_nav


def _closed(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """Say that threads open once one's own answers are handed in."""
    page = ClosedPage(
        bank=bank_nav(assessment.organisation, "agreement", assessment),
        round_url=reverse("round", args=[assessment.pk]),
    )
    return render(request, "consensus/not_yet.html", {"page": page}, status=403)


@require_GET
@login_required
def discussions(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Every question with what is said of it."""
    assessment = assessment_for(request.user, pk, Permission.COMMENT)
    voices = thread_queries.voices_of(assessment)
    if not thread_queries.may_join(assessment, request.user, voices):
        return _closed(request, assessment)
    page = discussions_page(assessment, thread_queries.activity_of(assessment))
    return render(request, "consensus/discussions.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def thread(request: MemberRequest, pk: UUID, item: str) -> HttpResponse:
    """Read and write comments on one question."""
    assessment = assessment_for(request.user, pk, Permission.COMMENT)
    voices = thread_queries.voices_of(assessment)
    if not thread_queries.may_join(assessment, request.user, voices):
        return _closed(request, assessment)
    people = thread_queries.mentionable(assessment, request.user, voices)
    names = {user: person.display_name for user, person in people.items()}
    form = CommentForm(posted(request), people=names)
    if request.method == "POST" and form.is_valid():
        comment_services.write(
            assessment=assessment,
            item=known_item(item),
            body=form.cleaned_data["body"],
            notify=[people[user] for user in form.notified()],
            by=request.user,
            hidden=voices.hides(request.user.pk),
            now=timezone.now(),
        )
        messages.success(request, gettext("Your comment stands there."))
        return redirect("thread", pk=assessment.pk, item=item)
    return _thread(request, assessment, known_item(item), voices, form)


def _thread(
    request: MemberRequest, assessment: Assessment, item: str, voices: Voices, form: CommentForm
) -> HttpResponse:
    number = _page_number(request)
    try:
        found = thread_queries.thread_of(assessment, item, request.user, voices, number)
    except NoSuchPageError as error:
        raise SuspiciousOperation("no such page") from error
    view = thread_view(assessment, item, found, voice=voices.name(request.user))
    page = thread_page(assessment, item, view)
    status = 422 if form.errors else 200
    return render(request, "consensus/thread.html", {"page": page, "form": form}, status=status)


def _page_number(request: HttpRequest) -> int:
    """The page asked for; anything unlisted is refused."""
    raw = request.GET.get("page", "1")
    if set(request.GET) - {"page"} or not (raw.isascii() and raw.isdigit()):
        raise SuspiciousOperation("unknown key or page")
    if not 1 <= int(raw[:9]) <= MOST_PAGE:
        raise SuspiciousOperation("unknown page")
    return int(raw[:9])


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def comment_withdraw(request: MemberRequest, pk: UUID, item: str, comment: int) -> HttpResponse:
    """Ask once more, then take one's own words away."""
    assessment = assessment_for(request.user, pk, Permission.COMMENT)
    row = thread_queries.comment_of(assessment, known_item(item), comment, request.user)
    if row is None:
        raise Http404
    voices = thread_queries.voices_of(assessment)
    if request.method == "POST":
        comment_services.withdraw(
            comment=row,
            by=request.user,
            hidden=voices.hides(request.user.pk),
            now=timezone.now(),
        )
        messages.success(request, gettext("Withdrawn."))
        return redirect("thread", pk=assessment.pk, item=item)
    page = WithdrawPage(
        bank=bank_nav(assessment.organisation, "agreement", assessment),
        body=row.body,
        when=when_words(assessment, row.at),
        back_url=reverse("thread", args=[assessment.pk, item]),
    )
    return render(request, "consensus/withdraw.html", {"page": page})
