"""All clients on one quadrant, drawn by the server in percent of its plot.

A mark per client in its strategy's shape. With up to twelve to look at, each has its 90 % region,
its name and its trail from earlier rounds; beyond forty the marks stay unnamed and the table leads.
Clients that the filter left out are small grey dots, without a name.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from assessments.portfolio.asked import MOST_SELECTED
from assessments.portfolio.queries import Client, Earlier
from assessments.portfolio.selecting import Seen
from assessments.results.canvas import MARKS, Canvas, text_width
from assessments.results.quadrant_svg import JOINT_90
from assessments.ui import numbers
from maturity import load_wording
from maturity.framework import Framework

MOST_NAMED = 40
_PLOT = (520.0, 400.0)  # px: the plot for which names are kept apart
_STEPS = 36  # corners of a region
_ORDER = ("stepwise", "awareness", "capability", "innovate")
# Strategy by (right, top) with the corner in which its name stands: x, y in per cent.
_CORNERS = (
    ("awareness", 0, 0, "", 12),
    ("innovate", 100, 0, "end", -12),
    ("stepwise", 0, 100, "", 12),
    ("capability", 100, 100, "end", -12),
)


def placed(seen: Sequence[Seen]) -> list[Client]:
    """The clients that have a place on the quadrant."""
    return [one.client for one in seen if _has_place(one.client)]


def _has_place(client: Client) -> bool:
    return client.bank is not None and client.customer is not None and bool(client.shown)


def focus(shown: Sequence[Client], selected: Sequence[str]) -> list[Client]:
    """Whom to draw with everything: the selected, else all if they are few."""
    if selected:
        return [one for one in shown if one.result and UUID(one.result).hex in selected]
    return list(shown) if len(shown) <= MOST_SELECTED else []


def quadrant(
    shown: Sequence[Client],
    others: Sequence[Client],
    near: Sequence[Client],
    trails: Mapping[str, Sequence[Earlier]],
    framework: Framework,
) -> SafeString:
    """The picture. `near` are drawn with region, name and trail, `others` in grey."""
    counts = Counter(client.shown for client in shown)
    canvas = Canvas(label=_label(shown, counts), css="quadrant portfolio-quadrant")
    _frame(canvas, framework)
    _names(canvas, counts)
    for client in near:
        _region(canvas, client)
        _trail(canvas, client, trails.get(client.bank_id, ()))
    _marks(canvas, shown, others, near)
    named = near or (shown if len(shown) <= MOST_NAMED else ())
    _labels(canvas, named, shown if len(shown) <= MOST_NAMED else near, few=bool(near))
    return canvas.render()


def _label(shown: Sequence[Client], counts: Mapping[str | None, int]) -> str:
    """The picture in a sentence; the table below says the rest."""
    wording = load_wording(get_language() or "en")
    parts = [
        f"{wording.strategies[id_].short} {numbers.number(counts[id_])}"
        for id_ in _ORDER
        if counts.get(id_)
    ]
    text = ngettext(
        "%(count)s client by bank and customer maturity: %(parts)s",
        "%(count)s clients by bank and customer maturity: %(parts)s",
        len(shown),
    )
    return text % {"count": numbers.number(len(shown)), "parts": ", ".join(parts) or "–"}


def _frame(canvas: Canvas, framework: Framework) -> None:
    for step in (20, 40, 60, 80):
        canvas.line(step, 0, step, 100, "line:hairline")
        canvas.line(0, step, 100, step, "line:hairline")
    canvas.rect(0, 0, 100, 100, "fill:none line:control")
    for step in range(0, 101, 20):
        text = numbers.number(step)
        canvas.text(0, 100 - step, text, "end", dx=-9, dy=4)
        canvas.text(step, 100, text, "middle", dy=19)
    canvas.text(0, 0, gettext("Bank maturity (counted), 0–100"), "", dx=-30, dy=-26)
    canvas.text(50, 100, gettext("Customer maturity, 0–100"), "middle", dy=38)
    x = framework.parameters.customer_midline
    y = 100 - framework.parameters.bank_midline
    canvas.line(x, 0, x, 100, "line:ink")
    canvas.line(0, y, 100, y, "line:ink")
    midline = gettext("midline %(value)s") % {"value": numbers.number(x)}
    canvas.text(x, 0, midline, "middle", dy=-7)


def _names(canvas: Canvas, counts: Mapping[str | None, int]) -> None:
    wording = load_wording(get_language() or "en")
    for id_, x, y, anchor, dx in _CORNERS:
        count = counts.get(id_, 0)
        banks = ngettext("%(count)s bank", "%(count)s banks", count)
        paint = f"halo {anchor}".strip()
        top = y == 0
        canvas.text(
            x,
            y,
            wording.strategies[id_].short,
            f"big strong text:{id_} {paint}",
            dx=dx,
            dy=22 if top else -28,
        )
        canvas.text(
            x, y, banks % {"count": numbers.number(count)}, paint, dx=dx, dy=38 if top else -12
        )


def _region(canvas: Canvas, client: Client) -> None:
    """Where both true scores lie nine times in ten, cut at the plot's edge."""
    points = []
    for step in range(_STEPS):
        angle = math.tau * step / _STEPS
        x = _x(client) + JOINT_90 * (client.customer_se or 0) * math.cos(angle)
        y = _y(client) + JOINT_90 * (client.bank_se or 0) * math.sin(angle)
        points.append((_within(x), _within(y)))
    canvas.polygon(points, f"fill:{client.shown} opacity:14")
    canvas.polygon(points, f"fill:none line:{client.shown} w:10")


def _trail(canvas: Canvas, client: Client, trail: Sequence[Earlier]) -> None:
    """From the earliest round drawn to now; a ring for each round before."""
    steps = [(step.customer, 100 - step.bank) for step in trail]
    path = [*steps, (_x(client), _y(client))]
    for (x1, y1), (x2, y2) in pairwise(path):
        canvas.line(x1, y1, x2, y2, f"line:{client.shown} w:15")
    for x, y in steps:
        canvas.circle(x, y, 3.5, f"fill:white line:{client.shown} w:15")


def _marks(
    canvas: Canvas, shown: Sequence[Client], others: Sequence[Client], near: Sequence[Client]
) -> None:
    """One short element a client: a thousand of them are forty kilobytes."""
    scale = ' transform="scale(0.6)"' if len(shown) > MOST_NAMED else ""
    shapes = "".join(
        f'<path id="pm-{id_}" d="{path}"{scale} class="fill-{id_}"/>' for id_, path in MARKS.items()
    )
    canvas.parts.append(
        f'<defs>{shapes}<circle id="pm-peer" r="3.5"/></defs><g class="peers">'
        + "".join(_use("peer", client) for client in others)
        + "</g>"
    )
    close = {client.engagement for client in near}
    faint = " faint" if near and len(near) < len(shown) else ""
    small = " small" if len(shown) > MOST_NAMED else ""
    canvas.parts.append(
        f'<g class="marks{faint}{small}">'
        + "".join(
            _use(client.shown or "", client) for client in shown if client.engagement not in close
        )
        + '</g><g class="marks">'
        + "".join(_use(client.shown or "", client) for client in near)
        + "</g>"
    )


def _use(shape: str, client: Client) -> str:
    return f'<use href="#pm-{shape}" x="{client.customer:.1f}%" y="{100 - client.bank:.1f}%"/>'  # type: ignore[operator]  # it has a place


def _labels(
    canvas: Canvas, named: Sequence[Client], around: Sequence[Client], *, few: bool
) -> None:
    """Names beside their marks where there is room; a name without room is in the table."""
    width, height = _PLOT
    taken = [_mark_box(client) for client in around]
    for client in named:
        px, py = width * _x(client) / 100, height * _y(client) / 100
        text = client.name
        length = text_width(text)
        for dx, dy, anchor in _SPOTS:
            left = px + dx - {"": 0.0, "end": length, "middle": length / 2}[anchor]
            box = (left, py + dy - 11, left + length, py + dy + 3)
            if _fits(box, taken):
                taken.append(box)
                paint = f"halo strong text:ink {anchor}" + ("" if few else " wide")
                canvas.text(_x(client), _y(client), text, paint.strip(), dx=dx, dy=dy)
                break


_SPOTS = ((12, 4, ""), (-12, 4, "end"), (0, -12, "middle"), (0, 22, "middle"))
_Box = tuple[float, float, float, float]


def _mark_box(client: Client) -> _Box:
    px, py = _PLOT[0] * _x(client) / 100, _PLOT[1] * _y(client) / 100
    return px - 7, py - 7, px + 7, py + 7


def _fits(box: _Box, taken: Sequence[_Box]) -> bool:
    left, top, right, bottom = box
    if left < 2 or right > _PLOT[0] or top < 2 or bottom > _PLOT[1]:  # noqa: PLR2004 -- px
        return False
    return not any(t[0] < right and left < t[2] and t[1] < bottom and top < t[3] for t in taken)


def _x(client: Client) -> float:
    return client.customer or 0.0


def _y(client: Client) -> float:
    return 100 - (client.bank or 0.0)


def _within(value: float) -> float:
    return min(100.0, max(0.0, value))
