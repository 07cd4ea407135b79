"""Bodies of devices, one of each in turn: what a device sends too much of waits behind what it sent itself, and nobody else does.

Reading a body of 256 KiB may take tens of milliseconds; a keepalive takes none. Between two of them the loop sees to sockets and timers.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

MOST_OF_DEVICE = 256
MOST_BYTES_OF_DEVICE = 4 << 20
MOST_BYTES = 128 << 20
SLICE_SECONDS = 0.005

Work = Callable[[], None]


class Turns:
    """Work that waits, by device; bounded for each and in all.

    Args:
        after: called after each slice: sends what the work asked for.
        clock: monotonic seconds.

    Attributes:
        refused: work that there was no room for; failed: work that raised.
    """

    def __init__(self, after: Callable[[], None], clock: Callable[[], float]) -> None:
        self.refused = 0
        self.failed = 0
        self._after = after
        self._clock = clock
        self._queues: OrderedDict[str, deque[tuple[Work, int]]] = OrderedDict()
        self._bytes: dict[str, int] = {}
        self._total = 0
        self._going = False

    @property
    def waiting(self) -> int:
        """Pieces of work that wait."""
        return sum(len(queue) for queue in self._queues.values())

    def put(self, device: str, size: int, work: Work) -> bool:
        """Do `work` of `size` octets in the device's turn; False where too much of it waits already."""
        queue = self._queues.get(device)
        if queue is not None and (
            len(queue) >= MOST_OF_DEVICE
            or self._bytes[device] + size > MOST_BYTES_OF_DEVICE
            or self._total + size > MOST_BYTES
        ):
            self.refused += 1
            return False
        if queue is None:
            queue = self._queues[device] = deque()
            self._bytes[device] = 0
        queue.append((work, size))
        self._bytes[device] += size
        self._total += size
        if not self._going:
            self._going = True
            asyncio.get_running_loop().call_soon(self._go)
        return True

    def _go(self) -> None:
        until = self._clock() + SLICE_SECONDS
        while self._queues:
            self._one()
            if self._clock() >= until:
                break
        self._going = bool(self._queues)
        if self._going:
            asyncio.get_running_loop().call_soon(self._go)
        self._after()

    def _one(self) -> None:
        device, queue = self._queues.popitem(last=False)
        work, size = queue.popleft()
        self._total -= size
        if queue:
            self._bytes[device] -= size
            self._queues[device] = queue  # behind all others
        else:
            del self._bytes[device]
        try:
            work()
        except Exception as error:
            # One body that we fail on must not cost the others.
            self.failed += 1
            log.error("body.failed", device=device, why=type(error).__name__)
