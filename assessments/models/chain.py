"""How far the trail is sealed."""

from django.db import models
from django.db.models import Q


class Chain(models.Model):
    """The end of one chain of seals: an organisation's events, or the answers on one sheet.

    It keeps what the last row alone would not: a row that was cut off the end is missed.
    """

    organisation = models.ForeignKey(
        "assessments.Organisation", models.CASCADE, related_name="chains"
    )
    sheet = models.OneToOneField(
        "assessments.Sheet", models.CASCADE, null=True, blank=True, related_name="chain"
    )
    length = models.PositiveBigIntegerField(default=0)
    seal = models.CharField(max_length=64, blank=True)  # of the last row
    signature = models.CharField(max_length=64, blank=True)  # of this row itself
    sealed_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=120, blank=True)  # what the last check found first

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(sheet__isnull=True),
                name="one_chain_of_events",
            ),
        ]

    def __str__(self) -> str:
        return f"chain {self.pk}"
