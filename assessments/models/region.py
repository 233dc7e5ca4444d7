"""Customers of one region, where they differ from the bank's customers as a whole."""

from django.db import models
from django.db.models import Q

from assessments.models.assessment import Special


class RegionEstimate(models.Model):
    """The lead's answer to one customer item for one region of the bank (framework C, Regions)."""

    assessment = models.ForeignKey(
        "assessments.Assessment", models.CASCADE, related_name="region_estimates"
    )
    region = models.ForeignKey("assessments.Region", models.CASCADE, related_name="estimates")
    item = models.CharField(max_length=8)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    special = models.CharField(max_length=2, choices=Special, blank=True)
    updated_by = models.ForeignKey("assessments.User", models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "region", "item"], name="one_estimate_per_region_and_item"
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__range=(1, 5)),
                name="regional_level_is_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(special="") | Q(level__isnull=True),
                name="a_regional_estimate_is_a_level_or_special",
            ),
        ]

    def __str__(self) -> str:
        return f"region estimate {self.pk}"
