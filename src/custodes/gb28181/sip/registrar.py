"""The platform's registrar (GB/T 28181-2016 §9.1, §9.6): who is registered, where, until when, and who is still alive.

All in memory and by moments that are passed in: a keepalive costs two look-ups and no timer, a database write never. What changes
comes out as events.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from custodes.gb28181.agenda import Agenda
from custodes.gb28181.beijing import written_date
from custodes.gb28181.edition import Edition, edition_of
from custodes.gb28181.sip.account import Follow, SipAccount
from custodes.gb28181.sip.guard import PLAIN, DigestGuard
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Request
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.throttle import Throttle
from custodes.gb28181.sip.via import back_to

Key = TypeVar("Key", int, Peer)
REORDERED = 32.0
"""Seconds within which a lower CSeq of the same Call-ID is an old request that came late; behind that the device began anew."""


@dataclass(slots=True)
class Registration:
    """One registered peer.

    Attributes:
        peer: where it is reached, as its Via says (`back_to`); source: where it registered from. Both are its own: that Via and that
            octet's way were under its digest.
        heard: when a request of it came last.
        until: when the registration ends.
        online: it has been heard lately.
        patient: until when its silence counts by what was expected before (`adopt`).
    """

    account: SipAccount
    peer: Peer
    source: Peer
    contact: str
    call_id: str
    number: int
    edition: Edition
    states_edition: bool
    since: float
    renewed: float
    heard: float
    until: float
    online: bool = True
    patient: float = 0.0


@dataclass(frozen=True, slots=True)
class RegistrationChange:
    """What became of a peer.

    Attributes:
        what: ``registered``, ``restarted`` (its calls and subscriptions are over, its catalogue is to be asked for anew), ``refreshed``,
            ``moved`` (to another port or address, with all that it has), ``online`` (heard again), ``offline``, ``gone``.
        why: of ``offline``: ``silent``, ``connection``; of ``gone``: ``unregistered``, ``expired``, ``withdrawn``; of ``restarted``: ``address``, ``call-id``.
        peer: where it was reached until now: its calls there are over.
    """

    what: str
    id: str
    why: str = ""
    peer: Peer | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """How a request is answered."""

    status: int
    fields: tuple[tuple[str, str], ...] = ()


class Registrar:
    """Registrations of one server.

    Args:
        server: our own ID.
        guard: asks for login.
        accounts: the account of an ID, None for one that may not register; answers from memory.
        edition: the newest that we speak.

    Attributes:
        refused: refusals by reason.
    """

    def __init__(
        self,
        server: str,
        guard: DigestGuard,
        accounts: Callable[[str], SipAccount | None],
        edition: Edition = Edition.E2022,
    ) -> None:
        self.refused: Counter[str] = Counter()
        self._server = server
        self._guard = guard
        self._accounts = accounts
        self._edition = edition
        self._known: dict[str, Registration] = {}
        self._by_connection: dict[int, set[str]] = {}
        self._at: dict[Peer, set[str]] = {}  # who registered from an address
        self._agenda: Agenda[str] = Agenda()
        self._throttle = Throttle()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, user: str) -> Registration | None:
        """The registration of an ID."""
        return self._known.get(user)

    def due(self) -> float | None:
        """When `tick` is to be called; None for never."""
        return self._agenda.next()

    # REGISTER

    def register(
        self, request: Request, source: Peer, now: float, wall_us: int
    ) -> tuple[Reply, list[RegistrationChange]]:
        """Answer REGISTER.

        Args:
            now: monotonic seconds.
            wall_us: microseconds UTC, for Date.
        """
        user = self._who(request)
        if not user:
            return self._refuse(400, "no-id")
        account = self._accounts(user)
        if self._throttle.closed(source.host, user, now):
            return self._refuse(403, "throttled")
        asking = account.asking if account else PLAIN
        verdict, name = self._guard.check(
            "REGISTER",
            request.headers.all("Authorization"),
            lambda given: account.secret if account and given == account.id else None,
            now,
            asking,
            source.host,
        )
        if verdict in ("none", "stale"):
            self.refused[f"login-{verdict}"] += 1
            challenge = self._guard.challenge(now, asking, verdict == "stale", source.host)
            return Reply(401, (("WWW-Authenticate", challenge), *self._version(request))), []
        if verdict == "wrong" or account is None:
            # An unknown ID is asked for a password like a known one: who guesses learns nothing.
            self._throttle.failed(source.host, user, now)
            return self._refuse(403, "wrong-login")
        self._throttle.passed(source.host, name)
        return self._enter(request, source, account, now, wall_us)

    def _enter(
        self, request: Request, source: Peer, account: SipAccount, now: float, wall_us: int
    ) -> tuple[Reply, list[RegistrationChange]]:
        known = self._known.get(account.id)
        number = request.cseq.number
        if (
            known is not None
            and known.call_id == request.call_id
            and number <= known.number
            and now - known.renewed < REORDERED
        ):
            return self._refuse(500, "out-of-order")
        wished = _wished(request)
        seconds = account.default if wished is None else wished
        if seconds == 0:
            changes = self._remove(account.id, "unregistered")
            return Reply(200, (("Expires", "0"), *self._version(request), *_date(account, wall_us))), changes
        if seconds < account.least:
            return Reply(423, (("Min-Expires", str(account.least)),)), []
        seconds = min(seconds, account.most)
        peer = back_to(request.via, source)
        contact = str(request.contact.uri) if request.contact else f"sip:{account.id}@{peer.written}"
        stated = request.headers.get("X-GB-Ver")
        changes = self._change(known, account, peer, request)
        made = Registration(
            account, peer, source, contact, request.call_id, number, edition_of(stated), bool(stated),
            now if known is None else known.since, now, now, now + seconds,
            patient=0.0 if known is None else known.patient,
        )  # fmt: skip
        self._leave(known)
        self._known[account.id] = made
        self._arrive(made)
        self._agenda.set(account.id, self._deadline(made))
        fields = (
            ("Contact", f"<{contact}>;expires={seconds}"),
            ("Expires", str(seconds)),
            *_date(account, wall_us),
            *self._version(request),
        )
        return Reply(200, fields), changes

    def _change(
        self, known: Registration | None, account: SipAccount, peer: Peer, request: Request
    ) -> list[RegistrationChange]:
        if known is None:
            return [RegistrationChange("registered", account.id)]
        found: list[RegistrationChange] = []
        goes_on = known.call_id == request.call_id and request.cseq.number > known.number
        if known.peer != peer and goes_on and (peer.carrier, peer.host) == ("UDP", known.peer.host):
            # The same registration, from another port: a NAT forgot the old one. Its calls go on.
            found += [
                RegistrationChange("refreshed", account.id),
                RegistrationChange("moved", account.id, "", known.peer),
            ]
        elif known.peer != peer:
            found.append(RegistrationChange("restarted", account.id, "address", known.peer))
        elif known.call_id != request.call_id:
            found.append(RegistrationChange("restarted", account.id, "call-id", known.peer))
        else:
            found.append(RegistrationChange("refreshed", account.id))
        if not known.online:
            found.append(RegistrationChange("online", account.id))
        return found

    def _who(self, request: Request) -> str:
        """The ID that registers: To's user (RFC 3261 §10.2); devices that write the server there are taken by From."""
        try:
            to, sender = request.to.uri.user, request.sender.uri.user
        except Malformed:
            return ""
        return sender if to in ("", self._server) else to

    def _version(self, request: Request) -> tuple[tuple[str, str], ...]:
        """Only a peer that states its edition is told ours (2022 Annex I)."""
        return (("X-GB-Ver", self._edition.wire),) if "X-GB-Ver" in request.headers else ()

    def _refuse(self, status: int, why: str) -> tuple[Reply, list[RegistrationChange]]:
        self.refused[why] += 1
        return Reply(status), []

    # Everything else

    def heard(self, request: Request, source: Peer, now: float) -> tuple[str, list[RegistrationChange]]:
        """A request other than REGISTER: the registered ID that it comes from, empty for none.

        From names the device, or one of its channels; a channel is known by the address that its device registered from. It counts for
        the device where its octets came from one of the two addresses of its registration, whatever its Via says: another program of
        the device's host, or whoever shares its NAT, is nobody (`Follow` says what else is taken). Any valid request counts as a sign of life. What comes from nobody is answered with 403, never with 200: a 200 makes a device believe
        that it is registered.
        """
        user = request.sender.uri.user
        known = self._known.get(user) or self._owner(source)
        if known is None or now >= known.until:
            self.refused["not-registered"] += 1
            return "", []
        user = known.account.id
        changes: list[RegistrationChange] = []
        if source not in (known.peer, known.source):
            if not self._follows(known, source):
                self.refused["moved"] += 1
                return "", []
            peer = back_to(request.via, source)
            if peer != known.peer:
                changes.append(RegistrationChange("moved", user, "", known.peer))
            self._leave(known)
            known.peer, known.source = peer, source
            self._arrive(known)
        known.heard = now
        if not known.online:
            known.online = True
            self._agenda.set(user, self._deadline(known))
            changes.append(RegistrationChange("online", user))
        return user, changes

    def _owner(self, source: Peer) -> Registration | None:
        users = self._at.get(source)
        return self._known[next(iter(users))] if users else None

    def _follows(self, known: Registration, peer: Peer) -> bool:
        follow = known.account.follow
        if follow is Follow.ANY:
            return True
        return follow is Follow.PORT and peer.host == known.peer.host and peer.carrier == known.peer.carrier

    def lost(self, connection: int) -> list[RegistrationChange]:
        """A TCP connection is gone: whoever was registered over it is offline."""
        changes: list[RegistrationChange] = []
        for user in sorted(self._by_connection.pop(connection, ())):
            known = self._known.get(user)
            if known is not None and known.online:
                known.online = False
                self._agenda.set(user, known.until)
                changes.append(RegistrationChange("offline", user, "connection", known.peer))
        return changes

    def tick(self, now: float) -> list[RegistrationChange]:
        """Whoever fell silent or whose registration ended."""
        changes: list[RegistrationChange] = []
        for user in self._agenda.take(now):
            known = self._known.get(user)
            if known is None:
                continue
            if now >= known.until:
                changes += self._remove(user, "expired")
                continue
            deadline = self._deadline(known)
            if known.online and deadline <= now:
                known.online = False
                deadline = known.until
                changes.append(RegistrationChange("offline", user, "silent", known.peer))
            # It was heard since this moment was set: look again when it would be late next.
            self._agenda.set(user, deadline)
        return changes

    def adopt(self, account: SipAccount) -> None:
        """Other terms for somebody who may be registered: from now on, without a new registration.

        A device that is set to another pace follows it with its next keepalive, which still comes by the old one: its silence counts by
        whichever of the two is longer until then.
        """
        known = self._known.get(account.id)
        if known is None:
            return
        known.patient = max(known.patient, known.heard + _silence(known.account))
        known.account = account
        self._agenda.set(account.id, self._deadline(known))

    def quiet(self, connection: int) -> float:
        """Seconds for which a connection may bring nothing: as long as those who registered over it may be silent; 0 where nobody did."""
        users = self._by_connection.get(connection, ())
        return max((_silence(self._known[user].account) for user in users), default=0.0)

    def remove(self, user: str) -> list[RegistrationChange]:
        """An account was withdrawn."""
        return self._remove(user, "withdrawn")

    def _deadline(self, known: Registration) -> float:
        silent = max(known.heard + _silence(known.account), known.patient)
        return min(silent, known.until) if known.online else known.until

    def _remove(self, user: str, why: str) -> list[RegistrationChange]:
        known = self._known.pop(user, None)
        self._agenda.drop(user)
        if known is None:
            return []
        self._leave(known)
        return [RegistrationChange("gone", user, why, known.peer)]

    def _arrive(self, known: Registration) -> None:
        for place in {known.peer, known.source}:
            self._at.setdefault(place, set()).add(known.account.id)
        if known.peer.connection:
            self._by_connection.setdefault(known.peer.connection, set()).add(known.account.id)

    def _leave(self, known: Registration | None) -> None:
        if known is None:
            return
        for place in {known.peer, known.source}:
            _discard(self._at, place, known.account.id)
        _discard(self._by_connection, known.peer.connection, known.account.id)


def _silence(account: SipAccount) -> float:
    """Seconds without a word after which somebody counts as offline."""
    return account.interval * account.misses


def _discard(sets: dict[Key, set[str]], key: Key, user: str) -> None:
    users = sets.get(key)
    if users is not None:
        users.discard(user)
        if not users:
            del sets[key]


def _wished(request: Request) -> int | None:
    """Seconds that are asked for; Contact's own parameter counts before the Expires field."""
    contact = request.contact
    if contact is not None and "expires" in contact.parameters:
        text = contact.parameters["expires"]
        if text.isascii() and text.isdigit() and len(text) <= 10:
            return int(text)
    return request.number("Expires")


def _date(account: SipAccount, wall_us: int) -> tuple[tuple[str, str], ...]:
    return (("Date", written_date(wall_us)),) if account.date else ()
