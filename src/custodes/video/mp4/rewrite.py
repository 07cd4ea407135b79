"""Fragments moved to another place of a timeline, for playback: the pictures' bytes stay as they are."""

from __future__ import annotations

from custodes.video.mp4.fragment import Sample, fragment_header
from custodes.video.mp4.parse import parse_fragment


def retime(data: bytes, decode_time: int, sequence: int) -> bytes:
    """The pictures of a fragment with another decode time and sequence number, without `prft` and without sound.

    Raises:
        Mp4Error: `data` is not one whole fragment.
    """
    parsed = parse_fragment(data)
    header = fragment_header(sequence, decode_time, parsed.samples)
    return header + data[parsed.data_offset : parsed.sound_offset]


def first_picture(data: bytes, decode_time: int, sequence: int, duration: int | None = None) -> bytes:
    """A fragment that holds only the first picture of `data`, for play at more than 4×.

    Args:
        duration: ticks that the picture stands; None takes what the whole fragment lasts.

    Raises:
        Mp4Error: `data` is not one whole fragment.
    """
    parsed = parse_fragment(data)
    first = parsed.samples[0]
    sample = Sample(first.size, parsed.duration if duration is None else duration, first.composition, first.key)
    header = fragment_header(sequence, decode_time, (sample,))
    return header + data[parsed.data_offset : parsed.data_offset + first.size]
