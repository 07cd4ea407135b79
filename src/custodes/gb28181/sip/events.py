"""What an endpoint has to tell."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.gb28181.sip.call import CallEvent, SipCall
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.dialog import Dialog
from custodes.gb28181.sip.message import Request, Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.gb28181.sip.server_transaction import ServerTransaction


@dataclass(frozen=True, slots=True)
class RequestReceived:
    """A request that waits for `Endpoint.reply`. What is not answered within three minutes is forgotten.

    Attributes:
        device: the registered ID that it comes from, which may not be the one in From; empty where no registrar asks.
        dialog: that it belongs to, None outside of all.
    """

    request: Request
    source: Peer
    transaction: ServerTransaction
    device: str = ""
    dialog: Dialog | None = None


@dataclass(frozen=True, slots=True)
class Got:
    """What became of a request of ours: a response, or none and why."""

    transaction: ClientTransaction
    response: Response | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class CallOffered:
    """A peer calls: `call.accept` or `call.refuse`."""

    call: SipCall
    request: Request
    source: Peer
    device: str = ""


Event = RequestReceived | Got | CallOffered | CallEvent | RegistrationChange
