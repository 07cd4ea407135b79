"""Queries over a camera's time: what is recorded, what is missing and why, what is held, and where the bytes are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol
from uuid import UUID

from custodes.video.archive.changes import RUN_TOLERANCE_US
from custodes.video.archive.fragments import FragmentRef, Placed, unpack
from custodes.video.archive.index import Index
from custodes.video.archive.streams import OpenSegment, RecordedStream
from custodes.video.archive.volume import segment_path
from custodes.video.mp4.header import parameters_from_entry
from custodes.video.unit import CodecParameters

Span = tuple[int, int]


class VolumePlaces(Protocol):
    """Where volumes are."""

    def volume_path(self, row: int) -> Path:
        """The folder of a volume."""
        ...


def merge(spans: Iterable[Span], tolerance: int = RUN_TOLERANCE_US) -> list[Span]:
    """Spans in order, those that touch made one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + tolerance:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def clip(spans: Iterable[Span], from_us: int, to_us: int) -> list[Span]:
    """The parts of spans inside ``[from_us, to_us)``."""
    return [(max(a, from_us), min(b, to_us)) for a, b in spans if a < to_us and b > from_us]


def subtract(spans: list[Span], away: list[Span]) -> list[Span]:
    """`spans` without what is in `away` (sorted, merged)."""
    left: list[Span] = []
    for start, end in spans:
        for a, b in away:
            if b <= start or a >= end:
                continue
            if a > start:
                left.append((start, a))
            start = max(start, b)
            if start >= end:
                break
        if start < end:
            left.append((start, end))
    return left


def durable_span(segment: OpenSegment) -> Span | None:
    """What readers may see of an open segment."""
    count = segment.durable
    if not count:
        return None
    last = segment.fragments[count - 1]
    return segment.origin.wall_us, last.start_us + last.duration * 100 // 9


def runs(index: Index, stream: RecordedStream, from_us: int, to_us: int) -> list[Span]:
    """Recorded spans that overlap, clipped; the durable part of open segments included."""
    waiting = [span for segment in list(stream.open.values()) if (span := durable_span(segment))]
    sealed = index.rows(
        "SELECT from_us, to_us FROM runs WHERE stream = ? AND to_us > ? AND from_us < ?", (stream.row, from_us, to_us)
    )
    return merge(clip([*sealed, *waiting], from_us, to_us))


def stretches(
    index: Index, stream: RecordedStream, from_us: int, to_us: int, limit: int, apart_us: int
) -> tuple[list[Span], bool]:
    """Recorded spans that overlap, clipped and in order, a page of them: `limit` at most, and whether there is more behind the last.

    Runs that are no more than `apart_us` apart are one stretch. So many runs are read for a page that it costs the same
    however long the span is; a stretch of more runs than that is told in pieces.
    """
    # Runs don't overlap (`changes.add_run`), so that their ends are in the order of their begins, and there is an index of these.
    most = 4 * limit
    rows: list[Span] = index.rows(
        "SELECT from_us, to_us FROM runs WHERE stream = ? AND to_us > ? AND to_us <= ? ORDER BY to_us LIMIT ?",
        (stream.row, from_us, to_us, most),
    )
    cut = len(rows) == most
    if not cut:
        rows += index.rows(
            "SELECT from_us, to_us FROM runs WHERE stream = ? AND to_us > ? ORDER BY to_us LIMIT 1", (stream.row, to_us)
        )
    waiting = [span for segment in list(stream.open.values()) if (span := durable_span(segment))]
    found = merge(clip([*rows, *waiting], from_us, rows[-1][1] if cut else to_us), apart_us)
    if cut and len(found) > 1:
        found.pop()  # it may go on behind what was read
    return found[:limit], cut or len(found) > limit


def gaps(index: Index, stream: RecordedStream, from_us: int, to_us: int, now_us: int) -> list[tuple[int, int, str]]:
    """Gaps that overlap, clipped, in order; neighbours with one reason made one. An open gap ends now."""
    rows = index.rows(
        "SELECT from_us, to_us, reason FROM gaps WHERE stream = ? AND to_us > ? AND from_us < ? ORDER BY from_us",
        (stream.row, from_us, to_us),
    )
    found: list[tuple[int, int, str]] = []
    lasting = stream.gap
    if lasting is not None and stream.plan is None:
        rows.append((lasting.from_us, now_us, lasting.reason))
    elif lasting is not None and stream.plan is not None:
        pieces = stream.plan.pieces(lasting.from_us, now_us, lasting.reason, lasting.detail)
        rows += [(start, end, reason) for start, end, reason, _ in pieces]
    for start, end, reason in rows:
        start, end = max(start, from_us), min(end, to_us)
        if start >= end:
            continue
        if found and found[-1][2] == reason and start <= found[-1][1] + RUN_TOLERANCE_US:
            found[-1] = (found[-1][0], max(end, found[-1][1]), reason)
        else:
            found.append((start, end, reason))
    return found


def degraded(index: Index, stream: RecordedStream, from_us: int, to_us: int, now_us: int) -> list[Span]:
    """Spans of which key frames only were kept, clipped, those that touch made one. One that lasts ends now."""
    found: list[Span] = index.rows(
        "SELECT from_us, to_us FROM degraded WHERE stream = ? AND to_us > ? AND from_us < ?",
        (stream.row, from_us, to_us),
    )
    if stream.degraded is not None:
        found.append((stream.degraded.from_us, now_us))
    return merge(clip(found, from_us, to_us))


def filled(index: Index, stream: RecordedStream, from_us: int, to_us: int) -> list[Span]:
    """Spans of which the footage is the device's own recording, clipped, those that touch made one; it lies in gaps, and in runs too."""
    waiting = [
        span
        for segment in list(stream.open.values())
        if segment.origin.source and (span := durable_span(segment)) is not None
    ]
    sealed = index.rows(
        "SELECT start_us, end_us FROM segments WHERE stream = ? AND source = 1 AND start_us < ? AND end_us > ?",
        (stream.row, to_us, from_us),
    )
    return merge(clip([*sealed, *waiting], from_us, to_us))


class FragmentReader:
    """Finds fragments in the order in which they were recorded, one segment row at a time."""

    def __init__(self, index: Index, places: VolumePlaces) -> None:
        self._index = index
        self._places = places
        self._params: dict[int, CodecParameters] = {}
        self._same: dict[CodecParameters, CodecParameters] = {}

    def between(self, stream: RecordedStream, from_us: int, to_us: int) -> Iterator[FragmentRef]:
        """Fragments that overlap ``[from_us, to_us)``, from the key frame that is needed to show `from_us`."""
        row = self._index.row(
            "SELECT start_us FROM segments WHERE stream = ? AND start_us <= ? ORDER BY start_us DESC LIMIT 1",
            (stream.row, from_us),
        )
        starts = [row[0]] if row else []
        starts += [s.origin.wall_us for s in list(stream.open.values()) if s.durable and s.origin.wall_us <= from_us]
        begun = False
        for fragments in self._segments(stream, max(starts, default=from_us), 0, to_us):
            if begun:
                yield from (ref for ref in fragments if ref.start_us < to_us)
                continue
            yield from self._from_key(fragments, from_us, to_us)
            begun = bool(fragments) and fragments[-1].end_us > from_us

    def after(self, stream: RecordedStream, ref: FragmentRef, to_us: int) -> Iterator[FragmentRef]:
        """Fragments behind `ref`."""
        for fragments in self._segments(stream, ref.segment_start_us, ref.sequence, to_us):
            for found in fragments:
                if found.sequence == ref.sequence and found.offset <= ref.offset:
                    continue
                if found.start_us < to_us:
                    yield found

    @staticmethod
    def _from_key(fragments: list[FragmentRef], from_us: int, to_us: int) -> Iterator[FragmentRef]:
        first = next((at for at, ref in enumerate(fragments) if ref.end_us > from_us), None)
        if first is None:
            return
        while first > 0 and not fragments[first].key:
            first -= 1
        yield from (ref for ref in fragments[first:] if ref.start_us < to_us)

    def _segments(
        self, stream: RecordedStream, start_us: int, sequence: int, to_us: int
    ) -> Iterator[list[FragmentRef]]:
        """Segments from ``(start_us, sequence)`` on, sealed or open, as lists of their (durable) fragments."""
        seen: set[int] = set()
        while True:
            waiting = sorted(
                (
                    (segment.origin.wall_us, number, segment)
                    for number, segment in list(stream.open.items())
                    if number not in seen and segment.durable
                ),
                key=lambda item: item[:2],
            )
            row = self._index.row(
                "SELECT start_us, sequence, end_us, session, media_time, volume, init_size, entry, fragments"
                " FROM segments WHERE stream = ? AND (start_us, sequence) >= (?, ?) AND start_us < ?"
                " ORDER BY start_us, sequence LIMIT 1",
                (stream.row, start_us, sequence, to_us),
            )
            if row is not None:
                start_us, sequence = row[0], row[1] + 1
                if row[1] not in seen:
                    seen.add(row[1])
                    yield self._sealed(stream.camera, row)
                continue
            following = [item for item in waiting if item[0] < to_us and item[:2] >= (start_us, sequence)]
            if not following:
                return
            _, number, segment = following[0]
            seen.add(number)
            yield self._open(stream.camera, segment)

    def _sealed(self, camera: UUID, row: tuple[int, int, int, int, int, int, int, int, bytes]) -> list[FragmentRef]:
        start_us, sequence, end_us, session, media_time, volume, init_size, entry, packed = row
        path = self._places.volume_path(volume) / segment_path(camera, start_us)
        placed = unpack(packed, init_size, start_us)
        return _refs(camera, path, placed, end_us, media_time, sequence, session, self._parameters(entry))

    def _open(self, camera: UUID, segment: OpenSegment) -> list[FragmentRef]:
        origin = segment.origin
        placed = segment.fragments[: segment.durable]
        span = durable_span(segment)
        assert span is not None
        return _refs(
            *(camera, segment.file, placed, span[1]),
            *(origin.decode_time, origin.sequence, origin.session, self._one(segment.params)),
        )

    def _parameters(self, entry: int) -> CodecParameters:
        found = self._params.get(entry)
        if found is None:
            blob, mime, reorder, rate = self._index.row(
                "SELECT entry, mime, reorder, frame_rate FROM sample_entries WHERE id = ?", (entry,)
            )
            found = self._params[entry] = self._one(parameters_from_entry(blob, mime, reorder, rate))
        return found

    def _one(self, params: CodecParameters) -> CodecParameters:
        """One object for equal parameters, so that a reader sees a change by identity."""
        return self._same.setdefault(params, params)


def _refs(
    camera: UUID,
    path: Path,
    placed: list[Placed],
    end_us: int,
    media_time: int,
    sequence: int,
    session: int,
    params: CodecParameters,
) -> list[FragmentRef]:
    if not placed:
        return []
    ends = [item.start_us for item in placed[1:]] + [end_us]
    first_us = placed[0].start_us
    return [
        FragmentRef(
            *(camera, path, item.offset, item.size, item.key, item.start_us, end - item.start_us),
            *(media_time + item.media_time, item.duration, sequence, session, first_us, params),
        )
        for item, end in zip(placed, ends, strict=True)
    ]
