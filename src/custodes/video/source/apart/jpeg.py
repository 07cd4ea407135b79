"""The size that a JPEG states (ITU-T T.81 §B.2.2), looked at before anything is decoded."""

from __future__ import annotations

LARGEST_PIXELS = 4096 * 2304
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None when it is no JPEG that is decoded here."""
    if data[:2] != b"\xff\xd8":
        return None
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind == 0xFF:  # fill
            at += 1
        elif kind in _ALONE:
            at += 2
        elif kind in _FRAMES:
            if at + 9 > len(data) or data[at + 4] != 8:
                return None
            height, width = int.from_bytes(data[at + 5 : at + 7], "big"), int.from_bytes(data[at + 7 : at + 9], "big")
            sound = min(width, height) >= 16 and width * height <= LARGEST_PIXELS
            return (width, height) if sound else None
        elif kind in (0xD9, 0xDA):
            return None
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
