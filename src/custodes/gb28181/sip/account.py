"""What a registrar knows beforehand of one peer. Where it comes from is the caller's matter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.guard import PLAIN, ChallengeTerms


class Follow(Enum):
    """What happens when a registered peer is suddenly heard from another address. A keepalive carries no digest, so that anybody
    can send one: following it would let whoever can send a datagram take a device's calls.

    ASK: 403, upon which it registers anew, with digest. PORT: another port of the same host is followed (a NAT that forgets).
    ANY: followed; only in a network where nobody else can send.
    """

    ASK = "ask"
    PORT = "port"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class SipAccount:
    """One peer that may register.

    Attributes:
        id: its ID.
        secret: its password.
        asking: how login is asked for.
        least: shortest registration in seconds that is granted; a shorter wish is answered with 423.
        most: longest; a longer wish is granted as this.
        default: where none is wished for.
        interval: seconds between its keepalives.
        misses: keepalives that may be missing before it counts as offline (2016 §9.6.1).
        follow: what a changed address means.
        date: write the Date by which it sets its clock; some devices fail on it.
    """

    id: str
    secret: Secret
    asking: ChallengeTerms = PLAIN
    least: int = 60
    most: int = 86_400
    default: int = 3600
    interval: float = 60.0
    misses: int = 3
    follow: Follow = Follow.ASK
    date: bool = True
