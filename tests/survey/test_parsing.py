"""One parser for every digit form."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.ui.markup import emphasise
from assessments.ui.parsing import NotANumberError, ascii_digits, parse_number

SCRIPTS = ["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９", "०१२३४५६७८९"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("62.5", "62.5"),
        ("۶۲٫۵", "62.5"),
        ("６２．５", "62.5"),
        ("1,234,567", "1234567"),
        ("۱٬۲۳۴٬۵۶۷", "1234567"),
        ("1 234 567", "1234567"),
        ("1\u00a0234", "1234"),
        ("1’234", "1234"),
        (" 12 ", "12"),
        ("12 %", "12"),
        ("۱۲٪", "12"),
        ("-3", "-3"),
        ("−3.5", "-3.5"),
        ("007", "7"),
    ],
)
def test_a_number_is_read_in_any_script(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "1,5", "12,34", "1,2345", "1.2.3", "1e5", "NaN", "inf", "+5", "--5", "½", "三",
     "1_000", "0x10", "5.", ".5", "9" * 41],
)  # fmt: skip
def test_what_could_mean_something_else_is_refused(text: str) -> None:
    with pytest.raises(NotANumberError):
        parse_number(text)


@given(st.integers(-(10**15), 10**15), st.sampled_from(SCRIPTS))
def test_whole_numbers_come_back_from_every_script(value: int, digits: str) -> None:
    written = str(value).translate(str.maketrans(SCRIPTS[0], digits))
    assert ascii_digits(written) == str(value)
    assert parse_number(written) == value


@given(st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        assert parse_number(text).is_finite()
    except NotANumberError as error:
        assert str(error) == ""  # noqa: PT017 -- nothing of the text is repeated


def test_only_the_one_mark_becomes_markup() -> None:
    assert emphasise("a **b <i>** & *c*") == "a <strong>b &lt;i&gt;</strong> &amp; *c*"
