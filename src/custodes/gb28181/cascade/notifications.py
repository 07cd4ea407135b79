"""What an upper subscribed to: changes of its catalogue, alarms, where what moves is, if it may be told, and where a camera points that its hand is on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from custodes.gb28181.cascade.hearing import HearingEndpoint
from custodes.gb28181.cascade.moving import LastPlace, Moving, PointingSubscriptions, topic_of
from custodes.gb28181.cascade.sending import UpperOutbox
from custodes.gb28181.cascade.settings import UpperPlatformSettings
from custodes.gb28181.cascade.shown import ShownEntries, shorter, told
from custodes.gb28181.edition import Edition
from custodes.gb28181.ids import DOMAIN_LENGTH
from custodes.gb28181.manscdp.alarm import AlarmNotice
from custodes.gb28181.manscdp.catalog import CatalogNotice, CatalogQuery
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.manscdp.item import CatalogItem, EntryStatus
from custodes.gb28181.manscdp.item import EntryEvent as What
from custodes.gb28181.manscdp.paging import OVER_TCP
from custodes.gb28181.manscdp.position import MobilePosition
from custodes.gb28181.manscdp.presets import PtzPositionQuery
from custodes.gb28181.manscdp.subscription import AlarmSubscription, PositionSubscription, answer_of
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.events import RequestReceived
from custodes.gb28181.sip.notifying import Notifier, PeerSubscription

SUBSCRIBED = (CatalogQuery, AlarmSubscription, PositionSubscription)
FORBIDDEN = (PtzPositionQuery, MobilePosition)
"""Where a camera points that the upper does not steer is no matter of a shared picture: 403. Nor is where somebody goes, unless that was decided for this upper."""

_NOTICE_HEAD = 260
"""Octets by which the head of a notice may be longer than a message's: its dialog's names are the upper's."""

_FULL = frozenset({What.ADD, What.UPDATE})


class UpperNotifications:
    """Subscriptions of one upper, and what goes to them; `pointing` has those to where cameras point.

    Changes are kept by entry and written when their turn comes, as the entry is then: a thousand changes of one entry are one notice, so
    that what waits is never more than what is shown.
    """

    def __init__(
        self,
        endpoint: HearingEndpoint,
        settings: UpperPlatformSettings,
        shown: ShownEntries,
        outbox: UpperOutbox,
        edition: Callable[[], Edition],
        number: Callable[[], int],
        positions: Callable[[], bool] = lambda: False,
    ) -> None:
        most = settings.bounds.subscriptions
        self.notifier = Notifier(endpoint, most, most)
        self.pointing = PointingSubscriptions(self.notifier, outbox, edition, number)
        self._endpoint = endpoint
        self._settings = settings
        self._shown = shown
        self._outbox = outbox
        self._edition = edition
        self._number = number
        self._positions = positions
        self._moving = Moving(self.notifier, settings.id, number)
        self._pending: dict[PeerSubscription, dict[str, What]] = {}

    def subscribed(self, event: RequestReceived, found: Message | None, now: float) -> None:
        """A SUBSCRIBE with its body, None for one that can't be read. Refreshing and ending may come without one."""
        held = self.notifier.of_dialog(event.dialog)
        query = found if found is not None or held is None else held.query
        if isinstance(query, PtzPositionQuery) and self.pointing.may(query):
            if held is not None and held.topic != topic_of(query):
                self._endpoint.reply(event.transaction, 489, now=now)
                return
            made = self.notifier.asked(event, topic_of(query), query, now)
            if made is not None and held is None:
                self.notifier.notify(made, b"", now)
            return
        if not isinstance(query, SUBSCRIBED):
            status = 400 if query is None else 403 if isinstance(query, FORBIDDEN) else 489
            self._endpoint.reply(event.transaction, status, now=now)
            return
        leaves = held is not None and event.request.number("Expires") == 0
        if isinstance(query, PositionSubscription) and not self._positions() and not leaves:
            self._endpoint.reply(event.transaction, 403, now=now)
            return
        if held is not None and held.topic != query.CMD:
            self._endpoint.reply(event.transaction, 489, now=now)
            return
        if not self._known(query) and not leaves:
            self._endpoint.reply(event.transaction, 404, now=now)
            return
        answer = answer_of(query.CMD, query.sn, query.device_id, self._edition(), self._outbox.charset)
        made = self.notifier.asked(event, query.CMD, query, now, answer)
        if made is None or held is not None:
            return
        if query.CMD == "Catalog":
            # At once what is off (P.2.1.2.1): the subscriber takes all others for on.
            covered = self._covered(query)
            off = {id: What.OFF for id in self._shown.dark if covered(id)}
            if off:
                self._pending[made] = off
                self.pump(now)
                return
        self.notifier.notify(made, b"", now)

    def change(self, apply: Callable[[], Iterable[tuple[str, What]]]) -> list[tuple[str, What]]:
        """Let entries change by `apply` and keep what subscribers are to be told. `pump` sends it."""
        catalogs = [(held, held.query) for held in self.notifier.of_topic("Catalog")]
        covered = [(held, query, self._covered(query)) for held, query in catalogs if isinstance(query, CatalogQuery)]
        changes = list(apply())
        for held, query, before in covered:
            after = self._covered(query)
            for id, what in changes:
                if before(id) or after(id):
                    self._add(self._pending.setdefault(held, {}), id, what)
        return changes

    def pump(self, now: float) -> None:
        """Send each subscriber its next notice, where the one before was answered."""
        for held in list(self._pending):
            waiting = self._pending[held]
            while waiting and not held.over and held.outstanding is None and not held.waiting:
                body = self._notice(waiting)
                if body is not None:
                    self.notifier.notify(held, body, now)
            if held.over or not waiting:
                del self._pending[held]

    def alarm(self, alarm: AlarmNotice, now: float) -> int:
        """An alarm of an entry that is shown. How many subscriptions were told.

        Raises:
            Refused: its entry is not shown, or it can't be written for this upper.
        """
        if self._shown.find(alarm.device_id) is None:
            raise Gb28181Refused(
                "DeviceID", "is not shown to this upper", "forward alarms of what is shared with it alone"
            )
        made = replace(alarm, sn=self._number())
        if not self.notifier.of_topic("Alarm"):
            return int(self._settings.alarms_unasked and self._outbox.say(made, now))
        body = self._outbox.body(made)

        def about(held: PeerSubscription) -> bytes | None:
            query = held.query
            wanted = isinstance(query, AlarmSubscription) and _wanted(query, alarm)
            return body if wanted and self._covered(query)(alarm.device_id) else None

        return self.notifier.tell("Alarm", about, now)

    @property
    def follows(self) -> bool:
        """Whether the upper wants to know where what moves is."""
        return bool(self.notifier.of_topic(PositionSubscription.CMD))

    def positions(self, places: Sequence[LastPlace], now: float) -> int:
        """Where entries that are shown were last; of others nothing is told. How many notices were made. Where it may be told no more, subscriptions end.

        Raises:
            Refused: it can't be written for this upper.
        """
        if not self._positions():
            self._moving.end("rejected", now)
            return 0
        shown = [place for place in places if self._shown.channel(place.id) is not None]
        tcp = self._endpoint.platform.carrier == "TCP"
        return self._moving.tell(
            shown, lambda held: self._covered(held.query), self._outbox.body, self._edition(), tcp, now
        )

    def positions_sent(self) -> int:
        """How many of these notices went out since this was asked last."""
        return self._moving.sent()

    def end(self, now: float) -> None:
        """We leave: all subscriptions are over."""
        for one in self.notifier.all():
            self.notifier.end(one, "deactivated", now)
        self._pending.clear()

    def _known(self, query: CatalogQuery | AlarmSubscription | PositionSubscription) -> bool:
        own = self._settings.id
        centre = isinstance(query, AlarmSubscription) and query.device_id == own[:DOMAIN_LENGTH]
        return centre or query.device_id == own or self._shown.find(query.device_id) is not None

    def _covered(self, query: object) -> Callable[[str], bool]:
        """Which IDs a subscription is about: all for our own ID, else a subtree as it is now."""
        if not isinstance(query, SUBSCRIBED):
            return lambda _id: False
        own = self._settings.id
        if query.device_id in (own, own[:DOMAIN_LENGTH]):
            return lambda _id: True
        if self._shown.find(query.device_id) is None:
            return lambda id: id == query.device_id
        under = self._shown.under(query.device_id)
        return lambda id: id in under

    def _add(self, waiting: dict[str, What], id: str, what: What) -> None:
        """One more change of an entry: what it was to be told before is taken into account."""
        before = waiting.pop(id, None)
        whole = before in _FULL and what not in _FULL and what is not What.DEL
        waiting[id] = before if whole and before is not None else what

    def _notice(self, waiting: dict[str, What]) -> bytes | None:
        """The next notice, of as many entries as it has room for; they wait no more. None where nothing is left to be said of them."""
        tcp = self._endpoint.platform.carrier == "TCP"
        most, room = OVER_TCP if tcp else 1, self._outbox.room - (0 if tcp else _NOTICE_HEAD)
        found: list[CatalogItem] = []
        while waiting and len(found) < most:
            id = next(iter(waiting))
            item = self._item(id, waiting.pop(id))
            if item is not None:
                found.append(item)
        for level in range(4):
            if not found:
                return None
            sent = [item if not level else shorter(item, self._settings.id)[level - 1] for item in found]
            sent = [item if item.event in _FULL else _bare(item) for item in sent]
            notice = CatalogNotice(sn=self._number(), device_id=self._settings.id, sum_num=len(sent), items=tuple(sent))
            try:
                body = self._outbox.body(notice)
            except Gb28181Refused:
                continue
            if len(body) <= room or level == 3:
                return body
        return None

    def _item(self, id: str, what: What) -> CatalogItem | None:
        """What is told of an entry: whole where it came or changed, else what happened alone."""
        held = self._shown.find(id)
        if held is None:
            return CatalogItem(device_id=id, event=What.DEL)
        if what is What.DEL:
            return None  # it is back, and its coming waits by itself
        if what in _FULL:
            return replace(told(held, self._settings.id), event=what)
        if what in (What.ON, What.OFF):
            what = What.OFF if held.status is EntryStatus.OFF else What.ON
        return CatalogItem(device_id=id, event=what)


def _bare(item: CatalogItem) -> CatalogItem:
    return CatalogItem(device_id=item.device_id, event=item.event)


def _wanted(query: AlarmSubscription, alarm: AlarmNotice) -> bool:
    """Whether a subscriber wants this alarm."""
    if query.methods and alarm.method not in query.methods:
        return False
    priority = alarm.priority or 4
    return not query.start_priority or query.start_priority <= priority <= (query.end_priority or 4)
