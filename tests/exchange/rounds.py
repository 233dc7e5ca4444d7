"""Rounds to take away, and what their files hold."""

import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

from assessments.models import Assessment, AssessmentStatus, Function, SheetStatus, Visibility
from tests import factories
from tests.conftest import Cast
from tests.factories import Answer

DISPUTED: Mapping[str, tuple[Function, Mapping[str, Answer]]] = {
    "lead": (Function.EXECUTIVE, {"CAP.A1": 5, "RSK.U4": 4, "SKL.U2": 2}),
    "respondent": (Function.RISK, {"CAP.A1": 1, "RSK.U4": 2, "SKL.U2": 3}),
    "third": (Function.IT, {"CAP.A1": 2, "TEC.U1": "DK"}),
    "fourth": (Function.IT, {"CAP.A1": 4, "TEC.A2": "NA"}),
}


def closed(
    cast: Cast,
    *,
    people: int = 4,
    visibility: Visibility = Visibility.FUNCTION,
    at: datetime = factories.MOMENT,
    period: str = "2026 H2",
) -> Assessment:
    """A closed round of the cast's bank that several people answered differently."""
    round_ = factories.make_round(
        cast.bank, period=period, status=AssessmentStatus.CLOSED, channels_confirmed=True
    )
    Assessment.objects.filter(pk=round_.pk).update(visibility=visibility)
    round_.refresh_from_db()
    factories.make_channels(round_)
    plain = (Function.SERVICE, {"CAP.A1": 3})
    for number in range(people):
        name, (function, differing) = [*DISPUTED.items(), *[(f"n{n}", plain) for n in range(20)]][
            number
        ]
        person = getattr(cast, name, None)
        if person is None:
            person = factories.make_user(f"{name}{period}@norvane.example", name=f"Nora {name}")
            factories.add_member(cast.bank, person)
        sheet = factories.make_sheet(
            round_, person, function=function, status=SheetStatus.SUBMITTED
        )
        factories.fill_sheet(sheet, factories.whole_sheet() | dict(differing), at=at)
    return round_


def body(response: HttpResponse | Any) -> bytes:
    """All bytes of a download, streamed or not; read to its end, a stream closes its file."""
    return b"".join(response) if response.streaming else bytes(response.content)


def fetch(client: Client, url: str) -> bytes:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return body(response)


def csv_rows(client: Client, url: str) -> list[dict[str, str]]:
    text = fetch(client, url).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def parts(package: bytes) -> dict[str, str]:
    """The text parts of an XLSX or DOCX by name."""
    with zipfile.ZipFile(io.BytesIO(package)) as found:
        return {
            name: found.read(name).decode()
            for name in found.namelist()
            if name.endswith((".xml", ".rels"))
        }
