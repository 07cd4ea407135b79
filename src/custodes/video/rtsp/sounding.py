"""The sound of one session: which of the offered media it is, what takes its packets, and where it belongs in time.

Sound never gates pictures: whatever is wrong with it is said in `Sounding.fault`, and the session goes on without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from custodes.video.rtp import rtcp
from custodes.video.rtp.deframe import PacketSink
from custodes.video.rtp.rtcp import SenderReport
from custodes.video.rtp.sound_in import AacDepacketizer, G711Depacketizer, OnSound, SoundDepacketizer
from custodes.video.rtsp.carriage import Datagrams, NotFromThere
from custodes.video.rtsp.sdp import Media
from custodes.video.rtsp.transport import Transport
from custodes.video.sound.config import G711_RATE, UnknownSound, aac_parameters, g711_parameters
from custodes.video.sound.frame import SoundCodec, SoundFrame, SoundParameters
from custodes.video.sound.placing import Placing
from custodes.video.unit import AccessUnit

_STATIC = {0: SoundCodec.PCMU, 8: SoundCodec.PCMA}
"""Payload types that need no rtpmap (RFC 3551 §6)."""
_FIELDS = ("indexdeltalength", "ctsdeltalength", "dtsdeltalength", "auxiliarydatasizelength", "streamstateindication")
"""Format parameters of RFC 3640 §4.1 by which headers would hold more than size and index."""


def parameters_of(media: Media) -> SoundParameters:
    """How `media` is coded.

    Raises:
        UnknownSound: it is not taken in.
    """
    encoding = media.encoding or _STATIC.get(media.payload_type, "")
    if encoding in ("PCMA", "PCMU"):
        if media.clock_rate not in (0, G711_RATE):
            raise UnknownSound(f"G.711 at {media.clock_rate} Hz is not taken in, only at {G711_RATE} Hz")
        return g711_parameters(SoundCodec(encoding))
    if encoding != "MPEG4-GENERIC":
        raise UnknownSound(f"sound is neither AAC nor G.711 ({encoding or 'unknown'})")
    if media.parameters.get("mode", "").lower() != "aac-hbr":
        raise UnknownSound("AAC is not sent in the mode AAC-hbr")
    try:
        config = bytes.fromhex(media.parameters.get("config", ""))
    except ValueError:
        raise UnknownSound("the AAC configuration can't be read") from None
    return aac_parameters(config)


def _depacketizer(media: Media, params: SoundParameters, on_sound: OnSound) -> SoundDepacketizer:
    if params.codec is not SoundCodec.AAC:
        return G711Depacketizer(on_sound, media.payload_type)
    size, index = _bits(media, "sizelength", 13, 16), _bits(media, "indexlength", 3, 8)
    delta = _bits(media, "indexdeltalength", 3, 8)
    if not size or delta != index or any(_bits(media, name, 0, 64) for name in _FIELDS[1:]):
        raise UnknownSound("AAC is sent with headers that are not taken in")
    return AacDepacketizer(on_sound, media.payload_type, size, index)


def _bits(media: Media, name: str, default: int, most: int) -> int:
    text = media.parameters.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= most):
        raise UnknownSound("AAC is sent with headers that are not taken in")
    return int(text)


class NotCarried(Exception):
    """Its packets can't come; the message says why, in one plain sentence."""


class Sounding:
    """Takes the sound of a session in.

    Args:
        on_sound: takes each frame, once there was a picture to place it by.

    Attributes:
        media: the medium that was chosen, None for none.
        depacketizer: takes its packets, None without.
        fault: why there is no sound, one plain sentence; empty while nothing is wrong.
        frames: how many were handed on.
    """

    def __init__(self, on_sound: Callable[[SoundFrame], None]) -> None:
        self.media: Media | None = None
        self.depacketizer: SoundDepacketizer | None = None
        self.fault = ""
        self.frames = 0
        self._on_sound = on_sound
        self._params: SoundParameters | None = None
        self._placing = Placing(G711_RATE)

    def choose(self, offered: Sequence[Media]) -> Media | None:
        """The first of the offered media that can be taken in; None, and `fault` says why, when there is none."""
        self.fault = "the camera offers no sound"
        for media in offered:
            try:
                params = parameters_of(media)
                depacketizer = _depacketizer(media, params, self._take)
            except UnknownSound as error:
                self.fault = str(error)
                continue
            self.media, self._params, self.depacketizer, self.fault = media, params, depacketizer, ""
            self._placing = Placing(media.clock_rate or params.rate)
            return media
        return None

    def carry_datagrams(self, way: Transport | None, datagrams: Datagrams | None) -> None:
        """Its packets come as datagrams, as the camera's answer to SETUP says.

        Raises:
            NotCarried: they can't.
        """
        if self.depacketizer is None or datagrams is None or way is None or way.tcp or not way.unicast:
            raise NotCarried("the camera does not send sound as UDP to this host alone")
        try:
            datagrams.expect(way)
        except NotFromThere as error:
            raise NotCarried(str(error)) from error
        datagrams.carry(self.depacketizer, self.media.payload_type if self.media else -1)

    def carry_interleaved(self, way: Transport | None, sinks: dict[int, PacketSink]) -> None:
        """Its packets come on the connection, on channels that nothing else comes on.

        Raises:
            NotCarried: they can't.
        """
        media, control = (way.interleaved if way is not None else None) or (2, 3)
        if self.depacketizer is None or (way is not None and not way.tcp) or {media, control} & sinks.keys():
            raise NotCarried("the camera does not send sound on channels of its own")
        sinks |= {media: self.depacketizer.push, control: self.on_control}

    def on_control(self, buf: bytes, start: int, end: int) -> None:
        """An RTCP packet. Reports place the sound; a goodbye is no end of the session."""
        for found in rtcp.parse(buf[start:end]):
            if isinstance(found, rtcp.SenderReport):
                self.sound_report(found)

    def give_up(self, why: str) -> None:
        """The session goes on without sound."""
        self.media = self.depacketizer = None
        self.fault = why

    def watched(self, on_unit: Callable[[AccessUnit], None]) -> Callable[[AccessUnit], None]:
        """`on_unit`, with a look at each picture's times."""
        see = self._placing_see

        def watch(unit: AccessUnit) -> None:
            see(unit)
            on_unit(unit)

        return watch

    def picture_report(self, report: SenderReport, media_time: int) -> None:
        """A sender report about the pictures, whose RTP time is `media_time`."""
        if report.wall_us is not None:
            self._placing.picture_report(report.wall_us, media_time)

    def sound_report(self, report: SenderReport) -> None:
        """A sender report about the sound."""
        if report.wall_us is not None and self.depacketizer is not None and self.depacketizer.tally.packets:
            self._placing.sound_report(report.wall_us, self.depacketizer.place(report.timestamp))

    def _placing_see(self, unit: AccessUnit) -> None:
        self._placing.see_picture(unit.media_time, unit.wall_us)

    def _take(self, data: bytes, rtp_time: int, samples: int, wall_us: int) -> None:
        media_time = self._placing.place(rtp_time, wall_us)
        if media_time is not None and self._params is not None:
            self.frames += 1
            self._on_sound(SoundFrame(data, media_time, samples, wall_us, self._params))
