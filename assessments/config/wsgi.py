"""The server's entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assessments.config.settings")

application = get_wsgi_application()

from assessments import jobs  # noqa: E402 -- settings first

jobs.keep_sweeping()
