"""How many messages a host may send: a bucket for each, bounded in number."""

from __future__ import annotations

from collections import OrderedDict


class HostRates:
    """Token buckets by host.

    Args:
        rate: messages a second that a host may send for long. Many devices may stand behind one address.
        burst: messages that it may send at once: a site whose power comes back.
        most: hosts that are remembered; the one that was heard longest ago is forgotten.
    """

    def __init__(self, rate: float = 500.0, burst: float = 5_000.0, most: int = 20_000) -> None:
        self._rate = rate
        self._burst = burst
        self._most = most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._left)

    def take(self, host: str, now: float) -> bool:
        """Whether a message of `host` is looked at; it counts."""
        left, since = self._left.get(host, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        passes = left >= 1
        self._keep(host, left - 1 if passes else left, now)
        return passes

    def charge(self, host: str, now: float) -> None:
        """A message of `host` counts that is looked at whatever it has left: what is too much is owed, a burst at most."""
        left, since = self._left.get(host, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        self._keep(host, max(-self._burst, left - 1), now)

    def give_back(self, host: str) -> None:
        """One message of `host` that was looked at does not count."""
        known = self._left.get(host)
        if known is not None:
            left, since = known
            self._left[host] = (min(self._burst, left + 1), since)

    def wait(self, host: str, now: float) -> float:
        """Seconds until a message of `host` is looked at again."""
        left, since = self._left.get(host, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        return 0.0 if left >= 1 else (1 - left) / self._rate

    def _keep(self, host: str, left: float, now: float) -> None:
        self._left[host] = (left, now)
        self._left.move_to_end(host)
        if len(self._left) > self._most:
            self._left.popitem(last=False)
