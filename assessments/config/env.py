"""The environment, read once, typed; a wrong value stops the start with one line that names it."""

import os

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def env_bool(name: str, *, default: bool) -> bool:
    """Read a flag. Raises ImproperlyConfigured unless it is 1/0, true/false, yes/no or on/off."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    value = raw.strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {raw!r}")


def env_int(name: str, *, default: int, least: int = 0) -> int:
    """Read a whole number of at least `least`. Raises ImproperlyConfigured otherwise."""
    raw = os.environ.get(name)
    if raw is None or not raw.strip():
        return default
    try:
        value = int(raw)
    except ValueError:
        value = least - 1
    if value < least:
        raise ImproperlyConfigured(
            f"{name} must be a whole number of at least {least}, not {raw!r}"
        )
    return value


def env_text(name: str, *, default: str) -> str:
    """Read text; unset or blank gives the default."""
    return os.environ.get(name, "").strip() or default


def env_list(name: str, *, default: list[str]) -> list[str]:
    """Read a comma-separated list; unset or blank gives the default."""
    parts = [part.strip() for part in os.environ.get(name, "").split(",")]
    return [part for part in parts if part] or default
