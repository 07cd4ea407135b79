"""Sound on a view's WebSocket (docs/design/wire.md §5): a message says itself how its frames are coded.

After the head of every binary message: codec, channels, rate, length of the configuration, number of frames; the
configuration; size and samples of each frame; the frames. Big-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from custodes.video.sound.frame import SoundCodec, SoundParameters

_ABOUT = struct.Struct(">BBIBH")
_FRAME = struct.Struct(">HH")
MOST_FRAMES = 4096


def sound_payload(params: SoundParameters, frames: Sequence[tuple[bytes, int]]) -> bytes:
    """The payload of a `KIND_SOUND` message: `frames` are octets and samples, one behind the other."""
    about = _ABOUT.pack(
        list(SoundCodec).index(params.codec), params.channels, params.rate, len(params.config), len(frames)
    )
    table = b"".join(_FRAME.pack(len(data), min(samples, 0xFFFF)) for data, samples in frames)
    return b"".join((about, params.config, table, *(data for data, _samples in frames)))


def parse_sound(payload: bytes) -> tuple[SoundParameters, list[tuple[bytes, int]]]:
    """What `sound_payload` wrote, for tests and tools.

    Raises:
        ValueError: it is cut off.
    """
    try:
        codec, channels, rate, length, count = _ABOUT.unpack_from(payload)
        at = _ABOUT.size
        params = SoundParameters(list(SoundCodec)[codec], rate, channels, payload[at : at + length])
        at += length
        sizes = [_FRAME.unpack_from(payload, at + number * _FRAME.size) for number in range(count)]
    except (struct.error, IndexError) as error:
        raise ValueError("the sound message is cut off") from error
    at += count * _FRAME.size
    frames = []
    for size, samples in sizes:
        frames.append((payload[at : at + size], samples))
        at += size
    if at != len(payload):
        raise ValueError("the sound message does not end with its frames")
    return params, frames
