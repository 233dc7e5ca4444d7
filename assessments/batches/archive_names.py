"""What the files in a ZIP are called: in any script, distinct on every system, never a path (B29)."""

import unicodedata
from collections.abc import Iterable, Iterator

from assessments.ui.filenames import own_part

MOST_BYTES = 160  # of a name without its number and ending: file systems hold 255


def distinct(stems: Iterable[str]) -> Iterator[str]:
    """Each name as it may stand in an archive, with a number where an earlier one is alike.

    Alike is what any system takes for alike: case and the way accents are written do not count.
    """
    taken: set[str] = set()
    for stem in stems:
        short = _shortened(stem)
        name, number = short, 1
        while _folded(name) in taken:
            number += 1
            name = f"{short}-{number}"
        taken.add(_folded(name))
        yield name


def stem(bank: str, period: str, language: str) -> str:
    """``Norvane-Bank-2026H2-maturity-en``, in the bank's own letters."""
    named = own_part(bank) or "bank"
    when = own_part(period, "") or "round"
    return f"{_shortened(named, MOST_BYTES // 2)}-{_shortened(when, 60)}-maturity-{language}"


def _shortened(text: str, most: int = MOST_BYTES) -> str:
    """At most so many bytes of UTF-8, never half a character."""
    return text.encode()[:most].decode(errors="ignore").rstrip(" .-")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", name).casefold())
