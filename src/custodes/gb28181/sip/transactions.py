"""The transaction layer (RFC 3261 §17): all transactions of one endpoint, bounded in number and in time.

Sans-I/O: `receive`, `send`, `respond` and `tick` take the moment and give back what is to be done.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from custodes.gb28181.agenda import Agenda
from custodes.gb28181.sip.client_transaction import ClientTransaction, TransactionState, TransactionStep
from custodes.gb28181.sip.message import Request, Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.server_transaction import ServerTransaction, key_of
from custodes.gb28181.sip.timers import GIVE_UP


@dataclass(frozen=True, slots=True)
class Send:
    """Octets for a peer."""

    peer: Peer
    octets: bytes


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request that nobody has seen before. ACK for a 2xx comes without a transaction: it is answered by nothing."""

    request: Request
    source: Peer
    transaction: ServerTransaction | None


@dataclass(frozen=True, slots=True)
class Answered:
    """A response to a request of ours: provisional ones, the final one, and each repetition of a 2xx to INVITE."""

    transaction: ClientTransaction
    response: Response
    source: Peer


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A request of ours was given up."""

    transaction: ClientTransaction
    why: str


Output = Send | Arrived | Answered | Unanswered


@dataclass(frozen=True, slots=True)
class TransactionRoom:
    """How many transactions are kept.

    Attributes:
        servers: requests of peers, most of them answered ones that wait 32 s for repetitions.
        per_host: unanswered ones of one host.
        clients: requests of ours, answered ones that wait 5 s for repetitions of the answer among them.
    """

    servers: int = 65_536
    per_host: int = 4_096
    clients: int = 16_384


ROOM = TransactionRoom()


class Full(Exception):
    """There are as many requests of ours under way as are kept."""


class Transactions:
    """All transactions of an endpoint.

    Args:
        token: makes unguessable words, for To tags.

    Attributes:
        dropped: what was not taken, by reason.
        answered: requests of ours that got their final answer.
    """

    def __init__(self, token: Callable[[], str], room: TransactionRoom = ROOM) -> None:
        self.dropped: Counter[str] = Counter()
        self._token = token
        self._room = room
        self._servers: dict[Hashable, ServerTransaction] = {}
        self._done: OrderedDict[Hashable, float] = (
            OrderedDict()
        )  # answered ones and when they are forgotten, the oldest first
        self._open: Counter[str] = Counter()
        self.answered = 0
        self._clients: dict[tuple[str, str], ClientTransaction] = {}
        self._heard: OrderedDict[tuple[str, str], None] = (
            OrderedDict()
        )  # answered ones that are no INVITE, the oldest first
        self._agenda: Agenda[tuple[str, Hashable]] = Agenda()

    @property
    def counts(self) -> tuple[int, int]:
        """Server and client transactions that are kept."""
        return len(self._servers), len(self._clients)

    def due(self) -> float | None:
        """When `tick` is to be called; None for never."""
        forgotten, due = next(iter(self._done.values()), None), self._agenda.next()
        return forgotten if due is None else due if forgotten is None else min(forgotten, due)

    # Requests of peers

    def receive(self, message: Request | Response, source: Peer, now: float) -> list[Output]:
        """A message that was checked (`Request.check`, `Response.check`)."""
        if isinstance(message, Response):
            return self._receive_response(message, source, now)
        key = key_of(message, source)
        known = self._servers.get(key)
        if message.method == "ACK":
            if known is not None and known.state in (TransactionState.COMPLETED, TransactionState.CONFIRMED):
                known.acknowledged(now)
                self._keep_server(known)
                return []
            return [Arrived(message, source, None)]
        if known is not None:
            self.dropped["repeated"] += 1
            octets = known.repeated()
            return [Send(known.peer, octets)] if octets else []
        if not self._make_room(source):
            self.dropped["no-room"] += 1
            return []
        made = ServerTransaction(message, source, key, self._token(), now)
        self._open[source.host] += 1
        self._servers[key] = made
        self._agenda.set(("s", key), made.due)
        return [Arrived(message, source, made)]

    def respond(self, transaction: ServerTransaction, response: Response, now: float) -> list[Output]:
        """Answer a request; a second final answer is not sent."""
        was_open = not transaction.answered
        octets = transaction.respond(response, now)
        if was_open and transaction.answered:
            self._count_answered(transaction, now)
        self._keep_server(transaction)
        return [Send(transaction.peer, octets)] if octets else []

    def invite_of(self, cancel: Request, source: Peer) -> ServerTransaction | None:
        """The INVITE that a CANCEL means (RFC 3261 §9.2)."""
        return self._servers.get(key_of(_as_invite(cancel), source))

    def _make_room(self, source: Peer) -> bool:
        if self._open[source.host] >= self._room.per_host:
            return False
        if len(self._servers) < self._room.servers:
            return True
        if not self._done:
            return False
        oldest, _ = self._done.popitem(last=False)
        self._servers.pop(oldest, None)
        self._agenda.drop(("s", oldest))
        self.dropped["forgotten-early"] += 1
        return True

    def _count_answered(self, transaction: ServerTransaction, now: float) -> None:
        self._close(transaction.source.host)
        if transaction.key in self._servers:
            self._done[transaction.key] = now + GIVE_UP

    def _close(self, host: str) -> None:
        self._open[host] -= 1
        if self._open[host] <= 0:
            del self._open[host]

    def _keep_server(self, transaction: ServerTransaction) -> None:
        if self._servers.get(transaction.key) is not transaction:
            return
        if transaction.state is TransactionState.TERMINATED:
            del self._servers[transaction.key]
            self._done.pop(transaction.key, None)
            self._agenda.drop(("s", transaction.key))
        elif transaction.answered and not transaction.invite:
            self._agenda.drop(("s", transaction.key))  # nothing happens to it any more: it is forgotten in its turn
        else:
            self._agenda.set(("s", transaction.key), transaction.due)

    def _forget(self, now: float) -> None:
        """Answered requests for whose repetitions we waited long enough; an INVITE that is not over stands in the agenda beside."""
        while self._done and next(iter(self._done.values())) <= now:
            key, _ = self._done.popitem(last=False)
            if (known := self._servers.get(key)) is not None and not known.invite:
                del self._servers[key]

    # Requests of ours

    @property
    def full(self) -> bool:
        """No request of ours is taken now."""
        return len(self._clients) >= self._room.clients and not self._heard

    def send(
        self, request: Request, peer: Peer, now: float, owner: object = None
    ) -> tuple[ClientTransaction, list[Output]]:
        """Send a request that has its own branch.

        Raises:
            Full: there are too many under way.
        """
        if self.full:
            raise Full(f"{len(self._clients)} requests are under way")
        if len(self._clients) >= self._room.clients:
            # Its answer was handed up: where that comes once more, it belongs to nothing, which is the same to everybody.
            oldest, _ = self._heard.popitem(last=False)
            self._drop_client(oldest)
        made = ClientTransaction(request, peer, now, owner)
        self._clients[made.key] = made
        self._agenda.set(("c", made.key), made.due)
        return made, self._outputs(made, [made.begin()], peer)

    def give_up(self, transaction: ClientTransaction, why: str) -> list[Output]:
        """The way to its peer is broken (RFC 3261 §17.1.4)."""
        if self._clients.get(transaction.key) is not transaction or transaction.answered:
            return []
        transaction.state = TransactionState.TERMINATED
        self._keep_client(transaction)
        return [Unanswered(transaction, why)]

    def lost(self, connection: int) -> list[Output]:
        """A TCP connection is gone: requests that went over it are given up."""
        gone = [one for one in self._clients.values() if one.peer.connection == connection]
        return [output for one in gone for output in self.give_up(one, "connection")]

    def _receive_response(self, response: Response, source: Peer, now: float) -> list[Output]:
        transaction = self._clients.get((response.via.branch, response.cseq.method))
        if transaction is None or transaction.request.call_id != response.call_id:
            self.dropped["response-to-nothing"] += 1
            return []
        was_open = not transaction.answered
        steps = transaction.receive(response, now)
        if was_open and transaction.answered:
            self.answered += 1
            if not transaction.invite:
                self._heard[transaction.key] = None
        self._keep_client(transaction)
        return self._outputs(transaction, steps, source)

    def _keep_client(self, transaction: ClientTransaction) -> None:
        if transaction.state is TransactionState.TERMINATED:
            self._drop_client(transaction.key)
        else:
            self._agenda.set(("c", transaction.key), transaction.due)

    def _drop_client(self, key: tuple[str, str]) -> None:
        self._clients.pop(key, None)
        self._heard.pop(key, None)
        self._agenda.drop(("c", key))

    def _outputs(self, transaction: ClientTransaction, steps: list[TransactionStep], source: Peer) -> list[Output]:
        out: list[Output] = []
        for step in steps:
            if step.send is not None:
                out.append(Send(transaction.peer, step.send))
            if step.response is not None:
                out.append(Answered(transaction, step.response, source))
            if step.timed_out:
                out.append(Unanswered(transaction, "timeout"))
        return out

    # Time

    def tick(self, now: float) -> list[Output]:
        """Whatever is due."""
        out: list[Output] = []
        self._forget(now)
        for side, key in self._agenda.take(now):
            if side == "c":
                client = self._clients[key]  # type: ignore[index]
                out += self._outputs(client, client.fire(now), client.peer)
                self._keep_client(client)
                continue
            server = self._servers[key]
            was_open = not server.answered
            octets = server.fire(now)
            if octets:
                out.append(Send(server.peer, octets))
            if was_open and server.answered:
                self.dropped["never-answered"] += 1
                self._close(server.source.host)
            self._keep_server(server)
        return out


def _as_invite(cancel: Request) -> Request:
    headers = cancel.headers.copy()
    headers.set("CSeq", f"{cancel.cseq.number} INVITE")
    return Request(headers, b"", (), "INVITE", cancel.target)
