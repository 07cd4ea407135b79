"""Real disks under a worker that records: one is pulled out, another is put in its place, it comes back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from custodes.video.archive.volume import IDENTITY
from custodes.video.wire.assignment import CameraAssignment
from tests.node.smalldisk import SmallDisk, real_disks, small_disks
from tests.node.support import FakeNotary, Installation, RunningWorker, camera, camera_server, good_mounts
from tests.patience import until

pytestmark = real_disks
_ALL = (0, 1 << 62)
FIRST, SECOND = UUID(int=1), UUID(int=(1 << 64) + 2)
"""Cameras that two volumes share out among themselves."""


@dataclass
class Node:
    """A worker with two disks and one camera on each."""

    one: SmallDisk
    two: SmallDisk
    folder: Path
    running: RunningWorker
    notary: FakeNotary

    @property
    def archive(self):  # type: ignore[no-untyped-def]
        return self.running.worker.archive

    def mount(self, name: str) -> Path:
        return self.folder / name

    def stands(self) -> dict[str, str]:
        return {one.path_name: one.stands for one in self.archive.forecast()}

    def reasons(self, camera_id: UUID) -> list[str]:
        return [reason for _, _, reason in self.archive.gaps(camera_id, *_ALL) if reason != "new"]

    def reached(self, camera_id: UUID) -> int:
        runs = self.archive.runs(camera_id, *_ALL)
        return int(runs[-1][1]) if runs else 0

    def left_open(self, name: str) -> set[str]:
        """Files on a volume that have no row yet."""
        sql = "SELECT opened.path FROM opened JOIN volumes ON volume = volumes.id WHERE volumes.path = ?"
        return {path for (path,) in self.archive._index.rows(sql, (str(self.mount(name)),))}

    def goes_on(self, camera_id: UUID) -> None:
        before = self.reached(camera_id)
        until(lambda: self.reached(camera_id) > before + 1_000_000)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    with small_disks(tmp_path, "one", "two") as (one, two):
        for name, disk in (("one", one), ("two", two)):
            (tmp_path / name).mkdir()
            disk.plug_in(tmp_path / name)
        yield from _running(tmp_path, one, two)


def _running(folder: Path, one: SmallDisk, two: SmallDisk) -> Iterator[Node]:
    installation = Installation(folder / "data", {"volumes": (folder / "one", folder / "two")})
    notary = FakeNotary(installation.settings.notary_socket_path)
    notary.start()
    with camera_server(good_mounts(2)) as server:
        cameras: list[CameraAssignment] = [
            camera(0, server).model_copy(update={"id": FIRST}),
            camera(1, server).model_copy(update={"id": SECOND}),
        ]
        installation.assign(cameras)
        with RunningWorker(installation) as running:
            node = Node(one, two, folder, running, notary)
            until(lambda: node.reached(FIRST) and node.reached(SECOND))
            yield node
    notary.stop()


def files(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*.mp4")}


def test_a_disk_that_is_pulled_out_stops_its_camera_for_a_moment_and_no_other_and_is_whole_when_it_is_back(
    node: Node,
) -> None:
    where = node.mount("one")
    assert files(where)
    node.one.pull_out()
    until(lambda: node.stands() == {"one": "missing", "two": "recording"})
    until(lambda: node.reasons(FIRST) == ["disk"])  # it goes on, on the other disk
    node.goes_on(FIRST)
    node.goes_on(SECOND)
    assert node.reasons(SECOND) == []
    assert os.listdir(where) == [], "nothing is written into the bare folder of the mount point"

    node.one.plug_in(where)
    before = files(where)
    until(lambda: node.stands() == {"one": "recording", "two": "recording"})
    # What was being written when it went is a segment, the rest of its disk as it was.
    until(lambda: node.left_open("one") <= {one.path for one in node.archive.being_written(FIRST)})
    assert set(before) <= set(files(where))
    # Its first seconds may have missed a picture, too: that is another gap.
    [gap] = until(lambda: [record for record in node.notary.of_type("gap") if record["reason"] == "disk"])
    assert gap["camera"] == str(FIRST)
    assert all(node.archive.read(ref) for ref in node.archive.fragments(FIRST, *_ALL))
    node.goes_on(FIRST)
    sealed = until(lambda: set(before) & {one["path"] for one in node.notary.of_type("segment.sealed")})
    assert sealed == set(before), "each file that was there is in the log"


def test_another_disk_in_its_place_is_not_written_to_and_its_own_is_taken_up_again(node: Node) -> None:
    where = node.mount("two")
    identity = (where / IDENTITY).read_text()
    node.two.pull_out()
    until(lambda: node.stands()["two"] == "missing")
    with small_disks(node.folder, "stranger") as (stranger,):
        stranger.plug_in(where)
        (where / IDENTITY).write_text(identity.replace(identity[-8:-2], "abcdef"))
        until(lambda: node.stands()["two"] == "wrong")
        node.goes_on(SECOND)
        node.goes_on(FIRST)
        assert sorted(os.listdir(where)) == [IDENTITY, "lost+found"]
        stranger.pull_out()
        node.two.plug_in(where)
    until(lambda: node.stands()["two"] == "recording")
    assert node.reasons(SECOND) == ["disk"]
    assert node.reasons(FIRST) == []


def test_an_empty_disk_in_its_place_is_not_made_a_volume(node: Node) -> None:
    where = node.mount("two")
    node.two.pull_out()
    with small_disks(node.folder, "new") as (new,):
        new.plug_in(where)
        until(lambda: node.stands()["two"] == "missing")
        node.goes_on(SECOND)
        assert os.listdir(where) == ["lost+found"]


def test_with_every_disk_gone_all_cameras_stop_for_the_reason_disk_and_go_on_with_the_first_that_is_back(
    node: Node,
) -> None:
    node.one.pull_out()
    node.two.pull_out()
    until(lambda: node.reasons(FIRST)[-1:] == node.reasons(SECOND)[-1:] == ["disk"])
    states = {one.id: one.present_state for one in node.running.worker.cameras}
    assert {state.reason for state in states.values()} == {"disk"}
    assert os.listdir(node.mount("one")) == os.listdir(node.mount("two")) == []
    node.two.plug_in(node.mount("two"))
    until(lambda: node.stands()["two"] == "recording")
    node.goes_on(FIRST)
    node.goes_on(SECOND)
