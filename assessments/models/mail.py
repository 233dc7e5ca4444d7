"""Letters on their way: stored first, sent afterwards, tried again while the server is down."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailState(models.TextChoices):
    PENDING = "pending", _("Waiting to be sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Could not be sent")
    DROPPED = "dropped", _("No longer needed")


class Mail(models.Model):
    """One letter. `kind` names template and writer in outbox.KINDS; no token is ever stored."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(
        "assessments.Organisation", models.CASCADE, related_name="mails"
    )
    kind = models.CharField(max_length=40)
    to = models.EmailField(max_length=254)
    language = models.CharField(max_length=8, blank=True)
    subject_id = models.CharField(max_length=80, blank=True)  # what it is about, for its writer
    context = models.JSONField(default=dict, blank=True)  # plain words and paths, no answers
    state = models.CharField(max_length=8, choices=MailState, default=MailState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "next_try_at"], name="mails_left_behind"),
            models.Index(fields=["kind", "subject_id"], name="mails_about_a_thing"),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"
