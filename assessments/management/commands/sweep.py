"""Do once what a server does every few minutes: seal, retry, remind, delete what is due."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments import jobs, sweep


class Command(BaseCommand):
    help = (
        "Seal the trail, send what waits, remind, delete what is due. Safe at any time, repeatedly."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "steps", nargs="*", metavar="STEP", help=f"only these: {', '.join(sweep.SWEEPS)}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ends with status 1 when a step failed; the others have run all the same."""
        names = options["steps"] or None
        if unknown := set(names or ()) - set(sweep.SWEEPS):
            raise CommandError(f"unknown step: {', '.join(sorted(unknown))}", returncode=2)
        swept = sweep.run(timezone.now(), names)
        jobs.finish()
        for step in swept:
            self.stdout.write(f"{step.name}: {step.outcome} {step.things}")
        if any(step.outcome == sweep.Outcome.FAILED for step in swept):
            raise CommandError("a step failed; the log says which", returncode=1)
