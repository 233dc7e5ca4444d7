"""One score over the published rounds: a line, its 90 % whiskers, and where the framework changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from django.utils.safestring import SafeString

from assessments.results.canvas import Canvas, Margin, Paper
from assessments.results.drawing import Chart
from assessments.ui.numbers import digits

_EDGE = 9.0  # per cent of the plot left free on either side, for the labels
_CAP = "M-4 0L4 0"
_MOST_LABELS = 5  # more would meet on a telephone; the first and the last are then written


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """A score of one round, 0 to 100, with its range where it has one; None: there was none."""

    period: str
    value: float | None
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend(Chart):
    """Rounds stand at equal distances. `breaks` are the places before which the framework changed."""

    label: str
    points: tuple[TrendPoint, ...]
    tone: str = "brand"
    midline: float | None = None
    breaks: tuple[int, ...] = ()

    size: ClassVar[Paper] = Paper(320, 180)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(label=self.label, css="trend", paper=paper, margin=Margin(22, 16, 24, 30))
        for step in (0, 25, 50, 75, 100):
            canvas.line(0, 100 - step, 100, 100 - step, "line:hairline")
        for step in (0, 50, 100):
            canvas.text(0, 100 - step, digits(str(step)), "end", dx=-7, dy=4)
        if self.midline is not None:
            canvas.line(0, 100 - self.midline, 100, 100 - self.midline, "line:ink")
        for place in self.breaks:
            x = (self._x(place - 1) + self._x(place)) / 2
            canvas.line(x, 0, x, 100, "line:control dash")
        self._whiskers(canvas)
        known = [(self._x(i), p.value) for i, p in enumerate(self.points) if p.value is not None]
        for (x1, y1), (x2, y2) in pairwise(known):
            canvas.line(x1, 100 - y1, x2, 100 - y2, f"line:{self.tone} w:20")
        for x, value in known:
            canvas.circle(x, 100 - value, 5, f"fill:{self.tone} line:white w:15")
        self._texts(canvas)
        return canvas.render()

    def _x(self, place: int) -> float:
        if len(self.points) == 1:
            return 50.0
        return _EDGE + (100 - 2 * _EDGE) * place / (len(self.points) - 1)

    def _whiskers(self, canvas: Canvas) -> None:
        for place, point in enumerate(self.points):
            if point.low is None or point.high is None:
                continue
            x = self._x(place)
            canvas.line(x, 100 - point.low, x, 100 - point.high, "line:muted w:15")
            for end in (point.low, point.high):
                canvas.shape(x, 100 - end, _CAP, "line:muted w:15")

    def _texts(self, canvas: Canvas) -> None:
        for place in self._labelled():
            point, x = self.points[place], self._x(place)
            canvas.text(x, 100, point.period, "middle", dy=19)
            if point.value is not None:
                top = point.value if point.high is None else point.high
                canvas.text(x, 100 - top, point.text, "middle strong text:ink halo", dy=-8)

    def _labelled(self) -> Iterator[int]:
        last = len(self.points) - 1
        for place in range(last + 1):
            if last < _MOST_LABELS or place in (0, last):
                yield place
