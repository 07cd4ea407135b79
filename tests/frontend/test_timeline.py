"""The timeline beside a playing picture: read, moved and zoomed by keyboard and hand."""

from __future__ import annotations

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.frontend.conftest import Stand, patient, until
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


def pinch(page: Page, middle: tuple[float, float], apart: tuple[float, float]) -> None:
    """Two fingers around a point, moved from one distance to another in steps, as a hand does."""
    touch = page.context.new_cdp_session(page)

    def dispatch(kind: str, distance: float) -> None:
        (x, y), half = middle, distance / 2
        points = [{"x": x - half, "y": y, "id": 1}, {"x": x + half, "y": y, "id": 2}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points if kind != "touchEnd" else []})

    dispatch("touchStart", apart[0])
    for step in range(1, 11):
        dispatch("touchMove", apart[0] + (apart[1] - apart[0]) * step / 10)
    dispatch("touchEnd", apart[1])


def test_two_fingers_zoom_around_their_middle_and_move_nothing_else(browser: Browser, stand: Stand) -> None:
    context = patient(browser.new_context(viewport={"width": 1280, "height": 900}, has_touch=True))
    page = context.new_page()
    open_live(page, stand)
    loaded(page)
    box = page.get_by_role("slider").bounding_box()
    assert box
    share = 0.4
    middle = (box["x"] + box["width"] * share, box["y"] + 40)

    def under() -> tuple[float, float]:
        """Length of the view, and the time under the fingers' middle."""
        view = page.evaluate("() => document.querySelector('custodes-timeline').view")
        length = view["to"] - view["from"]
        return length, view["from"] + length * share

    hour, time = under()
    pinch(page, middle, (100, 400))
    until(page, f"{LENGTH} < {hour / 3}")
    closer, same = under()
    assert closer == pytest.approx(hour / 4, rel=0.05)
    assert same == pytest.approx(time, abs=hour / 100)
    pinch(page, middle, (300, 150))
    until(page, f"{LENGTH} > {closer * 1.5}")
    farther, same = under()
    assert farther == pytest.approx(closer * 2, rel=0.05)
    assert same == pytest.approx(time, abs=hour / 100)
    assert player(page, "live") is True, "fingers that pinch do not scrub"
    assert not [message for message in stand.worker.said if message["type"] in ("seek", "still")]
    context.close()


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
    context = patient(browser.new_context(viewport={"width": width, "height": 900}))
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
