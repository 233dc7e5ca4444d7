"""The quadrant as a picture for documents that cannot hold the drawing itself.

It has no words, so one picture serves every language; the caption beside it says how to read it.
"""

import io
import math

from assessments.results.canvas import COLOURS
from assessments.results.quadrant_svg import JOINT_90, Quadrant

SIZE = 1120  # px; drawn at twice that and made smaller, for smooth edges
_SMOOTH = 2
_FRAME = 40


def quadrant_png(chart: Quadrant) -> bytes:
    """Four fields with the bank's own tinted, midlines, the 90 % region and the bank's mark.

    Where the gate holds the bank, a hollow mark stands at the score before it.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415 -- slow to import

    whole = SIZE * _SMOOTH
    image = Image.new("RGB", (whole, whole), COLOURS["white"])
    draw = ImageDraw.Draw(image)
    pen = 4 * _SMOOTH

    own = next(cell for cell in chart.cells if cell.strategy == chart.strategy)
    left, right = (chart.customer_midline, 100.0) if own.right else (0.0, chart.customer_midline)
    low, high = (chart.bank_midline, 100.0) if own.top else (0.0, chart.bank_midline)
    draw.rectangle([_at(left, high), _at(right, low)], fill=COLOURS[f"{chart.strategy}-tint"])
    for step in (20, 40, 60, 80):
        draw.line([_at(step, 0), _at(step, 100)], fill=COLOURS["hairline"], width=pen // 2)
        draw.line([_at(0, step), _at(100, step)], fill=COLOURS["hairline"], width=pen // 2)
    draw.rectangle([_at(0, 100), _at(100, 0)], outline=COLOURS["control"], width=pen // 2)
    middle, across = chart.customer_midline, chart.bank_midline
    draw.line([_at(middle, 0), _at(middle, 100)], fill=COLOURS["ink"], width=pen)
    draw.line([_at(0, across), _at(100, across)], fill=COLOURS["ink"], width=pen)

    colour = COLOURS[chart.strategy]
    region = [_around(chart, math.tau * step / 180) for step in range(181)]
    draw.line(region, fill=colour, width=pen, joint="curve")
    radius = 15 * _SMOOTH
    if chart.gated:
        hollow = _at(chart.customer, chart.bank)
        end = _at(chart.customer, chart.counted)
        draw.line([hollow, end], fill=COLOURS["error"], width=pen)
        draw.ellipse(_box(hollow, radius), fill=COLOURS["white"], outline=colour, width=pen)
    mark = _at(chart.customer, chart.counted)
    draw.ellipse(_box(mark, radius), fill=colour, outline=COLOURS["white"], width=pen // 2)

    file = io.BytesIO()
    image.resize((SIZE, SIZE), Image.Resampling.LANCZOS).quantize(64).save(
        file, "PNG", optimize=True
    )
    return file.getvalue()


def _at(customer: float, bank: float) -> tuple[float, float]:
    """Where a pair of scores lies, in px from the top left."""
    room = SIZE - 2 * _FRAME
    return (
        (_FRAME + room * customer / 100) * _SMOOTH,
        (_FRAME + room * (100 - bank) / 100) * _SMOOTH,
    )


def _around(chart: Quadrant, angle: float) -> tuple[float, float]:
    """A point of the joint 90 % region's edge, held within the plot."""
    customer = chart.customer + JOINT_90 * chart.customer_se * math.cos(angle)
    bank = chart.bank + JOINT_90 * chart.bank_se * math.sin(angle)
    return _at(min(100, max(0, customer)), min(100, max(0, bank)))


def _box(centre: tuple[float, float], radius: float) -> list[tuple[float, float]]:
    x, y = centre
    return [(x - radius, y - radius), (x + radius, y + radius)]
