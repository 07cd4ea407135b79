"""One stream of one camera over RTSP, kept connected."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import Future
from uuid import UUID

from custodes.video.clock import Clock
from custodes.video.rtp.rtcp import SenderReport
from custodes.video.rtsp.client import FailureKind
from custodes.video.source.address import (
    AddressPolicy,
    BadUrl,
    CameraUrl,
    NotAllowed,
    Target,
    UnknownName,
    is_downgrade,
    is_literal,
    parse_camera_url,
    same_host,
)
from custodes.video.source.backoff import LOGIN_SECONDS, Backoff
from custodes.video.source.dialogue import Dialogue
from custodes.video.source.drift import JumpDetector
from custodes.video.source.ground import BARE_GROUND, Ground
from custodes.video.source.link import Loss
from custodes.video.source.state import CameraClock, ClockJump, Counters, Reason, SourceState, State
from custodes.video.source.tick import Reader, Timer
from custodes.video.source.way import Way
from custodes.video.unit import AccessUnit

HANDSHAKE_SECONDS = 10.0
"""From the start of the connection to the answer to PLAY."""
UNDECODABLE_SECONDS = 60.0
"""Packets come but no picture can be made of them: after this long the camera is asked anew."""
_WELL_SECONDS = 10.0
_MOST_REDIRECTS = 3
_LOOKUP_POLL_SECONDS = 0.02

_STATE_OF: dict[FailureKind, State] = {
    "password": "refused",
    "path": "refused",
    "refused": "refused",
    "codec": "codec",
    "protocol": "network",
    "ended": "network",
}


class RtspSource:
    """Connects to a camera, hands on its access units, and connects again whenever that ends; see README.md.

    Args:
        camera: whose stream it is, for log lines.
        url: ``rtsp://host[:port]/path``, or ``rtsps://``, without user name and password.
        way: how it is spoken with.
        on_unit: takes each decodable access unit, in decoding order.
        on_state: takes each new state.
        on_jump: takes each jump of the camera's clocks.
        silent_seconds: nothing came for this long: disconnect and try again.
        rng: for jitter.
        ground: what the installation gives to every session.

    Attributes:
        state: the present state.
        session: rises with every connection; media time goes on counting only within one.
        camera_clock: of the last sender report of this session, None before the first.
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
        self._rng = rng or random.Random()  # noqa: S311 jitter needs no secrecy
        self._backoff = Backoff(self._rng)
        self._running = False
        self._timer: Timer | None = None
        self._dialogue: Dialogue | None = None
        self._redirects = 0
        self._past = Counters()
        self._began = 0.0
        self._packets_seen = 0
        self._packet_at = 0.0
        self._unit_at: float | None = None
        self._first_unit_at: float | None = None
        self._rtp_jumps = JumpDetector()
        self._camera_jumps = JumpDetector()

    @property
    def counters(self) -> Counters:
        """What came in since the source was made."""
        past = self._past
        now = self._dialogue.counters if self._dialogue is not None else Counters()
        return Counters(
            bytes=past.bytes + now.bytes,
            packets=past.packets + now.packets,
            lost=past.lost + now.lost,
            late=past.late + now.late,
            garbage=past.garbage + now.garbage,
            units=past.units + now.units,
            dropped=past.dropped + now.dropped,
            connections=past.connections,
            throttled=past.throttled + now.throttled,
        )

    def start(self) -> None:
        """Begin to connect; does nothing when it has begun."""
        if self._running:
            return
        self._running = True
        self._backoff.reset()
        self._enter("connecting", "new", "connecting")
        self._again(0.0)

    def stop(self) -> None:
        """Say goodbye to the camera and let go of everything; no callback follows but the state ``off``."""
        if not self._running:
            return
        self._running = False
        if self._dialogue is not None:
            self._past = self.counters
            self._dialogue.end()
            self._dialogue = None
        self._let_go()
        self._enter("off", "operator", "switched off")

    # Connecting

    def _again(self, seconds: float, url: str = "") -> None:
        self._set_timer(seconds, lambda: self._begin(url or self._url))

    def _begin(self, text: str) -> None:
        try:
            url = parse_camera_url(text)
        except BadUrl as error:
            self._fail("refused", str(error))
            return
        if is_literal(url.host):
            self._connect(url, lambda: self._policy.target(url.host, url.port))
            return
        found = self._reader.in_thread(lambda: self._policy.target(url.host, url.port))
        self._began = self._reader.now
        self._await_name(url, found)

    def _await_name(self, url: CameraUrl, found: Future[Target]) -> None:
        if found.done():
            self._connect(url, found.result)
        elif self._reader.now - self._began > HANDSHAKE_SECONDS:
            self._fail("network", f"the name {url.host} was not resolved in time")
        else:
            self._set_timer(_LOOKUP_POLL_SECONDS, lambda: self._await_name(url, found))

    def _connect(self, url: CameraUrl, target: Callable[[], Target]) -> None:
        try:
            checked = target()
        except NotAllowed as error:
            self._fail("refused", str(error))
            return
        except UnknownName as error:
            self._fail("network", str(error))
            return
        self.session += 1
        self._past.connections += 1
        self._began = self._packet_at = self._reader.now
        self._packets_seen = 0
        self._unit_at = self._first_unit_at = None
        self.camera_clock = None
        self._rtp_jumps, self._camera_jumps = JumpDetector(), JumpDetector()
        self._dialogue = Dialogue(
            url,
            checked,
            self._way,
            self._ground,
            self._reader,
            basic=same_host(self._url, url.text),
            rng=self._rng,
            on_unit=self._take_unit,
            on_report=self._take_report,
            on_step=self._look,
            on_lost=self._lost,
        )
        self._set_timer(1.0, self._each_second)
        self._dialogue.open()

    # Receiving

    def _look(self) -> None:
        """Look at what the session has come to."""
        if self._dialogue is None:  # a listener may have stopped us
            return
        client = self._dialogue.client
        if client.failure is not None:
            kind, detail = client.failure.kind, client.failure.detail
            self._fail(_STATE_OF[kind], detail, least=LOGIN_SECONDS if kind == "password" else 0.0)
        elif client.redirect:
            self._follow(client.redirect)

    def _follow(self, redirect: str) -> None:
        self._redirects += 1
        if self._redirects > _MOST_REDIRECTS:
            self._redirects = 0
            self._fail("refused", "the camera redirects again and again")
        elif is_downgrade(self._url, redirect):
            self._fail("refused", "the camera redirects from TLS to a connection in clear")
        else:
            self._let_go()
            self._again(0.0, redirect)

    def _take_unit(self, unit: AccessUnit) -> None:
        if not self._running:  # stopped by a listener while the rest of what was read is worked off
            return
        now = self._reader.now
        if self._unit_at is None:
            self._first_unit_at = now
            self._redirects = 0
        if self.state.state != "receiving":
            self._enter("receiving", "", "receiving")
        self._unit_at = now
        jump = self._rtp_jumps.see(unit.media_time * 100 // 9, now)
        if jump and self._on_jump is not None:
            self._on_jump(ClockJump("rtp", jump, unit.wall_us))
        if self._running:
            self._on_unit(unit)

    def _take_report(self, report: SenderReport) -> None:
        video = self._dialogue.client.depacketizer if self._dialogue else None
        if report.wall_us is None or video is None:
            return
        wall_us = self._reader.wall_us
        self.camera_clock = CameraClock(report.wall_us, video.place(report.timestamp), wall_us)
        jump = self._camera_jumps.see(report.wall_us, self._reader.now)
        if jump and self._on_jump is not None:
            self._on_jump(ClockJump("camera", jump, wall_us))

    def _each_second(self) -> None:
        dialogue, now = self._dialogue, self._reader.now
        if dialogue is None:
            return
        self._set_timer(1.0, self._each_second)
        dialogue.each_second()
        if dialogue is not self._dialogue:
            return
        client = dialogue.client
        if not client.playing:
            if now - self._began > HANDSHAKE_SECONDS:
                self._fail("network", "the camera did not answer in time")
            return
        video = client.depacketizer
        packets = video.tally.packets if video else 0
        if packets != self._packets_seen:
            self._packets_seen, self._packet_at = packets, now
        if now - self._packet_at > self._silent_seconds:
            self._fail("silent", f"connected, but nothing came for {self._silent_seconds:g} s")
            return
        last = self._unit_at if self._unit_at is not None else self._began
        if now - last > self._silent_seconds:
            fault = (video.fault if video else "") or "packets come, but no picture that can be decoded"
            if now - last > UNDECODABLE_SECONDS:
                self._fail("codec", fault)
            else:
                self._enter("codec", "codec", fault)
        elif self._first_unit_at is not None and now - self._first_unit_at > _WELL_SECONDS:
            self._backoff.reset()

    # Ending

    def _lost(self, detail: str, how: Loss) -> None:
        if how == "certificate":
            # Asking again soon changes nothing, and a person has to look at it.
            self._fail("certificate", detail, least=LOGIN_SECONDS)
        else:
            self._fail("refused" if how == "refused" else "network", detail)

    def _fail(self, state: State, detail: str, least: float = 0.0) -> None:
        """This connection is over: say why and try again after a while."""
        self._let_go()
        if not self._running:
            return
        self._enter(state, _reason_of(state), detail)
        if self._running:  # the listener may have stopped us
            self._again(self._backoff.wait(least))

    def _let_go(self) -> None:
        self._past = self.counters
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._dialogue is not None:
            self._dialogue.close()
        self._dialogue = None

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


def _reason_of(state: State) -> Reason:
    """The gap reason of a failed state (docs/design/wire.md §7)."""
    return state if state in ("silent", "refused", "codec", "certificate") else "network"
