"""A disk that can lose its power: ext4 with its default options, over a loop device, over a file that logs (fuse_file)."""

from __future__ import annotations

import contextlib
import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.chaos.power.oplog import Cut, Op, apply, read_log
from tests.patience import until

ROOT = Path(__file__).parents[3]
MEGABYTES = 384


def require_power() -> None:
    """Skip where no such disk can be had, and say why."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a disk that can lose its power")
    if not Path("/dev/fuse").exists() or not Path("/dev/loop-control").exists():
        pytest.skip("this machine has no /dev/fuse or no loop devices")
    if not ctypes.util.find_library("fuse3") or not shutil.which("mkfs.ext4"):
        pytest.skip("a disk that can lose its power needs the Debian packages fuse3 and e2fsprogs")


def run(*command: str | Path) -> str:
    """Run a program that must succeed; what it printed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout.strip()


@dataclass
class LoggedDisk:
    """A disk between power-on and power cut.

    Attributes:
        folder: where its files are kept, on the machine's own disk.
        mount: where its file system is mounted; the same for the disk itself and for what is left of it after a cut.
    """

    folder: Path
    ops: list[Op] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mount = self.folder / "m"
        self.mount.mkdir(parents=True, exist_ok=True)
        self._base, self._log = self.folder / "base.img", self.folder / "log"

    def format(self, content: Path | None = None) -> None:
        """An empty file system, or one that holds a copy of `content`."""
        with self._base.open("wb") as image:
            image.truncate(MEGABYTES << 20)
        copied = ("-d", content) if content is not None else ()
        run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", *copied, self._base)

    def take_over(self, image: Path) -> None:
        """Go on with what a cut left."""
        image.rename(self._base)

    @contextlib.contextmanager
    def powered(self) -> Iterator[Path]:
        """Mount it; every write is logged. Afterwards `ops` says what it was told."""
        live, window = self.folder / "live.img", self.folder / "f"
        copy(self._base, live)
        window.mkdir(exist_ok=True)
        with contextlib.ExitStack() as undo:
            command = [sys.executable, "-m", "tests.chaos.power.fuse_file", str(window), str(live), str(self._log)]
            process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
            undo.callback(process.wait, 20)
            undo.callback(subprocess.run, ["umount", "--lazy", str(window)], capture_output=True, check=False)
            wait_for(window / "disk", process)
            with mounted(window / "disk", self.mount):
                yield self.mount
        live.unlink()
        self.ops = read_log(self._log)

    def cut_power(self, cut: Cut) -> tuple[Path, tuple[int, int]]:
        """The disk's image after a cut, and what `apply` says of the writes after the last flush."""
        image = self.folder / "cut.img"
        copy(self._base, image)
        return image, apply(image, self._log, self.ops, cut)


@contextlib.contextmanager
def mounted(image: Path, mount: Path) -> Iterator[None]:
    """An image mounted as the kernel does by default: journal replayed, barriers on. Direct, so that flushes pass."""
    loop = run("losetup", "--find", "--show", "--direct-io=on", image)
    try:
        run("mount", "-t", "ext4", loop, mount)
        try:
            yield
        finally:
            # Another program's mount namespace may hold a copy of this mount: what counts is on the image before ours goes.
            run("sync", "--file-system", mount)
            run("umount", mount)
    finally:
        run("losetup", "--detach", loop)


def check_file_system(image: Path) -> None:
    """ext4 itself must come through by its journal alone: else the harness, not the product, is wrong."""
    probe = image.with_suffix(".probe")
    copy(image, probe)
    done = subprocess.run(["e2fsck", "-fp", str(probe)], capture_output=True, text=True, check=False)
    probe.unlink()
    assert done.returncode in (0, 1), (done.stdout, done.stderr)  # 1: the journal was replayed


def copy(source: Path, target: Path) -> None:
    run("cp", "--sparse=always", "--reflink=auto", source, target)


def wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    def came_up() -> bool:
        assert process.poll() is None, "the logging file system did not start"
        return path.exists()

    until(came_up, "the logging file system")
