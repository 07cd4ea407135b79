"""Wrong passwords: after a few from one host for one ID no more are looked at for a while."""

from __future__ import annotations

from collections import OrderedDict


class Throttle:
    """Counts failures, bounded in number and time.

    Args:
        tries: failures within `pause` that are looked at.
        pause: seconds.
        most: pairs of host and ID that are remembered; behind that the oldest is forgotten.
    """

    def __init__(self, tries: int = 10, pause: float = 60.0, most: int = 10_000) -> None:
        self._tries = tries
        self._pause = pause
        self._most = most
        self._failed: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._failed)

    def closed(self, host: str, name: str, now: float) -> bool:
        """Whether nothing is looked at for now."""
        count, since = self._failed.get((host, name), (0, now))
        if now - since > self._pause:
            self._failed.pop((host, name), None)
            return False
        return count >= self._tries

    def failed(self, host: str, name: str, now: float) -> None:
        """A wrong password."""
        count, since = self._failed.pop((host, name), (0, now))
        self._failed[host, name] = (count + 1, since if now - since <= self._pause else now)
        if len(self._failed) > self._most:
            self._failed.popitem(last=False)

    def passed(self, host: str, name: str) -> None:
        """The right one."""
        self._failed.pop((host, name), None)
