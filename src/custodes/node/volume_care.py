"""A worker's disks: a person's decisions about volumes, carried out once (wire.md §2); and what is kept less of when disks get short."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from custodes.addedvolumes import Added, BadNote, forget_added, note_added
from custodes.node.camera import ShortageRecording
from custodes.node.cameras import CameraSet
from custodes.node.disk import Disk
from custodes.video.archive.adoption import AdoptionDecision, Undecidable
from custodes.video.archive.archive import Archive
from custodes.video.archive.low_space import Ladder, LowSpaceDecision
from custodes.video.archive.retention import Retention
from custodes.video.archive.volume import IDENTITY, VolumeRefused, read_identity
from custodes.video.clock import HostClock
from custodes.video.wire.archive import VolumeAction, VolumeOrder, VolumeOrderOutcome
from custodes.video.wire.assignment import Thinning

log = structlog.get_logger(__name__)


MOST = 32
"""Places that are told; a machine has fewer disks."""


@dataclass(frozen=True, slots=True)
class UnusedFolder:
    """A folder that is no volume of this node.

    Attributes:
        path: the folder.
        total, free: bytes of its file system.
        shared_disk: it is on the disk of the node's own data, as the bare folder of a disk that is not mounted is.
        holds: `nothing`, `volume` (one of another node, or of before), or `files` (it can't be used).
    """

    path: str
    total: int
    free: int
    shared_disk: bool
    holds: str

    def document(self) -> dict[str, Any]:
        """For the report."""
        return asdict(self)


def within(path: Path, root: Path) -> bool:
    """Whether a folder is `root` or below it, links followed: a link that leads out of a root is not within it."""
    return path.is_absolute() and ".." not in path.parts and path.resolve().is_relative_to(root.resolve())


def places_below(roots: Sequence[Path], used: Iterable[Path], node_folder: Path) -> list[UnusedFolder]:
    """Each root that a disk is mounted at, and each folder directly below a root, that is not `used` and holds nothing used."""
    taken = {path.resolve() for path in used}
    found: dict[Path, UnusedFolder] = {}
    for root in roots:
        for folder in _folders(root):
            where = folder.resolve()
            if any(where.is_relative_to(path) or path.is_relative_to(where) for path in taken):
                continue
            if within(folder, root) and (place := _look(folder, node_folder)) is not None:
                found[where] = place
    return sorted(found.values(), key=lambda place: place.path)[:MOST]


def _folders(root: Path) -> list[Path]:
    try:
        below = sorted(Path(entry.path) for entry in os.scandir(root) if entry.is_dir() and entry.name[0] != ".")
    except OSError:
        return []
    below = [folder for folder in below if folder.name != "lost+found"]
    return [root, *below] if root.is_mount() else below


def _look(folder: Path, node_folder: Path) -> UnusedFolder | None:
    try:
        names = [
            entry for entry in os.listdir(folder) if entry != "lost+found" and not entry.startswith(f".{IDENTITY}.")
        ]
        stat = os.statvfs(folder)
        shared = folder.stat().st_dev == node_folder.stat().st_dev
    except OSError:
        return None  # not readable for the node, or gone meanwhile
    holds = "volume" if IDENTITY in names else "files" if names else "nothing"
    return UnusedFolder(str(folder), stat.f_blocks * stat.f_frsize, stat.f_bavail * stat.f_frsize, shared, holds)


@dataclass
class VolumeCare:
    """The orders of one worker.

    Attributes:
        roots: folders below which a volume may be added; empty for none.
        node_folder: of the node: its disk is no disk for footage unless a person says so, and its note is kept there.
        orders: those of the last assignment.
    """

    archive: Archive
    node: str
    node_folder: Path
    roots: tuple[Path, ...]
    orders: tuple[VolumeOrder, ...] = ()
    _answers: dict[str, VolumeOrderOutcome] = field(default_factory=dict)

    def take(self, orders: Iterable[VolumeOrder]) -> None:
        """Carry out what is new, in its order. It never raises: what fails is the order's answer."""
        self.orders = tuple(orders)
        for order in self.orders:
            name = str(order.id)
            if name not in self._answers:
                known = self.archive.volume_desk.followed(name)
                self._answers[name] = self._follow(order) if known is None else known

    def report(self) -> dict[str, Any]:
        """For the status report: answers to the orders that are asked about, and the places where a volume may be added."""
        return {
            "volume_orders": [
                {"id": str(order.id), "outcome": int(self._answers[str(order.id)])}
                for order in self.orders
                if str(order.id) in self._answers
            ],
            "volume_places": [place.document() for place in self.places()],
            "volume_roots": [str(root) for root in self.roots],
        }

    def places(self) -> list[UnusedFolder]:
        """Folders below the roots that are no volume of this node."""
        used = [volume.path for volume in self.archive.volumes() if not volume.out]
        return places_below(self.roots, used, self.node_folder)

    def _follow(self, order: VolumeOrder) -> VolumeOrderOutcome:
        outcome = self._outcome(order)
        try:
            self.archive.volume_desk.note(str(order.id), outcome)
        except sqlite3.Error as error:
            log.error("volume.order_not_noted", order=str(order.id), why=str(error))
            return VolumeOrderOutcome.FAILED
        say = log.warning if outcome is VolumeOrderOutcome.DONE else log.error
        say("volume.order", order=str(order.id), action=order.action.value, outcome=outcome.name, by=order.by)
        return outcome

    def _outcome(self, order: VolumeOrder) -> VolumeOrderOutcome:
        try:
            self._carry_out(order)
        except Undecidable as error:
            log.warning("volume.order_refused", order=str(order.id), why=str(error))
            return error.outcome
        except (OSError, sqlite3.Error, BadNote) as error:
            log.error("volume.order_failed", order=str(order.id), why=f"{type(error).__name__}: {error}")
            return VolumeOrderOutcome.FAILED
        return VolumeOrderOutcome.DONE

    def _carry_out(self, order: VolumeOrder) -> None:
        desk = self.archive.volume_desk
        decision = AdoptionDecision(order.by, order.reason, order.at_us, self.node)
        match order.action:
            case VolumeAction.ADD:
                self._add(order, decision)
            case VolumeAction.REPLACE:
                self._replace(order, decision)
            case VolumeAction.RESUME:
                desk.adopt(self._folder_of(order.volume), decision)
            case VolumeAction.DRAIN:
                desk.drain(order.volume, decision)
            case VolumeAction.RETIRE:
                desk.retire(order.volume, decision)
                forget_added(self.node_folder, order.volume)

    def _add(self, order: VolumeOrder, decision: AdoptionDecision) -> None:
        path = Path(order.path)
        if not any(within(path, root) for root in self.roots):
            raise Undecidable(VolumeOrderOutcome.NOT_ALLOWED, f"{path} is not below CUSTODES_VOLUME_ROOTS")
        self._look_at(path, order.shared_disk)
        for volume in self.archive.volumes():
            if volume.path != path and not volume.out and (within(path, volume.path) or within(volume.path, path)):
                raise Undecidable(VolumeOrderOutcome.NESTED, f"{path} and {volume.path} lie within each other")
        self._adopt(path, decision)

    def _replace(self, order: VolumeOrder, decision: AdoptionDecision) -> None:
        path = self._folder_of(order.volume)
        if str(path) != order.path:
            raise Undecidable(VolumeOrderOutcome.UNKNOWN, f"volume {order.volume} is at {path}, not at {order.path}")
        try:
            found = read_identity(path)
        except VolumeRefused:
            found = ""
        if found == order.volume:
            raise Undecidable(VolumeOrderOutcome.STANDS, f"{path} is the volume that should be there")
        self._look_at(path, order.shared_disk)
        self._adopt(path, decision)

    def _adopt(self, path: Path, decision: AdoptionDecision) -> None:
        volume = self.archive.volume_desk.adopt(path, decision)
        # After the index: what stands in the note alone would be written to without a record of who said so.
        note_added(self.node_folder, Added(str(path), volume.identity))

    def _look_at(self, path: Path, shared_disk: bool) -> None:
        """
        Raises:
            Undecidable: it is not there, not to be written to, or on the disk of the node's own data without a person's word.
        """
        if not path.is_dir():
            raise Undecidable(VolumeOrderOutcome.NOT_THERE, f"{path} is not there. Mount the disk first.")
        if not shared_disk and path.stat().st_dev == self.node_folder.stat().st_dev:
            raise Undecidable(
                VolumeOrderOutcome.SHARED_DISK, f"{path} is on the disk of {self.node_folder}: is its disk mounted?"
            )
        if not os.access(path, os.W_OK | os.X_OK):
            raise Undecidable(VolumeOrderOutcome.NOT_WRITABLE, f"the node may not write to {path}")

    def _folder_of(self, identity: str) -> Path:
        for volume in self.archive.volumes():
            if volume.identity == identity:
                return volume.path
        raise Undecidable(VolumeOrderOutcome.UNKNOWN, f"no volume {identity} is known here")


LOOK_SECONDS = 60.0


@dataclass
class Shortage:
    """The ladder of one worker, and what it comes to for its cameras.

    Attributes:
        order: the order that the assignment holds.
        decision, since_us: what holds, and since when.
    """

    archive: Archive
    cameras: CameraSet
    disk: Disk
    retention: Retention
    ladder: Ladder
    clock: HostClock
    order: Thinning | None = None
    decision: LowSpaceDecision = field(default_factory=LowSpaceDecision)
    since_us: int = 0
    look_seconds: float = LOOK_SECONDS
    _soon: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("shortage.failed")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.look_seconds):
                    await self._soon.wait()
            self._soon.clear()

    def take_order(self, order: Thinning | None) -> None:
        """The assignment's order; a new one is looked at at once."""
        if order != self.order:
            self.order = order
            self._soon.set()

    async def look(self) -> None:
        """One look: decide, and tell the cameras."""
        outlook = await self.disk.run(self.archive.outlook, self.retention, self.ladder.rules.warn_hours)
        recorded = [camera for camera in self.cameras if camera.assignment.record]
        decision = self.ladder.look(
            outlook, (camera.assignment.grade for camera in recorded), self._ordered(), self.clock.monotonic()
        )
        self._note(decision)
        for camera in recorded:
            camera.keep(self._kept(camera.assignment.grade), self._why(camera.assignment.grade))

    def report(self) -> dict[str, Any]:
        """As the status report tells it (docs/design/wire.md §2)."""
        decision = self.decision
        return {
            "step": decision.step.value,
            "hours_left": None if decision.hours_left is None else round(decision.hours_left, 2),
            "thinned": sorted(decision.thinned),
            "stopped": sorted(decision.stopped),
            "waiting": decision.waiting,
            "since": _iso(self.since_us) if self.since_us else None,
        }

    def _ordered(self) -> int:
        order = self.order
        return order.grade if order is not None and order.holds(self.clock.wall_us()) else 0

    def _kept(self, grade: int) -> ShortageRecording:
        if grade in self.decision.stopped:
            return ShortageRecording.NOTHING
        return ShortageRecording.KEY_FRAMES if grade in self.decision.thinned else ShortageRecording.WHOLE

    def _why(self, grade: int) -> str:
        kept = self._kept(grade)
        if kept is ShortageRecording.NOTHING:
            return f"the disk is short: cameras of grade {grade} are not recorded, so that higher grades are"
        if kept is ShortageRecording.KEY_FRAMES and self.order is not None:
            return f"the disk is short: key frames only, ordered by {self.order.by}: {self.order.reason}"
        return ""

    def _note(self, decision: LowSpaceDecision) -> None:
        before, self.decision = self.decision, decision
        if _lasting(before) == _lasting(decision):
            return
        self.since_us = self.clock.wall_us()
        say = log.info if decision == LowSpaceDecision() else log.error
        say("shortage.changed", **{name: value for name, value in self.report().items() if name != "since"})


def _lasting(decision: LowSpaceDecision) -> tuple[object, ...]:
    """A decision without the hours, which change all the time."""
    return decision.step, decision.thinned, decision.stopped, decision.waiting


def _iso(wall_us: int) -> str:
    moment = datetime.fromtimestamp(wall_us // 1_000_000, UTC).replace(microsecond=wall_us % 1_000_000)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
