"""Letters: stored in the transaction that causes them, sent afterwards, tried again on failure.

A letter holds no token and no answer. Its kind names templates (`templates/mail/<kind>.subject`,
`.txt` and `.html`) and a writer that adds what must be made at the moment of sending, or says
that the letter is no longer wanted.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from assessments import jobs
from assessments.models import Mail, MailState, Organisation

# Kind of letter → who writes it: Mail → further words for its templates, or None to drop it.
KINDS: dict[str, str] = {
    "leaving": "assessments.people.leaving_mail.leaving",
    "retention": "assessments.people.leaving_mail.retention",
    "invitation": "assessments.people.letter_writing.invitation",
    "invitation_reminder": "assessments.people.letter_writing.invitation",
    "answer_reminder": "assessments.people.letter_writing.answer_reminder",
    "mention": "assessments.consensus.letters.mention",
    "plan_reminder": "assessments.plans.letters.reminder",
    "plan_owner_left": "assessments.plans.letters.owner_left",
    "batch": "assessments.batches.letters.batch",
    "engagement": "assessments.people.engagement_mail.write",
}
MOST_ATTEMPTS = 8
FIRST_PAUSE = dt.timedelta(minutes=1)
RETRY_SECONDS = 30.0
KEPT = dt.timedelta(days=90)  # after that a letter is forgotten
LEASE = dt.timedelta(minutes=5)  # how long a sender may take before another tries

log = logging.getLogger(__name__)

Writer = Callable[[Mail], Mapping[str, Any] | None]


def post(
    kind: str,
    *,
    to: str,
    organisation: Organisation,
    language: str = "",
    subject_id: object = "",
    context: Mapping[str, Any] | None = None,
) -> Mail:
    """Store a letter and have it sent once the current transaction is committed.

    `context` holds plain values and paths that begin with a slash; the site's address is added
    when it is written. Raises KeyError for an unknown kind.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    mail = Mail.objects.create(
        organisation=organisation,
        kind=kind,
        to=to,
        language=language,
        subject_id=str(subject_id),
        context=dict(context or {}),
        next_try_at=timezone.now(),
    )
    jobs.enqueue("send_mail", mail.pk)
    return mail


def send(pk: str) -> None:
    """Send one letter if it is due; a failure puts it off, longer each time, at last for good."""
    mail = _take(pk)
    if mail is None:
        return
    try:
        sent = _deliver(mail)
    except Exception as error:  # noqa: BLE001 -- whatever a mail server does, the letter stays
        log.warning("mail %s not sent: %s", mail.pk, type(error).__name__)
        gave_up = mail.attempts >= MOST_ATTEMPTS
        mail.state = MailState.FAILED if gave_up else MailState.PENDING
        mail.next_try_at = timezone.now() + FIRST_PAUSE * 2 ** (mail.attempts - 1)
    else:
        mail.state = MailState.SENT if sent else MailState.DROPPED
        mail.sent_at = timezone.now() if sent else None
    mail.save(update_fields=["state", "next_try_at", "sent_at"])


def due(now: dt.datetime) -> list[str]:
    """Letters that wait and whose time has come, for the sweep."""
    rows = Mail.objects.filter(state=MailState.PENDING, next_try_at__lte=now)
    return [str(pk) for pk in rows.order_by("next_try_at").values_list("pk", flat=True)[:500]]


def retry(now: dt.datetime) -> int:
    """Send what is due, for half a minute at most: a server that is down must not hold up a sweep."""
    tried = 0
    until = time.monotonic() + RETRY_SECONDS
    for pk in due(now):
        if time.monotonic() > until:
            break
        send(pk)
        tried += 1
    return tried


def forget(now: dt.datetime) -> int:
    """Delete letters that nobody will send any more; they hold addresses."""
    return (
        Mail.objects.exclude(state=MailState.PENDING).filter(created_at__lt=now - KEPT).delete()[0]
    )


def _take(pk: str) -> Mail | None:
    """Hold a letter for a while, so that two senders do not both send it."""
    with transaction.atomic():
        mail = Mail.objects.select_for_update().filter(pk=pk, state=MailState.PENDING).first()
        if mail is None or mail.next_try_at > timezone.now():
            return None
        mail.attempts += 1
        mail.next_try_at = timezone.now() + LEASE
        mail.save(update_fields=["attempts", "next_try_at"])
    return mail


def _deliver(mail: Mail) -> bool:
    with translation.override(mail.language or settings.LANGUAGE_CODE):
        writer: Writer = import_string(KINDS[mail.kind])
        further = writer(mail)
        if further is None:
            return False
        words = {"site_url": settings.SITE_URL.rstrip("/"), **mail.context, **further}
        path = f"mail/{mail.kind}"
        subject = " ".join(render_to_string(f"{path}.subject", words).split())
        letter = EmailMultiAlternatives(
            subject, render_to_string(f"{path}.txt", words), to=[mail.to]
        )
        letter.attach_alternative(render_to_string(f"{path}.html", words), "text/html")
        letter.send()
    return True
