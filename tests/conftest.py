"""The cast and the stage that every room's tests share."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import override_settings

from assessments.access import guards
from assessments.models import Assessment, Engagement, Organisation, Role, User
from tests import factories

if TYPE_CHECKING:
    from tests.addresses import Stage

guards_found: list[str] = []  # the triggers that the migrations left, before a test took one off


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """People by their part, and the bank of each.

    `lead`, `reviewer` and `respondent` belong to `bank`; `outsider` leads `other_bank` and nothing
    else. `firm` has an engagement with `bank` that covers answers and facilitating: `consultant`
    is assigned to it, `admin` administers the firm, `idle` is a consultant without an assignment.
    """

    lead: User
    reviewer: User
    respondent: User
    consultant: User
    admin: User
    idle: User
    outsider: User
    bank: Organisation
    other_bank: Organisation
    firm: Organisation
    engagement: Engagement

    @property
    def visitors(self) -> tuple[User | None, ...]:
        """In the order of the columns of tests/addresses.py."""
        return (
            self.lead,
            self.reviewer,
            self.respondent,
            self.consultant,
            self.admin,
            self.idle,
            self.outsider,
            None,
        )


@pytest.fixture(scope="session", autouse=True)
def _static_files_by_plain_name() -> Iterator[None]:
    """Hashing every static file takes seconds and is the deployment's business, not the tests'."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests with threads empty their tables by DELETE on SQLite, which the trail's guard refuses.

    tests/access/test_seal.py puts it on again for itself.
    """
    # Where no test asks for a database, the connection still leads to the developer's own.
    if not Path(str(connection.settings_dict["NAME"])).name.startswith("test"):
        return
    with django_db_blocker.unblock():
        guards_found.extend(guards.names())
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TRIGGER IF EXISTS {guards.DELETE_GUARD}")


@pytest.fixture(autouse=True)
def _nobody_tried_before(request: pytest.FixtureRequest) -> None:
    """Attempts are counted by address in the cache, whose table outlives tests that commit."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    """Seven people, two banks and a firm, without passwords: sign in with `client.force_login`."""
    return make_cast()


def make_cast() -> Cast:
    """The rows of the cast."""
    lead = factories.make_user("lead@norvane.example", name="Lena Lead")
    reviewer = factories.make_user("reviewer@norvane.example", name="Rita Reviewer")
    respondent = factories.make_user("respondent@norvane.example", name="Rolf Respondent")
    outsider = factories.make_user("outsider@other.example", name="Olga Outsider")
    admin = factories.make_user("admin@harbour.example", name="Ada Admin")
    consultant = factories.make_user("consultant@harbour.example", name="Carl Consultant")
    idle = factories.make_user("idle@harbour.example", name="Ida Idle")
    bank = factories.make_bank(lead, name="Norvane Bank", country="NO")
    factories.add_member(bank, reviewer, Role.REVIEWER)
    factories.add_member(bank, respondent)
    firm = factories.make_firm(admin)
    factories.add_member(firm, consultant, Role.CONSULTANT)
    factories.add_member(firm, idle, Role.CONSULTANT)
    return Cast(
        lead=lead,
        reviewer=reviewer,
        respondent=respondent,
        consultant=consultant,
        admin=admin,
        idle=idle,
        outsider=outsider,
        bank=bank,
        other_bank=factories.make_bank(outsider, name="Other Bank"),
        firm=firm,
        engagement=factories.make_engagement(bank, firm, consultant),
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


@pytest.fixture
def stages(
    cast: Cast, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> tuple["Stage", "Stage"]:
    """The bank of lead and respondent, and the bank of the outsider, equally furnished."""
    from tests import addresses  # noqa: PLC0415 -- only walks over all addresses need every room

    settings.MEDIA_ROOT = tmp_path
    sample = default_storage.save("reports/sample.pdf", ContentFile(b"%PDF-1.7 sample"))
    monkeypatch.setattr("assessments.reports.tasks.sample", lambda language: sample)
    own = addresses.furnish(cast.bank, [cast.lead, cast.respondent])
    return own, addresses.furnish(cast.other_bank, [cast.outsider])
