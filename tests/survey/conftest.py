"""One respondent in one round: the stage of this room's tests."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, Sheet
from tests import factories
from tests.conftest import Cast

Post = Callable[..., HttpResponse]


@pytest.fixture
def sheet(cast: Cast) -> Sheet:
    """The lead's own sheet, the only one of its round."""
    return factories.make_sheet(factories.make_round(cast.bank), cast.lead)


@pytest.fixture
def solo(sheet: Sheet) -> Assessment:
    """The round of `sheet`."""
    return sheet.assessment


@pytest.fixture
def lead_client(client: Client, cast: Cast) -> Client:
    client.force_login(cast.lead)
    return client


@pytest.fixture
def post(lead_client: Client, solo: Assessment) -> Post:
    """Send one autosave as the lead; keywords become the JSON body."""

    def send(item: str = "CAP.A1", raw: bytes | str | None = None, **body: Any) -> Any:
        address = reverse("answer", args=[solo.pk, item])
        complete = {"answer": 3, "version": 0, "client_id": str(uuid4())} | body
        content = json.dumps(complete) if raw is None else raw
        return lead_client.post(address, content, content_type="application/json")

    return send
