"""For a person who lost device and recovery codes, after whoever runs this made sure who asks."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.models import User
from assessments.people import account_services as services


class Command(BaseCommand):
    help = "Remove all second factors of an account and end its sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the e-mail address of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["address"]).first()
        if user is None:
            raise CommandError("no account has this address")
        removed = services.remove_factors(user=user)
        self.stdout.write(f"{removed} removed; the person sets one up at the next sign-in")
