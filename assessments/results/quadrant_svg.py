"""The quadrant: where bank and customers stand, how sure that is, and what the gate does."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString

from assessments.results.canvas import Canvas, Margin, Paper, text_width
from assessments.results.drawing import Chart, PlacedText
from assessments.results.placing import Box, Spot, choose, spots_around
from assessments.ui.numbers import digits

JOINT_90 = math.sqrt(-2 * math.log(0.1))  # radius of the joint 90 % region, in standard errors
_LINE = 16  # px between lines of a label on screen
NARROW, WIDE = (296.0, 320.0), (530.0, 400.0)  # px: the plot at 360 and 1280 px


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One quarter of the quadrant: a strategy and how probable it is."""

    strategy: str
    name: str
    share: str
    right: bool
    top: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Where the bank stood in the round before: what counted then, 0 to 100."""

    bank: float
    customer: float
    period: str


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
    trail: Trail | None = None

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
            canvas.text(0, 100 - step, digits(str(step)), "end", dx=-9, dy=4)
            canvas.text(step, 100, digits(str(step)), "middle", dy=19)
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
        if self.trail:
            was = self.trail.customer, 100 - self.trail.bank
            canvas.line(*was, x, counted, "line:muted w:15 dash")
            canvas.circle(*was, 4.5, "fill:white line:muted w:20")
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
        if self.trail:
            yield from self._trail_label(self.trail, taken, plots)
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

    def _trail_label(
        self, trail: Trail, taken: list[Box], plots: Sequence[tuple[float, float]]
    ) -> Iterator[PlacedText]:
        """The earlier round's name beside its dot; the table beside the picture has it anyway."""
        x, y, width = trail.customer, 100 - trail.bank, text_width(trail.period)
        taken.append(Box(x, y, -6, -6, 12, 12))
        spots = spots_around(_LINE, 10)
        boxes = [spot.box(x, y, width, _LINE) for spot in spots]
        index, cost = choose(boxes, [*taken, *self._lines()], plots)
        if cost < _LINE * width / 2:
            taken.append(boxes[index])
            spot = spots[index]
            paint = f"halo {spot.anchor}".strip()
            yield PlacedText(x, y, trail.period, paint, spot.dx, spot.dy + 12)

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
