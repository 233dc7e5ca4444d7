"""The letter to somebody who was mentioned: a link, and no word of what was said."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language

from assessments.access.roles import Permission
from assessments.access.scope import assessment_for
from assessments.consensus import thread_queries as queries
from assessments.models import Comment, Mail, User
from assessments.survey.outline import outline
from maturity import load_wording


def mention(mail: Mail) -> Mapping[str, Any] | None:
    """What the reader is told; None once the comment is gone or the thread closed to them."""
    comment = queries.mentioned_in(mail.subject_id)
    if comment is None:
        return None
    reader = comment.mentions.filter(pk=mail.context.get("reader"), email=mail.to).first()
    if reader is None or not _still_reads(comment, reader):
        return None
    assessment = comment.assessment
    words = load_wording(get_language() or "en").items[comment.item]
    return {
        "author": queries.voices_of(assessment).name(comment.author),
        "bank": assessment.organisation.name,
        "period": assessment.period,
        "number": outline().number_of[comment.item],
        "title": words.title,
        "path": reverse("thread", args=[assessment.pk, comment.item]),
    }


def _still_reads(comment: Comment, reader: User) -> bool:
    try:
        found = assessment_for(reader, comment.assessment.pk, Permission.COMMENT)
    except (Http404, PermissionDenied):
        return False
    return reader.is_active and queries.may_join(found, reader, queries.voices_of(found))
