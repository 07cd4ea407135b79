"""Sending: NAL units of one picture as RTP payloads (RFC 6184 §5.6–5.8, RFC 7798 §4.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from custodes.video.rtp.h264_in import FU_A, STAP_A
from custodes.video.rtp.h265_in import AP, FU
from custodes.video.unit import Codec

PAYLOAD_BYTES = 1436
"""Default largest RTP payload: with 12 octets of header a 1448-octet segment, what fits an Ethernet frame over TCP."""


def payloads(codec: Codec, nals: Sequence[bytes], largest: int = PAYLOAD_BYTES) -> list[bytes]:
    """RTP payloads of one access unit's `nals` (no start codes), each at most `largest` octets.

    Small neighbours are aggregated, large units fragmented; the caller sets the marker on the last one.
    """
    out: list[bytes] = []
    small: list[bytes] = []
    room = largest
    for nal in nals:
        if len(nal) + 2 > room - 2 and small:
            out.append(_aggregate(codec, small))
            small, room = [], largest
        if len(nal) + 4 > largest:
            out.extend(_fragments(codec, nal, largest) if len(nal) > largest else (nal,))
            continue
        small.append(nal)
        room -= len(nal) + 2
    if small:
        out.append(_aggregate(codec, small))
    return out


def _aggregate(codec: Codec, nals: Sequence[bytes]) -> bytes:
    if len(nals) == 1:
        return nals[0]
    if codec is Codec.H264:
        # F is the or of all F bits, NRI the highest NRI (RFC 6184 §5.7).
        forbidden = max(nal[0] & 0x80 for nal in nals)
        head = bytes((forbidden | max(nal[0] & 0x60 for nal in nals) | STAP_A,))
    else:
        # The lowest layer and temporal id (RFC 7798 §4.4.2).
        layer = min((nal[0] & 1) << 5 | nal[1] >> 3 for nal in nals)
        temporal = min(nal[1] & 7 for nal in nals)
        head = bytes((AP << 1 | layer >> 5, (layer & 31) << 3 | temporal))
    return head + b"".join(len(nal).to_bytes(2, "big") + nal for nal in nals)


def _fragments(codec: Codec, nal: bytes, largest: int) -> Iterable[bytes]:
    if codec is Codec.H264:
        indicator, kind, skip = bytes((nal[0] & 0xE0 | FU_A,)), nal[0] & 31, 1
    else:
        indicator, kind, skip = bytes((nal[0] & 0x81 | FU << 1, nal[1])), nal[0] >> 1 & 63, 2
    step = largest - skip - 1
    for at in range(skip, len(nal), step):
        flags = 0x80 if at == skip else 0x40 if at + step >= len(nal) else 0
        yield indicator + bytes((flags | kind,)) + nal[at : at + step]
