#!/usr/bin/env python3
"""Django's command line for this project."""

import os
import secrets
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assessments.config.settings")
    if sys.argv[1:2] == ["report"]:  # prints a file and signs nothing, so no key need be kept
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(64))
    from django.core.management import execute_from_command_line  # noqa: PLC0415 -- needs the setting above

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
