"""Cells of a table that a spreadsheet will open: text stays text (S31)."""

# What spreadsheets take for the start of a formula or of another cell; wide forms count in some.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def text_cell(value: object) -> str:
    """The value as text that no spreadsheet computes: an apostrophe stands before a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(STARTS) else text
