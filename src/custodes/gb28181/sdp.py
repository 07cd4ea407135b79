"""SDP as GB/T 28181 has it (2016 §9.2, Annex F): RFC 4566 and the lines ``u=``, ``y=`` and ``f=``, which general readers refuse. Any order is read.

``f=`` says which picture and which sound (Annex F): ``v/2/5/25/1/4000a/1/8/1``; any field may be empty.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, replace
from enum import StrEnum

from custodes.gb28181 import ids
from custodes.gb28181.charset import readable
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.ssrc import ssrc_of

VIDEO = {1: "MPEG-4", 2: "H.264", 3: "SVAC", 4: "3GP", 5: "H.265"}
RESOLUTION = {1: "QCIF", 2: "CIF", 3: "4CIF", 4: "D1", 5: "720p", 6: "1080p"}
AUDIO = {1: "G.711", 2: "G.723.1", 3: "G.729", 4: "G.722.1"}
"""Codes of the standard; H.265 since 2022."""

LONGEST_FORMAT = 120
_LINE = re.compile(
    r"v/(?P<video>[0-9]{0,3})/(?P<size>[0-9]{0,3}|[0-9]{1,5}[xX*][0-9]{1,5})/(?P<fps>[0-9]{0,3})/(?P<rate>[0-9]{0,2})/(?P<kbps>[0-9]{0,9})"
    r"\s*a/(?P<audio>[0-9]{0,3})/(?P<arate>[0-9]{0,6})/(?P<sampling>[0-9]{0,6})"
)


@dataclass(frozen=True, slots=True)
class MediaFormat:
    """What a stream is, None where it is not said.

    Attributes:
        video, resolution, audio: codes of the tables above; resolution of 2022 also ``1920x1080``.
        constant: True for a constant rate, False for a varying one.
        kbps: of the picture; audio_rate, sampling: codes of Annex F.
    """

    video: int | None = None
    resolution: str = ""
    fps: int | None = None
    constant: bool | None = None
    kbps: int | None = None
    audio: int | None = None
    audio_rate: int | None = None
    sampling: int | None = None

    def __str__(self) -> str:
        rate = "" if self.constant is None else "1" if self.constant else "2"
        video = (_shown(self.video), self.resolution, _shown(self.fps), rate, _shown(self.kbps))
        audio = (_shown(self.audio), _shown(self.audio_rate), _shown(self.sampling))
        return f"v/{'/'.join(video)}a/{'/'.join(audio)}"


G711 = MediaFormat(audio=1, audio_rate=8, sampling=1)
"""``v/////a/1/8/1``: speech."""


def parse_format(text: str) -> MediaFormat:
    """What an ``f=`` line says.

    Raises:
        Refused: it is none.
    """
    found = _LINE.fullmatch(text.strip()) if len(text) <= LONGEST_FORMAT else None
    if found is None:
        raise Gb28181Refused("f", "is not v/…a/…", "send it as Annex F has it, all strokes included")
    rate = found["rate"]
    return MediaFormat(
        _code(found["video"]),
        found["size"],
        _code(found["fps"]),
        {"1": True, "2": False}.get(rate),
        _code(found["kbps"]),
        _code(found["audio"]),
        _code(found["arate"]),
        _code(found["sampling"]),
    )


def _code(text: str) -> int | None:
    return int(text) if text else None


def _shown(value: int | None) -> str:
    return "" if value is None else str(value)


LONGEST = 16_384
MOST_LINES = 200
MOST_MEDIA = 8
MOST_TYPES = 32
PS = 96


class CallPurpose(StrEnum):
    """What a call is for (``s=``)."""

    PLAY = "Play"
    PLAYBACK = "Playback"
    DOWNLOAD = "Download"
    TALK = "Talk"


class MediaDirection(StrEnum):
    """Who sends."""

    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    SENDRECV = "sendrecv"
    INACTIVE = "inactive"


class Setup(StrEnum):
    """Who connects, over TCP (RFC 4145): `ACTIVE` does."""

    ACTIVE = "active"
    PASSIVE = "passive"


@dataclass(frozen=True, slots=True)
class MediaLine:
    """One ``m=`` line and what belongs to it.

    Attributes:
        kind: ``video`` or ``audio``; types: payload types, the wanted first; maps: their encodings, ``(96, "PS/90000")``.
        private: the encoding is a maker's own: the device is not set to GB/T 28181.
    """

    kind: str
    port: int
    tcp: bool = False
    types: tuple[int, ...] = (PS,)
    maps: tuple[tuple[int, str], ...] = ((PS, "PS/90000"),)
    way: MediaDirection | None = None
    setup: Setup | None = None
    connection_new: bool = False

    @property
    def private(self) -> bool:
        """Whether an encoding is a maker's own."""
        return any(name.upper().startswith(("DAHUA", "HIKVISION")) for _type, name in self.maps)


@dataclass(frozen=True, slots=True)
class SdpUri:
    """``u=``: of which channel, which recordings: 0 all, 1 manual, 2 alarm, 3 by time."""

    channel: str
    type: int = 3


@dataclass(frozen=True, slots=True)
class Sdp:
    """One description.

    Attributes:
        origin: code of who wrote it; address: where media is to go to or comes from.
        session: what for; None where it is a free text, as answers may have it (`name` is what stood there).
        start, end: seconds since 1970, 0 and 0 live.
        y: as it stood; `ssrc` is its number, None where it is missing or none.
        speed: wanted when fetching; size: octets of what is fetched; stream: 0 main, 1 sub.
        faults: lines that were passed over, by their letter or name.
    """

    origin: str
    address: str
    media: tuple[MediaLine, ...]
    session: CallPurpose | None = CallPurpose.PLAY
    name: str = ""
    uri: SdpUri | None = None
    start: int = 0
    end: int = 0
    y: str = ""
    format: MediaFormat | None = None
    speed: int | None = None
    size: int | None = None
    stream: int | None = None
    faults: tuple[str, ...] = ()

    @property
    def ssrc(self) -> int | None:
        """The number of the stream."""
        return ssrc_of(self.y)


_NUMBERS = {
    "filesize": "size",
    "fileszie": "size",
    "downloadspeed": "speed",
    "streamnumber": "stream",
    "stream": "stream",
}
"""Attributes with a number; `fileszie` and `stream` are what devices write."""

_STREAMS = {
    ("streamprofile", "0"): 0,
    ("streamprofile", "1"): 1,
    ("streammode", "main"): 0,
    ("streammode", "sub"): 1,
}
_ENCODING = re.compile(r"([0-9]{1,3})\s+([A-Za-z0-9._/-]{1,64})")
_TENS = re.compile(r"[0-9]{10}")
_SESSIONS = {session.value.lower(): session for session in CallPurpose}
_WAYS = {way.value: way for way in MediaDirection}
_SETUPS = {setup.value: setup for setup in Setup}


def read_sdp(data: bytes) -> Sdp:
    """What a peer offers or answers. Lines may stand in any order; those that make no sense are told of and passed over.

    Raises:
        Refused: too large, with no medium, or with no address.
    """
    if len(data) > LONGEST:
        raise Gb28181Refused("body", f"is larger than {LONGEST} octets", "send one description")
    lines = readable(data).strip("\x00\r\n\t ").splitlines()
    if len(lines) > MOST_LINES:
        raise Gb28181Refused("body", f"has more than {MOST_LINES} lines", "send one description")
    reading = _Reading()
    for line in lines:
        letter, equals, value = line.strip().partition("=")
        if equals and letter:
            reading.take(letter.strip().lower(), value.strip())
    return reading.done()


class _Reading:
    """A description while it is read."""

    def __init__(self) -> None:
        self._origin = self._name = self._y = ""
        self._addresses: dict[str, str] = {}
        self._uri: SdpUri | None = None
        self._span = (0, 0)
        self._format: MediaFormat | None = None
        self._numbers: dict[str, int] = {}
        self._media: list[MediaLine] = []
        self._faults: list[str] = []

    def take(self, letter: str, value: str) -> None:
        """One line."""
        read = {
            "o": self._o,
            "s": self._s,
            "c": self._c,
            "u": self._u,
            "t": self._t,
            "m": self._m,
            "a": self._a,
            "y": self._take_y,
            "f": self._f,
        }.get(letter)
        if read is None or read(value):
            return
        self._fault(letter)

    def done(self) -> Sdp:
        """All lines were taken."""
        if not self._media:
            raise Gb28181Refused("m", "is missing, or no medium that can be used", "offer video or audio over RTP/AVP")
        address = self._addresses.get("c") or self._addresses.get("o")
        if address is None:
            raise Gb28181Refused("c", "is missing, or no address", "send for example IN IP4 192.0.2.1")
        return Sdp(
            self._origin,
            address,
            tuple(self._media),
            _SESSIONS.get(self._name.lower()),
            self._name,
            self._uri,
            *self._span,
            self._y,
            self._format,
            self._numbers.get("speed"),
            self._numbers.get("size"),
            self._numbers.get("stream"),
            tuple(self._faults),
        )

    def _fault(self, name: str) -> None:
        self._faults.append(name)

    def _o(self, value: str) -> bool:
        words = value.split()
        if len(words) >= 6 and (address := _address(words[5])):
            self._addresses["o"] = address
        try:
            self._origin = ids.checked(words[0] if words else "", "o")
        except Gb28181Refused:
            return False
        return True

    def _s(self, value: str) -> bool:
        self._name = "".join(char for char in value[:64] if char.isprintable())
        return bool(self._name)

    def _c(self, value: str) -> bool:
        words = value.split()
        address = _address(words[2]) if len(words) == 3 else ""
        if address:
            # A line of a medium stands for the whole: GB/T calls have one medium.
            self._addresses["c"] = address
        return bool(address)

    def _u(self, value: str) -> bool:
        channel, colon, kind = value.rpartition(":")
        try:
            number = int(kind) if kind.isascii() and kind.isdigit() and len(kind) == 1 else 3
            self._uri = SdpUri(ids.checked(channel if colon else value, "u"), number)
        except Gb28181Refused:
            # The long form ``http://<code>/dir/file`` names a file that we do not look for.
            return False
        return True

    def _t(self, value: str) -> bool:
        words = value.split()
        if len(words) != 2 or not all(word.isascii() and word.isdigit() and len(word) <= 12 for word in words):
            return False
        start, end = int(words[0]), int(words[1])
        if end < start:
            return False
        self._span = (start, end)
        return True

    def _m(self, value: str) -> bool:
        words = value.split()
        if len(words) < 4 or len(self._media) >= MOST_MEDIA:
            return False
        kind, port, transport = words[0].lower(), words[1].partition("/")[0], words[2].upper()
        if kind not in ("video", "audio") or not port.isdigit() or len(port) > 5 or int(port) > 65535:
            return False
        if not transport.endswith(("RTP/AVP", "RTP/SAVP")):
            return False
        numbers = [
            int(word) for word in words[3 : 3 + MOST_TYPES] if word.isascii() and word.isdigit() and len(word) <= 3
        ]
        types = tuple(dict.fromkeys(number for number in numbers if number < 128))
        if not types:
            return False
        self._media.append(MediaLine(kind, int(port), transport.startswith("TCP"), types, ()))
        return True

    def _a(self, value: str) -> bool:
        name, _, told = value.partition(":")
        name, told = name.strip().lower(), told.strip()
        if name in _NUMBERS:
            return self._number(_NUMBERS[name], told)
        if (name, told.lower()) in _STREAMS:
            self._numbers["stream"] = _STREAMS[name, told.lower()]
            return True
        if self._media:
            self._of_media(name, told)
        return True

    def _of_media(self, name: str, told: str) -> None:
        """An attribute of the medium above it. Unknown ones are nothing."""
        media = self._media[-1]
        if name in _WAYS:
            media = replace(media, way=_WAYS[name])
        elif name == "setup" and told.lower() in _SETUPS:
            media = replace(media, setup=_SETUPS[told.lower()])
        elif name == "connection":
            media = replace(media, connection_new=told.lower() == "new")
        elif name == "rtpmap" and len(media.maps) < MOST_TYPES and (found := _ENCODING.match(told)):
            media = replace(media, maps=(*media.maps, (int(found[1]), found[2])))
        self._media[-1] = media

    def _number(self, key: str, told: str) -> bool:
        if not told.isascii() or not told.isdigit() or len(told) > 18:
            return False
        self._numbers[key] = int(told)
        return True

    def _take_y(self, value: str) -> bool:
        self._y = value[:32] if value.isascii() and value.isdigit() else ""
        return ssrc_of(self._y) is not None

    def _f(self, value: str) -> bool:
        try:
            self._format = parse_format(value)
        except Gb28181Refused:
            return False
        return True


def _address(text: str) -> str:
    """An address as it is to be sent to; empty where it is none. Names are not looked up for a stranger."""
    try:
        return str(ipaddress.ip_address(text.partition("/")[0]))
    except ValueError:
        return ""


def write_sdp(sdp: Sdp) -> bytes:
    """The octets, lines in the order of the standard's examples: ``y=`` and ``f=`` last.

    Raises:
        Refused: a line that devices refuse or that can't be right.
    """
    address = _address(sdp.address)
    if not address or not sdp.media:
        raise Gb28181Refused("c", "is no address, or there is no medium", "give the media server's address and port")
    if sdp.y and not (_TENS.fullmatch(sdp.y) and sdp.ssrc is not None):
        raise Gb28181Refused("y", "is not ten digits of a 32-bit number", "write it with zeros in front")
    if not 0 <= sdp.start <= sdp.end:
        raise Gb28181Refused("t", "ends before it starts", "give seconds since 1970")
    if sdp.session in (CallPurpose.PLAYBACK, CallPurpose.DOWNLOAD) and sdp.start == 0:
        raise Gb28181Refused("t", "names no time", "give seconds since 1970")
    network = f"IN IP{ipaddress.ip_address(address).version} {address}"
    name = sdp.session.value if sdp.session is not None else "".join(sdp.name.split("\n")[:1]).strip() or "-"
    lines = ["v=0", f"o={ids.checked(sdp.origin, 'o')} 0 0 {network}", f"s={name}"]
    if sdp.uri is not None:
        lines.append(f"u={ids.checked(sdp.uri.channel, 'u')}:{sdp.uri.type}")
    lines += [f"c={network}", f"t={sdp.start} {sdp.end}"]
    for media in sdp.media:
        lines += _media_lines(media)
    named = (("streamnumber", sdp.stream), ("downloadspeed", sdp.speed), ("filesize", sdp.size))
    lines += [f"a={attribute}:{value}" for attribute, value in named if value is not None]
    if sdp.y:
        lines.append(f"y={sdp.y}")
    if sdp.format is not None:
        lines.append(f"f={sdp.format}")
    return ("\r\n".join(lines) + "\r\n").encode("utf-8")


def _media_lines(media: MediaLine) -> list[str]:
    if not media.types or not 0 <= media.port <= 65535:
        raise Gb28181Refused("m", "has no payload type, or no port", "give a port and at least one type")
    transport = "TCP/RTP/AVP" if media.tcp else "RTP/AVP"
    lines = [f"m={media.kind} {media.port} {transport} {' '.join(str(number) for number in media.types)}"]
    if media.way is not None:
        lines.append(f"a={media.way.value}")
    lines += [f"a=rtpmap:{number} {name}" for number, name in media.maps]
    if media.tcp and media.setup is not None:
        lines += [f"a=setup:{media.setup.value}", "a=connection:new"]
    return lines


def answering(offer: Setup | None) -> Setup:
    """Our part over TCP when a peer offers its own (§5.4): whoever sends connects to who waits; without a word the device connects."""
    return Setup.ACTIVE if offer is Setup.PASSIVE else Setup.PASSIVE
