"""A file of answers that somebody brought, between its preview and its import."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _


class IntakeKind(models.TextChoices):
    WORKBOOK = "workbook", _("Offline questionnaire (XLSX)")
    CASE = "case", _("Case file (JSON)")


class Intake(models.Model):
    """What was read from the file, checked; nothing of it counts until it is applied.

    A workbook goes into its owner's own sheet of `assessment`; a case becomes a round of its own.
    `content` is the answers as read, never the file itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(
        "assessments.Organisation", models.CASCADE, related_name="intakes"
    )
    assessment = models.ForeignKey(
        "assessments.Assessment", models.CASCADE, null=True, blank=True, related_name="intakes"
    )
    kind = models.CharField(max_length=8, choices=IntakeKind)
    content = models.JSONField()
    brought_by = models.ForeignKey("assessments.User", models.CASCADE, related_name="intakes")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="intakes_by_end")]

    def __str__(self) -> str:
        return f"intake {self.pk}"
