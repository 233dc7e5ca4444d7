"""Row c: the results page for one respondent and for twelve, computed and published."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from django.urls import reverse

from bench.client import Client
from bench.measure import CannotMeasureError, Row, alternate
from bench.stage import Stage

RUNS = 25
_FIGURE = b"<svg"


def row_c(stage: Stage) -> Iterator[Row]:
    """Against the same rows, fetched and listed by a plain template."""
    client, seeds = stage.client, stage.seeds
    computed, published = ("bench_results", "bench_stored"), ("results", "bench_snapshot")
    for size, pk in seeds.fresh.items():
        yield _measure(client, "c", size, pk, names=computed, note="computed")
    for size, pk in seeds.published.items():
        yield _measure(client, "c-published", size, pk, names=published, note="published")


def _measure(
    client: Client, row: str, size: int, pk: UUID, *, names: tuple[str, str], note: str
) -> Row:
    page, floor = (reverse(name, args=[pk]) for name in names)
    client.get(page)  # what is kept from the first visit on is not counted
    reply = client.get(page, count=True)
    if _FIGURE not in reply.body:
        raise CannotMeasureError(f"{page} shows no result")
    return alternate(
        row,
        partial(client.get, page),
        partial(client.get, floor),
        size=size,
        runs=RUNS,
        queries=reply.queries,
        note=f"results of {size}, {note}",
    )
