"""The address of a channel, as a camera's main stream has it: ``gb28181://DEVICE/CHANNEL`` (wire.md §8)."""

from __future__ import annotations

import re
from dataclasses import dataclass

SCHEME = "gb28181"
PREFIX = f"{SCHEME}://"
_WRITTEN = re.compile(r"gb28181://([0-9A-Za-z._-]{1,32})/([0-9A-Za-z._-]{1,32})")


@dataclass(frozen=True, slots=True)
class Channel:
    """A device and one of its channels, each as it calls itself."""

    device: str
    channel: str

    @property
    def url(self) -> str:
        """The address."""
        return f"{PREFIX}{self.device}/{self.channel}"


def channel_of(url: str) -> Channel | None:
    """The channel that an address leads to; None for any other address."""
    found = _WRITTEN.fullmatch(url)
    return Channel(*found.groups()) if found else None
