"""Alternate two pieces of work and compare them by medians, so that a drifting machine cancels out."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles
from time import monotonic, perf_counter

PATIENCE_SECONDS = 45
FEWEST = 3

Work = Callable[[], object]

_JSON = ("row", "size", "median_ms", "p95_ms", "floor_ms", "ratio", "queries")


class CannotMeasureError(Exception):
    """Something that is to be measured did not work; `str()` is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. Times in milliseconds; `floor_ms` None where there is no floor.

    `row` and `size` together name the line; `note` says in words what was measured.
    """

    row: str
    size: int
    median_ms: float
    p95_ms: float
    floor_ms: float | None = None
    ratio: float | None = None
    queries: int | None = None
    note: str = ""

    def to_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in _JSON}


def milliseconds(work: Work) -> float:
    """Run once and tell how long it took."""
    start = perf_counter()
    work()
    return (perf_counter() - start) * 1000


def p95(times: list[float]) -> float:
    """The 95th percentile, never beyond the slowest run."""
    return quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]


def alternate(
    row: str,
    product: Work,
    floor: Work | None,
    *,
    size: int,
    runs: int,
    warmup: int = 3,
    queries: int | None = None,
    note: str = "",
    rest: Callable[[], object] | None = None,
) -> Row:
    """Measure floor and product in turn. The ratio is the median of the pairs' ratios.

    `rest` is what a process does between two pieces of work; it is not timed. On a machine that is too busy for all runs, as few as three have to do.
    """
    for _ in range(warmup):
        product()
        if floor is not None:
            floor()
    times: list[float] = []
    floors: list[float] = []
    ending = monotonic() + PATIENCE_SECONDS
    for run in range(runs):
        if run >= FEWEST and monotonic() > ending:
            break
        if floor is not None:
            floors.append(milliseconds(floor))
        if rest is not None:
            rest()
        times.append(milliseconds(product))
    ratio = median(t / f for t, f in zip(times, floors, strict=True)) if floors else None
    return Row(
        row=row,
        size=size,
        median_ms=round(median(times), 2),
        p95_ms=round(p95(times), 2),
        floor_ms=round(median(floors), 2) if floors else None,
        ratio=round(ratio, 2) if ratio is not None else None,
        queries=queries,
        note=note,
    )
