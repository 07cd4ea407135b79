"""The systemd units: sound, tight, and telling the service manager what it asks for."""

from __future__ import annotations

import asyncio
import configparser
import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

from custodes.servicemanager import live, tell, watchdog_seconds
from custodes.settings import Settings
from custodes.tls.seats import HTTP_BOUNDS
from tests.commands.test_calls import _commands
from tests.patience import PATIENCE

UNITS = Path(__file__).resolve().parents[2] / "deploy/systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))


def _service(name: str) -> dict[str, str]:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(UNITS / name, encoding="utf-8")
    return dict(parser["Service"])


def test_there_is_a_unit_for_each_process_that_up_starts() -> None:
    assert [f"custodes-{one}.service" for one in ("gateway", "node", "notary", "web", "witness")] == SERVICES
    target = (UNITS / "custodes.target").read_text()
    assert all(name in target for name in SERVICES)


def test_there_is_a_container_for_each_process_of_the_user_that_the_image_names() -> None:
    container = UNITS.parent / "container"
    compose, image = (container / "compose.yaml").read_text(), (container / "Containerfile").read_text()
    healthy = (container / "healthy.py").read_text()
    for process in ("gateway", "node", "notary", "web", "witness"):
        block = compose.partition(f"\n  {process}:\n")[2].partition("\n\n")[0]
        uid = re.search(rf"\b{process}:(\d+)", image)
        assert uid is not None
        assert f'user: "{uid[1]}:{uid[1]}"' in block
        assert f"CUSTODES_{process.upper()}_UID={uid[1]}" in image
        assert f'"custodes-healthy", "{process}"' in block
        assert f'"{process}"' in healthy


@pytest.mark.interop
@pytest.mark.parametrize("name", SERVICES)
def test_systemd_finds_little_that_a_unit_leaves_open(name: str) -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=15", "--no-pager", str(UNITS / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-400:] + done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_each_runs_as_its_own_user_and_comes_back(name: str) -> None:
    service = _service(name)
    process = name.removeprefix("custodes-").removesuffix(".service")
    assert service["User"] == service["Group"] == f"custodes-{process}"
    assert service["ExecStart"].split()[1:] == [process]
    assert service["Restart"] == "always"
    assert any(command[0] == process for command in _commands())
    assert f"u custodes-{process} " in (UNITS / "sysusers.conf").read_text()


@pytest.mark.parametrize("name", SERVICES)
def test_bounds_for_connections_are_met_before_the_process_has_no_descriptor_left(name: str) -> None:
    assert int(_service(name)["LimitNOFILE"]) >= 4 * HTTP_BOUNDS.connections


def test_uploads_lie_in_memory_until_they_are_read() -> None:
    """What turns out to be classified was in /tmp before (S20): no disk may have it."""
    web = _service("custodes-web.service")
    places = dict(one.split(":", 1) for one in web["TemporaryFileSystem"].split())
    assert places.keys() == {"/tmp", "/var/tmp"}
    assert all("mode=1777" in options for options in places.values())
    assert "PrivateTmp" not in web, "it would put /tmp back on the disk"
    compose = (UNITS.parent / "container/compose.yaml").read_text()
    assert 'tmpfs: ["/tmp:' in compose


def test_what_the_settings_file_sets_are_settings() -> None:
    lines = (UNITS / "custodes.env").read_text().splitlines()
    names = {line.lstrip("#").split("=")[0] for line in lines if "=" in line and "CUSTODES_" in line}
    known = {f"CUSTODES_{name.upper()}" for name in Settings.model_fields}
    assert {name for name in names if name.startswith("CUSTODES_")} <= known


def test_a_user_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd

    monkeypatch.setenv("CUSTODES_WEB_UID", "daemon")
    assert Settings().web_uid == pwd.getpwnam("daemon").pw_uid
    monkeypatch.setenv("CUSTODES_WEB_UID", "nobody-of-that-name")
    with pytest.raises(ValueError, match="no user"):
        Settings()


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """A service manager's socket."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind(str(tmp_path / "notify"))
    listening.settimeout(PATIENCE)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    return listening


async def test_a_process_says_that_it_is_ready_and_goes_on_saying_that_it_lives(manager: socket.socket) -> None:
    assert tell("READY=1")
    assert manager.recv(100) == b"READY=1"
    living = asyncio.create_task(live())
    for _ in range(3):
        assert await asyncio.to_thread(manager.recv, 100) == b"WATCHDOG=1"
    living.cancel()


async def test_without_a_service_manager_nothing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    assert not tell("READY=1")
    await live()
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    assert not tell("READY=1")


def test_another_process_s_watchdog_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "1000000")
    monkeypatch.setenv("WATCHDOG_PID", "1")
    assert watchdog_seconds() is None
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    assert watchdog_seconds() == 0.5
