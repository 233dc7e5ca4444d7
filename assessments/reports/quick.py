"""The pinned WeasyPrint made quicker, with the same bytes as result.

A report makes a few thousand boxes of a few dozen styles, and WeasyPrint works out anew for every
box what is a matter of its style alone. Each function here keeps such an answer with the style, or
goes a shorter way to the same one, and hands everything unusual to the original. With any other
version than the pinned ones nothing is changed; a test compares the bytes.
"""

import sys
from functools import cache
from importlib.metadata import version
from math import inf
from struct import Struct
from typing import Any

PINNED = {"weasyprint": "70.0", "pydyf": "0.13.0", "cssselect2": "0.10.1"}
_GLYPH = Struct("=Iiii4x")  # its number, width, offsets to the right and upwards, attributes
EMPTY = 0x0FFFFFFF  # Pango's number for what takes room and shows nothing
KEEPS_SIZE = 14802  # the first Pango whose fonts name their size rightly
_SVG = "{http://www.w3.org/2000/svg}"
_KEPT = "_kept_by_report"
_LENGTHS = (
    *(
        f"{kind}_{side}"
        for kind in ("margin", "padding")
        for side in ("left", "right", "top", "bottom")
    ),
    *(f"{limit}{axis}" for axis in ("width", "height") for limit in ("", "min_", "max_")),
)
_USED = (*_LENGTHS, *(f"border_{side}_width" for side in ("top", "right", "bottom", "left")))
_CORNERS = ("top_left", "top_right", "bottom_right", "bottom_left")
# Properties whose computing has effects of its own.
_OWN_WAY = frozenset(("position", "float", "display", "page"))


@cache
def install() -> bool:
    """Change the functions, once a process. Says whether the versions were the pinned ones."""
    import weasyprint  # noqa: F401, PLC0415 -- only a process that prints pays for it

    if {name: version(name) for name in PINNED} != PINNED:
        return False
    for change in (
        _rules,
        _drawings,
        _styles,
        _lengths,
        _flow,
        _corners,
        _texts,
        _glyphs,
        _letters,
        _struts,
        _borders,
        _bytes,
    ):
        change()
    return True


def _replace(old: Any, new: Any) -> None:
    """In every module that imported it by name."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in PINNED:
            for key, value in list(vars(module).items()):
                if value is old:
                    setattr(module, key, new)


def _real(box: Any) -> Any:
    """What is absolutely positioned is stood for by a placeholder that passes everything on."""
    return vars(box).get("_box", box)


def _rules() -> None:
    """The default style sheet styles the marker and the notes of every element; none has any."""
    import weasyprint  # noqa: PLC0415

    rules = weasyprint.UA_STYLESHEET.matcher.other_selectors
    rules[:] = [rule for rule in rules if rule[3] is None]


def _drawings() -> None:
    """The parts of a drawing are styled and made into boxes for nothing: it is drawn as one."""
    from cssselect2 import ElementWrapper  # noqa: PLC0415
    from weasyprint.formatting_structure import build  # noqa: PLC0415

    boxed = build.element_to_box

    def element_to_box(element: Any, *rest: Any, **more: Any) -> Any:
        tag = element.tag
        if type(tag) is str and tag.startswith(_SVG) and tag != _SVG + "svg":
            return []
        return boxed(element, *rest, **more)

    _replace(boxed, element_to_box)
    stock = ElementWrapper.iter_children

    def iter_children(self: Any) -> Any:
        if self.local_name == "svg" and self.parent is not None:
            return iter(())
        return stock(self)

    ElementWrapper.iter_children = iter_children


def _styles() -> None:
    """A property that no rule sets is inherited or initial, and most need no computing."""
    from weasyprint import css  # noqa: PLC0415

    stock = css.ComputedStyle.__missing__
    plain = {
        key
        for key in css.INITIAL_VALUES
        if key not in _OWN_WAY and not key.startswith("text_decoration_")
    }
    inherited = frozenset(plain & set(css.INHERITED))
    initial = {
        key: css.INITIAL_VALUES[key]
        for key in plain - inherited
        if key not in css.INITIAL_NOT_COMPUTED
    }
    logical = {
        key: frozenset(function(block="ttb", inline=way) for way in ("ltr", "rtl"))
        for key, function in css.PHYSICAL_FUNCTIONS.items()
    }
    none: frozenset[str] = frozenset()

    def missing(self: Any, key: str) -> Any:
        cascaded = self.cascaded
        if key not in cascaded and logical.get(key, none).isdisjoint(cascaded):
            if key in initial:
                value = self[key] = initial[key]
                return value
            if key in inherited and self.parent_style is not None:
                value = self[key] = self.parent_style[key]
                return value
        return stock(self, key)

    css.ComputedStyle.__missing__ = missing


def _lengths() -> None:
    """Without percentages a box's margins, paddings and sizes are its style's."""
    from weasyprint import css  # noqa: PLC0415
    from weasyprint.layout import percent  # noqa: PLC0415

    stock = percent.resolve_percentages

    def fixed(style: Any) -> bool:
        if style["border_collapse"] == "collapse":
            return False
        values = (style[name] for name in _LENGTHS)
        return all(value == "auto" or getattr(value, "unit", "") == "px" for value in values)

    nothing: dict[str, Any] = dict.fromkeys(_USED, 0) | {"width": "auto", "height": "auto"}
    nothing |= {"max_width": inf, "max_height": inf}
    own = frozenset((*_LENGTHS, "box_sizing"))

    def unnamed(style: Any) -> bool:
        """A box that no element asked for has no lengths of its own."""
        plain = type(style) is css.AnonymousStyle and own.isdisjoint(style)
        return plain and style["border_collapse"] != "collapse"

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        kept = vars(box.style).get(_KEPT)
        if kept is None and unnamed(box.style):
            kept = nothing
            setattr(box.style, _KEPT, kept)
        if kept is None:
            stock(box, containing_block)
            used = {name: getattr(box, name) for name in _USED} if fixed(box.style) else {}
            setattr(box.style, _KEPT, used)
        elif kept:
            vars(_real(box)).update(kept)
        else:
            stock(box, containing_block)

    _replace(stock, resolve_percentages)


def _flow() -> None:
    """The question asked most often of a box, with two look-ups instead of ten."""
    from weasyprint.formatting_structure import boxes  # noqa: PLC0415

    stock = boxes.Box.is_in_normal_flow

    def is_in_normal_flow(self: Any) -> bool:
        style = self.style
        if style["float"] == "none" and style["position"] in ("static", "relative"):
            return True
        return bool(stock(self))

    boxes.Box.is_in_normal_flow = is_in_normal_flow


def _corners() -> None:
    """A style without rounded corners has none on any box."""
    from weasyprint.formatting_structure import boxes  # noqa: PLC0415
    from weasyprint.layout import percent  # noqa: PLC0415

    stock = percent.resolve_radii_percentages
    square = {f"border_{corner}_radius": (0, 0) for corner in _CORNERS}

    def resolve_radii_percentages(box: Any) -> None:
        style = box.style
        kept = vars(style).get(_KEPT + "_square")
        if kept is None:
            kept = all((0, "px") in style[name] for name in square)
            setattr(style, _KEPT + "_square", kept)
        if kept:
            vars(_real(box)).update(square)
        else:
            stock(box)

    _replace(stock, resolve_radii_percentages)
    rounded, sharp = boxes.Box.rounded_box, (0, 0)
    names = tuple(square)

    def rounded_box(self: Any, bt: float, br: float, bb: float, bl: float) -> Any:
        if any(getattr(self, name) != sharp for name in names) or min(bt, br, bb, bl) < 0:
            return rounded(self, bt, br, bb, bl)
        x, y = self.border_box_x() + bl, self.border_box_y() + bt
        width, height = self.border_width() - bl - br, self.border_height() - bt - bb
        return x, y, width, height, sharp, sharp, sharp, sharp

    boxes.Box.rounded_box = rounded_box


def _texts() -> None:
    """A line's glyphs are kept for drawing, and set up once a style instead of twice a line."""
    from weasyprint.text import line_break  # noqa: PLC0415
    from weasyprint.text.ffi import ffi, gobject, pango  # noqa: PLC0415

    ffi.cdef("PangoLayout * pango_layout_copy (PangoLayout *src);")
    layout = line_break.Layout
    setup, set_text, reactivate = layout.setup, layout.set_text, layout.reactivate
    traits = (
        "language",
        "ascent",
        *(
            f"{line}_{what}"
            for line in ("underline", "strikethrough")
            for what in ("position", "thickness")
        ),
    )

    def copied(source: Any) -> Any:
        return ffi.gc(pango.pango_layout_copy(source), gobject.g_object_unref)

    def quick_setup(self: Any, style: Any) -> None:
        kept = vars(style).get(_KEPT + "_layout")
        if kept is None:
            setup(self, style)
            kept = copied(self.layout), {name: vars(self).get(name) for name in traits}
            setattr(style, _KEPT + "_layout", kept)
            return
        self.style, self.first_line_direction = style, 0
        self.layout = copied(kept[0])
        vars(self).update(kept[1])

    def quick_set_text(self: Any, text: str, justify: bool = False) -> None:
        # What drawing asks for later; asked now, it does not undo the shaping.
        if text.isprintable():
            pango.pango_layout_set_single_paragraph_mode(self.layout, True)
        set_text(self, text, justify)

    def quick_reactivate(self: Any, style: Any) -> None:
        if self.justification_spacing or "layout" not in vars(self) or self.style is not style:
            reactivate(self, style)

    layout.setup, layout.set_text, layout.reactivate = quick_setup, quick_set_text, quick_reactivate
    layout.deactivate = lambda self: None


class _UnusualError(LookupError):
    """A glyph that the document has not met before, or that stands above its line."""


class _Parts(dict[tuple[int, int, int, int], str]):
    """What a line of text says for one glyph of a font in one size, by Pango's figures."""

    def __init__(self, font: Any, size: float, units: float) -> None:
        super().__init__()
        self.font, self.size, self.units = font, size, units

    def __missing__(self, figures: tuple[int, int, int, int]) -> str:
        """Hexadecimal number, and around it what kerning moves."""
        glyph, width, aside, up = figures
        if glyph == EMPTY:
            part = self[figures] = f">{-width / self.size}<"
            return part
        widths = self.font.widths
        if up or glyph not in self.font.to_unicode or glyph not in widths:
            raise _UnusualError
        offset = aside / self.size
        kerning = widths[glyph] + offset - width * 1000 * self.units / self.size
        before = f">{-offset}<" if offset else ""
        part = self[figures] = f"{before}{glyph:04x}" + (f">{int(kerning)}<" if kerning else "")
        return part


def _shown(glyphs: Any, font: Any, size: float, units: float) -> str:
    """A run as PDF shows it; empty where one of its glyphs is new to the document."""
    kept = vars(font).setdefault(_KEPT, {})
    if size not in kept:
        kept[size] = _Parts(font, size, units)
    memory = sys.modules["weasyprint.text.ffi"].ffi.buffer(
        glyphs.glyphs, glyphs.num_glyphs * _GLYPH.size
    )
    try:
        line = "".join(map(kept[size].__getitem__, _GLYPH.iter_unpack(memory)))
    except _UnusualError:
        return ""
    return f"<{line[:-1]}" if line[-1:] == "<" else f"<{line}>"


def _runs(stream: Any, line: Any) -> list[tuple[Any, float, str]]:
    """Font, size and glyphs of each run, nothing where one is out of the ordinary."""
    pango = sys.modules["weasyprint.text.ffi"]
    found: list[tuple[Any, float, str]] = []
    run = line.runs[0]
    while run != pango.ffi.NULL:
        item = run.data
        run = run.next
        font, size = stream.add_font(item.item.analysis.font)
        shown = _shown(item.glyphs, font, size, pango.FROM_UNITS)
        if not shown or font.bitmap or font.svg or font.png or font.colr:
            return []
        if found and found[-1][:2] == (font, size):
            shown = found.pop()[2] + shown
        found.append((font, size, shown))
    return found


def _glyphs() -> None:
    """A line whose glyphs the document has met before is written straight from Pango's memory."""
    from weasyprint.draw import text  # noqa: PLC0415
    from weasyprint.text.ffi import ffi, pango  # noqa: PLC0415

    stock = text.draw_first_line
    if ffi.sizeof("PangoGlyphInfo") != _GLYPH.size or pango.pango_version() < KEEPS_SIZE:
        return

    def draw_first_line(
        stream: Any, box: Any, overflow: str, ellipsis: Any, matrix: Any
    ) -> list[Any]:
        if overflow == "ellipsis" or ellipsis != "none" or not box.text.strip():
            return list(stock(stream, box, overflow, ellipsis, matrix))
        pango.pango_layout_set_single_paragraph_mode(box.pango_layout.layout, True)
        found = _runs(stream, box.pango_layout.get_first_line()[0])
        if not found:
            return list(stock(stream, box, overflow, ellipsis, matrix))
        stream.set_text_matrix(*matrix.values)
        for font, size, shown in found:
            stream.set_font_size(font.hash, size)
            stream.show_text(shown)
        return []

    _replace(stock, draw_first_line)


def _letters() -> None:
    """A drawing's text is laid out letter by letter: the same letter is shaped once."""
    from weasyprint.draw import text  # noqa: PLC0415
    from weasyprint.svg.text import Style  # noqa: PLC0415
    from weasyprint.text import line_break  # noqa: PLC0415

    stock = line_break.split_first_line
    traits = ("font_family", "font_style", "font_weight", "font_size", "direction")

    def split_first_line(words: str, style: Any, *rest: Any, **more: Any) -> Any:
        if type(style) is not Style or len(words) != 1:
            return stock(words, style, *rest, **more)
        kept = vars(style.font_config).setdefault(_KEPT, {})
        key = words, *(str(style[name]) for name in traits)
        if key not in kept:
            kept[key] = stock(words, style, *rest, **more)
        kept[key][0].style = style
        return kept[key]

    _replace(stock, split_first_line)
    draw = text.draw_first_line

    def draw_first_line(stream: Any, textbox: Any, *rest: Any) -> Any:
        if type(textbox.style) is not Style:
            return draw(stream, textbox, *rest)
        layout = textbox.pango_layout
        fonts, font, glyph = vars(layout).get(_KEPT, (None, None, None))
        if fonts is stream._fonts:  # noqa: SLF001 -- those of this document
            stream.set_text_matrix(*rest[-1].values)
            stream.set_font_size(*font)
            stream.stream.append(glyph)
            return []
        start = len(stream.stream)
        emojis = draw(stream, textbox, *rest)
        shown = [part for part in stream.stream[start:] if part.endswith(b"TJ")]
        if len(shown) == 1 and not emojis and shown[0] is stream.stream[-1]:
            setattr(layout, _KEPT, (stream._fonts, stream._current_font, shown[0]))  # noqa: SLF001
        return emojis

    _replace(draw, draw_first_line)


def _struts() -> None:
    """The height of an empty line is its style's."""
    from weasyprint.text import line_break  # noqa: PLC0415

    stock = line_break.strut

    def strut(style: Any) -> Any:
        kept = vars(style).get(_KEPT + "_strut")
        if kept is None:
            kept = stock(style)
            setattr(style, _KEPT + "_strut", kept)
        return kept

    _replace(stock, strut)


def _borders() -> None:
    """Most boxes have none."""
    from weasyprint.draw import border  # noqa: PLC0415

    stock = border.draw_border
    widths = tuple(f"border_{side}_width" for side in ("top", "right", "bottom", "left"))
    usual = ("auto", "auto", "none")

    def draw_border(stream: Any, box: Any) -> None:
        own, style = vars(_real(box)), box.style
        asked = style["column_width"], style["column_count"], style["border_image_source"][0]
        if asked != usual or any(own.get(width, 1) for width in widths):
            stock(stream, box)

    _replace(stock, draw_border)


def _bytes() -> None:
    """The parts of a page's stream are bytes, texts and numbers, and rarely anything else."""
    stock = sys.modules["pydyf"]._to_bytes  # noqa: SLF001

    def to_bytes(item: Any) -> bytes:
        kind = type(item)
        if kind is bytes:
            return bytes(item)
        if kind is str:
            return str.encode(item, "ascii")
        if kind is int:
            return b"%d" % item
        if kind is float and not item.is_integer():
            return f"{item:f}".rstrip("0").encode("ascii")
        return bytes(stock(item))

    _replace(stock, to_bytes)

    def page_references(self: Any) -> tuple[bytes, ...]:
        pages = self.pages["Kids"][::3]
        kept: tuple[bytes, ...] = vars(self).get(_KEPT, ())
        if len(kept) != len(pages):
            kept = tuple(f"{number} 0 R".encode("ascii") for number in pages)
            setattr(self, _KEPT, kept)
        return kept

    sys.modules["pydyf"].PDF.page_references = property(page_references)
