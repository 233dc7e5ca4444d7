"""What a bank lets a consulting firm see, and which of the firm's people work for it."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class EngagementScope(models.IntegerChoices):
    """Each holds what stands before it; the table is access.roles.SCOPE_GRANTS."""

    RESULTS = 1, _("Results only")
    ANSWERS = 2, _("Results and answers")
    FACILITATE = 3, _("Results, answers and facilitating")


class EngagementState(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    ENDED = "ended", _("Ended")


class EngagementRequest(models.Model):
    """A firm's question to an address. Whether anybody leads a bank under it is not told.

    Where somebody does, each of their banks gets an engagement in state “requested”; until a bank
    accepts, the firm sees this row alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    firm = models.ForeignKey(
        "assessments.Organisation", models.CASCADE, related_name="engagement_requests"
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    asked_scope = models.PositiveSmallIntegerField(choices=EngagementScope)
    requested_by = models.ForeignKey(
        "assessments.User", models.SET_NULL, null=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    # Set once a bank has accepted, all have declined, or the firm took it back.
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=EngagementState, blank=True)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "firm",
                Lower("email"),
                condition=Q(closed_at__isnull=True),
                name="one_open_request_per_address",
            ),
        ]

    def __str__(self) -> str:
        return f"engagement request {self.pk}"


class Engagement(models.Model):
    """A firm asks a bank; the bank accepts, narrows or ends it at any time."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    bank = models.ForeignKey("assessments.Organisation", models.CASCADE, related_name="engagements")
    firm = models.ForeignKey(
        "assessments.Organisation", models.CASCADE, related_name="client_engagements"
    )
    # What the firm asks for; while accepted, more than `scope` means that it asks for more.
    asked_scope = models.PositiveSmallIntegerField(choices=EngagementScope)
    scope = models.PositiveSmallIntegerField(choices=EngagementScope)  # granted, once accepted
    state = models.CharField(
        max_length=10, choices=EngagementState, default=EngagementState.REQUESTED
    )
    # The firm's person who answers for this client.
    responsible = models.ForeignKey(
        "assessments.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    message = models.CharField(_("message"), max_length=500, blank=True)
    request = models.ForeignKey(
        EngagementRequest, models.SET_NULL, null=True, blank=True, related_name="engagements"
    )
    requested_by = models.ForeignKey(
        "assessments.User", models.SET_NULL, null=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    # Single answers given before this moment stay unseen (decision 6).
    answers_from = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at"]
        indexes = [models.Index(fields=["firm", "state"], name="clients_of_a_firm")]
        constraints = [
            models.UniqueConstraint(
                fields=["bank", "firm"],
                condition=Q(state__in=("requested", "accepted")),
                name="one_live_engagement_per_firm",
            ),
            models.CheckConstraint(
                condition=Q(scope__in=(1, 2, 3)), name="engagement_scope_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"engagement {self.pk}"

    @property
    def was_accepted(self) -> bool:
        """Whether the bank once said yes; only then does the firm learn which bank it is."""
        if self.state == EngagementState.ENDED:
            return self.decided_at is not None
        return self.state == EngagementState.ACCEPTED

    @property
    def asks_for_more(self) -> bool:
        """Whether the firm waits for a wider scope than it has."""
        return self.state == EngagementState.ACCEPTED and self.asked_scope > self.scope


class Assignment(models.Model):
    """One consultant of the firm who works for the bank; a firm's admins need none."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="assignments")
    user = models.ForeignKey("assessments.User", models.CASCADE, related_name="assignments")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "user"], name="one_assignment_per_consultant"
            ),
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"
