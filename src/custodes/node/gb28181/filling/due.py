"""Which parts of a camera's gaps are worth asking its device for. Pure: spans in, spans out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from custodes.video.archive.completeness import subtract
from custodes.video.archive.timeline import Span, merge
from custodes.video.plan.plan import EXCUSED
from custodes.video.wire.recordings import Recording

SECOND = 1_000_000
FILLABLE = frozenset({"network", "silent", "codec"})
"""Gaps that nobody wanted: the way to the camera (pictures that stop come as ``codec`` first). What a person, a plan or a full disk left out is not fetched behind their back, and ``refused`` may be a person's word too. Those of a restart began before the process knew whose they are."""
MARGIN_US = 600 * SECOND
"""On both sides of what a plan leaves out nothing is fetched: a device cuts by its own clock and at its own key pictures."""
LOOK_BACK_S = 86_400
LONGEST_S = 3_600
"""Of one question and one download; what is longer is done in parts."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Whole seconds since 1970: a device is asked in those."""

    start: int
    end: int

    @property
    def seconds(self) -> int:
        """How long it is."""
        return self.end - self.start

    @property
    def span(self) -> Span:
        """In microseconds UTC."""
        return self.start * SECOND, self.end * SECOND


def due(
    gaps: Sequence[tuple[int, int, str]],
    runs: Sequence[Span],
    from_us: int,
    to_us: int,
    least_s: int,
    *,
    left_out: Sequence[Span] = (),
    since_us: int = 0,
) -> list[Part]:
    """What is missing between two times and may be filled, oldest first: devices overwrite the oldest.

    Args:
        gaps: those within `MARGIN_US` of the two times as well: what a plan left out there counts.
        runs: what is there by now, filled or recorded.
        least_s: shorter ones are left.
        left_out: what is not fetched whatever the gaps say, with its margins.
        since_us: gaps that began before are left.
    """
    wanted = merge(
        (max(begin, from_us), min(end, to_us))
        for begin, end, reason in gaps
        if reason in FILLABLE and since_us <= begin < end
    )
    planned = widened((begin, end) for begin, end, reason in gaps if reason in EXCUSED)
    found = []
    there_or_not_wanted = merge([*runs, *planned, *left_out])
    for begin, end in subtract([span for span in wanted if span[0] < span[1]], there_or_not_wanted):
        start, stop = -(-begin // SECOND), end // SECOND
        while stop - start >= max(least_s, 1):
            found.append(Part(start, min(stop, start + LONGEST_S)))
            start += LONGEST_S
    return found


def widened(spans: Iterable[Span]) -> list[Span]:
    """What a plan leaves out, and its margins."""
    return merge((begin - MARGIN_US, end + MARGIN_US) for begin, end in spans)


def there(recordings: Iterable[Recording], part: Part) -> list[Part]:
    """What of a part a device has, by its own word; recordings that touch are one."""
    spans = merge(
        (
            (max(one.start, part.start) * SECOND, min(one.end, part.end) * SECOND)
            for one in recordings
            if one.start < part.end and part.start < one.end
        ),
        SECOND,
    )
    return [Part(begin // SECOND, end // SECOND) for begin, end in spans if begin < end]
