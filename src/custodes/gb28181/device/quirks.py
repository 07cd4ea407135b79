"""What devices do wrong (§5.3, §8 of the reference), each under a name of its own, so that a platform can be tried with it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from enum import StrEnum

from custodes.gb28181.charset import Charset
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.media.mux import VIDEO_ID
from custodes.gb28181.media.psm import MAP_ID
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import Event
from custodes.gb28181.sip.transactions import Send


class Quirk(StrEnum):
    """One fault."""

    NO_MAP = "no-map"
    """The program stream has no map."""
    WRONG_MAP_CRC = "wrong-map-crc"
    NO_PES_LENGTH = "no-pes-length"
    """Video PES packets say 0 for their length."""
    WRONG_SSRC = "wrong-ssrc"
    """RTP has another SSRC than the call agreed on."""
    SUM_TOO_LARGE = "sum-too-large"
    """Answers in parts announce three entries more than there are."""
    WRONG_SN = "wrong-sn"
    """Answers have a number of their own."""
    GBK_AS_GB2312 = "gbk-as-gb2312"
    """Bodies are in GBK and declare GB2312."""
    NO_TO_TAG = "no-to-tag"
    """Answers leave the tag of To out."""
    NO_SDP = "no-sdp"
    """The answer to a call has no description of its stream."""
    LF_ENDS = "lf-ends"
    """Lines of heads end with LF alone."""
    NO_MEDIA_STATUS = "no-media-status"
    """At the end of a recording nothing is said: packets stop."""
    SETS_NOTHING = "sets-nothing"
    """DeviceConfig is answered by OK, and everything stays as it was."""
    CUTS_SETTINGS = "cuts-settings"
    """DeviceConfig is answered by OK, and what goes beyond the device is cut to what it can, without a word."""
    REFUSES_SETTINGS = "refuses-settings"
    """DeviceConfig is answered by ERROR."""
    MUTE_SETTINGS = "mute-settings"
    """Neither ConfigDownload nor DeviceConfig is answered; SIP's 200 comes."""
    ONE_TYPE_EACH = "one-type-each"
    """Each type of a configuration comes in an answer of its own (2016 A.2.4)."""
    ONE_TYPE_AT_ONCE = "one-type-at-once"
    """A question for several types is answered by ERROR."""
    POSITION_BY_MESSAGE = "position-by-message"
    """Positions come by messages, whoever subscribed or not."""
    POSITION_TOO_OFTEN = "position-too-often"
    """Positions come each second, whatever interval was asked for."""
    POSITION_OF_HOST = "position-of-host"
    """Positions of a channel name the device."""
    POSITION_AS_CATALOG = "position-as-catalog"
    """Positions are subscribed to by the event of catalogs alone."""
    NO_POSITION = "no-position"
    """Who subscribes to positions is refused."""
    SPEECH_NO_CALL = "speech-no-call"
    """It says OK to an announcement of speech and never calls."""
    SPEECH_REFUSED = "speech-refused"
    """It says ERROR to every announcement of speech."""
    SPEECH_BY_DEVICE = "speech-by-device"
    """It is spoken to under its own code alone, and says ERROR to those of its channels."""
    SPEECH_SUBJECT = "speech-subject"
    """Its call for speech has a Subject that names nobody."""
    SPEECH_TCP_ACTIVE = "speech-tcp-active"
    """It wants speech over a connection that it makes."""
    SPEECH_TCP_PASSIVE = "speech-tcp-passive"
    """It wants speech over a connection to it."""
    SPEECH_PS = "speech-ps"
    """It wants speech in a program stream (2014)."""
    SPEECH_PCMU = "speech-pcmu"
    """It wants speech in µ-law."""
    TALK = "talk"
    """It takes a call with `s=Talk`, the short form of some makers, and is spoken to in it."""
    TALK_DECLINED = "talk-declined"
    """It answers such a call with port 0."""
    TALK_AS_PICTURE = "talk-as-picture"
    """It takes such a call for one for its picture."""
    TALK_BACK = "talk-back"
    """It sends what it hears back in the same call."""


NONE: frozenset[Quirk] = frozenset()
_MORE = 3
_TO_TAG = re.compile(rb"(\r\n(?:To|t)[ \t]*:[^\r\n]*?);tag=[^;\r\n]*", re.IGNORECASE)
_LABEL = b'encoding="GB18030"'


class FaultyEndpoint(Endpoint):
    """An endpoint whose octets have faults. Set `quirks` before anything is sent."""

    quirks: Collection[Quirk] = NONE

    def take(self) -> tuple[list[Send], list[Event]]:
        """What is to be sent, spoiled."""
        sends, events = super().take()
        return [Send(send.peer, spoiled(send.octets, self.quirks)) for send in sends], events


def spoiled(octets: bytes, quirks: Collection[Quirk]) -> bytes:
    """A SIP message with the faults of heads."""
    head, end, body = octets.partition(b"\r\n\r\n")
    if Quirk.NO_TO_TAG in quirks and head.startswith(b"SIP/2.0"):
        head = _TO_TAG.sub(rb"\1", head, count=1)
    if Quirk.LF_ENDS in quirks:
        head, end = head.replace(b"\r\n", b"\n"), b"\n\n"
    return head + end + body


def body_of(message: Message, quirks: Collection[Quirk], edition: Edition, charset: Charset | None) -> bytes:
    """A body with the faults of bodies.

    Raises:
        Refused: it can't be written.
    """
    if Quirk.WRONG_SN in quirks and message.ROOT == "Response":
        message = replace(message, sn=message.sn + 1_000)
    if Quirk.GBK_AS_GB2312 not in quirks:
        return write_message(message, edition, charset)
    # GB 18030 writes what GBK has in the octets of GBK.
    return write_message(message, edition, Charset.GB18030).replace(_LABEL, b'encoding="GB2312"', 1)


def total(count: int, quirks: Collection[Quirk]) -> int:
    """What `SumNum` says of so many entries."""
    return count + (_MORE if Quirk.SUM_TOO_LARGE in quirks else 0)


def pack_with(pack: bytes, quirks: Collection[Quirk]) -> bytes:
    """The pack of one frame, as `ProgramWriter` makes it, with the faults of media."""
    if not {Quirk.NO_MAP, Quirk.WRONG_MAP_CRC, Quirk.NO_PES_LENGTH} & set(quirks):
        return pack
    out = [pack[:14]]  # the pack header
    at = 14
    while at + 6 <= len(pack):
        number = pack[at + 3]
        end = at + 6 + int.from_bytes(pack[at + 4 : at + 6], "big")
        piece = pack[at:end]
        if number == MAP_ID and Quirk.NO_MAP in quirks:
            piece = b""
        elif number == MAP_ID and Quirk.WRONG_MAP_CRC in quirks:
            piece = piece[:-1] + bytes((piece[-1] ^ 0xFF,))
        elif number == VIDEO_ID and Quirk.NO_PES_LENGTH in quirks:
            piece = piece[:4] + b"\0\0" + piece[6:]
        out.append(piece)
        at = end
    return b"".join(out)
