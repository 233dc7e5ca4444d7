"""The cast and the stage that every room's tests share."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from assessments.models import Assessment, Organisation, User
from tests import factories


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """People by their part, and the bank of each.

    `lead` and `respondent` belong to `bank`; `outsider` leads `other_bank` and nothing else.
    """

    lead: User
    respondent: User
    outsider: User
    bank: Organisation
    other_bank: Organisation


@pytest.fixture(scope="session", autouse=True)
def _static_files_by_plain_name() -> Iterator[None]:
    """Hashing every static file takes seconds and is the deployment's business, not the tests'."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """Three people and two banks, without passwords: sign in with `client.force_login`."""
    lead = factories.make_user("lead@norvane.example", name="Lena Lead")
    respondent = factories.make_user("respondent@norvane.example", name="Rolf Respondent")
    outsider = factories.make_user("outsider@other.example", name="Olga Outsider")
    bank = factories.make_bank(lead, name="Norvane Bank", country="NO")
    factories.add_member(bank, respondent)
    other_bank = factories.make_bank(outsider, name="Other Bank")
    return Cast(
        lead=lead, respondent=respondent, outsider=outsider, bank=bank, other_bank=other_bank
    )


@pytest.fixture
def bank(cast: Cast) -> Organisation:
    """The bank of lead and respondent."""
    return cast.bank


@pytest.fixture
def round_(cast: Cast) -> Assessment:
    """An open round of `bank` in which lead and respondent each have an empty sheet."""
    assessment = factories.make_round(cast.bank)
    factories.make_sheet(assessment, cast.lead)
    factories.make_sheet(assessment, cast.respondent)
    return assessment
