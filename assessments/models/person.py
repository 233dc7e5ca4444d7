"""People. One account per e-mail address, whatever its letter case."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: object) -> "User":
        """Create an account; without a password it cannot sign in until one is set."""
        user = self.model(email=self.normalize_email(email), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. Roles belong to memberships, not to the person."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    shortcuts_on = models.BooleanField(default=True)  # digits 1-5, 0, 9 answer a focused question
    demo = models.BooleanField(default=False)  # seeded by script/run; needs no second factor there
    language = models.CharField(_("language"), max_length=8, blank=True)  # of mail; empty: default
    joined_at = models.DateTimeField(auto_now_add=True)
    # Part of every session's seal: one more ends all sessions that were sealed before.
    sessions_ended = models.PositiveIntegerField(default=0)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_address"),
        ]

    def __str__(self) -> str:
        return f"user {self.pk}"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """The seal of a session: broken by another password and by ending all sessions."""
        held = f"{self.password}:{self.sessions_ended}"
        salt = "assessments.User.session"
        return salted_hmac(salt, held, secret=secret, algorithm="sha256").hexdigest()

    @property
    def has_second_factor(self) -> bool:
        """Whether an authenticator app or a passkey protects this account.

        people.backend reads it along with the user, so asking costs no query in a request.
        """
        found = vars(self).get("second_factor")
        if found is None:
            found = self.authenticator_set.filter(type__in=("totp", "webauthn")).exists()  # type: ignore[attr-defined]  # allauth's table names no reverse
            vars(self)["second_factor"] = found
        return bool(found)

    @property
    def display_name(self) -> str:
        return self.name or self.email

    @property
    def has_several_organisations(self) -> bool:
        """Whether there is anything to switch between; read along with the user, as above."""
        found = vars(self).get("several")
        if found is None:
            found = self.memberships.count() > 1
            vars(self)["several"] = found
        return bool(found)
