"""Forms of accounts and of the bank's profile."""

from allauth.account.forms import LoginForm, SignupForm


class SignInForm(LoginForm):
    pass


class SignUpForm(SignupForm):
    pass
