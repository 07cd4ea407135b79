"""What goes to an upper outside of calls and subscriptions: messages within a bound, and answers in parts, one part at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from custodes.gb28181.cascade.hearing import HearingEndpoint
from custodes.gb28181.cascade.settings import UpperPlatformSettings
from custodes.gb28181.charset import Charset
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.frame import Message, Root, write_error, write_message
from custodes.gb28181.manscdp.paging import OVER_TCP, OVER_UDP
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.events import Got
from custodes.gb28181.sip.message import Request
from custodes.gb28181.sip.subscription import XML
from custodes.gb28181.sip.timers import NEVER
from custodes.gb28181.sip.transactions import Full

_OVER_TCP = 60_000
"""Octets of a body over TCP."""

_MARGIN = 24
"""Octets by which the head of a message may be longer than that of another: its words and numbers differ."""

_LEVELS = 4
"""An entry as it is, and ways of saying less."""

Write = Callable[[int, tuple[Any, ...]], Message]


class UpperOutbox:
    """Messages of ours to one upper.

    Args:
        edition: in which we talk with it.

    Attributes:
        charset: what it writes in, as far as it was heard or is known.
    """

    def __init__(
        self, endpoint: HearingEndpoint, settings: UpperPlatformSettings, edition: Callable[[], Edition]
    ) -> None:
        self.charset = settings.charset
        self._endpoint = endpoint
        self._settings = settings
        self._edition = edition
        self._under_way: dict[ClientTransaction, Callable[[bool], None]] = {}
        self._head = 0

    @property
    def full(self) -> bool:
        """As many are not acknowledged as are sent at once."""
        return len(self._under_way) >= self._settings.bounds.messages

    def hears(self, charset: Charset | None) -> None:
        """It wrote in this."""
        if self._settings.charset is None and charset is not None:
            self.charset = charset

    def body(self, message: Message) -> bytes:
        """The octets of a body.

        Raises:
            Refused: it can't be written for this upper.
        """
        return write_message(message, self._edition(), self.charset)

    def say(self, message: Message, now: float) -> bool:
        """Send a message; False where it can't be."""
        try:
            body = self.body(message)
        except Gb28181Refused:
            return False
        return self.send(body, now)

    def error(self, to: Message, now: float) -> bool:
        """Refuse a question or command by `Result` ERROR (§3.0); nothing for what asks for nothing."""
        if to.ROOT not in (Root.QUERY, Root.CONTROL) or not to.sn or not to.device_id:
            return False
        charset = self.charset or (Charset.GB18030 if self._edition() >= Edition.E2022 else Charset.GB2312)
        return self.send(write_error(to.ROOT, to.CMD, to.sn, to.device_id, charset), now)

    def send(self, body: bytes, now: float, done: Callable[[bool], None] = lambda _arrived: None) -> bool:
        """Send a body; `done` is told whether it arrived. False where there is no room."""
        if self.full:
            return False
        try:
            sent = self._endpoint.send(self._request(body), self._endpoint.platform, now)
        except Full:
            return False
        self._under_way[sent] = done
        return True

    def got(self, event: Got) -> bool:
        """What became of a message; False where it is none of ours."""
        done = self._under_way.get(event.transaction)
        if done is None:
            return False
        if event.response is not None and event.response.status < 200:
            return True
        del self._under_way[event.transaction]
        done(event.response is not None and event.response.status < 300)
        return True

    @property
    def room(self) -> int:
        """Octets of a body that a message has room for."""
        settings = self._settings
        if self._endpoint.platform.carrier == "TCP":
            return _OVER_TCP
        if not self._head:
            self._head = len(self._request(b"").encode()) + _MARGIN
        return settings.largest - self._head

    @property
    def of_part(self) -> int:
        """Entries of a part at most."""
        return self._settings.of_part or (OVER_TCP if self._endpoint.platform.carrier == "TCP" else OVER_UDP)

    def _request(self, body: bytes) -> Request:
        upper, platform = self._settings.upper, self._endpoint.platform
        return self._endpoint.request("MESSAGE", upper.server, platform, body, (XML,), upper.domain)


class Taking:
    """One answer in parts.

    Args:
        entries: gives all of it when its turn comes; none is written before its part is due; write: makes a body of a total and some entries; shorter: the same entry with less in it;
            ready: an entry as it is told.

    Attributes:
        question: what it answers.
    """

    def __init__(
        self,
        question: Message,
        entries: Callable[[], Sequence[Any]],
        write: Write,
        shorter: Callable[[Any], Sequence[Any]],
        ready: Callable[[Any], Any] = lambda entry: entry,
    ) -> None:
        self.question = question
        self._make = entries
        self._entries: Sequence[Any] = ()
        self._write = write
        self._shorter = shorter
        self._ready = ready
        self._next = 0
        self._begun = False

    @property
    def over(self) -> bool:
        """All parts were made; an empty answer has one."""
        return self._begun and self._next >= len(self._entries)

    def part(self, outbox: UpperOutbox) -> bytes:
        """The next part, as large as it may be.

        Raises:
            Refused: it can't be written for this upper at all.
        """
        if not self._begun:
            self._entries, self._begun = self._make(), True
        total, room = len(self._entries), outbox.room
        if not total:
            return outbox.body(self._write(0, ()))
        entry, body = self._fitting(outbox, self._entries[self._next], room)
        self._next += 1
        found, empty = [entry], len(outbox.body(self._write(total, ()))) if outbox.of_part > 1 else 0
        left = room - len(body)
        while len(found) < outbox.of_part and self._next < total:
            more, alone = self._fitting(outbox, self._entries[self._next], room)
            if len(alone) - empty > left:
                break
            left -= len(alone) - empty
            found.append(more)
            self._next += 1
        return body if len(found) == 1 else outbox.body(self._write(total, tuple(found)))

    def _fitting(self, outbox: UpperOutbox, entry: Any, room: int) -> tuple[Any, bytes]:
        """An entry that fits, or the shortest that there is."""
        found: tuple[Any, bytes] | None = None
        for level in range(_LEVELS):
            try:
                each = self._ready(entry) if not level else self._shorter(entry)[level - 1]
            except IndexError:
                break
            try:
                body = outbox.body(self._write(len(self._entries), (each,)))
            except Gb28181Refused:
                continue
            found = (each, body)
            if len(body) <= room:
                break
        if found is None:
            raise Gb28181Refused("entry", "can't be written", "give it an ID, a name and values of the standard")
        return found


class PagedSending:
    """Answers in parts: one is sent, the next part after the one before was acknowledged; few wait.

    Args:
        most: that wait; pause: seconds from one part to the next at least: an upper that answers at once and asks for ever takes no more of us.
    """

    def __init__(self, outbox: UpperOutbox, most: int, pause: float) -> None:
        self._outbox = outbox
        self._most = most
        self._pause = pause
        self._not_before = 0.0
        self._current: Taking | None = None
        self._outstanding = False
        self._waiting: list[Taking] = []

    def __len__(self) -> int:
        return len(self._waiting) + (self._current is not None)

    @property
    def due(self) -> float:
        """When `pump` has something to send."""
        waits = bool(self._waiting) or (self._current is not None and not self._current.over)
        return self._not_before if waits and not self._outstanding and not self._outbox.full else NEVER

    def add(self, taking: Taking) -> list[Message]:
        """Send it in its turn. Questions that get no answer for it: an older one about the same that waits, or this one where too many do."""
        same = (taking.question.CMD, taking.question.device_id)
        old = next((one for one in self._waiting if (one.question.CMD, one.question.device_id) == same), None)
        if old is not None:
            self._waiting[self._waiting.index(old)] = taking
            return [old.question]
        if len(self._waiting) >= self._most:
            return [taking.question]
        self._waiting.append(taking)
        return []

    def pump(self, now: float) -> None:
        """Send what can be sent."""
        while not self._outstanding:
            if self._current is None or self._current.over:
                self._current = self._waiting.pop(0) if self._waiting else None
            if self._current is None:
                return
            if self._outbox.full or now < self._not_before:
                return
            taking = self._current
            try:
                body = taking.part(self._outbox)
            except Gb28181Refused:
                self._current = None
                self._outbox.error(taking.question, now)
                continue
            self._outstanding = self._outbox.send(body, now, self._done)
            self._not_before = now + self._pause
            if not self._outstanding:
                self._current = None

    def stop(self) -> None:
        """The upper is not there: nothing waits any more."""
        self._current = None
        self._waiting.clear()

    def _done(self, arrived: bool) -> None:
        self._outstanding = False
        if not arrived:
            self._current = None  # the rest is not sent to somebody who is not there
