"""A request that asks for it is told how many queries it took; others pass untouched."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

ASK = "X-Count-Queries"
TOLD = "X-Queries"
# Transactions are not queries, and the databases begin theirs differently.
_FRAME = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")


class Counter:
    """Counts what passes through a connection."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        self.count += not sql.lstrip().upper().startswith(_FRAME)
        return execute(sql, params, many, context)


class CountQueries:
    """Middleware of the bench's settings."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if ASK not in request.headers:
            return self.get_response(request)
        counter = Counter()
        with connection.execute_wrapper(counter):
            response = self.get_response(request)
        response.headers[TOLD] = str(counter.count)
        return response
