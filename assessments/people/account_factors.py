"""How second factors behave here; allauth.mfa does the rest."""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.models import User
from assessments.people import account_queries as queries
from assessments.people.account_secrets import seal, unseal


class FactorAdapter(DefaultMFAAdapter):
    """Sealed secrets, our own words, and no way for the privileged to drop their last factor."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This code is not right, or it was used before. Enter the one that shows now."
        ),
        "cannot_delete_authenticator": _(
            "Your role needs a second factor, and this is the only one. Add another one first."
        ),
        "cannot_generate_recovery_codes": _(
            "Recovery codes stand in for an authenticator app or a passkey. Add one of these first."
        ),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Leads, firm admins and consultants keep at least one factor (S23)."""
        user: User = authenticator.user
        if settings.DEMO and user.demo:
            return True
        return queries.other_factors(authenticator) or not queries.needs_second_factor(user)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 -- allauth's name
        number = len(queries.passkeys_of(user)) + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def _get_site_name(self) -> str:
        """What authenticators show: the product, not the host that a request named."""
        return str(settings.MFA_TOTP_ISSUER)
