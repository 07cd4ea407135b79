"""What a node does with orders about volumes: once each, only below what its administrator allowed, and for good."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from custodes.addedvolumes import read_added
from custodes.node.volume_care import VolumeCare
from custodes.settings import Settings
from custodes.video.archive.archive import Archive
from custodes.video.archive.volume import IDENTITY, VolumeConfig, read_identity, roomy_volume
from custodes.video.clock import SystemClock
from custodes.video.wire.archive import VolumeAction, VolumeOrder, VolumeOrderOutcome


class Node:
    """One worker's archive and its care, without cameras."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder / "data", volume_roots=(folder / "disks",))
        self.root = folder / "disks"
        self.root.mkdir(exist_ok=True)
        self.settings.node_folder.mkdir(parents=True, exist_ok=True)
        self.open()

    def open(self) -> None:
        """As the worker does at its start."""
        added = self.settings.added_volumes
        self.archive = Archive.open(
            self.settings.node_folder / "worker-0.sqlite3",
            [VolumeConfig(path, 0, 0, 1, added.get(str(path), "")) for path in self.settings.volume_paths],
            node="node-1", worker=0, clock=SystemClock(), threads=False,
        )  # fmt: skip
        self.care = VolumeCare(self.archive, "node-1", self.settings.node_folder, self.settings.volume_roots)

    def restart(self) -> None:
        self.archive.close()
        self.open()

    def do(
        self, action: VolumeAction, shared_disk: bool = True, order: UUID | None = None, **what: str
    ) -> VolumeOrderOutcome:
        """One order, and the answer."""
        given = VolumeOrder(
            id=order or uuid4(), action=action, shared_disk=shared_disk, by="旦增", reason="扩容",
            at_us=SystemClock().wall_us(), **what,
        )  # fmt: skip
        self.care.take([given])
        [answer] = self.care.report()["volume_orders"]
        assert answer["id"] == str(given.id)
        return VolumeOrderOutcome(answer["outcome"])

    def add(self, path: Path, **what: object) -> VolumeOrderOutcome:
        return self.do(VolumeAction.ADD, path=str(path), **what)  # type: ignore[arg-type]

    def new_folder(self, name: str) -> Path:
        made = self.root / name
        made.mkdir()
        return made

    def stands(self) -> dict[str, str]:
        return {one.path_name: one.stands for one in self.archive.forecast()}

    def written_to(self) -> str:
        return roomy_volume(self.archive.volumes(), UUID(int=1), 1, SystemClock().wall_us()).path.name

    def changes(self) -> list[str]:
        found = [entry.record for entry in self.archive.outbox_pending()]
        return [str(record["change"]) for record in found if record["type"] == "volume.changed"]


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    made = Node(tmp_path)
    yield made
    made.archive.close()


def test_an_added_volume_stays_though_the_node_is_restarted_and_the_order_does_not_come_again(node: Node) -> None:
    new = node.new_folder("two")
    assert node.add(new) is VolumeOrderOutcome.DONE
    node.restart()
    assert node.stands() == {"footage": "recording", "two": "recording"}
    assert node.settings.volume_paths == (node.settings.data / "footage", new)


def test_an_order_is_carried_out_once_though_it_comes_again_after_a_restart(node: Node) -> None:
    new, order = node.new_folder("two"), uuid4()
    assert node.add(new, order=order) is VolumeOrderOutcome.DONE
    assert node.do(VolumeAction.DRAIN, volume=read_identity(new)) is VolumeOrderOutcome.DONE
    node.restart()
    assert node.add(new, order=order) is VolumeOrderOutcome.DONE
    assert node.stands()["two"] == "draining"
    assert node.changes() == ["adopted", "drained"]


def test_a_refusal_is_not_tried_again_behind_the_persons_back(node: Node) -> None:
    order = uuid4()
    assert node.add(node.root / "two", order=order) is VolumeOrderOutcome.NOT_THERE
    node.new_folder("two")
    node.restart()
    assert node.add(node.root / "two", order=order) is VolumeOrderOutcome.NOT_THERE
    assert not (node.root / "two" / IDENTITY).exists()


@pytest.mark.parametrize("where", ["elsewhere", "disks/../elsewhere", "disks/link"])
def test_nothing_is_added_outside_the_allowed_folders_by_whatever_name(node: Node, tmp_path: Path, where: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (node.root / "link").symlink_to(tmp_path / "elsewhere")
    assert node.add(Path(f"{tmp_path}/{where}")) is VolumeOrderOutcome.NOT_ALLOWED
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_bare_folder_of_a_disk_that_is_not_mounted_is_refused(node: Node) -> None:
    new = node.new_folder("two")
    assert node.add(new, shared_disk=False) is VolumeOrderOutcome.SHARED_DISK
    assert list(new.iterdir()) == []


def test_a_folder_with_other_files_is_refused_and_left_alone(node: Node) -> None:
    new = node.new_folder("two")
    (new / "letters.txt").write_text("keep")
    assert node.add(new) is VolumeOrderOutcome.NOT_A_VOLUME
    assert [path.name for path in new.iterdir()] == ["letters.txt"]


def test_a_folder_within_a_volume_or_around_one_is_refused(node: Node) -> None:
    new = node.new_folder("two")
    assert node.add(new) is VolumeOrderOutcome.DONE
    (new / "inner").mkdir()
    assert node.add(new / "inner") is VolumeOrderOutcome.NESTED


def test_a_volume_is_retired_when_it_is_empty_and_not_written_to_after_a_restart(node: Node) -> None:
    new = node.new_folder("two")
    node.add(new)
    identity = read_identity(new)
    assert node.do(VolumeAction.RETIRE, volume=identity) is VolumeOrderOutcome.NOT_DRAINED
    assert node.do(VolumeAction.DRAIN, volume=identity) is VolumeOrderOutcome.DONE
    assert node.do(VolumeAction.RETIRE, volume=identity) is VolumeOrderOutcome.DONE
    assert read_added(node.settings.node_folder) == ()
    node.restart()
    assert node.stands()["two"] == "retired"
    assert node.written_to() == "footage"


def test_a_swapped_volume_is_replaced_by_what_is_there_and_one_that_stands_is_not(node: Node) -> None:
    new = node.new_folder("two")
    node.add(new)
    old = read_identity(new)
    assert node.do(VolumeAction.REPLACE, volume=old, path=str(new)) is VolumeOrderOutcome.STANDS
    new.rename(node.root / "unplugged")
    new.mkdir()
    node.archive.tick()
    assert node.stands()["two"] == "missing"
    assert node.do(VolumeAction.REPLACE, volume=old, path=str(new)) is VolumeOrderOutcome.DONE
    assert read_identity(new) != old
    node.restart()
    assert node.stands()["two"] == "recording"


def test_places_are_told_with_what_they_hold_and_volumes_are_not_among_them(node: Node) -> None:
    node.add(node.new_folder("used"))
    node.new_folder("empty")
    (node.new_folder("full") / "letters.txt").write_text("x")
    (node.root / "link").symlink_to("/")
    told = {os.path.basename(place["path"]): place["holds"] for place in node.care.report()["volume_places"]}
    assert told == {"empty": "nothing", "full": "files"}


def test_a_note_that_cannot_be_understood_stops_no_recording(node: Node) -> None:
    node.add(node.new_folder("two"))
    (node.settings.node_folder / "added-volumes.json").write_text("{")
    node.restart()
    assert node.stands()["footage"] == "recording"
    assert node.written_to() == "footage"
