"""What every kind of source has in common: its terms, its state, and that it is begun again whenever it ends, after a while; and that a jump of the camera's clock is seen (docs/design/time.md)."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from uuid import UUID

from custodes.video.clock import HostClock
from custodes.video.source.address import AddressPolicy
from custodes.video.source.defaults import BARE_GROUND, ConnectionOptions, SourceDefaults
from custodes.video.source.state import CameraClock, ClockJump, Counters, Reason, SourceState, State
from custodes.video.source.tick import Reader, Timer
from custodes.video.unit import AccessUnit, SoundFrame

JUMP_US = 10_000_000
"""Smaller differences are late delivery or drift, and nothing is said about them."""

_FOLLOW = 0.01


class JumpDetector:
    """Compares a foreign clock's readings with the monotonic clock. Drift is followed slowly, a step is told once."""

    def __init__(self) -> None:
        self._offset: float | None = None

    def see(self, reading_us: int, now: float) -> int:
        """How far the clock jumped at this reading, microseconds; 0 when it did not."""
        offset = reading_us - now * 1_000_000
        if self._offset is None:
            self._offset = offset
            return 0
        moved = offset - self._offset
        if abs(moved) < JUMP_US:
            self._offset += moved * _FOLLOW
            return 0
        self._offset = offset
        return round(moved)


FIRST_SECONDS = 1.0
LONGEST_SECONDS = 60.0
LOGIN_SECONDS = 30.0
"""After a refused password at least this long: cameras lock an account that is tried too often."""


class Backoff:
    """Exponential waiting with jitter: 1, 2, 4 … 60 s, each shortened by up to half so that cameras do not come in step."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._tries = 0

    def wait(self, least: float = 0.0) -> float:
        """Seconds until the next try, at least `least` before jitter."""
        full = max(min(FIRST_SECONDS * 2.0 ** min(self._tries, 16), LONGEST_SECONDS), least)
        self._tries += 1
        return full * self._rng.uniform(0.5, 1.0)

    def reset(self) -> None:
        """The camera was well for a while: begin anew."""
        self._tries = 0


WELL_SECONDS = 10.0
"""Pictures for so long: the next attempt after a failure is made soon again."""


class KeptSource(ABC):
    """One stream of one camera: hands on its access units, and begins again whenever that ends; see README.md.

    Args:
        camera: whose stream it is, for log lines.
        url: its address, without user name and password.
        way: how it is spoken with.
        on_unit: takes each decodable access unit, in decoding order.
        on_state: takes each new state.
        on_jump: takes each jump of the camera's clocks.
        silent_seconds: nothing came for this long: disconnect and try again.
        rng: for jitter.
        ground: what the installation gives to every session.
        on_sound: takes each frame of sound, where `way` says that there may be any.

    Attributes:
        state: the present state.
        session: rises with every connection; media time goes on counting only within one.
        camera_clock: of the last sender report of this session, None before the first, and where none is made.
    """

    def __init__(
        self,
        camera: UUID | str,
        url: str,
        way: ConnectionOptions,
        *,
        reader: Reader,
        policy: AddressPolicy,
        clock: HostClock,
        on_unit: Callable[[AccessUnit], None],
        on_state: Callable[[SourceState], None],
        on_jump: Callable[[ClockJump], None] | None = None,
        silent_seconds: float = 10.0,
        rng: random.Random | None = None,
        ground: SourceDefaults = BARE_GROUND,
        on_sound: Callable[[SoundFrame], None] | None = None,
    ) -> None:
        self.camera = camera
        self.session = 0
        self.camera_clock: CameraClock | None = None
        self.state = SourceState("off", "operator", "not started", clock.wall_us())
        self._url = url
        self._way = way
        self._ground = ground
        self._reader = reader
        self._policy = policy
        self._clock = clock
        self._on_unit = on_unit
        self._on_state = on_state
        self._on_jump = on_jump
        self._on_sound = on_sound if way.sound else None
        self._silent_seconds = silent_seconds
        self._rng = rng or random.Random()  # noqa: S311 jitter needs no secrecy
        self._backoff = Backoff(self._rng)
        self._sound_fault = ""
        self._running = False
        self._timer: Timer | None = None
        self._rtp_jumps = JumpDetector()
        self._prepare()

    @property
    def sound_fault(self) -> str:
        """Why no sound comes although it is wanted, one plain sentence; empty while nothing is known to be wrong."""
        return self._sound_fault

    @property
    @abstractmethod
    def counters(self) -> Counters:
        """What came in since the source was made."""

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
        self._say_goodbye()
        self._let_go()
        self._enter("off", "operator", "switched off")

    # What each kind does in its own way

    @abstractmethod
    def _prepare(self) -> None:
        """Make what this kind keeps besides; the last step of the constructor."""

    @abstractmethod
    def _begin(self) -> None:
        """Begin an attempt."""

    @abstractmethod
    def _say_goodbye(self) -> None:
        """Tell the other side that this is the end, where there is a way to."""

    @abstractmethod
    def _close(self) -> None:
        """Let go of what the attempt has opened."""

    # What they share

    def _hand_on(self, unit: AccessUnit, now: float) -> None:
        """Tell of a jump of its clock, if `unit`, read at `now` (monotonic seconds), shows one; then give it on."""
        jump = self._rtp_jumps.see(unit.media_time * 100 // 9, now)
        if jump and self._on_jump is not None:
            self._on_jump(ClockJump("rtp", jump, unit.wall_us))
        if self._running:  # the listener may have stopped us
            self._on_unit(unit)

    def _hand_on_sound(self, frame: SoundFrame) -> None:
        if self._running and self._on_sound is not None:
            self._on_sound(frame)

    def _fail(self, state: State, detail: str, least: float = 0.0, code: str = "") -> None:
        """This attempt is over: say why (`code` as in `SourceState`) and try again after a while, `least` seconds or more."""
        self._let_go()
        if not self._running:
            return
        self._enter(state, _reason_of(state), detail, code)
        if self._running:  # the listener may have stopped us
            self._set_timer(self._backoff.wait(least), self._begin)

    def _let_go(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._close()

    def _set_timer(self, seconds: float, call: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._reader.call_later(seconds, call)

    def _enter(self, state: State, reason: Reason, detail: str, code: str = "") -> None:
        now = self.state
        if (now.state, now.detail, now.code) == (state, detail, code):
            return
        since_us = now.since_us if now.state == state else self._clock.wall_us()
        self.state = SourceState(state, reason, detail, since_us, code)
        self._on_state(self.state)


def _reason_of(state: State) -> Reason:
    """The gap reason of a failed state (docs/design/wire.md §7)."""
    return state if state in ("silent", "refused", "codec", "certificate") else "network"
