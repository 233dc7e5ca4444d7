"""Charts as SVG for page, print and PDF: pure functions from formatted data to markup.

Every chart is a frozen value with two faces: ``screen`` (per cent positions, CSS classes) and
``paper`` (fixed size, for WeasyPrint). Scores run 0-100. Texts arrive formatted and translated.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from django.utils.safestring import SafeString

from assessments.results.canvas import COLOURS, Canvas, Margin, Paper, mark_icon, text_width
from assessments.results.placing import Box, Spot, choose, spots_around

__all__ = [
    "COLOURS",
    "AgreementStrip",
    "Compare",
    "DimensionDots",
    "GapBar",
    "LevelAxis",
    "Paper",
    "Path",
    "ProbabilityBar",
    "Quadrant",
    "RatingAxis",
    "ScoreStrip",
    "Series",
    "Share",
    "mark_icon",
]

JOINT_90 = math.sqrt(-2 * math.log(0.1))  # radius of the joint 90 % region, in standard errors
MOST_NAMES = 8  # quarters whose names fit beside each other
_LINE = 16  # px between lines of a label on screen
NARROW, WIDE = (296.0, 320.0), (530.0, 400.0)  # px: the plot at 360 and 1280 px


class Chart:
    """Base of all charts: the same drawing for screen and paper."""

    size: ClassVar[Paper] = Paper(480, 360)

    def draw(self, paper: Paper | None) -> SafeString:
        """Draw at this size on paper, or in per cent for the screen."""
        raise NotImplementedError

    @property
    def screen(self) -> SafeString:
        return self.draw(None)

    @property
    def paper(self) -> SafeString:
        return self.draw(self.size)


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A line of text: a position in per cent, an offset in px, and its paint words."""

    x: float
    y: float
    words: str
    paint: str
    dx: float
    dy: float


# ---- quadrant ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One quarter of the quadrant: a strategy and how probable it is."""

    strategy: str
    name: str
    share: str
    right: bool
    top: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Quadrant(Chart):
    """Where bank and customers stand. ``bank`` is the raw score, ``counted`` the effective one."""

    label: str
    cells: tuple[Cell, ...]
    strategy: str
    bank: float
    counted: float
    customer: float
    bank_se: float
    customer_se: float
    bank_range: tuple[float, float]
    customer_range: tuple[float, float]
    bank_midline: float
    customer_midline: float
    point: tuple[str, str]  # at the counted mark: value, explanation
    raw: tuple[str, str]  # at the raw mark; empty texts without a gate
    drop: str
    region: str
    midline: str
    bank_axis: str
    customer_axis: str
    stamp: str = ""  # "Provisional", "Fictional bank": written into the picture itself

    size: ClassVar[Paper] = Paper(460, 400)

    @property
    def gated(self) -> bool:
        """True when the gate holds the counted score below the raw one."""
        return self.bank > self.counted

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="quadrant", paper=paper, margin=Margin(40, 14, 44, 40)
        )
        self._cells(canvas)
        self._axes(canvas)
        self._region(canvas)
        names, labels = self.texts((canvas.plot,) if paper else (NARROW, WIDE))
        for text in names:
            canvas.text(text.x, text.y, text.words, text.paint, dx=text.dx, dy=text.dy)
        self._marks(canvas)
        for text in labels:
            canvas.text(text.x, text.y, text.words, text.paint, dx=text.dx, dy=text.dy)
        return canvas.render()

    def texts(
        self, plots: Sequence[tuple[float, float]]
    ) -> tuple[tuple[PlacedText, ...], tuple[PlacedText, ...]]:
        """Names of the cells and labels of the marks, apart from each other at every size."""
        taken: list[Box] = []
        names = self._names(taken, plots)
        return tuple(names), tuple(self._labels(taken, plots))

    def _cells(self, canvas: Canvas) -> None:
        x, y = self.customer_midline, 100 - self.bank_midline
        own = next(cell for cell in self.cells if cell.strategy == self.strategy)
        canvas.rect(
            x if own.right else 0,
            0 if own.top else y,
            100 - x if own.right else x,
            y if own.top else 100 - y,
            f"fill:{self.strategy}-tint",
        )
        for step in (20, 40, 60, 80):
            canvas.line(step, 0, step, 100, "line:hairline")
            canvas.line(0, step, 100, step, "line:hairline")
        canvas.rect(0, 0, 100, 100, "fill:none line:control")

    def _axes(self, canvas: Canvas) -> None:
        for step in range(0, 101, 20):
            canvas.text(0, 100 - step, str(step), "end", dx=-9, dy=4)
            canvas.text(step, 100, str(step), "middle", dy=19)
        canvas.text(0, 0, self.bank_axis, "", dx=-30 if not canvas.paper else -34, dy=-26)
        canvas.text(50, 100, self.customer_axis, "middle", dy=38)
        x, y = self.customer_midline, 100 - self.bank_midline
        canvas.line(x, 0, x, 100, "line:ink")
        canvas.line(0, y, 100, y, "line:ink")
        canvas.text(x, 0, self.midline, "middle", dy=-7)
        low, high = self.bank_range
        canvas.line(0, 100 - high, 0, 100 - low, f"line:{self.strategy} w:60")
        low, high = self.customer_range
        canvas.line(low, 100, high, 100, f"line:{self.strategy} w:60")

    def _region(self, canvas: Canvas) -> None:
        """The ellipse in which both true scores lie nine times in ten, cut at the plot's edge."""
        points = []
        for step in range(72):
            angle = math.tau * step / 72
            x = self.customer + JOINT_90 * self.customer_se * math.cos(angle)
            y = 100 - self.bank + JOINT_90 * self.bank_se * math.sin(angle)
            points.append((min(100.0, max(0.0, x)), min(100.0, max(0.0, y))))
        canvas.polygon(points, f"fill:{self.strategy} opacity:14")
        canvas.polygon(points, f"fill:none line:{self.strategy} w:15")

    def _names(
        self, taken: list[Box], plots: Sequence[tuple[float, float]]
    ) -> Iterator[PlacedText]:
        """Each cell's name in its outer corner, or at its other end where the mark stands there."""
        marks = [self._mark_box(bank, 26) for bank in (self.counted, self.bank)]
        drop = range(int(self.counted), int(self.bank), 5)
        marks += [Box(self.customer, 100 - step, -6, -12, 12, 24) for step in drop]
        for cell in self.cells:
            width = max(text_width(words, big=True) for words in (cell.name, cell.share))
            boxes = []
            for outer in (True, False):
                top = cell.top == outer
                edge = (0 if top else 100) if outer else 100 - self.bank_midline
                spot = Spot(-11 if cell.right else 11, 8 if top else -42, "end" * cell.right)
                boxes.append(spot.box(100 if cell.right else 0, edge, width, 36))
            index, _ = choose(boxes, marks, plots)
            taken.append(boxes[index])
            yield from self._name(cell, boxes[index])

    def _name(self, cell: Cell, box: Box) -> Iterator[PlacedText]:
        own = cell.strategy == self.strategy
        paint = "big" + (f" strong text:{self.strategy}" if own else "") + " end" * cell.right
        dx = -11 if cell.right else 11
        name = paint if own else paint + " text:ink"
        yield PlacedText(box.x, box.y, cell.name, name, dx, box.top + 15)
        yield PlacedText(box.x, box.y, cell.share, paint, dx, box.top + 33)

    def _mark_box(self, bank: float, half: float = 11) -> Box:
        return Box(self.customer, 100 - bank, -half, -half, 2 * half, 2 * half)

    def _marks(self, canvas: Canvas) -> None:
        x, raw, counted = self.customer, 100 - self.bank, 100 - self.counted
        if self.gated:
            canvas.line(x, raw, x, counted, "line:error w:20")
            if self.bank - self.counted > 6:  # noqa: PLR2004 -- points: room for an arrow head
                canvas.shape(x, counted, "M-5 -15L0 -8L5 -15z", "fill:error")
            canvas.mark(x, raw, self.strategy, f"fill:white line:{self.strategy} w:20")
        canvas.mark(x, counted, self.strategy, f"fill:{self.strategy} line:white w:15")

    def _labels(
        self, taken: list[Box], plots: Sequence[tuple[float, float]]
    ) -> Iterator[PlacedText]:
        taken += [self._mark_box(self.counted), self._mark_box(self.bank)]
        point = [(self.point[0], "big bold text:ink"), (self.point[1], "")]
        apart = self.bank - self.counted >= 11  # noqa: PLR2004 -- points: two labels fit
        if self.gated and apart:
            raw = [(self.raw[0], "strong text:ink big"), (self.raw[1], "")]
            yield from self._block(taken, plots, self.bank, raw)
            point[1] = (self.drop, "strong text:error")
        elif self.gated:
            beside = (f"{self.raw[0]} {self.raw[1]}", "")
            point[1:] = [beside, (self.drop, "strong text:error")]
        yield from self._block(taken, plots, self.counted, point)
        if self.stamp:
            yield self._stamp(taken, plots)
        yield from self._region_label(taken, plots)

    def _block(
        self,
        taken: list[Box],
        plots: Sequence[tuple[float, float]],
        bank: float,
        lines: list[tuple[str, str]],
    ) -> Iterator[PlacedText]:
        """Lines of text around a mark, at the least crowded of its places."""
        lines = [line for line in lines if line[0]]
        width = max(text_width(text, big="big" in paint) for text, paint in lines)
        height = _LINE * len(lines)
        spots = spots_around(height)
        boxes = [spot.box(self.customer, 100 - bank, width, height) for spot in spots]
        index, _ = choose(boxes, [*taken, *self._lines()], plots)
        spot = spots[index]
        taken.append(boxes[index])
        for row, (words, paint) in enumerate(lines):
            full = f"halo {paint} {spot.anchor}".strip()
            dy = spot.dy + _LINE * row + 12
            yield PlacedText(self.customer, 100 - bank, words, full, spot.dx, dy)

    def _lines(self) -> list[Box]:
        """The midlines as slight obstacles: a label beside one reads better than across it."""
        x, y = self.customer_midline, 100 - self.bank_midline
        flat = [Box(step, y, -2, -3, 32, 6) for step in range(0, 100, 6)]
        return flat + [Box(x, step, -3, -2, 6, 24) for step in range(0, 100, 6)]

    def _region_label(
        self, taken: list[Box], plots: Sequence[tuple[float, float]]
    ) -> Iterator[PlacedText]:
        """Named at the top or the bottom of the region, and left out where it would collide."""
        width = text_width(self.region)
        reach = JOINT_90 * self.bank_se
        ends = (
            (max(0.0, 100 - self.bank - reach), -20.0),
            (min(100.0, 100 - self.bank + reach), 5.0),
        )
        boxes = [Box(self.customer, y, -width / 2, dy, width, _LINE) for y, dy in ends]
        index, cost = choose(boxes, taken, plots)
        if cost == 0:
            taken.append(boxes[index])
            y, dy = ends[index]
            paint = f"halo middle text:{self.strategy}"
            yield PlacedText(self.customer, y, self.region, paint, 0, dy + 12)

    def _stamp(self, taken: list[Box], plots: Sequence[tuple[float, float]]) -> PlacedText:
        width = text_width(self.stamp, big=True)
        here = (self.customer, 100 - self.counted)
        corners = ((25, 75), (75, 25), (25, 25), (75, 75), (50, 70), (50, 30), (50, 94), (50, 6))
        places = sorted(corners, key=lambda place: -math.dist(place, here))
        boxes = [Box(x, y, -width / 2, -_LINE / 2, width, _LINE) for x, y in places]
        index, _ = choose(boxes, [*taken, *self._lines()], plots)
        taken.append(boxes[index])
        x, y = places[index]
        return PlacedText(x, y, self.stamp, "halo middle big strong text:warn", 0, 5)


# ---- one score on its scale -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreStrip(Chart):
    """One score with its 90 % range; ``ring`` is a value that is shown but does not count."""

    label: str
    value: float | None
    tone: str
    interval: tuple[float, float] | None = None
    midline: float | None = None
    gate: float | None = None
    ring: float | None = None

    size: ClassVar[Paper] = Paper(220, 22)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="strip", paper=paper, height=26, margin=Margin(0, 8, 0, 8)
        )
        canvas.line(0, 50, 100, 50, "line:hairline")
        if self.interval:
            low, high = self.interval
            canvas.rect(low, 34, high - low, 32, f"fill:{self.tone} opacity:22")
        if self.midline is not None:
            canvas.line(self.midline, 8, self.midline, 92, "line:ink")
        if self.gate is not None:
            canvas.line(self.gate, 8, self.gate, 92, "line:error w:20")
        if self.ring is not None:
            canvas.circle(self.ring, 50, 5.5, f"fill:white line:{self.tone} w:20")
        if self.value is not None:
            canvas.circle(self.value, 50, 6, f"fill:{self.tone}")
        return canvas.render()


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelAxis(Chart):
    """The scale above rows of dots: the five level names, or numbers where there is no room."""

    label: str
    names: tuple[str, ...]

    size: ClassVar[Paper] = Paper(300, 18)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="axis", paper=paper, height=20, margin=Margin(0, 8, 0, 8)
        )
        fits = paper is None or all(
            text_width(name, paper=True) < canvas.plot[0] / 5 - 2 for name in self.names
        )
        if fits:
            for band, name in enumerate(self.names):
                canvas.text(10 + 20 * band, 70, name, "middle wide")
        if paper is None or not fits:
            for step in range(0, 101, 20):
                canvas.text(step, 70, str(step), "middle narrow")
        return canvas.render()


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionDots(Chart):
    """One dimension: a ring for awareness, a dot for usage, level bands at 20, 40, 60 and 80."""

    label: str
    awareness: float | None
    usage: float | None
    gate: float | None = None
    gate_label: str = ""

    size: ClassVar[Paper] = Paper(300, 26)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="dots", paper=paper, height=40, margin=Margin(0, 8, 0, 8)
        )
        for step in (0, 20, 40, 60, 80, 100):
            canvas.line(step, 0, step, 100, "line:hairline")
        if self.gate is not None:
            canvas.line(self.gate, 0, self.gate, 100, "line:error w:20")
            for text in self.gate_text():
                canvas.text(text.x, text.y, text.words, text.paint, dx=text.dx, dy=text.dy)
        if self.awareness is not None and self.usage is not None:
            canvas.line(self.awareness, 50, self.usage, 50, "line:brand w:20")
        if self.awareness is not None:
            canvas.circle(self.awareness, 50, 7, "fill:white line:brand w:20")
        if self.usage is not None:
            canvas.circle(self.usage, 50, 4.5, "fill:brand")
        return canvas.render()

    def gate_text(self) -> Iterator[PlacedText]:
        """Right of the gate, else left of it, else nowhere: a dot is never covered."""
        gate, room = self.gate or 0.0, 26.0  # per cent that the words take on a phone
        values = [value for value in (self.awareness, self.usage) if value is not None]
        if not any(gate - 2 < value < gate + room for value in values):
            yield PlacedText(gate, 50, self.gate_label, "strong text:error", 8, 5)
        elif not any(gate - room < value < gate + 2 for value in values):
            yield PlacedText(gate, 50, self.gate_label, "strong text:error end", -8, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Chart):
    """What the bank guessed (ring) beside what customers say (dot)."""

    label: str
    guess: float | None
    measured: float | None

    size: ClassVar[Paper] = Paper(220, 24)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="dots", paper=paper, height=40, margin=Margin(0, 8, 0, 8)
        )
        for step in (0, 25, 50, 75, 100):
            canvas.line(step, 0, step, 100, "line:hairline")
        if self.guess is not None and self.measured is not None:
            canvas.line(self.guess, 50, self.measured, 50, "line:brand w:20")
        if self.guess is not None:
            canvas.circle(self.guess, 50, 7, "fill:white line:control w:20")
        if self.measured is not None:
            canvas.circle(self.measured, 50, 4.5, "fill:brand")
        return canvas.render()


@dataclass(frozen=True, slots=True, kw_only=True)
class GapBar(Chart):
    """Distance of a score from a line, for example the midline: a bar to the left or the right."""

    label: str
    value: float
    line: float

    size: ClassVar[Paper] = Paper(260, 20)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="strip", paper=paper, height=26, margin=Margin(0, 8, 0, 8)
        )
        canvas.line(0, 50, 100, 50, "line:hairline")
        low, high = sorted((self.value, self.line))
        tone = "gap-below-2" if self.value < self.line else "gap-above-2"
        canvas.rect(low, 25, high - low, 50, f"fill:{tone}")
        canvas.line(self.line, 4, self.line, 96, "line:ink")
        return canvas.render()


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingAxis(Chart):
    """The levels 1 to 5 above rows of ratings. ``names`` are the digits of the language."""

    label: str
    names: tuple[str, ...]

    size: ClassVar[Paper] = Paper(180, 18)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="axis", paper=paper, height=20, margin=Margin(0, 12, 0, 12)
        )
        for level, name in enumerate(self.names, start=1):
            canvas.text(rating_place(level), 70, name, "middle")
        return canvas.render()


def rating_place(level: int) -> float:
    """Where a level from 1 to 5 stands, in per cent."""
    return 6 + 22.0 * (level - 1)


def _dot(dx: float) -> str:
    """A dot of 9 px, moved sideways by some px."""
    left, right = f"{dx - 4.5:.2f}", f"{dx + 4.5:.2f}"
    return f"M{left} 0A4.5 4.5 0 1 1 {right} 0A4.5 4.5 0 1 1 {left} 0z"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementStrip(Chart):
    """One question's ratings on levels 1 to 5, a dot per rating; equal ratings stand side by side."""

    label: str
    ratings: tuple[int, ...]

    size: ClassVar[Paper] = Paper(180, 24)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="dots", paper=paper, height=40, margin=Margin(0, 12, 0, 12)
        )
        for level in range(1, 6):
            canvas.line(rating_place(level), 0, rating_place(level), 100, "line:hairline")
        if self.ratings:
            low, high = min(self.ratings), max(self.ratings)
            canvas.line(rating_place(low), 50, rating_place(high), 50, "line:brand w:20")
        for level in range(1, 6):
            count = self.ratings.count(level)
            step = min(11.0, 44 / max(1, count))  # px; side by side, closer where there are many
            for index in range(count):
                dot = _dot(step * (index - (count - 1) / 2))
                canvas.shape(rating_place(level), 50, dot, "fill:brand line:white w:10")
        return canvas.render()


# ---- probability ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One strategy's probability, 0-1, with its written form."""

    strategy: str
    name: str
    value: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbabilityBar(Chart):
    """Probabilities of the strategies, largest first, as one bar."""

    label: str
    shares: tuple[Share, ...]

    size: ClassVar[Paper] = Paper(300, 22)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(label=self.label, css="probability", paper=paper, height=28)
        total = sum(share.value for share in self.shares) or 1.0
        start = 0.0
        for share in self.shares:
            width = 100 * share.value / total
            canvas.rect(start, 0, width, 100, f"fill:{share.strategy}")
            if start > 0:
                canvas.line(start, 0, start, 100, "line:white w:20")
            start += width
        return canvas.render()


# ---- expected path ----------------------------------------------------------------------------


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
            canvas.text(0, 100 - step, str(step), "end", dx=-8, dy=4)
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

    def _quarters(self, canvas: Canvas) -> None:
        """All names where they fit; on a phone the first, the middle and the last."""
        last = len(self.quarters) - 1
        for index, name in enumerate(self.quarters):
            if last > MOST_NAMES and index % 2 and index != last:
                continue
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
