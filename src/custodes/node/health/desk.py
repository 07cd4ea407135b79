"""The worker's side: hands key frames to the health reader when asked, and takes what it found. Never waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

import structlog
from pydantic import ValidationError

from custodes.node.cameras import CameraSet
from custodes.node.health.parcel import (
    MAX_BODY,
    MAX_HEAD,
    BadParcel,
    CheckedCamera,
    Parcel,
    head_of,
    pack_key_frame,
    sized,
)
from custodes.video.clock import HostClock
from custodes.video.steering import SteeredStand

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 0.02
"""Between two answers: fifty a second are more than a core can look at, and a reader that floods gets no more of the loop."""

FORGET_US = 300_000_000
"""What the reader said of a camera this long ago is not reported any more."""


def desk_path(folder: Path, worker: int) -> Path:
    """Where worker `worker` listens; `folder` is the node's."""
    return folder / f"health-{worker}.sock"


@dataclass
class HealthDesk:
    """One reader at a time; a new one takes the old one's place.

    Attributes:
        stand: where a camera stands as far as it was steered.
        answered: key frames that were handed over.
    """

    path: Path
    cameras: CameraSet
    clock: HostClock
    stand: Callable[[UUID], SteeredStand] = lambda camera: SteeredStand()
    answered: int = 0
    _seen: dict[UUID, CheckedCamera] = field(default_factory=dict)
    _line: asyncio.StreamWriter | None = None

    async def run(self) -> None:
        """Serve until cancelled. A desk that can't be opened is no reason to stop recording."""
        try:
            self.path.unlink(missing_ok=True)
            server = await asyncio.start_unix_server(self._serve, self.path, limit=MAX_HEAD)
            os.chmod(self.path, 0o600)
        except OSError as error:
            log.error("health.no_desk", why=error.strerror)
            await asyncio.Event().wait()
            return
        try:
            await asyncio.Event().wait()
        finally:
            server.close()
            if self._line is not None:
                self._line.close()
            self.path.unlink(missing_ok=True)

    def seen(self) -> list[CheckedCamera]:
        """What the reader said of each camera lately."""
        since = self.clock.wall_us() - FORGET_US
        mine = {camera.id for camera in self.cameras}
        self._seen = {one: seen for one, seen in self._seen.items() if seen.at_us >= since and one in mine}
        return list(self._seen.values())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._line is not None:
            self._line.transport.abort()
        self._line = writer
        try:
            while True:
                request = await read_parcel(reader)
                writer.write(self._answer(request).encode())
                await writer.drain()
                await asyncio.sleep(PAUSE_SECONDS)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        except BadParcel as error:
            log.warning("health.bad_parcel", why=str(error))
        finally:
            if self._line is writer:
                self._line = None
            with contextlib.suppress(OSError):
                writer.transport.abort()

    def _answer(self, request: Parcel) -> Parcel:
        """
        Raises:
            BadParcel: not understood.
        """
        known: dict[str, Callable[[Parcel], Parcel]] = {
            "cameras": self._list,
            "key": self._key_frame,
            "seen": self._take,
        }
        answer = known.get(str(request.head.get("op")))
        if answer is None:
            raise BadParcel("an unknown request")
        return answer(request)

    def _list(self, _: Parcel) -> Parcel:
        return Parcel({"cameras": [str(camera.id) for camera in self.cameras]})

    def _key_frame(self, request: Parcel) -> Parcel:
        try:
            camera = self.cameras.get(UUID(str(request.head.get("camera"))))
        except ValueError as error:
            raise BadParcel("no camera's id") from error
        unit = camera.key_frame if camera is not None else None
        if camera is None or unit is None or len(unit.data) > MAX_BODY - MAX_HEAD:
            return Parcel({"none": True})
        self.answered += 1
        stand = self.stand(camera.id)
        moving = stand.moving or taken_before(stand, unit.wall_us, self.clock.wall_us())
        parcel = pack_key_frame(unit)
        return replace(parcel, head=parcel.head | {"preset": stand.preset, "moving": moving})

    def _take(self, request: Parcel) -> Parcel:
        try:
            seen = CheckedCamera.model_validate(request.head.get("seen"))
        except ValidationError as error:
            raise BadParcel("findings that can't be read") from error
        if self.cameras.get(seen.camera) is not None:
            self._seen[seen.camera] = seen
        return Parcel({"ok": True})


def taken_before(stand: SteeredStand, picture_us: int, now_us: int) -> bool:
    """Whether a picture was taken before the camera came to stand where it stands: a group of pictures may be long.

    A clock that was set back since says nothing.
    """
    return picture_us < stand.since_us <= now_us


async def read_parcel(reader: asyncio.StreamReader) -> Parcel:
    """The next parcel.

    Raises:
        BadParcel: it is none.
        asyncio.IncompleteReadError: the line ended.
    """
    head = head_of(await reader.readexactly(sized(await reader.readexactly(4), MAX_HEAD)))
    return Parcel(head, await reader.readexactly(sized(await reader.readexactly(4), MAX_BODY)))
