"""A folder that holds footage: its identity, its paths, the room that is left."""

from __future__ import annotations

import errno
import json
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from uuid import UUID

IDENTITY = "custodes-volume.json"
FORMAT = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

REST_US = 60_000_000
"""For so long after an error recording goes elsewhere where there is another volume (decision 0033)."""


class VolumeRefused(Exception):
    """The folder is not the volume that it should be; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class VolumeConfig:
    """One volume as this worker may use it.

    Attributes:
        path: the folder.
        cap_bytes: footage this worker may keep there; 0 means what the file system holds.
        reserve_bytes: free space of the file system that recording never touches.
        sharers: workers that write into the same free space; each counts on its part of it.
        identity: the id that must stand there, where it is known before the index knows it; empty for none.
    """

    path: Path
    cap_bytes: int = 0
    reserve_bytes: int = 1 << 30
    sharers: int = 1
    identity: str = ""


class VolumeStanding(StrEnum):
    """How a volume stands (docs/design/wire.md §2, `stands`)."""

    RECORDING = "recording"
    FULL = "full"
    """It has no room; recording to it goes on when it has."""
    DRAINING = "draining"
    """A person said that nothing more is written to it; its footage stays until its day."""
    RETIRED = "retired"
    """A person took it out after the last of its footage was gone."""
    MISSING = "missing"
    """No volume is at its folder."""
    WRONG = "wrong"
    """Another volume is at its folder."""
    REPLACED = "replaced"
    """A person put another volume in its place; its own footage is owed and out of reach."""
    UNUSED = "unused"
    """It is there, and no setting names it: read and cleaned, not written to."""


def read_identity(path: Path) -> str:
    """The id of the volume at `path`.

    Raises:
        VolumeRefused: no identity file, not readable, or of a newer format.
    """
    try:
        content = json.loads((path / IDENTITY).read_text(encoding="utf-8"))
        version, identity = int(content["format"]), str(UUID(content["id"]))
    except FileNotFoundError as error:
        raise VolumeRefused(f"{path} has no {IDENTITY}: is the volume mounted?") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise VolumeRefused(f"{path / IDENTITY} can't be read: {error}") from error
    if version > FORMAT:
        raise VolumeRefused(f"{path} has format {version}, this program knows {FORMAT}: use the newer program")
    return identity


def claim(path: Path) -> str:
    """The id of the volume at `path`; a folder that is new or empty becomes a volume.

    Raises:
        VolumeRefused: the folder holds something and is no volume, or can't be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not (path / IDENTITY).exists():
            if _holds_something(path) and not (path / IDENTITY).exists():
                raise VolumeRefused(f"{path} holds files and has no {IDENTITY}: it is not taken as a volume")
            _create_identity(path)
    except OSError as error:
        raise VolumeRefused(f"{path} can't be used: {error}") from error
    return read_identity(path)


def _holds_something(path: Path) -> bool:
    """Whether a folder holds more than a new file system and another worker's attempt to claim it."""
    return any(entry.name != "lost+found" and not entry.name.startswith(f".{IDENTITY}.") for entry in path.iterdir())


def _create_identity(path: Path) -> None:
    draft = path / f".{IDENTITY}.{uuid.uuid4().hex}"
    with draft.open("x", encoding="utf-8") as file:
        json.dump({"format": FORMAT, "id": str(uuid.uuid4())}, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path / IDENTITY)  # fails when another worker was first: its id counts
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync_directory(path)


def sync_directory(path: Path) -> None:
    """Make the names in a folder durable."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def segment_path(camera: UUID | str, start_us: int) -> str:
    """Path of a segment inside its volume: ``CAMERA/2026-11-24/15/20261124T150508.123456Z.mp4`` (UTC)."""
    start = _EPOCH + timedelta(microseconds=start_us)
    return f"{camera}/{start:%Y-%m-%d}/{start:%H}/{start:%Y%m%dT%H%M%S}.{start.microsecond:06d}Z.mp4"


def start_from_name(name: str) -> int | None:
    """The start in a segment's file name, microseconds UTC, or None when it is not such a name."""
    try:
        start = datetime.strptime(name, "%Y%m%dT%H%M%S.%fZ.mp4").replace(tzinfo=UTC)
    except ValueError:
        return None
    return (start - _EPOCH) // timedelta(microseconds=1)


@dataclass
class Failing:
    """What a volume that answered with an error has not made good since.

    Attributes:
        since_us: of the first error (wall time).
        error: the last one, in the kernel's words.
        turned_away: cameras whose footage it did not take, and since when; they record elsewhere where there is another volume.
    """

    since_us: int
    error: str
    turned_away: dict[UUID, int] = field(default_factory=dict)


class Volume:
    """One volume in use.

    Attributes:
        row: its row in the index.
        identity: the id that its identity file must show.
        config: path, cap, reserve.
        used: bytes of this worker's sealed segments on it.
        written: bytes written to it since the start.
        absent: why it may not be touched; empty when it may.
        full: why nothing more is written to it; empty when there is room.
        braked: what the last retention pass wanted and was not allowed; empty when it was not stopped.
        configured: recording may use it; one that is not any more is still read and cleaned.
        draining: a person said that nothing more is written to it.
        out: a person took it out after the last of its footage was gone.
        wrong: another volume is at its folder.
        replaced: another volume is used at its folder.
        rests_until_us: it answered with an error: until then recording goes to another volume where there is one (wall time).
        failing: it answered with an error and has taken nothing since; None while it works.
    """

    def __init__(
        self,
        row: int,
        identity: str,
        config: VolumeConfig,
        used: int,
        absent: str = "",
        *,
        configured: bool = True,
        draining: bool = False,
        out: bool = False,
    ) -> None:
        self.row = row
        self.identity = identity
        self.config = config
        self.used = used
        self.written = 0
        self.absent = absent
        self.full = ""
        self.braked = ""
        self.configured = configured
        self.draining = draining
        self.out = out
        self.wrong = False
        self.replaced = False
        self.rests_until_us = 0
        self.failing: Failing | None = None

    @property
    def path(self) -> Path:
        """The folder."""
        return self.config.path

    def present(self) -> bool:
        """Read the identity file again; whatever deletes or writes asks this first."""
        try:
            found = read_identity(self.path)
            self.wrong = found != self.identity
            self.absent = "" if found == self.identity else f"{self.path} is another volume ({found})"
        except VolumeRefused as error:
            self.wrong, self.absent = False, str(error)
        return not self.absent

    def open_root(self) -> int:
        """A descriptor of the folder, of which it was seen through the descriptor itself that it is this volume.

        Raises:
            OSError: it is not there, or is another.
        """
        root = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            with open(os.open(IDENTITY, os.O_RDONLY | os.O_CLOEXEC, dir_fd=root), encoding="utf-8") as file:
                found = str(UUID(json.load(file)["id"]))
            if found != self.identity:
                raise OSError(errno.ENODEV, f"another volume ({found}) is there", str(self.path))
        except (ValueError, KeyError, TypeError) as error:
            os.close(root)
            raise OSError(errno.ENODEV, f"{IDENTITY} can't be read", str(self.path)) from error
        except OSError:
            os.close(root)
            raise
        return root

    @property
    def stands(self) -> VolumeStanding:
        """How it stands, by the last look at it."""
        if self.out:
            return VolumeStanding.RETIRED
        if self.absent:
            return (
                VolumeStanding.REPLACED
                if self.replaced
                else VolumeStanding.WRONG
                if self.wrong
                else VolumeStanding.MISSING
            )
        if self.draining:
            return VolumeStanding.DRAINING
        if not self.configured:
            return VolumeStanding.UNUSED
        return VolumeStanding.FULL if self.full else VolumeStanding.RECORDING

    def refused(self, camera: UUID, error: str, now_us: int) -> None:
        """It answered a camera's segment with an error: it rests for `REST_US`, and fails until it has taken another."""
        self.rests_until_us = now_us + REST_US
        self.failing = self.failing or Failing(now_us, error)
        self.failing.error = error
        self.failing.turned_away.setdefault(camera, now_us)

    def turned_away(self, camera: UUID, now_us: int) -> None:
        """A camera that would record here goes elsewhere because this one rests."""
        if self.failing is not None:
            self.failing.turned_away.setdefault(camera, now_us)

    def took(self, begun_us: int) -> None:
        """A segment that was begun then is durable here: behind the error, so that the volume works again."""
        if self.failing is not None and begun_us >= self.failing.since_us:
            self.failing = None

    def free_bytes(self) -> int:
        """Bytes that recording may still write: by the cap and by the file system less the reserve."""
        try:
            stat = os.statvfs(self.path)
        except OSError:
            return 0
        room = stat.f_bavail * stat.f_frsize - self.config.reserve_bytes
        if self.config.cap_bytes:
            room = min(room, self.config.cap_bytes - self.used)
        return max(room, 0)

    def take(self, size: int) -> None:
        """So many bytes were written."""
        self.used += size
        self.written += size

    def share_bytes(self) -> int:
        """Of `free_bytes`, what this worker may count on: others write into what has no cap."""
        return self.free_bytes() if self.config.cap_bytes else self.free_bytes() // self.config.sharers

    def look_for_room(self, wanted: int) -> bool:
        """Set `full`; True when `wanted` bytes fit."""
        free = self.free_bytes()
        self.full = "" if free >= wanted else f"{self.path} has {free} bytes left for footage, {wanted} are wanted"
        return not self.full


class NoRoom(Exception):
    """No volume takes a new segment; the message says why for each."""


def roomy_volume(volumes: Sequence[Volume], camera: UUID, wanted: int, now_us: int) -> Volume:
    """The volume on which `camera` is written now: the same as before, as long as it has room and refuses nothing.

    Args:
        wanted: bytes that the segment may come to.
        now_us: wall clock.

    Raises:
        NoRoom: every volume is full or absent.
    """
    present = [volume for volume in volumes if volume.configured and not volume.absent]
    usable = [volume for volume in present if volume.look_for_room(wanted)]
    if not usable:
        why = "; ".join(
            volume.absent or volume.full or f"{volume.path} is {'drained' if volume.draining else 'not configured'}"
            for volume in volumes
        )
        raise NoRoom(why or "no volume is configured")
    sound = [volume for volume in usable if volume.rests_until_us <= now_us] or usable
    if len(sound) < len(usable):
        own = usable[(camera.int >> 64) % len(usable)]
        if own not in sound:
            own.turned_away(camera, now_us)
    return sound[(camera.int >> 64) % len(sound)]
