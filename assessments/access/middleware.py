"""A reference id per request, no-store answers, and one log line per event."""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments.access.refusals import SecondFactorNeededError

Handler = Callable[[HttpRequest], HttpResponse]

_request_id: ContextVar[str] = ContextVar("request_id", default="-")


def current_request_id() -> str:
    """The reference id of the request being served, or "-" outside one."""
    return _request_id.get()


class RequestId:
    """Give each request a reference id that logs, events and the 500 page share."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request_id.set(token_hex(8))
        try:
            return self.get_response(request)
        finally:
            _request_id.reset(token)


class NoStore:
    """Nothing but hashed static files may stay in a cache (S40)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store"
        return response


class SecondFactor:
    """Send a lead, a firm's admin or a consultant without a second factor to set one up (S23)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for SecondFactorNeededError only. What was sent by a script learns it by status."""
        if not isinstance(error, SecondFactorNeededError):
            return None
        if request.method != "GET" or request.content_type == "application/json":
            return HttpResponse(status=403)
        query = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('second_factor')}?{query}")


class RequestIdFilter(logging.Filter):
    """Put the reference id on every log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id()
        return True


# Addresses that end in a secret; Django names the address of a request that failed.
_SECRET = re.compile(r"(/(?:join|share)/)[^/\s]+")


class OneLineFormatter(logging.Formatter):
    """Keep what a stranger wrote from starting a log line of its own (S35), and tokens out (S19).

    The message stays on one line; a traceback keeps its lines, each visibly indented.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- logging's name
        return _SECRET.sub(r"\1…", "\\n".join(super().formatMessage(record).splitlines()))

    def formatException(self, ei: Any) -> str:  # noqa: N802 -- logging's name
        return "\n".join(f"    {line}" for line in super().formatException(ei).splitlines())
