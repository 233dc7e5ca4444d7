"""What all charts share: two faces from one drawing, and lines of text with their places."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString

from assessments.results.canvas import Paper


class Chart(ABC):
    """Base of all charts: the same drawing for screen and paper."""

    size: ClassVar[Paper] = Paper(480, 360)

    @abstractmethod
    def draw(self, paper: Paper | None) -> SafeString:
        """Draw at this size on paper, or in per cent for the screen."""

    @property
    def screen(self) -> SafeString:
        return self.draw(None)

    @property
    def paper(self) -> SafeString:
        return self.draw(self.size)


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A line of text: a position in per cent, an offset in px, and its paint words."""

    x: float
    y: float
    words: str
    paint: str
    dx: float
    dy: float
