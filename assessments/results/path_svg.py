"""The expected path: scores quarter by quarter with the range of slower and faster progress."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from django.utils.safestring import SafeString

from assessments.results.canvas import Canvas, Margin, Paper
from assessments.results.drawing import Chart, PlacedText
from assessments.ui.numbers import digits

MOST_NAMES = 5  # quarters whose names fit beside each other in half a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One score over the quarters, with the range of slower and faster progress."""

    name: str
    tone: str
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    first: str
    last: str
    last_range: str
    dashed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Path(Chart):
    """Expected scores at the end of each quarter; index 0 is what was measured."""

    label: str
    quarters: tuple[str, ...]
    series: tuple[Series, ...]
    gate: float | None
    gate_label: str
    midline: float | None
    midline_label: str

    size: ClassVar[Paper] = Paper(560, 300)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(label=self.label, css="path", paper=paper, margin=Margin(14, 118, 30, 34))
        for step in range(0, 101, 20):
            canvas.line(0, step, 100, step, "line:hairline")
            canvas.text(0, 100 - step, digits(str(step)), "end", dx=-8, dy=4)
        self._quarters(canvas)
        self._lines(canvas)
        for series in self.series:
            self._band(canvas, series)
        for series in self.series:
            self._series(canvas, series)
        self._end_labels(canvas)
        return canvas.render()

    def _x(self, index: int) -> float:
        return 100 * index / max(1, len(self.quarters) - 1)

    @property
    def named(self) -> tuple[tuple[int, str], ...]:
        """The quarters that are named under the axis: all, or of a long plan every other one."""
        last = len(self.quarters) - 1
        return tuple(
            (index, name)
            for index, name in enumerate(self.quarters)
            if last <= MOST_NAMES or index == 0 or (last - index) % 2 == 0
        )

    def _quarters(self, canvas: Canvas) -> None:
        """All names where they fit; on a phone the first, the middle and the last."""
        last = len(self.quarters) - 1
        for index, name in self.named:
            always = index in (0, last) or (last % 2 == 0 and index == last // 2)
            canvas.text(self._x(index), 100, name, "middle" + ("" if always else " wide"), dy=20)

    def _lines(self, canvas: Canvas) -> None:
        if self.midline is not None:
            canvas.line(0, 100 - self.midline, 100, 100 - self.midline, "line:control")
        if self.gate is not None:
            canvas.line(0, 100 - self.gate, 100, 100 - self.gate, "line:error w:15")

    def _band(self, canvas: Canvas, series: Series) -> None:
        if len(series.values) > 1:
            upper = [(self._x(i), 100 - v) for i, v in enumerate(series.high)]
            lower = [(self._x(i), 100 - v) for i, v in enumerate(series.low)]
            canvas.polygon([*upper, *reversed(lower)], f"fill:{series.tone} opacity:14")

    def _series(self, canvas: Canvas, series: Series) -> None:
        points = [(self._x(i), 100 - v) for i, v in enumerate(series.values)]
        for (x1, y1), (x2, y2) in pairwise(points):
            canvas.line(x1, y1, x2, y2, f"line:{series.tone} w:20 dash")
        for x, y in points[1:]:
            canvas.circle(x, y, 4.5, f"fill:white line:{series.tone} w:20")
        canvas.circle(*points[0], 4.5, f"fill:{series.tone}")

    def _end_labels(self, canvas: Canvas) -> None:
        for text in self.ends(canvas.plot[1] if canvas.paper else 300.0):
            canvas.text(text.x, text.y, text.words, text.paint, dx=text.dx, dy=text.dy)

    def ends(self, height: float) -> Iterator[PlacedText]:
        """At the right edge, two lines a score; pushed apart where the scores lie close."""
        labels: list[_EndLabel] = []
        for series in self.series:
            lines = [(series.last, f"bold big text:{series.tone}"), (series.last_range, "")]
            labels.append((100 - series.values[-1], 34.0, lines))
        if self.gate is not None:
            labels.append((100 - self.gate, 17.0, [(self.gate_label, "text:error")]))
        if self.midline is not None:
            labels.append((100 - self.midline, 17.0, [(self.midline_label, "")]))
        for y, (_, _, lines) in zip(_apart(labels, height), sorted(labels), strict=True):
            for row, (words, paint) in enumerate(lines):
                yield PlacedText(100, y, words, paint, 13, 5 + 15 * row - 7.5 * (len(lines) - 1))


_EndLabel = tuple[float, float, list[tuple[str, str]]]


def _apart(labels: list[_EndLabel], height: float) -> list[float]:
    """Middle of each label in per cent, from top to bottom, so that none covers another."""
    wanted = [(y, need * 100 / height) for y, need, _ in sorted(labels)]
    placed: list[float] = []
    for y, need in wanted:
        above = placed[-1] + (wanted[len(placed) - 1][1] + need) / 2 if placed else -math.inf
        placed.append(max(y, above))
    limit = 100.0
    for index in range(len(placed) - 1, -1, -1):
        half = wanted[index][1] / 2
        placed[index] = min(placed[index], limit - half)
        limit = placed[index] - half
    return placed
