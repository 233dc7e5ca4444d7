"""How gunicorn serves a small installation; larger ones set the same names by option."""

import os
import sys
from threading import Timer
from typing import Any

workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = 4
timeout = 60
graceful_timeout = 20
max_requests = 5000
max_requests_jitter = 500
accesslog = None  # answers and tokens must not reach a log through an address
loglevel = os.environ.get("LOG_LEVEL", "info").lower()


REST_SECONDS = 3.0  # the first pages come first, then what the later ones need is loaded


def post_worker_init(worker: Any) -> None:
    """Load the views behind the first visitors' backs, in a thread that ends with the process."""
    from assessments.config.later import load_all  # noqa: PLC0415 -- needs the settings

    timer = Timer(REST_SECONDS, load_all)
    timer.daemon = True
    timer.start()


def when_ready(server: Any) -> None:
    """Say where the program listens, once it does."""
    address = os.environ.get("SITE_URL", "")
    sys.stdout.write(f"\nMaturity is running at {address}\n")
    if os.environ.get("DEMO") == "1":
        sys.stdout.write(
            "Demo sign-in: demo@example.org leads the banks, consultant@example.org a firm that\n"
            "advises some of them; both with the password social-banking-demo\n"
            "All demo banks are fictional. Stop with Ctrl+C.\n"
        )
    sys.stdout.flush()
