"""Bring database, cache table and static files up to date; with --demo also the demo banks."""

from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = "Migrate, create the cache table, collect changed static files; --demo seeds the demo."
    # A second start takes seconds, not tens: what is up to date is not done again, and the checks,
    # which load every page, belong to script/check.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="seed the fictional demo banks")

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
            _write_missing_summaries()
        call_command("createcachetable", verbosity=0)
        self._collect_changed_static_files()
        if options["demo"]:
            call_command("seed_demo", verbosity=0)

    def _collect_changed_static_files(self) -> None:
        """Hashing and compressing takes seconds, so it is done only when a file changed."""
        want = _fingerprint(Path(settings.BASE_DIR) / "static")
        mark = Path(settings.STATIC_ROOT) / ".collected"
        if mark.exists() and mark.read_text() == want:
            return
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        mark.write_text(want)


def _write_missing_summaries() -> None:
    from assessments.results.summary_writing import (  # noqa: PLC0415 -- loads the model
        write_missing_summaries,
    )

    write_missing_summaries()


def _fingerprint(folder: Path) -> str:
    """Name the state of a folder by its files' paths, sizes and times of change."""
    digest = sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        stat = path.stat()
        digest.update(f"{path.relative_to(folder)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
