"""How many calls there may be, and how long anybody waits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of calls, in numbers and seconds.

    Attributes:
        calls: in all; below what there are numbers for (`SsrcPool`, 9,999 live).
        of_device: of one device: a recorder with 256 channels, two streams each.
        of_channel: of one channel: a camera by itself sends four to six streams at once, others ask it too.
        at_once: INVITEs under way to one device; recorders refuse what comes faster.
        waiting: calls of one device that wait for room.
        of_node: calls of one node that wait for room or for their device, whatever devices these are.
        of_node_at_once: INVITEs under way of one node: silent devices of one node take no room of another's.
        room_s: for which a call waits for room.
        silent_s: for which a device may say nothing at all to INVITE; answer_s: for which it may try (after 100 or 180).
        bye_s: for which a new call waits for the end of the one that it replaces.
        stated_s: for which a call waits until it was stated to the platform below for whom it is; whole_s: for all of it together, below
            what the node waits (`node.gb28181.gateway_client`).
        kept_s: a call that its worker has not named for this long is ended.
        history: calls for recordings, in all; below what there are numbers for, which are others than the live ones.
        history_of_device: of one device, downloads among them; recorders read few places of their disk at once.
        downloads_of_device: as fast as it goes, which costs the recordings that it makes meanwhile.
        history_of_channel: of one channel: the end of a recording is told by the channel alone (MediaStatus).
    """

    calls: int = 9_000
    of_device: int = 512
    of_channel: int = 4
    at_once: int = 4
    waiting: int = 64
    of_node: int = 256
    of_node_at_once: int = 64
    room_s: float = 6.0
    silent_s: float = 12.0
    answer_s: float = 20.0
    bye_s: float = 1.0
    stated_s: float = 9.0
    whole_s: float = 28.0
    kept_s: float = 30.0
    history: int = 4_000
    history_of_device: int = 4
    downloads_of_device: int = 1
    history_of_channel: int = 1


BOUNDS = Bounds()
