"""Where cameras are and where they point, told to an upper that subscribed to it.

Places (2016 §9.11): the newest, no sooner than its interval, and none that it has. Where a camera points only as long as its owner
says that the upper's hand is on it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from custodes.gb28181.cascade.sending import UpperOutbox
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.position import MobilePosition, MovedItem
from custodes.gb28181.manscdp.presets import PtzPosition, PtzPositionNotice, PtzPositionQuery
from custodes.gb28181.manscdp.subscription import POSITION_SECONDS, PositionSubscription
from custodes.gb28181.sip.notifying import Notifier, PeerSubscription

USUAL = 5
"""Seconds between two notices, where a subscription names none, as of where something is (`POSITION_SECONDS`)."""

SHORTEST, LONGEST = 1, 60
"""Between which an upper may wish for them."""


def topic_of(query: PtzPositionQuery) -> str:
    """Each camera's is a subscription of its own, whomever of us the upper asks for it."""
    return f"{query.CMD} {query.device_id}"


class PointingSubscriptions:
    """Subscriptions of one upper to where cameras point, and which of them may stand.

    Args:
        notifier: has all subscriptions of this upper; number: makes serial numbers.
    """

    def __init__(
        self, notifier: Notifier, outbox: UpperOutbox, edition: Callable[[], Edition], number: Callable[[], int]
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

    def _of(self, channel: str) -> list[PeerSubscription]:
        return self._notifier.of_topic(f"{PtzPositionQuery.CMD} {channel}")


TOPIC = PositionSubscription.CMD
OF_ROUND = 200
"""Places that one subscription is told of at once, those that waited longest first; a queue that grows would end it."""

OF_NOTICE = 20
"""Places of one notice of 2022 over TCP; over UDP one, as a message has to stay short."""


@dataclass(frozen=True, slots=True)
class LastPlace:
    """Where an entry that is shown was last, under the ID by which the upper knows it."""

    id: str
    longitude: float
    latitude: float
    at: datetime


_Last = tuple[float, datetime]
"""When an entry was told, and when it was there."""


class Moving:
    """What each subscription was told of, so that nothing is told twice and nothing too often."""

    def __init__(self, notifier: Notifier, own: str, number: Callable[[], int]) -> None:
        self._notifier = notifier
        self._own = own
        self._number = number
        self._told: dict[PeerSubscription, dict[str, _Last]] = {}
        self._round: dict[PeerSubscription, list[dict[str, _Last | None]]] = {}
        self._counted: dict[PeerSubscription, int] = {}

    def sent(self) -> int:
        """How many notices went out since this was asked last. One that was made and taken back before it was sent is none."""
        count = sum(one.sent - before for one, before in self._counted.items())
        self._counted = {one: one.sent for one in self._counted if not one.over}
        return count

    def tell(
        self,
        places: Sequence[LastPlace],
        covered: Callable[[PeerSubscription], Callable[[str], bool]],
        body: Callable[[MobilePosition], bytes],
        edition: Edition,
        tcp: bool,
        now: float,
    ) -> int:
        """Tell each subscription what is new to it and due; one that has not answered yet is told with the next round. What still waits of the
        round before is told as it is now, or not at all where it is shown no more. How many notices were made.

        Raises:
            Refused: it can't be written for this upper.
        """
        held = self._notifier.of_topic(TOPIC)
        self._told = {one: self._told.get(one, {}) for one in held}
        self._round = {one: self._round.get(one, []) for one in held}
        count = 0
        for one in held:
            self._counted.setdefault(one, one.sent)
            unsent = self._take_back(one)
            if not unsent and one.outstanding is not None:
                continue
            about = covered(one)
            due = [place for place in places if about(place.id) and self._due(one, place, now)]
            due = sorted(due, key=lambda place: self._last(one, place))[:OF_ROUND]
            told, self._round[one] = self._told[one], []
            for message in self._messages(due, edition, tcp):
                self._notifier.notify(one, body(message), now)
                self._round[one].append({item.device_id: told.get(item.device_id) for item in message.places()})
                count += 1
            told |= {place.id: (now, place.at) for place in due}
        return count

    def _take_back(self, one: PeerSubscription) -> int:
        """What of the round before was not sent counts as not told. How many notices that were."""
        unsent, notices = self._notifier.take_back(one), self._round[one]
        for notice in notices[len(notices) - unsent :]:
            for id, before in notice.items():
                if before is None:
                    self._told[one].pop(id, None)
                else:
                    self._told[one][id] = before
        return unsent

    def end(self, reason: str, now: float) -> None:
        """No more is told: all subscriptions are over."""
        for one in self._notifier.of_topic(TOPIC):
            self._notifier.end(one, reason, now)
        self._told.clear()
        self._round.clear()

    def _last(self, held: PeerSubscription, place: LastPlace) -> float:
        last = self._told[held].get(place.id)
        return last[0] if last is not None else -math.inf

    def _due(self, held: PeerSubscription, place: LastPlace, now: float) -> bool:
        last = self._told[held].get(place.id)
        query = held.query
        interval = (query.interval if isinstance(query, PositionSubscription) else None) or POSITION_SECONDS
        return last is None or (now >= last[0] + interval and place.at > last[1])

    def _messages(self, places: list[LastPlace], edition: Edition, tcp: bool) -> Iterator[MobilePosition]:
        if edition < Edition.E2022:
            for place in places:
                yield MobilePosition(
                    sn=self._number(),
                    device_id=place.id,
                    time=place.at,
                    longitude=place.longitude,
                    latitude=place.latitude,
                )
            return
        step = OF_NOTICE if tcp else 1
        for begin in range(0, len(places), step):
            items = tuple(
                MovedItem(device_id=place.id, capture_time=place.at, longitude=place.longitude, latitude=place.latitude)
                for place in places[begin : begin + step]
            )
            yield MobilePosition(sn=self._number(), device_id=self._own, sum_num=len(items), devices=items)
