"""Template helpers of the results room."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def breakable(text: str) -> SafeString:
    """Let a narrow column break a word after a slash, and nowhere else within it."""
    parts = text.split("/")
    ends = ["/", *["/"] * (len(parts) - 2), ""][-len(parts) :] if len(parts) > 1 else [""]
    return format_html_join("", "{}{}<wbr>", zip(parts, ends, strict=True))
