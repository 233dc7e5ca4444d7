"""Keep the labels of a chart apart, whatever the scores are."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: a position in per cent of the plot plus an offset and a size in px."""

    x: float
    y: float
    left: float
    top: float
    width: float
    height: float

    def on(self, plot: tuple[float, float]) -> tuple[float, float, float, float]:
        """Edges in px (left, top, right, bottom) on a plot of this width and height."""
        left = plot[0] * self.x / 100 + self.left
        top = plot[1] * self.y / 100 + self.top
        return left, top, left + self.width, top + self.height


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a block of lines may stand around its point: offset in px and text anchor."""

    dx: float
    dy: float
    anchor: str  # "", "middle", "end"

    def box(self, x: float, y: float, width: float, height: float) -> Box:
        """The room that a block of this size takes here."""
        shift = {"": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return Box(x, y, self.dx - shift, self.dy, width, height)


def spots_around(height: float, gap: float = 14) -> tuple[Spot, ...]:
    """Eight places around a point, the most readable first."""
    middle, above, below = -height / 2, -height - gap + 2, gap - 2
    return (
        Spot(gap, middle, ""),
        Spot(-gap, middle, "end"),
        Spot(gap, above + 6, ""),
        Spot(gap, below - 6, ""),
        Spot(-gap, above + 6, "end"),
        Spot(-gap, below - 6, "end"),
        Spot(0, above, "middle"),
        Spot(0, below, "middle"),
        Spot(gap + 12, above - 24, ""),
        Spot(gap + 12, below + 24, ""),
        Spot(-gap - 12, above - 24, "end"),
        Spot(-gap - 12, below + 24, "end"),
    )


def choose(
    boxes: Sequence[Box], taken: Sequence[Box], plots: Sequence[tuple[float, float]]
) -> tuple[int, float]:
    """Index of the box that overlaps least with what is taken and the plot's edge, and by how much.

    ``plots`` are the sizes at which the chart will be seen; the sum over all of them counts.
    """
    rooms = [(plot, [box.on(plot) for box in taken]) for plot in plots]
    costs = [
        round(sum(_cost(box.on(plot), others, plot) for plot, others in rooms), 3) for box in boxes
    ]
    best = min(range(len(boxes)), key=lambda i: (costs[i], i))
    return best, costs[best]


_Edges = tuple[float, float, float, float]


def _cost(box: _Edges, taken: Sequence[_Edges], plot: tuple[float, float]) -> float:
    left, top, right, bottom = box
    outside = (right - left) * (bottom - top) - _overlap(box, (2, 2, plot[0] + 5, plot[1] - 2))
    # Most of what is taken lies elsewhere, and telling so is cheaper than measuring it.
    near = [t for t in taken if t[0] < right and left < t[2] and t[1] < bottom and top < t[3]]
    return 3 * outside + sum(_overlap(box, other) for other in near)


def _overlap(one: _Edges, other: _Edges) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)
