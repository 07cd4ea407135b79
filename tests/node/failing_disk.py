"""A small real disk whose writes can be made to fail with EIO: ext4 over a loop device over a file in user space (`failing_file`)."""

from __future__ import annotations

import ctypes.util
import os
import subprocess
import sys
from pathlib import Path

from tests.node.smalldisk import SmallDisk, _run
from tests.patience import PATIENCE, until

ROOT = Path(__file__).parents[2]


def why_not() -> str:
    """Why this machine can't make one; empty when it can."""
    if not Path("/dev/fuse").exists():
        return "there is no /dev/fuse"
    return "" if ctypes.util.find_library("fuse3") else "Debian's package fuse3 is not there"


class FailingDisk(SmallDisk):
    """A disk that can break, and be mended."""

    def __init__(self, image: Path, megabytes: int = 64) -> None:
        super().__init__(image, megabytes)
        self._window = image.with_suffix(".window")
        self._window.mkdir()
        command = [sys.executable, "-m", "tests.node.failing_file", str(self._window), str(image)]
        self._process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
        self._broken = image.with_suffix(".broken")

        def came_up() -> bool:
            assert self._process.poll() is None, "the file system in user space did not start"
            return (self._window / "disk").exists()

        until(came_up, "the file system in user space")

    def plug_in(self, where: Path) -> None:
        """Attach and mount it; direct, so that flushes and errors pass."""
        self.device = _run("losetup", "--find", "--show", "--direct-io=on", str(self._window / "disk"))
        _run("mount", self.device, str(where))
        self.mounted = where

    def break_down(self) -> None:
        """From now on nothing can be written to it."""
        self._broken.touch()

    def mend(self) -> None:
        """It takes writes again; the file system on it has to be mounted anew."""
        self._broken.unlink(missing_ok=True)

    def throw_away(self) -> None:
        """Take it apart."""
        self.mend()
        if self.mounted is not None:
            self.pull_out()
        subprocess.run(["umount", "--lazy", str(self._window)], capture_output=True, check=False)
        self._process.wait(PATIENCE)
