"""A published round's headline figures as columns, for lists that sort and filter by them."""

from django.db import models
from django.db.models import Q


class Summary(models.Model):
    """Derived from one snapshot when it is made; it may be rebuilt from the snapshot at any time.

    Scores are 0 to 100 and null where the findings have none; standard errors likewise.
    `coverage` is the lowest of the six dimensions', 0 to 1. `agreement` is the mean agreement
    index, 0 to 100, null when nothing was rated twice. `silent` counts open accounts that leave
    customers unanswered, null without an inventory.
    """

    snapshot = models.OneToOneField(
        "assessments.Snapshot", models.CASCADE, primary_key=True, related_name="summary"
    )
    assessment = models.OneToOneField(
        "assessments.Assessment", models.CASCADE, related_name="summary"
    )
    organisation = models.ForeignKey(
        "assessments.Organisation", models.CASCADE, related_name="summaries"
    )
    period = models.CharField(max_length=40)
    framework_version = models.CharField(max_length=12)
    published_at = models.DateTimeField()
    # The bank's last published round; exactly one of its rows holds it.
    latest = models.BooleanField(default=False)
    status = models.CharField(max_length=12)  # the bank axis: complete, provisional, insufficient
    strategy = models.CharField(max_length=12, blank=True)  # empty without a placement
    # What is named to the reader once there are two rounds (decision 21); findings keep `strategy`.
    shown_strategy = models.CharField(max_length=12, blank=True)
    firmness = models.CharField(max_length=12, blank=True)  # firm, leaning, borderline
    probability = models.FloatField(null=True)  # of `strategy`, 0 to 1
    bank = models.FloatField(null=True)  # the effective score
    bank_se = models.FloatField(null=True)
    bank_low = models.FloatField(null=True)  # the 90 % interval
    bank_high = models.FloatField(null=True)
    customer = models.FloatField(null=True)
    customer_se = models.FloatField(null=True)
    customer_low = models.FloatField(null=True)
    customer_high = models.FloatField(null=True)
    cap = models.FloatField(null=True)
    tec = models.FloatField(null=True)
    sup = models.FloatField(null=True)
    rsk = models.FloatField(null=True)
    dat = models.FloatField(null=True)
    skl = models.FloatField(null=True)
    gate_active = models.BooleanField(default=False)
    agreement = models.FloatField(null=True)
    silent = models.PositiveIntegerField(null=True)
    coverage = models.FloatField(null=True)
    respondents = models.PositiveIntegerField(default=0)
    # The published round before this one, so that a list tells a move without reading two rows.
    bank_before = models.FloatField(null=True)
    customer_before = models.FloatField(null=True)
    strategy_before = models.CharField(max_length=12, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-published_at"], name="summaries_newest_first"),
            models.Index(
                fields=["strategy", "organisation"],
                condition=Q(latest=True),
                name="latest_by_strategy",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(latest=True), name="one_latest_summary"
            ),
        ]

    def __str__(self) -> str:
        return f"summary {self.pk}"
