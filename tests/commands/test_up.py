"""`custodes init` on a clean folder and `custodes up` on it, as the first day of an installation goes."""

from __future__ import annotations

import json
import re
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.commands.called import PROGRAM, call, environment
from tests.patience import PATIENCE
from tests.ports import free_port

#: A whole installation is set up: every migration runs, which a busy machine takes minutes for.
pytestmark = pytest.mark.timeout(400)

ADMIN = ("init", "--admin", "anquan", "--name", "张三", "--unit", "拉萨市公安局")


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Training off, no camera networks, ports of its own."""
    data = tmp_path_factory.mktemp("installation") / "data"
    return environment(data, web_port=free_port(), node_port=free_port(), node_workers=1)


@pytest.fixture(scope="module")
def made(env: dict[str, str]) -> dict[str, Any]:
    """What `custodes init --json` printed."""
    result = call(env, *ADMIN, "--json")
    assert result.returncode == 0, result.stderr
    facts: dict[str, Any] = json.loads(result.stdout)
    return facts


def test_init_prints_one_document_with_a_password_of_its_own(made: dict[str, Any]) -> None:
    assert made.keys() == {"data", "username", "password"}
    assert len(made["password"]) >= 20


def test_private_keys_and_the_database_are_for_their_owner_alone(made: dict[str, Any]) -> None:
    data = Path(made["data"])
    private = [*(data / "keys").glob("*/*.key"), data / "web.sqlite3"]
    assert len(private) == 8
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    assert {path.name for path in (data / "keys" / "public").iterdir()} == {
        "log.vkey",
        "grant.pub",
        "web.pub",
        "packages.pub",
        "node.pub",
        "node-seal.pub",
    }


def test_init_a_second_time_replaces_nothing(env: dict[str, str], made: dict[str, Any]) -> None:
    keys = sorted(Path(made["data"], "keys").glob("*/*"))
    before = [path.read_bytes() for path in keys]
    again = call(env, *ADMIN, "--json")
    assert again.returncode == 2
    assert again.stdout == ""
    assert "already" in again.stderr
    assert [path.read_bytes() for path in keys] == before


def test_init_with_another_origin_is_refused_in_plain_words(env: dict[str, str], made: dict[str, Any]) -> None:
    refused = call({**env, "CUSTODES_LOG_ORIGIN": "elsewhere.example/log"}, *ADMIN)
    assert refused.returncode == 3
    assert "origin" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_up_without_init_says_what_to_do(tmp_path: Path) -> None:
    refused = call(environment(tmp_path), "up")
    assert refused.returncode == 3
    assert "custodes init" in refused.stderr


@pytest.mark.parametrize("setting", ["CUSTODES_WEB_PORT", "CUSTODES_NODE_PORT"])
def test_up_names_the_setting_of_a_port_that_is_taken(env: dict[str, str], made: dict[str, Any], setting: str) -> None:
    with socket.create_server(("127.0.0.1", int(env[setting]))):
        refused = call(env, "up")
    assert refused.returncode == 3
    assert env[setting] in refused.stderr
    assert setting in refused.stderr


@pytest.fixture(scope="module")
def running(env: dict[str, str], made: dict[str, Any]) -> Iterator[str]:
    """The whole system; gives its address. It must stop cleanly on Ctrl-C."""
    process = subprocess.Popen([*PROGRAM, "up"], env=env, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        said = ""
        # It says what it does while it starts, and the address last; the test's own time bounds the wait.
        while not (address := re.search(r"http://localhost:\d+", said)):
            line = process.stderr.readline()
            assert line, said
            said += line
        assert "Starting web" in said
        yield address[0]
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()


def test_the_first_administrator_signs_in_and_must_change_the_password(
    env: dict[str, str], made: dict[str, Any], running: str
) -> None:
    assert running == f"http://localhost:{env['CUSTODES_WEB_PORT']}"
    with httpx.Client(base_url=running, follow_redirects=True, trust_env=False, timeout=PATIENCE) as browser:
        page = _send(browser, browser.get("/"), login=made["username"], password=made["password"])
        assert page.url.path == "/accounts/password/change/"
        assert browser.get("/people/").url.path == page.url.path, "nothing else is open before"
        own = "Wode-Xin-Mima-2026"
        page = _send(browser, page, oldpassword=made["password"], password1=own, password2=own)
        assert browser.get("/").url.path == "/accounts/2fa/", "the post asks for a second factor"
    node = Path(made["data"], "node")
    assert {stat.S_IMODE(path.stat().st_mode) & 0o007 for path in node.iterdir()} == {0}


def _send(browser: httpx.Client, page: httpx.Response, **fields: str) -> httpx.Response:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert found, page.text[:500]
    return browser.post(page.url.path, data={"csrfmiddlewaretoken": found[1], **fields})
