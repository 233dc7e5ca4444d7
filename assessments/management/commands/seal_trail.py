"""Seal what the trail gained since the last time."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from assessments.access import seal


class Command(BaseCommand):
    help = "Seal what is not sealed yet in the trail; the sweep does the same every few minutes."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        while sealed := seal.seal_due(timezone.now()):
            total += sealed
        self.stdout.write(f"{total} sealed")
