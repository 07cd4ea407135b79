"""Where what moves was last: one place of each, the newest; nothing of how it came there is kept. What was not entered is not looked at."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from custodes.gb28181.manscdp.position import MobilePosition, MovedItem
from custodes.video.wire.gateway_assignment import GatewayMobile
from custodes.video.wire.positions import MOST_PLACES, MobilePlace, MobileStand, Watch

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


class Places:
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
