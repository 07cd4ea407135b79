"""Reading bits of a parameter set: fixed lengths and Exp-Golomb codes (ITU-T H.264 §7.2, §9.1)."""

from __future__ import annotations


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
