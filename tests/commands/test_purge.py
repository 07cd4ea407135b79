"""`custodes purge` as the person on the machine calls it, with a worker's chores on the other side."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result
from structlog.testing import capture_logs
from typer.testing import CliRunner

from custodes.cli import app
from custodes.node.brake import BrakeFiles
from custodes.node.chores import Chores
from custodes.settings import get_settings
from custodes.video.archive.forecast import BRAKED
from custodes.video.archive.volume import VolumeConfig
from custodes.video.clock import SystemClock
from tests.node.support import FakeNotary, Installation, RunningWorker, until
from tests.video.archive.conftest import Site
from tests.video.archive.test_retention import LAWFUL, go_to, recorded


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A node's data folder; its camera's footage is past its retention."""
    monkeypatch.setenv("CUSTODES_DATA", str(tmp_path))
    monkeypatch.delenv("SUDO_USER", raising=False)
    get_settings.cache_clear()
    made = Site(tmp_path)
    made.crash()
    made.volume, made.index = tmp_path / "footage", tmp_path / "node" / "worker-0.sqlite3"
    made.volumes = [VolumeConfig(made.volume, reserve_bytes=0)]
    made.open()
    recorded(made, 300)
    go_to(made, 40, 1)
    yield made
    made.crash()
    get_settings.cache_clear()


@pytest.fixture
def chores(site: Site) -> Chores:
    nothing = SimpleNamespace()
    made = Chores(
        *(site.archive, nothing, nothing, LAWFUL, 0.2, {}),  # type: ignore[arg-type]
        BrakeFiles(site.folder / "node", 0),
        SystemClock(),
    )
    made.purge()
    return made


@contextmanager
def obeying(chores: Chores) -> Iterator[None]:
    """A worker that looks for orders."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            chores.obey()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        with capture_logs():
            yield
    finally:
        over.set()
        thread.join()


def run(*arguments: str, code: int, typed: str = "") -> Result:
    result = CliRunner().invoke(app, ["purge", *arguments], input=typed)
    assert result.exit_code == code, result.output
    return result


def test_with_nothing_stopped_there_is_nothing_to_order(site: Site) -> None:
    assert "No deletion pass is stopped" in run(code=0).output
    assert json.loads(run("--show", "--json", code=0).stdout) == {"stopped": [], "done": []}


def test_it_says_what_was_stopped_and_why(site: Site, chores: Chores) -> None:
    told = run("--show", code=1).output
    count = len(site.files())
    assert f"wants {count} of {count} segments (100 %, allowed are 20 %)" in told
    assert "S32, N17: 30 local days" in told
    (said,) = json.loads(run("--show", "--json", code=1).stdout)["stopped"]
    assert said["volumes"][0]["segments"] == count
    assert len(site.files()) == count


def test_a_yes_deletes_it_and_stands_in_the_log_with_the_reason(site: Site, chores: Chores) -> None:
    with obeying(chores):
        told = run(code=0, typed="旧录像迁移后已到期\ny\n").output
    assert "segments" in told
    assert site.files() == []
    (record,) = site.records("purge")
    assert str(record["detail"]).endswith(": 旧录像迁移后已到期")
    run(code=0)


def test_a_no_deletes_nothing(site: Site, chores: Chores) -> None:
    with obeying(chores):
        run(code=2, typed="because\nn\n")
    assert site.files()


def test_a_program_needs_a_reason_and_a_yes(site: Site, chores: Chores) -> None:
    with obeying(chores):
        assert "--reason" in run("--yes", code=2).output
        assert "--yes" in run("--json", "--reason", "x", code=2).output
        assert site.files()
        told = json.loads(run("--json", "--yes", "--reason", "x", code=0).stdout)
    assert told["done"][0]["still_stopped"] == []
    assert site.files() == []


def test_without_a_running_node_the_order_is_taken_back(site: Site, chores: Chores) -> None:
    assert "is the node running" in run("--yes", "--reason", "x", "--wait", "1", code=3).output
    chores.obey()
    assert site.files()


def test_a_running_worker_follows_the_order_and_tells_the_notary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = Installation(tmp_path)
    installation.settings = installation.settings.model_copy(update={"training": False})
    monkeypatch.setenv("CUSTODES_DATA", str(tmp_path))
    get_settings.cache_clear()
    old = Site(tmp_path)  # its footage is of 2025
    old.crash()
    old.volume, old.index = tmp_path / "footage", installation.settings.node_folder / "worker-0.sqlite3"
    old.volumes = [VolumeConfig(old.volume, reserve_bytes=0)]
    old.open()
    recorded(old, 130)
    old.crash()
    notary = FakeNotary(installation.settings.notary_socket_path)
    notary.start()
    installation.assign([])
    with RunningWorker(installation) as running:
        running.worker.chores.purge()  # it would come by itself within ten minutes
        assert json.loads(run("--show", "--json", code=1).stdout)["stopped"]
        assert running.worker.archive.forecast()[0].state == BRAKED
        run("--yes", "--reason", "looked at the clock", code=0)
        assert old.files() == []
        assert running.worker.archive.forecast()[0].state == "ok"
        [record] = until(lambda: notary.of_type("purge"))
        assert record["detail"].endswith(": looked at the clock")
    notary.stop()
    get_settings.cache_clear()
