"""Reviewing evidence, and sending sections back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import assessment_for
from assessments.consensus import queries, review_services
from assessments.consensus.evidence_page import (
    evidence_item_page,
    evidence_page,
    send_back_page,
)
from assessments.consensus.forms import GradeForm, SendBackForm, posted
from assessments.consensus.queries import Panel
from assessments.consensus.views import known_item, versioned
from assessments.models import Assessment, EvidenceReview
from assessments.survey import services as survey
from assessments.survey.outline import outline
from assessments.survey.question import language
from assessments.survey.writing import LockedError
from maturity import load_wording

_FORM_METHODS = ["GET", "HEAD", "POST"]


@require_GET
@login_required
def evidence(request: MemberRequest, pk: UUID) -> HttpResponse:
    """All questions with what is claimed and what was seen."""
    assessment = assessment_for(request.user, pk, Permission.REVIEW_EVIDENCE)
    page = evidence_page(
        queries.panel_for(assessment, timezone.now()),
        queries.claimed(assessment),
        queries.reviews_of(assessment),
        review_services.answered_by(assessment, request.user),
    )
    return render(request, "consensus/evidence.html", {"page": page})


@require_http_methods(_FORM_METHODS)
@login_required
@versioned
def evidence_item(request: MemberRequest, pk: UUID, item: str) -> HttpResponse:
    """One question's claims, and the grade that somebody who did not answer it gives."""
    assessment = assessment_for(request.user, pk, Permission.REVIEW_EVIDENCE)
    panel = queries.panel_for(assessment, timezone.now())
    review = queries.reviews_of(assessment).get(known_item(item))
    if request.method == "POST":
        return _grade(request, panel, item)
    initial: dict[str, Any] = {"version": review.version if review else 0}
    if review is not None:
        initial |= {"grade": review.grade, "comment": review.comment}
    return _item(request, panel, item, review, GradeForm(initial=initial))


def _item(
    request: MemberRequest,
    panel: Panel,
    item: str,
    review: EvidenceReview | None,
    form: GradeForm,
    *,
    conflict: bool = False,
    status: int = 200,
) -> HttpResponse:
    page = evidence_item_page(
        panel,
        item,
        queries.claimed(panel.assessment).get(item) if panel.result else None,
        review,
        own=item in review_services.answered_by(panel.assessment, request.user),
        void=review_services.is_void(panel.assessment, review),
        conflict=conflict,
    )
    context = {"page": page, "form": form}
    return render(request, "consensus/evidence_item.html", context, status=status)


def _grade(request: MemberRequest, panel: Panel, item: str) -> HttpResponse:
    assessment, form = panel.assessment, GradeForm(request.POST)
    own = item in review_services.answered_by(assessment, request.user)
    stored = queries.reviews_of(assessment).get(item)
    if own:
        return _item(request, panel, item, stored, form, status=403)
    if not form.is_valid():
        return _item(request, panel, item, stored, form, status=422)
    try:
        review_services.grade(
            assessment=assessment, item=item, by=request.user, now=timezone.now(), **_graded(form)
        )
    except review_services.StaleReviewError as error:
        again = request.POST.copy()
        again["version"] = str(error.current.version if error.current else 0)
        form = GradeForm(again)
        form.is_valid()
        stored = queries.reviews_of(assessment).get(item)
        return _item(request, panel, item, stored, form, conflict=True, status=409)
    except review_services.OwnAnswerError:
        return _item(request, panel, item, stored, form, status=403)
    except (review_services.NotReadyError, LockedError):
        messages.error(request, gettext("Evidence is graded between closing and publishing."))
    else:
        messages.success(request, gettext("Graded. The results use this grade."))
    return redirect("evidence", pk=assessment.pk)


def _graded(form: GradeForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {name: data[name] for name in ("grade", "comment", "version")}


# ---- sending back ------------------------------------------------------------------------------


@require_http_methods(_FORM_METHODS)
@login_required
def send_back(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Return a section of somebody's answers with a comment."""
    assessment = assessment_for(request.user, pk, Permission.REVIEW_EVIDENCE)
    sheets = queries.returnable(assessment, request.user)
    form = SendBackForm(
        posted(request),
        sheets=[(sheet.pk, sheet.label) for sheet in sheets],
        dimensions=_dimensions(),
    )
    if request.method == "POST" and form.is_valid() and _sent(request, assessment, form):
        return redirect("evidence", pk=assessment.pk)
    status = 422 if form.errors else 200
    context = {"page": send_back_page(assessment, sheets), "form": form}
    return render(request, "consensus/send_back.html", context, status=status)


def _dimensions() -> list[tuple[str, str]]:
    words = load_wording(language()).dimensions
    ids = dict.fromkeys(page.dimension for page in outline().pages)
    return [(id_, words[id_].name) for id_ in ids]


def _sent(request: MemberRequest, assessment: Assessment, form: SendBackForm) -> bool:
    """Send it; what does not fit is said in the form."""
    data = form.cleaned_data
    try:
        survey.send_back(
            sheet=queries.sheet_of(assessment, int(data["sheet"])),
            dimension=data["dimension"],
            comment=data["comment"],
            by=request.user,
            now=timezone.now(),
        )
    except survey.NothingToReturnError:
        form.add_error("dimension", gettext("This person was not asked about that section."))
        return False
    except LockedError:
        form.add_error(None, gettext("This round has been published and stays as it is."))
        return False
    messages.success(request, gettext("Sent back with your comment."))
    return True
