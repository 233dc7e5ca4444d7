"""Right to left where WeasyPrint goes astray: joined letters in drawings, and hanging indents.

It lays out the text of a drawing letter by letter, which parts joined letters and reverses a line
that runs from right to left (Kozea/WeasyPrint, issues 2909 and 106). It does so by walking over
the letters of the text; a text that is its own only letter is laid out as one, and anchors and
directions are right then. And it moves a first line to the right by its indent in both directions,
so that a line which hangs out hangs on the wrong side. Nothing changes for left to right.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

_BLOCK = 3  # the containing block, among what follows the line


class Whole(str):
    """A text that walks over itself in one step."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        return iter((str(self),)) if self else iter(())


@cache
def install() -> None:
    """Change both, once a process."""
    import weasyprint  # noqa: F401, PLC0415 -- only a process that prints pays for it

    _drawings()
    _indents()


def _drawings() -> None:
    from weasyprint.svg import Node  # noqa: PLC0415 -- see install

    stock = Node.text.fget

    def text(self: Any) -> str | None:
        found: str | None = stock(self)
        return Whole(found) if found and self.get("direction") == "rtl" else found

    Node.text = property(text, doc=Node.text.__doc__)


def _indents() -> None:
    from weasyprint.layout import inline  # noqa: PLC0415 -- see install

    stock = inline.get_next_linebox

    def get_next_linebox(context: Any, linebox: Any, *rest: Any) -> Any:
        line, resume_at = stock(context, linebox, *rest)
        block = rest[_BLOCK]
        if line is not None and linebox.text_indent and block.style["direction"] == "rtl":
            line.translate(-linebox.text_indent, 0)
        return line, resume_at

    inline.get_next_linebox = get_next_linebox
