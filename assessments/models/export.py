"""Everything of an organisation in one file, for its lead to take away."""

from uuid import uuid4

from django.db import models

from assessments.models.file_state import FileState


class Export(models.Model):
    """A requested export: its progress, its lease while somebody builds it, and the file."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(
        "assessments.Organisation", models.CASCADE, related_name="exports"
    )
    requested_by = models.ForeignKey(
        "assessments.User", models.SET_NULL, null=True, related_name="+"
    )
    language = models.CharField(max_length=8, blank=True)
    state = models.CharField(max_length=8, choices=FileState, default=FileState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    parts_done = models.PositiveIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="exports/", max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["expires_at"], name="exports_by_end")]

    def __str__(self) -> str:
        return f"export {self.pk}"
