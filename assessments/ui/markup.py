"""The one mark that wording may carry: two asterisks on either side of what changes."""

import re

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

_EMPHASIS = re.compile(r"\*\*(.+?)\*\*")


def emphasise(text: str) -> SafeString:
    """Text as HTML: everything escaped, **phrase** as strong."""
    escaped = conditional_escape(text)
    return mark_safe(_EMPHASIS.sub(r"<strong>\1</strong>", escaped))  # noqa: S308 -- escaped above
