"""What a lower platform has to tell its owner."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.mansrtsp import MansrtspRequest as Steps
from custodes.gb28181.sdp import CallPurpose

Way = Literal["udp", "tcp-passive", "tcp-active"]
"""How media goes, seen from us: over UDP, over a connection that the upper opens, over one that we open."""


class UpperState(StrEnum):
    """How we stand with an upper."""

    NEVER = "never"
    REGISTERING = "registering"
    REGISTERED = "registered"
    REFUSED = "refused"
    SILENT = "silent"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class UpperStateChanged:
    """It stands otherwise than before; `fault` says why in plain words, empty where nothing is wrong."""

    state: UpperState
    fault: str = ""


@dataclass(frozen=True, slots=True)
class ChannelCalled:
    """The upper calls a channel: decide by `Lower.answer` or `Lower.refuse`. Each is followed by exactly one `UpperCallEnded`.

    Attributes:
        call: our number of it.
        channel: ID as it is shown to this upper.
        kind: ``Play``, ``Playback`` or ``Download``.
        call_id: SIP's Call-ID, which whoever states a purpose elsewhere binds it to. The upper's word.
        start, end: seconds since 1970, 0 and 0 live.
        way, address, port: where media is to go to, and who connects; the port says nothing for ``tcp-passive``.
        ssrc: that it wishes for, None where it names none.
        speed: of a download; stream: 0 main, 1 sub, None where it does not say.
        sound: False where its ``f=`` line names a picture and no sound (Annex F).
    """

    call: int
    channel: str
    kind: CallPurpose
    call_id: str
    start: int
    end: int
    way: Way
    address: str
    port: int
    ssrc: int | None
    speed: int | None = None
    stream: int | None = None
    sound: bool = True


@dataclass(frozen=True, slots=True)
class Started:
    """Our answer was acknowledged: media may go from now on, and not before."""

    call: int


@dataclass(frozen=True, slots=True)
class UpperCallEnded:
    """A call is over: no media any more.

    Attributes:
        why: ``bye``, ``cancelled``, ``no-ack``, ``undecided``, ``replaced``, ``hidden``, ``silent``, ``finished``, ``full``, or what its owner gave.
    """

    call: int
    why: str


@dataclass(frozen=True, slots=True)
class Controlled:
    """A recording is to be steered: say what became of it by `Lower.controlled`."""

    control: int
    call: int
    steps: Steps


@dataclass(frozen=True, slots=True)
class Questioned:
    """A question or command about a channel that is shown: answer by `Lower.reply` or `Lower.deny`; in time, else it is denied.

    Attributes:
        message: as it came, in the upper's IDs: `DeviceControl`, `RecordInfoQuery`, `PresetQuery` …
    """

    question: int
    channel: str
    message: Message


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A question was denied before it was answered: its time is over, or its channel is not shown any more."""

    question: int


@dataclass(frozen=True, slots=True)
class BodyUnreadable:
    """A body was answered with 400: why. Nothing of what was in it."""

    why: str


Event = UpperStateChanged | ChannelCalled | Started | UpperCallEnded | Controlled | Questioned | Lapsed | BodyUnreadable
