"""Drawings for paper: the same charts with as few parts as show the same.

Every element of a drawing costs the printer about as much as a word of text, and every drawing as
much as a paragraph. So the rows of an exhibit share one drawing, and shapes of one paint share
one path. A dot is a line of no length with round ends; a bar is a thick line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from assessments.results.canvas import COLOURS
from assessments.ui.typefaces import family, typefaces

FONTS = Path(__file__).resolve().parent.parent / "fonts"
MANY_CORNERS = 40  # of a curve drawn as a polygon; every other one is enough on paper
_DOT = re.compile(r"M(-?[\d.]+) 0A([\d.]+) \2 0 1 1 (-?[\d.]+) 0A\2 \2 0 1 1 \1 0z")
_TEXT = ("x", "y", "font-size", "fill", "font-weight", "text-anchor", "direction")
_MOVED = re.compile(r"translate\((\S+) (\S+)\)")


def single(drawing: SafeString) -> SafeString:
    """One chart with its parts drawn together."""
    root = _read(drawing)
    sheet = _Sheet()
    sheet.add(root, 0, 0)
    return sheet.render(root.get("aria-label", ""), *_size(root))


def rows(drawings: Sequence[SafeString], pitch: float, axis: SafeString | str = "") -> SafeString:
    """The charts of a list's rows as one drawing, a row every ``pitch`` px under the axis.

    Its alternative text is that of all rows, one after the other.
    """
    sheet, names, across, down = _Sheet(), [], 0.0, 0.0
    if axis:
        head = _read(axis)
        sheet.add(head, 0, 0)
        across, down = _size(head)
    for place, drawing in enumerate(drawings):
        root = _read(drawing)
        width, height = _size(root)
        sheet.add(root, 0, down + pitch * place + (pitch - height) / 2)
        names.append(root.get("aria-label", ""))
        across = max(across, width)
    return sheet.render("; ".join(names), across, down + pitch * len(drawings))


def bars(
    name: str, shares: Sequence[Sequence[float]], tones: Sequence[str], size: tuple[float, float]
) -> SafeString:
    """A stacked bar for each row of a list; shares of 0 to 1, ``size`` is a row's in px."""
    sheet, (width, pitch) = _Sheet(), size
    for place, row in enumerate(shares):
        start = 0.0
        for share, tone in zip(row, tones, strict=True):
            bar = _Bar(start * width, pitch * (place + 0.5), share * width, 9)
            if share > 0:
                sheet.put(bar.paint(tone), bar.path())
            start += share
    return sheet.render(name, width, pitch * len(shares))


def _read(drawing: str) -> ET.Element:
    return ET.fromstring(drawing)  # noqa: S314 -- our own drawing, its texts escaped


def _size(root: ET.Element) -> tuple[float, float]:
    return float(root.get("width", 0)), float(root.get("height", 0))


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class _Bar:
    """A rectangle as a thick line from its start."""

    x: float
    y: float
    width: float
    height: float

    def path(self) -> str:
        return f"M{_n(self.x)} {_n(self.y)}H{_n(self.x + self.width)}"

    def paint(self, colour: str, opacity: str = "") -> str:
        soft = f' stroke-opacity="{opacity}"' if opacity else ""
        return f'stroke="{colour}" stroke-width="{_n(self.height)}"{soft}'


@dataclass(slots=True)
class _Sheet:
    """Layers of one paint each, from below to above; texts stand over all of them."""

    layers: list[tuple[str, list[str]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def add(self, root: ET.Element, dx: float, dy: float) -> None:
        """Draw another chart, moved; within it nothing changes its order."""
        lowest = 0
        for part in root:
            if part.tag.endswith("text"):
                self.texts.append(_text(part, dx, dy))
                continue
            for paint, d in _strokes(part, dx, dy):
                lowest = self.put(paint, d, lowest)

    def put(self, paint: str, d: str, lowest: int = 0) -> int:
        """Into the first layer of this paint that does not lie under ``lowest``."""
        for place in range(lowest, len(self.layers)):
            if self.layers[place][0] == paint:
                self.layers[place][1].append(d)
                return place
        self.layers.append((paint, [d]))
        return len(self.layers) - 1

    def render(self, name: str, width: float, height: float) -> SafeString:
        shapes = "".join(f'<path {paint} d="{"".join(d)}"/>' for paint, d in self._joined())
        across, down = _n(width), _n(height)
        return mark_safe(  # noqa: S308 -- every text is escaped
            f'<svg role="img" aria-label="{escape(name)}" direction="ltr" width="{across}" '
            f'height="{down}" viewBox="0 0 {across} {down}" font-family="{family(get_language() or "")}" '
            f'font-size="11">{shapes}{"".join(self.texts)}</svg>'
        )

    def _joined(self) -> Iterator[tuple[str, list[str]]]:
        """An area and its outline, one after the other, are one shape with two paints."""
        skip = False
        for (paint, d), (after, same) in pairwise([*self.layers, ("", [])]):
            if skip:
                skip = False
            elif d == same and "stroke" not in paint and 'fill="none" ' in after:
                skip = True
                yield paint + " " + after.replace('fill="none" ', ""), d
            else:
                yield paint, d


def _text(part: ET.Element, dx: float, dy: float) -> str:
    given = {name: part.get(name) for name in _TEXT}
    width = _width(part) if part.get("text-anchor") else 0.0
    if width is not None:
        dx -= width if given.pop("text-anchor") == "end" else width / 2
    given["x"], given["y"] = _n(_f(part, "x") + dx), _n(_f(part, "y") + dy)
    attributes = "".join(f' {name}="{value}"' for name, value in given.items() if value)
    return f"<text{attributes}>{escape(part.text or '')}</text>"


def _width(part: ET.Element) -> float | None:
    """The width of a text, None where our font lacks a letter.

    WeasyPrint wraps every text that does not begin at its place into an object of its own, which
    takes four times as long.
    """
    if part.get("direction"):  # joined letters are narrower or wider than the same ones apart
        return None
    face = typefaces(get_language() or "")[0]
    advances = _advances(face.file(bold=bool(part.get("font-weight"))))
    found = [advances.get(ord(letter)) for letter in part.text or ""]
    known = [advance for advance in found if advance is not None]
    return sum(known) * _f(part, "font-size") if len(known) == len(found) else None


@cache
def _advances(file: str) -> dict[int, float]:
    """The width of each letter at size 1."""
    reader = import_module("fontTools.ttLib")  # when the first chart is drawn
    with reader.TTFont(FONTS / file, lazy=True) as font:
        size, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
        return {code: metrics[name][0] / size for code, name in font.getBestCmap().items()}


def _f(part: ET.Element, name: str) -> float:
    return float(part.get(name, 0))


def _strokes(part: ET.Element, dx: float, dy: float) -> Iterator[tuple[str, str]]:
    """The paint and the path of one shape, from below to above."""
    kind = part.tag.rpartition("}")[2]
    if kind == "line":
        yield _line(part, dx, dy)
    elif kind == "rect":
        yield from _rect(part, dx, dy)
    elif kind == "circle":
        yield from _dot(part, _f(part, "cx") + dx, _f(part, "cy") + dy, _f(part, "r"))
    elif kind == "polygon":
        yield _area(part), _polygon(part, dx, dy)
    else:
        yield from _path(part, dx, dy)


def _line(part: ET.Element, dx: float, dy: float) -> tuple[str, str]:
    x1, y1 = _f(part, "x1") + dx, _f(part, "y1") + dy
    x2, y2 = _f(part, "x2") + dx, _f(part, "y2") + dy
    to = f"V{_n(y2)}" if x1 == x2 else f"H{_n(x2)}" if y1 == y2 else f"L{_n(x2)} {_n(y2)}"
    kept = ("stroke", "stroke-width", "stroke-dasharray")
    paint = " ".join(f'{name}="{part.get(name)}"' for name in kept if part.get(name))
    return paint, f"M{_n(x1)} {_n(y1)}{to}"


def _rect(part: ET.Element, dx: float, dy: float) -> Iterator[tuple[str, str]]:
    x, y = _f(part, "x") + dx, _f(part, "y") + dy
    width, height = _f(part, "width"), _f(part, "height")
    if part.get("fill") == "none":
        yield _area(part), f"M{_n(x)} {_n(y)}H{_n(x + width)}V{_n(y + height)}H{_n(x)}z"
    elif width > 0:
        bar = _Bar(x, y + height / 2, width, height)
        opacity = part.get("opacity") or part.get("fill-opacity") or ""
        yield bar.paint(part.get("fill", ""), opacity), bar.path()


def _dot(part: ET.Element, x: float, y: float, r: float) -> Iterator[tuple[str, str]]:
    """A dot; with an outline a larger one under a smaller one."""
    at = f"M{_n(x)} {_n(y)}h0.01"
    edge = float(part.get("stroke-width", 1)) if part.get("stroke") else 0.0
    if edge:
        yield _round(part.get("stroke", ""), 2 * r + edge), at
    yield _round(part.get("fill", ""), 2 * r - edge), at


def _round(colour: str, width: float) -> str:
    return f'stroke="{colour}" stroke-width="{_n(width)}" stroke-linecap="round"'


def _area(part: ET.Element) -> str:
    names = {"opacity": "fill-opacity"}
    kept = ("fill", "opacity", "fill-opacity", "stroke", "stroke-width")
    return " ".join(f'{names.get(n, n)}="{part.get(n)}"' for n in kept if part.get(n))


def _polygon(part: ET.Element, dx: float, dy: float) -> str:
    corners = [corner.split(",") for corner in part.get("points", "").split()]
    if len(corners) > MANY_CORNERS:
        corners = corners[::2]
    return "M" + "L".join(f"{_n(float(x) + dx)} {_n(float(y) + dy)}" for x, y in corners) + "z"


def _path(part: ET.Element, dx: float, dy: float) -> Iterator[tuple[str, str]]:
    """A shape around a place: a circle becomes a dot, others keep their outline and move."""
    moved = _MOVED.fullmatch(part.get("transform", ""))
    x, y = (float(moved[1]), float(moved[2])) if moved else (0.0, 0.0)
    d = part.get("d", "")
    circle = _DOT.fullmatch(d)
    if circle:
        middle = (float(circle[1]) + float(circle[3])) / 2
        yield from _dot(part, x + dx + middle, y + dy, float(circle[2]))
    else:
        yield f'transform="translate({_n(x + dx)} {_n(y + dy)})" {_area(part)}', d


def marks(name: str, icons: Sequence[SafeString], pitch: float) -> SafeString:
    """The strategies' shapes beside the rows of a list."""
    parts = []
    for place, icon in enumerate(icons):
        shape = _read(icon)[0]
        parts.append(
            f'<path transform="translate(7 {_n(pitch * (place + 0.5))}) scale(0.8)" '
            f'd="{shape.get("d")}" fill="{shape.get("fill", COLOURS["ink"])}"/>'
        )
    height = _n(pitch * len(icons))
    return mark_safe(  # noqa: S308 -- constants and one escaped text
        f'<svg role="img" aria-label="{escape(name)}" width="14" height="{height}" '
        f'viewBox="0 0 14 {height}">{"".join(parts)}</svg>'
    )
