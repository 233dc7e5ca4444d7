"""A published result and a link to it."""

from pathlib import Path
from typing import Any

import pytest

from assessments.models import Assessment, ShareLink
from tests.conftest import Cast
from tests.sharing.links import make_link, published_round


@pytest.fixture
def result(cast: Cast, settings: Any, tmp_path: Path) -> Assessment:
    """The published round of the cast's bank."""
    settings.MEDIA_ROOT = tmp_path
    return published_round(cast.bank, cast.lead)


@pytest.fixture
def link_and_token(cast: Cast, result: Assessment) -> tuple[ShareLink, str]:
    """A link of the lead's, without passcode and PDF."""
    return make_link(result, cast.lead)


@pytest.fixture
def link(link_and_token: tuple[ShareLink, str]) -> ShareLink:
    return link_and_token[0]


@pytest.fixture
def token(link_and_token: tuple[ShareLink, str]) -> str:
    return link_and_token[1]


@pytest.fixture
def quick_hashes(settings: Any) -> None:
    """Argon2 is slow on purpose; how passcodes are stored is tested once, with it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
