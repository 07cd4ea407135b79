"""The footage of a job as the process reads it: sealed segments, held against what was sealed, as one film."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from custodes.node.masking.process import SegmentOrder
from custodes.video.archive.fragments import Placed
from custodes.video.archive.handing import NotAsSealed, OpenedSegment, SealedSegment
from custodes.video.mask.reading import ArchiveFragment
from custodes.video.mask.verifying import joined
from custodes.video.mp4.parse import parse_fragment, scan_bytes
from custodes.video.unit import CodecParameters


def chosen(segments: list[SealedSegment], from_us: int, to_us: int) -> list[SegmentOrder]:
    """What of them lies within the span, cut inward at fragments; it begins where a decoder can start."""
    orders: list[SegmentOrder] = []
    for one in segments:
        inside = [at for at, (start, end, _key) in enumerate(one.times()) if from_us <= start and end <= to_us]
        if not orders:
            inside = inside[next((n for n, at in enumerate(inside) if one.fragments[at].key), len(inside)) :]
        if inside:
            orders.append(_order(one, inside[0], len(inside)))
    return orders


def bounds_of(orders: list[SegmentOrder]) -> tuple[int, int]:
    """From when to when they are, µs UTC."""
    first, last = orders[0], orders[-1]
    behind = last.first + last.count
    end = last.fragments[behind][3] if behind < len(last.fragments) else last.end_us
    return first.fragments[first.first][3], end


def _order(one: SealedSegment, first: int, count: int) -> SegmentOrder:
    return SegmentOrder(
        record=one.record,
        sequence=one.sequence,
        start_us=one.start_us,
        end_us=one.end_us,
        path=str(one.path),
        init_size=one.init_size,
        root=one.root.hex(),
        fragments=[(f.offset, f.size, f.key, f.start_us, f.duration, f.media_time) for f in one.fragments],
        first=first,
        count=count,
    )


class Footage:
    """Gives the fragments anew each time, none of them kept.

    Attributes:
        params: what each segment was coded with; of `check`.
        pictures: how many there are.
        device: from when to when it is the device's own recording, µs UTC; of `check`.
    """

    def __init__(self, camera: UUID, orders: list[SegmentOrder]) -> None:
        self._segments = [_sealed(camera, one) for one in orders]
        self._orders = orders
        self._origin = bounds_of(orders)[0]
        self.params: list[CodecParameters] = []
        self.pictures = 0
        self.device: tuple[tuple[int, int], ...] = ()

    def check(self) -> None:
        """Hold every segment against what was sealed, and count the pictures. Reads all of it once.

        Raises:
            NotAsSealed: something is gone, or not what was sealed.
        """
        same: dict[CodecParameters, CodecParameters] = {}
        device: list[tuple[int, int]] = []
        for segment, order in zip(self._segments, self._orders, strict=True):
            file = OpenedSegment(segment)
            file.leaves()
            head = file.piece(0, segment.init_size)
            scan = scan_bytes(head, len(head))
            params = scan.params
            if scan.origin is not None and scan.origin.source:
                device.append(bounds_of([order]))
            if params is None:
                raise NotAsSealed(f"segment {segment.sequence} does not say how it is coded")
            # The same object for neighbours, so that the decoder goes on over the cut between them.
            self.params.append(same.setdefault(params, params))
        self.device = joined(device, bounds_of(self._orders)[1])
        self.pictures = sum(len(parse_fragment(piece.data).samples) for piece in self.pieces())

    def ticks(self) -> list[tuple[int, int]]:
        """`device` in ticks from the first picture."""
        return [((begin - self._origin) * 9 // 100, (end - self._origin) * 9 // 100) for begin, end in self.device]

    def pieces(self) -> Iterator[ArchiveFragment]:
        """Fragments in order; behind `check`.

        Raises:
            NotAsSealed: something is gone.
        """
        for segment, order, params in zip(self._segments, self._orders, self.params, strict=True):
            file = OpenedSegment(segment)
            begins = (segment.start_us - self._origin) * 9 // 100
            for placed in segment.fragments[order.first : order.first + order.count]:
                yield ArchiveFragment(params, begins + placed.media_time, file.piece(placed.offset, placed.size))


def _sealed(camera: UUID, one: SegmentOrder) -> SealedSegment:
    return SealedSegment(
        *(one.record, camera, one.sequence, one.start_us, one.end_us, Path(one.path), one.init_size),
        *(bytes.fromhex(one.root), tuple(Placed(*fragment) for fragment in one.fragments)),
    )
