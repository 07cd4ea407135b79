"""`custodes purge` as the person on the machine calls it, with a worker's chores on the other side."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from click.testing import Result
from structlog.testing import capture_logs
from typer.testing import CliRunner

from custodes.cli import app
from custodes.node.chores import Chores
from custodes.node.deletion_stop import ORDER_SECONDS, BrakeFiles, DeletionStopOrder
from custodes.settings import get_settings
from custodes.video.archive.forecast import BRAKED
from custodes.video.archive.volume import VolumeConfig
from custodes.video.clock import SystemClock
from tests.node.support import FakeNotary, Installation, RunningWorker
from tests.patience import until
from tests.video.archive.conftest import CAMERA, Site
from tests.video.archive.test_retention import LAWFUL, go_to, recorded
from tests.video.footage import START_US


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


def test_a_folder_that_cant_be_looked_into_is_not_a_folder_without_a_stopped_pass(
    site: Site, chores: Chores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_permission(path: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as closed:
        closed.setattr(os, "scandir", no_permission)
        told = run(code=3).output
    assert "can't read" in told
    assert "as the node's user or as root" in told
    monkeypatch.setenv("CUSTODES_DATA", str(site.folder / "elsewhere"))
    get_settings.cache_clear()
    assert "Check CUSTODES_DATA" in run("--show", code=3).output


def test_blanks_are_no_reason(site: Site, chores: Chores) -> None:
    with obeying(chores):
        assert "--reason" in run("--reason", "  ", code=2, typed="y\n").output
        assert site.files()
        run(code=0, typed="  \nlooked\ny\n")
    (record,) = site.records("purge")
    assert str(record["detail"]).endswith(": looked")


def test_words_from_the_node_s_files_do_nothing_on_the_terminal(site: Site, chores: Chores) -> None:
    said = chores.brake.stopped()
    assert said is not None
    (volume,) = said.volumes
    odd = volume.model_copy(update={"path": "/a[bold]b[/nothing]\x1b]0;x\x07", "from_us": 1 << 80})
    said = said.model_copy(update={"rule": "[/red]\x1b[2J", "volumes": (odd,)})
    (site.folder / "node" / "purge-stopped-0.json").write_text(said.model_dump_json())
    told = run("--show", code=1).output
    assert "/a[bold]b[/nothing]" in told
    assert "“[/red]" in told
    assert "\x1b" not in told
    assert "\x07" not in told


@pytest.mark.parametrize("what", ["link", "pipe", "folder", "broken"])
def test_a_note_that_is_no_plain_note_is_named_and_not_followed(site: Site, chores: Chores, what: str) -> None:
    note = site.folder / "node" / "purge-stopped-0.json"
    moved = note.rename(site.folder / "moved.json")
    if what == "link":
        note.symlink_to(moved)
    elif what == "pipe":
        os.mkfifo(note)
    elif what == "folder":
        note.mkdir()
    else:
        note.write_text("{")
    assert "purge-stopped-0.json can't be read" in run("--show", code=3).output


def test_a_second_order_is_refused_and_the_first_stays(site: Site, chores: Chores) -> None:
    said = chores.brake.stopped()
    assert said is not None
    now_us = SystemClock().wall_us()
    first, second = (
        DeletionStopOrder(at_us=now_us, by=by, reason="looked", seen_us=said.at_us, volumes=said.volumes)
        for by in ("帕珠", "root")
    )
    chores.brake.order(first)
    told = run("--yes", "--reason", "x", "--wait", "1", code=1).output
    assert "an order of 帕珠 lies there already" in told
    assert not chores.brake.withdraw(second)
    assert chores.brake.withdraw(first)
    old = first.model_copy(update={"at_us": now_us - (ORDER_SECONDS + 1) * 1_000_000})
    chores.brake.order(old)
    chores.brake.order(second)  # nobody waits for the old one
    assert chores.brake.take_order(now_us) == second


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


def test_a_dry_run_says_what_would_go_by_camera_and_day_and_deletes_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custodes.video.clock.SystemClock.wall_us", lambda self: site.clock.wall_us())
    site.hold(START_US, START_US + 1)
    before = site.files()
    said = CliRunner().invoke(app, ["purge", "--dry-run", "--json"])
    assert said.exit_code == 1, "the brake would stop so much"
    [worker] = json.loads(said.stdout)["workers"]
    [day] = worker["days"]
    assert day["camera"] == str(CAMERA)
    assert day["segments"] == len(before) - 1
    assert day["held_segments"] == 1
    assert day["rule"] == "S32, N17: 30 local days"
    assert day["holds"] == [str(UUID(int=1))]
    told = CliRunner().invoke(app, ["purge", "--dry-run"])
    assert str(CAMERA) in told.output
    assert "S32, N17" in told.output
    assert site.files() == before
