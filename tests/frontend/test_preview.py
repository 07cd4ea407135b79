"""The preview under the pointer: one picture at a time, under the grant of the picture, which it leaves alone."""

from __future__ import annotations

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.frontend.conftest import Stand, patient, until
from tests.frontend.test_player import PLAYING, heard, open_live, player, said
from tests.frontend.test_timeline import loaded

SHOTS = os.environ.get("CUSTODES_TEST_SHOTS")
SHOWN = "document.querySelector('.preview:not([hidden]) .preview__picture:not([hidden])[data-waiting=false]')"
NUMBER = """(() => {
  const video = document.querySelector('.preview video');
  const canvas = document.createElement('canvas');
  canvas.width = 320; canvas.height = 192;
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0);
  let number = 0;
  for (let bit = 0; bit < 8; bit++)
    if (context.getImageData(bit * 32 + 16, 16, 1, 1).data[0] > 128) number |= 1 << bit;
  return number;
})()"""


def point(page: Page, share: float) -> None:
    """Put the pointer on the track, at a share of its width."""
    box = page.locator(".timeline__track").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * share, box["y"] + 42)


def settled(page: Page) -> int:
    """Where the picture stands: the last frame may be announced a little after the pause."""
    last, now = -1, int(player(page, "positionUs"))
    while now != last:
        page.wait_for_timeout(120)
        last, now = now, int(player(page, "positionUs"))
    return now


def test_a_pointer_that_rests_shows_the_key_frame_of_that_time(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    loaded(page)
    point(page, 0.8)
    until(page, SHOWN)
    [wish] = said(stand, "still")
    number = (wish["at"] - stand.worker.start) // 100_000 // 10 * 10
    until(page, f"{NUMBER} === {number % 100}")
    opened = said(stand, "open")[0]
    assert (wish["camera"], wish["channel"]) == (opened["camera"], opened["channel"] + 1)
    assert len(stand.worker.sockets) == 1
    assert len(stand.worker.asked) == 1
    wall = stand.worker.start + number * 100_000
    time = page.evaluate("us => new Date(us / 1000).toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai' })", wall)
    expect(page.locator(".preview__time")).to_contain_text(time)
    for tile in page.locator(".preview .watermark__tile").all():
        expect(tile).to_contain_text("德吉 · 城关区视频中心")
        expect(tile).to_contain_text("#4711")


def test_the_picture_follows_the_pointer_and_goes_with_it(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    loaded(page)
    for times, share in enumerate((0.8, 0.6, 0.9), 1):
        point(page, share)
        heard(page, stand, "still", times)
        wish = said(stand, "still")[-1]
        number = (wish["at"] - stand.worker.start) // 100_000 // 10 * 10
        until(page, f"{SHOWN} && {NUMBER} === {number % 100}")
    page.mouse.move(640, 5)
    expect(page.locator(".preview")).to_be_hidden()
    assert {message["channel"] for message in said(stand, "still")} == {said(stand, "still")[0]["channel"]}


def test_it_leaves_the_picture_its_pause_and_its_place(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    loaded(page)
    player(page, f"seek({stand.worker.start + 95 * 60_000_000})")
    until(page, f"{PLAYING} && !document.querySelector('custodes-player').live")
    player(page, "pause()")
    until(page, "document.querySelector('custodes-player').state.kind === 'paused'")
    heard(page, stand, "pause")  # what was said before is on its way until then
    position = settled(page)
    before = len(stand.worker.said)
    for share in (0.7, 0.9):
        point(page, share)
        until(page, SHOWN)
    assert (player(page, "positionUs"), player(page, "paused")) == (position, True)
    assert {message["type"] for message in stand.worker.said[before:]} == {"still"}


def test_of_a_wild_pointer_one_wish_is_under_way_and_the_newest_follows(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    loaded(page)
    stand.worker.holds_stills = True
    point(page, 0.6)
    heard(page, stand, "still")
    for share in (0.65, 0.7, 0.75, 0.8):
        point(page, share)
        page.wait_for_timeout(220)  # longer than a rest: each would be asked for
    assert len(said(stand, "still")) == 1
    stand.worker.holds_stills = False
    until(page, SHOWN)
    first, last = said(stand, "still")
    assert last["at"] - first["at"] == pytest.approx(0.2 * 3600e6, rel=0.02)


def test_beyond_the_grant_nothing_is_asked_and_the_bubble_says_why(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    loaded(page)
    point(page, 0.2)
    expect(page.locator(".preview__why")).to_have_text("查看须说明事由")
    expect(page.locator(".preview__time")).to_have_text(re.compile(r"\d\d:\d\d:\d\d$"))
    expect(page.locator(".preview__picture")).to_be_hidden()
    assert said(stand, "still") == []


def test_over_a_gap_stand_its_time_and_its_reason(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    loaded(page)
    view = page.evaluate("() => document.querySelector('custodes-timeline').view")
    middle = sum(stand.worker.gap) / 2
    point(page, (middle - view["from"]) / (view["to"] - view["from"]))
    expect(page.locator(".preview__why")).to_have_text("缺口：网络中断")
    expect(page.locator(".preview__picture")).to_be_hidden()
    assert said(stand, "still") == []


def test_a_withdrawn_grant_takes_the_preview_away_too(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    loaded(page)
    point(page, 0.8)
    until(page, SHOWN)
    stand.call(stand.worker.revoke)
    expect(page.locator(".preview")).to_be_hidden()
    until(page, "!document.querySelector('.preview video').hasAttribute('src')")


def test_escape_puts_it_away_until_the_pointer_moves(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    loaded(page)
    point(page, 0.8)
    until(page, SHOWN)
    page.keyboard.press("Escape")
    expect(page.locator(".preview")).to_be_hidden()
    point(page, 0.7)
    until(page, SHOWN)


def test_a_finger_gets_none(browser: Browser, stand: Stand) -> None:
    context = patient(browser.new_context(viewport={"width": 1280, "height": 900}, has_touch=True))
    page = context.new_page()
    open_live(page, stand)
    loaded(page)
    box = page.locator(".timeline__track").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] * 0.8, box["y"] + 42)
    until(page, f"{PLAYING} && !document.querySelector('custodes-player').live")
    expect(page.locator(".preview")).to_be_hidden()
    assert said(stand, "still") == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_it_and_the_page_grows_no_wider(browser: Browser, stand: Stand, scheme: str) -> None:
    context = patient(browser.new_context(viewport={"width": 1280, "height": 900}))
    page = context.new_page()
    page.add_init_script(f"localStorage.setItem('custodes.theme.control', '{scheme}')")
    open_live(page, stand)
    loaded(page)
    page.evaluate(f"() => document.documentElement.dataset.theme = '{scheme}'")
    for name, share, there in (
        ("picture", 0.7, SHOWN),
        ("right", 0.94, SHOWN),
        ("why", 0.02, "document.querySelector('.preview:not([hidden]) .preview__why:not([hidden])')"),
    ):
        point(page, share)
        until(page, there)
        if SHOTS:
            page.wait_for_timeout(300)
            page.screenshot(path=f"{SHOTS}/preview-{name}-{scheme}.png")
        results = Axe().run(page, options={"resultTypes": ["violations"]})
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    context.close()
