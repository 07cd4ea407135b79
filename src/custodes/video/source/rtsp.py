"""One stream of one camera over RTSP, kept connected."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from custodes.video.rtp.rtcp import SenderReport
from custodes.video.rtsp.failure import FailureKind
from custodes.video.source.address import (
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
from custodes.video.source.backoff import LOGIN_SECONDS
from custodes.video.source.dialogue import Dialogue
from custodes.video.source.drift import JumpDetector
from custodes.video.source.kept import WELL_SECONDS, KeptSource
from custodes.video.source.link import Loss
from custodes.video.source.state import CameraClock, ClockJump, Counters, State
from custodes.video.unit import AccessUnit

HANDSHAKE_SECONDS = 10.0
"""From the start of the connection to the answer to PLAY."""
UNDECODABLE_SECONDS = 60.0
"""Packets come but no picture can be made of them: after this long the camera is asked anew."""
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


class RtspSource(KeptSource):
    """Connects to a camera at ``rtsp://host[:port]/path``, or ``rtsps://``; see `KeptSource`."""

    def _prepare(self) -> None:
        self._dialogue: Dialogue | None = None
        self._redirects = 0
        self._past = Counters()
        self._began = 0.0
        self._packets_seen = 0
        self._packet_at = 0.0
        self._unit_at: float | None = None
        self._first_unit_at: float | None = None
        self._camera_jumps = JumpDetector()

    @property
    def counters(self) -> Counters:
        """What came in since the source was made."""
        return self._past.plus(self._dialogue.counters) if self._dialogue is not None else self._past

    def _say_goodbye(self) -> None:
        if self._dialogue is not None:
            self._past = self.counters
            self._dialogue.end()
            self._dialogue = None

    # Connecting

    def _begin(self) -> None:
        self._go_to(self._url)

    def _go_to(self, text: str) -> None:
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
            on_sound=self._hand_on_sound,
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
            self._set_timer(0.0, lambda: self._go_to(redirect))

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
        self._hand_on(unit, now)

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
        if dialogue.sounding is not None:
            self._sound_fault = dialogue.sounding.fault
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
        elif self._first_unit_at is not None and now - self._first_unit_at > WELL_SECONDS:
            self._backoff.reset()

    # Ending

    def _lost(self, detail: str, how: Loss) -> None:
        if how == "certificate":
            # Asking again soon changes nothing, and a person has to look at it.
            self._fail("certificate", detail, least=LOGIN_SECONDS)
        else:
            self._fail("refused" if how == "refused" else "network", detail)

    def _close(self) -> None:
        self._past = self.counters
        if self._dialogue is not None:
            self._dialogue.close()
        self._dialogue = None
