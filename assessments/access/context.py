"""What every page's frame needs, at no query unless there is something to switch between."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_bidi

from assessments.ui.shell import Switcher


def shell(request: HttpRequest) -> dict[str, object]:
    """Direction, demo flag, languages and the person's organisations for base.html."""
    return {
        "direction": "rtl" if get_language_bidi() else "ltr",
        "demo": settings.DEMO,
        "languages": settings.LANGUAGES,
        "switch": Switcher(request.user),
    }
