"""The throw-away place in which everything is measured: a folder, a database, and a server."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg
from django.core.management import call_command
from psycopg import sql

from bench.measure import CannotMeasureError

if TYPE_CHECKING:
    from bench.client import Client
    from bench.seed import Seeds

SETTINGS = "bench.settings"
POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
CONNECT_SECONDS = 10


@contextmanager
def throw_away_postgres() -> Iterator[str]:
    """Create a database for this run and drop it afterwards; gives its address."""
    server = os.environ.get("TEST_POSTGRES_URL") or POSTGRES
    name = f"bench_{token_hex(6)}"
    try:
        with psycopg.connect(server, autocommit=True, connect_timeout=CONNECT_SECONDS) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            try:
                yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
            finally:
                drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
                admin.execute(drop)
    except psycopg.OperationalError as error:
        raise CannotMeasureError(f"PostgreSQL: {str(error).splitlines()[0]}") from error


class Stage:
    """Sets environment and Django up; prepares, seeds and serves only when a row asks for it."""

    def __init__(self, database: str) -> None:
        self._stack = ExitStack()
        self._database = database
        self._prepared = False

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            data = Path(stack.enter_context(TemporaryDirectory(prefix="bench-")))
            url = f"sqlite:///{data / 'bench.sqlite3'}"
            if self._database == "postgresql":
                url = stack.enter_context(throw_away_postgres())
            self._stack = stack.pop_all()
        os.environ |= {
            "DATA_DIR": str(data),
            "DATABASE_URL": url,
            "DEBUG": "0",
            "DEMO": "0",
            "INSECURE_LOCALHOST": "1",
            "SITE_URL": "http://127.0.0.1",
            "ALLOWED_HOSTS": "127.0.0.1",
            "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": SETTINGS,
        }
        django.setup()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def prepare(self) -> None:
        """Set Django up, migrate, and collect the static files, as a deployment does."""
        if self._prepared:
            return
        call_command("prepare")
        self._prepared = True

    @cached_property
    def seeds(self) -> "Seeds":
        """The banks and rounds of the bench, stored on first use."""
        self.prepare()
        from bench.seed import sow  # noqa: PLC0415 -- models need Django set up

        return sow()

    @cached_property
    def port(self) -> int:
        """Where the production server with the bench's pages listens, started on first use."""
        from bench.processes import serving  # noqa: PLC0415 -- it imports this module

        self.seeds  # noqa: B018 -- the server is to find them
        return self._stack.enter_context(serving(SETTINGS, "assessments.config.wsgi", "/healthz"))

    @cached_property
    def client(self) -> "Client":
        """A signed-in keep-alive connection to the server."""
        from bench.client import Client  # noqa: PLC0415 -- only rows that ask a server need it

        return self._stack.enter_context(Client(self.port, self.seeds.session))
