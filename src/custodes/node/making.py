"""Makes the sources and recorders of a worker's cameras."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal
from uuid import UUID

from custodes.node.gb28181.calls import CallDesk
from custodes.node.gb28181.place import CallPlace, CameraSources, address_towards, is_channel, share_of
from custodes.node.gb28181.source import GbSource
from custodes.settings import Settings
from custodes.video.archive.archive import Archive
from custodes.video.clock import HostClock
from custodes.video.plan import plan_of
from custodes.video.recorder.host_clock import CachedHostSync
from custodes.video.recorder.recorder import Recorder
from custodes.video.rtsp.transport import Choice
from custodes.video.source.address import RTSP, AddressPolicy
from custodes.video.source.datagrams import UdpTerms
from custodes.video.source.defaults import (
    BARE_GROUND,
    ConnectionOptions,
    ForeignSourcePool,
    ProcessSeats,
    SourceDefaults,
)
from custodes.video.source.foreign.source import ApartSource
from custodes.video.source.rtsp import RtspSource
from custodes.video.source.state import CameraClock, ClockJump, SourceState
from custodes.video.source.tick import Reader
from custodes.video.unit import AccessUnit, SoundFrame
from custodes.video.wire.assignment import CameraAssignment, SourceAssignment, Transport


def ground_of(settings: Settings) -> SourceDefaults:
    """What the settings give to every session with a camera."""
    udp = UdpTerms(settings.udp_ports, settings.udp_buffer_bytes, settings.reorder_packets, settings.reorder_ms / 1000)
    # A film that is played as if it were now belongs among simulated sources.
    files = settings.file_sources if settings.training else None
    return SourceDefaults(
        udp, settings.camera_authorities, ForeignSourcePool(ProcessSeats(settings.apart_sources), files)
    )


def place_of(settings: Settings, policy: AddressPolicy, index: int, count: int) -> CallPlace:
    """Where worker `index` of `count` takes channels of GB/T 28181 in."""
    address = settings.node_media_address or address_towards(settings.camera_networks, training=settings.training)
    return CallPlace(address, share_of(settings.node_media_ports, index, count), CameraSources(policy=policy))


def way_of(
    username: str, password: str, transport: Transport, certificate: str, *, reencode: bool, sound: bool = False
) -> ConnectionOptions:
    """How a camera is spoken with, as its record says."""
    choice: Choice = "tcp" if transport == "tcp-active" else transport
    return ConnectionOptions(username, password, choice, certificate, reencode, sound, active=transport == "tcp-active")


@dataclass(frozen=True)
class CameraMaker:
    """What `custodes.node.camera_tools.Tools` asks for: sources of each kind, and recorders of the archive.

    Attributes:
        place, desk: where channels of GB/T 28181 are taken in, and the calls for them.
    """

    archive: Archive
    reader: Reader
    policy: AddressPolicy
    clock: HostClock
    host_sync: CachedHostSync
    settings: Settings
    place: CallPlace
    desk: CallDesk
    ground: SourceDefaults = BARE_GROUND

    def source(
        self,
        camera: UUID,
        stream: SourceAssignment,
        username: str,
        password: str,
        on_unit: Callable[[AccessUnit], None],
        on_state: Callable[[SourceState], None],
        on_jump: Callable[[ClockJump], None],
        on_sound: Callable[[SoundFrame], None] | None = None,
        name: Literal["main", "sub"] = "main",
    ) -> RtspSource | ApartSource | GbSource:
        """The source of one stream: RTSP and GB/T 28181 in the tick, everything else in a process of its own.

        Without `on_sound` no sound is asked for.
        """
        kind: Callable[..., RtspSource | ApartSource | GbSource]
        kind = RtspSource if stream.url.partition(":")[0].lower() in RTSP else ApartSource
        if is_channel(stream.url):
            kind = partial(GbSource, stream=name, place=self.place, desk=self.desk)
        return kind(
            camera,
            stream.url,
            way_of(
                *(username, password, stream.transport, stream.certificate),
                reencode=stream.reencode,
                sound=on_sound is not None,
            ),
            reader=self.reader,
            policy=self.policy,
            clock=self.clock,
            on_unit=on_unit,
            on_state=on_state,
            on_jump=on_jump,
            silent_seconds=self.settings.silent_seconds,
            ground=self.ground,
            on_sound=on_sound,
        )

    def recorder(self, assignment: CameraAssignment, camera_clock: Callable[[], CameraClock | None]) -> Recorder:
        """The recorder of one camera, which the archive knows from now on."""
        self.terms(assignment)
        return Recorder(
            assignment.id,
            self.archive,
            self.clock,
            segment_seconds=self.settings.segment_seconds,
            host_sync=self.host_sync,
            camera_clock=camera_clock,
        )

    def terms(self, assignment: CameraAssignment) -> None:
        """How long its footage is kept, and what is planned."""
        self.archive.register(assignment.id, assignment.retention_days)
        self.archive.follow(assignment.id, plan_of(assignment))
