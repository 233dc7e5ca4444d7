"""A bank's score beside its peers: the middle half as a band, their median as a line."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString

from assessments.results.canvas import Canvas, Margin, Paper
from assessments.results.drawing import Chart

STEPS = (0, 20, 40, 60, 80, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerAxis(Chart):
    """The numbers above rows of bands, in the digits of the language."""

    label: str
    names: tuple[str, ...]

    size: ClassVar[Paper] = Paper(282, 18)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="axis", paper=paper, height=20, margin=Margin(0, 8, 0, 8)
        )
        for step, name in zip(STEPS, self.names, strict=True):
            canvas.text(step, 70, name, "middle")
        return canvas.render()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerBand(Chart):
    """One score, 0-100. Without quartiles the median stands alone."""

    label: str
    value: float | None
    median: int
    lower: int | None = None
    upper: int | None = None

    size: ClassVar[Paper] = Paper(282, 24)

    def draw(self, paper: Paper | None) -> SafeString:
        canvas = Canvas(
            label=self.label, css="dots", paper=paper, height=40, margin=Margin(0, 8, 0, 8)
        )
        for step in STEPS:
            canvas.line(step, 0, step, 100, "line:hairline")
        if self.lower is not None and self.upper is not None:
            canvas.rect(self.lower, 25, self.upper - self.lower, 50, "fill:hairline")
            for end in (self.lower, self.upper):
                canvas.line(end, 25, end, 75, "line:control w:15")
        canvas.line(self.median, 18, self.median, 82, "line:ink w:20")
        if self.value is not None:
            canvas.circle(self.value, 50, 5, "fill:brand line:white w:10")
        return canvas.render()
