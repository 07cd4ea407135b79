"""An endpoint that hears one upper platform and nobody else."""

from __future__ import annotations

from collections.abc import Callable

from custodes.gb28181.cascade.settings import UpperPlatformSettings
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Message, Request
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.rate import HostRates
from custodes.gb28181.sip.transactions import TransactionRoom

ROOM = TransactionRoom(servers=8_192, per_host=1_024, clients=1_024)
"""An upper is one peer: its flood is held to less than what a platform bears of all its devices."""

MOST_DIALOGS = 256


class HearingEndpoint(Endpoint):
    """One upper's.

    A stranger is dropped before a transaction is made, without an answer: nothing is kept for it, and a forged source address draws no answer
    to anybody. Of the upper itself, requests beyond a rate are dropped; it sends them again.

    Attributes:
        platform: where the upper is reached; set it anew when a connection to it was made.
    """

    def __init__(self, settings: UpperPlatformSettings, token: Callable[[], str]) -> None:
        own = settings.upper.contact
        super().__init__(settings.id, settings.id[:10], lambda _peer: own, token, room=ROOM, most_dialogs=MOST_DIALOGS)
        self.platform = settings.platform
        self._heard = settings.heard
        self._rates = HostRates(settings.bounds.rate, settings.bounds.burst, len(self._heard))

    def receive(self, message: Message, source: Peer, now: float, wall_us: int) -> None:
        """A message as it was read. Never raises for its content."""
        if source.host not in self._heard:
            self.dropped["stranger"] += 1
        elif isinstance(message, Request) and not self._rates.take(source.host, now):
            self.dropped["flood"] += 1
        else:
            super().receive(message, source, now, wall_us)

    def malformed(self, error: Malformed, source: Peer) -> None:
        """Octets that are no message: answered to the upper alone."""
        if source.host in self._heard:
            super().malformed(error, source)
        else:
            self.dropped["stranger"] += 1
