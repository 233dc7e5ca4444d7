"""One keep-alive connection to the server, signed in by a session's cookie."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Self
from urllib.parse import urlencode

from bench.measure import CannotMeasureError
from bench.queries import ASK, TOLD

PATIENCE_SECONDS = 60
# Django takes an unmasked secret in both places; its length is what it checks first.
CSRF = "bench" * 6 + "00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back, read to its end."""

    status: int
    body: bytes
    location: str
    queries: int | None

    def json(self) -> dict[str, object]:
        data: dict[str, object] = json.loads(self.body)
        return data


class Client:
    """Asks for pages, one after the other; every answer but the expected one is an error."""

    def __init__(self, port: int, session: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        self._headers = {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "X-CSRFToken": CSRF}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def get(self, path: str, *, count: bool = False) -> Reply:
        """Fetch a page that must answer 200; with `count` the reply tells its queries."""
        return self._ask("GET", path, None, {ASK: "1"} if count else {}, HTTPStatus.OK)

    def post_json(self, path: str, data: object, *, count: bool = False) -> Reply:
        """Send JSON that must be taken with 200."""
        headers = {"Content-Type": "application/json"} | ({ASK: "1"} if count else {})
        return self._ask("POST", path, json.dumps(data).encode(), headers, HTTPStatus.OK)

    def post_form(self, path: str, data: dict[str, str], *, count: bool = False) -> Reply:
        """Send a form that must be answered by sending the browser on."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        headers |= {ASK: "1"} if count else {}
        return self._ask("POST", path, urlencode(data).encode(), headers, HTTPStatus.FOUND)

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], expected: int
    ) -> Reply:
        try:
            self._connection.request(method, path, body, self._headers | headers)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, HTTPException) as error:
            raise CannotMeasureError(f"{method} {path}: {error!r}") from error
        if response.status != expected:
            raise CannotMeasureError(f"{method} {path} answered with status {response.status}")
        told = response.headers.get(TOLD)
        return Reply(
            status=response.status,
            body=content,
            location=response.headers.get("Location", ""),
            queries=int(told) if told is not None else None,
        )
