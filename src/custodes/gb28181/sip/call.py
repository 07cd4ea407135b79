"""Calls (RFC 3261 §9, §13–§15): INVITE of either side until BYE, without sockets and without a clock.

A `SipCall` says what to send through its `CallEndpoint`, which composes transactions and dialogs; the endpoint is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from custodes.gb28181.sip.client_transaction import ClientTransaction, cancel
from custodes.gb28181.sip.dialog import Dialog, DialogState
from custodes.gb28181.sip.message import Request, Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.server_transaction import ServerTransaction
from custodes.gb28181.sip.timers import GIVE_UP, NEVER, T1, T2


class CallEndpoint(Protocol):
    """What a call needs of the endpoint that it is part of."""

    own: frozenset[str]

    def ask(self, request: Request, peer: Peer, call: SipCall | None) -> ClientTransaction:
        """Send a request in a transaction of its own."""
        ...

    def say(self, peer: Peer, octets: bytes) -> None:
        """Send octets outside of any transaction: ACK for a 2xx, a 2xx again."""
        ...

    def reply(
        self, transaction: ServerTransaction, status: int, fields: tuple[tuple[str, str], ...] = (), body: bytes = b""
    ) -> Response | None:
        """Answer a request; None where it was answered before."""
        ...

    def branch(self) -> str:
        """A fresh branch."""
        ...

    def address(self, peer: Peer) -> Peer:
        """Our own address as this peer sees it."""
        ...

    def keep(self, dialog: Dialog) -> bool:
        """Let requests inside find the dialog; False where there is no room."""
        ...

    def forget(self, dialog: Dialog) -> None:
        """It is over."""
        ...

    def at(self, now: float) -> None:
        """Tell the moment."""
        ...

    def watch(self, call: SipCall) -> None:
        """The call is due at another moment than before."""
        ...

    def tell(self, event: CallEvent) -> None:
        """Something for whoever uses the endpoint."""
        ...


class CallPhase(Enum):
    """Where a call is."""

    CALLING = "calling"
    RINGING = "ringing"
    CANCELLING = "cancelling"
    ACCEPTED = "accepted"
    UP = "up"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class CallEvent:
    """What became of a call.

    Attributes:
        what: ``answered`` (with the 2xx), ``refused`` (with the response), ``failed``, ``acknowledged``, ``renewed`` (a re-INVITE of
            the peer's is to be answered), ``info`` (likewise INFO or MESSAGE), ``cancelled``, ``ended``.
        message: what came, None for a failure.
        why: of a failure or an end.
        transaction: what waits for an answer.
    """

    call: SipCall
    what: str
    message: Request | Response | None = None
    why: str = ""
    transaction: ServerTransaction | None = None


class SipCall:
    """One INVITE of either side and the dialog that it opens. No method raises for what the peer sent.

    Attributes:
        dialog: None until a response with a tag came, or we answered.
        phase: where it is.
        device: the registered ID that the other end belongs to, empty where that is not known.
    """

    def __init__(self, line: CallEndpoint, peer: Peer, device: str = "") -> None:
        self.dialog: Dialog | None = None
        self.phase = CallPhase.CALLING
        self.device = device
        self._line = line
        self._peer = peer
        self._invite: Request | None = None
        self._client: ClientTransaction | None = None
        self._server: ServerTransaction | None = None
        self._ack: bytes = b""
        self._accepted: bytes = b""  # our 2xx, sent again until it is acknowledged
        self._pause = T1
        self._resend = NEVER
        self._give_up = NEVER

    @property
    def due(self) -> float:
        """When `fire` is to be called."""
        return min(self._resend, self._give_up)

    # We call

    def begin(self, invite: Request) -> None:
        """Send an INVITE of ours."""
        self._invite = invite
        self._client = self._line.ask(invite, self._peer, self)

    def cancel(self, now: float) -> None:
        """Give an INVITE of ours up. Before a provisional response nothing can be cancelled: then it is sent when one comes (§9.1)."""
        self._line.at(now)
        if self.phase is CallPhase.RINGING and self._invite is not None:
            self._line.ask(cancel(self._invite), self._peer, None)
        if self.phase in (CallPhase.CALLING, CallPhase.RINGING):
            self.phase = CallPhase.CANCELLING
            self._give_up = now + GIVE_UP
            self._line.watch(self)

    def answered(self, response: Response, now: float) -> None:
        """A response to our INVITE."""
        if response.status < 200:
            self._provisional(response, now)
        elif response.status < 300:
            self._accepted_by_peer(response)
        elif self.phase is not CallPhase.OVER:
            if self.phase in (CallPhase.UP, CallPhase.ACCEPTED):
                # The answer to a re-INVITE: what was agreed before goes on (§14.1), except that 481 and 408 end it.
                if response.status in (408, 481):
                    self._over("ended", response, str(response.status))
                else:
                    self._line.tell(CallEvent(self, "refused", response))
                return
            self._over("cancelled" if self.phase is CallPhase.CANCELLING else "refused", response)

    def _provisional(self, response: Response, now: float) -> None:
        if self.phase is CallPhase.CALLING:
            self.phase = CallPhase.RINGING
        elif self.phase is CallPhase.CANCELLING and self._invite is not None and self._client is not None:
            client, self._client = self._client, None
            if not client.answered:
                self._line.ask(cancel(self._invite), self._peer, None)
        if self.dialog is None and response.status > 100 and response.to.tag and self._invite is not None:
            self.dialog = Dialog.of_response(self._invite, response, self._peer, self._line.own)
            self._line.keep(self.dialog)

    def _accepted_by_peer(self, response: Response) -> None:
        invite = self._invite
        if invite is None:
            return
        if self._ack and self.dialog is not None and response.to.tag == self.dialog.remote.tag:
            if response.cseq.number == invite.cseq.number:
                self._line.say(self._peer, self._ack)  # a repetition is acknowledged again
            return
        if self.dialog is not None and self.dialog.remote.tag not in ("", response.to.tag) and self._ack:
            # Another branch of a fork answered as well: one stream is enough.
            self._acknowledge_and_hang_up(Dialog.of_response(invite, response, self._peer, self._line.own), invite)
            return
        if self.dialog is None or self.dialog.remote.tag != response.to.tag:
            if self.dialog is not None:
                self._line.forget(self.dialog)
            self.dialog = Dialog.of_response(invite, response, self._peer, self._line.own)
            self._line.keep(self.dialog)
        else:
            self.dialog.confirm(response)
        if self.phase in (CallPhase.CANCELLING, CallPhase.OVER):
            # The 200 overtook CANCEL (§9.1): it is acknowledged, then ended.
            self._acknowledge_and_hang_up(self.dialog, invite)
            if self.phase is CallPhase.CANCELLING:
                self._over("cancelled", response)
            self._line.forget(self.dialog)
            return
        renewed = self.phase is CallPhase.UP
        self._ack = self._acknowledge(self.dialog, invite)
        self.phase = CallPhase.UP
        self._line.tell(CallEvent(self, "answered", response, "renewed" if renewed else ""))

    def _acknowledge(self, dialog: Dialog, invite: Request) -> bytes:
        own = self._line.address(self._peer)
        ack = dialog.request("ACK", own, self._line.branch(), number=invite.cseq.number)
        for value in invite.headers.all("Authorization"):
            ack.headers.add("Authorization", value)
        octets = ack.encode()
        self._line.say(self._peer, octets)
        return octets

    def _acknowledge_and_hang_up(self, dialog: Dialog, invite: Request) -> None:
        self._ack = self._acknowledge(dialog, invite)
        self._line.ask(dialog.request("BYE", self._line.address(self._peer), self._line.branch()), self._peer, None)

    def unanswered(self, why: str) -> None:
        """Our INVITE was given up."""
        if self.phase not in (CallPhase.UP, CallPhase.OVER):
            self._over("failed", None, why)
        elif self.phase is CallPhase.UP:
            self._over("ended", None, why)

    def renew(self, body: bytes, fields: tuple[tuple[str, str], ...], contact: str, now: float) -> bool:
        """Send a re-INVITE; False while there is nothing to renew, or one is under way (§14.1)."""
        if (
            self.phase is not CallPhase.UP
            or self.dialog is None
            or (self._client is not None and not self._client.answered)
        ):
            return False
        self._line.at(now)
        more = (("Contact", contact), *fields)
        invite = self.dialog.request("INVITE", self._line.address(self._peer), self._line.branch(), more, body)
        self._ack = b""
        self.begin(invite)
        return True

    # The peer calls

    def offered(self, transaction: ServerTransaction) -> None:
        """An INVITE of the peer's; answer it with `accept` or `refuse`."""
        self._server = transaction
        self.phase = CallPhase.RINGING

    def accept(self, body: bytes, fields: tuple[tuple[str, str], ...], now: float) -> bool:
        """Answer with 200, which is sent again until it is acknowledged; False where there is no room, or it was given up."""
        self._line.at(now)
        server = self._server
        if self.phase is CallPhase.OVER or server is None or server.request is None:
            return False
        request = server.request
        if self.dialog is None:
            self.dialog = Dialog.of_request(request, server.to_tag, server.peer, self._line.own)
            if not self._line.keep(self.dialog):
                self._line.reply(server, 503)
                self.phase = CallPhase.OVER
                return False
        response = self._line.reply(server, 200, fields, body)
        if response is None:
            return False
        self.dialog.refresh(request)
        self.dialog.stage = DialogState.CONFIRMED
        self.phase = CallPhase.ACCEPTED
        self._accepted = response.encode()
        self._pause, self._resend, self._give_up = T1, now + T1, now + GIVE_UP
        self._line.watch(self)
        return True

    def refuse(self, status: int, now: float) -> None:
        """Answer with an error. A refused re-INVITE leaves the call as it was (§14.2)."""
        self._line.at(now)
        if self._server is not None:
            self._line.reply(self._server, status)
        if self.phase is CallPhase.RINGING:
            self.phase = CallPhase.OVER

    def cancelled(self, request: Request) -> None:
        """CANCEL of the peer's: its INVITE ends with 487 unless it was answered."""
        if self._server is not None and not self._server.answered:
            self._line.reply(self._server, 487)
            if self.phase is CallPhase.RINGING:
                self._over("cancelled", request)

    def received(self, request: Request, transaction: ServerTransaction | None, source: Peer) -> None:
        """A request inside the dialog, in order."""
        if request.method == "ACK":
            if self.phase is CallPhase.ACCEPTED:
                self.phase = CallPhase.UP
                self._accepted, self._resend, self._give_up = b"", NEVER, NEVER
                self._line.tell(CallEvent(self, "acknowledged", request))
            return
        if transaction is None:
            return
        if request.method == "BYE":
            self._line.reply(transaction, 200)
            if self._server is not None and not self._server.answered:
                self._line.reply(self._server, 487)  # (§15.1.2)
            self._over("ended", request, "bye")
        elif request.method == "INVITE":
            if self.phase is not CallPhase.UP or (self._client is not None and not self._client.answered):
                self._line.reply(transaction, 491)
                return
            self._server = transaction
            self._line.tell(CallEvent(self, "renewed", request, transaction=transaction))
        else:
            self._line.tell(CallEvent(self, "info", request, transaction=transaction))

    # Both

    def moved(self, peer: Peer) -> None:
        """The other end is reached elsewhere from now on."""
        self._peer = peer
        if self.dialog is not None:
            self.dialog.peer = peer

    def hang_up(self, why: str, now: float) -> None:
        """End a call that is up, or accepted; one that still rings is cancelled or refused instead."""
        bye = self.part(why, now)
        if bye is not None and self.dialog is not None:
            self._line.ask(bye, self.dialog.peer, None)

    def part(self, why: str, now: float) -> Request | None:
        """End a call that is up, or accepted, and send nothing: the BYE, for whoever wants to know what becomes of it. None where there is none."""
        self._line.at(now)
        if self.phase not in (CallPhase.UP, CallPhase.ACCEPTED) or self.dialog is None:
            return None
        bye = self.dialog.request("BYE", self._line.address(self._peer), self._line.branch())
        self._over("ended", None, why)
        self._line.watch(self)
        return bye

    def fire(self, now: float) -> None:
        """Something is due: our 2xx again, or nobody acknowledged it, or nobody answered our CANCEL."""
        if now >= self._give_up:
            if self.phase is CallPhase.ACCEPTED:
                self.hang_up("no-ack", now)
            elif self.phase is CallPhase.CANCELLING:
                self._over("cancelled", None, "timeout")
            return
        if now >= self._resend:
            self._pause = min(self._pause * 2, T2)
            self._resend = now + self._pause
            self._line.say(self._peer, self._accepted)

    def _over(self, what: str, message: Request | Response | None, why: str = "") -> None:
        self.phase = CallPhase.OVER
        self._resend = self._give_up = NEVER
        self._accepted = b""
        if self.dialog is not None:
            self.dialog.end()
            self._line.forget(self.dialog)
        self._line.tell(CallEvent(self, what, message, why))
