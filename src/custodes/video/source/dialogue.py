"""One RTSP session on its sockets: the connection, in clear or with TLS, the client, and the UDP ports if there are any."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable

from custodes.video.rtp.rtcp import SenderReport
from custodes.video.rtp.tally import Tally
from custodes.video.rtsp.client import Client
from custodes.video.rtsp.sounding import Sounding
from custodes.video.rtsp.transport import Choice
from custodes.video.sound.frame import SoundFrame
from custodes.video.source.address import CameraUrl, Target
from custodes.video.source.datagrams import UdpPorts
from custodes.video.source.ground import Ground
from custodes.video.source.link import Link, Loss
from custodes.video.source.secure import SecureLink
from custodes.video.source.state import Counters
from custodes.video.source.tick import Reader
from custodes.video.source.way import Way
from custodes.video.unit import AccessUnit


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
        target: Target,
        way: Way,
        ground: Ground,
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
        self.sounding = Sounding(on_sound) if on_sound is not None and way.sound else None
        self._on_open = on_open
        self._on_step = on_step
        self._ports: UdpPorts | None = None
        self._sound_ports: UdpPorts | None = None
        self._link: Link | SecureLink
        if url.scheme == "rtsps":
            self._link = SecureLink(
                reader, target, url.host, way.fingerprint, ground.authorities, self._opened, self._take, on_lost
            )
        else:
            self._link = Link(reader, target, self._opened, self._take, on_lost)
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
        tally = self.client.depacketizer.tally if self.client.depacketizer else Tally()
        sockets = (self._link, *self._all_ports())
        sounding = self.sounding
        heard = sounding.depacketizer.tally if sounding is not None and sounding.depacketizer else Tally()
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
