"""Error pages. The 404 carries no form, token, nonce or id, so that it is the same for everyone."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static

from assessments.access.middleware import current_request_id

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _static_page("errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say which role is needed and whom to ask."""
    from assessments.people import pages  # noqa: PLC0415 -- a start need not load what a refusal shows

    return render(request, "errors/403.html", {"page": pages.refusal(exception)}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # Without languages and organisations the frame shows no form, hence no token, and no ids.
    return render(request, "errors/404.html", {"languages": (), "switch": None}, status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/429.html", status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """A page that needs neither database nor session; its reference is also in the log."""
    return _static_page("errors/500.html", status=500)


def _static_page(template: str, *, status: int) -> HttpResponse:
    context = {"reference": current_request_id(), "stylesheets": _stylesheets()}
    return HttpResponse(render_to_string(template, context), status=status)


def _stylesheets() -> list[str]:
    """Addresses of the style sheets; none where their manifest is the very thing that is broken."""
    try:
        return [static("css/tokens.css"), static("css/app.css")]
    except ValueError:
        logger.exception("The manifest of static files cannot be read")
        return []
