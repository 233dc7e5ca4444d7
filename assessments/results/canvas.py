"""Drawing primitives shared by screen and paper.

One chart is written once, in per cent of its plot area (x to the right, y downwards). On screen
the positions stay per cent, so that text keeps its size at every width, and colours are CSS
classes, because the content security policy forbids inline styles. On paper WeasyPrint gets
absolute positions and presentation attributes, since it applies no page style to inline SVG.
Only plain ``<text>`` is written: WeasyPrint lays out neither tspan nor foreignObject well.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from unicodedata import east_asian_width

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi

from assessments.ui.typefaces import family

# The same values as static/css/tokens.css; tests/results/test_svg.py compares them.
COLOURS = {
    "ink": "#17212B",
    "muted": "#52606D",
    "control": "#74828F",
    "hairline": "#D9E0E7",
    "bg": "#F6F8FA",
    "white": "#FFFFFF",
    "brand": "#0B4A6F",
    "error": "#B3261E",
    "success": "#1B6E4B",
    "warn": "#8A5A00",
    "stepwise": "#6C7786",
    "awareness": "#C64C11",
    "capability": "#095E4B",
    "innovate": "#0E235B",
    "stepwise-tint": "#F1F3F5",
    "awareness-tint": "#FDF0E9",
    "capability-tint": "#E6F2EF",
    "innovate-tint": "#E8EBF5",
    "gap-below-2": "#8C4A00",
    "gap-above-2": "#0A4D7A",
    "series-1": "#021D51",
    "series-2": "#F16A18",
    "series-3": "#01744F",
    "series-4": "#8F517E",
    "series-5": "#4299C9",
    "series-6": "#37312F",
}
# Words in a tone: the grey of “Step by step” is too light for small text on its own tint.
TEXT_COLOURS = COLOURS | {"stepwise": COLOURS["muted"]}
SCREEN_TEXT, SCREEN_BIG = 12.8, 14.0  # px
PAPER_TEXT, PAPER_BIG = 11.0, 12.0  # px: 8.25 and 9 pt
# Mean advance of letters, in em, on the generous side: labels must not meet. East Asian ones
# fill a square.
_ADVANCE, _SQUARE = 0.53, 1.0
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Shapes that tell the strategies apart without colour (● ▲ ■ ◆), 14 px across.
MARKS = {
    "stepwise": "M-6.5 0A6.5 6.5 0 1 1 6.5 0A6.5 6.5 0 1 1 -6.5 0z",
    "awareness": "M0 -7.5L7.5 5.5L-7.5 5.5z",
    "capability": "M-6.25 -6.25L6.25 -6.25L6.25 6.25L-6.25 6.25z",
    "innovate": "M0 -8L8 0L0 8L-8 0z",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """The size of a chart on paper, margins included, in CSS pixels (96 to the inch)."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Margin:
    """Room for axis labels around the plot area on paper; on screen the style sheet pads."""

    top: float = 0
    right: float = 0
    bottom: float = 0
    left: float = 0


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def clean(text: str) -> str:
    """Escape a text for XML and drop the characters that XML cannot hold at all."""
    return escape(_NOT_XML.sub("", text))


def text_width(text: str, *, big: bool = False, paper: bool = False) -> float:
    """Estimated width in px, for keeping labels apart."""
    small, large = (PAPER_TEXT, PAPER_BIG) if paper else (SCREEN_TEXT, SCREEN_BIG)
    wide = sum(east_asian_width(letter) in "WF" for letter in text)
    ems = wide * _SQUARE + (len(text) - wide) * _ADVANCE
    return ems * (large if big else small)


@dataclass(slots=True)
class Canvas:
    """Collects the parts of one chart; ``render`` gives the whole SVG element."""

    label: str
    css: str
    paper: Paper | None = None
    margin: Margin = field(default_factory=Margin)
    height: int | None = None  # px on screen, for charts whose height the style sheet leaves alone
    parts: list[str] = field(default_factory=list)

    @property
    def plot(self) -> tuple[float, float]:
        """Width and height of the plot area on paper, in px."""
        paper = self.paper or Paper(100, 100)
        return (
            paper.width - self.margin.left - self.margin.right,
            paper.height - self.margin.top - self.margin.bottom,
        )

    def _x(self, percent: float, offset: float = 0) -> float:
        return self.margin.left + self.plot[0] * percent / 100 + offset

    def _y(self, percent: float, offset: float = 0) -> float:
        return self.margin.top + self.plot[1] * percent / 100 + offset

    def x(self, percent: float) -> str:
        """A horizontal position as an attribute value."""
        return _number(self._x(percent)) if self.paper else _number(percent) + "%"

    def y(self, percent: float) -> str:
        """A vertical position as an attribute value."""
        return _number(self._y(percent)) if self.paper else _number(percent) + "%"

    def line(self, x1: float, y1: float, x2: float, y2: float, paint: str) -> None:
        self.parts.append(
            f'<line x1="{self.x(x1)}" y1="{self.y(y1)}" x2="{self.x(x2)}" y2="{self.y(y2)}"'
            f"{self._paint(paint)}/>"
        )

    def rect(self, x: float, y: float, width: float, height: float, paint: str) -> None:
        if self.paper:
            across = _number(self.plot[0] * width / 100)
            down = _number(self.plot[1] * height / 100)
        else:
            across, down = _number(width) + "%", _number(height) + "%"
        self.parts.append(
            f'<rect x="{self.x(x)}" y="{self.y(y)}" width="{across}" height="{down}"'
            f"{self._paint(paint)}/>"
        )

    def circle(self, x: float, y: float, r: float, paint: str) -> None:
        """A circle of a fixed radius in px around a position in per cent."""
        self.parts.append(
            f'<circle cx="{self.x(x)}" cy="{self.y(y)}" r="{_number(r)}"{self._paint(paint)}/>'
        )

    def polygon(self, points: Sequence[tuple[float, float]], paint: str) -> None:
        """A closed shape whose corners are in per cent."""
        if self.paper:
            corners = " ".join(f"{_number(self._x(x))},{_number(self._y(y))}" for x, y in points)
            self.parts.append(f'<polygon points="{corners}"{self._paint(paint)}/>')
            return
        corners = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
        self.parts.append(
            '<svg x="0" y="0" width="100%" height="100%" viewBox="0 0 100 100" '
            'preserveAspectRatio="none" overflow="visible">'
            f'<polygon points="{corners}" vector-effect="non-scaling-stroke"'
            f"{self._paint(paint)}/></svg>"
        )

    def shape(self, x: float, y: float, d: str, paint: str) -> None:
        """A path in px around a position in per cent."""
        if self.paper:
            self.parts.append(
                f'<path transform="translate({self.x(x)} {self.y(y)})" d="{d}"'
                f"{self._paint(paint)}/>"
            )
        else:
            self.parts.append(
                f'<svg x="{self.x(x)}" y="{self.y(y)}" width="1" height="1" overflow="visible">'
                f'<path d="{d}"{self._paint(paint)}/></svg>'
            )

    def mark(self, x: float, y: float, strategy: str, paint: str) -> None:
        """The strategy's own shape."""
        self.shape(x, y, MARKS[strategy], paint)

    def text(
        self, x: float, y: float, words: str, paint: str = "", *, dx: float = 0, dy: float = 0
    ) -> None:
        """A line of text; paint words: big, bold, strong, end, middle, halo, text:<colour>.

        "end" puts the end of the line at its right there, in every language: the chart itself
        is not mirrored.
        """
        if self.paper:
            place = f'x="{_number(self._x(x, dx))}" y="{_number(self._y(y, dy))}"'
            if "halo" in paint.split():
                self._ground(self._x(x, dx), self._y(y, dy), words, paint)
        else:
            place = f'x="{self.x(x)}" y="{self.y(y)}"'
            place += f' dx="{_number(dx)}"' if dx else ""
            place += f' dy="{_number(dy)}"' if dy else ""
        if get_language_bidi():
            place += ' direction="rtl"'
            paint = _from_the_right(paint)
        self.parts.append(f"<text {place}{self._text_paint(paint)}>{clean(words)}</text>")

    def _ground(self, x: float, y: float, words: str, paint: str) -> None:
        """Paper's stand-in for the halo: WeasyPrint knows no paint-order."""
        flags = paint.split()
        size = PAPER_BIG if "big" in flags else PAPER_TEXT
        width = text_width(words, big="big" in flags, paper=True)
        start = x - (width if "end" in flags else width / 2 if "middle" in flags else 0)
        self.parts.append(
            f'<rect x="{_number(start)}" y="{_number(y - size + 1)}" width="{_number(width)}" '
            f'height="{_number(size + 2)}" fill="#FFFFFF" fill-opacity="0.75"/>'
        )

    def _paint(self, paint: str) -> str:
        if not self.paper:
            return f' class="{paint.replace(":", "-")}"' if paint else ""
        return "".join(_attribute(word) for word in paint.split())

    def _text_paint(self, paint: str) -> str:
        if not self.paper:
            return self._paint(paint)
        flags = paint.split()
        size = PAPER_BIG if "big" in flags else PAPER_TEXT
        colours = [word.removeprefix("text:") for word in flags if word.startswith("text:")]
        fill = TEXT_COLOURS[colours[0] if colours else "muted"]
        weight = ' font-weight="700"' if {"bold", "strong"} & set(flags) else ""
        anchor = next((f' text-anchor="{a}"' for a in ("end", "middle") if a in flags), "")
        return f' font-size="{_number(size)}" fill="{fill}"{weight}{anchor}'

    def render(self) -> SafeString:
        """The SVG element with its name for assistive technology; axes always run left to right."""
        name = f'role="img" aria-label="{clean(self.label)}" direction="ltr"'
        if self.paper:
            width, height = _number(self.paper.width), _number(self.paper.height)
            head = (
                f'<svg xmlns="http://www.w3.org/2000/svg" {name} width="{width}" '
                f'height="{height}" viewBox="0 0 {width} {height}" '
                f'font-family="{family(get_language() or "")}" '
                'font-size="11">'
            )
        else:
            size = f' height="{self.height}"' if self.height else ""
            head = (
                f'<svg xmlns="http://www.w3.org/2000/svg" {name} class="chart {self.css}"'
                f' width="100%"{size}>'
            )
        return mark_safe(head + "".join(self.parts) + "</svg>")  # noqa: S308 -- every text is cleaned


def _from_the_right(paint: str) -> str:
    """The same place for a line that begins at its right: its start and its end change sides."""
    flags = paint.split()
    if "middle" in flags:
        return paint
    return " ".join(flag for flag in flags if flag != "end") if "end" in flags else f"{paint} end"


def _attribute(word: str) -> str:
    """One paint word as presentation attributes."""
    kind, _, value = word.partition(":")
    if kind == "fill":
        return f' fill="{COLOURS.get(value, value)}"'
    if kind == "line":
        return f' stroke="{COLOURS[value]}"'
    if kind == "w":
        return f' stroke-width="{int(value) / 10:g}"'
    if kind == "opacity":
        return f' opacity="{int(value) / 100:g}"'
    return {"dash": ' stroke-dasharray="6 3"'}.get(kind, "")


def mark_icon(strategy: str) -> SafeString:
    """The strategy's shape beside its name in a table, 14 px; the name says the same."""
    return mark_safe(  # noqa: S308 -- constants only
        '<svg class="mark-icon" viewBox="-8 -8 16 16" width="14" height="14" aria-hidden="true" '
        f'focusable="false"><path d="{MARKS[strategy]}" class="fill-{strategy}" '
        f'fill="{COLOURS[strategy]}"/></svg>'
    )


def squares(count: int) -> SafeString:
    """Effort points as squares, four to a row, 7 px each; the words beside them say the same."""
    cells = "".join(
        f'<rect x="{9 * (place % 4)}" y="{9 * (place // 4)}" width="7" height="7" rx="1"/>'
        for place in range(count)
    )
    width, height = 9 * min(count, 4) - 2, 9 * ((count + 3) // 4) - 2
    return mark_safe(  # noqa: S308 -- numbers only
        f'<svg class="squares" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'aria-hidden="true" focusable="false">{cells}</svg>'
    )
