"""Freeze a quarter of peer figures, as a server does by itself once it is three months old."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.benchmarks import seasons, services


class Command(BaseCommand):
    help = (
        "Freeze the newest quarter of peer figures that is old enough. Repeating changes nothing."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quarter", metavar="2026Q3", help="this quarter instead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ends with status 2 for a wrong quarter, 1 for one that cannot be frozen now."""
        now = timezone.now()
        quarter = options["quarter"] or seasons.newest_freezable(now)
        try:
            frozen = services.freeze(quarter, now)
        except seasons.NotAQuarterError as error:
            raise CommandError(
                f"{quarter}: expected a quarter such as 2026Q3", returncode=2
            ) from error
        except services.TooEarlyError as error:
            day = seasons.freezing_day(quarter).isoformat()
            raise CommandError(f"{quarter}: old enough from {day}", returncode=1) from error
        except services.OutOfOrderError as error:
            raise CommandError(f"{quarter}: a later quarter is frozen", returncode=1) from error
        state = "frozen" if frozen.made else "frozen before"
        self.stdout.write(f"{quarter}: {state}, {frozen.joined} joined, {frozen.lent} lent")
