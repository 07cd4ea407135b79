"""Subscriptions: a device that allows it says when something of its catalogue changes, and is asked anew then; a platform below tells alarms of what it shows.

Devices tell their alarms by a message, unasked; a platform tells whoever subscribed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from custodes.gateway.context import Context
from custodes.gb28181.edition import BASE
from custodes.gb28181.ids import family
from custodes.gb28181.manscdp.alarm import AlarmNotice
from custodes.gb28181.manscdp.catalog import CatalogNotice, CatalogQuery
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.manscdp.subscription import AlarmSubscription, answer_of, events
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.events import Got, RequestReceived
from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.gb28181.sip.subscription import (
    Subscriber,
    Subscription,
    SubscriptionNews,
    SubscriptionWish,
    TooManySubscriptions,
)
from custodes.gb28181.sip.transactions import Full

log = structlog.get_logger(__name__)

SECONDS = 3600
"""How long at a time: 10,000 devices refresh three a second then."""

MOST = 12_000
"""Of the endpoint's 20,000 dialogs: the others are for calls, and for the next."""

MOST_PLATFORMS = 1_000
"""Platforms below whose alarms are subscribed to."""

MOST_ANSWERED_BYTES = 16 * 1024
"""A larger notice is answered without a body: reading it here, out of its turn, would hold others up."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What is subscribed to.

    Attributes:
        cmd: as the standard calls it; notice: what comes then.
        query: the body of the subscription, of a serial number and the device.
        of: whether a device is asked.
    """

    cmd: str
    notice: type[Message]
    query: Callable[[int, str], Message]
    of: Callable[[str], bool]
    most: int


def _alarms_of(sn: int, device: str) -> Message:
    """All of them: what is told of is decided by whoever tells."""
    return AlarmSubscription(sn=sn, device_id=device, start_priority=0, end_priority=0, method="0")


CATALOGUES = Topic(
    "Catalog", CatalogNotice, lambda sn, device: CatalogQuery(sn=sn, device_id=device), lambda _device: True, MOST
)
ALARMS = Topic("Alarm", AlarmNotice, _alarms_of, lambda device: family(device) == "platform", MOST_PLATFORMS)


class Watching:
    """Our subscriptions to one topic, one of a device.

    Attributes:
        refused: devices that would not have it, since the start.
    """

    def __init__(self, context: Context, topic: Topic = CATALOGUES) -> None:
        self.refused = 0
        self._context = context
        self._topic = topic
        self._subscriber = Subscriber(context.endpoint, self._answer, topic.most, 1)
        self._watched: set[str] = set()
        self._numbers = itertools.count(1)

    def __len__(self) -> int:
        return len(self._subscriber)

    def watch(self, device: str) -> None:
        """Ask a device to tell; one that did not want to is asked when it registers anew, one that is not to be asked never."""
        reach = self._context.reach(device)
        if reach is None or device in self._watched or not self._topic.of(device):
            return
        number = next(self._numbers) % 1_000_000 + 1
        wish = SubscriptionWish(device, device, events(self._topic.cmd, number), lambda: self._query(device), SECONDS)
        try:
            self._subscriber.subscribe(wish, reach.peer, self._context.clock.monotonic())
        except (TooManySubscriptions, Full, Gb28181Refused):
            return
        self._watched.add(device)

    def changed(self, change: RegistrationChange) -> None:
        """What became of a registration."""
        if change.what in ("restarted", "offline", "gone"):
            self._subscriber.gone(change.id)
            self._watched.discard(change.id)
        elif change.what == "moved" and (reach := self._context.reach(change.id)) is not None:
            self._subscriber.moved(change.id, reach.peer)

    def tick(self) -> None:
        """Whatever is due."""
        self._note(self._subscriber.tick(self._context.clock.monotonic()))

    def got(self, event: Got) -> bool:
        """What became of a request; False where it is none of ours."""
        news = self._subscriber.got(event, self._context.clock.monotonic())
        self._note(news or [])
        return news is not None

    def told(self, event: RequestReceived) -> list[bytes] | None:
        """The bodies of a notice, which is answered here; None where it is in no subscription of ours."""
        news = self._subscriber.told(event, self._context.clock.monotonic())
        if news is None:
            return None
        self._note(news)
        return [one.body for one in news if one.what == "told"]

    def _note(self, news: list[SubscriptionNews]) -> None:
        for one in news:
            if one.what == "refused":
                self.refused += 1
                log.info(
                    "device.not_watched", topic=self._topic.cmd, device=one.subscription.wish.device, status=one.why
                )
            elif one.what in ("lost", "terminated"):
                # It may be asked again after its next taking.
                self._watched.discard(one.subscription.wish.device)

    def _query(self, device: str) -> bytes:
        reach = self._context.reach(device)
        query = self._topic.query(self._context.number(device), device)
        return write_message(query, reach.edition if reach else BASE, reach.charset if reach else None)

    def _answer(self, subscription: Subscription, body: bytes) -> bytes:
        """Editions before 2022 have a body in the 200 to a notice."""
        reach = self._context.reach(subscription.wish.device)
        if reach is None or len(body) > MOST_ANSWERED_BYTES:
            return b""
        try:
            message = read_body(body)
        except Gb28181Refused:
            return b""
        if not isinstance(message, self._topic.notice):
            return b""
        return answer_of(self._topic.cmd, message.sn, message.device_id, reach.edition, reach.charset)
