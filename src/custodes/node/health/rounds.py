"""The reader's rounds: which camera is looked at when, and what comes of it."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import av
import cv2
import structlog

from custodes.node.health.line import WorkerAway, WorkerLine
from custodes.node.health.parcel import BadParcel
from custodes.node.health.references import References
from custodes.node.health.seen import seen_of
from custodes.video.clock import Clock
from custodes.video.health.judge import CameraJudge, Reference
from custodes.video.health.measure import measure
from custodes.video.health.picture import Picture, small_picture
from custodes.video.still import NoStill, decode_key_frame
from custodes.video.unit import AccessUnit

log = structlog.get_logger(__name__)

RENEW_SECONDS = 20.0
"""How often the list of cameras is asked for."""


@dataclass
class Patient:
    """One camera under watch.

    Attributes:
        last_us: its last picture's time; the same picture is not looked at twice.
        stamp: of its references, as last read.
    """

    id: UUID
    line: WorkerLine
    judge: CameraJudge = field(default_factory=CameraJudge)
    last_us: int = 0
    stamp: int = -1
    said: str = ""


@dataclass
class Rounds:
    """Looks at each camera once a period, spread evenly, as far as time allows: a check that comes late is not made up for.

    Attributes:
        period: seconds from check to check of one camera.
        guard: called before each check, so that one that hangs ends the process.
        checks: checks that were made.
        late: seconds by which the last check came too late.
    """

    lines: Sequence[WorkerLine]
    references: References
    clock: Clock
    period: float
    guard: Callable[[], None] = lambda: None
    checks: int = 0
    late: float = 0.0
    _patients: dict[UUID, Patient] = field(default_factory=dict)
    _due: list[tuple[float, UUID]] = field(default_factory=list)
    _renewed: float = -RENEW_SECONDS

    def step(self) -> float:
        """Do what is due; how many seconds there is nothing to do."""
        now = self.clock.monotonic()
        if now - self._renewed >= RENEW_SECONDS:
            self._renewed = now
            self._renew(now)
        if not self._due or self._due[0][0] > now:
            return min(self._due[0][0] - now if self._due else RENEW_SECONDS, RENEW_SECONDS, 1.0)
        due, camera = heapq.heappop(self._due)
        patient = self._patients.get(camera)
        if patient is None:
            return 0.0
        self.late = now - due
        heapq.heappush(self._due, (max(due + self.period, now), camera))
        self.guard()
        self._look(patient)
        return 0.0

    def _renew(self, now: float) -> None:
        for line in self.lines:
            try:
                cameras = set(line.cameras())
            except WorkerAway:
                continue
            for gone in [one.id for one in self._patients.values() if one.line is line and one.id not in cameras]:
                del self._patients[gone]
            for camera in cameras - self._patients.keys():
                self._patients[camera] = Patient(camera, line)
                heapq.heappush(self._due, (now + camera.int % 997 / 997 * self.period, camera))
        self._due = [entry for entry in self._due if entry[1] in self._patients]
        heapq.heapify(self._due)

    def _look(self, patient: Patient) -> None:
        try:
            unit = patient.line.key_frame(patient.id)
            if unit is None or unit.wall_us == patient.last_us:
                patient.judge.interrupt()  # the recorder says that nothing comes; there is nothing to judge
                return
            patient.last_us = unit.wall_us
            self._take_references(patient)
            stand = patient.line.stand
            findings = patient.judge.check(_picture(unit), unit.wall_us, stand.preset, stand.moving)
            self.checks += 1
            patient.said = ""
            patient.line.tell(seen_of(patient.id, unit.wall_us, len(patient.judge.references), findings))
        except WorkerAway:
            return
        except (NoStill, BadParcel, ValueError, av.FFmpegError, cv2.error) as error:
            if patient.said != str(error):
                log.warning("health.not_decoded", camera=str(patient.id), why=str(error))
            patient.said = str(error)

    def _take_references(self, patient: Patient) -> None:
        stamp = self.references.stamp(patient.id)
        if stamp == patient.stamp:
            return
        patient.stamp = stamp
        held = []
        for declared in self.references.in_force(patient.id):
            try:
                features = measure(_picture(self.references.picture(declared)))
            except (OSError, NoStill, BadParcel, ValueError, av.FFmpegError, cv2.error) as error:
                log.error("reference.unreadable", camera=str(patient.id), view=str(declared.id), why=str(error))
                continue
            held.append(Reference(str(declared.id), features, declared.preset))
        patient.judge.declare(held)


def _picture(unit: AccessUnit) -> Picture:
    return small_picture(decode_key_frame(unit))
