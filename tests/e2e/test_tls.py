"""The whole system behind its own authority: a browser that trusts it sees pictures, one that does not is stopped."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, Playwright

from custodes.commands.installation import make_keys
from custodes.settings import Settings
from tests.commands.called import PROGRAM, environment
from tests.e2e.conftest import CHROMIUM, CHROMIUM_ARGUMENTS, System, demo
from tests.e2e.people import begin_duty, open_camera, sign_in
from tests.e2e.picture import moves, until
from tests.frontend.conftest import patient

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A demo for which `custodes tls make` was called."""
    data = tmp_path_factory.mktemp("secured") / "data"
    env = environment(data, training=True, log_origin="training.custodes.localhost/log")
    make_keys(Settings(data=data, log_origin="training.custodes.localhost/log"))
    subprocess.run([*PROGRAM, "tls", "make", "--host", "localhost", "--json"], env=env, check=True, capture_output=True)
    with demo(data) as running:
        yield running


def _page(playwright: Playwright, home: Path, address: str) -> Iterator[Page]:
    """A tab of a browser whose person has this home folder, and with it these trusted authorities."""
    env: dict[str, str | float | bool] = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home / ".local/share")}
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS, env=env)
    context = patient(browser.new_context(base_url=address, viewport={"width": 1280, "height": 800}, locale="zh-CN"))
    yield context.new_page()
    browser.close()


@pytest.fixture
def stranger(playwright: Playwright, secured: System, tmp_path: Path) -> Iterator[Page]:
    """A browser that has not installed the authority."""
    yield from _page(playwright, tmp_path, secured.address)


@pytest.fixture
def installed(playwright: Playwright, secured: System, tmp_path: Path) -> Iterator[Page]:
    """A browser whose person did what the page says for Chromium on Linux."""
    store = tmp_path / ".pki/nssdb"
    store.mkdir(parents=True)
    database = f"sql:{store}"
    authority = secured.data / "keys/public/ca.pem"
    subprocess.run(["certutil", "-d", database, "-N", "--empty-password"], check=True)
    subprocess.run(["certutil", "-d", database, "-A", "-t", "C,,", "-n", "custodes", "-i", str(authority)], check=True)
    yield from _page(playwright, tmp_path, secured.address)


def test_a_browser_without_the_authority_is_stopped_before_the_first_page(stranger: Page, secured: System) -> None:
    assert secured.address.startswith("https://")
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        stranger.goto("/accounts/login/")


def test_with_the_authority_a_person_signs_in_and_watches_over_tls(installed: Page, secured: System) -> None:
    sockets: list[str] = []
    installed.on("websocket", lambda socket: sockets.append(socket.url))
    sign_in(installed, secured, "zhiban")
    begin_duty(installed)
    open_camera(installed, "大昭寺广场东口")
    playing = "() => document.querySelector('custodes-player')?.state.kind === 'playing'"
    until(installed, lambda: installed.evaluate(playing), "the camera plays")
    assert moves(installed, 0)
    assert sockets
    assert all(url.startswith("wss://localhost:") for url in sockets)
    cookies = {cookie["name"]: cookie for cookie in installed.context.cookies()}
    session = cookies["__Host-custodes_session"]
    assert session["secure"]
    assert session["path"] == "/"


def test_the_page_that_hands_the_authority_out_needs_no_sign_in(installed: Page, secured: System) -> None:
    answer = installed.goto("/accounts/login/")
    assert answer is not None
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    installed.locator("main a[href='/ca/']").click()
    with installed.expect_download() as download:
        installed.locator("main a[href='/ca/ca.crt']").click()
    handed = Path(download.value.path()).read_bytes()
    of_file = subprocess.run(
        ["openssl", "x509", "-inform", "DER", "-noout", "-fingerprint", "-sha256"],
        input=handed,
        capture_output=True,
        check=True,
    )
    printed = of_file.stdout.decode().strip().rsplit("=", 1)[-1].replace(":", "")
    shown = "".join(installed.locator(".fingerprint").inner_text().split())
    assert shown == printed
