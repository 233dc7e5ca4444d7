"""Check every seal of the trail, and that the database's guards stand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.access import guards, seal
from assessments.models import Chain

GUARDS = {"events_are_not_changed", "events_are_not_deleted", "answers_are_not_rewritten"}


class Command(BaseCommand):
    help = (
        "Check the seals of the trail. Ends with status 1 when a row was changed, removed or added."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each fault; rows that are not sealed yet are no fault."""
        found = 0
        for chain in Chain.objects.order_by("organisation", "pk").iterator():
            for fault in seal.check(chain, timezone.now()):
                found += 1
                self.stdout.write(f"{chain.organisation_id}: {fault}")
        for organisation, fault in seal.loose_ends():
            found += 1
            self.stdout.write(f"{organisation}: {fault}")
        for name in sorted(GUARDS - set(guards.names())):
            found += 1
            self.stdout.write(f"guard missing: {name}")
        if found:
            raise CommandError(f"{found} faults", returncode=1)
        self.stdout.write("intact")
