"""What web and node say about ONVIF devices (docs/design/wire.md §3): what is asked, and what was found."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from custodes.video.wire.shapes import Shape

Short = Annotated[str, Field(max_length=200)]
Port = Annotated[int, Field(ge=1, le=65535)]


class OnvifAsk(Shape):
    """``POST /internal/onvif/probe``: look at one device.

    Attributes:
        camera: the id that the camera has or will have.
        host, port: where its device service is.
    """

    camera: UUID
    host: Short
    port: Port = 80
    username: Short = ""
    sealed_password: Annotated[str, Field(max_length=4000)] = ""


class OnvifStream(Shape):
    """One stream of a device, as the device describes it.

    Attributes:
        profile: token of the media profile (ONVIF Media §5.2).
        url: RTSP address, checked; without user name or password.
        frame_rate: pictures a second; bitrate: kbit/s; gop: pictures between key pictures; 0 where it was not said.
        ptz: the profile can be turned.
    """

    profile: Short
    name: Short = ""
    url: Annotated[str, Field(max_length=400)]
    codec: Annotated[str, Field(max_length=16)] = ""
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    bitrate: int = 0
    gop: int = 0
    ptz: bool = False


class OnvifChannel(Shape):
    """One video source of a device; its streams in falling size."""

    source: Short
    streams: Annotated[tuple[OnvifStream, ...], Field(max_length=32)]


class OnvifFound(Shape):
    """What was found, or what failed (`failure` as of a probe).

    Attributes:
        clock_offset_s: how far the device's clock is ahead of the node's, None when it did not say.
        media: the media service that was read, 1 or 2; 0 from a node that does not say.
        media2_failure: why Media 2, which the device announces, was passed over, as `failure`; empty where it was not.
        codecs: what its encoders can be set to, where it says so.
        dropped: streams that lead to another host than the device, or nowhere: they are left out.
    """

    ok: bool
    failure: Annotated[str, Field(max_length=16)] = ""
    detail: Annotated[str, Field(max_length=300)] = ""
    manufacturer: Short = ""
    model: Short = ""
    firmware: Short = ""
    clock_offset_s: float | None = None
    ptz: bool = False
    events: bool = False
    media: Annotated[int, Field(ge=0, le=2)] = 0
    media2_failure: Annotated[str, Field(max_length=16)] = ""
    codecs: Annotated[tuple[Annotated[str, Field(max_length=16)], ...], Field(max_length=8)] = ()
    channels: Annotated[tuple[OnvifChannel, ...], Field(max_length=512)] = ()
    dropped: int = 0


class OnvifDevice(Shape):
    """A device that answered a search.

    Attributes:
        address: where its answer came from, and where its device service is.
    """

    address: Annotated[str, Field(max_length=64)]
    port: Port
    name: Short = ""
    hardware: Short = ""


class OnvifSearch(Shape):
    """What a search found.

    Attributes:
        searched: the node's own addresses from which it asked; none means that no interface is in a network of cameras.
        dropped: answers from elsewhere, or malformed.
    """

    devices: Annotated[tuple[OnvifDevice, ...], Field(max_length=1000)] = ()
    searched: tuple[str, ...] = ()
    dropped: int = 0


class OnvifClock(Shape):
    """What became of setting a device's clock.

    Attributes:
        failure: as of a probe; ``ntp``: the device takes its time from a server; ``clock``: the node's own is not synchronised.
        before_s, after_s: how far it was and is ahead of the node's, in seconds; None when it did not say.
    """

    ok: bool
    failure: Annotated[str, Field(max_length=16)] = ""
    detail: Annotated[str, Field(max_length=300)] = ""
    before_s: float | None = None
    after_s: float | None = None
