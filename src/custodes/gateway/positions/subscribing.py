"""Subscriptions to positions (2016 §9.11, MobilePosition): of what was entered and of nothing else, for as long as it is.

A device of which more channels are entered than `EACH` is asked once, for all of it; what it then tells of others is passed over. Some tell
their position by messages, subscribed to or not: what is heard does not depend on how a subscription stands.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from custodes.gateway.context import Context
from custodes.gateway.positions.places import Key, Places
from custodes.gb28181.agenda import Agenda
from custodes.gb28181.edition import BASE
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.manscdp.position import MobilePosition
from custodes.gb28181.manscdp.subscription import PositionSubscription, events
from custodes.gb28181.refused import Refused
from custodes.gb28181.sip.events import Asked, Got
from custodes.gb28181.sip.registrar import Change
from custodes.gb28181.sip.subscription import News, Stand, Subscriber, Subscription, TooMany, Wish
from custodes.gb28181.sip.transactions import Full
from custodes.video.wire.gateway_assignment import GatewayMobile
from custodes.video.wire.positions import Watch

log = structlog.get_logger(__name__)

SECONDS = 3600
"""How long at a time."""

MOST = 2_000
"""Of the endpoint's 20,000 dialogs."""

EACH = 8
"""Channels of one device that are subscribed to one by one."""

AT_ONCE = 5
"""Subscriptions that are begun in one tick: fifty a second."""

SOON = 2.0
"""Seconds after a registration: a device that starts has other things to do first."""

AGAIN: dict[str, float] = {"refused": 3600.0, "unanswered": 300.0, "lost": 60.0, "terminated": 60.0, "full": 60.0}
"""Seconds until it is asked for anew, by what became of it; with a new registration sooner."""

_STANDS: dict[str, Watch] = {"refused": "refused", "unanswered": "unanswered"}


@dataclass(slots=True)
class _Want:
    """One subscription that is wanted, whether it stands or not: with its interval, and what it is about."""

    device: str
    user: str
    interval: int
    about: tuple[Key, ...]
    held: Subscription | None = None


class PositionSubscriptions:
    """All of them.

    Attributes:
        refused: how many devices would not have it, since the start.
    """

    def __init__(self, context: Context, places: Places, most: int = MOST) -> None:
        self.refused = 0
        self._context = context
        self._places = places
        self._subscriber = Subscriber(context.endpoint, most=most)
        self._wants: dict[Key, _Want] = {}
        self._agenda: Agenda[Key] = Agenda()
        self._numbers = itertools.count(1)

    def __len__(self) -> int:
        return len(self._subscriber)

    def align(self, mobiles: Iterable[GatewayMobile]) -> None:
        """These are entered: what is wanted no more ends, also what is wanted otherwise, which is asked for anew."""
        found = list(mobiles)
        self._places.align(found, self._context.clock.wall_us())
        wants = _wanted(found)
        for key, want in list(self._wants.items()):
            now = wants.get(key)
            if now is not None and now.interval == want.interval:
                want.about, wants[key] = now.about, want
            elif want.held is not None:
                self._subscriber.end(want.held, self._now)
            if key not in wants:
                self._agenda.drop(key)
        begun = [key for key in wants if self._wants.get(key) is not wants[key]]
        self._wants = wants
        for key in begun:
            self._agenda.set(key, self._now)
        for want in wants.values():
            if want.held is not None and want.held.stand is Stand.ACTIVE:
                self._stand(want, "active")

    def changed(self, change: Change) -> None:
        """What became of a registration."""
        if change.what in ("restarted", "offline", "gone"):
            self._note(self._subscriber.gone(change.id))
        elif change.what == "moved" and (reach := self._context.reach(change.id)) is not None:
            self._subscriber.moved(change.id, reach.peer)
        if change.what in ("registered", "restarted", "online"):
            for key, want in self._wants.items():
                if want.device == change.id and want.held is None:
                    self._agenda.set(key, self._now + SOON)

    def tick(self) -> None:
        """Whatever is due."""
        self._note(self._subscriber.tick(self._now))
        for count, key in enumerate(self._agenda.take(self._now)):
            if count < AT_ONCE:
                self._ask(self._wants[key])
            else:
                self._agenda.set(key, self._now)

    def got(self, event: Got) -> bool:
        """What became of a request; False where it is none of ours."""
        news = self._subscriber.got(event, self._now)
        self._note(news or [])
        return news is not None

    def told(self, event: Asked) -> list[bytes] | None:
        """The bodies of a notice, which is answered here; None where it is in no subscription of ours."""
        news = self._subscriber.told(event, self._now)
        if news is None:
            return None
        self._note(news)
        return [one.body for one in news if one.what == "told"]

    def hear_message(self, device: str, message: Message) -> bool:
        """What a device says of itself, in a notice or by a message of its own."""
        if not isinstance(message, MobilePosition):
            return False
        self._places.take_in(device, message, self._context.clock.wall_us())
        return True

    @property
    def _now(self) -> float:
        return self._context.clock.monotonic()

    def _ask(self, want: _Want) -> None:
        reach = self._context.reach(want.device)
        if reach is None or want.held is not None:
            return  # when it registers it is asked
        tokens = events(PositionSubscription.CMD, next(self._numbers) % 1_000_000 + 1)
        wish = Wish(want.device, want.user, tokens, lambda: self._query(want), SECONDS)
        try:
            want.held = self._subscriber.subscribe(wish, reach.peer, self._now)
        except (TooMany, Full, Refused):
            self._agenda.set((want.device, want.user), self._now + AGAIN["full"])

    def _query(self, want: _Want) -> bytes:
        reach = self._context.reach(want.device)
        query = PositionSubscription(sn=self._context.number(want.device), device_id=want.user, interval=want.interval)
        # Whoever states an edition that knows no positions may say so itself: the question is to be written all the same.
        edition = max(reach.edition, PositionSubscription.SINCE) if reach else BASE
        return write_message(query, edition, reach.charset if reach else None)

    def _note(self, news: list[News]) -> None:
        for one in news:
            wish = one.subscription.wish
            want = self._wants.get((wish.device, wish.user))
            if want is None or want.held is not one.subscription:
                continue  # it was ended by us
            if one.what == "active":
                self._stand(want, "active")
            elif one.what not in ("told", "refreshed"):
                want.held = None
                self._stand(want, _STANDS.get(one.what, "waiting"), one.why)
                if one.what in AGAIN:
                    self._agenda.set((want.device, want.user), self._now + AGAIN[one.what])
                if one.what == "refused":
                    self.refused += 1
                    log.info("position.not_subscribed", device=wish.device, channel=wish.user, status=one.why)

    def _stand(self, want: _Want, watch: Watch, why: str = "") -> None:
        status = int(why) if len(why) == 3 and why.isascii() and why.isdigit() else 0
        for key in want.about:
            self._places.stand(key, watch, status, self._context.clock.wall_us())


def _wanted(mobiles: list[GatewayMobile]) -> dict[Key, _Want]:
    """Which subscriptions stand for them."""
    of: dict[str, list[GatewayMobile]] = {}
    for one in mobiles:
        of.setdefault(one.device, []).append(one)
    found: dict[Key, _Want] = {}
    for device, rows in of.items():
        if len(rows) > EACH:
            about = tuple((one.device, one.channel) for one in rows)
            found[device, device] = _Want(device, device, min(one.interval_s for one in rows), about)
            continue
        for one in rows:
            key = (device, one.channel)
            found[key] = _Want(device, one.channel, one.interval_s, (key,))
    return found
