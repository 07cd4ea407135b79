"""What browser and worker say on one WebSocket (docs/design/wire.md §5): text messages and the head of binary ones.

Sound says itself how its frames are coded. After its head: codec, channels, rate, length of the configuration, number of frames; the
configuration; size and samples of each frame; the frames. Big-endian.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from custodes.video.unit import SoundCodec, SoundParameters
from custodes.video.wire.commands import PictureBox, PointAt

_ABOUT = struct.Struct(">BBIBH")
_FRAME = struct.Struct(">HH")
MOST_FRAMES = 4096


def sound_payload(params: SoundParameters, frames: Sequence[tuple[bytes, int]]) -> bytes:
    """The payload of a `KIND_SOUND` message: `frames` are octets and samples, one behind the other."""
    about = _ABOUT.pack(
        list(SoundCodec).index(params.codec), params.channels, params.rate, len(params.config), len(frames)
    )
    table = b"".join(_FRAME.pack(len(data), min(samples, 0xFFFF)) for data, samples in frames)
    return b"".join((about, params.config, table, *(data for data, _samples in frames)))


def parse_sound(payload: bytes) -> tuple[SoundParameters, list[tuple[bytes, int]]]:
    """What `sound_payload` wrote, for tests and tools.

    Raises:
        ValueError: it is cut off.
    """
    try:
        codec, channels, rate, length, count = _ABOUT.unpack_from(payload)
        at = _ABOUT.size
        params = SoundParameters(list(SoundCodec)[codec], rate, channels, payload[at : at + length])
        at += length
        sizes = [_FRAME.unpack_from(payload, at + number * _FRAME.size) for number in range(count)]
    except (struct.error, IndexError) as error:
        raise ValueError("the sound message is cut off") from error
    at += count * _FRAME.size
    frames = []
    for size, samples in sizes:
        frames.append((payload[at : at + size], samples))
        at += size
    if at != len(payload):
        raise ValueError("the sound message does not end with its frames")
    return params, frames


SUBPROTOCOL = "custodes.view.v1"
KIND_INIT = 0
KIND_FRAGMENT = 1
KIND_SOUND = 2
KIND_SPEECH = 3
"""Sound of whoever speaks through the camera's loudspeaker: the only binary message of a browser."""
SPEECH_OCTETS = 8_000
"""Of one such message: G.711 A-law at 8 kHz, a second at most."""
MESSAGE_BYTES = 16 * 1024
"""Longest text message that a browser may send."""

_HEAD = struct.Struct(">BBHIq")
HEAD_BYTES = _HEAD.size
_SPEECH_HEAD = struct.Struct(">BBHI")
SPEECH_HEAD_BYTES = _SPEECH_HEAD.size

Channel = Annotated[int, Field(ge=0, le=65535)]
Micros = Annotated[int, Field(ge=0, lt=1 << 62)]
Rate = Annotated[float, Field(ge=0.25, le=16)]
Mime = Annotated[str, Field(max_length=200)]
Part = Annotated[float, Field(ge=0, lt=1)]
Extent = Annotated[float, Field(ge=0.1, le=1)]
Source = Literal["archive", "device"]
"""Where playback comes from: our own archive, or what the device recorded itself."""
Percent = Annotated[int, Field(ge=-100, le=100)]


class BadMessage(Exception):
    """The text is not one of the protocol's messages; the message says why, and repeats nothing of it."""


class _Message(BaseModel):
    # A message may gain fields later: an older worker ignores them.
    model_config = ConfigDict(frozen=True, extra="ignore")


class TokenMessage(_Message):
    """The grant token: first message, and again to renew."""

    type: Literal["token"]
    token: Annotated[str, Field(max_length=8192)]


class OpenMessage(_Message):
    """Open a channel on one camera. `at` in µs UTC, None for live; `codecs` as the browser tested them."""

    type: Literal["open"]
    channel: Channel
    camera: UUID
    stream: Literal["main", "sub"] = "main"
    at: Micros | None = None
    rate: Rate = 1.0
    codecs: Annotated[tuple[Mime, ...], Field(max_length=64)] = ()
    source: Source = "archive"


class StillMessage(_Message):
    """Show the one key frame at or before `at`, µs UTC. The first opens the channel; of several only the newest counts."""

    type: Literal["still"]
    channel: Channel
    camera: UUID
    at: Micros
    codecs: Annotated[tuple[Mime, ...], Field(max_length=64)] = ()


class SeekMessage(_Message):
    """Go to another time, or to the live edge."""

    type: Literal["seek"]
    channel: Channel
    at: Micros | None = None
    rate: Rate | None = None
    source: Source = "archive"


class RecordingsMessage(_Message):
    """What has the camera's device recorded itself between two times, µs UTC? A question to the device: asked by hand alone.

    The answer names `channel`, which need not be open.
    """

    type: Literal["recordings"]
    channel: Channel
    camera: UUID
    from_us: Annotated[Micros, Field(alias="from")]
    to_us: Annotated[Micros, Field(alias="to")]


class RateMessage(_Message):
    """Play at another rate."""

    type: Literal["rate"]
    channel: Channel
    rate: Rate


class PauseMessage(_Message):
    """Stand still."""

    type: Literal["pause"]
    channel: Channel


class ResumeMessage(_Message):
    """Go on."""

    type: Literal["resume"]
    channel: Channel


class SoundMessage(_Message):
    """Hear the channel's camera as well, or no more. Without it no sound is sent."""

    type: Literal["sound"]
    channel: Channel
    on: bool


class PositionMessage(_Message):
    """Where the picture is now, µs UTC."""

    type: Literal["position"]
    channel: Channel
    at: Micros


class SteerMessage(_Message):
    """Move like this, for as long as it is said again at least each second: per cent, all 0 to stop."""

    type: Literal["steer"]
    channel: Channel
    pan: Percent = 0
    tilt: Percent = 0
    zoom: Percent = 0
    focus: Percent = 0
    iris: Percent = 0


class ControlMessage(_Message):
    """Anything else that is asked of a camera which one steers; `leave` gives it back, `where` asks where it points.

    `token` is the preset, of ``cruise`` its number; `box` belongs to the drag zoom, `there` to ``precise``.
    """

    type: Literal["control"]
    channel: Channel
    do: Literal[
        "list",
        "goto",
        "set",
        "remove",
        "home",
        "set_home",
        "drag_in",
        "drag_out",
        "precise",
        "cruise",
        "where",
        "leave",
    ]
    token: Annotated[str, Field(max_length=60)] = ""
    name: Annotated[str, Field(max_length=60, pattern=r"^[^\x00-\x1f\u202a-\u202e\u2066-\u2069]*$")] = ""
    box: PictureBox | None = None
    there: PointAt | None = None


class SpeakMessage(_Message):
    """Whoever speaks through the camera's loudspeaker has done. That one speaks begins with leave of the web."""

    type: Literal["speak"]
    channel: Channel
    do: Literal["end"]


class EnlargeMessage(_Message):
    """Show a part of the picture, in parts of its width and height, from `at` on (µs UTC); only where pictures are burnt."""

    type: Literal["enlarge"]
    channel: Channel
    at: Micros
    left: Part = 0.0
    top: Part = 0.0
    width: Extent = 1.0
    height: Extent = 1.0

    @model_validator(mode="after")
    def _within(self) -> EnlargeMessage:
        if self.left + self.width > 1.0001 or self.top + self.height > 1.0001:
            raise ValueError("the part reaches beyond the picture")
        return self


class CloseMessage(_Message):
    """Close a channel."""

    type: Literal["close"]
    channel: Channel


ChannelMessage = (
    SeekMessage
    | RateMessage
    | PauseMessage
    | ResumeMessage
    | SoundMessage
    | PositionMessage
    | EnlargeMessage
    | CloseMessage
)
HelmMessage = SteerMessage | ControlMessage
BrowserMessage = (
    TokenMessage | OpenMessage | StillMessage | RecordingsMessage | ChannelMessage | HelmMessage | SpeakMessage
)

_browser_message: TypeAdapter[BrowserMessage] = TypeAdapter(Annotated[BrowserMessage, Field(discriminator="type")])


def parse_message(text: str) -> BrowserMessage:
    """One text message of the browser.

    Raises:
        BadMessage: too long, not JSON, of no known type, or with a field out of range.
    """
    if len(text) > MESSAGE_BYTES:
        raise BadMessage("the message is too long")
    try:
        return _browser_message.validate_json(text)
    except ValidationError as error:
        where = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in where["loc"])
        raise BadMessage(f"{place}: {where['type']}" if place else str(where["type"])) from None
    except ValueError as error:  # lone surrogates
        raise BadMessage("the message is not text") from error


def speech_message(channel: int, sequence: int, alaw: bytes) -> bytes:
    """One binary message of a browser: `alaw` are octets of G.711 A-law at 8 kHz, mono."""
    return _SPEECH_HEAD.pack(KIND_SPEECH, 0, channel, sequence & 0xFFFFFFFF) + alaw


def parse_speech(message: bytes) -> tuple[int, int, bytes]:
    """(channel, sequence, A-law octets) of a browser's binary message.

    Raises:
        BadMessage: of another kind, empty, or more than a second.
    """
    if len(message) <= SPEECH_HEAD_BYTES:
        raise BadMessage("the binary message is shorter than its head")
    kind, _, channel, sequence = _SPEECH_HEAD.unpack_from(message)
    if kind != KIND_SPEECH:
        raise BadMessage("browsers send no binary messages of this kind")
    if len(message) > SPEECH_HEAD_BYTES + SPEECH_OCTETS:
        raise BadMessage("more than a second of sound in one message")
    return channel, sequence, message[SPEECH_HEAD_BYTES:]


def worker_message(kind: str, /, **fields: Any) -> str:
    """One text message of the worker."""
    return json.dumps({"type": kind, **fields}, ensure_ascii=False, separators=(",", ":"))


def binary_message(kind: int, epoch: int, channel: int, sequence: int, wall_us: int, payload: bytes) -> bytes:
    """One binary message: the head, then fMP4 bytes, or sound (`custodes.video.wire.view`).

    Args:
        kind: `KIND_INIT`, `KIND_FRAGMENT` or `KIND_SOUND`.
        epoch: of the ``init`` message that this belongs to; its low 8 bits are sent.
        sequence: rises by one with every fragment of the channel.
        wall_us: of the fragment's first picture, or of the first sound, µs UTC.
    """
    return _HEAD.pack(kind, epoch & 0xFF, channel, sequence & 0xFFFFFFFF, wall_us) + payload


def parse_binary(message: bytes) -> tuple[int, int, int, int, int, bytes]:
    """(kind, epoch, channel, sequence, wall_us, payload) of a binary message.

    Raises:
        BadMessage: shorter than its head.
    """
    if len(message) < HEAD_BYTES:
        raise BadMessage("the binary message is shorter than its head")
    return (*_HEAD.unpack_from(message), message[HEAD_BYTES:])
