"""The frame of every page: action title, exhibits, so what, source."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

LONG_TITLE = 104  # characters that two lines of the large size hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One bullet of "So what": a lead in bold and what follows from it."""

    lead: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A term and its value."""

    term: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One page. Subclasses add their exhibits and name their template."""

    kicker: str
    title: str
    sentence: str = ""
    so_what: tuple[Point, ...] = ()
    source: str = ""

    template: ClassVar[str] = ""

    @property
    def size(self) -> str:
        """A class for a page known to be full: found out while printing, it is laid out twice."""
        return ""

    @property
    def is_long(self) -> bool:
        """Whether the title needs the smaller size to stay on two lines."""
        return len(self.title) > LONG_TITLE


def named(drawing: SafeString, name: str) -> SafeString:
    """A small drawing with a name of its own: in a tagged PDF every figure needs one."""
    head, body = drawing.split(">", 1)
    return format_html("{}><title>{}</title>{}", mark_safe(head), name, mark_safe(body))  # noqa: S308 -- parts of a safe text
