"""We as the lower platform of one upper: a core without sockets and clocks. Octets and moments in, octets and events out.

Whoever runs it gives octets to `endpoint` (`sip.transport.Transport` does), its events to `take_in`, calls `step` when `due` says so, takes what there is
to tell with `take`, and decides calls and questions. Nothing is shared before `show`, and no call is taken by itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence

from custodes.gb28181.cascade.calls import UpperCalls
from custodes.gb28181.cascade.events import BodyUnreadable, Event, UpperState, UpperStateChanged
from custodes.gb28181.cascade.hearing import HearingEndpoint
from custodes.gb28181.cascade.moving import LastPlace
from custodes.gb28181.cascade.notifications import UpperNotifications
from custodes.gb28181.cascade.questions import UpperQuestions
from custodes.gb28181.cascade.sending import UpperOutbox
from custodes.gb28181.cascade.settings import UpperPlatformSettings
from custodes.gb28181.cascade.shown import Shared, ShownEntries
from custodes.gb28181.cascade.standing import UpperRegistration
from custodes.gb28181.manscdp.alarm import AlarmNotice
from custodes.gb28181.manscdp.broadcast import FILE_END, MediaStatus
from custodes.gb28181.manscdp.control import DeviceControlAnswer
from custodes.gb28181.manscdp.frame import Message, Result
from custodes.gb28181.manscdp.incoming import BAD_REQUEST, take_in
from custodes.gb28181.manscdp.item import CatalogItem
from custodes.gb28181.manscdp.item import EntryEvent as What
from custodes.gb28181.manscdp.keepalive import Keepalive
from custodes.gb28181.manscdp.presets import PtzPosition
from custodes.gb28181.manscdp.records import RecordItem
from custodes.gb28181.manscdp.waiting import SerialNumbers
from custodes.gb28181.mansrtsp import MansrtspAnswer
from custodes.gb28181.sdp import MediaFormat
from custodes.gb28181.sip.call import CallEvent
from custodes.gb28181.sip.dialog import Dialog
from custodes.gb28181.sip.events import CallOffered, Got, RequestReceived
from custodes.gb28181.sip.events import Event as Heard
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.server_transaction import ServerTransaction
from custodes.gb28181.sip.timers import NEVER

_GONE = frozenset({UpperState.REFUSED, UpperState.SILENT, UpperState.LEFT})


class Lower:
    """We, as one upper platform knows us. Each upper has a `Lower` of its own: IDs, characters, numbers, subscriptions and calls are its alone.

    Args:
        token: makes unguessable words of at least 64 bits; chance: a number from 0 to 1.
        positions: whether this upper may be told where what moves is, at this moment.

    Attributes:
        endpoint: SIP of this upper.
        standing: how we stand with it.
        calls: its calls; questions: what it asks; telling: what it subscribed to.
    """

    def __init__(
        self,
        settings: UpperPlatformSettings,
        token: Callable[[], str],
        chance: Callable[[], float],
        positions: Callable[[], bool] = lambda: False,
    ) -> None:
        self.settings = settings
        self.endpoint = HearingEndpoint(settings, token)
        self.standing = UpperRegistration(self.endpoint, settings, token, chance, self._keepalive)
        self._shown = ShownEntries(settings.id)
        self._outbox = UpperOutbox(self.endpoint, settings, lambda: self.standing.edition)
        self._numbers = SerialNumbers()
        self._events: list[Event] = []
        self._serial = itertools.count(1)
        self.calls = UpperCalls(self.endpoint, settings, self._shown, self._events.append, self._count)
        self.questions = UpperQuestions(settings, self._shown, self._outbox, self._events.append, self._count)
        self.telling = UpperNotifications(
            self.endpoint,
            settings,
            self._shown,
            self._outbox,
            lambda: self.standing.edition,
            self._numbers.next,
            positions,
        )

    @property
    def due(self) -> float:
        """When `step` is to be called; the endpoint has its own."""
        moments = (self.standing.due, self.telling.notifier.due, self.calls.due, self.questions.due)
        return min((moment for moment in moments if moment is not None), default=NEVER)

    @property
    def platform(self) -> Peer:
        """Where the upper is reached; set it when a connection to it was made."""
        return self.endpoint.platform

    @platform.setter
    def platform(self, peer: Peer) -> None:
        self.endpoint.platform = peer

    @property
    def orphans(self) -> int:
        """Entries that are shown without the parent that they name: many uppers draw nothing of them."""
        return self._shown.orphans

    def take(self) -> list[Event]:
        """What there is to tell; it counts as told from now on."""
        found = self._events[:]
        self._events.clear()
        return found

    # Time and events

    def step(self, now: float) -> None:
        """Whatever is due."""
        self._stood(self.standing.step(now), now)
        self.telling.notifier.tick(now)
        self.calls.step(now)
        self._pump(now)

    def take_in(self, event: Heard, now: float, wall_us: int) -> None:
        """An event of the endpoint. Never raises for what the upper sent.

        Args:
            wall_us: the time of day, microseconds UTC, for the clock that DeviceStatus tells.
        """
        match event:
            case Got():
                self._got(event, now)
            case RequestReceived():
                self._asked(event, now, wall_us)
            case CallOffered():
                known = self.standing.state is UpperState.REGISTERED
                if known and self._trusted(event.request.sender.uri.user):
                    self.calls.offered(event, now)
                else:
                    event.call.refuse(403, now)
            case CallEvent():
                if not self.calls.told(event, now) and event.transaction is not None:
                    self._inside(event.transaction, now, wall_us)
        self._pump(now)

    def leave(self, now: float) -> None:
        """Unregister; calls and subscriptions are over."""
        self.calls.end("left", now)
        self.questions.stop()
        self.telling.end(now)
        self._stood(self.standing.leave(now), now)

    def disconnected(self, now: float) -> None:
        """The TCP connection to the upper broke (the endpoint is told by `lost`): calls end, we register anew."""
        self.calls.end("silent", now)
        self._stood(self.standing.disconnected(now), now)

    # What is shared

    def show(self, shared: Shared, now: float) -> None:
        """Show these entries and no others; subscribers are told of what differs, calls to what is gone end.

        Raises:
            Refused: entries that can't be told apart or sent; what was shown before stays.
        """
        self._changed(lambda: self._shown.put(shared.entries()), now)

    def changed(self, entries: Iterable[CatalogItem], now: float) -> None:
        """What happened to entries, each with its `event`.

        Raises:
            Refused: an entry that can't be sent; nothing is changed then.
        """
        self._changed(lambda: self._shown.change(entries), now)

    def shows(self, channel: str) -> bool:
        """Whether this upper is shown a channel now."""
        return self._shown.channel(channel) is not None

    def alarm(self, alarm: AlarmNotice, now: float) -> int:
        """Forward an alarm in this upper's IDs. How many subscriptions were told.

        Raises:
            Refused: its entry is not shown, or it can't be written for this upper.
        """
        return self.telling.alarm(alarm, now)

    def steered(self, channel: str) -> None:
        """The upper's hand is on a camera, by leave that was decided: it may subscribe to where that points until `unsteered`."""
        self.telling.pointing.begin(channel)

    def unsteered(self, channel: str, now: float) -> None:
        """It is not any more: such subscriptions end."""
        self.telling.pointing.end(channel, now)

    def points(self, channel: str) -> float | None:
        """Each how many seconds the upper wants to be told where a camera points; None where it did not subscribe."""
        return self.telling.pointing.wanted(channel)

    def pointing(self, position: PtzPosition, now: float) -> int:
        """Tell where a camera points, in this upper's IDs. How many subscriptions were told.

        Raises:
            Refused: it can't be written for this upper.
        """
        return self.telling.pointing.tell(position, now)

    def positions(self, places: Sequence[LastPlace], now: float) -> int:
        """Tell where entries were last, in this upper's IDs. How many notices were made; what waits is taken back by the next round (`telling.positions_sent`).

        Raises:
            Refused: it can't be written for this upper.
        """
        return self.telling.positions(places, now)

    # What is decided

    def answer(
        self,
        call: int,
        ssrc: int,
        address: str,
        port: int,
        now: float,
        format: MediaFormat | None = None,
        size: int | None = None,
    ) -> bool:
        """Take a call (`UpperCalls.answer`): media may go when `Started` comes. False where it is over by now.

        Raises:
            Refused: an address, a port or a number that can't be right.
        """
        return self.calls.answer(call, ssrc, address, port, now, format, size)

    def refuse(self, call: int, status: int, why: str, now: float) -> bool:
        """Refuse a call. False where it is over by now.

        Raises:
            Refused: no status of a refusal.
        """
        return self.calls.refuse(call, status, why, now)

    def hang_up(self, call: int, why: str, now: float) -> bool:
        """End a call: its grant ended, or the stream did. False where it is over by now."""
        return self.calls.hang_up(call, why, now)

    def dialog(self, call: int) -> Dialog | None:
        """The dialog of a call, for whoever keeps it to end it after a crash; None where there is none."""
        return self.calls.dialog(call)

    def finished(self, call: int, now: float) -> None:
        """A recording was sent to its end: the upper is told (MediaStatus 121) and ends the call; we do when it does not."""
        channel = self.calls.finished(call, now)
        if channel:
            self._outbox.say(MediaStatus(sn=self._numbers.next(), device_id=channel, notify_type=FILE_END), now)

    def controlled(self, control: int, answer: MansrtspAnswer, now: float) -> bool:
        """What became of a step in a recording. False where nobody waits any more.

        Raises:
            Refused: an answer that can't be written.
        """
        return self.calls.controlled(control, answer, now)

    def reply(self, question: int, answer: Message | Sequence[RecordItem] | None, now: float) -> bool:
        """Answer a question, None for a command that was done (`UpperQuestions.answer`). False where nobody waits any more.

        Raises:
            Refused: an answer to something else, or one that can't be written for this upper.
        """
        return self.questions.answer(question, answer, now)

    def deny(self, question: int, now: float, reason: str = "") -> bool:
        """Refuse a question; a command with a reason where it is to have one. False where nobody waits any more."""
        return self.questions.denied_by_owner(question, now, reason)

    def refuse_late(self, channel: str, sn: int, reason: str, now: float) -> None:
        """Say of a command that was taken that nothing follows from it any more."""
        no = DeviceControlAnswer(sn=sn, device_id=channel, result=Result.ERROR, reason=reason)
        self._outbox.say(no, now)

    # Within

    def _got(self, event: Got, now: float) -> None:
        stood = self.standing.got(event, now)
        if stood is not None:
            self._stood(stood, now)
        elif not self._outbox.got(event):
            self.telling.notifier.got(event, now)

    def _asked(self, event: RequestReceived, now: float, wall_us: int) -> None:
        request, transaction = event.request, event.transaction
        if not self._trusted(request.sender.uri.user):
            self.endpoint.reply(transaction, 403, now=now)
        elif request.method == "SUBSCRIBE":
            found = take_in(request.body, self.standing.edition).message
            if found is not None:
                self._outbox.hears(found.charset)
            self.telling.subscribed(event, found, now)
        else:
            self._inside(transaction, now, wall_us)

    def _inside(self, transaction: ServerTransaction, now: float, wall_us: int) -> None:
        """A MESSAGE, in a call or outside of all."""
        request = transaction.request
        if request is None:
            return
        if request.method != "MESSAGE":
            self.endpoint.reply(transaction, 405, now=now)
            return
        if self._outbox.full:
            # What is asked now could not be answered: it asks again when it has acknowledged what it was sent.
            self.endpoint.reply(transaction, 503, (("Retry-After", "5"),), now=now)
            return
        found = take_in(request.body, self.standing.edition)
        self.endpoint.reply(transaction, found.status, now=now)
        message = found.message
        if found.status == BAD_REQUEST:
            self.questions.denied += 1
            self._events.append(BodyUnreadable(str(found.refusal)))
        if message is not None:
            self._outbox.hears(message.charset)
        if message is not None and (found.answer is None or isinstance(message, AlarmNotice)):
            # Alarms and notices of an upper are heard and mean nothing: it has nothing to tell of what is ours.
            self.questions.asked(message, now, wall_us)
        elif found.answer is not None:
            self.questions.denied += 1
            self._outbox.send(found.answer, now)

    def _trusted(self, user: str) -> bool:
        """Whether a request is the upper's, and comes while it knows us or is about to."""
        return user == self.settings.upper.server and self.standing.heard

    def _stood(self, stood: Sequence[UpperStateChanged], now: float) -> None:
        for one in stood:
            if one.state in _GONE:
                # Both sides end what they share when one does not hear the other (2016 Annex M).
                self.calls.end("silent", now)
                self.questions.stop()
            self._events.append(one)

    def _changed(self, apply: Callable[[], list[tuple[str, What]]], now: float) -> None:
        gone = {id for id, what in self.telling.change(apply) if what is What.DEL}
        if gone:
            self.calls.hide(gone, now)
            self.questions.hide(gone, now)
            for channel in gone:
                self.unsteered(channel, now)
        self._pump(now)

    def _pump(self, now: float) -> None:
        self.questions.step(now)
        if self.standing.state is UpperState.REGISTERED:
            self.telling.pump(now)

    def _keepalive(self, sn: int) -> bytes:
        return self._outbox.body(Keepalive(sn=sn, device_id=self.settings.id))

    def _count(self) -> int:
        return next(self._serial)
