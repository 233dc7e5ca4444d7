"""Plotly's figures for the results page: the same numbers as the SVG, with hover and zoom.

The only module that imports plotly, and slow to import: import it where a figure is asked for.
Texts use no bold tag: plotly.js would set it as an inline style, which the policy forbids.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from assessments.results import story
from assessments.results.canvas import COLOURS, TEXT_COLOURS
from assessments.results.plan import path_of
from assessments.results.profile import DimensionRow, profile
from assessments.results.subject import Source
from assessments.results.svg import JOINT_90, WIDE, Path, PlacedText, Quadrant, Series, Trail
from assessments.ui import numbers

_SYMBOLS = {
    "stepwise": "circle",
    "awareness": "triangle-up",
    "capability": "square",
    "innovate": "diamond",
}
HOT = "#FDECEA"  # the tint of an error, as in tokens.css
_FONT = 'Inter, system-ui, -apple-system, "Segoe UI", sans-serif'
_AXIS = {
    "range": [0, 100],
    "dtick": 20,
    "gridcolor": COLOURS["hairline"],
    "zeroline": False,
    "linecolor": COLOURS["control"],
    "tickfont": {"size": 12.8, "color": COLOURS["muted"]},
    "ticks": "outside",
    "ticklen": 6,
    "tickcolor": "rgba(0,0,0,0)",
    "minallowed": 0,
    "maxallowed": 100,
}


def figures_json(source: Source) -> str:
    """All figures that can be drawn, by the name of the exhibit they enhance."""
    chart = story.quadrant(source)
    figures: dict[str, Any] = {}
    if chart is not None:
        figures["quadrant"] = quadrant(chart)
    figures["dimensions"] = dimensions(source)
    expected = path_of(source)
    if expected is not None and isinstance(expected.chart, Path):
        figures["path"] = path(expected.chart)
    # "<" never leaves as itself, whatever a bank is called.
    return json.dumps({name: figure.to_dict() for name, figure in figures.items()}).replace(
        "<", "\\u003c"
    )


@dataclass(slots=True)
class Sketch:
    """Parts of a figure, gathered first: plotly checks a whole figure much faster than each part."""

    layout: dict[str, Any]
    traces: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[dict[str, Any]] = field(default_factory=list)
    annotations: list[dict[str, Any]] = field(default_factory=list)

    def scatter(self, **trace: Any) -> None:
        self.traces.append({"type": "scatter"} | trace)

    def shape(self, **shape: Any) -> None:
        self.shapes.append(shape)

    def annotation(self, **annotation: Any) -> None:
        self.annotations.append(annotation)

    def build(self) -> go.Figure:
        """The figure, checked by plotly."""
        layout = self.layout | {"shapes": self.shapes, "annotations": self.annotations}
        return go.Figure({"data": self.traces, "layout": layout})


def _layout(**more: Any) -> dict[str, Any]:
    base = {
        "font": {"family": _FONT, "size": 13, "color": COLOURS["ink"]},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hoverlabel": {
            "bgcolor": COLOURS["white"],
            "bordercolor": COLOURS["control"],
            "font": {"family": _FONT, "size": 13, "color": COLOURS["ink"]},
            "align": "left",
        },
        "dragmode": "zoom",
        "template": None,
    }
    return base | more


def plain(text: str) -> str:
    """Plotly reads a few tags in its texts; a name must not be able to use them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _write(sketch: Sketch, text: PlacedText, **more: Any) -> None:
    """A line of text where the drawn chart has it: same place, size, weight and colour."""
    flags = text.paint.split()
    colours = [flag.removeprefix("text:") for flag in flags if flag.startswith("text:")]
    anchor = "right" if "end" in flags else "center" if "middle" in flags else "left"
    place: dict[str, Any] = {"x": text.x, "y": 100 - text.y}
    sketch.annotation(
        **(place | more),
        text=plain(text.words),
        showarrow=False,
        xanchor=anchor,
        yanchor="middle",
        xshift=text.dx,
        yshift=5 - text.dy,
        borderpad=0,
        font={
            "size": 14 if "big" in flags else 12.8,
            "weight": 700 if "bold" in flags else 600 if "strong" in flags else 400,
            "color": TEXT_COLOURS[colours[0] if colours else "muted"],
        },
    )


def quadrant(chart: Quadrant) -> go.Figure:
    """Both scores with their region; hover tells scores, ranges and each cell's probability."""
    colour = COLOURS[chart.strategy]
    sketch = Sketch(
        layout=_layout(
            margin={"l": 38, "r": 14, "t": 44, "b": 48},
            xaxis={**_AXIS, "mirror": True},
            yaxis={**_AXIS, "mirror": True},
            hovermode="closest",
        )
    )
    _cells(sketch, chart)
    _region(sketch, chart, colour)
    _axis_bars(sketch, chart, colour)
    if chart.trail:
        _trail(sketch, chart, chart.trail)
    if chart.gated:
        _raw_mark(sketch, chart, colour)
    _mark(
        sketch,
        chart,
        chart.counted,
        size=15,
        fill=colour,
        edge=COLOURS["white"],
        hover=_point_hover(chart),
    )
    names, labels = chart.texts((WIDE,))
    for text in (*names, *labels):
        _write(sketch, text)
    edge = {"xref": "paper", "yref": "paper", "y": 1.0}
    _write(sketch, PlacedText(0, 0, chart.bank_axis, "", -30, -26), **edge, x=0)
    _write(
        sketch,
        PlacedText(0, 0, chart.midline, "middle", 0, -7),
        **(edge | {"xref": "x"}),
        x=chart.customer_midline,
    )
    _write(
        sketch, PlacedText(0, 0, chart.customer_axis, "middle", 0, 38), **(edge | {"y": 0.0}), x=0.5
    )
    return sketch.build()


def _mark(
    sketch: Sketch,
    chart: Quadrant,
    bank: float,
    *,
    size: int,
    fill: str,
    edge: str,
    hover: str,
) -> None:
    sketch.scatter(
        x=[chart.customer],
        y=[bank],
        mode="markers",
        marker={
            "symbol": _SYMBOLS[chart.strategy],
            "size": size,
            "color": fill,
            "line": {"color": edge, "width": 2},
        },
        hovertemplate=plain(hover).replace("\n", "<br>") + "<extra></extra>",
        cliponaxis=False,
    )


def _point_hover(chart: Quadrant) -> str:
    """Scores and ranges, then every cell's probability."""
    scores = [
        _("Bank %(score)s, range %(range)s")
        % {
            "score": numbers.score(chart.counted),
            "range": numbers.interval(*chart.bank_range),
        },
        _("Customers %(score)s, range %(range)s")
        % {
            "score": numbers.score(chart.customer),
            "range": numbers.interval(*chart.customer_range),
        },
    ]
    return "\n".join([*scores, *(f"{cell.name} {cell.share}" for cell in chart.cells)])


def _cells(sketch: Sketch, chart: Quadrant) -> None:
    x, y = chart.customer_midline, chart.bank_midline
    own = next(cell for cell in chart.cells if cell.strategy == chart.strategy)
    sketch.shape(
        type="rect",
        x0=x if own.right else 0,
        x1=100 if own.right else x,
        y0=y if own.top else 0,
        y1=100 if own.top else y,
        layer="below",
        line={"width": 0},
        fillcolor=COLOURS[f"{own.strategy}-tint"],
    )
    for line in ({"x0": x, "x1": x, "y0": 0, "y1": 100}, {"x0": 0, "x1": 100, "y0": y, "y1": y}):
        sketch.shape(type="line", line={"color": COLOURS["ink"], "width": 1}, **line)


def _region(sketch: Sketch, chart: Quadrant, colour: str) -> None:
    xs, ys = [], []
    for step in range(73):
        angle = math.tau * step / 72
        x = chart.customer + JOINT_90 * chart.customer_se * math.cos(angle)
        y = chart.bank + JOINT_90 * chart.bank_se * math.sin(angle)
        xs.append(min(100.0, max(0.0, x)))
        ys.append(min(100.0, max(0.0, y)))
    sketch.scatter(
        x=xs,
        y=ys,
        mode="lines",
        fill="toself",
        line={"color": colour, "width": 1.5},
        fillcolor=_faint(colour),
        hoverinfo="skip",
    )


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.14)"


def _axis_bars(sketch: Sketch, chart: Quadrant, colour: str) -> None:
    for xs, ys in (((0, 0), chart.bank_range), (chart.customer_range, (0, 0))):
        sketch.scatter(
            x=xs,
            y=ys,
            mode="lines",
            line={"color": colour, "width": 6},
            hoverinfo="skip",
            cliponaxis=False,
        )


def _trail(sketch: Sketch, chart: Quadrant, trail: Trail) -> None:
    """Where the bank stood a round ago, and the way from there."""
    sketch.scatter(
        x=[trail.customer, chart.customer],
        y=[trail.bank, chart.counted],
        mode="lines",
        line={"color": COLOURS["muted"], "width": 1.5, "dash": "6px,3px"},
        hoverinfo="skip",
    )
    where = f"{trail.period}: {numbers.score(trail.bank)} / {numbers.score(trail.customer)}"
    sketch.scatter(
        x=[trail.customer],
        y=[trail.bank],
        mode="markers",
        marker={
            "symbol": "circle",
            "size": 9,
            "color": COLOURS["white"],
            "line": {"color": COLOURS["muted"], "width": 2},
        },
        hovertemplate=plain(where) + "<extra></extra>",
        cliponaxis=False,
    )


def _raw_mark(sketch: Sketch, chart: Quadrant, colour: str) -> None:
    """The score without the gate and the drop to what counts, with an arrow head."""
    sketch.annotation(
        x=chart.customer,
        y=chart.counted,
        ax=chart.customer,
        ay=chart.bank,
        xref="x",
        yref="y",
        axref="x",
        ayref="y",
        text="",
        showarrow=True,
        arrowhead=2,
        arrowsize=1,
        arrowwidth=2,
        arrowcolor=COLOURS["error"],
        standoff=8,
        startstandoff=6,
    )
    hover = f"{chart.raw[0]} {chart.raw[1]}\n{chart.drop}"
    _mark(sketch, chart, chart.bank, size=12, fill=COLOURS["white"], edge=colour, hover=hover)


# ---- dimensions -------------------------------------------------------------------------------

_COLUMNS = (74, 148, 221)  # px right of the scale: awareness, usage, score


def dimensions(source: Source) -> go.Figure:
    """Awareness and usage by dimension, weakest on top, with their numbers beside them."""
    view = profile(source)
    rows = view.rows
    sketch = Sketch(
        layout=_layout(
            margin={"l": 124, "r": 233, "t": 29, "b": 2},
            xaxis={
                **_AXIS,
                "side": "top",
                "tickvals": [10, 30, 50, 70, 90],
                "ticktext": [plain(name) for name in view.axis.names],
                "showgrid": False,
                "linecolor": COLOURS["hairline"],
            },
            yaxis={
                "range": [len(rows) - 0.5, -0.5],
                "showticklabels": False,
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
            },
            hovermode="closest",
        )
    )
    for step in range(0, 101, 20):
        _rule(sketch, step, (-0.5, len(rows) - 0.5), tone="hairline", width=1)
    _headings(sketch)
    for place, row in enumerate(rows):
        _dimension(sketch, source, row, place)
    _dots(sketch, rows, "awareness", 15, COLOURS["white"])
    _dots(sketch, rows, "usage", 9, COLOURS["brand"])
    return sketch.build()


def _rule(sketch: Sketch, x: float, rows: tuple[float, float], *, tone: str, width: int) -> None:
    sketch.shape(
        type="line",
        x0=x,
        x1=x,
        y0=rows[0],
        y1=rows[1],
        layer="below",
        line={"color": COLOURS[tone], "width": width},
    )


def _headings(sketch: Sketch) -> None:
    for name, shift in zip((_("Awareness"), _("Usage"), _("Score")), _COLUMNS, strict=True):
        text = PlacedText(0, 0, name, "end", 12 + shift, -9)
        _write(sketch, text, xref="paper", yref="paper", x=1, y=1)


def _dimension(sketch: Sketch, source: Source, row: DimensionRow, place: int) -> None:
    """One row: name, numbers, the line between both facets, and Risk's gate."""
    paper = {"xref": "paper", "y": place}
    across = {"x0": -1, "x1": 2, "xref": "paper", "layer": "below"}
    if row.hot:
        sketch.shape(
            type="rect",
            y0=place - 0.5,
            y1=place + 0.5,
            line={"width": 0},
            fillcolor=HOT,
            **across,
        )
    sketch.shape(
        type="line",
        y0=place + 0.5,
        y1=place + 0.5,
        line={"color": COLOURS["hairline"], "width": 1},
        **across,
    )
    _write(sketch, PlacedText(0, 0, row.name, "big strong text:ink", -124, 5), x=0, **paper)
    values = ((row.awareness, "big end text:ink"), (row.usage, "big end text:ink"))
    for (words, paint), shift in zip(
        (*values, (row.score, "big end strong text:ink")), _COLUMNS, strict=True
    ):
        _write(sketch, PlacedText(0, 0, words, paint, 12 + shift, 5), x=1, **paper)
    if row.chart.gate is not None:
        _rule(sketch, row.chart.gate, (place - 0.5, place + 0.5), tone="error", width=2)
        for text in row.chart.gate_text():
            _write(sketch, text, y=place)
    if row.chart.awareness is not None and row.chart.usage is not None:
        sketch.shape(
            type="line",
            x0=row.chart.awareness,
            x1=row.chart.usage,
            y0=place,
            y1=place,
            line={"color": COLOURS["brand"], "width": 2},
            layer="between",
        )


def _dots(sketch: Sketch, rows: Sequence[DimensionRow], part: str, size: int, fill: str) -> None:
    sketch.scatter(
        x=[getattr(row.chart, part) for row in rows],
        y=list(range(len(rows))),
        mode="markers",
        marker={
            "size": size,
            "color": fill,
            "line": {"color": COLOURS["brand"], "width": 2 if part == "awareness" else 0},
        },
        text=[plain(row.chart.label) for row in rows],
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )


# ---- expected path ----------------------------------------------------------------------------


def path(chart: Path) -> go.Figure:
    """Expected scores by quarter with their bands."""
    xs = list(range(len(chart.quarters)))
    sketch = Sketch(
        layout=_layout(
            margin={"l": 32, "r": 150, "t": 16, "b": 30},
            xaxis={
                "range": [0, xs[-1]],
                "tickvals": [index for index, _name in chart.named],
                "ticktext": [plain(name) for _index, name in chart.named],
                "showgrid": False,
                "zeroline": False,
                "tickangle": 0,
                "ticks": "outside",
                "ticklen": 6,
                "tickcolor": "rgba(0,0,0,0)",
                "tickfont": {"size": 12.8, "color": COLOURS["muted"]},
            },
            yaxis={**_AXIS, "linewidth": 0, "showline": False},
            hovermode="x unified",
        )
    )
    for value, tone in ((chart.midline, "control"), (chart.gate, "error")):
        if value is not None:
            sketch.shape(
                type="line",
                xref="paper",
                x0=0,
                x1=1,
                y0=value,
                y1=value,
                line={"color": COLOURS[tone], "width": 1.5},
                layer="between",
            )
    for series in chart.series:
        _band(sketch, series, xs)
    for series in chart.series:
        _series(sketch, series, xs)
    for text in chart.ends(300.0):
        _write(sketch, text, xref="paper", x=1)
    return sketch.build()


def _band(sketch: Sketch, series: Series, xs: list[int]) -> None:
    sketch.scatter(
        x=[*xs, *reversed(xs)],
        y=[*series.high, *reversed(series.low)],
        fill="toself",
        mode="lines",
        line={"width": 0},
        fillcolor=_faint(COLOURS[series.tone]),
        hoverinfo="skip",
    )


def _series(sketch: Sketch, series: Series, xs: list[int]) -> None:
    colour = COLOURS[series.tone]
    sketch.scatter(
        x=xs,
        y=series.values,
        mode="lines+markers",
        line={"color": colour, "width": 2, "dash": "6px,3px"},
        marker={
            "size": 9,
            "color": [colour, *[COLOURS["white"]] * (len(xs) - 1)],
            "line": {"color": colour, "width": 2},
        },
        text=[
            f"{plain(series.name)} {numbers.score(value)} ({numbers.interval(low, high)})"
            for value, low, high in zip(series.values, series.low, series.high, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )
