"""The pad under the player, in a real browser, with a device that turns: hold to move, let go to stop, presets, and a log."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.camera_page import look, on_duty, shot, wait_for_offer, wait_for_words
from tests.e2e.conftest import System
from tests.e2e.picture import until
from tests.patience import PATIENCE
from tests.video.onvif.turning import Turning
from tests.video.onvif.virtual import device_that

pytestmark = pytest.mark.e2e

CAMERA, DOME = "河滨公园步道", "大昭寺广场东口"
BUTTON = ".steer__begin"
ABLE = {"move": True, "zoom": True, "focus": True, "iris": True, "presets": 8, "home": True, "set_home": True}


@pytest.fixture
def device(system: System) -> Iterator[Turning]:
    """The device that the camera is: what its page would find out stands in the register."""
    turning = Turning()
    with device_that(turning.answer) as port:
        with closing(sqlite3.connect(system.data / "web.sqlite3", timeout=PATIENCE)) as register, register:
            register.execute(
                "UPDATE places_camera SET onvif_port = ?, onvif_profile = 'p1', steering = ? WHERE name = ?",
                (port, json.dumps(ABLE), CAMERA),
            )
            register.execute("UPDATE places_node SET generation = generation + 1")
        yield turning


def test_an_officer_steers_a_camera_and_every_command_is_in_the_log(
    system: System, page: Page, device: Turning
) -> None:
    on_duty(page, system)
    look(page, CAMERA)
    pad = page.locator(".steer")
    begin = pad.get_by_role("button", name="操控", exact=True)
    # The node takes the new assignment up within its poll; until then nobody has a helm to offer.
    wait_for_offer(page, BUTTON)
    begin.click()
    expect(pad.get_by_text("您正在操控")).to_be_visible()

    # The device's presets come a moment behind the helm and make the pad longer: what is pressed must not move away.
    expect(pad.locator(".steer__presets")).to_have_text("大门")
    pad.get_by_role("button", name="向右").hover()
    page.mouse.down()
    until(page, lambda: "ContinuousMove" in device.names(), "the device moves")
    page.wait_for_timeout(1500)  # held longer than the watchdog's second: it goes on
    assert "Stop" not in device.names()
    shot(page, "held-1280")
    page.mouse.up()
    until(page, lambda: "Stop" in device.names(), "the device stands still")

    device.said.clear()
    page.keyboard.down("ArrowUp")
    until(page, lambda: "ContinuousMove" in device.names(), "an arrow key turns it")
    page.keyboard.up("ArrowUp")
    until(page, lambda: "Stop" in device.names(), "and stops it")

    pad.get_by_role("button", name="转到预置位").click()
    expect(page.get_by_text("设备正在转动").first).to_be_visible()
    assert "GotoPreset" in device.names()
    expect(pad.get_by_role("button", name="设为预置位")).to_be_hidden()  # the lead's alone

    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.querySelector('.steer').scrollIntoView({block: 'end'})")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(page, "pad-390")
    page.set_viewport_size({"width": 1280, "height": 800})
    pad.get_by_role("button", name="结束操控").click()
    expect(begin).to_be_visible()


def test_the_demos_own_camera_turns_and_shows_it(system: System, page: Page) -> None:
    on_duty(page, system)
    look(page, DOME)
    pad = page.locator(".steer")
    wait_for_offer(page, BUTTON)
    pad.get_by_role("button", name="操控", exact=True).click()
    expect(pad.get_by_text("您正在操控")).to_be_visible()
    presets = pad.locator(".steer__presets")
    expect(presets).to_contain_text("检票通道")
    before = _buildings(page)
    presets.select_option(label="检票通道")
    pad.get_by_role("button", name="转到预置位").click()
    until(page, lambda: _unlike(before, _buildings(page)), "the picture turns")
    pad.get_by_role("button", name="转回规定指向").click()
    until(page, lambda: not _unlike(before, _buildings(page)), "and back")
    _point(page, "30")
    until(page, lambda: _unlike(before, _buildings(page)), "it is pointed by degrees")
    _point(page, "80")  # declared are 90 degrees: 45 to each side
    expect(page.get_by_text("超出申报的采集范围").first).to_be_visible()
    assert _unlike(before, _buildings(page)), "and stays where it was"
    pad.get_by_role("button", name="向右").hover()
    page.mouse.down()
    expect(pad.get_by_text("已到申报采集范围的边缘")).to_be_visible()
    page.mouse.up()
    pad.get_by_role("button", name="转回规定指向").click()
    until(page, lambda: not _unlike(before, _buildings(page)), "and back again")
    pad.get_by_role("button", name="结束操控").click()


def _point(page: Page, pan: str) -> None:
    page.locator(".steer").get_by_role("button", name="转到指定角度").click()
    asked = page.get_by_role("dialog", name="转到指定角度")
    asked.get_by_label("方位角（度）").fill(pan)
    asked.get_by_role("button", name="转到", exact=True).click()
    expect(asked).to_be_hidden()


def _buildings(page: Page) -> list[int]:
    """Brightness along a line through the houses, which stand still; the street moves."""
    script = """() => {
      const video = document.querySelector('custodes-player').video;
      const canvas = Object.assign(document.createElement('canvas'), {width: 64, height: 36});
      const drawing = canvas.getContext('2d');
      drawing.drawImage(video, 0, 0, 64, 36);
      const pixels = drawing.getImageData(0, 13, 64, 1).data;
      return Array.from({length: 64}, (_, at) => pixels[at * 4]);
    }"""
    found: list[int] = page.evaluate(script)
    return found


def _unlike(one: list[int], other: list[int]) -> bool:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) > 64 * 8


def test_the_demos_help_point_is_heard_and_who_listens_is_in_the_log(system: System, page: Page) -> None:
    on_duty(page, system)
    look(page, "河滨公园求助柱")
    page.get_by_role("button", name="听声音").click()
    until(page, lambda: page.evaluate("() => document.querySelector('custodes-player').heard") > 1, "it is heard")
    page.get_by_role("button", name="静音").click()
    wait_for_words(page, "开始收听")
