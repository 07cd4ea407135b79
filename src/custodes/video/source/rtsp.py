"""One stream of one camera over RTSP, kept connected; and one RTSP session on its sockets."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from concurrent.futures import Future

from custodes.video.rtp.rtcp import SenderReport, StreamTally
from custodes.video.rtsp.asking import FailureKind
from custodes.video.rtsp.client import Client
from custodes.video.rtsp.sounding import SoundIntake
from custodes.video.rtsp.transport import Choice
from custodes.video.source.address import (
    BadUrl,
    CameraUrl,
    NotAllowed,
    SourceAddress,
    UnknownName,
    is_downgrade,
    is_literal,
    parse_camera_url,
    same_host,
)
from custodes.video.source.datagrams import UdpPorts
from custodes.video.source.defaults import ConnectionOptions, SourceDefaults
from custodes.video.source.kept import LOGIN_SECONDS, WELL_SECONDS, JumpDetector, KeptSource
from custodes.video.source.link import Loss, SecureLink, SourceConnection
from custodes.video.source.state import BY_ARRIVAL, OTHER_PORT, CameraClock, ClockJump, Counters, State
from custodes.video.source.tick import Reader
from custodes.video.unit import AccessUnit, SoundFrame


class Dialogue:
    """A session with the camera at `url`, reached at `target`.

    Args:
        basic: answer a challenge for basic login.
        on_open: connected.
        on_step: something was taken in: look at `client`.
        on_lost: the connection is over, with a plain sentence and how.
        on_sound: takes the sound; None, or where `way` does not say so, and the camera is not asked for any.

    Attributes:
        client: the session.
        sounding: its sound, None where none is taken in.
    """

    def __init__(
        self,
        url: CameraUrl,
        target: SourceAddress,
        way: ConnectionOptions,
        ground: SourceDefaults,
        reader: Reader,
        *,
        basic: bool,
        rng: random.Random,
        on_unit: Callable[[AccessUnit], None],
        on_report: Callable[[SenderReport], None] | None = None,
        on_open: Callable[[], None] | None = None,
        on_step: Callable[[], None],
        on_lost: Callable[[str, Loss], None],
        on_sound: Callable[[SoundFrame], None] | None = None,
    ) -> None:
        self._reader = reader
        self.sounding = SoundIntake(on_sound) if on_sound is not None and way.sound else None
        self._on_open = on_open
        self._on_step = on_step
        self._ports: UdpPorts | None = None
        self._sound_ports: UdpPorts | None = None
        self._link: SourceConnection | SecureLink
        if url.scheme == "rtsps":
            self._link = SecureLink(
                reader, target, url.host, way.fingerprint, ground.authorities, self._opened, self._take, on_lost
            )
        else:
            self._link = SourceConnection(reader, target, self._opened, self._take, on_lost)
        # As datagrams the pictures would leave TLS.
        transport: Choice = "tcp" if url.scheme == "rtsps" else way.transport
        if transport != "tcp":
            self._ports = UdpPorts(
                *(reader, ground.udp, target, lambda: self._link.local),
                on_control=self._take_control,
                after=self._step,
                on_lost=on_lost,
                rng=rng,
            )
        if self._ports is not None and self.sounding is not None:
            self._sound_ports = UdpPorts(
                *(reader, ground.udp, target, lambda: self._link.local),
                on_control=lambda packet: self.client.on_sound_control(packet, reader.now),
                after=self._step,
                on_lost=lambda _detail, _how: None,  # the pictures go on
                rng=rng,
            )
        self.client = Client(
            url.text,
            way.username,
            way.password,
            on_unit=on_unit,
            on_report=on_report,
            cnonce=lambda: secrets.token_hex(8),
            ssrc=rng.getrandbits(32),
            basic=basic,
            transport=transport,
            datagrams=self._ports,
            sounding=self.sounding,
            sound_datagrams=self._sound_ports,
        )

    @property
    def counters(self) -> Counters:
        """What came in since the session began."""
        tally = self.client.depacketizer.tally if self.client.depacketizer else StreamTally()
        sockets = (self._link, *self._all_ports())
        sounding = self.sounding
        heard = sounding.depacketizer.tally if sounding is not None and sounding.depacketizer else StreamTally()
        return Counters(
            bytes=sum(one.received for one in sockets),
            packets=tally.packets,
            lost=tally.lost,
            late=tally.late,
            garbage=self.client.garbage,
            units=tally.units,
            dropped=tally.dropped,
            throttled=sum(one.throttled for one in sockets),
            sounds=sounding.frames if sounding is not None else 0,
            sound_lost=heard.lost + heard.garbage,
        )

    @property
    def remark(self) -> tuple[str, str]:
        """What is odd about pictures that come all the same: a word for `SourceState.code` and one plain sentence; empty for nothing."""
        video = self.client.depacketizer
        if video is not None and video.by_arrival:
            return BY_ARRIVAL, "the camera's timestamps stand still; pictures have the times at which they came"
        if self._ports is not None and self._ports.elsewhere:
            return OTHER_PORT, f"the pictures come from port {self._ports.elsewhere}, which the camera did not name"
        return "", ""

    def open(self) -> None:
        """Begin to connect."""
        self._link.open()

    def each_second(self) -> None:
        """A second has passed: send what is due."""
        self._link.each_second()
        for ports in self._all_ports():
            ports.each_second()
        self.client.poll(self._reader.now)
        self._step()

    def end(self) -> None:
        """Say goodbye and let go. A peer that can't take these few octets now gets none."""
        self.client.end()
        self._link.send(self.client.take_output())
        self.close()

    def close(self) -> None:
        """Let go of all sockets; nothing is called any more."""
        self._link.close()
        for ports in self._all_ports():
            ports.close()

    def _all_ports(self) -> list[UdpPorts]:
        return [ports for ports in (self._ports, self._sound_ports) if ports is not None]

    def _opened(self) -> None:
        if self._on_open is not None:
            self._on_open()
        self.client.begin()
        self._link.send(self.client.take_output())

    def _take(self, data: memoryview) -> None:
        self.client.feed(data, self._reader.wall_us, self._reader.now)
        self._step()

    def _take_control(self, packet: bytes) -> None:
        self.client.on_control(packet, self._reader.now)

    def _step(self) -> None:
        """Send what the session wants to say, unless it has come to an end, and let the owner look at it."""
        client = self.client
        if client.failure is None and not client.redirect and (out := client.take_output()):
            self._link.send(out)
        self._on_step()


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

    def _await_name(self, url: CameraUrl, found: Future[SourceAddress]) -> None:
        if found.done():
            self._connect(url, found.result)
        elif self._reader.now - self._began > HANDSHAKE_SECONDS:
            self._fail("network", f"the name {url.host} was not resolved in time")
        else:
            self._set_timer(_LOOKUP_POLL_SECONDS, lambda: self._await_name(url, found))

    def _connect(self, url: CameraUrl, target: Callable[[], SourceAddress]) -> None:
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
            return
        if self._unit_at is not None:
            code, remark = dialogue.remark
            self._enter("receiving", "", remark or "receiving", code)
        if self._first_unit_at is not None and now - self._first_unit_at > WELL_SECONDS:
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
