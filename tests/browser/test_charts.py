"""Plotly over the drawn charts: under the strict policy, with hover and zoom, or not at all."""

import pytest
from playwright.sync_api import Page, Route

from assessments.models import SheetStatus
from tests import factories
from tests.browser.conftest import Stage

LAYER = ".plot-quadrant .plotly-layer .main-svg"
DRAWN = ".plot-quadrant > svg"


@pytest.fixture
def answered(stage: Stage) -> Stage:
    """The lead has answered everything and submitted."""
    factories.fill_sheet(stage.sheet, factories.whole_sheet(2))
    factories.make_channels(stage.assessment)
    stage.sheet.status = SheetStatus.SUBMITTED
    stage.sheet.save()
    return stage


def test_the_figure_answers_hover_and_zoom_without_breaking_the_policy(
    lead_page: Page, answered: Stage
) -> None:
    foreign: list[str] = []
    lead_page.on(
        "request",
        lambda request: (
            foreign.append(request.url)
            if not request.url.startswith((answered.url, "data:", "blob:"))
            else None
        ),
    )
    lead_page.goto(answered.path("results/"))
    lead_page.locator(DRAWN).hover()
    lead_page.locator(LAYER).first.wait_for()
    lead_page.locator(DRAWN).wait_for(state="hidden")
    plot = lead_page.locator(".plot-quadrant .nsewdrag")
    box = plot.bounding_box()
    assert box is not None
    lead_page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.7)
    lead_page.locator(".plot-quadrant .hoverlayer .hovertext").first.wait_for()
    lead_page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.3)
    lead_page.mouse.down()
    lead_page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.8, steps=6)
    lead_page.mouse.up()
    reset = lead_page.locator(".plot-quadrant .zoom-reset")
    reset.wait_for(state="visible")
    reset.click()
    reset.wait_for(state="hidden")
    assert lead_page.locator(".modebar-btn").count() == 0
    assert lead_page.locator("style").count() == 0
    assert foreign == []


def test_the_drawn_chart_stays_where_plotly_cannot_load(
    lead_page: Page, answered: Stage, clean_console: list[str]
) -> None:
    def refuse(route: Route) -> None:
        route.abort()

    lead_page.route("**/plotly-basic*", refuse)
    lead_page.goto(answered.path("results/"))
    with lead_page.expect_event("requestfailed"):
        lead_page.locator(DRAWN).hover()
    lead_page.wait_for_load_state("networkidle")
    assert lead_page.locator(DRAWN).is_visible()
    assert lead_page.locator(".plotly-layer").count() == 0
    assert [line for line in clean_console if "ERR_FAILED" not in line] == []
    clean_console.clear()  # the refused request itself


def test_plotly_waits_until_somebody_reaches_for_a_chart(lead_page: Page, answered: Stage) -> None:
    asked: list[str] = []
    lead_page.on("request", lambda request: asked.append(request.url))
    lead_page.goto(answered.path("results/"))
    lead_page.locator('[data-figure="path"]').scroll_into_view_if_needed()
    lead_page.wait_for_load_state("networkidle")
    assert [url for url in asked if "plotly-basic" in url or "figures.json" in url] == []
    lead_page.locator('[data-figure="path"]').hover()
    lead_page.locator(".plot-path .plotly-layer .main-svg").first.wait_for()
    assert lead_page.locator(LAYER).count() == 0


def test_a_phone_never_loads_plotly(lead_page: Page, answered: Stage) -> None:
    asked: list[str] = []
    lead_page.on("request", lambda request: asked.append(request.url))
    lead_page.set_viewport_size({"width": 360, "height": 800})
    lead_page.goto(answered.path("results/"))
    lead_page.wait_for_load_state("networkidle")
    lead_page.locator('[data-figure="path"]').hover()
    lead_page.wait_for_load_state("networkidle")
    assert lead_page.locator(DRAWN).is_visible()
    assert [url for url in asked if "plotly-basic" in url or "figures.json" in url] == []


def test_a_link_to_an_action_opens_its_reasons(lead_page: Page, answered: Stage) -> None:
    lead_page.goto(answered.path("roadmap/"))
    chip = lead_page.locator(".action-chip").first
    target = str(chip.get_attribute("href"))
    chip.click()
    lead_page.locator(f"{target}[open]").wait_for()
