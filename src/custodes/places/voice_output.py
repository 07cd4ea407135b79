"""Through which loudspeaker one speaks at a camera: the code of a voice output of its GB/T 28181 device (2016 §9.12).

One code, and no other is tried for it: a device's own code stands for all of its outputs, and nobody is to speak where the register does
not say so (decision 0411).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from custodes.gb28181 import ids
from custodes.gb28181.refused import Gb28181Refused
from custodes.places.devices.channel import channel_of
from custodes.places.together import Unfit

VOICE_OUTPUT = 137
"""Type of a voice output (2016 Annex D)."""

FIELD = "voice_output"


def voice_unfit(data: Mapping[str, Any], address: str) -> Unfit:
    """Field and code of what is wrong with the voice output of a camera.

    Args:
        address: of its main stream; empty while it has none.
    """
    code = data.get(FIELD) or ""
    return iter(()) if not code else _unfit(code, address)


def _unfit(code: str, address: str) -> Iterator[tuple[str, str]]:
    try:
        said = ids.parse(code)
    except Gb28181Refused:
        yield FIELD, "voice_digits"
        return
    channel = channel_of(address)
    if address and channel is None:
        yield FIELD, "voice_channel"
    elif channel is not None and ids.family(channel.device) == "platform":
        yield FIELD, "voice_below"
    elif said.type != VOICE_OUTPUT and (channel is None or code not in (channel.channel, channel.device)):
        yield FIELD, "voice_type"


def targets_of(code: str, address: str) -> tuple[str, ...]:
    """What a node is told: the code that is entered, for a channel alone."""
    return (code,) if code and not any(_unfit(code, address)) and channel_of(address) is not None else ()
