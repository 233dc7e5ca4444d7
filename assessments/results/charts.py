"""Plotly's figures for the results page: the same numbers as the SVG, with hover and zoom.

The only module that imports plotly, and slow to import: import it where a figure is asked for.
"""

import json
import math
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from assessments.results import story
from assessments.results.canvas import COLOURS
from assessments.results.plan import path_of
from assessments.results.profile import profile
from assessments.results.subject import Source
from assessments.results.svg import JOINT_90, Path, Quadrant
from assessments.ui import numbers

_SYMBOLS = {
    "stepwise": "circle",
    "awareness": "triangle-up",
    "capability": "square",
    "innovate": "diamond",
}
_FONT = 'Inter, system-ui, -apple-system, "Segoe UI", sans-serif'
_AXIS = {
    "range": [0, 100],
    "dtick": 20,
    "gridcolor": COLOURS["hairline"],
    "zeroline": False,
    "linecolor": COLOURS["control"],
    "tickfont": {"size": 13, "color": COLOURS["muted"]},
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
    return json.dumps(
        {name: json.loads(figure.to_json()) for name, figure in figures.items()}
    ).replace("<", "\\u003c")


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


def quadrant(chart: Quadrant) -> go.Figure:
    """Both scores with their region; hover tells scores, ranges and each cell's probability."""
    colour = COLOURS[chart.strategy]
    figure = go.Figure(
        layout=_layout(
            margin={"l": 46, "r": 10, "t": 44, "b": 52},
            xaxis={**_AXIS, "title": {"text": chart.customer_axis, "font": {"size": 13}}},
            yaxis={**_AXIS, "title": {"text": chart.bank_axis, "font": {"size": 13}}},
            hovermode="closest",
        )
    )
    _cells(figure, chart)
    _region(figure, chart, colour)
    _axis_bars(figure, chart, colour)
    if chart.gated:
        _raw_mark(figure, chart, colour)
    figure.add_trace(
        go.Scatter(
            x=[chart.customer],
            y=[chart.counted],
            mode="markers",
            marker={
                "symbol": _SYMBOLS[chart.strategy],
                "size": 15,
                "color": colour,
                "line": {"color": COLOURS["white"], "width": 1.5},
            },
            hovertemplate=plain(_point_hover(chart)).replace("\n", "<br>") + "<extra></extra>",
        )
    )
    return figure


def _point_hover(chart: Quadrant) -> str:
    return "\n".join(
        [
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
    )


def _cells(figure: go.Figure, chart: Quadrant) -> None:
    x, y = chart.customer_midline, chart.bank_midline
    for cell in chart.cells:
        left, right = (x, 100) if cell.right else (0, x)
        low, high = (y, 100) if cell.top else (0, y)
        own = cell.strategy == chart.strategy
        if own:
            figure.add_shape(
                type="rect",
                x0=left,
                x1=right,
                y0=low,
                y1=high,
                layer="below",
                line={"width": 0},
                fillcolor=COLOURS[f"{cell.strategy}-tint"],
            )
        weight = "<b>{}</b>" if own else "{}"
        figure.add_annotation(
            x=100 if cell.right else 0,
            y=100 if cell.top else 0,
            text=weight.format(f"{plain(cell.name)}<br>{plain(cell.share)}"),
            showarrow=False,
            xanchor="right" if cell.right else "left",
            yanchor="top" if cell.top else "bottom",
            xshift=-10 if cell.right else 10,
            yshift=-6 if cell.top else 6,
            align="right" if cell.right else "left",
            font={
                "size": 14,
                "color": COLOURS[cell.strategy] if own else COLOURS["ink"],
            },
        )
    for line in ({"x0": x, "x1": x, "y0": 0, "y1": 100}, {"x0": 0, "x1": 100, "y0": y, "y1": y}):
        figure.add_shape(type="line", line={"color": COLOURS["ink"], "width": 1}, **line)
    if chart.stamp:
        figure.add_annotation(
            x=50,
            y=100,
            yshift=16,
            text=f"<b>{plain(chart.stamp)}</b>",
            showarrow=False,
            yanchor="bottom",
            font={"size": 13, "color": COLOURS["warn"]},
        )


def _region(figure: go.Figure, chart: Quadrant, colour: str) -> None:
    xs, ys = [], []
    for step in range(73):
        angle = math.tau * step / 72
        x = chart.customer + JOINT_90 * chart.customer_se * math.cos(angle)
        y = chart.bank + JOINT_90 * chart.bank_se * math.sin(angle)
        xs.append(min(100.0, max(0.0, x)))
        ys.append(min(100.0, max(0.0, y)))
    figure.add_trace(
        go.Scatter(
            x=xs,
            y=ys,
            mode="lines",
            fill="toself",
            line={"color": colour, "width": 1.5},
            fillcolor=_faint(colour),
            hoverinfo="skip",
        )
    )


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.14)"


def _axis_bars(figure: go.Figure, chart: Quadrant, colour: str) -> None:
    for xs, ys in (
        ((0, 0), chart.bank_range),
        (chart.customer_range, (0, 0)),
    ):
        figure.add_trace(
            go.Scatter(
                x=xs,
                y=ys,
                mode="lines",
                line={"color": colour, "width": 6},
                hoverinfo="skip",
                cliponaxis=False,
            )
        )


def _raw_mark(figure: go.Figure, chart: Quadrant, colour: str) -> None:
    figure.add_trace(
        go.Scatter(
            x=[chart.customer, chart.customer],
            y=[chart.bank, chart.counted],
            mode="lines",
            line={"color": COLOURS["error"], "width": 2},
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[chart.customer],
            y=[chart.bank],
            mode="markers",
            marker={
                "symbol": _SYMBOLS[chart.strategy],
                "size": 12,
                "color": COLOURS["white"],
                "line": {"color": colour, "width": 2},
            },
            hovertemplate=plain(f"{chart.raw[0]} {chart.raw[1]} · {chart.drop}")
            + "<extra></extra>",
        )
    )


def dimensions(source: Source) -> go.Figure:
    """Awareness and usage by dimension, weakest on top."""
    rows = profile(source).rows
    figure = go.Figure(
        layout=_layout(
            margin={"l": 96, "r": 12, "t": 10, "b": 36},
            xaxis=_AXIS,
            yaxis={
                "tickvals": list(range(len(rows))),
                "ticktext": [plain(row.name) for row in rows],
                "autorange": "reversed",
                "tickfont": {"size": 14},
                "fixedrange": True,
                "showgrid": True,
                "gridcolor": COLOURS["hairline"],
                "zeroline": False,
            },
            hovermode="closest",
        )
    )
    gate = source.framework.parameters.risk_gate
    for place, row in enumerate(rows):
        if row.id == "RSK":
            figure.add_shape(
                type="line",
                x0=gate,
                x1=gate,
                y0=place - 0.5,
                y1=place + 0.5,
                line={"color": COLOURS["error"], "width": 2},
            )
        if row.chart.awareness is not None and row.chart.usage is not None:
            figure.add_shape(
                type="line",
                x0=row.chart.awareness,
                x1=row.chart.usage,
                y0=place,
                y1=place,
                line={"color": COLOURS["brand"], "width": 2},
                layer="below",
            )
    for part, marker in (
        (
            "awareness",
            {
                "size": 15,
                "color": COLOURS["white"],
                "line": {"color": COLOURS["brand"], "width": 2},
            },
        ),
        ("usage", {"size": 9, "color": COLOURS["brand"]}),
    ):
        figure.add_trace(
            go.Scatter(
                x=[getattr(row.chart, part) for row in rows],
                y=list(range(len(rows))),
                mode="markers",
                marker=marker,
                text=[plain(row.chart.label) for row in rows],
                hovertemplate="%{text}<extra></extra>",
                cliponaxis=False,
            )
        )
    return figure


def path(chart: Path) -> go.Figure:
    """Expected scores by quarter with their bands."""
    xs = list(range(len(chart.quarters)))
    figure = go.Figure(
        layout=_layout(
            margin={"l": 36, "r": 110, "t": 10, "b": 36},
            xaxis={
                "tickvals": xs,
                "ticktext": [plain(name) for name in chart.quarters],
                "fixedrange": False,
                "showgrid": False,
                "zeroline": False,
                "tickfont": {"size": 13, "color": COLOURS["muted"]},
            },
            yaxis=_AXIS,
            hovermode="x unified",
        )
    )
    for series in chart.series:
        colour = COLOURS[series.tone]
        figure.add_trace(
            go.Scatter(
                x=[*xs, *reversed(xs)],
                y=[*series.high, *reversed(series.low)],
                fill="toself",
                mode="lines",
                line={"width": 0},
                fillcolor=_faint(colour),
                hoverinfo="skip",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=xs,
                y=series.values,
                mode="lines+markers",
                line={"color": colour, "width": 2, "dash": "dash"},
                marker={
                    "size": 8,
                    "color": COLOURS["white"],
                    "line": {"color": colour, "width": 2},
                },
                text=[
                    f"{plain(series.name)} {numbers.score(value)} ({numbers.interval(low, high)})"
                    for value, low, high in zip(series.values, series.low, series.high, strict=True)
                ],
                hovertemplate="%{text}<extra></extra>",
            )
        )
        figure.add_annotation(
            x=xs[-1],
            y=series.values[-1],
            text=f"<b>{plain(series.last)}</b>",
            showarrow=False,
            xanchor="left",
            xshift=10,
            font={"size": 13, "color": colour},
        )
    if chart.gate is not None:
        figure.add_hline(y=chart.gate, line={"color": COLOURS["error"], "width": 1.5})
    return figure
