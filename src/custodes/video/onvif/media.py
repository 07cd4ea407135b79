"""A device's media profiles and their streams: by Media 2 where it is announced, else or failing that by Media 1 (decision 0122).

Names are those of the Media 2 service specification and of ``VideoEncoder2Configuration`` in ONVIF's schema. Devices mix both services' shapes in
one answer, write ``video/H264`` for ``H264``, and leave an encoder's facts to another question: all of that is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from custodes.video.onvif.client import MEDIA1, MEDIA2, OnvifClient, OnvifFailure
from custodes.video.onvif.xml import every, first, local, number, text

MAX_PROFILES = 300
MAX_CODECS = 8
CODEC_LENGTH = 16

_SCHEMA = 'xmlns="http://www.onvif.org/ver10/schema"'
_OVER_RTSP, _OVER_UDP = "RTSP", "RtspUnicast"
"""Ways of Media 2 (its ``TransportProtocol``): RTP within the RTSP connection, and beside it."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """How a profile's pictures are encoded; what was not said is empty or 0.

    Attributes:
        token: of the configuration.
        frame_rate: pictures a second; bitrate: kbit/s; gop: pictures between key pictures.
    """

    token: str = ""
    codec: str = ""
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    bitrate: int = 0
    gop: int = 0


@dataclass(frozen=True, slots=True)
class MediaProfile:
    """A media profile, by whichever service it was read.

    Attributes:
        video: it has pictures.
        source: token of its video source, also for the imaging service.
        turning: it has a PTZ configuration.
        node: token of its PTZ node, empty where it was not said.
        configuration: token of its PTZ configuration, empty for none.
        space: of its positions, empty where it was not said.
    """

    token: str
    name: str = ""
    video: bool = False
    source: str = ""
    encoder: Encoder = Encoder()
    turning: bool = False
    node: str = ""
    configuration: str = ""
    space: str = ""


class MediaService:
    """One of a device's media services.

    Args:
        path: of the service.
        version: 1 or 2.
    """

    def __init__(self, client: OnvifClient, path: str, version: int) -> None:
        self._client, self._path, self.version = client, path, version
        self._names = f'xmlns="{MEDIA2 if version == 2 else MEDIA1}"'

    async def profiles(self) -> list[MediaProfile]:
        """Its profiles, `MAX_PROFILES` at most.

        Raises:
            OnvifFailure.
        """
        # Media 2 leaves the configurations out that are not asked for.
        asked = "<Type>All</Type>" if self.version == 2 else ""
        answer = await self._ask("GetProfiles", asked)
        found = [_profile(element) for element in list(every(answer, "Profiles"))[:MAX_PROFILES]]
        if self.version == 2 and any(one.video and not one.encoder.codec for one in found):
            found = await self._with_encoders(found)
        return [one for one in found if one.token]

    async def _with_encoders(self, profiles: list[MediaProfile]) -> list[MediaProfile]:
        """With the facts of encoders that the profiles name by token alone; without, where the device refuses that too."""
        try:
            answer = await self._ask("GetVideoEncoderConfigurations", "")
        except OnvifFailure:
            return profiles
        encoders = [_encoder(element) for element in list(every(answer, "Configurations"))[:MAX_PROFILES]]
        known = {encoder.token: encoder for encoder in encoders if encoder.token}
        return [
            one if one.encoder.codec else replace(one, encoder=known.get(one.encoder.token, one.encoder))
            for one in profiles
        ]

    async def stream_uri(self, profile: str) -> str:
        """The address of a profile's stream as the device gives it, unchecked; empty for none.

        Raises:
            OnvifFailure.
        """
        token = f"<ProfileToken>{escape(profile)}</ProfileToken>"
        if self.version == 1:
            setup = (
                f"<StreamSetup><Stream {_SCHEMA}>RTP-Unicast</Stream><Transport {_SCHEMA}>"
                "<Protocol>RTSP</Protocol></Transport></StreamSetup>"
            )
            return _uri(await self._ask("GetStreamUri", setup + token))
        try:
            return _uri(await self._ask("GetStreamUri", f"<Protocol>{_OVER_RTSP}</Protocol>{token}"))
        except OnvifFailure as error:
            if error.kind != "protocol":
                raise
        # A device without RTP_RTSP_TCP may refuse the first. RTSP over HTTP is not asked for: it is not taken in.
        return _uri(await self._ask("GetStreamUri", f"<Protocol>{_OVER_UDP}</Protocol>{token}"))

    async def codecs(self) -> tuple[str, ...]:
        """What the device's encoders can be set to (Media 2 alone can say H.265); empty where it does not say."""
        if self.version == 1:
            return ()
        try:
            answer = await self._ask("GetVideoEncoderConfigurationOptions", "")
        except OnvifFailure:
            return ()
        said = (_codec(option) for option in list(every(answer, "Options"))[:MAX_PROFILES])
        return tuple(dict.fromkeys(codec for codec in said if codec))[:MAX_CODECS]

    async def key_frame(self, profile: str) -> None:
        """Have the device send a key frame now (SetSynchronizationPoint, the same in both).

        Raises:
            OnvifFailure: it does not know the command.
        """
        await self._ask("SetSynchronizationPoint", f"<ProfileToken>{escape(profile)}</ProfileToken>")

    async def _ask(self, what: str, body: str) -> Element:
        return await self._client.call(self._path, f"<{what} {self._names}>{body}</{what}>")


def media_of(client: OnvifClient, services: Mapping[str, str]) -> list[MediaService]:
    """The media services of a device, in the order in which they are asked.

    Args:
        services: as `services_of` gives them.

    Raises:
        OnvifFailure: it has none.
    """
    found = [
        MediaService(client, services[name], version)
        for name, version in (("media2", 2), ("media", 1))
        if name in services
    ]
    if not found:
        raise OnvifFailure("protocol", "the device has no media service")
    return found


def _profile(element: Element) -> MediaProfile:
    source = _part(element, "VideoSource", "VideoSourceConfiguration")
    encoder = _part(element, "VideoEncoder", "VideoEncoderConfiguration")
    turning = _part(element, "PTZ", "PTZConfiguration")
    return MediaProfile(
        token=element.get("token", ""),
        name=text(element, "Name"),
        # By Media 1, devices leave the encoder out that it has no word for (H.265); by Media 2 there is no stream without one.
        video=encoder is not None or first(element, "VideoSourceConfiguration") is not None,
        source=text(source, "SourceToken"),
        encoder=_encoder(encoder) if encoder is not None else Encoder(),
        turning=turning is not None,
        node=text(turning, "NodeToken"),
        configuration=turning.get("token", "") if turning is not None else "",
        space=text(turning, "DefaultAbsolutePantTiltPositionSpace"),  # as the schema writes it
    )


def _part(profile: Element, short: str, long: str) -> Element | None:
    """A configuration of a profile. Media 2's name for it stands directly in ``Configurations``: ``PTZ`` means other things elsewhere."""
    held = first(profile, "Configurations")
    found = next((part for part in held if local(part) == short), None) if held is not None else None
    return first(profile, long) if found is None else found


def _encoder(element: Element) -> Encoder:
    return Encoder(
        token=element.get("token", ""),
        codec=_codec(element),
        width=int(number(element, "Resolution", "Width")),
        height=int(number(element, "Resolution", "Height")),
        frame_rate=number(element, "RateControl", "FrameRateLimit"),
        bitrate=int(number(element, "RateControl", "BitrateLimit")),
        gop=_gop(element),
    )


def _gop(element: Element) -> int:
    """Media 2 has it as an attribute, Media 1 as an element within that of the codec."""
    said = element.get("GovLength", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else int(number(element, "GovLength"))


def _codec(element: Element) -> str:
    return text(element, "Encoding").rpartition("/")[2][:CODEC_LENGTH]


def _uri(answer: Element) -> str:
    uri = first(answer, "Uri")
    return (uri.text or "").strip() if uri is not None else ""
