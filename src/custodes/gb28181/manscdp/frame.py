"""The frame of every body: the root says what is done, then `CmdType`, `SN`, `DeviceID`, and what belongs to the command (GB/T 28181 Annex A.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar
from zlib import crc32

from custodes.gb28181 import ids
from custodes.gb28181.charset import Charset, charset_for, encoded
from custodes.gb28181.edition import BASE, Edition
from custodes.gb28181.manscdp.structure import Faults, Structure, StructureFault, escaped, read, structure, write
from custodes.gb28181.manscdp.xml import LIMITS, XmlElement, XmlLimits, read_xml
from custodes.gb28181.refused import Gb28181Refused

MOST_SN = 2**63 - 1
LONGEST_SN = 64
"""Characters of a serial number that is no number and is said again all the same."""


class TextSn(int):
    """The serial number of a question or command whose peer writes a text there (a UUID): a number to us, its text in the answers.

    Attributes:
        text: as it came; without control characters, `LONGEST_SN` at most.
    """

    text: str

    @classmethod
    def of(cls, text: str) -> TextSn:
        """The number of a text."""
        made = cls(crc32(text.encode()) + 1)
        made.text = text
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return TextSn.of, (self.text,)


class Root(StrEnum):
    """What a body does."""

    QUERY = "Query"
    CONTROL = "Control"
    NOTIFY = "Notify"
    RESPONSE = "Response"


class Result(StrEnum):
    """How a command went."""

    OK = "OK"
    ERROR = "ERROR"


@structure
class Message(Structure):
    """A body.

    Attributes:
        sn: serial number of the question, the same in its answers, a `TextSn` where a peer wrote a text; 0 of a notice or an answer that has none
            that makes sense.
        device_id: whom it is about; empty where a peer left it out of a notice.
        charset: what it was written in, None where it does not say.
        faults: what was passed over when it was read; fault_count: how many, also those not told of.
    """

    ROOT: ClassVar[Root]
    CMD: ClassVar[str]
    ALSO: ClassVar[tuple[str, ...]] = ()
    SINCE: ClassVar[Edition] = Edition.E2011
    NAMELESS: ClassVar[bool] = False

    sn: int
    device_id: str = ""
    charset: Charset | None = field(default=None, compare=False)
    faults: tuple[StructureFault, ...] = field(default=(), compare=False)
    fault_count: int = field(default=0, compare=False)

    def check(self) -> None:
        """What holds between its elements.

        Raises:
            Refused: it does not.
        """


@structure
class Unknown(Message):
    """A body of a command that we do not know. It is answered (§3.0), never passed over in silence, and not sent on: `check` refuses it."""

    ROOT: ClassVar[Root] = Root.NOTIFY
    CMD: ClassVar[str] = ""

    root: Root
    cmd: str

    def check(self) -> None:
        """It can't be written."""
        raise Gb28181Refused("CmdType", "is not known", "refuse it by Result ERROR")


@dataclass(frozen=True, slots=True)
class BodyFrame:
    """A body before its command is looked at."""

    root: Root
    cmd: str
    sn: int
    device_id: str
    node: XmlElement
    charset: Charset | None
    faults: Faults


_FRAME = frozenset({"cmdtype", "sn", "deviceid"})
_ROOTS = {root.value.lower(): root for root in Root}


def read_frame(data: bytes, limits: XmlLimits = LIMITS) -> BodyFrame:
    """What a body is, and about whom.

    Raises:
        Refused: no XML within the limits, another root, no `CmdType`, or no `DeviceID` or `SN` in a question or command.
    """
    document = read_xml(data, limits)
    node, faults = document.root, Faults()
    for mended in document.repaired:
        faults.add("body", f"had to be mended ({mended})")
    root = _ROOTS.get(node.key)
    if root is None:
        raise Gb28181Refused("root", "is none of Query, Control, Notify, Response", "send one of them")
    cmd = _text(node, "cmdtype")
    if not cmd or len(cmd) > 64 or not cmd.isascii() or not cmd.isprintable():
        raise Gb28181Refused("CmdType", "is missing or no name", "name the command")
    return BodyFrame(
        root, cmd, _sn(node, root, faults), _device(node, root, cmd, faults), node, document.charset, faults
    )


def read_message(frame: BodyFrame, cls: type[Any]) -> Any:
    """The command's own elements.

    Raises:
        Refused: one that has to be there is not, or makes no sense.
    """
    message = read(cls, frame.node, frame.faults, _FRAME, sn=frame.sn, device_id=frame.device_id, charset=frame.charset)
    return _told(message, frame.faults)


def read_unknown(frame: BodyFrame) -> Unknown:
    """What is known of a command that we do not know."""
    message = read(
        Unknown,
        frame.node,
        frame.faults,
        _FRAME,
        sn=frame.sn,
        device_id=frame.device_id,
        charset=frame.charset,
        root=frame.root,
        cmd=frame.cmd,
    )
    told: Unknown = _told(message, frame.faults)
    return told


def _told(message: Any, faults: Faults) -> Any:
    if not faults.count:
        return message
    object.__setattr__(message, "faults", tuple(faults.told))
    object.__setattr__(message, "fault_count", faults.count)
    return message


def write_message(message: Message, edition: Edition = BASE, charset: Charset | None = None) -> bytes:
    """The octets of a body.

    Args:
        charset: what the peer writes in, where that was heard.

    Raises:
        Refused: something in it that can't be sent, or not to a peer of this edition.
    """
    if edition < message.SINCE:
        rule = f"{message.CMD} is not in edition {edition.wire}"
        raise Gb28181Refused("CmdType", rule, f"ask it of peers from {message.SINCE.wire} on")
    message.check()
    if not 1 <= message.sn <= MOST_SN:
        raise Gb28181Refused(
            "SN", "is no whole number from 1 on", "count questions from 1; answer with the number asked"
        )
    out = [f"<CmdType>{message.CMD}</CmdType>", _written_sn(message.sn)]
    if not message.NAMELESS:
        out.append(f"<DeviceID>{ids.checked(message.device_id)}</DeviceID>")
    write(message, edition, out)
    return _document(message.ROOT, out, charset or charset_for(edition))


def write_error(root: Root, cmd: str, sn: int, device_id: str, charset: Charset = Charset.GB2312) -> bytes:
    """A refusal to any question or command, known or not: ``Response`` with ``Result`` ERROR and the same number.

    Raises:
        Refused: it was neither a question nor a command: a notice or an answer is not refused.
    """
    if root not in (Root.QUERY, Root.CONTROL):
        raise Gb28181Refused("root", "asks for nothing", "refuse questions and commands alone")
    out = [f"<CmdType>{escaped(cmd)}</CmdType>", _written_sn(sn), f"<DeviceID>{ids.checked(device_id)}</DeviceID>"]
    out.append(f"<Result>{Result.ERROR.value}</Result>")
    return _document(Root.RESPONSE, out, charset)


def _document(root: Root, parts: list[str], charset: Charset) -> bytes:
    text = f'<?xml version="1.0" encoding="{charset.value}"?>\r\n<{root.value}>\r\n' + "\r\n".join(parts)
    return encoded(f"{text}\r\n</{root.value}>\r\n", charset)


def _text(node: XmlElement, key: str) -> str:
    found = node.find(key)
    return found.text.strip() if found is not None else ""


def _written_sn(sn: int) -> str:
    return f"<SN>{escaped(sn.text) if isinstance(sn, TextSn) else sn}</SN>"


def _sn(node: XmlElement, root: Root, faults: Faults) -> int:
    text = _text(node, "sn")
    if text.isascii() and text.isdigit() and len(text) <= 19 and 1 <= int(text) <= MOST_SN:
        return int(text)
    if root in (Root.QUERY, Root.CONTROL):
        # It waits for an answer, which it knows by this alone.
        if not text or len(text) > LONGEST_SN or not text.isprintable():
            raise Gb28181Refused("SN", f"is missing, or longer than {LONGEST_SN} characters", "count questions from 1")
        faults.add("SN", "is no whole number from 1 on; it is said again as it came")
        return TextSn.of(text)
    faults.add("SN", "is no whole number from 1 on")
    return 0


def _device(node: XmlElement, root: Root, cmd: str, faults: Faults) -> str:
    text = _text(node, "deviceid")
    try:
        return ids.checked(text)
    except Gb28181Refused:
        if root in (Root.QUERY, Root.CONTROL):
            raise
        if text or cmd.lower() != "broadcast":
            faults.add("DeviceID", "is missing or no code")
        return ""
