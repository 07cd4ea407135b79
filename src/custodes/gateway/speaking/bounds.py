"""How many speeches there may be, and how long anybody waits."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.gb28181.manscdp.broadcast import CALL_SECONDS


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of speeches, in numbers and seconds. Of one device there is one at a time.

    Attributes:
        speeches: in all; of_node: of one node.
        whole_s: for which a wish waits, whatever its targets do; below what the node waits (`node.gb28181.gateway_client`).
        call_s: for which a target's answer, and then its call, is waited for; and for which a device may say nothing at all to ours.
        answer_s: for which it may try (after 100 or 180) before it answers ours.
        acknowledged_s: for which ACK may be missing; before it nothing is sent.
        kept_s: a speech that its worker has not named for this long is ended.
    """

    speeches: int = 256
    of_node: int = 32
    whole_s: float = 65.0
    call_s: float = CALL_SECONDS
    answer_s: float = 20.0
    acknowledged_s: float = 8.0
    kept_s: float = 15.0


BOUNDS = Bounds()
