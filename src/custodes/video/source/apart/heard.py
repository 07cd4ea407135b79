"""The sound of a container, told to the worker as it is: AAC without ADTS headers, or G.711."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from custodes.video.sound.config import FRAME_SAMPLES, RATES, UnknownSound, aac_parameters
from custodes.video.sound.frame import SoundCodec
from custodes.video.source.apart import wire

_CODECS = {"aac": SoundCodec.AAC, "pcm_alaw": SoundCodec.PCMA, "pcm_mulaw": SoundCodec.PCMU}
_G711_PIECE = 4000
"""Octets, half a second: what is longer is told in pieces."""


class Heard:
    """Tells a worker of the first sound of a container that can be taken in; `stream` is None when there is none.

    Args:
        send: takes each message; one says why there is no sound.
    """

    def __init__(self, container: Any, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._told: bytes | None = None
        self.stream: Any = None
        for stream in container.streams.audio:
            codec = _CODECS.get(stream.codec_context.name)
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
