"""Records that the archive puts into the ledger (docs/design/wire.md §7); ids follow from what they are about."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DETAIL = 400
_VOID = re.compile(r"segment ([0-9]{1,18}) was begun and nothing of it was written")
"""Characters of a gap's detail that go into its record; an error message may be long."""


def at_text(wall_us: int) -> str:
    """RFC 3339 with microseconds and ``Z``."""
    moment = _EPOCH + timedelta(microseconds=wall_us)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}Z"


def record_id(stream_id: UUID | str, *parts: object) -> str:
    """The same id for the same fact, before and after a crash: what makes delivery idempotent."""
    return str(uuid.uuid5(UUID(str(stream_id)), ":".join(map(str, parts))))


@dataclass(frozen=True, slots=True)
class SealedSegment:
    """What is known of a segment when it is sealed; the source of its row and of its record.

    Attributes: as the columns of `segments` and the fields of ``segment.sealed``; `sound` is in the record alone; `source` as of `mp4.header`.
    """

    stream: int
    camera: str
    stream_id: str
    sequence: int
    session: int
    start_us: int
    end_us: int
    media_time: int
    duration: int
    volume: int
    volume_id: str
    path: str
    size: int
    init_size: int
    sha256: bytes
    root: bytes
    packed: bytes
    fragments: int
    codec: str
    mime: str
    entry: bytes
    reorder: int
    frame_rate: float
    synchronised: bool
    sync_offset_us: int
    sync_state: str
    camera_clock_us: int | None
    sound: str
    source: str = ""


def segment_sealed(sealed: SealedSegment, node: str, now_us: int) -> dict[str, Any]:
    """The ``segment.sealed`` record; nothing is said of sound where there is none, and of a source where it is ours."""
    return {
        "id": record_id(sealed.stream_id, "segment", sealed.sequence, sealed.sha256.hex()),
        "type": "segment.sealed",
        "at": at_text(now_us),
        "camera": sealed.camera,
        "stream_id": sealed.stream_id,
        "sequence": sealed.sequence,
        "session": sealed.session,
        "start_us": sealed.start_us,
        "end_us": sealed.end_us,
        "media_time": sealed.media_time,
        "duration": sealed.duration,
        "bytes": sealed.size,
        "sha256": sealed.sha256.hex(),
        "root": sealed.root.hex(),
        "fragments": sealed.fragments,
        "codec": sealed.mime or sealed.codec,
        "node": node,
        "volume": sealed.volume_id,
        "path": sealed.path,
        "clock": {
            "synchronised": sealed.synchronised,
            "offset_us": sealed.sync_offset_us,
            "state": sealed.sync_state,
        },
        "camera_clock_us": sealed.camera_clock_us,
        **({"sound": sealed.sound} if sealed.sound else {}),
        **({"source": sealed.source} if sealed.source else {}),
    }


def gap(camera: str, stream_id: str, span: tuple[int, int], reason: str, detail: str, now_us: int) -> dict[str, Any]:
    """A ``gap`` record."""
    return {
        "id": record_id(stream_id, "gap", *span, reason),
        "type": "gap",
        "at": at_text(now_us),
        "camera": camera,
        "from_us": span[0],
        "to_us": span[1],
        "reason": reason,
        "detail": detail[:_DETAIL],
    }


def gap_filled(
    camera: str, stream_id: str, span: tuple[int, int], spans: Sequence[tuple[int, int]], detail: str, now_us: int
) -> dict[str, Any]:
    """A ``gap.filled`` record: what of a gap was taken from the device's own recordings. The gap's own record stays as it is."""
    return {
        "id": record_id(stream_id, "gap.filled", *span, now_us),
        "type": "gap.filled",
        "at": at_text(now_us),
        "camera": camera,
        "from_us": span[0],
        "to_us": span[1],
        "source": "device",
        "filled": [list(one) for one in spans],
        "detail": detail[:_DETAIL],
    }


def degraded(
    camera: str, stream_id: str, span: tuple[int, int], reason: str, detail: str, now_us: int
) -> dict[str, Any]:
    """A ``degraded`` record: what was kept of each second of the span, why, and on whose order."""
    return {
        "id": record_id(stream_id, "degraded", *span, reason),
        "type": "degraded",
        "at": at_text(now_us),
        "camera": camera,
        "from_us": span[0],
        "to_us": span[1],
        "kept": "key_frames",
        "reason": reason,
        "detail": detail[:_DETAIL],
    }


def purge(
    camera: str,
    stream_id: str,
    span: tuple[int, int],
    segments: Sequence[tuple[int, bytes]],
    size: int,
    rule: str,
    detail: str,
    now_us: int,
) -> dict[str, Any]:
    """A ``purge`` record: which segments went, by their roots, under which rule."""
    return {
        "id": record_id(stream_id, "purge", segments[0][0], segments[-1][0], len(segments), now_us),
        "type": "purge",
        "at": at_text(now_us),
        "camera": camera,
        "from_us": span[0],
        "to_us": span[1],
        "segments": [[sequence, root.hex()] for sequence, root in segments],
        "bytes": size,
        "rule": rule,
        "detail": detail,
    }


def void_number(sequence: int) -> str:
    """Detail of the gap record that explains a missing segment number (archive.md A7)."""
    return f"segment {sequence} was begun and nothing of it was written"


def voided(detail: str) -> int | None:
    """The number that a gap's detail explains, None when it explains none."""
    found = _VOID.fullmatch(detail)
    return int(found[1]) if found else None


def encode(record: dict[str, Any]) -> str:
    """The record as one line of JSON, keys sorted."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
