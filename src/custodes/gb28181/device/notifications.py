"""What a simulated device tells by itself: to subscribers of its catalog, its alarms, its position, and where its cameras point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.charset import Charset
from custodes.gb28181.device.ptz import SimulatedPtz
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.settings import SimulatedChannel, SimulatedDeviceSettings
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.alarm import AlarmInfo, AlarmNotice
from custodes.gb28181.manscdp.catalog import CatalogNotice, CatalogQuery
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.manscdp.item import CatalogItem
from custodes.gb28181.manscdp.item import EntryEvent as What
from custodes.gb28181.manscdp.position import MobilePosition, MovedItem
from custodes.gb28181.manscdp.presets import PtzPositionNotice, PtzPositionQuery
from custodes.gb28181.manscdp.subscription import POSITION_SECONDS, AlarmSubscription, PositionSubscription, answer_of
from custodes.gb28181.manscdp.waiting import SerialNumbers
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import RequestReceived
from custodes.gb28181.sip.notifying import Notifier, PeerSubscription

SUBSCRIBED = (CatalogQuery, AlarmSubscription, PositionSubscription, PtzPositionQuery)


class DeviceNotifications:
    """Subscriptions of the platform, and what goes to them.

    Args:
        body: the octets of a body; say: sends a message to the platform.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        settings: SimulatedDeviceSettings,
        channels: Mapping[str, SimulatedChannel],
        offline: set[str],
        body: Callable[[Message], bytes],
        say: Callable[[Message], object],
    ) -> None:
        self.notifier = Notifier(endpoint)
        self._endpoint = endpoint
        self._settings = settings
        self._channels = channels
        self._offline = offline
        self._body, self._say = body, say
        self._numbers = SerialNumbers()
        self._next_place: dict[PeerSubscription | None, float] = {}  # None: by message

    @property
    def due(self) -> float | None:
        """When `step` is to be called; None for never."""
        return min(self._next_place.values(), default=None)

    def number(self) -> int:
        """A serial number for what we begin."""
        return self._numbers.next()

    def subscribed(
        self, event: RequestReceived, found: Message | None, edition: Edition, charset: Charset | None, now: float
    ) -> None:
        """A SUBSCRIBE with its body, None for one that can't be read. Refreshing and ending may come without one."""
        held = next((one for one in self._held() if one.dialog is event.dialog), None)
        query = found if found is not None or held is None else held.query
        if not isinstance(query, SUBSCRIBED):
            self._endpoint.reply(event.transaction, 489 if query is not None else 400, now=now)
            return
        if isinstance(query, PositionSubscription) and not self._tells_position(event):
            self._endpoint.reply(event.transaction, 489, now=now)
            return
        if query.device_id != self._settings.id and query.device_id not in self._channels:
            self._endpoint.reply(event.transaction, 404, now=now)
            return
        answer = answer_of(query.CMD, query.sn, query.device_id, edition, charset)
        made = self.notifier.asked(event, query.CMD, query, now, answer)
        if made is None or held is not None:
            return
        # At once what is off (P.2.1.2.1): the subscriber takes all others for on.
        down = tuple(CatalogItem(device_id=id, event=What.OFF) for id in self._channels if id in self._offline)
        body = self._body(self._notice(down)) if query.CMD == "Catalog" and down else b""
        self.notifier.notify(made, body, now)
        if isinstance(query, PositionSubscription) and Quirk.POSITION_BY_MESSAGE not in self._settings.quirks:
            self._next_place[made] = now

    def step(self, edition: Edition, now: float, wall_us: int) -> None:
        """Whatever moves tells where it is, to whom it is due. To be called while it is registered."""
        if Quirk.POSITION_BY_MESSAGE in self._settings.quirks and None not in self._next_place and self._moving():
            self._next_place[None] = now
        for held, due in list(self._next_place.items()):
            if held is not None and held.over:
                del self._next_place[held]
            elif now >= due:
                self._next_place[held] = now + self._interval(held)
                about = [one for one in self._moving() if held is None or self._about(held, one.id)]
                for made in self._places(about, edition, now, wall_us):
                    if held is None:
                        self._say(made)
                    else:
                        self.notifier.notify(held, self._body(made), now)

    def _moving(self) -> list[SimulatedChannel]:
        return [one for id, one in self._channels.items() if one.path is not None and id not in self._offline]

    def catalog(self, item: CatalogItem, now: float) -> None:
        """Something happened to an entry."""
        body = self._body(self._notice((item,)))
        self.notifier.tell("Catalog", lambda held: body if self._about(held, item.device_id) else None, now)

    def alarm(self, channel: str, method: int, kind: int, priority: int, at: datetime, now: float) -> None:
        """An alarm: to subscribers; where there are none as a message."""
        info = AlarmInfo(alarm_type=kind)
        made = AlarmNotice(
            sn=self.number(),
            device_id=channel,
            priority=priority,
            method=method,
            time=at,
            alarm_type=kind,
            info=info,
        )
        if not self.notifier.of_topic("Alarm"):
            self._say(made)
            return
        body = self._body(made)

        def told(held: PeerSubscription) -> bytes | None:
            query = held.query
            wanted = isinstance(query, AlarmSubscription) and _wanted(query, method, priority)
            return body if wanted and self._about(held, channel) else None

        self.notifier.tell("Alarm", told, now)

    def moved(self, longitude: float, latitude: float, at: datetime, now: float) -> int:
        """The device is here. How many were told."""
        body = self._body(
            MobilePosition(
                sn=self.number(), device_id=self._settings.id, time=at, longitude=longitude, latitude=latitude
            )
        )
        return self.notifier.tell("MobilePosition", lambda _held: body, now)

    def pointing(self, channel: str, head: SimulatedPtz, now: float) -> None:
        """A camera was steered: where it points (2022)."""
        if not self.notifier.of_topic("PTZPosition"):
            return
        view = head.view(now)
        body = self._body(
            PtzPositionNotice(sn=self.number(), device_id=channel, pan=view.pan, tilt=view.tilt, zoom=view.zoom)
        )
        self.notifier.tell("PTZPosition", lambda held: body if self._about(held, channel) else None, now)

    def end(self, now: float) -> None:
        """The device leaves: all subscriptions are over."""
        for one in self._held():
            self.notifier.end(one, "deactivated", now)

    def _tells_position(self, event: RequestReceived) -> bool:
        quirks = self._settings.quirks
        as_catalog = event.request.headers.get("Event").lower().startswith("catalog")
        return Quirk.NO_POSITION not in quirks and (Quirk.POSITION_AS_CATALOG not in quirks or as_catalog)

    def _interval(self, held: PeerSubscription | None) -> float:
        if Quirk.POSITION_TOO_OFTEN in self._settings.quirks:
            return 1.0
        query = held.query if held is not None else None
        return (query.interval if isinstance(query, PositionSubscription) else None) or POSITION_SECONDS

    def _places(
        self, about: list[SimulatedChannel], edition: Edition, now: float, wall_us: int
    ) -> Iterator[MobilePosition]:
        """All of them in one message of 2022, each in one of its own before."""
        host, items = self._settings.id, []
        for one in about:
            if one.path is None:
                continue
            at = datetime.fromtimestamp(wall_us / 1_000_000, BEIJING) - timedelta(seconds=one.path.late_s)
            longitude, latitude = one.path.at(now - one.path.late_s)
            id = host if Quirk.POSITION_OF_HOST in self._settings.quirks else one.id
            items.append(MovedItem(device_id=id, capture_time=at, longitude=longitude, latitude=latitude))
        if edition >= Edition.E2022 and items:
            yield MobilePosition(sn=self.number(), device_id=host, sum_num=len(items), devices=tuple(items))
            return
        for item in items:
            yield MobilePosition(
                sn=self.number(), device_id=item.device_id, time=item.capture_time,
                longitude=item.longitude, latitude=item.latitude,
            )  # fmt: skip

    def _held(self) -> list[PeerSubscription]:
        return [one for kind in SUBSCRIBED for one in self.notifier.of_topic(kind.CMD)]

    def _about(self, held: PeerSubscription, channel: str) -> bool:
        query = held.query
        return isinstance(query, SUBSCRIBED) and query.device_id in (self._settings.id, channel)

    def _notice(self, items: tuple[CatalogItem, ...]) -> CatalogNotice:
        return CatalogNotice(sn=self.number(), device_id=self._settings.id, sum_num=len(items), items=items)


def _wanted(query: AlarmSubscription, method: int, priority: int) -> bool:
    """Whether a subscriber wants this alarm."""
    if query.methods and method not in query.methods:
        return False
    return not query.start_priority or query.start_priority <= priority <= (query.end_priority or 4)
