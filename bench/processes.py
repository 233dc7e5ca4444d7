"""Row f: how long a management command takes, and a start up to the first page."""

import os
import socket
import subprocess
import sys
import time
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from tempfile import mkdtemp

from bench.measure import Row, alternate

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 30


def _environment(settings: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings,
        "DATA_DIR": os.environ.get("DATA_DIR") or mkdtemp(),
        "INSECURE_LOCALHOST": "1",
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
    }


def _check(settings: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "django", "check"],
        env=_environment(settings),
        cwd=ROOT,
        check=True,
        capture_output=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, path: str, process: "subprocess.Popen[bytes]") -> None:
    """Ask until the server answers; a dead, broken or silent server is an error."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with status {process.returncode}")
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            status = connection.getresponse().status
        except OSError:
            time.sleep(0.005)
            continue
        if status != HTTPStatus.OK:
            raise RuntimeError(f"{path} answered with status {status}")
        return
    raise RuntimeError(f"the server did not answer within {PATIENCE_SECONDS} s")


def _first_page(settings: str, path: str) -> None:
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "django", "runserver", "--noreload", str(port)],
        env=_environment(settings),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            wait_for(port, path, process)
        finally:
            process.kill()


def row_f(runs: int) -> list[Row]:
    """`manage.py check`, and a start up to the landing page, against a bare project."""
    product, bare = "assessments.config.settings", "bench.bare.settings"
    return [
        alternate(
            "f",
            lambda: _check(product),
            lambda: _check(bare),
            size=1,
            runs=runs,
            warmup=1,
            note="manage.py check",
        ),
        alternate(
            "f",
            lambda: _first_page(product, "/"),
            lambda: _first_page(bare, "/"),
            size=2,
            runs=runs,
            warmup=1,
            note="start to first page",
        ),
    ]
