"""NAL units in byte streams (H.264 and H.265 Annex B) or behind lengths, and the bits of a parameter set (H.264 §7.2, §9.1)."""

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


class CodecError(ValueError):
    """Parameter sets that are missing, broken or not supported; the message says which and why."""


def unescape(nal: bytes) -> bytes:
    """The raw byte sequence of a NAL unit: without its emulation prevention bytes (H.264 §7.4.1.1)."""
    if b"\0\0\3" not in nal:
        return nal
    out = bytearray()
    start = 0
    while (at := nal.find(b"\0\0\3", start)) >= 0:
        out += nal[start : at + 2]
        start = at + 3
    out += nal[start:]
    return bytes(out)


class BitReader:
    """Bits of `data`, most significant first. Reading past the end raises `CodecError`."""

    def __init__(self, data: bytes) -> None:
        self._bits = int.from_bytes(data, "big")
        self._left = len(data) * 8

    @property
    def left(self) -> int:
        """Bits not yet read."""
        return self._left

    def u(self, count: int) -> int:
        """`count` bits as an unsigned number."""
        self._left -= count
        if self._left < 0:
            raise CodecError("it ends too early")
        return self._bits >> self._left & (1 << count) - 1

    def flag(self) -> bool:
        """One bit."""
        return bool(self.u(1))

    def ue(self) -> int:
        """An unsigned Exp-Golomb code (H.264 §9.1)."""
        zeros = 0
        while not self.u(1):
            zeros += 1
            if zeros > 32:
                raise CodecError("it holds a number that is too long")
        return (1 << zeros) - 1 + self.u(zeros)

    def se(self) -> int:
        """A signed Exp-Golomb code (H.264 §9.1.1)."""
        code = self.ue()
        return (code + 1) // 2 if code & 1 else -(code // 2)


LARGEST = 16_384
"""Largest width or height in pixels; H.264 and H.265 levels end near half of it."""


def check_size(width: int, height: int) -> None:
    """Refuse a size that no camera has.

    Raises:
        CodecError: a side is not positive or larger than `LARGEST`.
    """
    if not (0 < width <= LARGEST and 0 < height <= LARGEST):
        raise CodecError(f"it states an impossible picture size ({width}×{height})")
