"""A person's decisions about volumes, carried out by each worker once, and what may be added here (wire.md §2).

They come with the assignment, which is on disk: a node that the centre cannot reach goes on with what it was told. What was
done is a fact of the index, and an added volume stands in the node's note as well; neither needs the order again.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from custodes.addedvolumes import Added, BadNote, forget_added, note_added
from custodes.node.volume_places import Place, places_below, within
from custodes.video.archive.adoption import Decision, Undecidable
from custodes.video.archive.archive import Archive
from custodes.video.archive.volume import VolumeRefused, read_identity
from custodes.video.wire.volumes import Outcome, VolumeAction, VolumeOrder

log = structlog.get_logger(__name__)


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
    _answers: dict[str, Outcome] = field(default_factory=dict)

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

    def places(self) -> list[Place]:
        """Folders below the roots that are no volume of this node."""
        used = [volume.path for volume in self.archive.volumes() if not volume.out]
        return places_below(self.roots, used, self.node_folder)

    def _follow(self, order: VolumeOrder) -> Outcome:
        outcome = self._outcome(order)
        try:
            self.archive.volume_desk.note(str(order.id), outcome)
        except sqlite3.Error as error:
            log.error("volume.order_not_noted", order=str(order.id), why=str(error))
            return Outcome.FAILED
        say = log.warning if outcome is Outcome.DONE else log.error
        say("volume.order", order=str(order.id), action=order.action.value, outcome=outcome.name, by=order.by)
        return outcome

    def _outcome(self, order: VolumeOrder) -> Outcome:
        try:
            self._carry_out(order)
        except Undecidable as error:
            log.warning("volume.order_refused", order=str(order.id), why=str(error))
            return error.outcome
        except (OSError, sqlite3.Error, BadNote) as error:
            log.error("volume.order_failed", order=str(order.id), why=f"{type(error).__name__}: {error}")
            return Outcome.FAILED
        return Outcome.DONE

    def _carry_out(self, order: VolumeOrder) -> None:
        desk = self.archive.volume_desk
        decision = Decision(order.by, order.reason, order.at_us, self.node)
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

    def _add(self, order: VolumeOrder, decision: Decision) -> None:
        path = Path(order.path)
        if not any(within(path, root) for root in self.roots):
            raise Undecidable(Outcome.NOT_ALLOWED, f"{path} is not below CUSTODES_VOLUME_ROOTS")
        self._look_at(path, order.shared_disk)
        for volume in self.archive.volumes():
            if volume.path != path and not volume.out and (within(path, volume.path) or within(volume.path, path)):
                raise Undecidable(Outcome.NESTED, f"{path} and {volume.path} lie within each other")
        self._adopt(path, decision)

    def _replace(self, order: VolumeOrder, decision: Decision) -> None:
        path = self._folder_of(order.volume)
        if str(path) != order.path:
            raise Undecidable(Outcome.UNKNOWN, f"volume {order.volume} is at {path}, not at {order.path}")
        try:
            found = read_identity(path)
        except VolumeRefused:
            found = ""
        if found == order.volume:
            raise Undecidable(Outcome.STANDS, f"{path} is the volume that should be there")
        self._look_at(path, order.shared_disk)
        self._adopt(path, decision)

    def _adopt(self, path: Path, decision: Decision) -> None:
        volume = self.archive.volume_desk.adopt(path, decision)
        # After the index: what stands in the note alone would be written to without a record of who said so.
        note_added(self.node_folder, Added(str(path), volume.identity))

    def _look_at(self, path: Path, shared_disk: bool) -> None:
        """
        Raises:
            Undecidable: it is not there, not to be written to, or on the disk of the node's own data without a person's word.
        """
        if not path.is_dir():
            raise Undecidable(Outcome.NOT_THERE, f"{path} is not there. Mount the disk first.")
        if not shared_disk and path.stat().st_dev == self.node_folder.stat().st_dev:
            raise Undecidable(Outcome.SHARED_DISK, f"{path} is on the disk of {self.node_folder}: is its disk mounted?")
        if not os.access(path, os.W_OK | os.X_OK):
            raise Undecidable(Outcome.NOT_WRITABLE, f"the node may not write to {path}")

    def _folder_of(self, identity: str) -> Path:
        for volume in self.archive.volumes():
            if volume.identity == identity:
                return volume.path
        raise Undecidable(Outcome.UNKNOWN, f"no volume {identity} is known here")
