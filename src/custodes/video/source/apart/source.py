"""One stream that a process of its own takes in: Motion JPEG, RTMP, a file. Kept going like an RTSP source."""

from __future__ import annotations

import random
from collections.abc import Callable
from uuid import UUID

from custodes.video.clock import Clock
from custodes.video.codec.bits import CodecError
from custodes.video.codec.build import codec_parameters
from custodes.video.source.address import AddressPolicy, UnknownName
from custodes.video.source.apart.process import Apart
from custodes.video.source.apart.wire import BadMessage, Failure, FailureKind, Message, Parameters, Picture
from custodes.video.source.backoff import LOGIN_SECONDS, Backoff
from custodes.video.source.drift import JumpDetector
from custodes.video.source.ground import BARE_GROUND, Ground
from custodes.video.source.state import CameraClock, ClockJump, Counters, Reason, SourceState, State
from custodes.video.source.tick import Reader, Timer
from custodes.video.source.way import Way
from custodes.video.unit import AccessUnit, CodecParameters

HANDSHAKE_SECONDS = 20.0
"""From the start of the process to its first picture."""
_WELL_SECONDS = 10.0

_STATE_OF: dict[FailureKind, State] = {
    "password": "refused",
    "path": "refused",
    "refused": "refused",
    "codec": "codec",
    "protocol": "network",
    "network": "network",
}


class ApartSource:
    """Starts a process for the source, hands on its access units, and starts another whenever that ends.

    Arguments and attributes are those of `custodes.video.source.rtsp.RtspSource`; `camera_clock` stays None, since such
    sources say nothing of the camera's clock.
    """

    def __init__(
        self,
        camera: UUID | str,
        url: str,
        way: Way,
        *,
        reader: Reader,
        policy: AddressPolicy,
        clock: Clock,
        on_unit: Callable[[AccessUnit], None],
        on_state: Callable[[SourceState], None],
        on_jump: Callable[[ClockJump], None] | None = None,
        silent_seconds: float = 10.0,
        rng: random.Random | None = None,
        ground: Ground = BARE_GROUND,
    ) -> None:
        self.camera = camera
        self.session = 0
        self.camera_clock: CameraClock | None = None
        self.state = SourceState("off", "operator", "not started", clock.wall_us())
        self.counters = Counters()
        self._url = url
        self._way = way
        self._ground = ground
        self._reader = reader
        self._policy = policy
        self._clock = clock
        self._on_unit = on_unit
        self._on_state = on_state
        self._on_jump = on_jump
        self._silent_seconds = silent_seconds
        self._backoff = Backoff(rng or random.Random())  # noqa: S311 jitter needs no secrecy
        self._running = False
        self._apart: Apart | None = None
        self._timer: Timer | None = None
        self._params: CodecParameters | None = None
        self._begun_at = 0.0
        self._first_at: float | None = None
        self._unit_at = 0.0
        self._jumps = JumpDetector()

    def start(self) -> None:
        """Begin; does nothing when it has begun."""
        if self._running:
            return
        self._running = True
        self._backoff.reset()
        self._enter("connecting", "new", "connecting")
        self._set_timer(0.0, self._begin)

    def stop(self) -> None:
        """Let go of everything; no callback follows but the state ``off``."""
        if not self._running:
            return
        self._running = False
        self._let_go()
        self._enter("off", "operator", "switched off")

    def _begin(self) -> None:
        self.session += 1
        self.counters.connections += 1
        self._begun_at = self._reader.now
        self._first_at = None
        self._params = None
        self._jumps = JumpDetector()
        self._apart = Apart(self._reader, self._ground.yard, self._take, self._refuse, self._lose)
        self._set_timer(1.0, self._each_second)
        self._apart.open(self._url, self._way, self._policy)

    # What the process says

    def _take(self, message: Message) -> None:
        match message:
            case Picture():
                self._take_picture(message)
            case Parameters():
                self._take_parameters(message)
            case Failure():
                least = LOGIN_SECONDS if message.kind == "password" else 0.0
                self._fail(_STATE_OF[message.kind], message.detail, least)

    def _take_parameters(self, told: Parameters) -> None:
        try:
            params = codec_parameters(told.codec, told.sets)
        except CodecError as error:
            self._fail("codec", str(error))
            return
        if self._params is None or params.sets != self._params.sets:
            self._params = params

    def _take_picture(self, picture: Picture) -> None:
        if self._params is None:
            raise BadMessage("a picture comes before its parameters")
        now = self._reader.now
        if self._first_at is None:
            if not picture.key:
                self.counters.dropped += 1
                return
            self._first_at = now
        self._unit_at = now
        self._enter("receiving", "", "receiving")
        unit = AccessUnit(picture.data, picture.key, picture.media_time, self._reader.wall_us, self._params)
        jump = self._jumps.see(unit.media_time * 100 // 9, now)
        if jump and self._on_jump is not None:
            self._on_jump(ClockJump("rtp", jump, unit.wall_us))
        self.counters.units += 1
        self.counters.bytes += len(picture.data)
        if self._running:
            self._on_unit(unit)

    def _refuse(self, why: Exception) -> None:
        self._fail("network" if isinstance(why, UnknownName) else "refused", str(why))

    def _lose(self, detail: str) -> None:
        self._fail("network", detail)

    def _each_second(self) -> None:
        apart, now = self._apart, self._reader.now
        if apart is None:
            return
        self._set_timer(1.0, self._each_second)
        apart.each_second()
        if self._first_at is None:
            if now - self._begun_at > HANDSHAKE_SECONDS:
                self._fail("network", "no picture came in time")
        elif now - self._unit_at > self._silent_seconds:
            self._fail("silent", f"connected, but nothing came for {self._silent_seconds:g} s")
        elif now - self._first_at > _WELL_SECONDS:
            self._backoff.reset()

    # Ending

    def _fail(self, state: State, detail: str, least: float = 0.0) -> None:
        """This process is over: say why and start another after a while."""
        self._let_go()
        if not self._running:
            return
        reason: Reason = state if state in ("silent", "refused", "codec") else "network"
        self._enter(state, reason, detail)
        if self._running:  # the listener may have stopped us
            self._set_timer(self._backoff.wait(least), self._begin)

    def _let_go(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        apart, self._apart = self._apart, None
        if apart is not None:
            self.counters.throttled += apart.throttled
            apart.close()

    def _set_timer(self, seconds: float, call: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._reader.call_later(seconds, call)

    def _enter(self, state: State, reason: Reason, detail: str) -> None:
        now = self.state
        if (now.state, now.detail) == (state, detail):
            return
        since_us = now.since_us if now.state == state else self._clock.wall_us()
        self.state = SourceState(state, reason, detail, since_us)
        self._on_state(self.state)
