"""The two ISO BMFF shapes that codec data needs: a plain box and a visual sample entry (ISO/IEC 14496-12 §12.1.3)."""

from __future__ import annotations

import struct


def box(kind: bytes, body: bytes) -> bytes:
    """A box: size, four-character type, body."""
    return struct.pack(">I4s", 8 + len(body), kind) + body


def visual_sample_entry(kind: bytes, width: int, height: int, configuration: bytes) -> bytes:
    """A ``VisualSampleEntry`` of type `kind` around its decoder `configuration` box; sizes in pixels."""
    fixed = struct.pack(
        ">6xH16xHHIIIH32xHh",
        1,  # data_reference_index
        width,
        height,
        0x0048_0000,  # 72 dpi, 16.16
        0x0048_0000,
        0,
        1,  # frame_count
        0x0018,  # depth
        -1,  # pre_defined
    )
    return box(kind, fixed + configuration)
