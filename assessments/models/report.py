"""A requested PDF: its state, its lease while a worker holds it, and the stored file."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from assessments.models.file_state import FileState


class Report(models.Model):
    """One PDF of one round in one language. The content key names the exact content."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    assessment = models.ForeignKey("assessments.Assessment", models.CASCADE, related_name="reports")
    language = models.CharField(max_length=8)
    # The firm whose look the report wears; empty for the bank's own people.
    firm = models.ForeignKey(
        "assessments.Organisation", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    content_key = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=FileState, default=FileState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to="reports/", max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)
    pages = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)
    requested_by = models.ForeignKey(
        "assessments.User", models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "lease_until"], name="reports_left_behind")]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "content_key"], name="one_report_per_content"
            ),
            models.CheckConstraint(
                condition=Q(state__in=FileState.values), name="report_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"
