"""Looking at one camera of a device: which profile gives its stream, and how it can be steered through it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from custodes.video.onvif import device
from custodes.video.onvif.client import OnvifClient, OnvifFailure
from custodes.video.onvif.clock import clock_of
from custodes.video.onvif.ptz import OnvifPtz
from custodes.video.source.address import AddressPolicy, BadUrl, NotAllowed, UnknownName, parse_camera_url
from custodes.video.steering.model import Abilities, SteerFailure
from custodes.video.wire.onvif import OnvifFound, OnvifStream
from custodes.video.wire.steering import SteeringLook

LOOK_SECONDS = 20.0


async def look(host: str, port: int, username: str, password: str, url: str, policy: AddressPolicy) -> SteeringLook:
    """What the camera offers whose main stream is `url`. Never raises for what the device or the network does.

    A camera that does not turn is no failure: its profile is of use for key frames.
    """
    found = await device.look(host, port, username, password, policy)
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
