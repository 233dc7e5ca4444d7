"""Whether a colour is dark enough to carry white words, and the nearest that is (WCAG 2.2)."""

import math
import re

LEAST_CONTRAST = 4.5  # to one, for words of every size
_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_CHANNELS = (0.2126, 0.7152, 0.0722)
_STEPS = 1000


class NotAColourError(ValueError):
    """The text is no colour in hexadecimal."""


def read(text: str) -> str:
    """A colour as "#RRGGBB". Takes "#abc" and "aabbcc" too. Raises NotAColourError."""
    match = _HEX.fullmatch(text.strip())
    if match is None:
        raise NotAColourError(text)
    digits = match[1].upper()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))  # noqa: PLR2004 -- two per channel


def contrast(colour: str) -> float:
    """How a colour stands out from white, 1 to 21; rounded down, so that 4.5 is never claimed."""
    return math.floor(_contrast(_parts(colour)) * 100) / 100


def carries_white(colour: str) -> bool:
    """Whether white words on it, and words in it on white, can be read."""
    return _contrast(_parts(colour)) >= LEAST_CONTRAST


def nearest_darker(colour: str) -> str:
    """The same hue and saturation, no darker than it has to be."""
    parts = _parts(colour)
    for step in range(_STEPS, -1, -1):
        darker = tuple(int(part * step / _STEPS) for part in parts)
        if _contrast(darker) >= LEAST_CONTRAST:
            break
    return "#" + "".join(f"{part:02X}" for part in darker)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def _contrast(parts: tuple[int, ...]) -> float:
    luminance = sum(
        weight * _linear(part / 255) for weight, part in zip(_CHANNELS, parts, strict=True)
    )
    return 1.05 / (luminance + 0.05)


def _linear(share: float) -> float:
    """The share of light that a screen gives for a value of sRGB."""
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 -- the standard's own
