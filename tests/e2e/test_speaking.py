"""An officer speaks through a camera in a real browser with a made-up microphone: the device takes the call, and the ledger knows."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.e2e.conftest import CHROMIUM, CHROMIUM_ARGUMENTS, System
from tests.e2e.people import begin_duty, open_camera, sign_in
from tests.e2e.picture import until

pytestmark = pytest.mark.e2e

CAMERA, QUIET = "河滨公园广播柱", "河滨公园步道"
CALLED = "移动执法车"
"""Its device says ERROR to an announcement, and is called by the short form."""
STATE = "() => document.querySelector('custodes-player').state.kind"
MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
HEARD_US = 1_000_000


@pytest.fixture
def speaking(playwright: Playwright, system: System) -> Iterator[BrowserContext]:
    """A browser whose microphone beeps, and that allows it without asking."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*CHROMIUM_ARGUMENTS, *MICROPHONE])
    context = browser.new_context(base_url=system.address, viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(20_000)
    yield context
    context.close()
    browser.close()


def shot(page: Page, name: str) -> None:
    """A picture for whoever looks, where CUSTODES_SHOTS names a folder."""
    if folder := os.environ.get("CUSTODES_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def test_an_officer_speaks_and_the_ledger_knows_who_why_and_for_how_long(
    system: System, speaking: BrowserContext
) -> None:
    page = speaking.new_page()
    broken: list[str] = []
    page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    sign_in(page, system, "zhiban")
    begin_duty(page)
    open_camera(page, CAMERA)
    until(page, lambda: page.evaluate(STATE) == "playing", "live picture of the channel", 60)
    pad = page.locator(".speak")
    until(page, lambda: _offered(page), "the button is offered", 60)
    broken.clear()

    pad.get_by_role("button", name="喊话", exact=True).click()
    why = page.get_by_role("dialog", name="喊话事由")
    why.get_by_role("button", name="开始喊话").click()
    expect(why.get_by_role("alert")).to_contain_text("请选择事由")
    why.get_by_text("劝阻危险行为").click()
    shot(page, "speak-why")
    why.get_by_role("button", name="开始喊话").click()
    hold = pad.get_by_role("button", name="按住说话")
    expect(hold).to_be_visible(timeout=40_000)
    expect(pad.get_by_text("已接通，按住")).to_be_visible()
    shot(page, "speak-ready")

    box = hold.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    expect(pad.get_by_text("现场听得到")).to_be_visible()
    level = pad.locator("meter")
    until(page, lambda: level.evaluate("meter => meter.value") > 0, "the microphone is heard", 20)
    page.wait_for_timeout(1500)  # spoken: it is measured below
    shot(page, "speak-held")
    page.mouse.up()
    expect(pad.get_by_text("已接通，按住")).to_be_visible()
    page.keyboard.down("t")
    expect(pad.get_by_text("现场听得到")).to_be_visible()
    page.keyboard.up("t")

    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    pad.get_by_role("button", name="结束喊话").click()
    expect(pad.get_by_text("喊话已结束")).to_be_visible()
    assert broken == []

    until(page, lambda: bool(_records(system, "speech.ended")), "it is on record", 40, every=1)
    [ended] = _records(system, "speech.ended")
    [begun] = [one for one in _records(system, "speech.begun") if one["speech"] == ended["speech"]]
    assert (begun["reason"], begun["person_name"]) == ("劝阻危险行为", "王伟")
    assert (ended["reason"], ended["person"], ended["form"]) == ("left", begun["person"], "broadcast")
    assert ended["spoken_us"] >= HEARD_US
    assert ended["spoken_us"] <= ended["ended_us"] - ended["begun_us"]
    page.goto("/ledger/mine/")
    until(page, lambda: _listed(page, "准予喊话") and _listed(page, "结束喊话"), "the log says so in words", 30)


def test_an_officer_speaks_through_a_device_that_is_called(system: System, speaking: BrowserContext) -> None:
    page = speaking.new_page()
    sign_in(page, system, "zhiban")
    begin_duty(page)
    open_camera(page, CALLED)
    until(page, lambda: page.evaluate(STATE) == "playing", "live picture of the channel", 60)
    pad = page.locator(".speak")
    until(page, lambda: _offered(page), "the button is offered", 60)
    before = {one["id"] for one in _records(system, "speech.ended")}
    pad.get_by_role("button", name="喊话", exact=True).click()
    page.get_by_role("dialog").get_by_text("设备试音").click()
    page.get_by_role("button", name="开始喊话").click()
    hold = pad.get_by_role("button", name="按住说话")
    expect(hold).to_be_visible(timeout=40_000)
    page.keyboard.down("t")
    expect(pad.get_by_text("现场听得到")).to_be_visible()
    page.wait_for_timeout(1500)  # spoken: it is measured below
    page.keyboard.up("t")
    pad.get_by_role("button", name="结束喊话").click()
    expect(pad.get_by_text("喊话已结束")).to_be_visible()

    def ended() -> list[dict[str, Any]]:
        return [one for one in _records(system, "speech.ended") if one["id"] not in before]

    until(page, lambda: bool(ended()), "it is on record", 40, every=1)
    [record] = ended()
    assert (record["form"], record["reason"]) == ("talk", "left")
    assert record["spoken_us"] >= HEARD_US


def test_whoever_is_refused_a_microphone_is_told_and_no_leave_is_asked(system: System, context: BrowserContext) -> None:
    page = context.new_page()
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    sign_in(page, system, "zhiban")
    begin_duty(page)
    open_camera(page, CAMERA)
    until(page, lambda: page.evaluate(STATE) == "playing", "live picture of the channel", 60)
    until(page, lambda: _offered(page), "the button is offered", 60)
    before = len(_records(system, "speech.begun"))
    pad = page.locator(".speak")
    pad.get_by_role("button", name="喊话", exact=True).click()
    page.get_by_role("dialog").get_by_text("提醒注意安全").click()
    page.get_by_role("button", name="开始喊话").click()
    expect(pad.get_by_text("浏览器没有允许使用麦克风")).to_be_visible()
    assert len(_records(system, "speech.begun")) == before
    open_camera(page, QUIET)
    until(page, lambda: page.evaluate(STATE) == "playing", "a camera without a loudspeaker", 40)
    expect(page.locator(".speak")).to_have_count(0)


def _offered(page: Page) -> bool:
    """Whether the button can be pressed; a channel opened before the node knew is opened again."""
    try:
        expect(page.locator(".speak__begin")).to_be_enabled(timeout=4000)
    except AssertionError:
        page.reload()
        return False
    return True


def _records(system: System, kind: str) -> list[dict[str, Any]]:
    """Those of a type that the log has."""
    with closing(sqlite3.connect(system.data / "ledger" / "book.sqlite3", timeout=20)) as book:
        rows = book.execute("SELECT record FROM entry WHERE record IS NOT NULL").fetchall()
    return [one for one in (json.loads(record) for (record,) in rows) if one["type"] == kind]


def _listed(page: Page, words: str) -> bool:
    if page.get_by_text(words).count():
        return True
    page.reload()
    return False
