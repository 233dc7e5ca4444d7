"""What every page's frame needs, at no query."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_bidi


def shell(request: HttpRequest) -> dict[str, object]:
    """Direction, demo flag and languages for base.html."""
    return {
        "direction": "rtl" if get_language_bidi() else "ltr",
        "demo": settings.DEMO,
        "languages": settings.LANGUAGES,
    }
