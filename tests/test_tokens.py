"""The design tokens keep the contrasts they were chosen for (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parent.parent / "static" / "css" / "tokens.css"
TOKENS = dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9A-Fa-f]{6});", CSS.read_text(encoding="utf-8")))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return round((lighter + 0.05) / (darker + 0.05), 2)


@pytest.mark.parametrize(
    ("text", "ground", "ratio"),
    [
        ("ink", "surface", 16.29),
        ("ink", "bg", 15.30),
        ("ink", "selected", 14.10),
        ("muted", "surface", 6.46),
        ("muted", "selected", 5.59),
        ("control", "surface", 3.94),
        ("control", "bg", 3.70),
        ("brand", "surface", 9.45),
        ("brand-hover", "surface", 12.70),
        ("link", "surface", 7.21),
        ("success", "success-tint", 5.50),
        ("warn", "warn-tint", 5.43),
        ("error", "error-tint", 5.72),
        ("info", "info-tint", 5.61),
        ("stepwise", "surface", 4.54),
        ("awareness", "surface", 4.73),
        ("capability", "surface", 7.74),
        ("innovate", "surface", 14.89),
        ("ink", "halo", 9.93),
    ],
)
def test_a_pair_of_colours_has_the_contrast_it_was_chosen_for(
    text: str, ground: str, ratio: float
) -> None:
    assert contrast(TOKENS[text], TOKENS[ground]) == ratio


@pytest.mark.parametrize("strategy", ["stepwise", "awareness", "capability", "innovate"])
def test_ink_is_readable_on_every_strategy_tint(strategy: str) -> None:
    assert contrast(TOKENS["ink"], TOKENS[f"{strategy}-tint"]) >= 13.5


@pytest.mark.parametrize("number", range(1, 7))
def test_every_series_stands_out_from_the_page(number: int) -> None:
    assert contrast(TOKENS[f"series-{number}"], TOKENS["surface"]) >= 3.08
