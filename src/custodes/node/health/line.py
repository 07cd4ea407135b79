"""The reader's side of the line to one worker. Blocks, with a limit; a worker that is away is asked again later."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any
from uuid import UUID

from custodes.node.health.parcel import MAX_BODY, MAX_HEAD, BadParcel, Parcel, head_of, sized, unpack_key_frame
from custodes.node.health.seen import Seen
from custodes.video.steering.model import Stand
from custodes.video.unit import AccessUnit

SECONDS = 5.0


class WorkerAway(Exception):
    """The worker does not answer."""


class WorkerLine:
    """Asks one worker for cameras and key frames, and tells it what was found."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.stand = Stand()
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
        self.stand = Stand(preset if isinstance(preset, str) else None, answer.head.get("moving") is True)
        return None if answer.head.get("none") else unpack_key_frame(answer)

    def tell(self, seen: Seen) -> None:
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
