"""Row i: what a cold visit costs in Chromium on a slow machine behind a slow line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, sync_playwright

from bench.measure import CannotMeasureError, Row, p95
from bench.stage import Stage

RUNS = 3
PATIENCE_MS = 60_000
QUIET_MS = 1_500  # what happens after the page and its pictures are there
CPU_SLOWDOWN = 4
BITS_PER_SECOND = 1_600_000
LATENCY_MS = 150
BLOCKING_MS = 50  # a task blocks by what it takes beyond this
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Runs before the page's own scripts, so that nothing is missed.
_OBSERVE = """
window.benchSeen = {lcp: 0, cls: 0, tbt: 0};
for (const [type, take] of [
  ['largest-contentful-paint', (e) => { window.benchSeen.lcp = e.startTime; }],
  ['layout-shift', (e) => { if (!e.hadRecentInput) window.benchSeen.cls += e.value; }],
  ['longtask', (e) => { window.benchSeen.tbt += Math.max(0, e.duration - BLOCKING_MS); }],
]) {
  new PerformanceObserver((list) => list.getEntries().forEach(take))
    .observe({type, buffered: true});
}
""".replace("BLOCKING_MS", str(BLOCKING_MS))


@dataclass(kw_only=True)  # no slots: playwright marks the object whose methods it calls
class Visit:
    """One cold visit. Bytes are those that came over the line, headers included."""

    host: str
    received: float = 0
    requests: int = 0
    elsewhere: int = 0
    lcp: float = 0
    cls: float = 0
    tbt: float = 0

    def sent(self, event: dict[str, Any]) -> None:
        address = urlsplit(event["request"]["url"])
        if address.scheme in ("data", "blob"):
            return
        self.requests += 1
        self.elsewhere += address.netloc != self.host

    def finished(self, event: dict[str, Any]) -> None:
        self.received += event["encodedDataLength"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A page to visit; the pointer goes to `reach`, and the visit ends once `until` is there."""

    number: int
    name: str
    path: str
    reach: str = ""
    until: str = "main"


def row_i(stage: Stage) -> Iterator[Row]:
    """Weight, requests, third parties, LCP, CLS and TBT of the pages that matter."""
    stops = _stops(stage)
    with _chromium() as browser:
        yield from (_measure(stage, browser, stop) for stop in stops)


def _stops(stage: Stage) -> list[Stop]:
    seeds = stage.seeds
    section = reverse("section", args=[seeds.open_round, "risk-usage"])
    results = reverse("results", args=[seeds.published[1]])
    return [
        Stop(number=1, name="questionnaire", path=section),
        Stop(number=2, name="results before Plotly", path=results),
        Stop(
            number=3,
            name="results with Plotly",
            path=results,
            reach='[data-figure="quadrant"]',
            until="[data-figure] .main-svg",
        ),
    ]


@contextmanager
def _chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM")
    if not path:
        raise CannotMeasureError("name a Chromium in CHROMIUM")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=path, args=FLAGS, timeout=PATIENCE_MS
            )
            yield browser
            browser.close()
    except Error as error:
        raise CannotMeasureError(f"Chromium: {error.message.splitlines()[0]}") from error


def _measure(stage: Stage, browser: Browser, stop: Stop) -> Row:
    visits = [_visit(stage, browser, stop) for _ in range(RUNS)]
    lcp = [visit.lcp for visit in visits]
    last = visits[-1]
    shift = max(visit.cls for visit in visits)
    blocked = median(visit.tbt for visit in visits)
    return Row(
        row="i",
        size=stop.number,
        median_ms=round(median(lcp), 2),
        p95_ms=round(p95(lcp), 2),
        note=f"LCP of {stop.name}: {last.received / 1000:.0f} kB, {last.requests} requests, "
        f"{last.elsewhere} third-party, CLS {shift:.3f}, TBT {blocked:.0f} ms",
    )


def _visit(stage: Stage, browser: Browser, stop: Stop) -> Visit:
    host = f"127.0.0.1:{stage.port}"
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        context.set_default_timeout(PATIENCE_MS)
        _sign_in(context, host, stage.seeds.session)
        context.add_init_script(_OBSERVE)
        page = context.new_page()
        visit = Visit(host=host)
        _slow_down(context.new_cdp_session(page), visit)
        reply = page.goto(f"http://{host}{stop.path}", wait_until="load")
        if reply is None or not reply.ok:
            raise CannotMeasureError(f"{stop.path} did not answer with a page")
        if stop.reach:
            page.hover(stop.reach)
        page.wait_for_selector(stop.until)
        page.wait_for_timeout(QUIET_MS)
        seen = page.evaluate("window.benchSeen")
        visit.lcp, visit.cls, visit.tbt = seen["lcp"], seen["cls"], seen["tbt"]
        return visit
    finally:
        context.close()


def _sign_in(context: BrowserContext, host: str, session: str) -> None:
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": f"http://{host}/"}]
    )


def _slow_down(session: CDPSession, visit: Visit) -> None:
    session.on("Network.requestWillBeSent", visit.sent)
    session.on("Network.loadingFinished", visit.finished)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BITS_PER_SECOND / 8,
            "uploadThroughput": BITS_PER_SECOND / 8,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
