"""The trail of what people did."""

import logging

import pytest
from django.http import HttpRequest, HttpResponse

from assessments.access.audit import record
from assessments.access.middleware import OneLineFormatter, RequestId, current_request_id
from assessments.models import Event
from tests.conftest import Cast


def test_an_event_holds_ids_and_the_reference_of_its_request(cast: Cast) -> None:
    def act(_request: HttpRequest) -> HttpResponse:
        record(organisation=cast.bank, by=cast.lead, verb="did", target="thing:1", count=2)
        return HttpResponse(current_request_id())

    response = RequestId(act)(HttpRequest())
    event = Event.objects.get()
    assert (event.actor, event.verb, event.target, event.details, event.request_id) == (
        cast.lead.pk,
        "did",
        "thing:1",
        {"count": 2},
        response.content.decode(),
    )


def test_outside_a_request_there_is_no_reference() -> None:
    assert current_request_id() == "-"


@pytest.mark.parametrize("mark", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b"])
def test_s35_what_a_stranger_wrote_starts_no_log_line(mark: str) -> None:
    text = f"one{mark}ERROR forged line"
    fault = (ValueError, ValueError(text), None)
    logged = logging.LogRecord("test", logging.INFO, __file__, 1, "%s", (text,), fault)
    lines = OneLineFormatter("%(levelname)s %(message)s").format(logged).splitlines()
    assert lines[0] == "INFO one\\nERROR forged line"
    assert [line for line in lines[1:] if not line.startswith("    ")] == []
