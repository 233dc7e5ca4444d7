"""The measurements as a table for people and as JSON for machines."""

import json
from collections.abc import Iterable

from bench.measure import Row

_HEAD = ("row", "size", "median ms", "p95 ms", "floor ms", "ratio", "queries", "what")


def text(rows: Iterable[Row]) -> str:
    """Columns by width, numbers to the right."""
    lines = [_HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD) - 1)]
    return "\n".join(
        "  ".join(
            [
                line[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(line[1:-1], widths[1:], strict=True)),
                line[-1],
            ]
        )
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.row,
        str(row.size),
        f"{row.median_ms:.2f}",
        f"{row.p95_ms:.2f}",
        "–" if row.floor_ms is None else f"{row.floor_ms:.2f}",
        "–" if row.ratio is None else f"{row.ratio:.2f}",
        "–" if row.queries is None else str(row.queries),
        row.note,
    )


def to_json(rows: Iterable[Row]) -> str:
    """A JSON list with one object per line of the table."""
    return json.dumps([row.to_json() for row in rows], indent=1) + "\n"
