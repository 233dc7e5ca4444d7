"""The page."""

from pathlib import Path

from django.test import Client

from tests.comparison.conftest import Clients
from tests.conftest import Cast


def test_x(client: Client, cast: Cast, clients: Clients) -> None:
    client.force_login(cast.consultant)
    for places in [(0, 1), (0, 1, 2, 3, 4, 5)]:
        response = client.get(clients.url(*places))
        assert response.status_code == 200
        Path(f"/tmp/cmp{len(places)}.html").write_bytes(response.content)
    assert client.get("/compare/").status_code == 200
