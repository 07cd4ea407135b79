"""NAL units of H.264 and H.265 as far as taking pictures apart needs them (ITU-T H.264 §7.4.1.2, H.265 §7.4.2.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from custodes.gb28181.media.frame import Coding

START: Final = b"\0\0\1"
"""A start code; the zero octet that may stand before it counts as padding of what came before."""

DROP: Final = 0
"""Left out: filler, end marks, extensions, reserved types."""
SLICE: Final = 1
"""A slice."""
KEY: Final = 2
"""A slice of a picture at which a decoder can start."""
REST: Final = 3
"""A slice partition that begins no picture."""
SET: Final = 4
"""A parameter set."""
MARK: Final = 5
"""Begins an access unit and is left out: delimiters."""
NOTE: Final = 6
"""Begins an access unit and is kept: SEI before the picture."""
TAIL: Final = 7
"""Kept where it stands: SEI behind the picture."""
DOUBT: Final = 8
"""A parameter set of the other codec, if the second octet agrees: the coding was named wrongly."""
BROKEN: Final = 9
"""No NAL unit: its forbidden bit is set, so it is a start code of the program stream that something swallowed."""

_H264_SETS = frozenset((0x07, 0x27, 0x47, 0x67))
_H265_SETS = frozenset((0x40, 0x42, 0x44))
_LOOK: Final = re.compile(
    rb"\x00\x00\x01(?:([\x07\x27\x47\x67][\x42\x4d\x58\x64\x6e\x7a\xf4\x2c])|([\x40\x42\x44]\x01))"
)


def _h264(octet: int) -> int:
    kind = octet & 31
    if octet & 0x80:
        return BROKEN
    if octet in _H265_SETS:
        return DOUBT
    if kind in (1, 2):
        return SLICE
    if kind == 5:
        return KEY
    if kind in (7, 8):
        return SET
    return {3: REST, 4: REST, 6: NOTE, 9: MARK, 13: MARK, **dict.fromkeys(range(14, 19), MARK)}.get(kind, DROP)


def _h265(octet: int) -> int:
    kind = octet >> 1 & 63
    if octet & 0x80:
        return BROKEN
    if octet in _H264_SETS:
        return DOUBT
    if kind < 32:
        return KEY if 16 <= kind <= 23 else SLICE if kind < 10 else DROP
    if kind < 35:
        return SET
    opening = dict.fromkeys((*range(41, 45), *range(48, 56)), MARK)
    return {35: MARK, 39: NOTE, 40: TAIL, **opening}.get(kind, DROP)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the first octets of a NAL unit say, in one codec.

    Attributes:
        roles: by its first octet.
        flag_at: which octet of a slice has, as its highest bit, that the slice is the first of its picture.
        header: octets of a NAL unit's header.
        kinds: the parameter sets that a stream needs, by first octet's type number.
        shift: how far the type lies up in the first octet.
        mask: of the type.
    """

    roles: tuple[int, ...]
    flag_at: int
    header: int
    kinds: tuple[int, ...]
    shift: int
    mask: int

    def kind(self, nal: bytes) -> int:
        """nal_unit_type."""
        return nal[0] >> self.shift & self.mask

    def begins(self, head: bytes) -> bool:
        """Whether what begins with `head`, a start code and the octets behind it, opens an access unit."""
        at = head.find(START) + 3
        if at < 3 or len(head) <= at + self.flag_at:
            return False
        role = self.roles[head[at]]
        if role in (SLICE, KEY):
            return bool(head[at + self.flag_at] & 0x80)
        return role in (SET, MARK, NOTE)


RULES: Final = {
    Coding.H264: Rules(tuple(map(_h264, range(256))), 1, 1, (7, 8), 0, 31),
    Coding.H265: Rules(tuple(map(_h265, range(256))), 2, 2, (32, 33, 34), 1, 63),
}


def sniff(data: bytes) -> Coding | None:
    """The codec of a byte stream, by the first parameter set in it (§5.3 rule 1); None when there is none."""
    found = _LOOK.search(data)
    if found is None:
        return None
    return Coding.H264 if found[1] else Coding.H265


def split(data: bytes) -> list[bytes]:
    """NAL units behind 4-byte lengths (`Frame.data`); a torn last one is left out."""
    found = []
    at = 0
    while at + 4 <= len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        if end > len(data):
            break
        found.append(data[at + 4 : end])
        at = end
    return found
