"""Starting things that take a while, with deadlines; and row f, which measures just that."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.measure import CannotMeasureError, Row, alternate
from bench.stage import Stage

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 30
RUNS = 7
PRODUCT = ("assessments.config.settings", "assessments.config.wsgi")
BARE = ("bench.bare.settings", "django.core.wsgi:get_wsgi_application()")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, path: str, process: "subprocess.Popen[bytes]") -> None:
    """Ask until the server answers; a dead, broken or silent server is an error."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CannotMeasureError(f"the server stopped with status {process.returncode}")
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            status = connection.getresponse().status
        except (OSError, HTTPException):
            time.sleep(0.005)
            continue
        finally:
            connection.close()
        if status != HTTPStatus.OK:
            raise CannotMeasureError(f"{path} answered with status {status}")
        return
    raise CannotMeasureError(f"the server did not answer within {PATIENCE_SECONDS} s")


@contextmanager
def serving(settings: str, application: str, path: str) -> Iterator[int]:
    """Run the production server with one worker until the block ends; gives its port."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", application),
        *("--config", "assessments/config/gunicorn.py", "--bind", f"127.0.0.1:{port}"),
        # A bench keeps one connection and must not meet a worker's retirement.
        *("--keep-alive", "3600", "--max-requests", "0", "--log-level", "error"),
    ]
    with subprocess.Popen(
        command,
        env=_environment(settings),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            wait_for(port, path, process)
            yield port
        finally:
            # Master and worker at once: a graceful end would be measured as part of a start.
            os.killpg(process.pid, signal.SIGKILL)


def _environment(settings: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONPATH": str(ROOT),
        "WEB_WORKERS": "1",
    }


def _check(settings: str) -> None:
    try:
        subprocess.run(
            [sys.executable, "-m", "django", "check"],
            env=_environment(settings),
            cwd=ROOT,
            check=True,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise CannotMeasureError(f"manage.py check with {settings}: {error}") from error


def _first_page(settings: str, application: str) -> None:
    with serving(settings, application, "/"):
        pass


def row_f(stage: Stage) -> Iterator[Row]:
    """`manage.py check`, and a start up to the landing page, against a bare project."""
    stage.prepare()
    yield alternate(
        "f",
        partial(_check, PRODUCT[0]),
        partial(_check, BARE[0]),
        size=1,
        runs=RUNS,
        warmup=1,
        note="manage.py check",
    )
    yield alternate(
        "f",
        partial(_first_page, *PRODUCT),
        partial(_first_page, *BARE),
        size=2,
        runs=RUNS,
        warmup=1,
        note="start to first page",
    )
