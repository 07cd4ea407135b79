"""How much a power cut may cost on the disk under a folder: what the kernel says of the disk, and what a flush takes.

`measure_loss_window` is what `doctor` calls for each volume and for the data folder. A promise of two seconds (invariant 4)
holds only where a flush reaches something that keeps its bytes without power; what speaks against that is named in `doubts`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

PROMISED_SECONDS = 2.0
"""Invariant 4: the most that a power cut may cost beyond the open fragment."""
FLUSHES = 40
FLUSH_BYTES = 64 << 10
TURN_SECONDS = 0.002
"""A rotating disk can't have written sooner than this, again and again: half a turn at 15,000 rpm."""

_MEMORY = frozenset({"tmpfs", "ramfs", "devtmpfs"})
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs", "virtiofs"}
)
_OVERLAY = frozenset({"overlay", "aufs", "fuse.fuse-overlayfs"})
_VIRTUAL_NAMES = ("vd", "xvd")
_VIRTUAL_VENDORS = ("QEMU", "VMware", "Msft", "VBOX", "Google", "Amazon")


class Medium(StrEnum):
    """What is under a folder."""

    DISK = "disk"
    VIRTUAL = "virtual"
    NETWORK = "network"
    MEMORY = "memory"
    OVERLAY = "overlay"
    UNKNOWN = "unknown"


class LossDoubt(StrEnum):
    """Why the window may be wider than it is measured; the words are for a person and are translated by who shows them."""

    MEMORY = "This folder is in memory: a power cut leaves nothing of it."
    NETWORK = "This folder is on another machine: what its server has answered and not written is lost with its power."
    OVERLAY = "This folder is in the writable layer of a container: put data and footage on a volume of their own."
    VIRTUAL = "This is a virtual disk: its host decides whether a flush reaches a drive. Set its cache mode to `none` or `writethrough`."
    NO_BARRIERS = (
        "The file system is mounted without barriers: flushes don't reach the drive. Mount it without `nobarrier`."
    )
    WRITE_THROUGH = "The kernel takes this drive's cache for write-through and sends it no flushes: make sure that the drive or its controller keeps its cache without power."
    TOO_FAST = "A rotating disk can't flush this fast: a cache answers for it. Make sure that it keeps its content without power (battery, capacitor), or switch it off."
    TOO_SLOW = "Flushes are so slow that a power cut may cost more than two seconds beyond the open fragment."
    UNKNOWN = "The kernel does not say which drive is under this folder."


@dataclass(frozen=True, slots=True)
class Storage:
    """What the kernel says of the disk under a folder.

    Attributes:
        filesystem: its type, ``ext4``.
        options: as it is mounted.
        devices: names of the drives at the bottom, ``sda``; several under RAID or LVM.
        write_caches: what the kernel takes each drive's cache for, ``write back`` or ``write through``.
        rotating: at least one of them turns.
        medium: what it is.
    """

    filesystem: str
    options: frozenset[str]
    devices: tuple[str, ...]
    write_caches: tuple[str, ...]
    rotating: bool
    medium: Medium


@dataclass(frozen=True, slots=True)
class LossWindow:
    """How much a power cut may cost, beyond the fragment that is being gathered.

    Attributes:
        storage: what is under the folder.
        tick_seconds: period of the group sync (`CUSTODES_SYNC_SECONDS`).
        flush_seconds: median, 95th and 99th percentile and longest of the flushes that were tried.
        seconds: the window, a period of the group sync and one slow flush; None when nothing survives or nobody can say.
        doubts: what speaks against it.
    """

    storage: Storage
    tick_seconds: float
    flush_seconds: tuple[float, float, float, float]
    seconds: float | None
    doubts: tuple[LossDoubt, ...]

    @property
    def kept(self) -> bool:
        """Whether the promise of two seconds holds, as far as can be seen from here."""
        return self.seconds is not None and self.seconds <= PROMISED_SECONDS


def measure_loss_window(
    folder: Path,
    tick_seconds: float,
    monotonic: Callable[[], float],
    *,
    proc: Path = Path("/proc"),
    sys: Path = Path("/sys"),
) -> LossWindow:
    """Look at the disk under `folder` and time flushes on it; takes a second or two on a slow disk.

    Args:
        folder: a folder that this process may write to; a small file without a name is made there.
        tick_seconds: period of the group sync, seconds.
        monotonic: a clock that only goes forward, seconds.
        proc, sys: where the kernel tells of itself.

    Raises:
        OSError: the folder can't be written to.
    """
    storage = look_at_storage(folder, proc=proc, sys=sys)
    return judge(storage, time_flushes(folder, monotonic), tick_seconds)


def judge(storage: Storage, flushes: Sequence[float], tick_seconds: float) -> LossWindow:
    """The window from what was seen.

    Args:
        flushes: durations of flushes, seconds; at least one.
        tick_seconds: period of the group sync, seconds.
    """
    median, slow, slower, slowest = (_percentile(flushes, share) for share in (0.5, 0.95, 0.99, 1.0))
    bounded = storage.medium in (Medium.DISK, Medium.VIRTUAL) and not _without_barriers(storage)
    seconds = tick_seconds + slowest if bounded else None
    doubts = list(_doubts(storage))
    if storage.medium is Medium.DISK and storage.rotating and median < TURN_SECONDS:
        doubts.append(LossDoubt.TOO_FAST)
    if seconds is not None and seconds > PROMISED_SECONDS:
        doubts.append(LossDoubt.TOO_SLOW)
    return LossWindow(storage, tick_seconds, (median, slow, slower, slowest), seconds, tuple(doubts))


def _doubts(storage: Storage) -> list[LossDoubt]:
    by_medium = {
        Medium.MEMORY: LossDoubt.MEMORY, Medium.NETWORK: LossDoubt.NETWORK, Medium.OVERLAY: LossDoubt.OVERLAY,
        Medium.VIRTUAL: LossDoubt.VIRTUAL, Medium.UNKNOWN: LossDoubt.UNKNOWN,
    }  # fmt: skip
    doubts = [by_medium[storage.medium]] if storage.medium in by_medium else []
    if _without_barriers(storage):
        doubts.append(LossDoubt.NO_BARRIERS)
    if storage.medium is Medium.DISK and "write through" in storage.write_caches:
        doubts.append(LossDoubt.WRITE_THROUGH)
    return doubts


def _without_barriers(storage: Storage) -> bool:
    return bool(storage.options & {"nobarrier", "barrier=0"})


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def time_flushes(folder: Path, monotonic: Callable[[], float], count: int = FLUSHES) -> list[float]:
    """Seconds that `fdatasync` took after each of `count` writes of a fragment's size.

    Raises:
        OSError: the folder can't be written to.
    """
    took = []
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        for _ in range(count):
            file.write(os.urandom(FLUSH_BYTES))
            begun = monotonic()
            os.fdatasync(file.fileno())
            took.append(monotonic() - begun)
    return took


def look_at_storage(folder: Path, *, proc: Path = Path("/proc"), sys: Path = Path("/sys")) -> Storage:
    """What the kernel says of the disk under `folder`.

    Raises:
        OSError: the folder is not there.
    """
    device = os.stat(folder).st_dev
    filesystem, options, source = _mount_of(folder.resolve(), device, proc)
    drives = _drives(_block_device(device, source, sys), sys)
    caches = tuple(_read(drive / "queue/write_cache") for drive in drives)
    rotating = any(_read(drive / "queue/rotational") == "1" for drive in drives)
    names = tuple(drive.name for drive in drives)
    return Storage(filesystem, options, names, caches, rotating, _medium(filesystem, drives))


def _medium(filesystem: str, drives: Sequence[Path]) -> Medium:
    for kinds, medium in ((_MEMORY, Medium.MEMORY), (_NETWORK, Medium.NETWORK), (_OVERLAY, Medium.OVERLAY)):
        if filesystem in kinds:
            return medium
    if not drives:
        return Medium.UNKNOWN
    if any(_is_virtual(drive) for drive in drives):
        return Medium.VIRTUAL
    return Medium.DISK


def _is_virtual(drive: Path) -> bool:
    return (
        drive.name.startswith(_VIRTUAL_NAMES)
        or _read(drive / "device/vendor").startswith(_VIRTUAL_VENDORS)
        or _read(drive / "device/model").startswith(_VIRTUAL_VENDORS)
    )


def _mount_of(folder: Path, device: int, proc: Path) -> tuple[str, frozenset[str], str]:
    """Type, options and source of the mount that the folder is on: proc(5), ``mountinfo``."""
    number = f"{os.major(device)}:{os.minor(device)}"
    best: tuple[int, str, frozenset[str], str] = (-1, "", frozenset(), "")
    for line in (proc / "self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        front, _, back = line.partition(" - ")
        fields, tail = front.split(), back.split()
        if len(fields) < 6 or len(tail) < 3 or fields[2] != number:
            continue
        point = Path(fields[4].encode("latin-1", "backslashreplace").decode("unicode_escape", "replace"))
        # The same file system mounted elsewhere (depth 0) has the right type all the same.
        depth = len(point.parts) if folder == point or point in folder.parents else 0
        if depth >= best[0]:
            best = (depth, tail[0], frozenset(f"{fields[5]},{tail[2]}".split(",")), tail[1])
    return best[1:]


def _block_device(device: int, source: str, sys: Path) -> Path | None:
    """The device in ``/sys/class/block``; file systems that span devices have no number of their own and name one."""
    by_number = sys / "dev/block" / f"{os.major(device)}:{os.minor(device)}"
    if by_number.exists():
        return by_number.resolve()
    named = sys / "class/block" / os.path.basename(os.path.realpath(source)) if source.startswith("/dev/") else None
    return named.resolve() if named is not None and named.exists() else None


def _drives(device: Path | None, sys: Path, depth: int = 0) -> list[Path]:
    """The drives at the bottom: through partitions, RAID, LVM, encryption and loop devices."""
    if device is None or depth > 8:
        return []
    if (device / "partition").exists():
        return _drives(device.parent, sys, depth + 1)
    slaves = device / "slaves"
    under = sorted(slaves.iterdir()) if slaves.is_dir() else []
    if under:
        found = [drive for slave in under for drive in _drives(slave.resolve(), sys, depth + 1)]
        return list(dict.fromkeys(found))
    backing = _read(device / "loop/backing_file")
    if backing and os.path.exists(backing):
        return _drives(_block_device(os.stat(backing).st_dev, "", sys), sys, depth + 1)
    return [device]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
