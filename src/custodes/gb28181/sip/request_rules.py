"""What is said of a request before anybody looks at who sent it (RFC 3261 §8.2): rules without state."""

from __future__ import annotations

from typing import NamedTuple

from custodes.gb28181.sip.answering import answer
from custodes.gb28181.sip.malformed import Malformed, MessageFault
from custodes.gb28181.sip.message import METHODS, Request, Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.via import back_to

ALLOW = "INVITE, ACK, INFO, CANCEL, BYE, OPTIONS, MESSAGE, REGISTER, SUBSCRIBE, NOTIFY"
ACCEPT = "application/sdp, Application/MANSCDP+xml"
_STATUS = {MessageFault.VERSION: 505, MessageFault.BODY_TOO_LONG: 413}


class Objection(NamedTuple):
    """How a request is answered, and the name of the rule."""

    status: int
    why: str
    fields: tuple[tuple[str, str], ...] = ()


def objection(request: Request) -> Objection | None:
    """What speaks against a request, whoever sent it; None for nothing."""
    if request.method not in METHODS:
        return Objection(405, "method", (("Allow", ALLOW),))
    if request.target.partition(":")[0].lower() not in ("sip", "sips"):
        return Objection(416, "scheme")
    required = [] if request.method == "CANCEL" else request.headers.items("Require")
    if required:
        return Objection(420, "require", (("Unsupported", ", ".join(required)[:200]),))
    return None


def rejection(error: Malformed, source: Peer, tag: str) -> tuple[Peer, Response] | None:
    """The answer to a request that breaks a rule; None where it can't be answered, or needs no answer."""
    request = error.message
    if not isinstance(request, Request) or request.method == "ACK":
        return None
    if not all(request.headers.get(name) for name in ("From", "To", "Call-ID", "CSeq")):
        return None
    try:
        return back_to(request.via, source), answer(request, source, _STATUS.get(error.fault, 400), tag=tag)
    except Malformed:
        return None
