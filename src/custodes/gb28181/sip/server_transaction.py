"""Server transactions (RFC 3261 §17.2, RFC 6026): a request of a peer's, and the answer that its repetitions get."""

from __future__ import annotations

from collections.abc import Hashable

from custodes.gb28181.sip.client_transaction import TransactionState
from custodes.gb28181.sip.message import Request, Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.timers import GIVE_UP, NEVER, T1, T2, T4
from custodes.gb28181.sip.via import MAGIC, back_to

LONGEST_UNANSWERED = 180.0
"""Seconds after which a request that nobody answers is forgotten."""


class ServerTransaction:
    """A request of a peer's.

    Attributes:
        request: what came; None once it was answered, since then only the answer's octets matter.
        source: where it was observed to come from.
        peer: where answers go.
        owner: whoever it was handed to.
    """

    __slots__ = (
        "_end",
        "_octets",
        "_pause",
        "_resend",
        "invite",
        "key",
        "owner",
        "peer",
        "request",
        "source",
        "state",
        "to_tag",
    )

    def __init__(self, request: Request, source: Peer, key: Hashable, to_tag: str, now: float) -> None:
        self.request: Request | None = request
        self.source = source
        self.peer = back_to(request.via, source)
        self.key = key
        self.owner: object = None
        self.to_tag = to_tag
        self.invite = request.method == "INVITE"
        self.state = TransactionState.PROCEEDING if self.invite else TransactionState.TRYING
        self._octets = b""
        self._pause = T1
        self._resend = NEVER
        self._end = now + LONGEST_UNANSWERED

    @property
    def due(self) -> float:
        """When `fire` is to be called."""
        return NEVER if self.state is TransactionState.TERMINATED else min(self._resend, self._end)

    @property
    def answered(self) -> bool:
        """A final response went out."""
        return self.state not in (TransactionState.TRYING, TransactionState.PROCEEDING)

    def repeated(self) -> bytes:
        """The same request came again: the last answer, empty where there is none yet or none is due."""
        # In ACCEPTED the dialog repeats its 2xx by itself (RFC 6026 §7.1).
        return b"" if self.state is TransactionState.ACCEPTED else self._octets

    def respond(self, response: Response, now: float) -> bytes:
        """The octets of an answer that is sent now; empty when a final one went out before."""
        if self.answered:
            return b""
        octets = response.encode()
        if response.status < 200:
            self.state = TransactionState.PROCEEDING
            self._octets = octets
            return octets
        self.request = None
        if self.invite and response.status < 300:
            self._octets = b""
            self.state, self._end = TransactionState.ACCEPTED, now + GIVE_UP
            return octets
        self._octets = octets
        if self.invite:
            self.state, self._end = TransactionState.COMPLETED, now + GIVE_UP
            self._resend = NEVER if self.peer.reliable else now + T1
        else:
            # Timer J is 0 over TCP, but devices repeat there too.
            self.state, self._end = TransactionState.COMPLETED, now + GIVE_UP
        return octets

    def acknowledged(self, now: float) -> None:
        """ACK for a response of 300 and above."""
        if self.invite and self.state is TransactionState.COMPLETED:
            self.state = TransactionState.TERMINATED if self.peer.reliable else TransactionState.CONFIRMED
            self._resend, self._end = NEVER, now + T4

    def fire(self, now: float) -> bytes:
        """Something is due: the answer to send again, or nothing."""
        if now >= self._end:
            self.state = TransactionState.TERMINATED
            return b""
        if now < self._resend:
            return b""
        self._pause = min(self._pause * 2, T2)
        self._resend = now + self._pause
        return self._octets


def key_of(request: Request, source: Peer) -> Hashable:
    """What a repetition has in common with its request (RFC 3261 §17.2.3); ACK has the key of its INVITE.

    Some devices write the same branch into everything they send, and two devices behind two NATs may share address and branch:
    Call-ID, CSeq number and the observed host are part of the key. So a cached answer only ever goes to the host that it was made for.
    """
    method = "INVITE" if request.method == "ACK" else request.method
    same = (source.host, request.call_id, request.cseq.number, method)
    via = request.via
    if via.branch[: len(MAGIC)].lower() == MAGIC.lower():
        return (via.branch, via.sent_by, *same)
    return (request.target, request.sender.tag, request.vias[0], *same)
