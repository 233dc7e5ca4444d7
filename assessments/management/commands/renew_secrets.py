"""Seal the secrets of second factors under today's SECRET_KEY, so that an earlier one can go."""

from typing import Any

from django.core.management.base import BaseCommand

from assessments.people import account_services as services


class Command(BaseCommand):
    help = "Seal the secrets of second factors under today's SECRET_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{services.renew_secrets()} renewed")
