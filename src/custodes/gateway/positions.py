"""Where what moves is: subscriptions (2016 §9.11, MobilePosition) to what was entered and to nothing else, and its newest place.

A device of which more channels are entered than `EACH` is asked once, for all of it; what it then tells of others is passed over. Some tell
their position by messages, subscribed to or not: what is heard does not depend on how a subscription stands. One place of each is kept on its
way to the web, nothing of how it came there.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import structlog

from custodes.gateway.context import Context
from custodes.gb28181.agenda import Agenda
from custodes.gb28181.edition import BASE
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.manscdp.position import MobilePosition, MovedItem
from custodes.gb28181.manscdp.subscription import PositionSubscription, events
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.events import Got, RequestReceived
from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.gb28181.sip.subscription import (
    Subscriber,
    Subscription,
    SubscriptionNews,
    SubscriptionStanding,
    SubscriptionWish,
    TooManySubscriptions,
)
from custodes.gb28181.sip.transactions import Full
from custodes.video.wire.devices import MOST_PLACES, MobilePlace, MobileStand, Watch
from custodes.video.wire.gateway_assignment import GatewayMobile

log = structlog.get_logger(__name__)


Key = tuple[str, str]
"""The registered ID, and the channel; of a device as a whole its own ID twice."""

MOST_OF_BODY = 1000
"""Items of one body that are looked at."""

AHEAD_US = 60_000_000
"""A place of a time further ahead than this says nothing about which is newer: the clock is wrong."""

HELD_US = 300_000_000
"""After this an older time is taken all the same: the device's clock was put back."""


@dataclass(slots=True)
class _Mobile:
    """One that was entered.

    Attributes:
        place: the newest; told: the last that the web has. told_at: monotonic seconds.
        stand: how its subscription stands; stand_told: what the web has of that.
    """

    terms: GatewayMobile
    stand: MobileStand
    place: MobilePlace | None = None
    told: MobilePlace | None = None
    told_at: float = -math.inf
    stand_told: MobileStand | None = None


class LastPositions:
    """The last place of each that was entered.

    Attributes:
        taken, strange, older, not_entered: positions that came: kept; that are nowhere; older than what is known; of what nobody entered.
    """

    def __init__(self) -> None:
        self.taken = self.strange = self.older = self.not_entered = 0
        self._mobiles: dict[Key, _Mobile] = {}
        self._of: dict[str, list[Key]] = {}  # by device
        self._open: dict[Key, None] = {}  # what there may be something to tell of

    def __len__(self) -> int:
        return len(self._mobiles)

    def align(self, mobiles: Iterable[GatewayMobile], now_us: int) -> None:
        """These are entered: of others the last place is forgotten."""
        wanted = {(one.device, one.channel): one for one in mobiles}
        for key in self._mobiles.keys() - wanted.keys():
            del self._mobiles[key]
            self._open.pop(key, None)
        for key, terms in wanted.items():
            known = self._mobiles.get(key)
            if known is not None:
                known.terms = terms
                continue
            stand = MobileStand(device=terms.device, channel=terms.channel, watch="waiting", since_us=now_us)
            self._mobiles[key] = _Mobile(terms, stand)
            self._open[key] = None
        self._of = {}
        for key in self._mobiles:
            self._of.setdefault(key[0], []).append(key)

    def stand(self, key: Key, watch: Watch, status: int, now_us: int) -> None:
        """How a subscription stands now."""
        one = self._mobiles.get(key)
        if one is not None and (one.stand.watch, one.stand.status) != (watch, status):
            since = max(now_us, one.stand.since_us + 1)
            one.stand = MobileStand(device=key[0], channel=key[1], watch=watch, status=status, since_us=since)
            self._open[key] = None

    def take_in(self, device: str, message: MobilePosition, now_us: int) -> int:
        """A device said where it is, or where channels of its are. How many places were newer than what was known."""
        items = message.places()
        self.strange += not items
        before = self.taken
        for item in items[:MOST_OF_BODY]:
            one = self._about(device, item.device_id)
            if one is None:
                self.not_entered += 1
            elif not _somewhere(item):
                self.strange += 1
            else:
                self._take(one, item, item.capture_time or message.time, now_us)
        return self.taken - before

    def next(self, now: float, most: int = MOST_PLACES) -> tuple[list[MobilePlace], list[MobileStand]]:
        """What to tell next: no place of one sooner after the last than its interval. It waits until `told`."""
        places: list[MobilePlace] = []
        stands: list[MobileStand] = []
        for key in self._open:
            one = self._mobiles[key]
            if one.stand is not one.stand_told and len(stands) < most:
                stands.append(one.stand)
            due = one.place is not one.told and now >= one.told_at + one.terms.interval_s
            if due and one.place is not None and len(places) < most:
                places.append(one.place)
        return places, stands

    def told(self, places: Iterable[MobilePlace], stands: Iterable[MobileStand], now: float) -> None:
        """These arrived, or will never be taken; what came meanwhile is told when its turn comes."""
        for place in places:
            one = self._mobiles.get((place.device, place.channel))
            if one is not None:
                one.told, one.told_at = place, now
        for stand in stands:
            one = self._mobiles.get((stand.device, stand.channel))
            if one is not None:
                one.stand_told = stand
        for key in [key for key in self._open if self._settled(self._mobiles[key])]:
            del self._open[key]

    @staticmethod
    def _settled(one: _Mobile) -> bool:
        return one.place is one.told and one.stand is one.stand_told

    def _about(self, device: str, said: str) -> _Mobile | None:
        """Whose place it is. Devices name themselves where a channel is meant: where one alone of theirs is entered, it is that."""
        one = self._mobiles.get((device, said))
        if one is None and said == device and len(self._of.get(device, ())) == 1:
            one = self._mobiles[self._of[device][0]]
        return one

    def _take(self, one: _Mobile, item: MovedItem, said: datetime | None, now_us: int) -> None:
        said_us = round(said.timestamp() * 1_000_000) if said is not None else None
        held = one.place
        if held is not None and said_us is not None and held.said_us is not None and said_us < held.said_us:
            sound = held.said_us <= now_us + AHEAD_US
            if sound and now_us - held.heard_us < HELD_US:
                self.older += 1
                return
        one.place = MobilePlace(
            device=one.terms.device,
            channel=one.terms.channel,
            longitude=item.longitude,
            latitude=item.latitude,
            said_us=said_us,
            heard_us=max(now_us, held.heard_us + 1) if held is not None else now_us,
        )
        self._open[one.terms.device, one.terms.channel] = None
        self.taken += 1


def _somewhere(item: MovedItem) -> bool:
    """Whether it can be a place. Devices that know none send nought."""
    sound = math.isfinite(item.longitude) and math.isfinite(item.latitude)
    inside = abs(item.longitude) <= 180 and abs(item.latitude) <= 90
    return sound and inside and item.longitude != 0 and item.latitude != 0


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

    def __init__(self, context: Context, places: LastPositions, most: int = MOST) -> None:
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
            if want.held is not None and want.held.stand is SubscriptionStanding.ACTIVE:
                self._stand(want, "active")

    def changed(self, change: RegistrationChange) -> None:
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

    def told(self, event: RequestReceived) -> list[bytes] | None:
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
        wish = SubscriptionWish(want.device, want.user, tokens, lambda: self._query(want), SECONDS)
        try:
            want.held = self._subscriber.subscribe(wish, reach.peer, self._now)
        except (TooManySubscriptions, Full, Gb28181Refused):
            self._agenda.set((want.device, want.user), self._now + AGAIN["full"])

    def _query(self, want: _Want) -> bytes:
        reach = self._context.reach(want.device)
        query = PositionSubscription(sn=self._context.number(want.device), device_id=want.user, interval=want.interval)
        # Whoever states an edition that knows no positions may say so itself: the question is to be written all the same.
        edition = max(reach.edition, PositionSubscription.SINCE) if reach else BASE
        return write_message(query, edition, reach.charset if reach else None)

    def _note(self, news: list[SubscriptionNews]) -> None:
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
