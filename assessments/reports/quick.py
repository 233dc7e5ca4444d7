"""The pinned WeasyPrint made quicker, with the same bytes as result.

A report makes a few thousand boxes of a few dozen styles, and WeasyPrint works out anew for every
box what is a matter of its style alone. Each function here keeps such an answer with the style, or
goes a shorter way to the same one, and hands everything unusual to the original. With any other
version than the pinned ones nothing is changed; a test compares the bytes.
"""

import sys
from functools import cache
from importlib.metadata import version
from typing import Any

PINNED = {"weasyprint": "70.0", "pydyf": "0.13.0", "cssselect2": "0.10.1"}
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
        _letters,
        _struts,
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
    from weasyprint.layout import percent  # noqa: PLC0415

    stock = percent.resolve_percentages

    def fixed(style: Any) -> bool:
        if style["border_collapse"] == "collapse":
            return False
        values = (style[name] for name in _LENGTHS)
        return all(value == "auto" or getattr(value, "unit", "") == "px" for value in values)

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        kept = vars(box.style).get(_KEPT)
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


def _letters() -> None:
    """A drawing's text is laid out letter by letter: the same letter is shaped once."""
    from weasyprint.svg.text import Style  # noqa: PLC0415
    from weasyprint.text import line_break  # noqa: PLC0415

    stock = line_break.split_first_line
    traits = ("font_family", "font_style", "font_weight", "font_size", "direction")

    def split_first_line(text: str, style: Any, *rest: Any, **more: Any) -> Any:
        if type(style) is not Style or len(text) != 1:
            return stock(text, style, *rest, **more)
        kept = vars(style.font_config).setdefault(_KEPT, {})
        key = text, *(str(style[name]) for name in traits)
        if key not in kept:
            kept[key] = stock(text, style, *rest, **more)
        kept[key][0].style = style
        return kept[key]

    _replace(stock, split_first_line)


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


def _bytes() -> None:
    """The parts of a page's stream are bytes, texts and numbers, and rarely anything else."""
    stock = sys.modules["pydyf"]._to_bytes  # noqa: SLF001

    def to_bytes(item: Any) -> bytes:
        kind = type(item)
        if kind is bytes:
            return bytes(item)
        if kind is str:
            return str.encode(item, "ascii")
        return bytes(stock(item))

    _replace(stock, to_bytes)
