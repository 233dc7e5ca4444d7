"""Whether white words can be read on a colour."""

import pytest

from assessments.batches import colours


@pytest.mark.parametrize(
    ("colour", "ratio"),
    [("#FFFFFF", 1.0), ("#000000", 21.0), ("#767676", 4.54), ("#777777", 4.47), ("#0B4A6F", 9.44)],
)
def test_the_contrast_to_white_is_that_of_the_standard(colour: str, ratio: float) -> None:
    assert colours.contrast(colour) == ratio
    assert colours.carries_white(colour) == (ratio >= 4.5)


@pytest.mark.parametrize("colour", ["#F0A030", "#FFFFFF", "#00FF00", "#FFFF00", "#FF0000"])
def test_the_darker_colour_passes_and_one_step_lighter_does_not(colour: str) -> None:
    darker = colours.nearest_darker(colour)
    assert colours.carries_white(darker)
    parts = [int(darker[place : place + 2], 16) for place in (1, 3, 5)]
    lighter = "#" + "".join(f"{min(255, part + 2):02X}" for part in parts)
    assert not colours.carries_white(lighter)


def test_a_colour_that_passes_is_its_own_nearest() -> None:
    assert colours.nearest_darker("#0B6E4F") == "#0B6E4F"


def test_the_hue_stays() -> None:
    red, green, blue = (int(colours.nearest_darker("#F0A030")[n : n + 2], 16) for n in (1, 3, 5))
    assert abs(green / red - 0xA0 / 0xF0) < 0.02
    assert abs(blue / red - 0x30 / 0xF0) < 0.02


@pytest.mark.parametrize(
    ("text", "colour"), [("#abc", "#AABBCC"), ("0b4a6f", "#0B4A6F"), (" #0B4A6F ", "#0B4A6F")]
)
def test_a_colour_is_read_as_people_write_it(text: str, colour: str) -> None:
    assert colours.read(text) == colour


@pytest.mark.parametrize(
    "text", ["", "#12", "#12345", "red", "#GGGGGG", "#0B4A6F;}", "url(x)", "#0B4A6F\n#"]
)
def test_anything_else_is_no_colour(text: str) -> None:
    with pytest.raises(colours.NotAColourError):
        colours.read(text)
