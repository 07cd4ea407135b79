"""What becomes of any body that comes: read, answered by SIP with this status, and by a message of its own where the standard wants one.

Only bodies of peers that have registered come here: SIP refuses those of others (§2.4) before anything is read. Nothing is passed over in silence.
"""

from __future__ import annotations

from dataclasses import dataclass

from custodes.gb28181.charset import charset_for
from custodes.gb28181.edition import BASE, Edition
from custodes.gb28181.manscdp.alarm import AlarmNotice, answer_to
from custodes.gb28181.manscdp.frame import BodyFrame, Message, Root, Unknown, read_frame, write_error, write_message
from custodes.gb28181.manscdp.messages import read_framed
from custodes.gb28181.manscdp.xml import LIMITS, XmlLimits
from custodes.gb28181.refused import Gb28181Refused

OK, BAD_REQUEST = 200, 400


@dataclass(frozen=True, slots=True)
class Incoming:
    """One body.

    Attributes:
        status: of the SIP answer, which has no body.
        message: what it says; None where it was refused.
        answer: a message to send afterwards, None where none is due yet: whoever does what is asked answers then.
        refusal: why it was refused; for the log and the peer's page.
    """

    status: int
    message: Message | None = None
    answer: bytes | None = None
    refusal: Gb28181Refused | None = None


def take_in(data: bytes, edition: Edition = BASE, limits: XmlLimits = LIMITS) -> Incoming:
    """A body of a peer of this edition. Never raises.

    No body that can be told apart: 400. A question or command that is not known, or can't be right: 200, then `Result` ERROR with its number.
    A notice or an answer that is not known or can't be right: 200, and nothing else. An alarm: 200, then its answer.
    """
    try:
        frame = read_frame(data, limits)
    except Gb28181Refused as refusal:
        return Incoming(BAD_REQUEST, refusal=refusal)
    return understand(frame, edition)


def understand(frame: BodyFrame, edition: Edition = BASE) -> Incoming:
    """The same of a body that could be told apart: its status is 200 whatever it says, so that it can be answered before this is asked. Never raises."""
    try:
        message = read_framed(frame)
    except Gb28181Refused as refusal:
        return Incoming(OK, answer=_error(frame, edition), refusal=refusal)
    if isinstance(message, Unknown):
        return Incoming(OK, message, _error(frame, edition))
    if isinstance(message, AlarmNotice):
        answer = answer_to(message)
        heard = charset_for(edition, message.charset)
        return Incoming(OK, message, write_message(answer, edition, heard) if answer is not None else None)
    return Incoming(OK, message)


def _error(frame: BodyFrame, edition: Edition) -> bytes | None:
    """The refusal of a question or command; None for what asks for nothing."""
    if frame.root not in (Root.QUERY, Root.CONTROL):
        return None
    return write_error(frame.root, frame.cmd, frame.sn, frame.device_id, charset_for(edition, frame.charset))
