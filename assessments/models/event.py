"""Audit trail: append-only, opaque ids, no answers and no names."""

from django.db import models


class Event(models.Model):
    """One thing that someone did. Hashes are sealed in batches, outside the request."""

    organisation = models.ForeignKey(
        "assessments.Organisation", models.CASCADE, related_name="events"
    )
    actor = models.PositiveBigIntegerField(null=True)  # a user's id; the person may be erased
    verb = models.CharField(max_length=40)
    target = models.CharField(max_length=80)  # "assessment:<uuid>"
    details = models.JSONField(default=dict, blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at"], name="events_newest_first")]

    def __str__(self) -> str:
        return f"event {self.pk}"
