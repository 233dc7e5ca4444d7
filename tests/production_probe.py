"""Run under production settings in a process of its own; prints what visitors get, as JSON.

tests/test_production.py starts it with a fresh DATA_DIR and reads its last line.
"""

import json
import sys
from typing import Any
from unittest import mock
from uuid import uuid4

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup
from django.core.management import call_command  # noqa: E402
from django.templatetags.static import static  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from tests import factories  # noqa: E402

HOST = "maturity.example"


def seen(response: Any) -> dict[str, Any]:
    """Status, headers and cookies of an answer."""
    cookies = {
        name: {key: morsel[key] for key in ("secure", "httponly", "samesite", "path", "domain")}
        for name, morsel in response.cookies.items()
    }
    for _part in response.streaming_content if response.streaming else ():
        pass
    return {"status": response.status_code, "headers": dict(response.headers), "cookies": cookies}


def probe() -> dict[str, Any]:
    """One answer of each kind."""
    client = Client(raise_request_exception=False, headers={"host": HOST})
    user = factories.make_user("respondent@bank.example", password=factories.PASSWORD)
    bank = factories.make_bank(factories.make_user("lead@bank.example"))
    factories.add_member(bank, user)
    sign_in = {"login": user.email, "password": factories.PASSWORD}
    found = {
        "page": client.get("/", secure=True),
        "form": client.get(reverse("account_login"), secure=True),
        "redirect": client.get(reverse("home"), secure=True),
        "signed in": client.post(reverse("account_login"), sign_in, secure=True),
        "bank": client.get(reverse("home"), secure=True, follow=True),
        "missing": client.get(reverse("bank", args=[uuid4()]), secure=True),
        "wrong method": client.post("/", secure=True),
        "bad host": client.get("/", secure=True, headers={"host": "evil.example"}),
        "plain text": client.get("/", secure=False),
        "health": client.get(reverse("healthz"), secure=True),
        "hashed file": client.get(static("css/app.css"), secure=True),
        "plain file": client.get("/static/css/app.css", secure=True),
    }
    strict = Client(enforce_csrf_checks=True, headers={"host": HOST})
    found["no token"] = strict.post(reverse("account_login"), sign_in, secure=True)
    with mock.patch("assessments.people.about.page", side_effect=RuntimeError):
        found["failure"] = client.get("/", secure=True)
    return {name: seen(response) for name, response in found.items()}


if __name__ == "__main__":
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    result = probe() | {"prefix": settings.SESSION_COOKIE_NAME}
    sys.stdout.write("\n" + json.dumps(result) + "\n")
