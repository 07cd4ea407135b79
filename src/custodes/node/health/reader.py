"""The reader's rounds: which camera is looked at when, and what comes of it; and the line to each worker."""

from __future__ import annotations

import heapq
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import cv2
import structlog

from custodes.logs import configure_logs
from custodes.node.health.desk import desk_path
from custodes.node.health.parcel import (
    MAX_BODY,
    MAX_HEAD,
    BadParcel,
    CheckedCamera,
    Parcel,
    head_of,
    seen_of,
    sized,
    unpack_key_frame,
)
from custodes.node.health.references import REFERENCES, References
from custodes.settings import Settings, get_settings
from custodes.video.clock import HostClock, SystemClock
from custodes.video.health.judge import CameraJudge, Reference
from custodes.video.health.measure import SmallKeyFrame, measure, small_picture
from custodes.video.steering import SteeredStand
from custodes.video.still import NoStill, decode_key_frame
from custodes.video.unit import AccessUnit

log = structlog.get_logger(__name__)


SECONDS = 5.0


class WorkerAway(Exception):
    """The worker does not answer."""


class WorkerLine:
    """Asks one worker for cameras and key frames, and tells it what was found."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.stand = SteeredStand()
        """Where the camera of the last key frame stood when it was taken."""
        self._socket: socket.socket | None = None

    def cameras(self) -> list[UUID]:
        """The worker's cameras.

        Raises:
            WorkerAway.
        """
        return [UUID(one) for one in self._ask({"op": "cameras"}).head.get("cameras", [])]

    def key_frame(self, camera: UUID) -> AccessUnit | None:
        """The camera's last key frame; None while it has none.

        Raises:
            WorkerAway, BadParcel.
        """
        answer = self._ask({"op": "key", "camera": str(camera)})
        preset = answer.head.get("preset")
        self.stand = SteeredStand(preset if isinstance(preset, str) else None, answer.head.get("moving") is True)
        return None if answer.head.get("none") else unpack_key_frame(answer)

    def tell(self, seen: CheckedCamera) -> None:
        """Say what was found.

        Raises:
            WorkerAway.
        """
        self._ask({"op": "seen", "seen": seen.model_dump(mode="json")})

    def close(self) -> None:
        """Hang up; the next question calls again."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ask(self, head: dict[str, Any]) -> Parcel:
        try:
            line = self._connect()
            line.sendall(Parcel(head).encode())
            answer = head_of(self._exactly(line, sized(self._exactly(line, 4), MAX_HEAD)))
            return Parcel(answer, self._exactly(line, sized(self._exactly(line, 4), MAX_BODY)))
        except (OSError, EOFError, BadParcel) as error:
            self.close()
            raise WorkerAway(f"{self._path.name}: {type(error).__name__}") from error

    def _connect(self) -> socket.socket:
        if self._socket is None:
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(SECONDS)
            try:
                line.connect(str(self._path))
            except OSError:
                line.close()
                raise
            self._socket = line
        return self._socket

    @staticmethod
    def _exactly(line: socket.socket, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            part = line.recv(min(size - len(data), 1 << 18))
            if not part:
                raise EOFError
            data += part
        return bytes(data)


RENEW_SECONDS = 20.0
"""How often the list of cameras is asked for."""


@dataclass
class WatchedCamera:
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
    clock: HostClock
    period: float
    guard: Callable[[], None] = lambda: None
    checks: int = 0
    late: float = 0.0
    _patients: dict[UUID, WatchedCamera] = field(default_factory=dict)
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
                self._patients[camera] = WatchedCamera(camera, line)
                heapq.heappush(self._due, (now + camera.int % 997 / 997 * self.period, camera))
        self._due = [entry for entry in self._due if entry[1] in self._patients]
        heapq.heapify(self._due)

    def _look(self, patient: WatchedCamera) -> None:
        try:
            unit = patient.line.key_frame(patient.id)
            if unit is None:
                patient.judge.interrupt()  # the recorder says that nothing comes; there is nothing to judge
                return
            if unit.wall_us == patient.last_us:
                return  # a long group of pictures: the next key frame is held against this one
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

    def _take_references(self, patient: WatchedCamera) -> None:
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


def _picture(unit: AccessUnit) -> SmallKeyFrame:
    return small_picture(decode_key_frame(unit))


NICE = 10
HANG_SECONDS = 30
"""A check takes some 0.1 s; one that has not ended by then never will (SIGALRM ends the process, also within a decoder)."""


def read(settings: Settings, workers: int) -> None:
    """Make rounds until the supervisor is gone."""
    lines = [WorkerLine(desk_path(settings.node_folder, worker)) for worker in range(workers)]
    references = References(settings.node_folder / REFERENCES)
    period = 60 / settings.health_checks_per_minute
    rounds = Rounds(lines, references, SystemClock(), period, _set_alarm)
    log.info("health.started", workers=workers, period_seconds=period)
    said = 0.0
    while True:
        idle = rounds.step()
        if rounds.late > period and time.monotonic() - said > 600:
            said = time.monotonic()
            log.warning("health.behind", seconds=round(rounds.late), remedy="CUSTODES_HEALTH_CHECKS_PER_MINUTE")
        if idle:
            _set_alarm()
            time.sleep(idle)


def _set_alarm() -> None:
    signal.alarm(HANG_SECONDS)


def _end_with_supervisor() -> None:
    sys.stdin.buffer.read()
    os._exit(0)  # nothing here needs an orderly end


def main(workers: int) -> None:
    """Read for `workers` workers; the end of standard input is the supervisor's end."""
    configure_logs(process="health")
    os.nice(NICE)
    cv2.setNumThreads(1)
    threading.Thread(target=_end_with_supervisor, daemon=True).start()
    read(get_settings(), workers)


if __name__ == "__main__":
    main(int(sys.argv[1]))
