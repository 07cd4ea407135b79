"""What a power cut may cost on the disk under a folder, and what speaks against the promise."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from custodes.video.losswindow import (
    LossDoubt,
    LossWindow,
    Medium,
    Storage,
    judge,
    look_at_storage,
    measure_loss_window,
)

FAST = [0.004] * 40


def storage(**changes: object) -> Storage:
    plain: dict[str, object] = {
        "filesystem": "ext4", "options": frozenset({"rw", "relatime"}), "devices": ("sda",),
        "write_caches": ("write back",), "rotating": False, "medium": Medium.DISK,
    }  # fmt: skip
    return Storage(**(plain | changes))  # type: ignore[arg-type]


class Kernel:
    """A `/proc` and a `/sys` of a machine that has the test's folder on drives of its own."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.proc, self.sys, self.folder = root / "proc", root / "sys", folder
        device = os.stat(folder).st_dev
        self.number = f"{os.major(device)}:{os.minor(device)}"
        for made in (self.proc / "self", self.sys / "dev/block", self.sys / "class/block"):
            made.mkdir(parents=True)

    def mount(self, kind: str, source: str, options: str = "rw,relatime") -> None:
        line = f"30 1 {self.number} / {self.folder.parent} rw,relatime shared:1 - {kind} {source} {options}\n"
        (self.proc / "self/mountinfo").write_text(line)

    def drive(self, name: str, *, cache: str = "write back", rotating: int = 0, vendor: str = "ATA") -> Path:
        folder = self.sys / "devices" / name
        (folder / "queue").mkdir(parents=True)
        (folder / "device").mkdir()
        (folder / "slaves").mkdir()
        (folder / "queue/write_cache").write_text(cache + "\n")
        (folder / "queue/rotational").write_text(f"{rotating}\n")
        (folder / "device/vendor").write_text(f"{vendor}     \n")
        (self.sys / "class/block" / name).symlink_to(folder)
        return folder

    def under(self, device: Path) -> None:
        (self.sys / "dev/block" / self.number).symlink_to(device)

    def look(self) -> Storage:
        return look_at_storage(self.folder, proc=self.proc, sys=self.sys)


@pytest.fixture
def kernel(tmp_path: Path) -> Kernel:
    folder = tmp_path / "volume"
    folder.mkdir()
    return Kernel(tmp_path / "kernel", folder)


def test_a_good_disk_keeps_the_promise_with_the_tick_and_its_slowest_flush() -> None:
    window = judge(storage(), [0.002] * 39 + [0.3], 1.0)
    assert window.seconds == pytest.approx(1.3)
    assert window.flush_seconds == (0.002, 0.002, 0.3, 0.3)
    assert window.kept
    assert window.doubts == ()


@pytest.mark.parametrize(
    ("changes", "flushes", "doubt", "bounded"),
    [
        ({"medium": Medium.MEMORY, "filesystem": "tmpfs"}, FAST, LossDoubt.MEMORY, False),
        ({"medium": Medium.NETWORK, "filesystem": "nfs4"}, FAST, LossDoubt.NETWORK, False),
        ({"medium": Medium.OVERLAY, "filesystem": "overlay"}, FAST, LossDoubt.OVERLAY, False),
        ({"medium": Medium.UNKNOWN, "devices": ()}, FAST, LossDoubt.UNKNOWN, False),
        ({"options": frozenset({"rw", "nobarrier"})}, FAST, LossDoubt.NO_BARRIERS, False),
        ({"medium": Medium.VIRTUAL}, FAST, LossDoubt.VIRTUAL, True),
        ({"write_caches": ("write back", "write through")}, FAST, LossDoubt.WRITE_THROUGH, True),
        ({"rotating": True}, [0.0004] * 40, LossDoubt.TOO_FAST, True),
        ({}, [1.2] * 40, LossDoubt.TOO_SLOW, True),
    ],
)
def test_what_speaks_against_the_promise_is_named(
    changes: dict[str, object], flushes: list[float], doubt: LossDoubt, bounded: bool
) -> None:
    window = judge(storage(**changes), flushes, 1.0)
    assert window.doubts == (doubt,)
    assert (window.seconds is not None) is bounded
    assert window.kept is (bounded and doubt is not LossDoubt.TOO_SLOW)


def test_the_drives_under_raid_and_partitions_are_found(kernel: Kernel) -> None:
    kernel.mount("ext4", "/dev/md0")
    disks = [kernel.drive("sda", rotating=1), kernel.drive("sdb", cache="write through", rotating=1)]
    raid = kernel.drive("md0")
    for disk in disks:
        part = disk / f"{disk.name}1"
        part.mkdir()
        (part / "partition").write_text("1\n")
        (raid / "slaves" / part.name).symlink_to(part)
    kernel.under(raid)
    found = kernel.look()
    assert found.devices == ("sda", "sdb")
    assert found.write_caches == ("write back", "write through")
    assert found.rotating
    assert found.medium is Medium.DISK


@pytest.mark.parametrize(
    ("name", "vendor", "medium"),
    [("vda", "", Medium.VIRTUAL), ("sda", "QEMU", Medium.VIRTUAL), ("nvme0n1", "", Medium.DISK)],
)
def test_a_virtual_disk_is_known_by_its_name_or_maker(kernel: Kernel, name: str, vendor: str, medium: Medium) -> None:
    kernel.mount("xfs", f"/dev/{name}", "rw,nobarrier")
    kernel.under(kernel.drive(name, vendor=vendor))
    found = kernel.look()
    assert (found.medium, found.filesystem) == (medium, "xfs")
    assert "nobarrier" in found.options


@pytest.mark.parametrize(
    ("kind", "source", "medium"),
    [
        ("tmpfs", "tmpfs", Medium.MEMORY),
        ("nfs4", "server:/footage", Medium.NETWORK),
        ("overlay", "overlay", Medium.OVERLAY),
        ("btrfs", "/dev/sdz9", Medium.UNKNOWN),
    ],
)
def test_what_is_no_disk_is_called_by_its_name(kernel: Kernel, kind: str, source: str, medium: Medium) -> None:
    kernel.mount(kind, source)
    assert kernel.look().medium is medium


def test_this_machines_disk_is_measured_and_nothing_is_left_behind(tmp_path: Path) -> None:
    window = measure_loss_window(tmp_path, 1.0, time.monotonic)
    assert isinstance(window, LossWindow)
    assert window.storage.filesystem
    assert all(seconds >= 0 for seconds in window.flush_seconds)
    assert window.flush_seconds[0] <= window.flush_seconds[3]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_an_error_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(fd: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", refuse)
    clock: Callable[[], float] = time.monotonic
    with pytest.raises(OSError, match="Input/output error"):
        measure_loss_window(tmp_path, 1.0, clock)
    assert list(tmp_path.iterdir()) == []
