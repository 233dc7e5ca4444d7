"""What every exhibit has: an action title, a measure, a chart, a source line and its numbers."""

from dataclasses import dataclass

from assessments.results.svg import Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTable:
    """The numbers of a figure as a table; the first cell of a row is its heading."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An exhibit on screen and on paper."""

    title: str
    measure: str
    chart: Chart
    source: str
    table: DataTable
