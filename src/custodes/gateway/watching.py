"""Subscriptions to catalogues: a device that allows it says when something of it changes, and is asked anew then."""

from __future__ import annotations

import itertools

import structlog

from custodes.gateway.context import Context
from custodes.gb28181.edition import BASE
from custodes.gb28181.manscdp.catalog import CatalogNotice, CatalogQuery
from custodes.gb28181.manscdp.frame import write_message
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.manscdp.subscription import answer_of, events
from custodes.gb28181.refused import Refused
from custodes.gb28181.sip.events import Asked, Got
from custodes.gb28181.sip.registrar import Change
from custodes.gb28181.sip.subscription import News, Subscriber, Subscription, TooMany, Wish
from custodes.gb28181.sip.transactions import Full

log = structlog.get_logger(__name__)

SECONDS = 3600
"""How long at a time: 10,000 devices refresh three a second then."""

MOST = 12_000
"""Of the endpoint's 20,000 dialogs: the others are for calls."""

MOST_ANSWERED_BYTES = 16 * 1024
"""A larger notice is answered without a body: reading it here, out of its turn, would hold others up."""


class Watching:
    """Our subscriptions to catalogues, one of a device.

    Attributes:
        refused: devices that would not have it, since the start.
    """

    def __init__(self, context: Context) -> None:
        self.refused = 0
        self._context = context
        self._subscriber = Subscriber(context.endpoint, self._answer, MOST, 1)
        self._watched: set[str] = set()
        self._numbers = itertools.count(1)

    def __len__(self) -> int:
        return len(self._subscriber)

    def watch(self, device: str) -> None:
        """Ask a device to tell of changes; one that did not want to is asked when it registers anew."""
        reach = self._context.reach(device)
        if reach is None or device in self._watched:
            return
        number = next(self._numbers) % 1_000_000 + 1
        wish = Wish(device, device, events("Catalog", number), lambda: self._query(device), SECONDS)
        try:
            self._subscriber.subscribe(wish, reach.peer, self._context.clock.monotonic())
        except (TooMany, Full):
            return
        self._watched.add(device)

    def changed(self, change: Change) -> None:
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

    def told(self, event: Asked) -> list[bytes] | None:
        """The bodies of a notice, which is answered here; None where it is in no subscription of ours."""
        news = self._subscriber.told(event, self._context.clock.monotonic())
        if news is None:
            return None
        self._note(news)
        return [one.body for one in news if one.what == "told"]

    def _note(self, news: list[News]) -> None:
        for one in news:
            if one.what == "refused":
                self.refused += 1
                log.info("catalogue.not_watched", device=one.subscription.wish.device, status=one.why)
            elif one.what in ("lost", "terminated"):
                # It may be asked again after its next taking.
                self._watched.discard(one.subscription.wish.device)

    def _query(self, device: str) -> bytes:
        reach = self._context.reach(device)
        query = CatalogQuery(sn=self._context.number(device), device_id=device)
        return write_message(query, reach.edition if reach else BASE, reach.charset if reach else None)

    def _answer(self, subscription: Subscription, body: bytes) -> bytes:
        """Editions before 2022 have a body in the 200 to a notice."""
        reach = self._context.reach(subscription.wish.device)
        if reach is None or len(body) > MOST_ANSWERED_BYTES:
            return b""
        try:
            message = read_body(body)
        except Refused:
            return b""
        if not isinstance(message, CatalogNotice):
            return b""
        return answer_of("Catalog", message.sn, message.device_id, reach.edition, reach.charset)
