"""Charts as SVG for page, print and PDF: the one door to all of them.

Every chart is a frozen value with two faces: ``screen`` (per cent positions, CSS classes) and
``paper`` (fixed size, for WeasyPrint). Scores run 0-100. Texts arrive formatted and translated.
The quadrant and the path have modules of their own; the charts of one row are here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString

from assessments.results.canvas import COLOURS, Canvas, Margin, Paper, mark_icon, text_width
from assessments.results.drawing import Chart, PlacedText
from assessments.results.path_svg import Path, Series
from assessments.results.peer_svg import PeerAxis, PeerBand
from assessments.results.quadrant_svg import JOINT_90, NARROW, WIDE, Cell, Quadrant, Trail
from assessments.ui.numbers import digits

__all__ = [
    "COLOURS",
    "JOINT_90",
    "NARROW",
    "WIDE",
    "AgreementStrip",
    "Cell",
    "Chart",
    "Compare",
    "DimensionDots",
    "GapBar",
    "LevelAxis",
    "Paper",
    "Path",
    "PeerAxis",
    "PeerBand",
    "PlacedText",
    "ProbabilityBar",
    "Quadrant",
    "RatingAxis",
    "ScoreStrip",
    "Series",
    "Share",
    "Trail",
    "mark_icon",
]


# ---- one score on its scale -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreStrip(Chart):
    """One score with its 90 % range; ``ring`` is a value that is shown but does not count."""

    label: str
    value: float | None
    tone: str
    interval: tuple[float, float] | None = None
    midline: float | None = None
    gate: float | None = None
    ring: float | None = None

    size: ClassVar[Paper] = Paper(220, 22)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="strip", paper=paper, height=26, margin=Margin(0, 8, 0, 8)
        )
        canvas.line(0, 50, 100, 50, "line:hairline")
        if self.interval:
            low, high = self.interval
            canvas.rect(low, 34, high - low, 32, f"fill:{self.tone} opacity:22")
        if self.midline is not None:
            canvas.line(self.midline, 8, self.midline, 92, "line:ink")
        if self.gate is not None:
            canvas.line(self.gate, 8, self.gate, 92, "line:error w:20")
        if self.ring is not None:
            canvas.circle(self.ring, 50, 5.5, f"fill:white line:{self.tone} w:20")
        if self.value is not None:
            canvas.circle(self.value, 50, 6, f"fill:{self.tone}")
        return canvas.render()


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelAxis(Chart):
    """The scale above rows of dots: the five level names, or numbers where there is no room."""

    label: str
    names: tuple[str, ...]

    size: ClassVar[Paper] = Paper(300, 18)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="axis", paper=paper, height=20, margin=Margin(0, 8, 0, 8)
        )
        fits = paper is None or all(
            text_width(name, paper=True) < canvas.plot[0] / 5 - 2 for name in self.names
        )
        if fits:
            for band, name in enumerate(self.names):
                canvas.text(10 + 20 * band, 70, name, "middle wide")
        if paper is None or not fits:
            for step in range(0, 101, 20):
                canvas.text(step, 70, digits(str(step)), "middle narrow")
        return canvas.render()


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionDots(Chart):
    """One dimension: a ring for awareness, a dot for usage, level bands at 20, 40, 60 and 80."""

    label: str
    awareness: float | None
    usage: float | None
    gate: float | None = None
    gate_label: str = ""

    size: ClassVar[Paper] = Paper(300, 26)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="dots", paper=paper, height=40, margin=Margin(0, 8, 0, 8)
        )
        for step in (0, 20, 40, 60, 80, 100):
            canvas.line(step, 0, step, 100, "line:hairline")
        if self.gate is not None:
            canvas.line(self.gate, 0, self.gate, 100, "line:error w:20")
            for text in self.gate_text():
                canvas.text(text.x, text.y, text.words, text.paint, dx=text.dx, dy=text.dy)
        if self.awareness is not None and self.usage is not None:
            canvas.line(self.awareness, 50, self.usage, 50, "line:brand w:20")
        if self.awareness is not None:
            canvas.circle(self.awareness, 50, 7, "fill:white line:brand w:20")
        if self.usage is not None:
            canvas.circle(self.usage, 50, 4.5, "fill:brand")
        return canvas.render()

    def gate_text(self) -> Iterator[PlacedText]:
        """Right of the gate, else left of it, else nowhere: a dot is never covered."""
        gate, room = self.gate or 0.0, 26.0  # per cent that the words take on a phone
        values = [value for value in (self.awareness, self.usage) if value is not None]
        if not any(gate - 2 < value < gate + room for value in values):
            yield PlacedText(gate, 50, self.gate_label, "strong text:error", 8, 5)
        elif not any(gate - room < value < gate + 2 for value in values):
            yield PlacedText(gate, 50, self.gate_label, "strong text:error end", -8, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Chart):
    """What the bank guessed (ring) beside what customers say (dot)."""

    label: str
    guess: float | None
    measured: float | None

    size: ClassVar[Paper] = Paper(220, 24)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="dots", paper=paper, height=40, margin=Margin(0, 8, 0, 8)
        )
        for step in (0, 25, 50, 75, 100):
            canvas.line(step, 0, step, 100, "line:hairline")
        if self.guess is not None and self.measured is not None:
            canvas.line(self.guess, 50, self.measured, 50, "line:brand w:20")
        if self.guess is not None:
            canvas.circle(self.guess, 50, 7, "fill:white line:control w:20")
        if self.measured is not None:
            canvas.circle(self.measured, 50, 4.5, "fill:brand")
        return canvas.render()


@dataclass(frozen=True, slots=True, kw_only=True)
class GapBar(Chart):
    """Distance of a score from a line, for example the midline: a bar to the left or the right."""

    label: str
    value: float
    line: float

    size: ClassVar[Paper] = Paper(260, 20)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="strip", paper=paper, height=26, margin=Margin(0, 8, 0, 8)
        )
        canvas.line(0, 50, 100, 50, "line:hairline")
        low, high = sorted((self.value, self.line))
        tone = "gap-below-2" if self.value < self.line else "gap-above-2"
        canvas.rect(low, 25, high - low, 50, f"fill:{tone}")
        canvas.line(self.line, 4, self.line, 96, "line:ink")
        return canvas.render()


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingAxis(Chart):
    """The levels 1 to 5 above rows of ratings. ``names`` are the digits of the language."""

    label: str
    names: tuple[str, ...]

    size: ClassVar[Paper] = Paper(180, 18)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="axis", paper=paper, height=20, margin=Margin(0, 12, 0, 12)
        )
        for level, name in enumerate(self.names, start=1):
            canvas.text(rating_place(level), 70, name, "middle")
        return canvas.render()


def rating_place(level: int) -> float:
    """Where a level from 1 to 5 stands, in per cent."""
    return 6 + 22.0 * (level - 1)


def _dot(dx: float) -> str:
    """A dot of 9 px, moved sideways by some px."""
    left, right = f"{dx - 4.5:.2f}", f"{dx + 4.5:.2f}"
    return f"M{left} 0A4.5 4.5 0 1 1 {right} 0A4.5 4.5 0 1 1 {left} 0z"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementStrip(Chart):
    """One question's ratings on levels 1 to 5, a dot per rating; equal ratings stand side by side."""

    label: str
    ratings: tuple[int, ...]

    size: ClassVar[Paper] = Paper(180, 24)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="dots", paper=paper, height=40, margin=Margin(0, 12, 0, 12)
        )
        for level in range(1, 6):
            canvas.line(rating_place(level), 0, rating_place(level), 100, "line:hairline")
        if self.ratings:
            low, high = min(self.ratings), max(self.ratings)
            canvas.line(rating_place(low), 50, rating_place(high), 50, "line:brand w:20")
        for level in range(1, 6):
            count = self.ratings.count(level)
            step = min(11.0, 44 / max(1, count))  # px; side by side, closer where there are many
            for index in range(count):
                dot = _dot(step * (index - (count - 1) / 2))
                canvas.shape(rating_place(level), 50, dot, "fill:brand line:white w:10")
        return canvas.render()


# ---- probability ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One strategy's probability, 0-1, with its written form."""

    strategy: str
    name: str
    value: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbabilityBar(Chart):
    """Probabilities of the strategies, largest first, as one bar."""

    label: str
    shares: tuple[Share, ...]

    size: ClassVar[Paper] = Paper(300, 22)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(label=self.label, css="probability", paper=paper, height=28)
        total = sum(share.value for share in self.shares) or 1.0
        start = 0.0
        for share in self.shares:
            width = 100 * share.value / total
            canvas.rect(start, 0, width, 100, f"fill:{share.strategy}")
            if start > 0:
                canvas.line(start, 0, start, 100, "line:white w:20")
            start += width
        return canvas.render()
