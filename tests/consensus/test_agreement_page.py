"""The agreement page: the heatmap, its order, and what it says of numbers from the engine."""

from django.test import Client
from django.urls import reverse

from assessments.models import Assessment
from tests.consensus.conftest import MakeRound


def url(round_: Assessment, name: str = "agreement", *more: object) -> str:
    return reverse(name, args=[round_.pk, *more])


def test_all_pages_open(lead: Client, round_: Assessment) -> None:
    for name, more in (
        ("agreement", ()),
        ("agenda", ()),
        ("agreement_item", ("CAP.A1",)),
        ("evidence", ()),
        ("evidence_item", ("CAP.A1",)),
        ("send_back", ()),
        ("discussions", ()),
        ("thread", ("CAP.A1",)),
    ):
        response = lead.get(url(round_, name, *more))
        assert (name, response.status_code) == (name, 200)
