"""Signing in, and reading the signed-in person once per request."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from assessments.models import User

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class Backend(AuthenticationBackend):
    """allauth's, which also tells in the same query whether a second factor stands."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, or None if the account is gone or switched off."""
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
        user = User.objects.filter(pk=user_id).annotate(second_factor=Exists(factors)).first()
        return user if user is not None and self.user_can_authenticate(user) else None
