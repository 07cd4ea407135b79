"""The gateway that the node's assignment names, for whoever asks something of it now and then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from custodes.node.gb28181.gateway_client import GatewayClient
from custodes.video.wire.assignment import GatewayAddress


@dataclass
class AssignedGateway:
    """Called: the gateway at this moment, None where there is none.

    Attributes:
        make: makes what speaks to the gateway at an address.
    """

    make: Callable[[GatewayAddress], GatewayClient]
    _address: GatewayAddress | None = None
    _client: GatewayClient | None = None

    def __call__(self) -> GatewayClient | None:
        """The gateway."""
        return self._client

    def use(self, address: GatewayAddress | None) -> None:
        """What the assignment says."""
        if address != self._address:
            self._address = address
            self._client = self.make(address) if address is not None else None
