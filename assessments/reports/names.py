"""What a downloaded report is called."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """The three things that name a report."""

    bank: str
    period: str
    language: str


def ascii_name(title: Title) -> str:
    """``Norvane-Bank-2026H2-maturity-en.pdf``; a name without Latin letters becomes "bank"."""
    bank = _slug(title.bank, "-") or "bank"
    period = _slug(title.period, "") or "round"
    return f"{bank}-{period}-maturity-{title.language}.pdf"


def original_name(title: Title) -> str:
    """The same with the bank's and the period's own letters, free of path and control marks."""
    bank, period = _visible(title.bank, "-"), _visible(title.period, "")
    return f"{bank}-{period}-maturity-{title.language}.pdf"


def disposition(title: Title) -> str:
    """The Content-Disposition header: an ASCII name, and the original after RFC 5987."""
    original = quote(original_name(title), safe="")
    return f"attachment; filename=\"{ascii_name(title)}\"; filename*=UTF-8''{original}"


def _slug(text: str, glue: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", glue, plain).strip("-")[:LONGEST].strip("-")


def _visible(text: str, glue: str) -> str:
    kept = "".join(c for c in text if c.isprintable() and c not in '\\/:*?"<>|')
    joined = glue.join(kept.split())
    return re.sub(r"-{2,}", "-", joined)[:LONGEST].strip("-")
