"""What a file is called when it leaves: any script, no path, no surprise (B29)."""

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import quote

LONGEST = 60


def ascii_part(text: str, glue: str = "-") -> str:
    """A part of a file's name in Latin letters and digits, at most 60 of them; may be empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", glue, plain).strip("-")[:LONGEST].strip("-")


def own_part(text: str, glue: str = "-") -> str:
    """The same in the text's own letters, free of path marks, control and invisible characters."""
    kept = "".join(c for c in text if c.isprintable() and c not in '\\/:*?"<>|')
    return re.sub(r"-{2,}", "-", glue.join(kept.split()))[:LONGEST].strip("-.")


def disposition(parts: Sequence[str], suffix: str, *, instead: str = "file") -> str:
    """The Content-Disposition header of a download: an ASCII name, and its own after RFC 5987.

    `parts` are joined by hyphens, those that come out empty left out; `suffix` is the bare file
    type such as "csv". Where no part has a Latin letter or digit, the ASCII name is `instead`.
    """
    plain = "-".join(filter(None, map(ascii_part, parts))) or instead
    own = "-".join(filter(None, map(own_part, parts))) or instead
    encoded = quote(f"{own}.{suffix}", safe="")
    return f"attachment; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{encoded}"
