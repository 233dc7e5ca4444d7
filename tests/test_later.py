"""Views loaded late: every name leads to one, its marks hold, and a start loads none of them."""

import subprocess
import sys

import pytest
from django.test import Client, RequestFactory
from django.urls import get_resolver
from django.views.decorators.csrf import csrf_exempt

from assessments.config.later import LaterView, LaterViews, load_all, views_among

HEAVY = ("assessments.results.pages", "assessments.survey.views", "weasyprint", "plotly", "fido2")


def test_every_address_leads_to_a_view_that_exists() -> None:
    views = list(views_among(get_resolver().url_patterns))
    assert len(views) > 50
    for view in views:
        assert callable(view.load()), f"{view.__module__}.{view.__name__}"
    load_all()


@pytest.mark.parametrize("part", ["module", "name"])
def test_a_name_that_leads_nowhere_says_so_when_asked_for(part: str) -> None:
    views = LaterViews("assessments.people.views" if part == "name" else "assessments.nowhere")
    with pytest.raises(AttributeError if part == "name" else ImportError):
        views.nothing_of_the_kind(RequestFactory().get("/"))


def test_a_mark_on_the_view_is_seen_through_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    late = LaterView("assessments.people.views", "healthz")
    assert getattr(late, "csrf_exempt", False) is False
    monkeypatch.setattr("assessments.people.views.healthz", csrf_exempt(late.load()))
    assert LaterView("assessments.people.views", "healthz").csrf_exempt is True


def test_s27_a_form_without_its_token_is_still_refused(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/accounts/login/", {"login": "x@y.example"}).status_code == 403


def test_listing_the_addresses_loads_no_page() -> None:
    script = (
        "import sys, django; django.setup();"
        "from django.core.management import call_command; call_command('check');"
        "from django.urls import reverse; reverse('landing');"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "[]"
