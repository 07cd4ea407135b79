"""Byte streams with start codes (ITU-T H.264 Annex B, H.265 Annex B) and NAL units behind lengths."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable

_START = re.compile(b"\x00\x00\x01")


def split(stream: bytes) -> list[bytes]:
    """NAL units of a byte stream, without start codes and trailing zeros; empty ones are left out."""
    starts = [match.end() for match in _START.finditer(stream)]
    ends = [*(start - 3 for start in starts[1:]), len(stream)]
    nals = (stream[start:end].rstrip(b"\0") for start, end in zip(starts, ends, strict=False))
    return [nal for nal in nals if nal]


def lengths(nals: Iterable[bytes]) -> bytes:
    """NAL units each behind its 4-byte big-endian length, as an MP4 sample and `AccessUnit.data` hold them."""
    return b"".join(struct.pack(">I", len(nal)) + nal for nal in nals)


def from_lengths(data: bytes) -> list[bytes]:
    """NAL units of `AccessUnit.data`; a torn last one is left out."""
    nals = []
    at = 0
    while at + 4 <= len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        if end > len(data):
            break
        nals.append(data[at + 4 : end])
        at = end
    return nals
