"""The wall: one grant, sub-streams, tiles in sight only, keyboard."""

from __future__ import annotations

import os

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.frontend.conftest import Stand, until

PLAYERS = "[...document.querySelectorAll('custodes-player')]"
SHOTS = os.environ.get("CUSTODES_TEST_SHOTS")


def open_wall(page: Page, stand: Stand, tiles: int) -> None:
    page.goto(stand.url + "/wall")
    page.get_by_label("画面数").select_option(str(tiles))
    until(page, f"{PLAYERS}.length === {min(tiles, 6)} && {PLAYERS}.every(each => each.state.kind === 'playing')")


def test_all_tiles_play_sub_streams_on_one_socket_under_one_grant(page: Page, stand: Stand) -> None:
    open_wall(page, stand, 9)
    assert len(stand.worker.sockets) == 1
    assert len(stand.worker.asked) == 1
    assert len(stand.worker.asked[0]["cameras"]) == 6
    assert {message["stream"] for message in stand.worker.said if message["type"] == "open"} == {"sub"}
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/wall.png")
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()


def test_arrow_keys_choose_a_tile_and_enter_opens_the_camera(page: Page, stand: Stand) -> None:
    open_wall(page, stand, 4)
    page.get_by_role("link", name="打开点位：点位 1").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="打开点位：点位 4")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/4")


def test_another_group_takes_other_channels_under_the_same_grant(page: Page, stand: Stand) -> None:
    open_wall(page, stand, 4)
    opened = [message for message in stand.worker.said if message["type"] == "open"]
    page.get_by_role("button", name="下一组").click()
    until(page, f"{PLAYERS}.length === 2 && {PLAYERS}.every(each => each.state.kind === 'playing')")
    assert len(stand.worker.asked) == 1
    closed = {message["channel"] for message in stand.worker.said if message["type"] == "close"}
    assert {message["channel"] for message in opened} <= closed


def test_tiles_out_of_sight_take_no_stream(page: Page, stand: Stand) -> None:
    page.set_viewport_size({"width": 390, "height": 500})
    page.goto(stand.url + "/wall")
    page.get_by_label("画面数").select_option("9")
    until(page, f"{PLAYERS}[0].state.kind === 'playing'")
    assert page.evaluate(f"() => {PLAYERS}[5].state.kind") == "idle"
    page.evaluate(f"() => {PLAYERS}[5].scrollIntoView()")
    until(page, f"{PLAYERS}[5].state.kind === 'playing' && {PLAYERS}[0].state.kind === 'idle'")


def test_a_vote_before_one_camera_empties_its_tile_alone_and_it_comes_back(page: Page, stand: Stand) -> None:
    stand.worker.token_seconds = 6
    open_wall(page, stand, 4)
    camera = page.evaluate(f"() => {PLAYERS}[1].camera")
    stand.call(lambda: stand.worker.withhold(camera))
    tile = page.locator("custodes-player").nth(1)
    expect(tile).to_contain_text("正在投票")
    expect(tile.get_by_role("link", name="第十条第三项").or_(tile.get_by_text("S10(3)")).first).to_be_visible()
    expect(tile).to_contain_text("投票结束后自动恢复")
    # Beside other work a picture may stand still for a moment: the others are not lost, and go on.
    until(page, f"{PLAYERS}.map(each => each.state.kind).join() === 'playing,lost,playing,playing'")
    assert len(stand.worker.asked) == 1
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/wall_vote.png")
    stand.worker.vote = ""
    until(page, f"{PLAYERS}.every(each => each.state.kind === 'playing')")
    assert len(stand.worker.asked) == 1


def test_a_withdrawn_grant_empties_every_tile(page: Page, stand: Stand) -> None:
    open_wall(page, stand, 4)
    stand.call(stand.worker.revoke)
    until(page, f"{PLAYERS}.every(each => each.state.kind === 'lost' && each.video.src === '')")
