"""A round, its respondents' sheets, their answers with history, and the channel inventory."""

from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AssessmentStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    PUBLISHED = "published", _("Published")


class SheetStatus(models.TextChoices):
    OPEN = "open", _("Open")
    SUBMITTED = "submitted", _("Submitted")


class Function(models.TextChoices):
    """What a respondent does in the bank (the case file's `role`), not what they may do here."""

    EXECUTIVE = "executive", _("Executive")
    MARKETING = "marketing", _("Marketing")
    RISK = "risk", _("Risk")
    COMPLIANCE = "compliance", _("Compliance")
    IT = "it", _("IT")
    SERVICE = "service", _("Customer service")
    HR = "hr", _("HR")
    DATA = "data", _("Data")
    PRODUCT = "product", _("Product")
    FINANCE = "finance", _("Finance")


class Visibility(models.TextChoices):
    """Who stands beside an answer once findings show; stated above the first question."""

    NAMED = "named", _("Named")
    FUNCTION = "function", _("By function")
    ANONYMOUS = "anonymous", _("Anonymous")


class Special(models.TextChoices):
    NOT_APPLICABLE = "NA", _("Not applicable")
    DONT_KNOW = "DK", _("Don’t know")


class EvidenceGrade(models.TextChoices):
    CLAIMED = "E0", _("Claimed")
    DESCRIBED = "E1", _("Described")
    DOCUMENT = "E2", _("Document seen")
    VERIFIED = "E3", _("Verified by someone independent")


class ChannelSource(models.TextChoices):
    TYPED = "typed", _("Typed in")
    EXPORTED = "exported", _("Exported from the platforms")


class ChannelStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    SIGNPOSTED = "signposted", _("Signposted: “not monitored, reach us here”")


class ChannelKind(models.TextChoices):
    NETWORK = "network", _("Social network")
    MICROBLOG = "microblog", _("Microblog")
    PROFESSIONAL = "professional", _("Professional network")
    SHARING = "sharing", _("Content sharing")


class Assessment(models.Model):
    """A round: one bank, one period. Statuses: open, closed, published (decision 1)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(
        "assessments.Organisation", models.CASCADE, related_name="assessments"
    )
    period = models.CharField(_("period"), max_length=40)
    due_on = models.DateField(_("due date"), null=True, blank=True)  # ends with the bank's day
    status = models.CharField(
        max_length=10, choices=AssessmentStatus, default=AssessmentStatus.OPEN
    )
    framework_version = models.CharField(max_length=12)
    channel_source = models.CharField(
        max_length=8, choices=ChannelSource, default=ChannelSource.TYPED
    )
    # True once the respondent said that the inventory is whole; an empty list then counts as none.
    channels_confirmed = models.BooleanField(default=False)
    # Capacity, quarters and targets chosen for this round's roadmap; empty means the defaults.
    plan_settings = models.JSONField(default=dict, blank=True)
    visibility = models.CharField(
        _("who sees whose answer"), max_length=9, choices=Visibility, default=Visibility.FUNCTION
    )
    # Whether respondents may read the findings too, not only the lead.
    shared_with_respondents = models.BooleanField(default=False)
    # Function whose rating counts double, by dimension; what is not named keeps the usual one.
    accountable = models.JSONField(default=dict, blank=True)
    # The published round whose answers this one began with, each waiting to be confirmed.
    carried_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # What a case file said that no other column holds: pulse, midlines, exact channel figures.
    # Null: the round was answered here. A round that was brought never opens again.
    brought = models.JSONField(null=True, blank=True)
    started_by = models.ForeignKey("assessments.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["organisation", "-created_at"], name="rounds_newest_first"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "period"], name="one_round_per_period"),
            models.CheckConstraint(
                condition=Q(status__in=AssessmentStatus.values), name="round_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="round_visibility_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.pk}"


class Sheet(models.Model):
    """One respondent's answers in one round. open → submitted (decision 2)."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="sheets")
    respondent = models.ForeignKey(
        "assessments.User", models.SET_NULL, null=True, related_name="sheets"
    )
    function = models.CharField(max_length=12, choices=Function, default=Function.EXECUTIVE)
    # Dimensions this person was asked about ("CAP" … "SKL", "CUS"); empty means all.
    sections = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=10, choices=SheetStatus, default=SheetStatus.OPEN)
    reminded_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "respondent"], name="one_sheet_per_respondent"
            ),
        ]

    def __str__(self) -> str:
        return f"sheet {self.pk}"

    def covers(self, dimension: str) -> bool:
        """Whether this person was asked about a dimension."""
        return not self.sections or dimension in self.sections


class SavedAnswer(models.Model):
    """The current answer to one item: a level 1-5, N/A, Don't know, or blank with a note only."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="answers")
    item = models.CharField(max_length=8)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    special = models.CharField(max_length=2, choices=Special, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why N/A; asked for before submitting
    note = models.CharField(max_length=500, blank=True)
    link = models.URLField(max_length=300, blank=True)  # https only (decision 18)
    evidence = models.CharField(max_length=2, choices=EvidenceGrade, default=EvidenceGrade.CLAIMED)
    version = models.PositiveIntegerField(default=1)
    # True for an answer taken over from the round before that nobody has confirmed yet.
    carried = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item"], name="one_answer_per_item"),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__range=(1, 5)), name="level_is_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(special="") | Q(level__isnull=True),
                name="an_answer_is_a_level_or_special",
            ),
            models.CheckConstraint(
                condition=Q(evidence__in=("E0", "E1")), name="respondents_claim_E0_or_E1"
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class AnswerChange(models.Model):
    """Append-only: history, audit and idempotency record in one (decision 16)."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="changes")
    item = models.CharField(max_length=8)
    version = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField(null=True)
    special = models.CharField(max_length=2, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=500, blank=True)
    link = models.URLField(max_length=300, blank=True)
    evidence = models.CharField(max_length=2)
    by = models.ForeignKey("assessments.User", models.SET_NULL, null=True, related_name="+")
    client_id = models.UUIDField(null=True)  # the browser's key for one save, so a retry is one
    digest = models.CharField(max_length=64, blank=True)  # of that save's body: same key, same body
    at = models.DateTimeField()
    seal = models.CharField(max_length=64, blank=True)  # chained to the change before, on the sheet

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "item", "version"], name="one_change_per_version"
            ),
            models.UniqueConstraint(fields=["sheet", "client_id"], name="one_change_per_save"),
        ]
        indexes = [
            models.Index(fields=["sheet", "id"], condition=Q(seal=""), name="changes_to_be_sealed"),
        ]

    def __str__(self) -> str:
        return f"change {self.pk}"


class ChannelAccount(models.Model):
    """One account of the bank on one platform (framework A, channel inventory)."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="channels")
    platform = models.CharField(_("platform"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=ChannelKind)
    handle = models.CharField(_("handle"), max_length=120, blank=True)
    owner = models.CharField(_("owner"), max_length=120, blank=True)
    followers = models.PositiveIntegerField(_("followers"))
    posts30 = models.PositiveIntegerField(_("posts in the last 30 days"))
    inbound30 = models.PositiveIntegerField(_("messages received in the last 30 days"))
    answered_percent = models.DecimalField(
        _("share answered, %"),
        max_digits=4,
        decimal_places=1,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    median_minutes = models.PositiveIntegerField(
        _("median minutes to first answer"), null=True, blank=True
    )
    last_post_on = models.DateField(_("date of last post"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=ChannelStatus, default=ChannelStatus.OPEN
    )
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_percent__range=(0, 100)), name="answered_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"
