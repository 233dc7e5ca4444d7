"""Saying once that a value is there."""

from typing import TypeVar

Value = TypeVar("Value")


def known(value: Value | None) -> Value:
    """The value, which the test relies on being there."""
    assert value is not None
    return value
