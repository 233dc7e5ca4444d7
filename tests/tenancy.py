"""A furnished world of four banks, and a walk over every address of it as everybody.

The world is built once for a module inside one transaction; each test works in a transaction of
its own that is undone. What the walk expects comes from tests/addresses.py, never from `GRANTS`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from http.cookies import SimpleCookie
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from assessments.models import Organisation, User
from tests import factories
from tests.addresses import (
    ADMIN,
    ANONYMOUS,
    CONSULTANT,
    IDLE,
    LEAD,
    RESPONDENT,
    REVIEWER,
    STRANGER,
    TABLE,
    Line,
    Stage,
    furnish,
    plain,
    signed_in,
)
from tests.conftest import Cast, make_cast

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
    "ClientTag": "engagement__bank",
    "SavedFilter": "firm",
    "Summary": "organisation",
    "RegionEstimate": "assessment__organisation",
    "PeerContribution": "organisation",
    "PeerView": "contribution__organisation",
    "ExternalFigure": "firm",
    "Batch": "firm",
    "BatchPart": "assessment__organisation",
    "Brand": "organisation",
    "ShareLink": "assessment__organisation",
    "Intake": "organisation",
}
READING = ("get", "post")
WRITING = ("INSERT", "UPDATE", "DELETE")
OTHERS = ("head", "put", "patch", "delete", "options")
# Who is what in a client of the firm that the consultant is not assigned to.
IN_SIBLING = {
    LEAD: STRANGER,
    REVIEWER: STRANGER,
    RESPONDENT: STRANGER,
    CONSULTANT: IDLE,
    ADMIN: ADMIN,
    IDLE: IDLE,
    STRANGER: STRANGER,
    ANONYMOUS: ANONYMOUS,
}
IN_FOREIGN = {
    column: ANONYMOUS if column == ANONYMOUS else STRANGER
    for column in range(8)
    if column != STRANGER  # who leads the foreign bank
}


@dataclass(kw_only=True)
class World:
    """The cast and where it goes: its bank, a round there in which nobody was asked, a second
    client of its firm, and a bank that has nothing to do with either.
    """

    cast: Cast
    own: Stage
    unasked: Stage
    sibling: Stage
    foreign: Stage
    sessions: dict[int, str]

    @cached_property
    def digests(self) -> list[str]:
        """Of all banks, as they were built."""
        return [digest(stage.bank) for stage in self.stages]

    @property
    def stages(self) -> tuple[Stage, ...]:
        return (self.own, self.sibling, self.foreign)

    def client(self, column: int) -> Client:
        """A browser of a column's person; the session was begun once for all."""
        client = Client()
        client.cookies = SimpleCookie(self.sessions[column])
        return client


def build() -> World:
    cast = make_cast()
    own = furnish(cast.bank, [cast.lead, cast.respondent])
    unasked = factories.make_round(cast.bank, period="2027 H1")
    sibling_lead = factories.make_user("lead@sibling.example", name="Sigrid Sibling")
    sibling = factories.make_bank(sibling_lead, name="Sibling Bank")
    factories.make_engagement(sibling, cast.firm)
    visitors = enumerate(cast.visitors)
    return World(
        cast=cast,
        own=own,
        unasked=replace(own, open=unasked, account=factories.make_channels(unasked)[0]),
        sibling=furnish(sibling, [sibling_lead]),
        foreign=furnish(cast.other_bank, [cast.outsider]),
        sessions={column: cookie_of(person) for column, person in visitors},
    )


def cookie_of(person: User | None) -> str:
    return signed_in(person).cookies.output(header="", sep=";")


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


def is_of_tenant(name: str) -> bool:
    return TABLE[name].ids is not Line.ids and not TABLE[name].personal


TENANT_LINES = sorted(name for name in TABLE if is_of_tenant(name))


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


Seen = tuple[int, bytes, dict[str, str]]  # all that a visitor sees of an answer


def send(client: Client, method: str, url: str, line: Line) -> Seen:
    """What a visitor sees of the answer. Every method but GET, HEAD and OPTIONS carries the form."""
    call = getattr(client, method)
    if method in {"get", "head", "options"}:
        response = call(url)
    elif line.json or method != "post":
        response = call(url, line.data or {}, content_type="application/json")
    else:
        response = call(url, line.data or {})
    return plain(response)


# ---- the walk ----------------------------------------------------------------------------------


@dataclass(kw_only=True)
class Walk:
    """Visits one address everywhere as everybody and lists what is not as the table says."""

    world: World
    name: str
    _written: bool = False

    @property
    def line(self) -> Line:
        return TABLE[self.name]

    def faults(self) -> list[str]:
        found = self._in_own()
        if not is_of_tenant(self.name):
            return found
        before = self.world.digests
        self._random: dict[tuple[int, str], Seen] = {}
        with connection.execute_wrapper(self._notice_writing):
            found += self._in_unasked()
            found += self._as_others("sibling", self.world.sibling, IN_SIBLING)
            found += self._as_others("foreign", self.world.foreign, IN_FOREIGN)
            found += self._strangers_in_own()
            found += self._other_methods()
        if self._written and [digest(stage.bank) for stage in self.world.stages] != before:
            found.append(f"{self.name}: rows of a bank changed")
        return found

    def _notice_writing(self, execute: Any, sql: str, *rest: Any) -> Any:
        """Only what writes can change a bank; only then are its rows read again."""
        if sql.startswith(WRITING) and '"assessments_' in sql:
            self._written = True
        return execute(sql, *rest)

    def _url(self, stage: Stage) -> str:
        return reverse(self.name, args=self.line.ids(stage))

    def _column(self, method: str, column: int) -> int:
        statuses = self.line.get if method == "get" else self.line.post
        return int(statuses.split()[column])

    def _visit(self, stage: Stage, method: str, column: int) -> int:
        """The status of one request whose consequences are taken back."""
        with undone():
            client = self.world.client(column)
            return send(client, method, self._url(stage), self.line)[0]

    def _in_own(self) -> list[str]:
        return [
            self._fault("own", method, column, found, wanted)
            for method in READING
            for column in range(8)
            if (found := self._visit(self.world.own, method, column))
            != (wanted := self._column(method, column))
        ]

    def _in_unasked(self) -> list[str]:
        """Where nobody was asked, what belongs to those asked is refused; all else is as ever."""
        if self.line.ids(self.world.unasked) == self.line.ids(self.world.own):
            return []
        faults = []
        for method in READING:
            lead, reviewer, respondent = (self._column(method, column) for column in range(3))
            asked = lead == respondent != reviewer == 403
            for column in range(8):
                wanted = self._column(method, column)
                if asked and column in {LEAD, RESPONDENT}:
                    wanted = 403
                found = self._visit(self.world.unasked, method, column)
                if found != wanted:
                    faults.append(self._fault("unasked", method, column, found, wanted))
        return faults

    def _as_others(self, place: str, stage: Stage, columns: dict[int, int]) -> list[str]:
        faults = []
        for method in READING:
            for column, like in columns.items():
                wanted = self._column(method, like)
                if wanted == 404:
                    faults += self._hidden(place, stage, method, column)
                    continue
                found = self._visit(stage, method, column)
                if found != wanted:
                    faults.append(self._fault(place, method, column, found, wanted))
        return faults

    def _strangers_in_own(self) -> list[str]:
        """Who gets a 404 in the own bank gets the very same for what does not exist (S3)."""
        return [
            fault
            for method in READING
            for column in range(8)
            if self._column(method, column) == 404
            for fault in self._hidden("own", self.world.own, method, column)
        ]

    def _hidden(self, place: str, stage: Stage, method: str, column: int) -> list[str]:
        """Nothing tells this from what does not exist. Its consequences are not taken back."""
        found = send(self.world.client(column), method, self._url(stage), self.line)
        if found == self._nowhere(method, column):
            return [] if found[0] == 404 else [self._fault(place, method, column, found[0], 404)]
        return [f"{self._fault(place, method, column, found[0], 404)}, unlike what is not there"]

    def _nowhere(self, method: str, column: int) -> Seen:
        key = (column, method)
        if key not in self._random:
            url = reverse(self.name, args=elsewhere(self.line.ids(self.world.own)))
            self._random[key] = send(self.world.client(column), method, url, self.line)
        return self._random[key]

    def _other_methods(self) -> list[str]:
        """No other method opens more than GET or POST do, or changes anything."""
        faults = []
        for place, stage, columns in (
            ("own", self.world.own, dict(enumerate(range(8)))),
            ("foreign", self.world.foreign, {LEAD: STRANGER, ADMIN: STRANGER}),
        ):
            for method in OTHERS:
                for column, like in columns.items():
                    allowed = {405, self._column("get", like)}
                    if method != "head":
                        allowed.add(self._column("post", like))
                    client = self.world.client(column)
                    found = send(client, method, self._url(stage), self.line)[0]
                    if found not in allowed:
                        faults.append(self._fault(place, method, column, found, min(allowed)))
        return faults

    def _fault(self, place: str, method: str, column: int, found: int, wanted: int) -> str:
        person = "anonymous"
        if column != ANONYMOUS:
            visitor = self.world.cast.visitors[column]
            person = visitor.name if visitor else person
        return f"{self.name}: {method} {place} as {person}: {found}, not {wanted}"


def walked(world: World, name: str) -> list[str]:
    return Walk(world=world, name=name).faults()
