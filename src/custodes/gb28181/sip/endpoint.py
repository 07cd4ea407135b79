"""One SIP endpoint: transactions, dialogs, calls and, on a platform, the registrar, behind one door. Sans-I/O.

Whatever a peer sends is answered or dropped by a rule of `door.py` or of `_admit`; docs/design/gb28181.md lists them. Time is an argument: `receive` and
`tick` take it, and what is asked of the endpoint in between happens at the moment that it was told last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from custodes.gb28181.agenda import Agenda
from custodes.gb28181.sip.answering import answer
from custodes.gb28181.sip.call import CallEvent, SipCall
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.dialog import Dialog, Dialogs
from custodes.gb28181.sip.events import CallOffered, Event, Got, RequestReceived
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Message, Request, Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registrar import Registrar, RegistrationChange
from custodes.gb28181.sip.request_rules import ACCEPT, ALLOW, objection, rejection
from custodes.gb28181.sip.server_transaction import ServerTransaction
from custodes.gb28181.sip.timers import NEVER
from custodes.gb28181.sip.transactions import (
    ROOM,
    Answered,
    Arrived,
    Full,
    Output,
    Send,
    TransactionRoom,
    Transactions,
    Unanswered,
)
from custodes.gb28181.sip.writing import RequestWriter

_NOBODY = object()  # the owner of BYE and CANCEL: what is answered to them changes nothing


class Endpoint:
    """One server or one user agent.

    Args:
        id: our own ID.
        domain: our SIP domain.
        contacts: the address that is written into Via and Contact, by how a peer is reached.
        token: makes unguessable words of at least 64 bits.
        registrar: of a platform; then only registered peers get further than the door.
        trusted: IDs that need no registration: uppers that we registered with.

    Attributes:
        dropped: what was neither answered nor handed up, by reason.
        request: writes a request outside of all dialogs, ready to be sent or called with (`RequestWriter.request`).
        contact: our Contact as a peer sees it.
    """

    def __init__(
        self,
        id: str,
        domain: str,
        contacts: Callable[[Peer], Peer],
        token: Callable[[], str],
        registrar: Registrar | None = None,
        trusted: Callable[[str, Peer], bool] = lambda _id, _peer: False,
        room: TransactionRoom = ROOM,
        most_dialogs: int = 20_000,
    ) -> None:
        self.id = id
        self.domain = domain
        self.own = frozenset((id, domain))
        self.dropped: Counter[str] = Counter()
        self.registrar = registrar
        self._writer = RequestWriter(id, domain, contacts, token)
        self.request = self._writer.request
        self.contact = self._writer.contact
        self.call_id = self._writer.call_id
        self._contacts = contacts
        self._token = token
        self._trusted = trusted
        self._transactions = Transactions(token, room)
        self._dialogs = Dialogs(most_dialogs)
        self._calls: dict[int, SipCall] = {}  # by the dialog's identity
        self._agenda: Agenda[SipCall] = Agenda()
        self._now = 0.0
        self._sends: list[Send] = []
        self._events: list[Event] = []

    @property
    def counts(self) -> dict[str, int]:
        """How much is kept."""
        servers, clients = self._transactions.counts
        return {"servers": servers, "clients": clients, "dialogs": len(self._dialogs), "calls": len(self._calls)}

    @property
    def refusals(self) -> Counter[str]:
        """What was dropped or refused, here and below, by reason."""
        found = self.dropped + self._transactions.dropped
        return found + self.registrar.refused if self.registrar is not None else found

    @property
    def answered(self) -> int:
        """Requests of ours that got their final answer."""
        return self._transactions.answered

    def due(self) -> float | None:
        """When `tick` is to be called; None for never."""
        moments = [self._transactions.due(), self._agenda.next()]
        if self.registrar is not None:
            moments.append(self.registrar.due())
        return min((moment for moment in moments if moment is not None), default=None)

    def take(self) -> tuple[list[Send], list[Event]]:
        """What is to be sent and what is to be known; it counts as taken from now on."""
        sends, events = self._sends, self._events
        self._sends, self._events = [], []
        return sends, events

    # In

    def receive(self, message: Message, source: Peer, now: float, wall_us: int) -> None:
        """A message as it was read. Never raises for its content."""
        self._now = now
        try:
            message.check()
        except Malformed as error:
            self.malformed(error, source)
            return
        self._take(self._transactions.receive(message, source, now), wall_us)

    def malformed(self, error: Malformed, source: Peer) -> None:
        """Octets that are no message, or a message that breaks a rule: 400 where a request can be answered, nothing otherwise."""
        self.dropped[error.fault.value] += 1
        rejected = rejection(error, source, self._token())
        if rejected is None:
            return
        try:
            self._sends.append(Send(rejected[0], rejected[1].encode()))
        except Malformed:
            self.dropped["unanswerable"] += 1

    def lost(self, connection: int, now: float) -> None:
        """A TCP connection is gone."""
        self._now = now
        if not connection:
            return
        if self.registrar is not None:
            self._changed(self.registrar.lost(connection))
        self._take(self._transactions.lost(connection), 0)

    def withdraw(self, device: str, now: float) -> None:
        """A device may not be registered any more: its registration and its calls end."""
        self._now = now
        if self.registrar is not None:
            self._changed(self.registrar.remove(device))

    def tick(self, now: float, wall_us: int = 0) -> None:
        """Whatever is due."""
        self._now = now
        self._take(self._transactions.tick(now), wall_us)
        for call in self._agenda.take(now):
            call.fire(now)
            self.watch(call)
        if self.registrar is not None:
            self._changed(self.registrar.tick(now))

    def _changed(self, changes: list[RegistrationChange]) -> None:
        """Who restarted or is gone has no calls any more (2016 Annex M)."""
        self._events += changes
        for change in changes:
            known = self.registrar.find(change.id) if self.registrar is not None else None
            if change.what in ("restarted", "offline", "gone") and change.peer is not None:
                for call in self.calls_of(change.id):
                    if known is not None:  # where it registered now: nobody is at the old address any more
                        call.moved(known.peer)
                    call.hang_up(change.what, self._now)
            elif change.what == "moved" and known is not None:
                for call in self.calls_of(change.id):
                    call.moved(known.peer)

    def _take(self, outputs: list[Output], wall_us: int) -> None:
        for output in outputs:
            match output:
                case Send():
                    self._sends.append(output)
                case Arrived():
                    self._admit(output, wall_us)
                case Answered(transaction, response, _source):
                    if isinstance(transaction.owner, SipCall):
                        transaction.owner.answered(response, self._now)
                        self.watch(transaction.owner)
                    elif transaction.owner is not _NOBODY:
                        self._events.append(Got(transaction, response))
                case Unanswered(transaction, why):
                    if isinstance(transaction.owner, SipCall):
                        transaction.owner.unanswered(why)
                        self.watch(transaction.owner)
                    elif transaction.owner is not _NOBODY:
                        self._events.append(Got(transaction, None, why))

    # The door

    def _admit(self, arrived: Arrived, wall_us: int) -> None:
        request, source, transaction = arrived.request, arrived.source, arrived.transaction
        if transaction is None:
            self._acknowledge(request, source)
            return
        against = objection(request)
        if against is not None:
            self._refuse(transaction, *against)
            return
        method = request.method
        if method == "REGISTER":
            self._register(transaction, source, wall_us)
        elif method == "CANCEL":
            self._cancel(request, transaction, source)
        elif method == "OPTIONS" and not request.to.tag:
            self.reply(transaction, 200, (("Allow", ALLOW), ("Accept", ACCEPT)))
            self._sender(request, source)
        elif (device := self._sender(request, source)) is None:
            self._refuse(transaction, 403, "stranger")
        else:
            self._inside(request, transaction, source, device)

    def _sender(self, request: Request, source: Peer) -> str | None:
        """The registered ID that a request comes from, which counts as heard; None for somebody who may not be spoken with."""
        if self.registrar is None:
            return ""
        if self._trusted(request.sender.uri.user, source):
            return request.sender.uri.user
        device, changes = self.registrar.heard(request, source, self._now)
        self._changed(changes)
        return device or None

    def _register(self, transaction: ServerTransaction, source: Peer, wall_us: int) -> None:
        request = transaction.request
        if self.registrar is None or request is None:
            self._refuse(transaction, 405, "no-registrar", (("Allow", ALLOW),))
            return
        reply, changes = self.registrar.register(request, source, self._now, wall_us)
        self.reply(transaction, reply.status, reply.fields)
        self._changed(changes)

    def _cancel(self, request: Request, transaction: ServerTransaction, source: Peer) -> None:
        invite = self._transactions.invite_of(request, source)
        if invite is None:
            self._refuse(transaction, 481, "nothing-to-cancel")
            return
        self.reply(transaction, 200)
        if isinstance(invite.owner, SipCall):
            invite.owner.cancelled(request)
            self.watch(invite.owner)

    def _acknowledge(self, request: Request, source: Peer) -> None:
        dialog = self._dialogs.find(request, source)
        call = self._calls.get(id(dialog)) if dialog is not None else None
        if call is None:
            self.dropped["ack-to-nothing"] += 1
            return
        call.received(request, None, source)
        self.watch(call)

    def _inside(self, request: Request, transaction: ServerTransaction, source: Peer, device: str) -> None:
        dialog = self._dialogs.find(request, source) if request.to.tag or request.method in ("BYE", "INFO") else None
        if dialog is None:
            self._outside(request, transaction, source, device)
            return
        if dialog.order(request) == "old":
            self._refuse(transaction, 500, "out-of-order")
            return
        call = self._calls.get(id(dialog))
        if call is None:
            self._events.append(RequestReceived(request, source, transaction, device, dialog))
            return
        if request.method == "INVITE":
            transaction.owner = call
            self.reply(transaction, 100)
        call.received(request, transaction, source)
        self.watch(call)

    def _outside(self, request: Request, transaction: ServerTransaction, source: Peer, device: str) -> None:
        if request.method in ("BYE", "INFO") or (
            request.to.tag and request.method in ("INVITE", "SUBSCRIBE", "NOTIFY")
        ):
            self._refuse(transaction, 481, "no-dialog")
            return
        if request.method == "INVITE":
            call = SipCall(self, transaction.peer, device)
            transaction.owner = call
            self.reply(transaction, 100)
            call.offered(transaction)
            self._events.append(CallOffered(call, request, source, device))
            return
        # A MESSAGE may carry the tag of a dialog that is over: MediaStatus often does.
        self._events.append(RequestReceived(request, source, transaction, device))

    def _refuse(
        self, transaction: ServerTransaction, status: int, why: str, fields: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self.dropped[why] += 1
        self.reply(transaction, status, fields)

    # Out

    def send(self, request: Request, peer: Peer, now: float) -> ClientTransaction:
        """Send a request; what becomes of it comes as `Got`.

        Raises:
            Full: too many are under way.
        """
        self._now = now
        made, outputs = self._transactions.send(request, peer, now)
        self._take(outputs, 0)
        return made

    def call(self, invite: Request, peer: Peer, now: float, device: str = "") -> SipCall:
        """Call a peer; what becomes of it comes as `CallEvent`.

        Args:
            device: the registered ID that the called channel belongs to; the call ends when that restarts or is gone.

        Raises:
            Full: too many requests are under way.
        """
        self._now = now
        if self._transactions.full:
            raise Full("as many requests are under way as are kept")
        made = SipCall(self, peer, device)
        made.begin(invite)
        self.watch(made)
        return made

    def at(self, now: float) -> None:
        """Tell the moment: a call does, before it sends."""
        self._now = now

    def calls_of(self, device: str) -> list[SipCall]:
        """Calls with a registered device and its channels."""
        return [call for call in self._calls.values() if call.device == device]

    # What calls need (`call.Line`)

    def ask(self, request: Request, peer: Peer, call: SipCall | None) -> ClientTransaction:
        """Send a request of a call. Where there is no room it is given up at once: BYE and CANCEL hold nothing up."""
        if self._transactions.full:
            self.dropped["no-room"] += 1
            return ClientTransaction(request, peer, self._now)
        made, outputs = self._transactions.send(request, peer, self._now, _NOBODY if call is None else call)
        self._take(outputs, 0)
        return made

    def say(self, peer: Peer, octets: bytes) -> None:
        """Send octets outside of any transaction."""
        if octets:
            self._sends.append(Send(peer, octets))

    def reply(
        self,
        transaction: ServerTransaction,
        status: int,
        fields: tuple[tuple[str, str], ...] = (),
        body: bytes = b"",
        now: float | None = None,
    ) -> Response | None:
        """Answer a request; None where it was answered before.

        Args:
            now: the moment, where this is called on its own and not from within `receive` or an event.
        """
        self._now = self._now if now is None else now
        request = transaction.request
        if request is None:
            return None
        more = fields
        if (
            request.method in ("INVITE", "SUBSCRIBE")
            and 200 <= status < 300
            and not any(n == "Contact" for n, _ in fields)
        ):
            more = (("Contact", self.contact(transaction.source)), *fields)
        response = answer(request, transaction.source, status, more, body, transaction.to_tag)
        self._take(self._transactions.respond(transaction, response, self._now), 0)
        return response

    def branch(self) -> str:
        """A fresh branch."""
        return self._writer.branch()

    def address(self, peer: Peer) -> Peer:
        """Our own address as this peer sees it."""
        return self._contacts(peer)

    def keep(self, dialog: Dialog) -> bool:
        """Let requests inside find a dialog, of a call or of a subscription."""
        return self._dialogs.add(dialog)

    def forget(self, dialog: Dialog) -> None:
        """It is over."""
        self._calls.pop(id(dialog), None)
        self._dialogs.drop(dialog)

    def tell(self, event: CallEvent) -> None:
        """Something about a call."""
        self._events.append(event)

    def watch(self, call: SipCall) -> None:
        """Look at when a call is due next."""
        if call.dialog is not None and call.phase.value != "over":
            self._calls[id(call.dialog)] = call
        if call.due < NEVER:
            self._agenda.set(call, call.due)
        else:
            self._agenda.drop(call)
