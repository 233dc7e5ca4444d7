"""Every address as every role (S1-S3, S6): what tests/addresses.py says, and nothing leaks."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assessments.models import Organisation, Role
from tests.addresses import (
    PROFILE,
    STRANGER,
    TABLE,
    Line,
    Stage,
    ask,
    forgetting,
    of_account,
    plain,
    signed_in,
)
from tests.conftest import Cast

# How each tenant table leads to its bank.
TENANT_TABLES = {
    "Organisation": "pk",
    "Region": "organisation",
    "Membership": "organisation",
    "Assessment": "organisation",
    "Event": "organisation",
    "Chain": "organisation",
    "Export": "organisation",
    "Sheet": "assessment__organisation",
    "ChannelAccount": "assessment__organisation",
    "Snapshot": "assessment__organisation",
    "Report": "assessment__organisation",
    "SavedAnswer": "sheet__assessment__organisation",
    "AnswerChange": "sheet__assessment__organisation",
    "SentBack": "sheet__assessment__organisation",
    "AgreedAnswer": "assessment__organisation",
    "AgreedChange": "agreed__assessment__organisation",
    "EvidenceReview": "assessment__organisation",
    "Comment": "assessment__organisation",
    "AdoptedPlan": "assessment__organisation",
    "AdoptedAction": "plan__assessment__organisation",
    "Invitation": "organisation",
    "InvitationLink": "invitation__organisation",
    "Mail": "organisation",
    "EngagementRequest": "firm",
    "Engagement": "bank",
    "Assignment": "engagement__bank",
}


def named_patterns(patterns: list[URLPattern | URLResolver]) -> Iterator[str | None]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from named_patterns(pattern.url_patterns)
        else:
            yield pattern.name


def digest(bank: Organisation) -> str:
    """A fingerprint of every row of a bank, in every tenant table."""
    found = sha256()
    for name, path in sorted(TENANT_TABLES.items()):
        model: Any = apps.get_model("assessments", name)
        rows = model.objects.filter(**{path: bank.pk}).order_by("pk").values_list()
        found.update(f"{name}: {list(rows)!r}\n".encode())
    return found.hexdigest()


def elsewhere(ids: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same kind of ids, of things that do not exist."""
    return (uuid4(), *(10**6 if isinstance(part, int) else part for part in ids[1:]))


TENANT_LINES = sorted(
    name for name, line in TABLE.items() if line.ids is not Line.ids and not line.personal
)


def test_s1_the_table_knows_every_address() -> None:
    known = set(named_patterns(get_resolver().url_patterns))
    assert known == set(TABLE)


def test_s2_the_digest_covers_every_tenant_table() -> None:
    models = {model.__name__ for model in apps.get_app_config("assessments").get_models()}
    assert models - {"User", "SignIn", "Tally"} == set(TENANT_TABLES)  # these belong to a person


@pytest.mark.parametrize("name", sorted(TABLE))
def test_s1_each_role_gets_what_the_table_says(
    name: str, cast: Cast, stages: tuple[Stage, Stage]
) -> None:
    line = TABLE[name]
    url = reverse(name, args=line.ids(stages[0]))
    for method, expected in (("get", line.get), ("post", line.post)):
        found = [
            str(forgetting(signed_in(visitor), method, url, line).status_code)
            for visitor in cast.visitors
        ]
        assert (method, " ".join(found)) == (method, expected)


@pytest.mark.parametrize("name", TENANT_LINES)
def test_s3_a_foreign_thing_looks_exactly_like_one_that_does_not_exist(
    name: str, cast: Cast, stages: tuple[Stage, Stage]
) -> None:
    line = TABLE[name]
    own, other = stages
    for visitor, foreign in (
        (cast.outsider, own),
        (cast.idle, own),
        *((member, other) for member in cast.visitors[:5]),
    ):
        client = signed_in(visitor)
        for method in ("get", "post"):
            answers = [
                plain(ask(client, method, reverse(name, args=ids), line))
                for ids in (line.ids(foreign), elsewhere(line.ids(foreign)))
            ]
            assert answers[0] == answers[1]


def test_s2_a_stranger_s_requests_change_no_row_of_the_bank(
    cast: Cast, stages: tuple[Stage, Stage]
) -> None:
    before = digest(cast.bank)
    for name in TENANT_LINES:
        line = TABLE[name]
        url = reverse(name, args=line.ids(stages[0]))
        for client in (signed_in(cast.outsider), signed_in(None)):
            for method in ("get", "post"):
                plain(ask(client, method, url, line))
            for method in ("put", "patch", "delete"):
                plain(getattr(client, method)(url))
        assert (name, digest(cast.bank)) == (name, before)


def test_s2_the_digest_notices_a_single_changed_answer(
    cast: Cast, stages: tuple[Stage, Stage]
) -> None:
    before = digest(cast.bank)
    stages[0].open.sheets.get(respondent=cast.lead).answers.filter(item="RSK.U1").update(level=5)
    assert digest(cast.bank) != before


def test_s3_the_page_for_what_does_not_exist_carries_nothing_of_anybody(
    cast: Cast, stages: tuple[Stage, Stage]
) -> None:
    client = signed_in(cast.outsider)
    page = client.get(reverse("bank", args=[cast.bank.pk])).content.decode()
    for secret in (
        "<form",
        "csrf",
        "nonce",
        str(cast.bank.pk),
        cast.bank.name,
        cast.outsider.email,
    ):
        assert secret not in page
    assert '<header class="top">' in page


@pytest.mark.parametrize(
    "name", sorted(name for name, line in TABLE.items() if line.ids is of_account)
)
def test_s6_a_foreign_row_under_an_own_round_does_not_exist(
    name: str, cast: Cast, stages: tuple[Stage, Stage]
) -> None:
    own, other = stages
    client = signed_in(cast.lead)
    url = reverse(name, args=[own.open.pk, other.account.pk])
    before = digest(cast.other_bank)
    assert [ask(client, method, url, TABLE[name]).status_code for method in ("get", "post")] == [
        404,
        404,
    ]
    assert digest(cast.other_bank) == before


def test_s1_a_former_member_is_a_stranger_from_the_next_request_on(
    cast: Cast, stages: tuple[Stage, Stage]
) -> None:
    client = signed_in(cast.lead)
    cast.lead.memberships.filter(organisation=cast.bank).delete()
    for name in TENANT_LINES:
        line = TABLE[name]
        url = reverse(name, args=line.ids(stages[0]))
        found = [ask(client, method, url, line).status_code for method in ("get", "post")]
        expected = [int(statuses.split()[STRANGER]) for statuses in (line.get, line.post)]
        assert (name, found) == (name, expected)


def test_s12_a_respondent_s_role_does_not_rise_by_asking(
    cast: Cast, stages: tuple[Stage, Stage]
) -> None:
    client = signed_in(cast.respondent)
    client.post(reverse("account"), {"name": "Me", "role": "lead", "memberships": "1"})
    client.post(reverse("bank_profile", args=[cast.bank.pk]), PROFILE | {"role": "lead"})
    assert cast.respondent.memberships.get().role == Role.RESPONDENT
