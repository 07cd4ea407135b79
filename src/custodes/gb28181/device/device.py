"""A device of GB/T 28181 as a core without sockets and clocks: it registers, answers, streams a film, turns, tells and can be faulty.

Whoever runs it gives octets to `endpoint` (`sip.transport.Transport` does), its events to `take_in`, calls `step` when `due` says so, and sends what
`media` gives: datagrams from the port `Outlet.own`, or octets over a connection whose coming and going it tells by `connected`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from custodes.gb28181.charset import Charset, charset_for
from custodes.gb28181.device.answers import DeviceAnswers, Parts, Unsupported, spoken
from custodes.gb28181.device.calls import DeviceCalls, MediaOctets
from custodes.gb28181.device.looped_film import LoopedFilm
from custodes.gb28181.device.notifications import DeviceNotifications
from custodes.gb28181.device.ptz import SimulatedPtz
from custodes.gb28181.device.quirks import FaultyEndpoint, Quirk, body_of
from custodes.gb28181.device.settings import SimulatedChannel, SimulatedDeviceSettings
from custodes.gb28181.device.speech import MOST_AT_ONCE
from custodes.gb28181.device.stream import SimulatedStream
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.alarm import AlarmMethod
from custodes.gb28181.manscdp.broadcast import FILE_END, Broadcast, BroadcastAnswer, MediaStatus
from custodes.gb28181.manscdp.config import DeviceConfig
from custodes.gb28181.manscdp.control import DeviceControl
from custodes.gb28181.manscdp.frame import Message, Result, Root, write_error
from custodes.gb28181.manscdp.incoming import take_in
from custodes.gb28181.manscdp.item import CatalogItem
from custodes.gb28181.manscdp.item import EntryEvent as What
from custodes.gb28181.manscdp.keepalive import Faulty, Keepalive
from custodes.gb28181.manscdp.paging import PagedAnswer
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.call import CallEvent
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.events import CallOffered, Event, Got, RequestReceived
from custodes.gb28181.sip.message import Request, Response
from custodes.gb28181.sip.registering import Registering, RegistrationNews, RegistrationStanding
from custodes.gb28181.sip.server_transaction import ServerTransaction
from custodes.gb28181.sip.subscription import XML
from custodes.gb28181.sip.timers import NEVER
from custodes.gb28181.sip.transactions import Full

MOST_ANSWERS = 16
"""Answers in parts that are sent at once; a further question is answered by ERROR."""


class _Paged:
    """An answer in parts while it is sent."""

    def __init__(self, parts: Parts, of_part: int) -> None:
        self.sending: PagedAnswer[object] = PagedAnswer(parts.entries, of_part)
        self.write = parts.write


class SimulatedDevice:
    """One simulated device.

    Args:
        film: what a channel shows, by its ID; live it goes round for ever, a recording has it from its beginning.
        token: makes unguessable words; chance: a number from 0 to 1.

    Attributes:
        registering: how it stands with the platform.
        news: what became of the registration, the last hundred.
        answers: what it was told and remembers.
        calls: its streams.
        offline: channels that are.
        platform: where the platform is reached; set it anew when a connection to it was made again.
    """

    def __init__(
        self,
        settings: SimulatedDeviceSettings,
        film: Callable[[str], LoopedFilm],
        token: Callable[[], str],
        chance: Callable[[], float],
    ) -> None:
        self.settings = settings
        upper = settings.upper
        own = upper.contact
        self.endpoint = FaultyEndpoint(settings.id, settings.id[:10], lambda _peer: own, token)
        self.endpoint.quirks = settings.quirks
        self.channels: dict[str, SimulatedChannel] = {one.id: one for one in settings.channels}
        self.offline: set[str] = set()
        self.platform = settings.platform
        self.answers = DeviceAnswers(settings, self.channels, self.offline)
        self.telling = DeviceNotifications(self.endpoint, settings, self.channels, self.offline, self._body, self._say)
        self.notifier = self.telling.notifier
        self.calls = DeviceCalls(
            self.endpoint,
            settings,
            self.channels.get,
            lambda id: id not in self.offline,
            film,
            self._recording_over,
            lambda: self.platform,
        )
        self.registering = Registering(upper, token, chance, self._keepalive if settings.keepalive else None)
        self.news: list[RegistrationNews] = []
        self.alarms_answered = 0
        self._charset: Charset | None = settings.charset
        self._parts: list[_Paged] = []
        self._outstanding: dict[ClientTransaction, _Paged | None] = {}
        self._registering: set[ClientTransaction] = set()
        self._now = 0.0
        self._wall_us = 0

    @property
    def due(self) -> float:
        """When `step` or `media` is to be called; the endpoint has its own."""
        telling = self.telling.due if self.registering.standing is RegistrationStanding.IN else None
        moments = (self.registering.due, self.notifier.due, telling, self.calls.due())
        return min((moment for moment in moments if moment is not None), default=NEVER)

    @property
    def edition(self) -> Edition:
        """In which it talks with the platform."""
        return spoken(self.settings.upper.edition, self.registering.edition)

    @property
    def streams(self) -> list[tuple[str, SimulatedStream]]:
        """Channel and stream of each call."""
        return self.calls.streams

    def head(self, channel: str) -> SimulatedPtz:
        """Where a channel points."""
        return self.answers.head(channel)

    # Time and events

    def step(self, now: float, wall_us: int) -> None:
        """Whatever is due, but for media."""
        self._now, self._wall_us = now, wall_us
        self._register(self.registering.step(now))
        self.notifier.tick(now)
        if self.registering.standing is RegistrationStanding.IN:
            self.telling.step(self.edition, now, wall_us)
        self._page()

    def media(self, now: float) -> list[MediaOctets]:
        """What is to be sent to receivers of media at this moment."""
        self._now = now
        return self.calls.media(now)

    def connected(self, own: int, stands: bool = True) -> None:
        """The connection of the stream at our port stands, or does no longer."""
        self.calls.connected(own, stands)

    def unusable(self, own: int, now: float) -> None:
        """Our port can't be had: its call ends, and it is given to no other."""
        self._now = now
        self.calls.unusable(own, now)

    def unreached(self, own: int, now: float) -> None:
        """The receiver can't be reached from our port: the call ends."""
        self._now = now
        self.calls.unreached(own, now)

    def take_in(self, event: Event, now: float, wall_us: int) -> None:
        """An event of the endpoint."""
        self._now, self._wall_us = now, wall_us
        match event:
            case Got():
                self._got(event)
            case RequestReceived():
                self._asked(event)
            case CallOffered():
                if event.source.host == self.platform.host:
                    self.calls.offered(event, now)
                else:
                    event.call.refuse(403, now)
            case CallEvent():
                if not self.calls.told(event, now) and event.transaction is not None:
                    self._inside(event.transaction)
        self._page()

    def leave(self, now: float) -> None:
        """Unregister; calls and subscriptions are over."""
        self._now = now
        self.calls.hang_up("", now)
        self.telling.end(now)
        self._register(self.registering.leave())

    def disconnected(self, now: float) -> None:
        """The TCP connection to the platform broke (the endpoint is told by `lost`): calls end, it registers anew."""
        self._now = now
        self.calls.hang_up("", now)
        self.news = [*self.news, *self.registering.disconnected(now)][-100:]

    # What its owner does

    def switch(self, channel: str, online: bool, now: float) -> None:
        """A channel fails, or comes back: told to whoever subscribed to the catalog."""
        self._now = now
        if (channel not in self.offline) is online or channel not in self.channels:
            return
        (self.offline.discard if online else self.offline.add)(channel)
        if not online:
            self.calls.hang_up(channel, now)
        self.telling.catalog(CatalogItem(device_id=channel, event=What.ON if online else What.OFF), now)

    def add(self, channel: SimulatedChannel, now: float) -> None:
        """A channel comes, or changes."""
        self._now = now
        event = What.UPDATE if channel.id in self.channels else What.ADD
        self.channels[channel.id] = channel
        item = channel.item(self.settings.id, channel.id not in self.offline)
        self.telling.catalog(replace(item, event=event), now)

    def remove(self, channel: str, now: float) -> None:
        """A channel goes."""
        self._now = now
        if self.channels.pop(channel, None) is not None:
            self.calls.hang_up(channel, now)
            self.telling.catalog(CatalogItem(device_id=channel, event=What.DEL), now)

    def alarm(self, channel: str, method: int, kind: int, priority: int, at: datetime, now: float) -> bool:
        """Raise an alarm: to subscribers, where there are none as a message. False while the last one of method 2 waits for its reset."""
        self._now = now
        if method == AlarmMethod.DEVICE and self.settings.expects_reset:
            if self.answers.alarm_held:
                return False
            self.answers.alarm_held = True
        self.telling.alarm(channel, method, kind, priority, at, now)
        return True

    def moved(self, longitude: float, latitude: float, at: datetime, now: float) -> int:
        """It is here: told to whoever subscribed to its position. How many were."""
        self._now = now
        return self.telling.moved(longitude, latitude, at, now)

    # Within: what comes

    def _asked(self, event: RequestReceived) -> None:
        request, transaction = event.request, event.transaction
        if event.source.host != self.platform.host:
            self.endpoint.reply(transaction, 403, now=self._now)
        elif request.method == "SUBSCRIBE":
            found = take_in(request.body, self.edition).message
            self.telling.subscribed(event, found, self.edition, self._charset, self._now)
        elif request.method == "MESSAGE":
            self._inside(transaction)
        else:
            self.endpoint.reply(transaction, 405, now=self._now)

    def _inside(self, transaction: ServerTransaction) -> None:
        """A MESSAGE, in a call or outside of all."""
        request = transaction.request
        if request is None:
            return
        found = take_in(request.body, self.edition)
        self.endpoint.reply(transaction, found.status, now=self._now)
        if found.message is not None and found.message.charset is not None and self.settings.charset is None:
            self._charset = found.message.charset
        if found.answer is not None:
            self._send(found.answer)
        elif found.message is not None:
            self._act(found.message)

    def _act(self, message: Message) -> None:
        if isinstance(message, Broadcast):
            self._broadcast(message)
            return
        if message.CMD == "Alarm" and message.ROOT is Root.RESPONSE:
            self.alarms_answered += 1
        if message.ROOT not in (Root.QUERY, Root.CONTROL):
            return
        try:
            answer = self.answers.of(message, self._now, self._wall_us)
            if isinstance(message, DeviceConfig):
                self._follow()
            if isinstance(answer, Parts) and len(self._parts) >= MOST_ANSWERS:
                raise Unsupported
        except Unsupported:
            self._send(
                write_error(
                    message.ROOT, message.CMD, message.sn, message.device_id, charset_for(self.edition, self._charset)
                )
            )
            return
        if isinstance(message, DeviceControl):
            self._controlled(message)
        if isinstance(answer, Parts):
            self._parts.append(_Paged(answer, self.settings.of_part))
        elif isinstance(answer, list):
            for one in answer:
                self._say(one)
        elif answer is not None:
            self._say(answer)

    def _follow(self) -> None:
        """It was set: its keepalives and its registration are by what stands now."""
        interval, misses, expires = self.answers.configured.pace
        registering = self.registering
        if (interval, misses, expires) != (registering.interval, registering.misses, registering.expires):
            registering.follow(interval, misses, expires, self._now)

    def _controlled(self, message: DeviceControl) -> None:
        if message.key_frame is not None:
            self.calls.key(message.device_id, self._now)
        elif message.command in ("ptz", "precise", "drag_in", "drag_out"):
            self.telling.pointing(message.device_id, self.head(message.device_id), self._now)

    def _broadcast(self, message: Broadcast) -> None:
        quirks = self.settings.quirks
        channel = message.target in self.channels and Quirk.SPEECH_BY_DEVICE not in quirks
        ours = message.target == self.settings.id or channel
        taken = ours and Quirk.SPEECH_REFUSED not in quirks and len(self.calls.ears) < MOST_AT_ONCE
        result = Result.OK if taken else Result.ERROR
        self._say(BroadcastAnswer(sn=message.sn, device_id=message.target, result=result))
        if taken and Quirk.SPEECH_NO_CALL not in quirks:
            self.calls.speak(message.source, message.target, self._now)

    def _got(self, event: Got) -> None:
        transaction, response, now = event.transaction, event.response, self._now
        if self.notifier.got(event, now) or (response is not None and response.status < 200):
            return
        if transaction in self._registering:
            self._registering.discard(transaction)
            self._registered(transaction.request, response)
            return
        paged = self._outstanding.pop(transaction, None)
        if paged is not None:
            arrived = response is not None and 200 <= response.status < 300
            (paged.sending.acknowledged if arrived else paged.sending.unanswered)()

    def _registered(self, request: Request, response: Response | None) -> None:
        if response is None:
            news = self.registering.unanswered(request, self._now)
        else:
            more, news = self.registering.answered(request, response, self._now)
            self._register(more)
        self.news = [*self.news, *news][-100:]

    # Within: what goes

    def _register(self, requests: Sequence[Request]) -> None:
        for request in requests:
            try:
                self._registering.add(self.endpoint.send(request, self.platform, self._now))
            except Full:
                return

    def _page(self) -> None:
        for one in list(self._parts):
            part = one.sending.next()
            if part is not None:
                sent = self._say(one.write(part.sum_num, part.entries))
                if sent is None:
                    one.sending.unanswered()
                else:
                    self._outstanding[sent] = one
            if one.sending.over:
                self._parts.remove(one)

    def _say(self, message: Message) -> ClientTransaction | None:
        try:
            return self._send(self._body(message))
        except Gb28181Refused:
            return None

    def _send(self, body: bytes) -> ClientTransaction | None:
        server = self.settings.upper.server
        request = self.endpoint.request("MESSAGE", server, self.platform, body, (XML,))
        try:
            return self.endpoint.send(request, self.platform, self._now)
        except Full:
            return None

    def _body(self, message: Message) -> bytes:
        return body_of(message, self.settings.quirks, self.edition, self._charset)

    def _keepalive(self, sn: int) -> bytes:
        faulty = Faulty(devices=tuple(sorted(self.offline))) if self.offline else None
        return self._body(Keepalive(sn=sn, device_id=self.settings.id, faulty=faulty))

    def _recording_over(self, channel: str) -> None:
        self._say(MediaStatus(sn=self.telling.number(), device_id=channel, notify_type=FILE_END))
