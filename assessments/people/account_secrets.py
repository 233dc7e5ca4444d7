"""Keeps secrets of second factors unreadable for whoever holds only the database."""

import base64
from functools import lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(text: str) -> str:
    """Encrypt under a key that comes from SECRET_KEY."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt under SECRET_KEY or one of SECRET_KEY_FALLBACKS; raises InvalidToken otherwise."""
    return _box().decrypt(sealed.encode()).decode()


def renew(sealed: str) -> str:
    """Encrypt anew under today's SECRET_KEY, so that an older one can be dropped."""
    return _box().rotate(sealed.encode()).decode()


def _box() -> MultiFernet:
    return _box_of(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=4)
def _box_of(*keys: str) -> MultiFernet:
    derived = (sha256(b"maturity second factors:" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])
