"""The request that views of signed-in members receive."""

from django.http import HttpRequest

from assessments.models import User


class MemberRequest(HttpRequest):
    """A request whose user is signed in; login_required stands in front."""

    user: User
