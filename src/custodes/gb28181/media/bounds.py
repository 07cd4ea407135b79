"""What one channel may cost, and who may send to it: a hostile peer costs its channel and no other."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from custodes.addresses import plain

OCTETS_PER_SECOND = 8 << 20
"""Most that a channel may send in a second (64 Mbit/s): a download at 8 times the speed of 8 Mbit/s."""
WORK_SECONDS = 0.15
"""Most time of the process that it may take in a second: octets that are made to be costly are read later."""
READ_BYTES = 64 * 1024
"""Most that one socket gives in one tick."""


@dataclass(frozen=True, slots=True)
class Sources:
    """From which addresses media may come. A device's address in SDP is never asked: behind NAT it is a private one (§5.5).

    Attributes:
        networks: of the devices; empty lets every address in.
    """

    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    @classmethod
    def of(cls, networks: Iterable[str]) -> Sources:
        """Of networks as text.

        Raises:
            ValueError: one of them is none.
        """
        return cls(tuple(map(ipaddress.ip_network, networks)))

    def allows(self, address: str) -> bool:
        """Whether something from `address` is looked at."""
        if not self.networks:
            return True
        found = plain(address)
        if found is None:
            return False
        return any(found.version == network.version and found in network for network in self.networks)


@dataclass(frozen=True, slots=True)
class HostSources(Sources):
    """The hosts of one device: of all that may send at all, those that its call was agreed with.

    Attributes:
        hosts: IP addresses; none lets nobody in.
        within: who may send at all.
    """

    hosts: frozenset[str] = frozenset()
    within: Sources = field(default_factory=Sources)

    def allows(self, address: str) -> bool:
        """Whether something from `address` is looked at."""
        found = plain(address)
        return found is not None and found in map(plain, self.hosts) and self.within.allows(address)


@dataclass(slots=True)
class Budget:
    """What a channel has left of this second.

    Attributes:
        clock: seconds that this thread has worked, so that a busy machine rests no channel.
        throttled: seconds in which it wanted more.
    """

    clock: Callable[[], float]
    throttled: int = 0
    resting: bool = False
    _octets: int = OCTETS_PER_SECOND
    _work: float = WORK_SECONDS
    _begun: float = field(default=0.0)

    def begin(self) -> None:
        """Work begins."""
        self._begun = self.clock()

    def end(self, octets: int) -> bool:
        """Work on `octets` is done: whether the channel now rests until the second is over."""
        self._octets -= octets
        self._work -= self.clock() - self._begun
        if (self._octets < 0 or self._work < 0) and not self.resting:
            self.resting = True
            self.throttled += 1
        return self.resting

    def each_second(self) -> bool:
        """A second is over: whether it may read again after a rest."""
        self._octets, self._work = OCTETS_PER_SECOND, WORK_SECONDS
        rested, self.resting = self.resting, False
        return rested
