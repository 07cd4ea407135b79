"""Small real disks for tests: an image behind a loop device with ext4, which can be pulled out, swapped and put back."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def why_not() -> str:
    """Why this machine can't make such a disk; empty when it can."""
    if os.geteuid() != 0:
        return "loop devices and file systems are mounted: root only"
    try:
        device = _run("losetup", "--find")
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no loop device: {error}"
    return "" if os.path.exists(device) or os.path.exists("/dev/loop-control") else f"there is no {device}"


WANTED = "CUSTODES_REAL_DISKS"
"""Set in the environment it makes of a missing right a failure: where these tests must run they can't be passed over."""

real_disks = pytest.mark.skipif(bool(why_not()) and not os.environ.get(WANTED), reason=why_not() or "can be made")


class SmallDisk:
    """A disk of some megabytes with a file system of its own."""

    def __init__(self, image: Path, megabytes: int = 64) -> None:
        self.image = image
        self.device = ""
        self.mounted: Path | None = None
        with image.open("wb") as file:
            file.truncate(megabytes << 20)
        _run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(image))

    def plug_in(self, where: Path) -> None:
        """Attach and mount it."""
        self.device = _run("losetup", "--find", "--show", str(self.image))
        _run("mount", self.device, str(where))
        self.mounted = where

    def pull_out(self) -> None:
        """It is gone from its folder, whatever is open on it; what is on it stays for the next time."""
        assert self.mounted is not None
        _run("umount", "--lazy", str(self.mounted))
        self.mounted = None
        with suppress(subprocess.CalledProcessError):
            _run("losetup", "--detach", self.device)


@contextmanager
def small_disks(folder: Path, *names: str) -> Iterator[list[SmallDisk]]:
    """Disks that are taken apart at the end, however the test ends."""
    disks: list[SmallDisk] = []
    try:
        disks += [SmallDisk(folder / f"{name}.img") for name in names]
        yield disks
    finally:
        for disk in disks:
            if disk.mounted is not None:
                disk.pull_out()
