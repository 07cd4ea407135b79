"""Client transactions (RFC 3261 §17.1, RFC 6026): a request of ours until it is answered or given up.

Machines without a clock: what happens at `now` gives what is to be done, `due` is when to call `fire`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from custodes.gb28181.sip.fields import Headers
from custodes.gb28181.sip.message import Request, Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.timers import GIVE_UP, NEVER, T1, T2, T4

LONGEST_PROCEEDING = 180.0
"""Seconds that a provisional response keeps a transaction open: a peer can't hold memory with a 100."""


class TransactionState(Enum):
    """Where a transaction is."""

    CALLING = "calling"
    TRYING = "trying"
    PROCEEDING = "proceeding"
    COMPLETED = "completed"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class TransactionStep:
    """What is to be done: octets to send again or for the first time, a response to hand up, or the news that there is none."""

    send: bytes | None = None
    response: Response | None = None
    timed_out: bool = False


class ClientTransaction:
    """A request of ours. One class for INVITE and the others: they differ in the timers and in who sends ACK.

    Attributes:
        owner: whoever its responses are for.
    """

    def __init__(self, request: Request, peer: Peer, now: float, owner: object = None) -> None:
        self.request = request
        self.owner = owner
        self.peer = peer
        self.branch = request.via.branch
        self.invite = request.method == "INVITE"
        self.state = TransactionState.CALLING if self.invite else TransactionState.TRYING
        self._octets = request.encode()
        self._ack = b""
        self._pause = T1
        self._resend = NEVER if peer.reliable else now + T1
        self._end = now + GIVE_UP

    @property
    def key(self) -> tuple[str, str]:
        """What responses are matched by (RFC 3261 §17.1.3)."""
        return self.branch, self.request.method

    @property
    def due(self) -> float:
        """When `fire` is to be called."""
        return NEVER if self.state is TransactionState.TERMINATED else min(self._resend, self._end)

    @property
    def answered(self) -> bool:
        """A final response has come."""
        return self.state in (TransactionState.COMPLETED, TransactionState.ACCEPTED, TransactionState.TERMINATED)

    def begin(self) -> TransactionStep:
        """Send it."""
        return TransactionStep(send=self._octets)

    def receive(self, response: Response, now: float) -> list[TransactionStep]:
        """A response that matches."""
        if response.status < 200:
            return self._provisional(response, now)
        if self.invite:
            return self._final_of_invite(response, now)
        if self.answered:
            return []  # a retransmission
        self._finish(TransactionState.COMPLETED, 0 if self.peer.reliable else T4, now)
        return [TransactionStep(response=response)]

    def _provisional(self, response: Response, now: float) -> list[TransactionStep]:
        if self.answered:
            return []
        if self.state is not TransactionState.PROCEEDING:
            self.state = TransactionState.PROCEEDING
            if self.invite:
                self._resend = NEVER
                self._end = now + LONGEST_PROCEEDING
        if not self.invite and not self.peer.reliable:
            self._pause = T2
            self._resend = now + T2
        return [TransactionStep(response=response)]

    def _final_of_invite(self, response: Response, now: float) -> list[TransactionStep]:
        if response.status < 300:
            if self.state is TransactionState.COMPLETED:
                return []
            if self.state is not TransactionState.ACCEPTED:
                self._finish(TransactionState.ACCEPTED, GIVE_UP, now)
            return [TransactionStep(response=response)]  # each repetition too: it is acknowledged again (RFC 6026 §7.2)
        if self.state is TransactionState.ACCEPTED:
            return []
        if self.state is TransactionState.COMPLETED:
            return [TransactionStep(send=self._ack)]
        self._ack = acknowledge(self.request, response).encode()
        self._finish(TransactionState.COMPLETED, 0 if self.peer.reliable else GIVE_UP, now)
        return [TransactionStep(send=self._ack), TransactionStep(response=response)]

    def _finish(self, state: TransactionState, linger: float, now: float) -> None:
        self._resend, self._end = NEVER, now + linger
        self.state = state if linger else TransactionState.TERMINATED

    def fire(self, now: float) -> list[TransactionStep]:
        """Something is due: send again, or give up."""
        if now >= self._end:
            before, self.state = self.state, TransactionState.TERMINATED
            unanswered = before in (TransactionState.CALLING, TransactionState.TRYING, TransactionState.PROCEEDING)
            return [TransactionStep(timed_out=True)] if unanswered else []
        if now < self._resend:
            return []
        self._pause = self._pause * 2 if self.invite else min(self._pause * 2, T2)
        self._resend = now + self._pause
        return [TransactionStep(send=self._octets)]


def acknowledge(invite: Request, response: Response) -> Request:
    """ACK for a response of 300 and above: the INVITE's own branch, the response's To (RFC 3261 §17.1.1.3)."""
    return _beside(invite, "ACK", response.headers.get("To"))


def cancel(invite: Request) -> Request:
    """CANCEL of an INVITE: its branch, target and number (RFC 3261 §9.1)."""
    return _beside(invite, "CANCEL", invite.headers.get("To"))


def _beside(invite: Request, method: str, to: str) -> Request:
    headers = Headers([("Via", invite.vias[0])])
    for route in invite.headers.all("Route"):
        headers.add("Route", route)
    headers.add("From", invite.headers.get("From"))
    headers.add("To", to)
    headers.add("Call-ID", invite.call_id)
    headers.add("CSeq", f"{invite.cseq.number} {method}")
    headers.add("Max-Forwards", "70")
    return Request(headers, b"", (), method, invite.target)
