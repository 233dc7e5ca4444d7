"""Template helpers: icons as inline SVG, so that no second request and no inline style is needed."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Paths on a 16 × 16 grid, stroked in the text's colour.
_ICONS = {
    "check": '<path d="M3 8.5l3.2 3.2L13 4.8"/>',
    "warning": '<path d="M8 2.2L14.6 13.6H1.4z"/><path d="M8 6.4v3.4M8 11.6v.2"/>',
    "lock": '<rect x="3.2" y="7" width="9.6" height="6.6" rx="1"/><path d="M5.2 7V4.8a2.8 2.8 0 0 1 5.6 0V7"/>',
    "download": '<path d="M8 2.5v7.2M4.8 6.8L8 10l3.2-3.2M3 13.2h10"/>',
    "sync": '<path d="M13 8a5 5 0 1 1-1.5-3.6M13 2.6v2.8h-2.8"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "shield": '<path d="M8 1.8l5 1.8v4c0 3.2-2 5.4-5 6.6-3-1.2-5-3.4-5-6.6v-4z"/>',
    "info": '<circle cx="8" cy="8" r="6.2"/><path d="M8 7.2v4M8 4.8v.2"/>',
    "cross": '<path d="M3.5 3.5l9 9M12.5 3.5l-9 9"/>',
    "menu": '<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/>',
    "switch": '<path d="M4.5 6.5L8 3l3.5 3.5M4.5 9.5L8 13l3.5-3.5"/>',
    "chevron": '<path d="M6 3.5L10.5 8 6 12.5"/>',
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon, hidden from assistive technology: the word beside it says the same."""
    return format_html(
        '<svg class="icon icon-{}" viewBox="0 0 16 16" width="16" height="16" fill="none" '
        'stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" '
        'aria-hidden="true" focusable="false">{}</svg>',
        name,
        mark_safe(_ICONS[name]),  # noqa: S308 -- constants above
    )
