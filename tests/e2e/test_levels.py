"""Three cascaded platforms, as `custodes demo --levels 3` starts them: a county's camera, live on the region's page, through the city."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import migrated
from tests.e2e.conftest import FILMS, START_SECONDS, System, free_ports
from tests.e2e.people import begin_duty, sign_in
from tests.e2e.picture import frame_number, until

pytestmark = pytest.mark.e2e

STATE = "() => document.querySelector('custodes-player')?.state.kind"
NAMES = "() => JSON.parse(document.getElementById('wall-cameras')?.textContent || '[]').map((one) => one.name)"
CAMERA = "大昭寺广场东口"


@pytest.fixture
def region(tmp_path: Path) -> Iterator[System]:
    """The region of the demo of three levels, on a folder of its own; all of it must also stop cleanly."""
    first = free_ports(20)
    migrated.begin(tmp_path / "data" / "region")
    with (tmp_path / "demo.log").open("w+") as log:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "custodes.cli", "demo", "--levels", "3", "--json", "--data", str(tmp_path / "data"),
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
            facts = json.loads(line)
            told = next(one for one in facts["installations"] if one["level"] == "region")
            logins = {"zhiban": {"username": "zhiban", "password": facts["password"]}}
            yield System(told["address"], Path(told["data"]), logins, facts["camera_port"], facts["sent_port"], process)
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(90)
        assert code == 0


def test_the_region_sees_a_countys_camera_live_through_the_city(browser: Browser, region: System) -> None:
    with browser.new_context(
        base_url=region.address, locale="zh-CN", viewport={"width": 1280, "height": 800}
    ) as context:
        page = context.new_page()
        sign_in(page, region, "zhiban")
        begin_duty(page)

        def listed() -> bool:
            page.goto("/live/")
            return bool(page.evaluate(NAMES) == [CAMERA])

        until(page, listed, "the city's catalogue became a camera", 90, every=2)
        until(page, lambda: page.evaluate(STATE) == "playing", "the picture plays", 40)
        numbers: set[int | None] = set()

        def moves() -> bool:
            numbers.add(frame_number(page))
            return len(numbers - {None}) >= 5

        until(page, moves, "the county's frames come, one after the other", 20)
