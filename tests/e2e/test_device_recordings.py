"""What a device has recorded itself: asked for by hand, a band of its own under the timeline, played and marked as not sealed by us."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.camera_page import STATE, look, on_duty, records, shot
from tests.e2e.conftest import System
from tests.e2e.picture import frame_number, until
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e

CAMERA = "河滨公园步道"
RECORDER = "54010200021188000001"
CHANNEL = f"gb28181://{RECORDER}/54010200021328000001"
MINUTE = 60_000_000


@pytest.fixture
def channel(system: System) -> Iterator[str]:
    """The camera is a channel of the demo's recorder for a while, which is of the camera's system then."""
    with closing(sqlite3.connect(system.data / "web.sqlite3", timeout=PATIENCE)) as register:
        [(id, url, way, of)] = register.execute(
            "SELECT id, main_url, transport, system_id FROM places_camera WHERE name = ?", (CAMERA,)
        ).fetchall()
        [(before,)] = register.execute("SELECT system_id FROM places_gbdevice WHERE gb_id = ?", (RECORDER,)).fetchall()
        _becomes(register, CHANNEL, "udp", of)
        try:
            yield str(UUID(id))
        finally:
            _becomes(register, url, way, before)


def _becomes(register: sqlite3.Connection, url: str, transport: str, system: str) -> None:
    with register:
        register.execute(
            "UPDATE places_camera SET main_url = ?, transport = ? WHERE name = ?", (url, transport, CAMERA)
        )
        register.execute("UPDATE places_gbdevice SET system_id = ? WHERE gb_id = ?", (system, RECORDER))
        register.execute("UPDATE places_node SET generation = generation + 1")
        register.execute("UPDATE places_gateway SET generation = generation + 1")


def _known_for_an_hour(system: System, page: Page) -> None:
    """The node shows nothing of a device from before it knew the camera: it is told that it has known it for an hour."""
    then = time.time_ns() // 1000 - 60 * MINUTE

    def noted() -> bool:
        changed = 0
        for views in (system.data / "node").glob("views-*.sqlite3"):
            with closing(sqlite3.connect(views, timeout=PATIENCE)) as journal, journal:
                changed += journal.execute(
                    "UPDATE facts SET value = ? WHERE name LIKE 'channel-since:%'", (then,)
                ).rowcount
        return changed > 0

    until(page, noted, "the node knows the camera as a channel", every=0.5)


def test_a_device_s_own_recording_is_asked_for_played_and_on_record(system: System, page: Page, channel: str) -> None:
    broken: list[str] = []
    page.on("console", lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None)
    on_duty(page, system)
    _known_for_an_hour(system, page)
    look(page, CAMERA)
    ask = page.get_by_role("button", name="查询设备录像")
    band = page.locator(".timeline__band")
    expect(band).to_be_hidden()  # nothing is asked by itself

    def told() -> bool:
        ask.click()
        expect(ask).to_be_enabled()
        return page.locator(".timeline__box").count() > 0

    until(page, told, "the device says what it has", patience=max(PATIENCE, 90), every=3)
    shot(page, "device-recordings-asked")
    box = page.locator(".timeline__box").first
    box.focus()
    page.keyboard.press("Enter")
    badge = page.get_by_text("设备录像，未经本系统存证").first
    until(page, lambda: page.evaluate(STATE) == "playing" and badge.is_visible(), "it plays and is marked")
    numbers: set[int | None] = set()

    def moves() -> bool:
        numbers.add(frame_number(page))
        return len(numbers - {None}) >= 10

    until(page, moves, "its pictures come, one after the other")
    shot(page, "device-recordings-1280")

    page.get_by_role("button", name="暂停").click()
    until(page, lambda: page.evaluate(STATE) == "paused", "it stands still")
    page.get_by_role("button", name="播放", exact=True).click()
    until(page, lambda: page.evaluate(STATE) == "playing", "and goes on")
    page.locator(".player__rate").select_option("2")
    page.locator(".player__rate").select_option("16")
    expect(page.get_by_text("设备没有改变倍速").first).to_be_visible()

    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("document.querySelector('.timeline').scrollIntoView({block: 'end'})")
    shot(page, "device-recordings-390-dark")
    page.goto("/live/")
    until(page, lambda: any(one["source"] == "device" for one in _ended(system, channel)), "it is on record", every=1)
    [ended] = [one for one in _ended(system, channel) if one["source"] == "device"]
    assert ended["shown"]
    assert broken == []


def _ended(system: System, camera: str) -> list[dict[str, Any]]:
    """Looks at the camera that have ended, of those that the log has."""
    looks = [one for one in records(system, "view.ended") if one["camera"] == camera]
    return [one | {"source": one.get("source", "")} for one in looks]
