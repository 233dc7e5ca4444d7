"""Public pages, the account, the bank's home and profile."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import organisation_for


def landing(request: HttpRequest) -> HttpResponse:
    return render(request, "people/landing.html")


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "people/help.html")


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "people/privacy.html")


def method(request: HttpRequest) -> HttpResponse:
    return render(request, "people/method.html")


@login_required
def home(request: MemberRequest) -> HttpResponse:
    return render(request, "people/home.html")


@login_required
def account(request: MemberRequest) -> HttpResponse:
    return render(request, "people/account.html")


@login_required
def bank(request: MemberRequest, pk: UUID) -> HttpResponse:
    organisation_for(request.user, pk, Permission.VIEW_BANK)
    return render(request, "people/bank.html")


@login_required
def bank_profile(request: MemberRequest, pk: UUID) -> HttpResponse:
    organisation_for(request.user, pk, Permission.EDIT_BANK)
    return render(request, "people/bank_profile.html")
