"""What a meeting settled, what a reviewer saw, what was sent back, and what people said."""

from django.db import models
from django.db.models import Q


class AgreedAnswer(models.Model):
    """The level a facilitated session settled for one item. The originals stay as they are."""

    assessment = models.ForeignKey("assessments.Assessment", models.CASCADE, related_name="agreed")
    item = models.CharField(max_length=8)
    level = models.PositiveSmallIntegerField(null=True)  # NULL: the agreement was taken back
    reason = models.CharField(max_length=500, blank=True)
    present = models.JSONField(default=list, blank=True)  # functions and guests, as entered
    by = models.ForeignKey("assessments.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "item"], name="one_agreed_level"),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__range=(1, 5)),
                name="agreed_level_is_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return f"agreed {self.pk}"


class AgreedChange(models.Model):
    """Append-only history of what was settled."""

    agreed = models.ForeignKey(AgreedAnswer, models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    present = models.JSONField(default=list, blank=True)
    by = models.ForeignKey("assessments.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreed", "version"], name="one_agreed_change"),
        ]

    def __str__(self) -> str:
        return f"agreed change {self.pk}"


class EvidenceReview(models.Model):
    """The grade that someone who did not answer the item gave it (decision 5)."""

    assessment = models.ForeignKey("assessments.Assessment", models.CASCADE, related_name="reviews")
    item = models.CharField(max_length=8)
    grade = models.CharField(max_length=2)  # E0-E3; E0 and E1 take a higher grade back
    comment = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("assessments.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "item"], name="one_review_per_item"),
            models.CheckConstraint(
                condition=Q(grade__in=("E0", "E1", "E2", "E3")), name="evidence_grade_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"review {self.pk}"


class SentBack(models.Model):
    """A section of a sheet that a reviewer returned; done once the sheet is submitted again."""

    sheet = models.ForeignKey("assessments.Sheet", models.CASCADE, related_name="returns")
    dimension = models.CharField(max_length=3)
    comment = models.CharField(max_length=500)
    by = models.ForeignKey("assessments.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"sent back {self.pk}"


class Comment(models.Model):
    """One remark in the thread of a question in a round."""

    assessment = models.ForeignKey(
        "assessments.Assessment", models.CASCADE, related_name="comments"
    )
    item = models.CharField(max_length=8)
    author = models.ForeignKey("assessments.User", models.SET_NULL, null=True, related_name="+")
    body = models.CharField(max_length=2000)
    mentions = models.ManyToManyField("assessments.User", related_name="+", blank=True)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["assessment", "item", "at"], name="thread_of_a_question")]

    def __str__(self) -> str:
        return f"comment {self.pk}"
