"""Looking at a device: who made it, its clock, its channels and streams, and whether it can be turned."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from custodes.video.onvif.client import DEVICE_PATH, OnvifClient, OnvifFailure, path_of
from custodes.video.onvif.clock import clock_of
from custodes.video.onvif.xml import every, first, number, text
from custodes.video.source.address import (
    AddressPolicy,
    BadUrl,
    NotAllowed,
    UnknownName,
    parse_camera_url,
)
from custodes.video.wire.onvif import OnvifChannel, OnvifFound, OnvifStream

LOOK_SECONDS = 20.0
MAX_PROFILES = 300
AT_ONCE = 4

_DEVICE = 'xmlns="http://www.onvif.org/ver10/device/wsdl"'
_MEDIA = 'xmlns="http://www.onvif.org/ver10/media/wsdl"'
_SCHEMA = 'xmlns="http://www.onvif.org/ver10/schema"'


async def look(host: str, port: int, username: str, password: str, policy: AddressPolicy) -> OnvifFound:
    """Look at the device at `host`. Never raises for what the device or the network does.

    The name is resolved once; every request goes to the address that was checked.
    """
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            target = await asyncio.to_thread(policy.target, host, port)
            return await _Look(OnvifClient(target, host, username, password)).run()
    except NotAllowed as error:
        return OnvifFound(ok=False, failure="not_allowed", detail=str(error)[:300])
    except UnknownName as error:
        return OnvifFound(ok=False, failure="name", detail=str(error)[:300])
    except OnvifFailure as error:
        return OnvifFound(ok=False, failure=error.kind, detail=error.detail)
    except TimeoutError:
        return OnvifFound(ok=False, failure="timeout", detail=f"the device was not done within {LOOK_SECONDS:g} s")


class _Look:
    def __init__(self, client: OnvifClient) -> None:
        self._client = client
        self._dropped = 0

    async def run(self) -> OnvifFound:
        ahead = await clock_of(self._client)
        self._client.clock_offset = ahead or timedelta(0)
        about = await self._client.call(DEVICE_PATH, f"<GetDeviceInformation {_DEVICE}/>")
        capabilities = await self._client.call(
            DEVICE_PATH, f"<GetCapabilities {_DEVICE}><Category>All</Category></GetCapabilities>"
        )
        media = service_path(capabilities, "Media")
        if not media:
            raise OnvifFailure("protocol", "the device has no media service")
        channels = await self._channels(media)
        turning = bool(service_path(capabilities, "PTZ"))
        return OnvifFound(
            ok=bool(channels),
            failure="" if channels else "path",
            detail="" if channels else "the device names no stream that may be used",
            manufacturer=text(about, "Manufacturer"),
            model=text(about, "Model"),
            firmware=text(about, "FirmwareVersion"),
            clock_offset_s=round(ahead.total_seconds(), 1) if ahead is not None else None,
            ptz=turning and any(stream.ptz for channel in channels for stream in channel.streams),
            events=bool(service_path(capabilities, "Events")),
            channels=channels,
            dropped=self._dropped,
        )

    async def _channels(self, media: str) -> tuple[OnvifChannel, ...]:
        answer = await self._client.call(media, f"<GetProfiles {_MEDIA}/>")
        profiles = [profile for profile in every(answer, "Profiles") if profile.get("token")][:MAX_PROFILES]
        room = asyncio.Semaphore(AT_ONCE)

        async def stream(profile: Element) -> tuple[str, OnvifStream | None]:
            async with room:
                return text(profile, "VideoSourceConfiguration", "SourceToken"), await self._stream(media, profile)

        by_source: dict[str, list[OnvifStream]] = defaultdict(list)
        for source, found in await asyncio.gather(*map(stream, profiles)):
            if found is not None:
                by_source[source].append(found)
        return tuple(
            OnvifChannel(
                source=source,
                streams=tuple(sorted(streams, key=lambda one: -one.width * one.height)[:32]),
            )
            for source, streams in list(by_source.items())[:512]
        )

    async def _stream(self, media: str, profile: Element) -> OnvifStream | None:
        token = profile.get("token", "")
        encoder = first(profile, "VideoEncoderConfiguration")
        if first(profile, "VideoSourceConfiguration") is None or len(token) > 200:
            return None
        answer = await self._client.call(
            media,
            f"<GetStreamUri {_MEDIA}><StreamSetup><Stream {_SCHEMA}>RTP-Unicast</Stream><Transport {_SCHEMA}>"
            f"<Protocol>RTSP</Protocol></Transport></StreamSetup><ProfileToken>{escape(token)}</ProfileToken></GetStreamUri>",
        )
        uri = first(answer, "Uri")
        url = self._own_url((uri.text or "").strip() if uri is not None else "")
        if not url:
            self._dropped += 1
            return None
        return OnvifStream(
            profile=token,
            name=text(profile, "Name"),
            url=url,
            codec=text(encoder, "Encoding")[:16],
            width=int(number(encoder, "Resolution", "Width")),
            height=int(number(encoder, "Resolution", "Height")),
            frame_rate=number(encoder, "RateControl", "FrameRateLimit"),
            bitrate=int(number(encoder, "RateControl", "BitrateLimit")),
            gop=int(number(encoder, "GovLength")),
            ptz=first(profile, "PTZConfiguration") is not None,
        )

    def _own_url(self, uri: str) -> str:
        """A stream's address with the host that the person gave, without a login; empty when it leads elsewhere.

        The login is for this device: a stream on another host would be asked for with it.
        """
        try:
            parts = urlsplit(uri)
            netloc = parts.netloc.rpartition("@")[2]
            checked = parse_camera_url(urlunsplit((parts.scheme, netloc, parts.path, parts.query, "")))
        except (BadUrl, ValueError):
            return ""
        own = {self._client.host.casefold(), self._client.target.address}
        if checked.host.casefold() not in own or len(uri) > 400:
            return ""
        host = f"[{self._client.host}]" if ":" in self._client.host else self._client.host
        port = "" if checked.port == 554 else f":{checked.port}"
        return urlunsplit(("rtsp", host + port, parts.path or "/", parts.query, ""))


def service_path(capabilities: Element, name: str) -> str:
    """The path of a service that the device says it has; empty when it has none."""
    service = first(capabilities, name)
    try:
        address = first(service, "XAddr")
        return path_of((address.text or "").strip()) if address is not None else ""
    except ValueError:
        return ""
