"""Subscriptions of peers (RFC 6665; GB/T 28181-2016 §9.11): accepted, kept until they expire, told. Ours: `subscription.py`.

Peers disagree about the token in Event (``Catalog``, ``Catalog;id=…``, ``presence``): any is taken, and echoed as it came. What is subscribed to is
said by the body, which whoever uses this reads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from custodes.gb28181.agenda import Agenda
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.dialog import Dialog, DialogState
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import Got, RequestReceived
from custodes.gb28181.sip.subscription import LONGEST, XML, SubscriptionState
from custodes.gb28181.sip.transactions import Full

DEFAULT = 600
"""Seconds, where a peer names none (2016 P.2)."""

LEAST = 10
"""A shorter wish is answered by 423."""

LONGEST_EVENT = 128
MOST_WAITING = 1_000
"""Notices of one subscription that wait for the one before; then it is ended, for whoever misses one believes what is not so."""


class PeerSubscription:
    """One subscription of a peer.

    Attributes:
        peer: who holds it: the registered ID, or the host where no registrar asks.
        topic: what it is told of: `CmdType`, and of whom where each is told apart.
        user: whom it asked.
        event: the Event header as it came.
        query: what the body said, the caller's own.
        until: when it ends.
        sent: notices with a body that went out.
    """

    def __init__(self, peer: str, topic: str, user: str, event: str, query: object, dialog: Dialog) -> None:
        self.peer, self.topic, self.user = peer, topic, user
        self.event = event
        self.query = query
        self.dialog = dialog
        self.until = 0.0
        self.outstanding: ClientTransaction | None = None
        self.waiting: deque[bytes] = deque()
        self.sent = 0
        self.over = False


class Notifier:
    """All subscriptions that peers hold at one endpoint, bounded for each of them and in all."""

    def __init__(self, endpoint: Endpoint, of_peer: int = 32, most: int = 5_000) -> None:
        self._endpoint = endpoint
        self._of_peer, self._most = of_peer, most
        self._held: dict[int, PeerSubscription] = {}  # by the dialog's identity
        self._by_request: dict[ClientTransaction, PeerSubscription] = {}
        self._agenda: Agenda[PeerSubscription] = Agenda()

    def __len__(self) -> int:
        return len(self._held)

    @property
    def due(self) -> float | None:
        """When `tick` is to be called; None for never."""
        return self._agenda.next()

    def of_dialog(self, dialog: Dialog | None) -> PeerSubscription | None:
        """The one that this dialog is of; None where it is none's."""
        return self._held.get(id(dialog)) if dialog is not None else None

    def all(self) -> list[PeerSubscription]:
        """Those that stand, in the order in which they came."""
        return list(self._held.values())

    def of_topic(self, topic: str) -> list[PeerSubscription]:
        """Those that are to be told of it, in the order in which they came."""
        return [one for one in self._held.values() if one.topic == topic]

    def asked(
        self, event: RequestReceived, topic: str, query: object, now: float, answer: bytes = b""
    ) -> PeerSubscription | None:
        """A SUBSCRIBE, answered here; None where it was refused or ended what there was.

        Tell the one that is returned at once what is so, if only by an empty `notify` (RFC 6665 §4.2.1.2).

        Args:
            answer: the body of the 200: editions before 2022 want one (J.18, J.20).
        """
        request, reply = event.request, self._endpoint.reply
        name = request.headers.get("Event").strip() or "presence"
        if len(name) > LONGEST_EVENT or not name.isprintable():
            reply(event.transaction, 489, now=now)
            return None
        wished = request.number("Expires")
        seconds = min(DEFAULT if wished is None else wished, LONGEST)
        if 0 < seconds < LEAST:
            reply(event.transaction, 423, (("Min-Expires", str(LEAST)),), now=now)
            return None
        one = self.of_dialog(event.dialog)
        if event.dialog is not None and one is None:
            reply(event.transaction, 481, now=now)
            return None
        if one is None:
            one = self._made(event, topic, name, query)
            if one is None:
                reply(event.transaction, 503, (("Retry-After", str(DEFAULT)),), now=now)
                return None
        else:
            one.query, one.event = query, name
            one.dialog.refresh(request)
            one.dialog.peer = event.source
        fields = (("Expires", str(seconds)), ("Event", name), *((XML,) if answer else ()))
        reply(event.transaction, 200, fields, answer, now)
        one.until = now + seconds
        if not seconds:
            self.end(one, "timeout", now)
            return None
        self._agenda.set(one, one.until)
        return one

    def notify(self, one: PeerSubscription, body: bytes, now: float) -> None:
        """Tell one; after what it was told before is answered (Annex N). An empty body tells that it stands, and no more."""
        if one.over:
            return
        if len(one.waiting) >= MOST_WAITING:
            self.end(one, "noresource", now)
            return
        one.waiting.append(body)
        self._next(one, now)

    def take_back(self, one: PeerSubscription) -> int:
        """What waits for the notice before it is not sent. How many notices that were, the last of those given to `notify`."""
        count = len(one.waiting)
        one.waiting.clear()
        return count

    def tell(self, topic: str, body: Callable[[PeerSubscription], bytes | None], now: float) -> int:
        """Tell all of a topic: `body` makes what each is told, None for nothing. How many were told."""
        told = 0
        for one in self.of_topic(topic):
            text = body(one)
            if text is not None:
                self.notify(one, text, now)
                told += 1
        return told

    def end(self, one: PeerSubscription, reason: str, now: float) -> None:
        """End it, with a last notice that says why."""
        if not one.over:
            self._drop(one)
            self._send(one, b"", SubscriptionState("terminated", None, reason), now)

    def gone(self, peer: str) -> None:
        """A peer is gone: it is told nothing more."""
        for one in [one for one in self._held.values() if one.peer == peer]:
            self._drop(one)

    def got(self, event: Got, now: float) -> bool:
        """What became of a notice; False where it is none of ours. Who does not answer, or knows nothing of it, is told no more."""
        one = self._by_request.get(event.transaction)
        if one is None:
            return False
        if event.response is not None and event.response.status < 200:
            return True
        del self._by_request[event.transaction]
        one.outstanding = None
        if event.response is None or event.response.status in (404, 408, 410, 481):
            self._drop(one)
        else:
            self._next(one, now)
        return True

    def tick(self, now: float) -> None:
        """End what was not refreshed."""
        for one in self._agenda.take(now):
            self.end(one, "timeout", now)

    def _made(self, event: RequestReceived, topic: str, name: str, query: object) -> PeerSubscription | None:
        peer, user = event.device or event.source.host, event.request.to.uri.id
        # Whoever restarted, or never learned our tag, asks again outside of what there was: it is to be told once.
        for old in [o for o in self._held.values() if (o.peer, o.topic, o.user) == (peer, topic, user)]:
            self._drop(old)
        if len(self._held) >= self._most or sum(o.peer == peer for o in self._held.values()) >= self._of_peer:
            return None
        endpoint = self._endpoint
        dialog = Dialog.of_request(event.request, event.transaction.to_tag, event.source, endpoint.own)
        dialog.stage = DialogState.CONFIRMED
        if not endpoint.keep(dialog):
            return None
        made = PeerSubscription(peer, topic, user, name, query, dialog)
        self._held[id(dialog)] = made
        return made

    def _next(self, one: PeerSubscription, now: float) -> None:
        if one.outstanding is None and one.waiting and not one.over:
            left = max(0, round(one.until - now))
            body = one.waiting.popleft()
            sent = one.outstanding = self._send(one, body, SubscriptionState("active", left), now)
            if sent is None:
                self._drop(one)
            else:
                self._by_request[sent] = one
                one.sent += bool(body)

    def _send(
        self, one: PeerSubscription, body: bytes, state: SubscriptionState, now: float
    ) -> ClientTransaction | None:
        """None where too many requests are under way."""
        endpoint, peer = self._endpoint, one.dialog.peer
        fields = (
            ("Contact", endpoint.contact(peer)),
            ("Event", one.event),
            ("Subscription-State", str(state)),
            *((XML,) if body else ()),
        )
        request = one.dialog.request("NOTIFY", endpoint.address(peer), endpoint.branch(), fields, body)
        try:
            return endpoint.send(request, peer, now)
        except Full:
            return None

    def _drop(self, one: PeerSubscription) -> None:
        if not one.over:
            one.over = True
            one.waiting.clear()
            self._held.pop(id(one.dialog), None)
            self._endpoint.forget(one.dialog)
            self._agenda.drop(one)
            if one.outstanding is not None:
                self._by_request.pop(one.outstanding, None)
