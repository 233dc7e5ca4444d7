"""Reports for many clients at once, as one job and one ZIP."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.file_state import FileState


class BatchKind(models.TextChoices):
    REPORT = "report", _("Board report (PDF)")
    ROADMAP = "roadmap", _("Editable roadmap (DOCX)")
    BOTH = "both", _("Board report and editable roadmap")


class Batch(models.Model):
    """One request of a firm. `parts_done` counts parts that are ready or failed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    firm = models.ForeignKey("assessments.Organisation", models.CASCADE, related_name="batches")
    requested_by = models.ForeignKey("assessments.User", models.CASCADE, related_name="batches")
    language = models.CharField(max_length=8)
    kind = models.CharField(max_length=8, choices=BatchKind, default=BatchKind.REPORT)
    state = models.CharField(max_length=8, choices=FileState, default=FileState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    parts = models.PositiveIntegerField(default=0)
    parts_done = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="batches/", max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["state", "lease_until"], name="batches_left_behind"),
            models.Index(fields=["expires_at"], name="batches_by_end"),
            models.Index(fields=["firm", "-created_at"], name="batches_newest_first"),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}"


class BatchPart(models.Model):
    """One client's report within a batch; `failure` is said on the page and in the index sheet."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="members")
    assessment = models.ForeignKey(
        "assessments.Assessment", models.CASCADE, related_name="batch_parts"
    )
    report = models.ForeignKey(
        "assessments.Report", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=8, choices=FileState, default=FileState.QUEUED)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "assessment"], name="one_part_per_client"),
        ]

    def __str__(self) -> str:
        return f"part {self.pk}"
