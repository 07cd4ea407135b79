"""The timeline beside a playing picture: read, moved and zoomed by keyboard and hand."""

from __future__ import annotations

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.frontend.conftest import Stand, until
from tests.frontend.test_player import PLAYING, open_live, player

LENGTH = "(document.querySelector('custodes-timeline').view.to - document.querySelector('custodes-timeline').view.from)"
SHOTS = os.environ.get("CUSTODES_TEST_SHOTS")


def loaded(page: Page) -> None:
    expect(page.locator("custodes-timeline summary")).to_contain_text("本段缺口（1）")


def test_it_says_in_words_where_the_picture_is(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    loaded(page)
    slider = page.get_by_role("slider", name="录像时间轴")
    until(page, "/有录像|现在/.test(document.querySelector('[role=slider]').getAttribute('aria-valuetext'))")
    assert int(slider.get_attribute("aria-valuenow") or 0) > 1_700_000_000


def test_arrow_keys_go_back_and_end_returns_to_live(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    loaded(page)
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowLeft")
    until(page, f"{PLAYING} && !document.querySelector('custodes-player').live")
    page.keyboard.press("End")
    until(page, f"{PLAYING} && document.querySelector('custodes-player').live")


def test_a_click_on_the_track_plays_from_there(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    loaded(page)
    box = page.get_by_role("slider").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + 45)
    until(page, f"{PLAYING} && !document.querySelector('custodes-player').live")
    back = (int(player(page, "nowUs")) - int(player(page, "positionUs"))) / 60e6
    assert 13 < back < 17


def test_the_wheel_zooms_around_the_pointer_from_ten_seconds_to_thirty_days(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    loaded(page)
    box = page.get_by_role("slider").bounding_box()
    assert box
    page.mouse.move(box["x"] + 300, box["y"] + 40)
    for _ in range(12):
        page.mouse.wheel(0, -1000)
    until(page, f"{LENGTH} === 10e6")
    for _ in range(12):
        page.mouse.wheel(0, 1500)
    until(page, f"{LENGTH} === 30 * 864e8")


def test_a_gap_is_in_the_list_with_its_reason_and_leads_there(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    loaded(page)
    page.locator("custodes-timeline summary").click()
    item = page.locator(".timeline__gaps li")
    expect(item).to_contain_text("网络中断")
    item.get_by_role("button").click()
    until(page, f"Math.abs(document.querySelector('custodes-player').positionUs - {stand.worker.gap[0]}) < 10e6")


def test_brackets_select_a_span_and_m_puts_a_mark(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    loaded(page)
    page.evaluate(
        """() => document.addEventListener('custodes-span',
             event => document.body.dataset.span = JSON.stringify(event.detail))"""
    )
    page.locator(".player__stage").focus()
    page.keyboard.press("[")
    first = int(player(page, "positionUs"))
    until(page, f"document.querySelector('custodes-player').positionUs > {first} + 3e5")
    page.keyboard.press("]")
    page.keyboard.press("m")
    expect(page.locator(".timeline__selection")).to_contain_text("选段")
    expect(page.get_by_role("button", name="标记 20")).to_be_visible()
    until(page, "JSON.parse(document.body.dataset.span).to > JSON.parse(document.body.dataset.span).from")


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1280, "light", "en"), (1280, "dark", "zh"), (390, "light", "zh"), (390, "dark", "en")],
)
def test_axe_finds_nothing_in_player_and_timeline(
    browser: Browser, stand: Stand, width: int, scheme: str, language: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.add_init_script(f"localStorage.setItem('custodes.theme.control', '{scheme}')")
    open_live(page, stand, f"?lang={language}")
    expect(page.locator("custodes-timeline summary")).to_contain_text("1")
    page.evaluate(f"() => document.documentElement.dataset.theme = '{scheme}'")
    page.locator(".player__stage").focus()
    page.keyboard.press("[")
    page.keyboard.press("m")
    page.wait_for_timeout(1100)
    page.keyboard.press("]")
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/player-{scheme}-{width}-{language}.png", full_page=True)
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    context.close()
