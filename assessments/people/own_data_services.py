"""Erasing a person. The scores stay, under the function alone; everything personal goes."""

import json
import re
import unicodedata
from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import CharField, JSONField, Model, Q, QuerySet, TextField

from assessments import jobs
from assessments.access.audit import record
from assessments.access.scope import organisations_of
from assessments.models import (
    AdoptedAction,
    AgreedAnswer,
    AgreedChange,
    AnswerChange,
    Batch,
    Brand,
    ChannelAccount,
    Comment,
    Engagement,
    EngagementRequest,
    EvidenceReview,
    Export,
    Invitation,
    Mail,
    Organisation,
    Report,
    SavedAnswer,
    SentBack,
    ShareLink,
    Snapshot,
    User,
)
from assessments.people import own_data_queries as queries
from assessments.people.leaving_services import delete_leftovers

LEAST_NAME = 4  # a shorter name is too likely to be a word
LEAST_UNSPACED = 2  # of characters that stand for a syllable or more
_WRITTEN = {"reason": "", "note": "", "link": ""}


class OnlyHeadError(Exception):
    """This person is the only lead or admin of an organisation, which must not lose them."""


@transaction.atomic
def erase(*, user: User) -> None:
    """Remove a person and all that they wrote, save the levels of their answers.

    Raises OnlyHeadError where an organisation would be left without lead or admin.
    """
    own = list(organisations_of(user).select_for_update().order_by("pk"))
    if queries.headless_without(user).exists():
        raise OnlyHeadError
    touched = _organisations_with_traces(user, own)
    for organisation in own:
        record(organisation=organisation, by=user, verb="erased account", target=f"user:{user.pk}")
    _empty_what_they_wrote(user)
    _remove_letters(user)
    for organisation in touched:
        _remove_mentions(user, organisation)
        _remove_exports(organisation)
        _remove_printed_for(organisation)
    _remove_batches(Batch.objects.filter(requested_by=user))
    _end_sessions(user)
    _drop_drafts(user)
    user.delete()
    jobs.enqueue("forget_erased")


def _organisations_with_traces(user: User, own: list[Organisation]) -> list[Organisation]:
    """Where a name may stand in what others wrote: own organisations, former ones, and clients."""
    firms = [organisation.pk for organisation in own]
    return list(
        Organisation.objects.filter(
            Q(pk__in=firms)
            | Q(engagements__firm__in=firms)
            | Q(client_engagements__bank__in=firms)
            | Q(assessments__sheets__respondent=user)
            | Q(assessments__comments__author=user)
            | Q(events__actor=user.pk)
            | Q(events__target=f"user:{user.pk}")
        ).distinct()
    )


def _empty_what_they_wrote(user: User) -> None:
    SavedAnswer.objects.filter(sheet__respondent=user).update(**_WRITTEN)
    AnswerChange.objects.filter(Q(sheet__respondent=user) | Q(by=user)).update(**_WRITTEN)
    Comment.objects.filter(author=user).update(body="")
    SentBack.objects.filter(Q(by=user) | Q(sheet__respondent=user)).update(comment="")
    EvidenceReview.objects.filter(by=user).update(comment="")
    Engagement.objects.filter(requested_by=user).update(message="")
    AdoptedAction.objects.filter(owner=user).update(note="")
    ShareLink.objects.filter(created_by=user).update(label="")


def _remove_letters(user: User) -> None:
    """Everything that was sent, or is to be sent, to one of their addresses."""
    addresses = {
        user.email,
        *EmailAddress.objects.filter(user=user).values_list("email", flat=True),
    }
    for address in addresses:
        Mail.objects.filter(to__iexact=address).delete()
        Invitation.objects.filter(email__iexact=address).delete()
        EngagementRequest.objects.filter(email__iexact=address).delete()
    Invitation.objects.filter(accepted_by=user).delete()


def _remove_mentions(user: User, organisation: Organisation) -> None:
    """Take their name and address out of what others wrote in an organisation."""
    words = [word for word in (user.email, user.name) if len(word) >= _least(word)]
    if not words:
        return
    pattern = re.compile("|".join(map(_whole, words)), re.IGNORECASE)
    of_round = {"assessment__organisation": organisation}
    rows: tuple[QuerySet[Any], ...] = (
        SavedAnswer.objects.filter(sheet__assessment__organisation=organisation),
        AnswerChange.objects.filter(sheet__assessment__organisation=organisation),
        Comment.objects.filter(**of_round),
        SentBack.objects.filter(sheet__assessment__organisation=organisation),
        EvidenceReview.objects.filter(**of_round),
        AgreedAnswer.objects.filter(**of_round),
        AgreedChange.objects.filter(agreed__assessment__organisation=organisation),
        AdoptedAction.objects.filter(plan__assessment__organisation=organisation),
        ChannelAccount.objects.filter(**of_round),
        ShareLink.objects.filter(**of_round),
        Snapshot.objects.filter(**of_round),  # where a meeting's reasons are frozen too
        Engagement.objects.filter(Q(bank=organisation) | Q(firm=organisation)),
        Brand.objects.filter(organisation=organisation),
        Mail.objects.filter(organisation=organisation),
    )
    for found in rows:
        _scrub(found, words, lambda text: pattern.sub("", text))


def _remove_exports(organisation: Organisation) -> None:
    """Copies of a whole organisation hold names; whoever needs one asks for a new one."""
    for export in Export.objects.filter(organisation=organisation):
        if export.file.name:
            transaction.on_commit(partial(export.file.storage.delete, export.file.name))
        export.delete()


def _remove_printed_for(firm: Organisation) -> None:
    """A firm's closing page may name its people; what wears it is printed anew when asked for."""
    for report in Report.objects.filter(firm=firm).exclude(file=""):
        transaction.on_commit(partial(report.file.storage.delete, report.file.name or ""))
    Report.objects.filter(firm=firm).delete()
    _remove_batches(Batch.objects.filter(firm=firm))


def _remove_batches(batches: QuerySet[Batch]) -> None:
    ids = list(batches.values_list("pk", flat=True))
    transaction.on_commit(partial(delete_leftovers, "batches", ids))
    batches.update(file="", size=0)


def _unspaced(word: str) -> bool:
    """Whether a word is of a script that puts no spaces between words."""
    scripts = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "KHMER", "LAO", "MYANMAR")
    return any(unicodedata.name(char, "").startswith(scripts) for char in word)


def _least(word: str) -> int:
    return LEAST_UNSPACED if _unspaced(word) else LEAST_NAME


def _whole(word: str) -> str:
    """A pattern for the word that spares longer words which hold it."""
    plain = re.escape(word)
    return plain if _unspaced(word) else rf"(?<!\w){plain}(?!\w)"


def _spellings(word: str) -> set[str]:
    """How a column may hold the word: SQLite folds the case of ASCII only, and escapes JSON."""
    plain = {word, word.lower(), word.upper(), word.title()}
    return plain | {json.dumps(one)[1:-1] for one in plain}


def _scrub(rows: QuerySet[Any], words: list[str], clean: Callable[[str], str]) -> None:
    """Clean every text and JSON column of the rows that hold one of the words."""
    names = [
        field.name
        for field in rows.model._meta.concrete_fields  # noqa: SLF001 -- Django's own name
        if isinstance(field, CharField | TextField | JSONField) and not field.primary_key
    ]
    holds = Q()
    for name in names:
        for word in chain.from_iterable(map(_spellings, words)):
            holds |= Q(**{f"{name}__icontains": word})
    for row in rows.filter(holds):
        changed = {name: _cleaned(getattr(row, name), clean) for name in names}
        _update(row, {n: value for n, value in changed.items() if value != getattr(row, n)})


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    """A value with its texts cleaned, at any depth."""
    if isinstance(value, str):
        return clean(value).strip() if clean(value) != value else value
    if isinstance(value, list):
        return [_cleaned(part, clean) for part in value]
    if isinstance(value, dict):
        return {key: _cleaned(part, clean) for key, part in value.items()}
    return value


def _update(row: Model, values: dict[str, Any]) -> None:
    if values:
        type(row)._default_manager.filter(pk=row.pk).update(**values)  # noqa: SLF001 -- Django's own name


def _end_sessions(user: User) -> None:
    """Delete every session of theirs, listed or not, and those that wait for a second step."""
    for session in Session.objects.iterator():
        held = session.get_decoded()
        if str(held.get("_auth_user_id")) == str(user.pk) or user.email in str(held):
            session.delete()


def _drop_drafts(user: User) -> None:
    """Delete answers that wait for this person to sign in again (survey.drafts keeps them)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM shared_cache WHERE cache_key LIKE %s", ["%:draft:%"])
        keys = [str(row[0]).split(":", 2)[-1] for row in cursor.fetchall()]
    for key, held in cache.get_many(keys).items():
        if held["owner"] == user.pk:
            cache.delete(key)


def forget_erased() -> None:
    """Write SQLite's file anew and empty its log: freed pages still hold what was erased.

    Writers wait meanwhile. PostgreSQL does the like by itself, when it vacuums.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
