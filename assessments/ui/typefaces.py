"""Which typeface a language is printed in, and its files. Knows nothing but names."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeface:
    """A family as style sheets name it; `files` by weight, and what stands in for its letters."""

    family: str
    files: Mapping[int, str]

    def file(self, *, bold: bool) -> str:
        return self.files[700 if bold else 400]


INTER = Typeface(
    family="Inter",
    files={400: "Inter-Regular.ttf", 600: "Inter-SemiBold.ttf", 700: "Inter-Bold.ttf"},
)
VAZIRMATN = Typeface(
    family="Vazirmatn",
    files={400: "Vazirmatn-Regular.ttf", 600: "Vazirmatn-SemiBold.ttf", 700: "Vazirmatn-Bold.ttf"},
)
# Two weights only, at 2.4 MB each; 600 falls on 700. Arrows and the like are left to Inter.
NOTO_SANS_JP = Typeface(
    family="Noto Sans JP", files={400: "NotoSansJP-Regular.ttf", 700: "NotoSansJP-Bold.ttf"}
)
OTHERS: Mapping[str, Typeface] = {"fa": VAZIRMATN, "ja": NOTO_SANS_JP}


def typefaces(language: str) -> tuple[Typeface, ...]:
    """The language's own first, then the one that has what it lacks; Inter for all others."""
    own = OTHERS.get(language.partition("-")[0])
    return (INTER,) if own is None else (own, INTER)


def family(language: str) -> str:
    """The families as a style sheet or a drawing lists them."""
    return ", ".join(face.family for face in typefaces(language))
