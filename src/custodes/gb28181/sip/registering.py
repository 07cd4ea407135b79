"""The side that registers: a lower platform with an upper one, a simulated device with a platform (2016 §9.1, §9.6).

Sans-I/O and without a clock: `due` says when to call `step`, which gives the next request; answers and silences come in through
`answered` and `unanswered`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from custodes.gb28181.edition import BASE, Edition, edition_of
from custodes.gb28181.ids import domain_of
from custodes.gb28181.sip.challenge import parse_field
from custodes.gb28181.sip.digest import Login, Secret, choose
from custodes.gb28181.sip.fields import Headers
from custodes.gb28181.sip.message import Request, Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.timers import NEVER
from custodes.gb28181.sip.uri import Uri
from custodes.gb28181.sip.via import own_via

LEAST_WAIT = 60.0
"""Seconds after a failure before the next try (2016 §9.1.1), and up to as many again at random."""
LONGEST_WAIT = 1800.0


class RegistrationStanding(Enum):
    """How the registration stands."""

    OUT = "out"
    ASKING = "asking"
    IN = "in"
    LEAVING = "leaving"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class RegistrarServer:
    """What is known of the server.

    Attributes:
        server: its ID.
        id: our ID, which is the user name too.
        contact: our own address as it should reach us.
        expires: seconds that are asked for.
        interval: seconds between keepalives.
        misses: keepalives without an answer after which we register anew.
        edition: ours; stated on the wire from 2022 on.
        domain: the server's SIP domain; empty for the first ten digits of its ID.
    """

    server: str
    id: str
    secret: Secret
    contact: Peer
    expires: int = 86_400
    interval: float = 60.0
    misses: int = 3
    edition: Edition = Edition.E2022
    domain: str = ""


@dataclass(frozen=True, slots=True)
class RegistrationNews:
    """What became of it: ``registered``, ``refreshed``, ``refused`` (with the status), ``lost``, ``left``, ``redirected`` (with the target)."""

    what: str
    why: str = ""


class Registering:
    """One registration with one server.

    Args:
        token: makes unguessable words.
        chance: a number from 0 to 1, for delays that keep many devices from coming at once.
        keepalive: the body of a keepalive with a serial number; None and no keepalives are sent.

    Attributes:
        standing: how it stands.
        edition: the server's, as it stated it.
        interval, misses: of keepalives, as `RegistrarServer` has them until `follow`.
    """

    def __init__(
        self,
        upper: RegistrarServer,
        token: Callable[[], str],
        chance: Callable[[], float],
        keepalive: Callable[[int], bytes] | None = None,
        begin: float = 0.0,
    ) -> None:
        self.standing = RegistrationStanding.OUT
        self.edition = BASE
        self._upper = upper
        self.interval, self.misses = upper.interval, upper.misses
        self._token = token
        self._chance = chance
        self._keepalive = keepalive
        self._call_id = f"{token()}@{upper.contact.host}"
        self._tag = token()
        self._number = 0
        self._expires = upper.expires
        self._login: Login | None = None
        self._tries = 0  # answers to challenges in a row
        self._failures = 0
        self._register_due = begin
        self._keepalive_due = NEVER
        self._serial = 0
        self._missed = 0

    @property
    def expires(self) -> int:
        """Seconds that are asked for with the next registration."""
        return self._expires

    @property
    def due(self) -> float:
        """When `step` is to be called."""
        return min(self._register_due, self._keepalive_due)

    def step(self, now: float) -> list[Request]:
        """Requests that are due; send each in a transaction and bring back what becomes of it."""
        found: list[Request] = []
        if now >= self._register_due:
            self._register_due = NEVER
            if self.standing in (RegistrationStanding.OUT, RegistrationStanding.IN):
                self.standing = (
                    RegistrationStanding.ASKING
                    if self.standing is RegistrationStanding.OUT
                    else RegistrationStanding.IN
                )
                self._tries = 0
                found.append(self._register(self._expires))
        if now >= self._keepalive_due and self._keepalive is not None:
            self._keepalive_due = now + self.interval
            self._serial += 1
            found.append(self._message(self._keepalive(self._serial)))
        return found

    def follow(self, interval: float, misses: int, expires: int, now: float) -> None:
        """Be quicker or slower from now on; another expiry is asked for with the next registration."""
        self.interval, self.misses, self._expires = interval, misses, expires
        if self._keepalive_due != NEVER:
            self._keepalive_due = now + interval

    def leave(self) -> list[Request]:
        """Unregister (Expires 0)."""
        if self.standing not in (RegistrationStanding.IN, RegistrationStanding.ASKING):
            self.standing = RegistrationStanding.LEFT
            self._register_due = NEVER
            return []
        self.standing = RegistrationStanding.LEAVING
        self._register_due = self._keepalive_due = NEVER
        self._tries = 0
        return [self._register(0)]

    def answered(
        self, request: Request, response: Response, now: float
    ) -> tuple[list[Request], list[RegistrationNews]]:
        """A final response."""
        if response.status < 200:
            return [], []
        if request.method != "REGISTER":
            return self._keepalive_answered(response, now)
        if response.status in (401, 407) and self._tries < 2:
            again = self._answer_challenge(response)
            if again is not None:
                return [again], []
        if 200 <= response.status < 300:
            return [], self._granted(response, now)
        if response.status == 423 and (least := response.number("Min-Expires", 864_000)) and least > self._expires:
            self._expires = least
            return [self._register(self._expires)], []
        if response.status == 302 and response.contact is not None:
            # 2022 §9.1.2.3; whoever uses this registers there, and comes back when that server fails.
            self.standing = RegistrationStanding.LEFT
            self._keepalive_due = NEVER
            return [], [RegistrationNews("redirected", str(response.contact.uri))]
        return [], self._failed(str(response.status), now)

    def unanswered(self, request: Request, now: float) -> list[RegistrationNews]:
        """A request was given up."""
        if request.method != "REGISTER":
            return self._miss(now)
        return self._failed("timeout", now)

    def disconnected(self, now: float) -> list[RegistrationNews]:
        """The TCP connection broke: it registers anew, after a pause that many do not share."""
        if self.standing in (RegistrationStanding.LEAVING, RegistrationStanding.LEFT):
            self.standing = RegistrationStanding.LEFT
            return []
        was_in = self.standing is RegistrationStanding.IN
        self.standing = RegistrationStanding.OUT
        self._keepalive_due = NEVER
        self._register_due = now + 1 + 10 * self._chance()
        return [RegistrationNews("lost", "connection")] if was_in else []

    def _granted(self, response: Response, now: float) -> list[RegistrationNews]:
        if self.standing is RegistrationStanding.LEAVING:
            self.standing = RegistrationStanding.LEFT
            return [RegistrationNews("left")]
        if self.standing is RegistrationStanding.LEFT:
            return []
        stated = response.headers.get("X-GB-Ver")
        self.edition = edition_of(stated)
        granted = _granted_seconds(response)
        seconds = min(granted, self._expires) if granted else self._expires
        first = self.standing is not RegistrationStanding.IN
        self.standing = RegistrationStanding.IN
        self._failures = self._missed = 0
        # Well before the end, and not all at the same moment.
        self._register_due = now + seconds * (0.7 + 0.2 * self._chance())
        if self._keepalive is not None and first:
            self._keepalive_due = now + self.interval
        return [RegistrationNews("registered" if first else "refreshed")]

    def _failed(self, why: str, now: float) -> list[RegistrationNews]:
        if self.standing in (RegistrationStanding.LEAVING, RegistrationStanding.LEFT):
            self.standing = RegistrationStanding.LEFT
            return [RegistrationNews("left", why)]
        self.standing = RegistrationStanding.OUT
        self._login = None
        self._keepalive_due = NEVER
        self._failures += 1
        longest = min(LEAST_WAIT * 2 ** min(self._failures - 1, 5), LONGEST_WAIT)
        self._register_due = now + longest + LEAST_WAIT * self._chance()
        return [RegistrationNews("refused" if why.isdigit() else "lost", why)]

    def _keepalive_answered(self, response: Response, now: float) -> tuple[list[Request], list[RegistrationNews]]:
        if self.standing is not RegistrationStanding.IN:
            return [], []
        if 200 <= response.status < 300:
            self._missed = 0
            return [], []
        if response.status in (401, 403, 404):
            # It does not know us any more: a new registration at once, once.
            self.standing = RegistrationStanding.OUT
            self._keepalive_due = NEVER
            self._register_due = now + self._chance()
            return [], [RegistrationNews("lost", str(response.status))]
        return [], self._miss(now)

    def _miss(self, now: float) -> list[RegistrationNews]:
        if self.standing is not RegistrationStanding.IN:
            return []
        self._missed += 1
        if self._missed < self.misses:
            return []
        self._missed = 0
        self.standing = RegistrationStanding.OUT
        self._keepalive_due = NEVER
        self._register_due = now + self._chance()
        return [RegistrationNews("lost", "keepalive")]

    def _answer_challenge(self, response: Response) -> Request | None:
        offers = [
            found
            for name in ("WWW-Authenticate", "Proxy-Authenticate")
            for value in response.headers.all(name)
            if (found := parse_field(value)) is not None
        ]
        offer = choose(offers)
        if offer is None:
            return None
        self._tries += 1
        self._login = Login(offer, self._upper.id, self._upper.secret, self._token)
        name = "Proxy-Authorization" if response.status == 407 else "Authorization"
        return self._register(0 if self.standing is RegistrationStanding.LEAVING else self._expires, name)

    def _register(self, expires: int, login: str = "") -> Request:
        more = [("Contact", f"<sip:{self._upper.id}@{self._upper.contact.written}>"), ("Expires", str(expires))]
        if self._upper.edition >= Edition.E2022:
            more.append(("X-GB-Ver", self._upper.edition.wire))
        target = self._target()
        if login and self._login is not None:
            more.append((login, self._login.authorization("REGISTER", target)))
        return self._request("REGISTER", self._own(), self._call_id, self._tag, more)

    def _message(self, body: bytes) -> Request:
        call_id = f"{self._token()}@{self._upper.contact.host}"
        to = str(Uri("sip", self._upper.server, self._domain()))
        return self._request("MESSAGE", to, call_id, self._token(), [("Content-Type", "Application/MANSCDP+xml")], body)

    def _request(
        self, method: str, to: str, call_id: str, tag: str, more: list[tuple[str, str]], body: bytes = b""
    ) -> Request:
        self._number += 1
        me = self._upper.contact
        headers = Headers([("Via", own_via(me.carrier, me.host, me.port, f"z9hG4bK{self._token()}"))])
        headers.add("From", f"<{self._own()}>;tag={tag}")
        headers.add("To", f"<{to}>")
        headers.add("Call-ID", call_id)
        headers.add("CSeq", f"{self._number} {method}")
        headers.add("Max-Forwards", "70")
        for name, value in more:
            headers.add(name, value)
        return Request(headers, body, (), method, self._target())

    def _domain(self) -> str:
        return self._upper.domain or domain_of(self._upper.server)

    def _own(self) -> str:
        return str(Uri("sip", self._upper.id, domain_of(self._upper.id)))

    def _target(self) -> str:
        return str(Uri("sip", self._upper.server, self._domain()))


def _granted_seconds(response: Response) -> int | None:
    contact = response.contact
    if contact is not None and (text := contact.parameters.get("expires", "")).isdigit() and len(text) <= 9:
        return int(text)
    return response.number("Expires")
