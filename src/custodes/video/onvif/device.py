"""Looking at a device: who made it, its channels and streams, whether it can be turned; its clock, read and set (ONVIF Core §8.3)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit
from xml.etree.ElementTree import Element

from custodes.video.onvif.client import DEVICE_PATH, OnvifClient, OnvifFailure, services_of
from custodes.video.onvif.media import MediaProfile, MediaService, media_of
from custodes.video.onvif.ptz import OnvifPtz
from custodes.video.onvif.xml import first, text
from custodes.video.source.address import AddressPolicy, BadUrl, NotAllowed, UnknownName, parse_camera_url
from custodes.video.steering import Abilities, SteerFailure
from custodes.video.wire.control_leases import SteeringLook
from custodes.video.wire.onvif import OnvifChannel, OnvifClock, OnvifFound, OnvifStream

SET_SECONDS = 20.0

_DEVICE = 'xmlns="http://www.onvif.org/ver10/device/wsdl"'
_SCHEMA = 'xmlns="http://www.onvif.org/ver10/schema"'


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """What a device says of its clock.

    Attributes:
        ahead: of ours; None when it does not say its time.
        ntp: it takes its time from a server.
        daylight: whether daylight saving is on; kept as it is.
    """

    ahead: timedelta | None
    ntp: bool
    daylight: bool


async def read_clock(client: OnvifClient) -> DeviceClock:
    """Ask the device for its time.

    It is asked first and without a login: what is signed later is signed by that clock.

    Raises:
        OnvifFailure.
    """
    ask = f"<GetSystemDateAndTime {_DEVICE}/>"
    try:
        answer = await client.call(DEVICE_PATH, ask, signed=False)
    except OnvifFailure as error:
        if error.kind != "password":
            raise
        # It should tell everybody the time (ONVIF Core §5.12.1); some devices want the login for that too.
        answer = await client.call(DEVICE_PATH, ask)
    at = utc_of(answer)
    return DeviceClock(
        ahead=at - datetime.now(UTC) if at is not None else None,
        ntp=text(answer, "DateTimeType") == "NTP",
        daylight=text(answer, "DaylightSavings") == "true",
    )


async def clock_of(client: OnvifClient) -> timedelta | None:
    """How far the device's clock is ahead of ours; None when it does not say.

    Raises:
        OnvifFailure.
    """
    return (await read_clock(client)).ahead


async def set_clock(host: str, port: int, username: str, password: str, policy: AddressPolicy) -> OnvifClock:
    """Set the device's clock to ours and read it again. Never raises for what the device or the network does.

    A device that takes its time from a server is left alone: it would take it from there no longer.
    """
    try:
        async with asyncio.timeout(SET_SECONDS):
            target = await asyncio.to_thread(policy.target, host, port)
            return await _set(OnvifClient(target, host, username, password))
    except NotAllowed as error:
        return OnvifClock(ok=False, failure=error.failure, detail=str(error)[:300])
    except UnknownName as error:
        return OnvifClock(ok=False, failure="name", detail=str(error)[:300])
    except OnvifFailure as error:
        return OnvifClock(ok=False, failure=error.kind, detail=error.detail)
    except TimeoutError:
        return OnvifClock(ok=False, failure="timeout", detail=f"the device was not done within {SET_SECONDS:g} s")


async def _set(client: OnvifClient) -> OnvifClock:
    before = await read_clock(client)
    if before.ntp:
        return OnvifClock(ok=False, failure="ntp", before_s=_seconds(before.ahead))
    client.clock_offset = before.ahead or timedelta(0)
    now = datetime.now(UTC)
    await client.call(
        DEVICE_PATH,
        f"<SetSystemDateAndTime {_DEVICE}><DateTimeType>Manual</DateTimeType>"
        f"<DaylightSavings>{str(before.daylight).lower()}</DaylightSavings><UTCDateTime>"
        f"<Time {_SCHEMA}><Hour>{now.hour}</Hour><Minute>{now.minute}</Minute><Second>{now.second}</Second></Time>"
        f"<Date {_SCHEMA}><Year>{now.year}</Year><Month>{now.month}</Month><Day>{now.day}</Day></Date>"
        "</UTCDateTime></SetSystemDateAndTime>",
    )
    client.clock_offset = timedelta(0)
    after = await read_clock(client)
    return OnvifClock(ok=True, before_s=_seconds(before.ahead), after_s=_seconds(after.ahead))


def _seconds(ahead: timedelta | None) -> float | None:
    return round(ahead.total_seconds(), 1) if ahead is not None else None


def utc_of(answer: Element) -> datetime | None:
    """The UTC time of a GetSystemDateAndTime answer; None when it says none."""
    utc = first(answer, "UTCDateTime")
    if utc is None:
        return None
    day, hour = first(utc, "Date"), first(utc, "Time")
    try:
        return datetime(
            int(text(day, "Year")),
            int(text(day, "Month")),
            int(text(day, "Day")),
            int(text(hour, "Hour")),
            int(text(hour, "Minute")),
            min(59, int(text(hour, "Second"))),
            tzinfo=UTC,
        )
    except (ValueError, OverflowError):
        return None


LOOK_SECONDS = 20.0
AT_ONCE = 4


async def look(host: str, port: int, username: str, password: str, policy: AddressPolicy) -> OnvifFound:
    """Look at the device at `host`. Never raises for what the device or the network does.

    The name is resolved once; every request goes to the address that was checked.
    """
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            target = await asyncio.to_thread(policy.target, host, port)
            return await _Look(OnvifClient(target, host, username, password)).run()
    except NotAllowed as error:
        return OnvifFound(ok=False, failure=error.failure, detail=str(error)[:300])
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
        services = await services_of(self._client)
        media, channels, refused = await self._first_that_answers(media_of(self._client, services))
        return OnvifFound(
            ok=bool(channels),
            failure="" if channels else "path",
            detail="" if channels else "the device names no stream that may be used",
            media=media.version,
            media2_failure=refused,
            codecs=await media.codecs() if channels else (),
            manufacturer=text(about, "Manufacturer"),
            model=text(about, "Model"),
            firmware=text(about, "FirmwareVersion"),
            clock_offset_s=round(ahead.total_seconds(), 1) if ahead is not None else None,
            ptz="ptz" in services and any(stream.ptz for channel in channels for stream in channel.streams),
            events="events" in services,
            channels=channels,
            dropped=self._dropped,
        )

    async def _first_that_answers(
        self, services: list[MediaService]
    ) -> tuple[MediaService, tuple[OnvifChannel, ...], str]:
        """The first media service that names a stream, its channels, and why Media 2 was passed over (a `failure`, empty where it was not).

        Raises:
            OnvifFailure: none answers; what is said is why the last did not.
        """
        refused = ""
        for media in services:
            self._dropped = 0
            try:
                channels, failure = await self._channels(media), "path"
            except OnvifFailure as error:
                if media is services[-1]:
                    raise
                channels, failure = (), error.kind
            if channels or media is services[-1]:
                break
            refused = failure
        return media, channels, refused

    async def _channels(self, media: MediaService) -> tuple[OnvifChannel, ...]:
        profiles = await media.profiles()
        room = asyncio.Semaphore(AT_ONCE)

        async def stream(profile: MediaProfile) -> tuple[str, OnvifStream | None]:
            async with room:
                return profile.source, await self._stream(media, profile)

        try:
            async with asyncio.TaskGroup() as asked:
                tasks = [asked.create_task(stream(profile)) for profile in profiles]
        except ExceptionGroup as failures:  # the first ends the others: nobody waits for them any more
            raise failures.exceptions[0] from None
        by_source: dict[str, list[OnvifStream]] = defaultdict(list)
        for source, found in (task.result() for task in tasks):
            if found is not None:
                by_source[source].append(found)
        return tuple(
            OnvifChannel(
                source=source,
                streams=tuple(sorted(streams, key=lambda one: -one.width * one.height)[:32]),
            )
            for source, streams in list(by_source.items())[:512]
        )

    async def _stream(self, media: MediaService, profile: MediaProfile) -> OnvifStream | None:
        if not profile.video or len(profile.token) > 200:
            return None
        url = self._own_url(await media.stream_uri(profile.token))
        if not url:
            self._dropped += 1
            return None
        encoder = profile.encoder
        return OnvifStream(
            profile=profile.token,
            name=profile.name,
            url=url,
            codec=encoder.codec,
            width=encoder.width,
            height=encoder.height,
            frame_rate=encoder.frame_rate,
            bitrate=encoder.bitrate,
            gop=encoder.gop,
            ptz=profile.turning,
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


async def look_at_stream(
    host: str, port: int, username: str, password: str, url: str, policy: AddressPolicy
) -> SteeringLook:
    """What the camera offers whose main stream is `url`. Never raises for what the device or the network does.

    A camera that does not turn is no failure: its profile is of use for key frames.
    """
    found = await look(host, port, username, password, policy)
    if not found.ok:
        return SteeringLook(ok=False, failure=found.failure, detail=found.detail)
    stream = _stream_of(found, url)
    if stream is None:
        return SteeringLook(ok=False, failure="path", detail="the device does not name the stream of this camera")
    able = Abilities()
    if found.ptz and stream.ptz:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                target = await asyncio.to_thread(policy.target, host, port)
                client = OnvifClient(target, host, username, password)
                client.clock_offset = await clock_of(client) or timedelta(0)
                able = await OnvifPtz(client, stream.profile).abilities()
        except SteerFailure as error:
            if error.kind != "unsupported":
                return SteeringLook(ok=False, failure=error.kind, detail=error.detail)
        except (OnvifFailure, NotAllowed, UnknownName, TimeoutError) as error:
            kind = error.kind if isinstance(error, OnvifFailure) else "timeout"
            return SteeringLook(ok=False, failure=kind, detail=str(error)[:300])
    return SteeringLook(
        ok=True,
        profile=stream.profile,
        move=able.move,
        zoom=able.zoom,
        focus=able.focus,
        iris=able.iris,
        presets=able.presets,
        home=able.home,
        set_home=able.set_home,
    )


def _stream_of(found: OnvifFound, url: str) -> OnvifStream | None:
    """The stream with this address; of a device with one video source, the one that turns, however it was typed in."""
    wanted = _key(url)
    for channel in found.channels:
        for stream in channel.streams:
            if wanted is not None and _key(stream.url) == wanted:
                return stream
    if len(found.channels) != 1:
        return None
    streams = found.channels[0].streams
    return next((stream for stream in streams if stream.ptz), streams[0] if streams else None)


def _key(url: str) -> tuple[int, str] | None:
    """Port and path: the host is the device's, in whichever form it was given."""
    try:
        parsed = parse_camera_url(url)
    except BadUrl:
        return None
    return parsed.port, url.partition("://")[2].partition("/")[2]
