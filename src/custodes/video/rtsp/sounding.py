"""The sound of one session: which of the offered media it is, what takes its packets, and where it belongs in time.

Sound never gates pictures: whatever is wrong with it is said in `SoundIntake.fault`, and the session goes on without.

Sound and pictures have two RTP clocks that share nothing but the camera's wall clock. Where sound belongs on the time of the pictures,
sender reports of both streams say exactly (RFC 3550 §6.4.1). Before they come, and where a camera's reports are not to
be believed, the earliest arrivals say it: neither picture nor sound comes before it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from custodes.video.rtp import rtcp
from custodes.video.rtp.rtcp import SenderReport
from custodes.video.rtp.sound_in import AacDepacketizer, G711Depacketizer, OnSound, SoundDepacketizer
from custodes.video.rtsp.message import PacketSink
from custodes.video.rtsp.sdp import Media
from custodes.video.rtsp.transport import NotFromThere, RtpTransport, RtpUdpPair
from custodes.video.unit import (
    CLOCK_RATE,
    G711_RATE,
    AccessUnit,
    SoundCodec,
    SoundFrame,
    SoundParameters,
    UnknownSound,
    aac_parameters,
    g711_parameters,
)

_STEP_TICKS = 4050
"""45 ms: what ear and eye do not notice (ITU-R BT.1359). Less than that moves nothing."""
_INCREDIBLE_TICKS = 2 * CLOCK_RATE
"""Reports that put sound further than this from where it arrives are not believed."""
_LEAK = 4096
"""The earliest arrival is forgotten by this part of the difference at each look, so that slow drift is followed."""


class _Arrivals:
    """How late one stream is at the least: arrival less media time, 90 kHz ticks."""

    __slots__ = ("least",)

    def __init__(self) -> None:
        self.least: int | None = None

    def see(self, media_time: int, wall_us: int) -> bool:
        """A piece of `media_time` came at `wall_us`; True when the stream's clock has jumped."""
        late = wall_us * 9 // 100 - media_time
        least = self.least
        if least is None or late < least:
            self.least = late
        else:
            self.least = least + (late - least) // _LEAK
        jumped = least is not None and abs(late - least) > _INCREDIBLE_TICKS
        if jumped:
            self.least = late
        return jumped


class SoundPlacing:
    """Places the sound of one session.

    Args:
        rate: ticks a second of the sound's RTP clock.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._pictures = _Arrivals()
        self._sounds = _Arrivals()
        self._picture_report: tuple[int, int] | None = None  # camera's wall clock (µs), media time (ticks)
        self._sound_report: tuple[int, int] | None = None
        self._offset: int | None = None

    def see_picture(self, media_time: int, wall_us: int) -> None:
        """A picture of `media_time` came at `wall_us`."""
        if self._pictures.see(media_time, wall_us):
            self._picture_report = None

    def picture_report(self, camera_us: int, media_time: int) -> None:
        """By a sender report the camera's wall clock was `camera_us` at `media_time`."""
        self._picture_report = camera_us, media_time

    def sound_report(self, camera_us: int, rtp_time: int) -> None:
        """By a sender report the camera's wall clock was `camera_us` at the sound's `rtp_time` (unwrapped)."""
        self._sound_report = camera_us, self._ticks(rtp_time)

    def place(self, rtp_time: int, wall_us: int) -> int | None:
        """Media time of the sound of `rtp_time` (unwrapped) that came at `wall_us`; None before there was a picture."""
        ticks = self._ticks(rtp_time)
        if self._sounds.see(ticks, wall_us):
            self._sound_report = self._offset = None
        by_arrival = self._by_arrival()
        if by_arrival is None:
            return None
        wanted = self._by_report()
        if wanted is None or abs(wanted - by_arrival) > _INCREDIBLE_TICKS:
            wanted = by_arrival
        if self._offset is None or abs(wanted - self._offset) > _STEP_TICKS:
            self._offset = wanted
        return ticks + self._offset

    def _by_arrival(self) -> int | None:
        pictures, sounds = self._pictures.least, self._sounds.least
        return None if pictures is None or sounds is None else sounds - pictures

    def _by_report(self) -> int | None:
        if self._picture_report is None or self._sound_report is None:
            return None
        (picture_us, media_time), (sound_us, ticks) = self._picture_report, self._sound_report
        return media_time - ticks + (sound_us - picture_us) * 9 // 100

    def _ticks(self, rtp_time: int) -> int:
        return rtp_time * CLOCK_RATE // self._rate


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


class SoundIntake:
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
        self._placing = SoundPlacing(G711_RATE)

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
            self._placing = SoundPlacing(media.clock_rate or params.rate)
            return media
        return None

    def carry_datagrams(self, way: RtpTransport | None, datagrams: RtpUdpPair | None) -> None:
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

    def carry_interleaved(self, way: RtpTransport | None, sinks: dict[int, PacketSink]) -> None:
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
