"""How accounts behave here; allauth does the rest."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts by e-mail; signing up founds a bank (see SignUpForm)."""
