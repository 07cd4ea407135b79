"""What a part of the gateway with work of its own is to the process."""

from __future__ import annotations

from typing import Protocol


class Room(Protocol):
    """A part of the gateway with work of its own."""

    async def run(self) -> None:
        """Until cancelled."""
        ...

    async def stop(self) -> None:
        """The gateway ends: say what devices and platforms have to hear."""
        ...
