"""The map of the register in a real browser: drawn by software where there is no graphics card, and read from its list where nothing
can be drawn."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e.conftest import CHROMIUM, CHROMIUM_ARGUMENTS, System
from tests.e2e.people import sign_in
from tests.e2e.picture import until
from tests.e2e.test_pages import MAP, MAP_WEIGHT_LIMIT, Weight
from tests.frontend.conftest import patient
from tests.patience import PATIENCE

DRAWN_MS = PATIENCE * 1000
"""By software, beside a node that records: it is long, and no figure."""
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

NOTHING_TO_DRAW_WITH = """() => {
  const real = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
    return kind.startsWith('webgl') ? null : real.call(this, kind, ...more);
  };
}"""
"""A browser without WebGL."""


@pytest.fixture(scope="module")
def drawing(playwright: Playwright) -> Iterator[Browser]:
    """A browser that draws WebGL without a graphics card."""
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM, args=[*CHROMIUM_ARGUMENTS, "--enable-unsafe-swiftshader"]
    )
    yield browser
    browser.close()


@pytest.fixture
def canvas_page(drawing: Browser, system: System) -> Iterator[Page]:
    """A tab of it, in which nothing may break the policy of what may be loaded."""
    context = patient(
        drawing.new_context(base_url=system.address, viewport={"width": 1280, "height": 900}, locale="zh-CN")
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    assert not wrong, wrong
    context.close()


def rows(page: Page) -> list[str]:
    """Names in the list beside the map."""
    return page.locator("[data-map-list] b").all_inner_texts()


def blue(page: Page) -> int:
    """Pixels of the map in the colour of cameras."""
    octets = Image.open(io.BytesIO(page.locator("[data-map-stage]").screenshot())).convert("RGB").tobytes()
    return sum(1 for red, blue in zip(octets[::3], octets[2::3], strict=True) if blue > 130 and blue - red > 60)


def test_an_inspector_sees_the_city_drawn_narrows_it_and_opens_a_camera(canvas_page: Page, system: System) -> None:
    page = canvas_page
    sign_in(page, system, "jiancha")
    weight = Weight()
    weight.watch(page.context.new_cdp_session(page))
    weight.begin()
    page.goto(MAP)
    page.locator("[data-drawn]").wait_for(timeout=DRAWN_MS)
    assert 0 < weight.bytes < MAP_WEIGHT_LIMIT
    until(page, lambda: blue(page) > 100, "cameras are drawn", patience=max(PATIENCE, 100))
    assert {"候车厅外", "小学校门", "西郊示范加油站（训练）"} <= set(rows(page))
    expect(page.locator("[data-map-status]")).to_contain_text("应建未建的场所 3 个")
    # Where somebody looks stands in the fragment alone, which no server is sent.
    page.get_by_role("button", name="缩小地图").click()
    page.wait_for_url(lambda url: "#map=" in url)
    assert page.url.split("#")[0].endswith("/cameras/map/")

    page.get_by_label("备案期限").select_option(label="备案逾期")
    page.get_by_role("button", name="筛选地图").click()
    page.locator("[data-drawn]").wait_for(timeout=DRAWN_MS)
    until(page, lambda: "售票点门前" in rows(page), "the list is filled", patience=max(PATIENCE, 100))
    assert "小学校门" not in rows(page), "it is handed in"
    assert "候车厅外" not in rows(page), "its receipt was taken over"
    assert "西郊示范加油站（训练）" not in rows(page)
    assert "filing=late" in page.url

    page.locator("[data-map-list] button", has_text="售票点门前").click()
    panel = page.locator("[data-map-panel]")
    expect(panel).to_contain_text("备案逾期")
    expect(panel.get_by_role("heading", name="售票点门前")).to_be_focused()
    panel.get_by_role("link", name="打开点位").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("售票点门前")


def test_where_nothing_can_be_drawn_the_list_holds_the_same(page: Page, system: System) -> None:
    page.add_init_script(f"({NOTHING_TO_DRAW_WITH})()")
    sign_in(page, system, "guanli")
    page.goto(MAP)
    expect(page.get_by_text("本浏览器不能绘制地图")).to_be_visible()
    until(page, lambda: set(rows(page)) == {"小学校门", "医院急诊门前"}, "the school's own, and nobody else's")
    expect(page.get_by_text("尚未登记坐标、不在地图上的点位")).to_be_visible()
    assert "候车厅外" not in page.content()
    page.locator("[data-map-list] button", has_text="小学校门").press("Enter")
    expect(page.locator("[data-map-panel]")).to_contain_text("校园视频系统")
    page.keyboard.press("Escape")
    expect(page.locator("[data-map-panel]")).to_be_hidden()
    expect(page.locator("[data-map-list] button", has_text="小学校门")).to_be_focused()


def test_who_stands_duty_sees_cameras_and_not_where_they_are(page: Page, system: System) -> None:
    sign_in(page, system, "zhiban")
    page.goto("/cameras/")
    page.get_by_role("link", name="地图", exact=True).click()
    expect(page.get_by_text("您的岗位不查看点位的位置")).to_be_visible()
    told = page.evaluate(
        """async () => (await fetch('/cameras/map/window/', {
          method: 'POST', body: '{"box": null}',
          headers: {'X-CSRFToken': document.querySelector('meta[name=csrf-token]').content},
        })).json()"""
    )
    assert told["total"] == told["gapTotal"] == 0
    assert told["cameras"] == told["divisions"] == []
