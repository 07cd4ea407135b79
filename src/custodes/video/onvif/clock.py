"""A device's clock: reading it, and setting it where nobody else does (ONVIF Core §8.3)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element

from custodes.video.onvif.client import DEVICE_PATH, OnvifClient, OnvifFailure
from custodes.video.onvif.xml import first, text
from custodes.video.source.address import AddressPolicy, NotAllowed, UnknownName
from custodes.video.wire.onvif import OnvifClock

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
        return OnvifClock(ok=False, failure="not_allowed", detail=str(error)[:300])
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
