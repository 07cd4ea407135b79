"""How devices are asked what they have: so many in a second, so many at once, and what of it is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

from custodes.gb28181.manscdp.collector import PATIENCE, Patience
from custodes.video.wire.catalogue import MOST_CHANNELS

_PATIENCE = replace(PATIENCE, most=MOST_CHANNELS)


@dataclass(frozen=True, slots=True)
class Pace:
    """How devices are asked.

    Attributes:
        per_second: devices that are begun with in a second; at_once: that are asked at the same time.
        rest: seconds in which a device that answered is not asked again by itself.
        pause: seconds from a notice to the taking that it leads to: notices come in swarms.
        soon, calm: what both are at least after a notice of a small catalogue; share: how many times as long as the last taking cost they
            are, `rest` and `pause` at most.
        entries: that cost a second, here and where they are kept.
        again: seconds until a device that did not answer is asked again, twice as long each time; tries: how often.
        info: seconds that an answer to DeviceInfo is waited for.
        room: entries that may be kept when another device is begun with; most: that may be kept at all.
        patience: with a catalogue.
    """

    per_second: float = 50.0
    at_once: int = 200
    rest: float = 60.0
    pause: float = 30.0
    soon: float = 2.0
    calm: float = 5.0
    share: float = 10.0
    entries: float = 500.0
    again: float = 300.0
    tries: int = 3
    info: float = 10.0
    room: int = 150_000
    most: int = 300_000
    patience: Patience = _PATIENCE


PACE = Pace()
