"""What cameras are made with: sources, recorders, and what else the worker lends them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from custodes.video.hub import CallLater
from custodes.video.source.state import CameraClock, ClockJump, SourceState
from custodes.video.unit import AccessUnit, SoundFrame
from custodes.video.wire.assignment import CameraAssignment, SourceAssignment


class StreamSource(Protocol):
    """One stream of one camera, as `custodes.video.source.rtsp.RtspSource` is."""

    camera_clock: CameraClock | None

    def start(self) -> None:
        """Begin taking in."""
        ...

    def stop(self) -> None:
        """Stop taking in."""
        ...


class Recorder(Protocol):
    """What keeps a camera's units, as `custodes.video.recorder.recorder.Recorder` does."""

    @property
    def status(self) -> RecorderStatus:
        """How it stands."""
        ...

    def take(self, unit: AccessUnit) -> None:
        """The next unit."""
        ...

    def take_sound(self, frame: SoundFrame) -> None:
        """The next frame of sound."""
        ...

    def source_state(self, state: SourceState) -> None:
        """The source's state changed."""
        ...

    def stop(self, reason: str, detail: str = "") -> None:
        """Seal, and owe nothing or say why not."""
        ...

    def resume(self) -> None:
        """Record again."""
        ...

    def thin(self, detail: str) -> None:
        """Keep key frames only."""
        ...

    def keep_whole(self) -> None:
        """Keep every picture again."""
        ...

    def keep_plan(self, now_us: int) -> None:
        """Stop or go on as was planned, though no picture comes."""
        ...

    def close(self, reason: str = "restart") -> None:
        """Seal; the next start goes on."""
        ...


class RecorderStatus(Protocol):
    """How a recorder stands."""

    @property
    def state(self) -> str:
        """``recording``, or the reason of the gap that lasts."""
        ...

    @property
    def since_us(self) -> int:
        """Since when."""
        ...


class MakeSource(Protocol):
    """Makes the source of one stream."""

    def __call__(
        self,
        camera: UUID,
        stream: SourceAssignment,
        username: str,
        password: str,
        on_unit: Callable[[AccessUnit], None],
        on_state: Callable[[SourceState], None],
        on_jump: Callable[[ClockJump], None],
        on_sound: Callable[[SoundFrame], None] | None = None,
        name: Literal["main", "sub"] = "main",
    ) -> StreamSource:
        """Make it; `start` begins."""
        ...


@dataclass(frozen=True)
class Tools:
    """What cameras are made with.

    Attributes:
        make_recorder: makes the camera known to the archive as well; its second argument gives the camera's own clock.
        retire: the camera is not this worker's any more.
        unseal: opens a sealed password with the node's key; raises `Unsealable`.
        now_us: wall clock.
        watching: told 1 for each viewer that comes, -1 for each that goes: cameras are read more often then.
    """

    make_source: MakeSource
    make_recorder: Callable[[CameraAssignment, Callable[[], CameraClock | None]], Recorder]
    retire: Callable[[UUID], None]
    change_terms: Callable[[CameraAssignment], None]
    unseal: Callable[[str], str]
    gop_cache_bytes: int
    call_later: CallLater
    now_us: Callable[[], int]
    watching: Callable[[int], None] | None = None


def call_later_on(loop: asyncio.AbstractEventLoop) -> CallLater:
    """Timers of `loop`."""
    return lambda seconds, call: loop.call_later(seconds, call)
