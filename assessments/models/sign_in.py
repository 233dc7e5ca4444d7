"""Where a person is signed in, for their own eyes only."""

from django.db import models


class SignIn(models.Model):
    """One session: its device in plain words and when it was last used, to within minutes.

    The session itself lives in Django's table; a row whose session is gone means nothing.
    """

    user = models.ForeignKey("assessments.User", models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=80)  # "Firefox on Windows", never the whole user agent
    address = models.GenericIPAddressField(null=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return f"sign-in {self.pk}"
