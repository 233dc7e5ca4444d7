"""Charts of several sides: who is who is told by marker, letter or name, never by colour alone."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString, mark_safe

from assessments.results.canvas import COLOURS, Canvas, Margin, Paper, text_width
from assessments.results.drawing import Chart, PlacedText
from assessments.results.placing import Box, choose, spots_around
from assessments.results.quadrant_svg import JOINT_90, NARROW, WIDE
from assessments.ui.numbers import digits

# A marker per series, 13 px across: circle, square, triangle, diamond, triangle down, cross.
MARKERS = (
    "M-5.5 0A5.5 5.5 0 1 1 5.5 0A5.5 5.5 0 1 1 -5.5 0z",
    "M-5 -5L5 -5L5 5L-5 5z",
    "M0 -6.5L6.5 5L-6.5 5z",
    "M0 -7L7 0L0 7L-7 0z",
    "M0 6.5L6.5 -5L-6.5 -5z",
    "M-2 -6L2 -6L2 -2L6 -2L6 2L2 2L2 6L-2 6L-2 2L-6 2L-6 -2L-2 -2z",
)
STEPS = (0, 20, 40, 60, 80, 100)


def marker(place: int, size: int = 14) -> SafeString:
    """A series' marker beside its name; the name says the same."""
    return mark_safe(  # noqa: S308 -- constants only
        f'<svg class="mark-icon" viewBox="-8 -8 16 16" width="{size}" height="{size}" '
        f'aria-hidden="true" focusable="false"><path d="{MARKERS[place]}" '
        f'class="fill-series-{place + 1}" fill="{COLOURS[f"series-{place + 1}"]}"/></svg>'
    )


# ---- the quadrant ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One side in the quadrant: effective bank score and customers, with their errors."""

    place: int
    name: str
    bank: float
    raw: float
    customer: float
    bank_se: float
    customer_se: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """A quarter's name and where it is."""

    strategy: str
    name: str
    right: bool
    top: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareQuadrant(Chart):
    """All sides in one quadrant, each named at its marker, within its 90 % region."""

    label: str
    spots: tuple[Spot, ...]
    corners: tuple[Corner, ...]
    bank_midline: float
    customer_midline: float
    bank_axis: str
    customer_axis: str
    stamp: str = ""

    size: ClassVar[Paper] = Paper(640, 470)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="quadrant", paper=paper, margin=Margin(40, 14, 44, 40)
        )
        self._frame(canvas)
        for spot in self.spots:
            self._region(canvas, spot)
        self._names(canvas)
        for spot in self.spots:
            self._mark(canvas, spot)
        for text in self._labels((canvas.plot,) if paper else (NARROW, WIDE)):
            canvas.text(text.x, text.y, text.words, text.paint, dx=text.dx, dy=text.dy)
        return canvas.render()

    def _frame(self, canvas: Canvas) -> None:
        for step in STEPS[1:-1]:
            canvas.line(step, 0, step, 100, "line:hairline")
            canvas.line(0, step, 100, step, "line:hairline")
        canvas.rect(0, 0, 100, 100, "fill:none line:control")
        for step in STEPS:
            canvas.text(0, 100 - step, digits(str(step)), "end", dx=-9, dy=4)
            canvas.text(step, 100, digits(str(step)), "middle", dy=19)
        canvas.text(0, 0, self.bank_axis, "", dx=-34 if canvas.paper else -30, dy=-26)
        canvas.text(50, 100, self.customer_axis, "middle", dy=38)
        x, y = self.customer_midline, 100 - self.bank_midline
        canvas.line(x, 0, x, 100, "line:ink")
        canvas.line(0, y, 100, y, "line:ink")

    def _names(self, canvas: Canvas) -> None:
        for corner in self.corners:
            paint = "big" + " end" * corner.right
            dx, dy = -11 if corner.right else 11, 22 if corner.top else -12
            canvas.text(
                100 * corner.right, 100 * (not corner.top), corner.name, paint, dx=dx, dy=dy
            )
        if self.stamp:
            canvas.text(100, 0, self.stamp, "end strong text:warn", dy=-8)

    def _region(self, canvas: Canvas, spot: Spot) -> None:
        points = []
        for x, y in _ON_CIRCLE:
            across = spot.customer + JOINT_90 * spot.customer_se * x
            down = 100 - spot.raw + JOINT_90 * spot.bank_se * y
            points.append((min(100.0, max(0.0, across)), min(100.0, max(0.0, down))))
        canvas.polygon(points, f"fill:none line:series-{spot.place + 1}")

    def _mark(self, canvas: Canvas, spot: Spot) -> None:
        tone = f"series-{spot.place + 1}"
        if spot.raw > spot.bank:
            x = spot.customer
            canvas.line(x, 100 - spot.raw, x, 100 - spot.bank, "line:error w:20")
            canvas.shape(x, 100 - spot.raw, MARKERS[spot.place], f"fill:white line:{tone} w:15")
        canvas.shape(
            spot.customer, 100 - spot.bank, MARKERS[spot.place], f"fill:{tone} line:white w:10"
        )

    def _labels(self, plots: Sequence[tuple[float, float]]) -> Iterator[PlacedText]:
        """Each name beside its marker, apart from the markers and from one another."""
        taken = [
            Box(spot.customer, 100 - bank, -9, -9, 18, 18)
            for spot in self.spots
            for bank in {spot.bank, spot.raw}
        ]
        for corner in self.corners:
            width = text_width(corner.name, big=True)
            left = -11 - width if corner.right else 11
            top = 8 if corner.top else -26
            taken.append(Box(100 * corner.right, 100 * (not corner.top), left, top, width, 18))
        for spot in sorted(self.spots, key=lambda spot: (-spot.bank, spot.place)):
            width = text_width(spot.name, big=True)
            around = spots_around(16, gap=12)
            boxes = [place.box(spot.customer, 100 - spot.bank, width, 16) for place in around]
            index, _ = choose(boxes, taken, plots)
            taken.append(boxes[index])
            place = around[index]
            paint = f"halo big strong text:ink {place.anchor}".strip()
            yield PlacedText(
                spot.customer, 100 - spot.bank, spot.name, paint, place.dx, place.dy + 12
            )


_TURNS = [math.tau * step / 60 for step in range(60)]
_ON_CIRCLE = tuple((math.cos(turn), math.sin(turn)) for turn in _TURNS)


# ---- small multiples ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiple(Chart):
    """One side in one dimension: its score above, awareness (ring) and usage (dot) below.

    The upright line is where the reference's score is.
    """

    label: str
    place: int
    score: float | None
    reference: float | None
    awareness: float | None
    usage: float | None

    size: ClassVar[Paper] = Paper(120, 40)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="dots", paper=paper, height=46, margin=Margin(0, 8, 0, 8)
        )
        tone = f"series-{self.place + 1}"
        for step in STEPS:
            canvas.line(step, 0, step, 100, "line:hairline")
        if self.reference is not None:
            canvas.line(self.reference, 0, self.reference, 100, "line:control w:15")
        if self.score is not None:
            canvas.shape(self.score, 28, MARKERS[self.place], f"fill:{tone}")
        pair(canvas, self.awareness, self.usage, 76, tone)
        return canvas.render()


def pair(canvas: Canvas, awareness: float | None, usage: float | None, y: float, tone: str) -> None:
    """Awareness as a ring and usage as a dot, joined."""
    if awareness is not None and usage is not None:
        canvas.line(awareness, y, usage, y, f"line:{tone} w:15")
    if awareness is not None:
        canvas.circle(awareness, y, 4.5, f"fill:white line:{tone} w:15")
    if usage is not None:
        canvas.circle(usage, y, 3, f"fill:{tone}")


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """One side in one row of the grid on paper; `text` is written under its scale."""

    score: float | None
    awareness: float | None
    usage: float | None
    reference: float | None
    text: str
    strong: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid(Chart):
    """The small multiples of a whole page: a row a dimension, a column a side.

    `facets` draws awareness and usage in place of the score.
    """

    label: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[GridCell, ...]], ...]
    facets: bool = False

    size: ClassVar[Paper] = Paper(642, 360)
    HEAD: ClassVar[float] = 36.0  # px for the names of the columns, on two lines
    FIRST: ClassVar[float] = 78.0  # px for the names of the rows
    GAP: ClassVar[float] = 12.0  # px between columns

    def draw(self, paper: Paper | None) -> SafeString:
        paper = paper or self.size
        pen = _Pen(Canvas(label=self.label, css="grid", paper=paper))
        pitch = (paper.height - self.HEAD) / len(self.rows)
        width = (paper.width - self.FIRST) / len(self.names)
        cells = [
            (cell, place, _Frame(self._left(place, width), top, width - self.GAP, pitch))
            for line, (_, row) in enumerate(self.rows)
            for top in (self.HEAD + pitch * line,)
            for place, cell in enumerate(row)
        ]
        # Paint by paint: what is drawn in one paint becomes one path on paper.
        for line in range(len(self.rows)):
            top = self.HEAD + pitch * line
            pen.line((0, top), (paper.width, top), "line:hairline")
        for _, _, at in cells:
            self._scale(pen, at)
        for cell, place, at in cells:
            if cell.reference is not None and place:
                self._upright(pen, at.x(cell.reference), at, "line:control w:15")
        for cell, place, at in sorted(cells, key=lambda entry: entry[1]):
            self._mark(pen, cell, place, at)
        self._texts(pen, cells, width, pitch)
        return pen.canvas.render()

    def _left(self, place: int, width: float) -> float:
        return self.FIRST + width * place + self.GAP / 2

    def _scale(self, pen: "_Pen", at: "_Frame") -> None:
        for step in STEPS:
            self._upright(pen, at.x(step), at, "line:hairline")

    @staticmethod
    def _upright(pen: "_Pen", x: float, at: "_Frame", paint: str) -> None:
        pen.line((x, at.y(0.14)), (x, at.y(0.58)), paint)

    def _mark(self, pen: "_Pen", cell: GridCell, place: int, at: "_Frame") -> None:
        tone = f"series-{place + 1}"
        if self.facets:
            self._pair(pen, cell, at, tone)
        elif cell.score is not None:
            pen.shape((at.x(cell.score), at.y(0.36)), MARKERS[place], f"fill:{tone}")

    def _texts(
        self,
        pen: "_Pen",
        cells: "Sequence[tuple[GridCell, int, _Frame]]",
        width: float,
        pitch: float,
    ) -> None:
        for place, name in enumerate(self.names):
            x = self._left(place, width)
            pen.shape((x + 6, 9), MARKERS[place], f"fill:series-{place + 1}")
            for row, words in enumerate(two_lines(name, width - 16)):
                pen.text((x + 16, 13 + 13 * row), words, "strong text:ink")
        for line, (title, _) in enumerate(self.rows):
            pen.text((0, self.HEAD + pitch * (line + 0.36) + 4), title, "strong text:ink")
        for cell, _, at in cells:
            paint = "middle strong text:ink" if cell.strong else "middle"
            pen.text((at.x(50), at.y(0.62) + 12), cell.text, paint)

    @staticmethod
    def _pair(pen: "_Pen", cell: GridCell, at: "_Frame", tone: str) -> None:
        y = at.y(0.36)
        if cell.awareness is not None and cell.usage is not None:
            pen.line((at.x(cell.awareness), y), (at.x(cell.usage), y), f"line:{tone} w:15")
        if cell.awareness is not None:
            pen.circle((at.x(cell.awareness), y), 4.5, f"fill:white line:{tone} w:15")
        if cell.usage is not None:
            pen.circle((at.x(cell.usage), y), 3, f"fill:{tone}")


_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where one small scale stands on the page, in px."""

    left: float
    top: float
    width: float
    height: float

    def x(self, value: float) -> float:
        return self.left + self.width * value / 100

    def y(self, share: float) -> float:
        return self.top + self.height * share


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws in px on a canvas that thinks in per cent."""

    canvas: Canvas

    def _part(self, point: _Point) -> _Point:
        width, height = self.canvas.plot
        return 100 * point[0] / width, 100 * point[1] / height

    def line(self, start: _Point, end: _Point, paint: str) -> None:
        self.canvas.line(*self._part(start), *self._part(end), paint)

    def circle(self, point: _Point, r: float, paint: str) -> None:
        self.canvas.circle(*self._part(point), r, paint)

    def shape(self, point: _Point, d: str, paint: str) -> None:
        self.canvas.shape(*self._part(point), d, paint)

    def text(self, point: _Point, words: str, paint: str) -> None:
        self.canvas.text(*self._part(point), words, paint)


def two_lines(text: str, width: float) -> tuple[str, ...]:
    """A name on paper as one line of so many px, or two; what is longer ends in an ellipsis."""
    words = text.split()
    for count in range(len(words), 0, -1):
        first = " ".join(words[:count])
        if text_width(first, paper=True) <= width:
            rest = " ".join(words[count:])
            return (first, shortened(rest, width)) if rest else (first,)
    return (shortened(text, width),)


def shortened(text: str, width: float, *, paper: bool = True) -> str:
    """A name that fits so many px, cut with an ellipsis where it is longer."""
    if text_width(text, paper=paper) <= width:
        return text
    letters = len(text)
    while letters > 1 and text_width(text[:letters] + "…", paper=paper) > width:
        letters -= 1
    return text[:letters].rstrip(" ,.–-") + "…"
