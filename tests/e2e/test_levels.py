"""Three cascaded platforms, as `custodes demo --levels 3` starts them: a county's camera, live on the region's page, through the city."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import FILMS, START_SECONDS, free_ports
from tests.e2e.picture import frame_number, until

pytestmark = pytest.mark.e2e

STATE = "() => document.querySelector('custodes-player')?.state.kind"
NAMES = "() => JSON.parse(document.getElementById('wall-cameras')?.textContent || '[]').map((one) => one.name)"
CAMERA = "大昭寺广场东口"


@contextmanager
def three(folder: Path) -> Iterator[dict[str, Any]]:
    """The demo of three levels on a folder; it must also stop cleanly."""
    first = free_ports(20)
    with (folder / "demo.log").open("w+") as log:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "custodes.cli", "demo", "--levels", "3", "--json", "--data", str(folder / "data"),
                "--films", str(FILMS), "--web-port", str(first), "--node-port", str(first + 4), "--camera-port", str(first + 8),
            ],
            stdout=subprocess.PIPE, stderr=log, text=True,
            env={name: value for name, value in os.environ.items() if not name.startswith(("CUSTODES_", "DJANGO_"))},
        )  # fmt: skip
        assert process.stdout is not None
        try:
            ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
            line = process.stdout.readline() if ready else ""
            log.seek(0)
            assert line, f"it did not start:\n{log.read()}"
            yield json.loads(line)
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(90)
        assert code == 0


def sign_in(page: Page, facts: dict[str, Any], level: str) -> None:
    address = next(one["address"] for one in facts["installations"] if one["level"] == level)
    page.goto(f"{address}/accounts/login/")
    page.locator("input[name=login]").fill("zhiban")
    page.locator("input[name=password]").fill(facts["password"])
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.get_by_role("button", name="开始值班").first.click()
    page.get_by_text("值班中").first.wait_for()


def test_the_region_sees_a_countys_camera_live_through_the_city(browser: Browser, tmp_path: Path) -> None:
    with three(tmp_path) as facts:
        page = browser.new_page(locale="zh-CN", viewport={"width": 1280, "height": 800})
        sign_in(page, facts, "region")

        def listed() -> bool:
            page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/live/")
            return page.evaluate(NAMES) == [CAMERA]

        until(page, listed, "the city's catalogue became a camera", 120, every=2)
        until(page, lambda: page.evaluate(STATE) == "playing", "the picture plays", 40)
        numbers: set[int | None] = set()

        def moves() -> bool:
            numbers.add(frame_number(page))
            return len(numbers - {None}) >= 5

        until(page, moves, "the county's frames come, one after the other", 20)
        page.close()
