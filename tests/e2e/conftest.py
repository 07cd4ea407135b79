"""The whole system, as a newcomer starts it, and a real browser to look at it."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests import migrated
from tests.frontend.conftest import patient
from tests.patience import PATIENCE

CHROMIUM = "/usr/bin/chromium"
FILMS = Path(__file__).resolve().parents[2] / "var" / "films"
"""Drawn and encoded once; kept between runs."""

START_SECONDS = int(os.environ.get("CUSTODES_TEST_START_SECONDS", "300"))
"""For a first start: films are drawn, a database is made. A machine with much else to do needs longer."""

CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


@dataclass(frozen=True)
class System:
    """A running demo."""

    address: str
    data: Path
    logins: dict[str, dict[str, str]]
    camera_port: int
    sent_port: int
    process: subprocess.Popen[str]

    @property
    def heard(self) -> Path:
        """What was spoken through its simulated devices."""
        return _heard(self.data)

    def login(self, username: str) -> dict[str, str]:
        """User name and password of one of the demo's people."""
        return self.logins[username]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test's five minutes are its own: the first one does not pay for the demo's start, which has `START_SECONDS`."""
    for item in items:
        if Path(__file__).parent in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(300, func_only=True))


_held: list[socket.socket] = []
"""What holds this process's places of ports until it ends."""
PLACE = 32
"""Ports of one place."""


def free_ports(count: int) -> int:
    """The first of `count` ports in a row that nothing listens on, from a random place on; no other run is given the same place."""
    assert count <= PLACE
    places = (29000 - 27000) // PLACE
    start = secrets.randbelow(places)
    for place in ((start + number) % places for number in range(places)):
        held = socket.socket(socket.AF_UNIX)
        try:
            held.bind(f"\0custodes-tests-demo-{place}")  # a name without a file, gone with its process
        except OSError:
            held.close()
            continue
        first = 27000 + place * PLACE
        taken = False
        for port in range(first, first + count):
            with socket.socket() as probe:
                taken = taken or probe.connect_ex(("127.0.0.1", port)) == 0
        if not taken:
            _held.append(held)
            return first
        held.close()
    raise AssertionError("no free ports")


@contextmanager
def one_starts() -> Iterator[None]:
    """Of the workers' demos one starts at a time: the first draws the films, the others find them."""
    FILMS.parent.mkdir(parents=True, exist_ok=True)
    with (FILMS.parent / "films.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _heard(data: Path) -> Path:
    return data.parent / "heard"


@contextmanager
def demo(data: Path) -> Iterator[System]:
    """`custodes demo` on a folder; it must also stop cleanly."""
    first = free_ports(25)
    migrated.begin(data)
    log = (data.parent / "demo.log").open("w+")
    with one_starts():
        process = subprocess.Popen(
            [
                sys.executable, "-m", "custodes.cli", "demo", "--json", "--data", str(data), "--films", str(FILMS),
                "--web-port", str(first), "--node-port", str(first + 1), "--workers", "2", "--camera-port", str(first + 4),
            ],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={name: value for name, value in os.environ.items() if not name.startswith(("CUSTODES_", "DJANGO_"))}
            | {"CUSTODES_SIMCAM_HEARD": str(_heard(data))},
        )  # fmt: skip
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
        line = process.stdout.readline() if ready else ""
    if not line:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
        log.seek(0)
        logs = "\n".join(
            f"--- {path.name}\n{path.read_text()[-3000:]}" for path in sorted((data / "log").glob("*.log"))
        )
        pytest.fail(f"the demo did not start ({process.returncode}):\n{log.read()}\n{logs}")
    facts = json.loads(line)
    logins = {login["username"]: login for login in facts["logins"]}
    try:
        yield System(facts["address"], data, logins, facts["camera_port"], facts["sent_port"], process)
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(PATIENCE)
        log.close()
    assert code == 0


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The demo on a folder of its own."""
    with demo(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One driver for all the tests' browsers: a process can't run two at once."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def context(browser: Browser, system: System) -> Iterator[BrowserContext]:
    """A fresh browser profile at 1280 px in Chinese."""
    context = patient(
        browser.new_context(base_url=system.address, viewport={"width": 1280, "height": 800}, locale="zh-CN")
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """One tab, in which no script may fail and no policy may be broken."""
    return context.new_page()
