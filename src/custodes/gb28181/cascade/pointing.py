"""Where cameras point, told to an upper that subscribed, as long as its owner says that its hand is on them."""

from __future__ import annotations

from collections.abc import Callable

from custodes.gb28181.cascade.sending import Outbox
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.presets import PtzPosition, PtzPositionNotice, PtzPositionQuery
from custodes.gb28181.sip.notifying import Held, Notifier

USUAL = 5
"""Seconds between two notices, where a subscription names none, as of where something is (`POSITION_SECONDS`)."""

SHORTEST, LONGEST = 1, 60
"""Between which an upper may wish for them."""


def topic_of(query: PtzPositionQuery) -> str:
    """Each camera's is a subscription of its own, whomever of us the upper asks for it."""
    return f"{query.CMD} {query.device_id}"


class Pointing:
    """Subscriptions of one upper to where cameras point, and which of them may stand.

    Args:
        notifier: has all subscriptions of this upper; number: makes serial numbers.
    """

    def __init__(
        self, notifier: Notifier, outbox: Outbox, edition: Callable[[], Edition], number: Callable[[], int]
    ) -> None:
        self._notifier = notifier
        self._outbox = outbox
        self._edition = edition
        self._number = number
        self._steered: set[str] = set()

    def may(self, query: PtzPositionQuery) -> bool:
        """Whether it may be subscribed to now; editions before 2022 do not know it."""
        return query.device_id in self._steered and self._edition() >= Edition.E2022

    def begin(self, channel: str) -> None:
        """The upper's hand is on this camera."""
        self._steered.add(channel)

    def end(self, channel: str, now: float) -> None:
        """It is not any more: who was told where the camera points is told no more, and that to ask again is of no use (RFC 6665 §4.1.3)."""
        self._steered.discard(channel)
        for one in self._of(channel):
            self._notifier.end(one, "rejected", now)

    def wanted(self, channel: str) -> float | None:
        """Seconds between two notices, of who wants them most often; None where nobody subscribed."""
        wished = [one.query.interval or USUAL for one in self._of(channel) if isinstance(one.query, PtzPositionQuery)]
        return float(min(max(min(wished), SHORTEST), LONGEST)) if wished else None

    def tell(self, position: PtzPosition, now: float) -> int:
        """Where a camera points now, by its ID as the upper is shown it. How many subscriptions were told.

        Raises:
            Refused: it can't be written for this upper.
        """
        held = [one for one in self._of(position.device_id) if not one.waiting]  # who is slow is told what is so then
        if not held:
            return 0
        notice = PtzPositionNotice(
            sn=self._number(),
            device_id=position.device_id,
            pan=position.pan,
            tilt=position.tilt,
            zoom=position.zoom,
        )
        body = self._outbox.body(notice)
        for one in held:
            self._notifier.notify(one, body, now)
        return len(held)

    def _of(self, channel: str) -> list[Held]:
        return self._notifier.of_topic(f"{PtzPositionQuery.CMD} {channel}")
