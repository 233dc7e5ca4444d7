"""Row d: a report in a warm process against stock WeasyPrint, and one that exists already."""

import datetime as dt
import gc
import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse

from assessments.reports import pdf
from assessments.reports.paper import document
from assessments.reports.queries import edition_of
from assessments.results.queries import Result
from assessments.results.subject import Subject
from bench.client import Client
from bench.measure import CannotMeasureError, Row, alternate
from bench.model import case_data
from bench.stage import Stage
from maturity import Case, Findings, assess, load_framework, read_case

RUNS = 9
DOWNLOADS = 30
PATIENCE_SECONDS = 180
POLL_SECONDS = 0.5
DAY = dt.date(2026, 11, 2)
_PDF = b"%PDF-"
# Stock WeasyPrint needs a process of its own: printing a report changes some of its functions.
_STOCK = """
import json, logging, sys
logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
import weasyprint
for line in sys.stdin:
    html, style = json.loads(line)
    made = weasyprint.HTML(string=html).write_pdf(stylesheets=[style])
    print(len(made), flush=True)
"""


def row_d(stage: Stage) -> Iterator[Row]:
    """Shared cases 2 and 3 in this process; the second download through the server."""
    stage.prepare()
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    with subprocess.Popen(
        [sys.executable, "-c", _STOCK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as stock:
        yield from (_printed(number, stock) for number in (2, 3))
    yield from _again(stage.client, stage.seeds.published[1])


def _printed(number: int, stock: "subprocess.Popen[str]") -> Row:
    """From findings to bytes. The floor gets the finished HTML and lays out the same pages."""
    case = read_case(case_data(number))
    findings = assess(load_framework(), case)
    stored = _stored(Result(case=case, findings=findings))
    html = _html(case, findings, stored)
    pages = pdf.compose(html).pages
    return alternate(
        "d",
        lambda: pdf.to_pdf(_html(case, findings, stored)),
        partial(_stock, stock, html),
        size=number,
        runs=RUNS,
        warmup=1,
        note=f"report of case {number}, {pages} pages, warm",
        rest=gc.collect,  # as the render child does when a report is done (reports/child.py)
    )


def _stored(result: Result) -> dict[str, Any]:
    """What publishing stores beside the findings: a board's report is of a published round."""
    limit = None if result.limit is None else asdict(result.limit)
    return {"no_regret": list(result.no_regret), "limit": limit}


def _html(case: Case, findings: Findings, stored: dict[str, Any]) -> str:
    """With a result of its own each time, because a result keeps what it has worked out."""
    subject = Subject(bank="Bench Bank", fictional=True, period="2026 H2", as_of=DAY)
    result = Result(case=case, findings=findings, kept=stored)
    return document.html(edition_of(result, subject, language="en", date=DAY))


def _stock(child: "subprocess.Popen[str]", html: str) -> int:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps([html, str(pdf.STYLE)]) + "\n")
    child.stdin.flush()
    return int(child.stdout.readline())


def _again(client: Client, pk: UUID) -> Iterator[Row]:
    ask = reverse("report_request", args=[pk])
    file = _first(client, ask)
    queries = _fetch(client, file)
    yield alternate(
        "d-again",
        partial(_fetch, client, file),
        None,
        size=1,
        runs=DOWNLOADS,
        queries=queries,
        note="file of a report that exists",
    )
    yield alternate(
        "d-again",
        lambda: _fetch(client, client.post_form(ask, {}).location),
        None,
        size=2,
        runs=DOWNLOADS,
        note="asking for a report that exists, then its file",
    )


def _first(client: Client, ask: str) -> str:
    """Have the report printed; gives the address of its file."""
    progress = client.post_form(ask, {}).location
    pk = progress.rstrip("/").rsplit("/", 1)[-1]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        state = client.get(reverse("report_state", args=[pk])).json()
        if state["file"]:
            return str(state["file"])
        time.sleep(POLL_SECONDS)
    raise CannotMeasureError(f"no report within {PATIENCE_SECONDS} s; its state: {state['state']}")


def _fetch(client: Client, path: str) -> int | None:
    reply = client.get(path, count=True)
    if not reply.body.startswith(_PDF):
        raise CannotMeasureError(f"{path} is no PDF")
    return reply.queries
