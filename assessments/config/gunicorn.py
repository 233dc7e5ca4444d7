"""How gunicorn serves a small installation; larger ones set the same names by option."""

import os
import sys
from typing import Any

workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = 4
timeout = 60
graceful_timeout = 20
max_requests = 5000
max_requests_jitter = 500
accesslog = None  # answers and tokens must not reach a log through an address
loglevel = os.environ.get("LOG_LEVEL", "info").lower()


def when_ready(server: Any) -> None:
    """Say where the program listens, once it does."""
    address = os.environ.get("SITE_URL", "")
    sys.stdout.write(f"\nMaturity is running at {address}\n")
    if os.environ.get("DEMO") == "1":
        sys.stdout.write(
            "Demo sign-in: demo@example.org with the password social-banking-demo\n"
            "All demo banks are fictional. Stop with Ctrl+C.\n"
        )
    sys.stdout.flush()
