"""The Subject header of a call: who sends which stream to whom (GB/T 28181-2016 Annex K)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from custodes.gb28181 import ids
from custodes.gb28181.refused import Gb28181Refused

LONGEST = 300
_SERIAL = re.compile(r"[0-9A-Za-z._-]{1,20}")


@dataclass(frozen=True, slots=True)
class CallSubject:
    """``sender:serial,receiver:serial``. The sender is who sends the media: the channel. The same serial is the same stream.

    Attributes:
        sender_serial, receiver_serial: up to 20 characters; by custom the first is 0 for live and 1 for recorded. Empty where a peer left it out.
    """

    sender: str
    sender_serial: str
    receiver: str = ""
    receiver_serial: str = ""

    def __str__(self) -> str:
        return f"{self.sender}:{self.sender_serial},{self.receiver}:{self.receiver_serial}"


def subject(channel: str, ssrc: str, receiver: str) -> CallSubject:
    """The header of our own calls, as most platforms send it.

    Raises:
        Refused: a code or the serial can't stand there.
    """
    return _whole(CallSubject(ids.checked(channel, "Subject"), ssrc, ids.checked(receiver, "Subject"), "0"))


def parse_subject(text: str | None) -> CallSubject | None:
    """What a peer sent; None where there is none, as with peers of 2011.

    Raises:
        Refused: it names no sender.
    """
    if text is None or not text.strip():
        return None
    if len(text) > LONGEST:
        raise Gb28181Refused("Subject", f"is longer than {LONGEST} characters", "send sender:serial,receiver:serial")
    sender, _, receiver = text.partition(",")
    sent, received = _part(sender), _part(receiver)
    if not sent[0]:
        raise Gb28181Refused("Subject", "names no sender", "send sender:serial,receiver:serial (Annex K)")
    return CallSubject(*sent, *received)


def _part(text: str) -> tuple[str, str]:
    device, _, serial = text.strip().partition(":")
    serial = serial.strip()
    try:
        return ids.checked(device, "Subject"), serial if _SERIAL.fullmatch(serial) else ""
    except Gb28181Refused:
        return "", ""


def _whole(made: CallSubject) -> CallSubject:
    if not _SERIAL.fullmatch(made.sender_serial):
        raise Gb28181Refused("Subject", "has no serial of 1 to 20 characters", "give the SSRC as in y=")
    return made
