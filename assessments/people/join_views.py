"""Following an invitation: the token leaves the address at once, and only a form uses it up."""

import datetime as dt

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access.throttle_writing import admit, spent
from assessments.models import InvitationLink, User
from assessments.people import invitation_queries as queries
from assessments.people import invitation_services as services
from assessments.people.errors import too_many
from assessments.people.forms import SignInForm
from assessments.people.invitation_forms import JoinForm
from assessments.people.invitation_pages import join_page, landing_of
from assessments.people.invitation_services import Joined, UnusableError

IN_SESSION = "invitation"
MOST_GUESSES = 20
GUESSES_WITHIN = dt.timedelta(minutes=10)


@sensitive_variables("token")
@require_safe
def join_link(request: HttpRequest, token: str) -> HttpResponse:
    """Keep what the token stands for, not the token, and go on at an address without it."""
    now = timezone.now()
    who = get_adapter().get_client_ip(request)
    if spent("join", who, limit=MOST_GUESSES, span=GUESSES_WITHIN, now=now):
        return too_many(request)
    link = queries.usable_link(queries.digest(token), now)
    if link is None:
        admit("join", who, limit=MOST_GUESSES, span=GUESSES_WITHIN, now=now)
        return _unusable(request)
    request.session[IN_SESSION] = link.token_hash
    return _quiet(redirect("join"))


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Show the invitation; by form, accept it as who is signed in, or with a new account."""
    held = str(request.session.get(IN_SESSION, ""))
    link = queries.usable_link(held, timezone.now()) if held else None
    if link is None:
        return _unusable(request)
    try:
        if request.user.is_authenticated:
            return _as_member(request, link)
        if queries.has_account(link.invitation.email):
            return _sign_in_first(request, link)
        return _anew(request, link)
    except UnusableError:
        return _unusable(request)


def _as_member(request: HttpRequest, link: InvitationLink) -> HttpResponse:
    assert request.user.is_authenticated  # noqa: S101 -- narrows the type
    if not queries.opens_for(link, request.user):
        raise UnusableError
    if request.method != "POST":
        return render(request, "people/join.html", {"page": join_page(link)})
    joined = services.accept(link=link, by=request.user, now=timezone.now())
    del request.session[IN_SESSION]
    return redirect(landing_of(joined.organisation, joined.sheet))


def _sign_in_first(request: HttpRequest, link: InvitationLink) -> HttpResponse:
    form = SignInForm(request=request, initial={"login": link.invitation.email})
    context = {"page": join_page(link), "sign_in": form}
    return render(request, "people/join.html", context)


def _anew(request: HttpRequest, link: InvitationLink) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = JoinForm(posted, email=link.invitation.email)
    if form.is_valid():
        user, joined = services.join_anew(link=link, now=timezone.now(), **form.cleaned_data)
        return _enter(request, user, joined)
    context = {"page": join_page(link), "form": form}
    return render(request, "people/join.html", context, status=422 if form.is_bound else 200)


def _enter(request: HttpRequest, user: User, joined: Joined) -> HttpResponse:
    """Sign the new person in. An address that is not proven yet is confirmed the next time."""
    del request.session[IN_SESSION]
    record_authentication(request, user, method="password")
    response: HttpResponse = perform_login(
        request,
        user,
        email_verification=EmailVerificationMethod.NONE,
        redirect_url=landing_of(joined.organisation, joined.sheet),
    )
    return response


def _unusable(request: HttpRequest) -> HttpResponse:
    """One page for every link that does not work, whatever the reason (B17, S17)."""
    bare = {"languages": (), "switch": None}
    return _quiet(render(request, "people/unusable.html", bare, status=410))


def _quiet(response: HttpResponse) -> HttpResponse:
    """No page learns from which address its reader came."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
