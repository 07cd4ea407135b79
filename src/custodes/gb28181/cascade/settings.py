"""What is agreed with one upper platform, and the bounds that it is held to."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from custodes.addresses import is_machine, is_within
from custodes.gb28181.charset import Charset
from custodes.gb28181.edition import Edition
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registering import RegistrarServer


@dataclass(frozen=True, slots=True)
class UpperBounds:
    """What one upper may cost.

    Attributes:
        calls: calls at once, decided or not; a further one gets 486.
        decide_s: seconds until a call that nobody decided is refused; uppers give up after about ten.
        answer_s: seconds until a question that nobody answered gets `Result` ERROR.
        questions: questions that wait for the caller at once.
        takings: answers in parts that wait behind the one that is sent; parts: that are sent a second at most.
        messages: messages of ours that are not acknowledged; beyond that its questions get 503.
        controls: INFO of one call that wait for the caller.
        subscriptions: that it holds at once.
        rate, burst: requests that are looked at, a second for long and at once; the rest is dropped.
    """

    calls: int = 16
    decide_s: float = 8.0
    answer_s: float = 15.0
    questions: int = 64
    takings: int = 4
    parts: float = 200.0
    messages: int = 64
    controls: int = 4
    subscriptions: int = 16
    rate: float = 100.0
    burst: float = 1_000.0


BOUNDS = UpperBounds()


@dataclass(frozen=True, slots=True)
class UpperPlatformSettings:
    """One upper platform.

    Attributes:
        upper: its ID, ours as it gave it, the secret, our address, expiry, keepalives, our edition.
        platform: the address where it is reached.
        hosts: further addresses that it may be heard from (a cluster); `platform.host` always is.
        media: networks that it may name for its media; where none is given, the addresses that it is heard from alone: a call never makes us
            send pictures to a third party.
        theirs: its edition where a person knows better than its ``X-GB-Ver``; charset: likewise what it writes in.
        name, maker, model, firmware: of us, in DeviceInfo.
        of_part: entries of one message of an answer in parts; 0 for one over UDP and 50 over TCP.
        largest: octets of a SIP message over UDP (RFC 3428 §8: 1,300).
        alarms_unasked: send alarms as messages where it subscribed to none.
    """

    upper: RegistrarServer
    platform: Peer
    hosts: frozenset[str] = frozenset()
    media: tuple[IPv4Network | IPv6Network, ...] = ()
    theirs: Edition | None = None
    charset: Charset | None = None
    name: str = "Custodes"
    maker: str = "Custodes"
    model: str = "Custodes"
    firmware: str = "1"
    of_part: int = 0
    largest: int = 1_300
    alarms_unasked: bool = False
    bounds: UpperBounds = BOUNDS

    @property
    def id(self) -> str:
        """Our ID with it."""
        return self.upper.id

    @property
    def heard(self) -> frozenset[str]:
        """Addresses that it is heard from."""
        return self.hosts | {self.platform.host}

    def may_receive(self, address: str) -> bool:
        """Whether media may be sent to an address that it names."""
        if not self.media:
            return address in self.heard and is_machine(address)
        return is_within(address, self.media)
