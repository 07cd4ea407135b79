"""A duty officer's evening, in a real browser against the whole system."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import System
from tests.e2e.people import begin_duty, open_camera, sign_in, totp
from tests.e2e.picture import frame_number, moves, until
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e

LIVE_STATES = "() => [...document.querySelectorAll('custodes-player')].map((player) => player.state.kind)"
POSITION = "() => document.querySelector('custodes-player').positionUs"
STATE = "() => document.querySelector('custodes-player').state.kind"


def test_sign_in_asks_for_the_second_factor_once_it_is_set_up(page: Page, system: System) -> None:
    # Hers alone: whoever has a second factor from here on is let in by no other test.
    sign_in(page, system, "guihua")
    page.goto("/accounts/2fa/totp/activate/")
    if page.locator("input[name=password]").count():
        page.locator("input[name=password]").fill(system.login("guihua")["password"])
        page.locator("main form button[type=submit]").first.click()
    secret = page.locator("main code").inner_text().strip()
    page.locator("input[name=code]").fill(totp(secret))
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("恢复")
    page.context.clear_cookies()

    login = system.login("guihua")
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(login["username"])
    page.locator("input[name=password]").fill(login["password"])
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/2fa/authenticate/**")
    page.goto("/ledger/")
    assert "/accounts/" in page.url, "the password alone opens nothing"
    page.goto("/accounts/2fa/authenticate/")
    page.locator("input[name=code]").fill("000000")
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("authenticate"))
    page.locator("input[name=code]").fill(totp(secret, time.time() + 30))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def test_on_duty_four_tiles_move(page: Page, system: System) -> None:
    sign_in(page, system, "zhiban")
    begin_duty(page)
    page.goto("/live/")
    playing = "() => [...document.querySelectorAll('custodes-player')].filter((p) => p.state.kind === 'playing').length"
    until(page, lambda: page.evaluate(playing) >= 4, "four tiles play")
    kinds = page.evaluate(LIVE_STATES)
    moving = [index for index, kind in enumerate(kinds) if kind == "playing"]
    assert all(moves(page, index) for index in moving[:4])


def test_going_back_across_a_gap_and_stepping_frames(page: Page, system: System) -> None:
    sign_in(page, system, "zhiban")
    begin_duty(page)
    open_camera(page, "大昭寺广场东口")
    until(page, lambda: page.evaluate(STATE) == "playing", "live picture")
    before = page.evaluate("() => document.querySelector('custodes-player').nowUs")
    _interrupt_cameras(system)
    until(page, lambda: page.evaluate(STATE) != "playing", "the picture stalls while the cameras are away")
    until(page, lambda: page.evaluate(STATE) == "playing", "the picture comes back", patience=max(PATIENCE, 90))

    page.evaluate("(us) => document.querySelector('custodes-player').seek(us)", before - 4_000_000)
    until(page, lambda: (page.evaluate(POSITION) or 0) > before + 2_000_000, "playback crosses the gap")

    page.evaluate("(us) => document.querySelector('custodes-player').seek(us)", before - 6_000_000)
    until(page, lambda: page.evaluate(STATE) == "playing", "playback runs")
    page.locator("custodes-player .player__stage").focus()
    page.keyboard.press("k")
    until(page, lambda: page.evaluate(STATE) == "paused", "it pauses")
    still = _settled_number(page)
    page.keyboard.press("ArrowRight")
    until(page, lambda: frame_number(page) == (still + 1) % 300, "one frame forward")
    page.keyboard.press("ArrowLeft")
    until(page, lambda: frame_number(page) == still, "one frame back")
    page.keyboard.press("ArrowLeft")
    until(page, lambda: frame_number(page) == (still - 1) % 300, "one more frame back")


def test_a_pointer_that_rests_on_the_timeline_shows_what_was_recorded_there(page: Page, system: System) -> None:
    sign_in(page, system, "zhiban")
    begin_duty(page)
    open_camera(page, "大昭寺广场东口")
    until(page, lambda: page.evaluate(STATE) == "playing", "live picture")
    page.evaluate(
        """() => {
          const now = document.querySelector('custodes-player').nowUs;
          document.querySelector('custodes-timeline').view = { from: now - 30e6, to: now + 2e6 };
        }"""
    )
    track = page.locator(".timeline__track")
    box = track.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 42)
    until(page, lambda: page.locator(".preview__picture[data-waiting=false]").is_visible(), "the preview")
    assert page.evaluate("() => document.querySelector('.preview video').videoWidth") > 0
    assert page.evaluate(STATE) == "playing"
    if folder := os.environ.get("CUSTODES_TEST_SHOTS"):
        page.screenshot(path=f"{folder}/preview-real.png")


def test_the_log_proves_what_was_looked_at(system: System) -> None:
    key = (system.data / "keys" / "public" / "log.vkey").read_text().strip()
    done = subprocess.run(
        [sys.executable, "-m", "custodes.cli", "verify", "ledger", str(system.data / "ledger"), "--key", key, "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _interrupt_cameras(system: System) -> None:
    """Kill the simulated cameras; the demo starts them again after a second."""
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"simcam" in words and str(system.sent_port).encode() in words:
            os.kill(int(process.name), signal.SIGKILL)
            return
    raise AssertionError("the simulated cameras do not run")


def _settled_number(page: Page) -> int:
    number = None

    def settled() -> bool:
        nonlocal number
        last, number = number, frame_number(page)
        return number is not None and number == last

    until(page, settled, "the paused picture stands still")
    assert number is not None
    return number
