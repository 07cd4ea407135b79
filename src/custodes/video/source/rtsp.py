"""One stream of one camera over RTSP, kept connected."""

from __future__ import annotations

import random
from collections.abc import Callable
from uuid import UUID

from custodes.video.clock import Clock
from custodes.video.source.address import AddressPolicy
from custodes.video.source.state import CameraClock, ClockJump, Counters, SourceState
from custodes.video.source.tick import Reader
from custodes.video.unit import AccessUnit


class RtspSource:
    """Connects, receives and reconnects; see README.md."""

    def __init__(
        self,
        camera: UUID | str,
        url: str,
        username: str,
        password: str,
        *,
        reader: Reader,
        policy: AddressPolicy,
        clock: Clock,
        on_unit: Callable[[AccessUnit], None],
        on_state: Callable[[SourceState], None],
        on_jump: Callable[[ClockJump], None] | None = None,
        silent_seconds: float = 10.0,
        rng: random.Random | None = None,
    ) -> None:
        self.camera = camera
        self.session = 0
        self.counters = Counters()
        self.state = SourceState("off", "operator", "not started", clock.wall_us())
        self.camera_clock: CameraClock | None = None

    def start(self) -> None:
        """Begin."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop."""
        raise NotImplementedError
