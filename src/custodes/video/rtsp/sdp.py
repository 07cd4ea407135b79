"""Session descriptions (RFC 4566) as far as RTSP needs them (RFC 2326 Appendix C): media, control URLs, parameter sets."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from custodes.video.unit import Codec, CodecParameters

_MOST_MEDIA = 32
_UNNAMED = {"IP4": "0.0.0.0", "IP6": "::"}  # noqa: S104 the address is settled in SETUP (RFC 2326 Appendix C.1.7)


@dataclass(slots=True)
class Media:
    """One media description.

    Attributes:
        kind: ``video``, ``audio``, ``application``.
        payload_type: the first format.
        encoding: RTP encoding name in upper case, empty when no rtpmap names one.
        clock_rate: Hz, 0 when unknown.
        control: the control attribute as written, empty when absent.
        parameters: format parameters (fmtp), names in lower case.
    """

    kind: str
    payload_type: int
    encoding: str = ""
    clock_rate: int = 0
    control: str = ""
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def codec(self) -> Codec | None:
        """Which codec of ours it is, None for another."""
        if self.kind != "video" or self.parameters.get("packetization-mode") == "2":
            return None
        name = "H265" if self.encoding == "HEVC" else self.encoding
        return Codec(name) if name in Codec.__members__ else None

    def sets(self) -> list[bytes]:
        """Parameter set NAL units of the format parameters; broken ones are left out."""
        names = ("sprop-parameter-sets", "sprop-vps", "sprop-sps", "sprop-pps")
        texts = [text for name in names for text in self.parameters.get(name, "").split(",")]
        return [nal for text in texts if (nal := _decode(text))]


@dataclass(frozen=True, slots=True)
class Description:
    """A session description.

    Attributes:
        control: the session's control attribute, empty when absent.
        media: its media in order.
    """

    control: str
    media: tuple[Media, ...]

    def video(self) -> Media | None:
        """The first video that we can take in."""
        return next((media for media in self.media if media.codec is not None), None)

    def sound(self) -> list[Media]:
        """Everything that can be heard, in the camera's order."""
        return [media for media in self.media if media.kind == "audio"]


def parse(body: bytes) -> Description:
    """Read a description; lines that can't be read are left out. Never raises."""
    control = ""
    media: list[Media] = []
    for line in body.decode("utf-8", "replace").splitlines():
        kind, equals, value = line.strip().partition("=")
        if not equals:
            continue
        if kind == "m":
            words = value.split()
            if len(words) < 4 or len(media) >= _MOST_MEDIA:
                continue
            media.append(Media(words[0].lower(), _number(words[3])))
        elif kind == "a":
            name, _colon, text = value.partition(":")
            if media:
                _attribute(media[-1], name.strip().lower(), text.strip())
            elif name.strip().lower() == "control":
                control = text.strip()
    return Description(control, tuple(media))


def control_url(base: str, control: str) -> str:
    """The URL of a control attribute (RFC 2326 Appendix C.1.1).

    `base` is Content-Base, else Content-Location, else the request's URL. A relative control is hung below the base,
    also when the base has a query or no slash at its end: that is what cameras mean.
    """
    if not control or control == "*":
        return base
    if "://" in control[:16]:
        return control
    if control.startswith("/"):
        parts = urlsplit(base)
        return f"{parts.scheme}://{parts.netloc}{control}"
    return f"{base}{control}" if base.endswith("/") else f"{base}/{control}"


def describe(name: str, params: CodecParameters, payload_type: int, control: str, address: str) -> bytes:
    """A description with one video of `params`, for our own server; `address` is its IP address."""
    if params.codec is Codec.H264:
        sps, *pps = params.sets
        sprop = ",".join(base64.b64encode(nal).decode() for nal in (sps, *pps))
        format_text = f"packetization-mode=1;profile-level-id={sps[1:4].hex().upper()};sprop-parameter-sets={sprop}"
    else:
        format_text = ";".join(
            f"sprop-{set_name}={','.join(base64.b64encode(nal).decode() for nal in nals)}"
            for set_name, nals in _h265_sets(params.sets)
        )
    version = "IP6" if ":" in address else "IP4"
    lines = [
        "v=0",
        f"o=- 1 1 IN {version} {address}",
        f"s={name}",
        f"c=IN {version} {_UNNAMED[version]}",
        "t=0 0",
        "a=control:*",
        f"m=video 0 RTP/AVP {payload_type}",
        f"a=rtpmap:{payload_type} {params.codec}/90000",
        f"a=fmtp:{payload_type} {format_text}",
        *([f"a=framerate:{params.frame_rate:g}"] if params.frame_rate else []),
        f"a=control:{control}",
    ]
    return "\r\n".join([*lines, ""]).encode()


def _h265_sets(sets: Sequence[bytes]) -> list[tuple[str, list[bytes]]]:
    kinds = {32: "vps", 33: "sps", 34: "pps"}
    return [(name, [nal for nal in sets if nal[0] >> 1 & 63 == kind]) for kind, name in kinds.items()]


def _attribute(media: Media, name: str, text: str) -> None:
    if name == "control":
        media.control = text
        return
    if name not in ("rtpmap", "fmtp"):
        return
    number, _blank, rest = text.partition(" ")
    if _number(number) != media.payload_type:
        return
    if name == "rtpmap":
        encoding, _slash, rate = rest.strip().partition("/")
        media.encoding = encoding.strip().upper()
        media.clock_rate = max(_number(rate.partition("/")[0]), 0)
        return
    for part in rest.split(";"):
        key, equals, value = part.strip().partition("=")
        if equals:
            media.parameters[key.strip().lower()] = value.strip()


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _decode(text: str) -> bytes:
    text = text.strip()
    try:
        # Some cameras leave the padding out.
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
