"""What a process that takes in a foreign source says to its worker: messages behind a 5-octet head; at its end a kind and a plain sentence.

Length of the body (32 bit), kind (8 bit), body; big-endian. The other way goes one JSON order, and the end of that pipe,
which is the end of the process.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from custodes.video.unit import LARGEST_FRAME, Codec, SoundCodec, SoundParameters, aac_parameters, g711_parameters

OPENED, PARAMETERS, PICTURE, FAILURE, SOUND_PARAMETERS, SOUND, SOUND_FAULT = 0, 1, 2, 3, 4, 5, 6

LARGEST = 8 << 20
"""Octets of the largest body that is believed: a picture (`rtp.assembly.LARGEST_UNIT`)."""

FailureKind = Literal["password", "path", "refused", "codec", "protocol", "network"]

_HEAD = struct.Struct(">IB")
_PICTURE = struct.Struct(">Bq")
_SOUND = struct.Struct(">qI")


class BadSourceMessage(ValueError):
    """The process says what no sound process says."""


@dataclass(frozen=True, slots=True)
class SourceOrder:
    """What a process is to take in.

    Attributes:
        scheme: ``http``, ``rtmp`` or ``file``.
        address, port: where to connect, checked and resolved; empty and 0 for a file.
        host: what the address is called in the camera's record.
        path: path and query of the URL, with the slash.
        username, password: login, empty for none.
        reencode: pictures that no browser plays may be encoded as H.264.
        file: descriptor of the open file, -1 for none.
        sound: sound is wanted as well; else its packets are thrown away where they are read.
    """

    scheme: str
    address: str = ""
    port: int = 0
    host: str = ""
    path: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    reencode: bool = False
    file: int = -1
    sound: bool = False

    def encode(self) -> bytes:
        """One line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> SourceOrder:
        """The order in `line`."""
        return cls(**json.loads(line))


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameter sets of the pictures that follow."""

    codec: Codec
    sets: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class CodedPicture:
    """One coded picture; see `custodes.video.unit.AccessUnit`."""

    key: bool
    media_time: int
    data: bytes


@dataclass(frozen=True, slots=True)
class SourceFailure:
    """Why the process ends; `detail` is one plain sentence without secrets."""

    kind: FailureKind
    detail: str


@dataclass(frozen=True, slots=True)
class CodedSound:
    """One coded piece of sound; see `custodes.video.unit.SoundFrame`."""

    media_time: int
    samples: int
    data: bytes


@dataclass(frozen=True, slots=True)
class SoundFault:
    """Why there is no sound; the pictures go on."""

    detail: str


Message = Parameters | CodedPicture | SourceFailure | SoundParameters | CodedSound | SoundFault | None
"""None: connected."""


def message(kind: int, *parts: bytes) -> bytes:
    """A message of `kind` around `parts`."""
    body = b"".join(parts)
    return _HEAD.pack(len(body), kind) + body


def parameters(codec: Codec, sets: Sequence[bytes]) -> bytes:
    """The message for `sets`."""
    number = list(Codec).index(codec)
    return message(PARAMETERS, bytes((number,)), *(part for nal in sets for part in (len(nal).to_bytes(2, "big"), nal)))


def picture(key: bool, media_time: int, data: bytes) -> bytes:
    """The message for one picture."""
    return message(PICTURE, _PICTURE.pack(key, media_time), data)


def sound_parameters(codec: SoundCodec, config: bytes) -> bytes:
    """The message for how sound is coded; `config` as in `SoundParameters`."""
    return message(SOUND_PARAMETERS, bytes((list(SoundCodec).index(codec),)), config)


def sound(media_time: int, samples: int, data: bytes) -> bytes:
    """The message for one piece of sound."""
    return message(SOUND, _SOUND.pack(media_time, samples), data)


def sound_fault(detail: str) -> bytes:
    """The message that says why there is no sound."""
    return message(SOUND_FAULT, json.dumps(detail).encode())


def failure(kind: FailureKind, detail: str) -> bytes:
    """The message that says why the process ends."""
    return message(FAILURE, json.dumps([kind, detail]).encode())


class Inbox:
    """Cuts what comes from a process into messages."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def take(self, data: memoryview | bytes) -> Iterator[Message]:
        """The messages that are whole now.

        Raises:
            BadMessage: what came is no message; nothing after it can be believed.
        """
        self._kept += data
        at = 0
        while len(self._kept) - at >= _HEAD.size:
            length, kind = _HEAD.unpack_from(self._kept, at)
            if length > LARGEST + _PICTURE.size:
                raise BadSourceMessage("it announces a message that is too long")
            if len(self._kept) - at - _HEAD.size < length:
                break
            body = bytes(self._kept[at + _HEAD.size : at + _HEAD.size + length])
            at += _HEAD.size + length
            yield _read(kind, body)
        del self._kept[:at]


def _read(kind: int, body: bytes) -> Message:
    try:
        match kind:
            case 0:
                return None
            case 1:
                return Parameters(list(Codec)[body[0]], tuple(_sets(body)))
            case 2:
                key, media_time = _PICTURE.unpack_from(body)
                return CodedPicture(bool(key), media_time, body[_PICTURE.size :])
            case 3:
                return _failure(json.loads(body))
            case 4:
                codec = list(SoundCodec)[body[0]]
                return aac_parameters(body[1:]) if codec is SoundCodec.AAC else g711_parameters(codec)
            case 5:
                return _sound(body)
            case 6:
                return SoundFault(str(json.loads(body))[:300])
    except (struct.error, IndexError, ValueError) as error:
        raise BadSourceMessage("a message is broken") from error
    raise BadSourceMessage("it sends a message of an unknown kind")


def _failure(said: Any) -> SourceFailure:
    kind, detail = said
    if kind not in get_args(FailureKind):
        raise BadSourceMessage("it fails in an unknown way")
    return SourceFailure(kind, str(detail)[:300])


def _sound(body: bytes) -> CodedSound:
    media_time, samples = _SOUND.unpack_from(body)
    data = body[_SOUND.size :]
    if not data or len(data) > LARGEST_FRAME or not 0 < samples <= LARGEST_FRAME:
        raise BadSourceMessage("a piece of sound is too long or empty")
    return CodedSound(media_time, samples, data)


def _sets(body: bytes) -> Iterator[bytes]:
    at = 1
    while at < len(body):
        size = int.from_bytes(body[at : at + 2], "big")
        if at + 2 + size > len(body):
            raise BadSourceMessage("a parameter set is cut off")
        yield body[at + 2 : at + 2 + size]
        at += 2 + size


class SourceEnded(Exception):
    """The source can't be taken in, or no longer."""

    def __init__(self, kind: FailureKind, detail: str) -> None:
        super().__init__(detail)
        self.kind: FailureKind = kind
        self.detail = detail
