"""How much room there is, how fast it goes, and what expires in time: what the ladder looks at."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Mapping

from custodes.video.archive.forecast import forecast
from custodes.video.archive.index import Index
from custodes.video.archive.ladder import Outlook
from custodes.video.archive.retention import Retention, expiring
from custodes.video.archive.streams import Stream
from custodes.video.archive.volume import Volume
from custodes.video.clock import Clock

_WINDOW_S = 1800.0
_LEAST_S = 10.0
_KEPT_S = 600.0


class OutlookDesk:
    """Keeps what one look after the other needs: how much had been written when, and what expires when.

    Args:
        index: of the worker.
        clock: the host's.

    Attributes:
        rate: bytes a second, as of the last look; None before the first.
    """

    def __init__(self, index: Index, clock: Clock) -> None:
        self._index = index
        self._clock = clock
        self._written: deque[tuple[float, int]] = deque()
        self._expiring: tuple[tuple[float, int], ...] = ()
        self._expiring_at: float | None = None
        self.rate: float | None = None

    def look(
        self, volumes: Iterable[Volume], streams: Mapping[int, Stream], retention: Retention, horizon_hours: float
    ) -> Outlook:
        """The room of the volumes that may be written to; footage that expires makes room on any volume that is there."""
        every = list(volumes)
        usable = [volume for volume in every if volume.configured and not volume.absent and not volume.draining]
        hours = min(horizon_hours, retention.hours)
        now = self._clock.monotonic()
        # Counting rows of a day is work; days don't change within minutes.
        if self._expiring_at is None or now - self._expiring_at > _KEPT_S:
            self._expiring = expiring(self._index, usable, streams, retention, self._clock.wall_us(), hours)
            self._expiring_at = now
        passed = (now - self._expiring_at) / 3600
        self.rate = self._rate(every, now)
        return Outlook(
            free_bytes(usable),
            self.rate,
            tuple((max(0.0, hour - passed), gone) for hour, gone in self._expiring),
        )

    def _rate(self, volumes: list[Volume], now: float) -> float:
        """Bytes a second over the last half hour; just after the start, by the last day's sums of the index."""
        self._written.append((now, sum(volume.written for volume in volumes)))
        while len(self._written) > 2 and now - self._written[1][0] >= _WINDOW_S:
            self._written.popleft()
        (since, before), (until, after) = self._written[0], self._written[-1]
        if until - since >= _LEAST_S:
            return (after - before) / (until - since)
        return sum(one.rate_bytes_per_s for one in forecast(self._index, volumes, self._clock.wall_us()))


def free_bytes(volumes: list[Volume]) -> int:
    """What is free on all; folders of one file system share it."""
    by_device: dict[int, int] = {}
    capped = 0
    for volume in volumes:
        if volume.config.cap_bytes:
            capped += volume.share_bytes()
            continue
        try:
            device = os.stat(volume.path).st_dev
        except OSError:
            continue
        by_device[device] = max(by_device.get(device, 0), volume.share_bytes())
    return capped + sum(by_device.values())
