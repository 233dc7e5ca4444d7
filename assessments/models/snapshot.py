"""What was published, frozen: neither a later answer nor a later framework changes it."""

from django.db import models


class Snapshot(models.Model):
    """One per published round. `case` is the input, `findings` the output of one engine run."""

    assessment = models.OneToOneField(
        "assessments.Assessment", models.PROTECT, related_name="snapshot"
    )
    framework_version = models.CharField(max_length=12)
    case = models.JSONField()
    findings = models.JSONField()
    # Findings of each region whose customers were estimated apart, by the region's name.
    regions = models.JSONField(default=dict, blank=True)
    published_by = models.ForeignKey(
        "assessments.User", models.SET_NULL, null=True, related_name="+"
    )
    published_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"snapshot {self.pk}"
