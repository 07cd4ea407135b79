"""What a grant opens, second by second: the only place that says whether a piece of footage may be sent."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from custodes.video.wire.token import GrantClaims

LIVE_SECONDS = 30
"""The live picture begins at the key frame of the group of pictures in progress, which may be this old at most."""

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """The footage that one grant opens.

    Attributes:
        cameras: cameras whose footage may be sent.
        live: the live picture may be sent.
        back_us: how far before now the archive may be sent, microseconds; the window moves with the clock.
        span: ``(from_us, to_us)`` of the archive that may be sent besides.
    """

    cameras: frozenset[UUID]
    live: bool
    back_us: int
    span: tuple[int, int] | None

    @classmethod
    def of(cls, claims: GrantClaims) -> Bounds:
        """The bounds of a checked token. A still's token opens no picture that moves."""
        return cls(
            cameras=frozenset(claims.cameras),
            live=claims.live and not claims.still and not claims.burnt,
            back_us=0 if claims.still or claims.burnt else max(0, claims.back_seconds) * _SECOND,
            span=None if claims.still else claims.span,
        )

    def windows(self, now_us: int) -> tuple[tuple[int, int], ...]:
        """The spans of the archive that are open at `now_us`, in order and merged."""
        spans = []
        if self.span is not None and self.span[0] < self.span[1]:
            spans.append(self.span)
        if self.back_us:
            spans.append((now_us - self.back_us, now_us))
        spans.sort()
        if len(spans) == 2 and spans[1][0] <= spans[0][1]:
            return ((spans[0][0], max(spans[0][1], spans[1][1])),)
        return tuple(spans)

    def window_at(self, at_us: int, now_us: int) -> tuple[int, int] | None:
        """The open window that holds `at_us`, if any."""
        for start, end in self.windows(now_us):
            if start <= at_us < end:
                return start, end
        return None

    def opens(self, from_us: int, to_us: int, now_us: int) -> bool:
        """Whether a piece of the archive from `from_us` to `to_us` lies wholly within what is open."""
        return any(start <= from_us and to_us <= end for start, end in self.windows(now_us))

    def opens_live(self, wall_us: int, now_us: int) -> bool:
        """Whether a picture that was taken in at `wall_us` may be sent as live."""
        return self.live and wall_us >= now_us - LIVE_SECONDS * _SECOND
