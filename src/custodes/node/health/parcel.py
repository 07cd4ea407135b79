"""What a worker and the health reader say to each other over a Unix socket: a JSON head, and a body of bytes.

`u32 head length`, head, `u32 body length`, body, big-endian. The reader asks, the worker answers; nothing is sent unasked,
so that a reader which is slow or hangs gets nothing more and holds nothing up.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from custodes.video.codec.build import codec_parameters
from custodes.video.unit import AccessUnit, Codec

MAX_HEAD = 256 * 1024
MAX_BODY = 8 << 20
"""A key frame above this is not decoded (as for stills)."""


class BadParcel(Exception):
    """What came is no parcel; the line is given up."""


@dataclass(frozen=True)
class Parcel:
    """One request or answer."""

    head: dict[str, Any]
    body: bytes = field(default=b"", repr=False)

    def encode(self) -> bytes:
        """As it is sent."""
        head = json.dumps(self.head, separators=(",", ":")).encode()
        return b"".join((len(head).to_bytes(4, "big"), head, len(self.body).to_bytes(4, "big"), self.body))


def sized(four: bytes, limit: int) -> int:
    """A length that was sent.

    Raises:
        BadParcel: above `limit`, or cut off.
    """
    size = int.from_bytes(four, "big")
    if len(four) != 4 or size > limit:
        raise BadParcel("a parcel of impossible size")
    return size


def head_of(data: bytes) -> dict[str, Any]:
    """The head that was sent.

    Raises:
        BadParcel: no JSON object.
    """
    try:
        head = json.loads(data)
    except ValueError as error:
        raise BadParcel("a head that is no JSON") from error
    if not isinstance(head, dict):
        raise BadParcel("a head that is no object")
    return head


def pack_key_frame(unit: AccessUnit) -> Parcel:
    """A key frame with its parameter sets."""
    sets = b"".join(len(nal).to_bytes(4, "big") + nal for nal in unit.params.sets)
    head = {
        "codec": unit.params.codec.value,
        "wall_us": unit.wall_us,
        "sets": len(sets),
    }
    return Parcel(head, sets + unit.data)


def unpack_key_frame(parcel: Parcel) -> AccessUnit:
    """The key frame of a parcel.

    Raises:
        BadParcel: it has none, or its parameter sets can't be read.
    """
    try:
        codec, wall_us, size = Codec(parcel.head["codec"]), int(parcel.head["wall_us"]), int(parcel.head["sets"])
        nals, at = [], 0
        while at < size:
            end = at + 4 + int.from_bytes(parcel.body[at : at + 4], "big")
            nals.append(parcel.body[at + 4 : end])
            at = end
        params = codec_parameters(codec, nals)
    except (KeyError, TypeError, ValueError) as error:
        raise BadParcel("no key frame in it") from error
    return AccessUnit(parcel.body[size:], True, 0, wall_us, params)
