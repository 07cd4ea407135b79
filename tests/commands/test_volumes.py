"""`custodes volumes`: what stands where, and what a person decides about it."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from custodes.cli import app
from custodes.ledger.records import record_of
from custodes.settings import get_settings
from custodes.video.archive.volume import IDENTITY, NoRoom, VolumeConfig, read_identity
from tests.video.archive.conftest import CAMERA, Site
from tests.video.archive.test_retention import recorded


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A node's data folder with footage; nothing runs."""
    monkeypatch.setenv("CUSTODES_DATA", str(tmp_path))
    get_settings.cache_clear()
    made = Site(tmp_path)
    made.crash()
    made.volume, made.index = tmp_path / "footage", tmp_path / "node" / "worker-0.sqlite3"
    made.volumes = [VolumeConfig(made.volume, reserve_bytes=0)]
    made.open()
    recorded(made)
    made.crash()
    yield made
    made.crash()
    get_settings.cache_clear()


def run(*arguments: str, code: int, typed: str = "") -> Result:
    result = CliRunner().invoke(app, ["volumes", *arguments], input=typed)
    assert result.exit_code == code, result.output
    return result


def standings(code: int) -> dict[str, str]:
    told = json.loads(run("list", "--json", code=code).stdout)
    return {view["identity"]: view["standing"] for view in told["volumes"]}


def replace(site: Site) -> tuple[str, Path]:
    """Take the disk out and put an empty one in; the identity and the place of the old one."""
    away = site.folder / "unplugged"
    site.volume.rename(away)
    site.volume.mkdir()
    return read_identity(away), away


def more(site: Site) -> None:
    site.sent.clear()
    site.clock.advance(5)
    site.record(30)
    site.recorder().close()
    site.archive.tick()


def test_a_volume_that_is_there_is_present(site: Site) -> None:
    assert standings(code=0) == {read_identity(site.volume): "present"}
    assert "present" in run("list", code=0).output


def test_a_replaced_volume_is_absent_until_it_is_adopted_and_written_to_from_then_on(site: Site) -> None:
    old, _ = replace(site)
    assert standings(code=1) == {old: "absent"}
    site.open()
    with pytest.raises(NoRoom):
        site.roomy()
    site.crash()
    told = run("adopt", str(site.volume), code=0, typed="旧盘损坏\ny\n").output
    assert "adopted" in told
    new = read_identity(site.volume)
    assert standings(code=0) == {new: "present", old: "replaced"}
    site.open()
    more(site)
    assert site.files()
    (record,) = site.records("volume.changed")
    assert (record["volume"], record["change"], record["reason"]) == (new, "adopted", "旧盘损坏")
    record_of(record)


def test_the_old_disk_s_footage_is_owed_and_found_again_at_another_path(site: Site) -> None:
    _, away = replace(site)
    run("adopt", str(site.volume), "--yes", "--reason", "r", code=0)
    site.open()
    before = site.archive.runs(CAMERA, 0, 1 << 60)
    assert before
    more(site)
    site.volumes.append(VolumeConfig(away, reserve_bytes=0))
    site.restart()
    assert all(site.archive.read(ref) for ref in site.archive.fragments(CAMERA, 0, 1 << 60))


def test_the_old_disk_put_back_is_used_again(site: Site) -> None:
    old, away = replace(site)
    run("adopt", str(site.volume), "--yes", "--reason", "r", code=0)
    site.volume.rename(site.folder / "spare")
    away.rename(site.volume)
    assert standings(code=0)[old] == "present"
    site.open()
    assert site.roomy().identity == old


def test_another_installation_s_volume_is_foreign_and_its_files_are_left_alone(site: Site) -> None:
    old, _ = replace(site)
    foreign = "00000000-0000-0000-0000-00000000dead"
    (site.volume / IDENTITY).write_text(json.dumps({"format": 1, "id": foreign}))
    (site.volume / "theirs.mp4").write_bytes(b"x")
    assert standings(code=1) == {old: "foreign"}
    run("adopt", str(site.volume), "--yes", "--reason", "r", code=0)
    assert standings(code=0) == {foreign: "present", old: "replaced"}
    assert (site.volume / "theirs.mp4").exists()


def test_a_copy_of_a_volume_that_is_still_there_is_not_adopted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    identity, copy = read_identity(site.volume), site.folder / "copy"
    copy.mkdir()
    (copy / IDENTITY).write_bytes((site.volume / IDENTITY).read_bytes())
    monkeypatch.setenv("CUSTODES_VOLUMES", f"{site.volume},{copy}")
    get_settings.cache_clear()
    told = run("adopt", str(copy), "--yes", "--reason", "r", code=2).output
    assert f"the same volume is at {site.volume}" in told
    site.volumes.append(VolumeConfig(copy, reserve_bytes=0))
    site.open()
    assert site.rows("SELECT uuid, path FROM volumes") == [(identity, str(site.volume))]
    (absent,) = [volume.absent for volume in site.archive._volumes.values() if volume.absent]
    assert f"the same volume is at {site.volume}" in absent
    assert all(site.archive.read(ref) for ref in site.archive.fragments(CAMERA, 0, 1 << 60))


def test_a_folder_that_cant_be_looked_into_is_not_a_folder_without_volumes(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as closed:
        closed.setattr(os, "scandir", no_permission)
        told = run("list", code=3).output
    assert "can't read" in told
    assert "as the node's user or as root" in told
    monkeypatch.setenv("CUSTODES_DATA", str(site.folder / "elsewhere"))
    get_settings.cache_clear()
    assert "Check CUSTODES_DATA" in run("list", code=3).output


def no_permission(path: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied", str(path))


def test_blanks_are_no_reason(site: Site) -> None:
    identity = read_identity(site.volume)
    assert "--reason" in run("drain", identity, "--reason", "  ", code=2, typed="y\n").output
    run("drain", identity, code=0, typed="  \n坏道\ny\n")
    site.open()
    (record,) = site.records("volume.changed")
    assert record["reason"] == "坏道"


def test_a_folder_with_other_files_is_not_taken(site: Site) -> None:
    replace(site)
    (site.volume / "something").write_bytes(b"x")
    assert "holds files" in run("adopt", str(site.volume), "--yes", "--reason", "r", code=2).output
    assert not (site.volume / IDENTITY).exists()


def test_a_drained_volume_is_written_to_no_more_and_keeps_its_footage(site: Site) -> None:
    identity = read_identity(site.volume)
    run("drain", identity, "--yes", "--reason", "坏道增多", code=0)
    site.open()
    with pytest.raises(NoRoom, match="drained"):
        site.roomy()
    assert site.archive.forecast()[0].state == "draining"
    assert all(site.archive.read(ref) for ref in site.archive.fragments(CAMERA, 0, 1 << 60))
    (record,) = site.records("volume.changed")
    record_of(record)
    site.crash()
    run("drain", identity, "--yes", "--reason", "r", code=2)
    run("adopt", str(site.volume), "--yes", "--reason", "checked", code=0)
    site.open()
    assert site.roomy().identity == identity


def test_nothing_is_decided_without_a_reason_a_yes_and_a_node_that_stands_still(site: Site) -> None:
    identity = read_identity(site.volume)
    run("drain", identity, "--yes", code=2)
    run("drain", identity, "--json", "--reason", "r", code=2)
    run("drain", identity, code=2, typed="r\nn\n")
    run("drain", "00000000-0000-0000-0000-00000000dead", "--yes", "--reason", "r", code=2)
    run("adopt", str(site.folder), "--yes", "--reason", "r", code=2)
    run("adopt", str(site.volume), "--yes", "--reason", "r", code=2)
    site.open()
    assert "Stop the node" in run("drain", identity, "--yes", "--reason", "r", code=2).output
    site.crash()
    assert standings(code=0) == {identity: "present"}
    site.open()
    assert site.records("volume.changed") == []
