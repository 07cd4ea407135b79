"""RTMP streams and files, demultiplexed by FFmpeg, which may open nothing but what it was given.

RTMP: the protocols ``rtmp`` and ``tcp``, to an address that was checked before; the format FLV. Files: an open
descriptor and no protocol at all; a few formats, none of which points to other files (no playlists, no ``concat``).
Sound is told to the worker as it is: AAC without ADTS headers, or G.711.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import av

from custodes.video.source.foreign import wire
from custodes.video.source.foreign.pictures import PictureReporter
from custodes.video.source.foreign.wire import SourceEnded, SourceOrder
from custodes.video.unit import CLOCK_RATE, FRAME_SAMPLES, RATES, Codec, SoundCodec, UnknownSound, aac_parameters

_SOUND_CODECS = {"aac": SoundCodec.AAC, "pcm_alaw": SoundCodec.PCMA, "pcm_mulaw": SoundCodec.PCMU}
_G711_PIECE = 4000
"""Octets, half a second: what is longer is told in pieces."""


class SoundReporter:
    """Tells a worker of the first sound of a container that can be taken in; `stream` is None when there is none.

    Args:
        send: takes each message; one says why there is no sound.
    """

    def __init__(self, container: Any, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._told: bytes | None = None
        self.stream: Any = None
        for stream in container.streams.audio:
            codec = _SOUND_CODECS.get(stream.codec_context.name)
            if codec is None or (codec is not SoundCodec.AAC and not _is_telephone(stream.codec_context)):
                continue
            self._codec = codec
            self._config = bytes(stream.codec_context.extradata or b"")
            self.stream = stream
            return
        send(wire.sound_fault("there is no sound in it that is taken in (AAC, or G.711 at 8000 Hz)"))

    def add(self, data: bytes, media_time: int) -> None:
        """One packet of `stream` that begins at `media_time` (90 kHz). What can't be taken in is left out."""
        if self._codec is SoundCodec.AAC:
            config, data = (self._config, data) if self._config else _without_adts(data)
            if not data or not self._tell(config):
                return
            self._send(wire.sound(media_time, FRAME_SAMPLES, data))
            return
        self._tell(b"")
        for at in range(0, len(data), _G711_PIECE):
            piece = data[at : at + _G711_PIECE]
            self._send(wire.sound(media_time + at * 90 // 8, len(piece), piece))

    def _tell(self, config: bytes) -> bool:
        """Say how it is coded, when that is new; False when it is not taken in."""
        if config == self._told:
            return True
        if self._codec is SoundCodec.AAC:
            try:
                aac_parameters(config)
            except UnknownSound as error:
                self._send(wire.sound_fault(str(error)))
                self._config, self._told = b"", None
                return False
        self._told = config
        self._send(wire.sound_parameters(self._codec, config))
        return True


def _is_telephone(context: Any) -> bool:
    return bool(context.sample_rate == 8000 and context.layout.nb_channels == 1)


def _without_adts(data: bytes) -> tuple[bytes, bytes]:
    """AudioSpecificConfig and octets of a frame behind an ADTS header (ISO/IEC 13818-7 §6.2); empty when it is none."""
    if len(data) < 8 or data[0] != 0xFF or data[1] & 0xF6 != 0xF0:
        return b"", b""
    kind, rate = (data[2] >> 6) + 1, data[2] >> 2 & 15
    channels = (data[2] & 1) << 2 | data[3] >> 6
    if rate >= len(RATES) or data[6] & 3:  # more than one block a frame
        return b"", b""
    config = (kind << 11 | rate << 7 | channels << 3).to_bytes(2, "big")
    return config, data[7 if data[1] & 1 else 9 :]


SECONDS = 10.0
"""Longest wait for a connection and for each read."""

FILE_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,avi,flv,live_flv,h264,hevc"
_CODECS = {"h264": Codec.H264, "hevc": Codec.H265}
_FILTERS = {Codec.H264: "h264_mp4toannexb", Codec.H265: "hevc_mp4toannexb"}
_PLAIN = re.compile(r"[A-Za-z0-9._~-]+")
_NO_PROTOCOL = "none"
_TICK = Fraction(1, CLOCK_RATE)


def take_rtmp(order: SourceOrder, send: Callable[[bytes], None]) -> None:
    """Pull a stream until it ends.

    Raises:
        Ended: always.
    """
    login = _login(order)
    address = f"[{order.address}]" if ":" in order.address else order.address
    options = {
        "protocol_whitelist": "rtmp,tcp",
        "format_whitelist": "flv,live_flv",
        "rtmp_live": "live",
        # Enhanced RTMP: a server sends H.265 to those only that say that they know it.
        "rtmp_enhanced_codecs": "hvc1",
        # The server may serve several names; it is told the one in the record, and connected to at the checked address.
        "rtmp_tcurl": f"rtmp://{order.host}:{order.port}/{order.path.strip('/').rpartition('/')[0]}",
    }
    with _opened(f"rtmp://{login}{address}:{order.port}{order.path}", options) as container:
        send(wire.message(wire.OPENED))
        pictures = _video(container, send)
        heard = SoundReporter(container, send) if order.sound else None
        for data, media_time, is_sound in _packets(container, heard):
            (heard.add if heard is not None and is_sound else pictures.add)(data, media_time)
    raise SourceEnded("network", "the stream ended")


def _login(order: SourceOrder) -> str:
    """User name and password as FFmpeg wants them before the host: as they are, so that only plain ones can be given."""
    if not order.username:
        return ""
    if not (_PLAIN.fullmatch(order.username) and _PLAIN.fullmatch(order.password)):
        raise SourceEnded("password", "over RTMP user name and password may hold letters, digits and - . _ ~ only")
    return f"{order.username}:{order.password}@"


def take_file(order: SourceOrder, send: Callable[[bytes], None]) -> None:
    """Play a file over and over, as fast as it was filmed.

    Raises:
        Ended: it can't be played.
    """
    send(wire.message(wire.OPENED))
    begun, offset = time.monotonic(), 0
    pictures: PictureReporter | None = None
    while True:
        os.lseek(order.file, 0, os.SEEK_SET)
        first = last = None
        options = {"protocol_whitelist": _NO_PROTOCOL, "format_whitelist": FILE_FORMATS}
        with os.fdopen(os.dup(order.file), "rb") as file, _opened(file, options) as container:
            pictures = pictures or _video(container, send)
            heard = SoundReporter(container, send) if order.sound else None
            for data, media_time, is_sound in _packets(container, heard):
                if is_sound and first is None:
                    continue
                first = media_time if first is None else first
                last = media_time if last is None else max(last, media_time)
                due = begun + (media_time - first + offset) / CLOCK_RATE
                time.sleep(max(due - time.monotonic(), 0.0))
                take = heard.add if heard is not None and is_sound else pictures.add
                take(data, media_time - first + offset)
        if first is None or last is None or last <= first:
            raise SourceEnded("codec", "the file holds no moving picture")
        offset += last - first + 3600


@contextmanager
def _opened(what: Any, options: dict[str, str]) -> Iterator[Any]:
    try:
        container = av.open(what, options=options, timeout=SECONDS, metadata_errors="replace")
    except av.FFmpegError as error:
        raise _ended(error) from error
    with container:
        yield container


def _video(container: Any, send: Callable[[bytes], None]) -> PictureReporter:
    """What tells the first video's pictures."""
    if not container.streams.video:
        raise SourceEnded("codec", "there is no video in it")
    name = container.streams.video[0].codec_context.name
    if name not in _CODECS:
        raise SourceEnded("codec", f"the stream is neither H.264 nor H.265 ({name})")
    return PictureReporter(_CODECS[name], send)


def _packets(container: Any, heard: SoundReporter | None) -> Iterator[tuple[bytes, int, bool]]:
    """Each picture as Annex B with its presentation time (90 kHz), and each packet of sound where it is wanted."""
    stream = container.streams.video[0]
    sound = heard.stream if heard is not None else None
    filtered = av.BitStreamFilterContext(_FILTERS[_CODECS[stream.codec_context.name]], stream)
    try:
        # Streams that are not named here are thrown away by the demultiplexer.
        for packet in container.demux(*(one for one in (stream, sound) if one is not None)):
            last = not packet.size  # asked before: the filter takes the octets away
            if sound is not None and packet.stream.index == sound.index:
                if not last and (at := _time(packet)) is not None:
                    yield bytes(packet), at, True
                continue
            for made in filtered.filter(None if last else packet):
                if (at := _time(made)) is not None:
                    yield bytes(made), at, False
            if last:
                return
    except av.FFmpegError as error:
        raise _ended(error) from error


def _time(packet: Any) -> int | None:
    """When it is shown or heard (90 kHz)."""
    at = packet.pts if packet.pts is not None else packet.dts
    return round(at * packet.time_base / _TICK) if at is not None and packet.time_base else None


def _ended(error: av.FFmpegError) -> SourceEnded:
    """What FFmpeg's error means; its own text may hold the address and is left out."""
    number = getattr(error, "errno", None) or 0
    if isinstance(error, av.error.ExitError | TimeoutError) or number == 110:
        return SourceEnded("network", "nothing came in time")
    if isinstance(error, ConnectionRefusedError):
        return SourceEnded("refused", "nothing listens on that port")
    if isinstance(error, av.error.HTTPUnauthorizedError | PermissionError):
        return SourceEnded("password", "the user name and password are not accepted")
    if isinstance(error, av.error.InvalidDataError | av.error.ArgumentError):
        return SourceEnded("protocol", "what is there can't be read as video, or is not of a kind that is taken in")
    if isinstance(error, OSError) and not isinstance(error, av.error.EOFError):
        return SourceEnded("network", os.strerror(number) if number > 0 else "the connection failed")
    return SourceEnded("network", "the stream ended or was refused")
