"""What holds only under production settings, and what tools find in the code (S29, S40, S42)."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    "page",
    "form",
    "redirect",
    "signed in",
    "bank",
    "missing",
    "wrong method",
    "bad host",
    "no token",
    "failure",
    "health",
]
POLICY = {
    "default-src 'self'",
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


def production(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a production start."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "assessments.config.settings",
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(folder),
        "SECRET_KEY": "k3vZq" * 13,
        "SITE_URL": "https://maturity.example",
        "LOG_LEVEL": "CRITICAL",
        **more,
    }


def run(*command: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One answer of each kind, as production gives it."""
    env = production(tmp_path_factory.mktemp("production"))
    done = run("-m", "tests.production_probe", env=env)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def test_s29_the_probe_saw_each_kind_of_answer(answers: dict[str, Any]) -> None:
    statuses = {name: answers[name]["status"] for name in PAGES}
    assert statuses == {
        "page": 200,
        "form": 200,
        "redirect": 302,
        "signed in": 302,
        "bank": 200,
        "missing": 404,
        "wrong method": 405,
        "bad host": 400,
        "no token": 403,
        "failure": 500,
        "health": 200,
    }


@pytest.mark.parametrize("name", PAGES)
def test_s29_every_answer_carries_the_security_headers(answers: dict[str, Any], name: str) -> None:
    headers = answers[name]["headers"]
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert {
        key: headers[key]
        for key in (
            "Strict-Transport-Security",
            "X-Content-Type-Options",
            "Referrer-Policy",
            "Cross-Origin-Opener-Policy",
            "Cache-Control",
        )
    } == {
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def test_s29_cookies_are_bound_to_host_and_transport(answers: dict[str, Any]) -> None:
    cookies: dict[str, Any] = {}
    for name in PAGES:
        cookies |= answers[name]["cookies"]
    assert set(cookies) <= {"__Host-session", "__Host-csrf", "messages"}
    for name in ("__Host-session", "__Host-csrf"):
        assert cookies[name] == {
            "secure": True,
            "httponly": True,
            "samesite": "Lax",
            "path": "/",
            "domain": "",
        }


def test_s29_plain_text_is_led_to_tls(answers: dict[str, Any]) -> None:
    answer = answers["plain text"]
    assert (answer["status"], answer["headers"]["Location"]) == (301, "https://maturity.example/")


def test_s40_only_hashed_files_may_be_kept(answers: dict[str, Any]) -> None:
    assert answers["hashed file"]["headers"]["Cache-Control"] == (
        "max-age=315360000, public, immutable"
    )
    assert answers["plain file"]["status"] == 404


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"DEMO": "1"}, "DEMO must not be set in production"),
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
    ],
    ids=["demo", "no key"],
)
def test_a_production_start_refuses_what_is_unsafe(
    tmp_path: Path, more: dict[str, str], message: str
) -> None:
    done = run("manage.py", "check", env=production(tmp_path, **more))
    assert done.returncode != 0
    assert message in done.stderr


def test_s42_django_finds_nothing_to_warn_about(tmp_path: Path) -> None:
    command = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    done = run(*command, env=production(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")


def test_s42_bandit_finds_nothing() -> None:
    command = ("-m", "bandit", "-q", "-r", "maturity", "assessments", "-c", "pyproject.toml")
    done = run(*command)
    assert (done.returncode, done.stdout) == (0, "")


SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}\b"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}"
    r"|://[^/\s:@\"']+:[^/\s:@\"'$]{8,}@(?!127\.0\.0\.1|localhost)"
)
BINARY = {".woff2", ".ttf", ".otf", ".png", ".gz", ".pdf", ".ico"}


def secrets_in(text: str) -> list[str]:
    return SECRETS.findall(text)


def test_s42_no_secret_stands_in_a_file() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    files = [ROOT / name for name in listed if name and Path(name).suffix not in BINARY]
    found = {
        str(path.relative_to(ROOT)): secrets
        for path in files
        if path.is_file() and (secrets := secrets_in(path.read_text(errors="replace")))
    }
    assert len(files) > 100
    assert found == {}


def test_s42_the_scan_for_secrets_notices_one() -> None:
    planted = "-----BEGIN RSA " + "PRIVATE KEY-----\npostgres://app:" + "s3cretpass@db/app"
    assert len(secrets_in(planted)) == 2
