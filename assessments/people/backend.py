"""Signing in, and reading the signed-in person once per request."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from assessments.models import Membership, User

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class Backend(AuthenticationBackend):
    """allauth's, which tells in the same query about second factors and several organisations."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, or None if the account is gone or switched off."""
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
        further = Membership.objects.filter(user=OuterRef("pk"))[1:2]
        user = (
            User.objects.filter(pk=user_id)
            .annotate(second_factor=Exists(factors), several=Exists(further))
            .first()
        )
        return user if user is not None and self.user_can_authenticate(user) else None
