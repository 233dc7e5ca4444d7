"""The database's own guard over the trail, and the one way past it.

Triggers (migration 0009) refuse to change or delete a stored event, whoever asks. When the days of
grace of a closed organisation are over, its events go with it: `purging` opens the guard for them
until the transaction ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

DELETE_GUARD = "events_are_not_deleted"


_NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
}


def names() -> list[str]:
    """The guards that stand."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES[connection.vendor])
        return [str(name) for (name,) in cursor.fetchall()]


@contextmanager
def purging(organisation: UUID) -> Iterator[None]:
    """Let this organisation's events be deleted; needs a transaction around it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('maturity.purging', %s, true)", [str(organisation)])
            yield
            cursor.execute("SELECT set_config('maturity.purging', '', true)")
        return
    # SQLite has one writer at a time: until this transaction ends nobody else can delete.
    guard = _taken_off()
    yield
    if guard:
        with connection.cursor() as cursor:
            cursor.execute(guard)


def _taken_off() -> str:
    """Take the guard off; its own words, to put it on again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [DELETE_GUARD]
        )
        found = cursor.fetchone()
        cursor.execute(f"DROP TRIGGER IF EXISTS {DELETE_GUARD}")
    return str(found[0]) if found else ""
