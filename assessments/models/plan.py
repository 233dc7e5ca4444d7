"""A published roadmap that a lead took over, and how its actions stand."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActionStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    STARTED = "started", _("Started")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class AdoptedPlan(models.Model):
    """One per published round. Status never changes a score (decision 9)."""

    assessment = models.OneToOneField(
        "assessments.Assessment", models.CASCADE, related_name="adopted_plan"
    )
    first_quarter_on = models.DateField()  # first day of the plan's first quarter
    adopted_by = models.ForeignKey("assessments.User", models.SET_NULL, null=True, related_name="+")
    adopted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"adopted plan {self.pk}"


class AdoptedAction(models.Model):
    """One action of the framework with owner, due quarter (1 = first), status and note."""

    plan = models.ForeignKey(AdoptedPlan, models.CASCADE, related_name="actions")
    action = models.CharField(max_length=8)
    owner = models.ForeignKey(
        "assessments.User", models.SET_NULL, null=True, blank=True, related_name="owned_actions"
    )
    due_quarter = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=8, choices=ActionStatus, default=ActionStatus.PLANNED)
    note = models.CharField(_("note"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    reminded_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["due_quarter", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "action"], name="one_row_per_adopted_action"),
        ]

    def __str__(self) -> str:
        return f"adopted action {self.pk}"
