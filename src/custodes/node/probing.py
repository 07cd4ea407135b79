"""By which way an address is tried: one of the network as a source would take it in, a channel by a call or by a look at what comes of it anyway."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from custodes.node.cameras import CameraSet
from custodes.node.gb28181.calls import CallDesk
from custodes.node.gb28181.live_look import look_at_live
from custodes.node.gb28181.place import Place, is_channel, same_channel
from custodes.node.gb28181.trial import probe_channel
from custodes.video.clock import Clock
from custodes.video.source.address import AddressPolicy
from custodes.video.source.ground import Ground
from custodes.video.source.probe import probe
from custodes.video.source.seen import ProbeResult
from custodes.video.source.way import Way


@dataclass(frozen=True)
class Probes:
    """Of one worker: `prober.Prober` says when, and how many."""

    cameras: CameraSet
    policy: AddressPolicy
    place: Place
    calls: CallDesk
    clock: Clock
    ground: Ground

    async def of(self, id: UUID, url: str, way: Way) -> ProbeResult:
        """Try the address of a camera."""
        if not is_channel(url):
            return await probe(url, way, self.policy, self.clock, ground=self.ground)
        camera = self.cameras.get(id)
        if camera is not None and same_channel(camera.assignment.main.url, url) and camera.live() is not None:
            return await look_at_live(camera.live, self.clock)
        return await probe_channel(id, url, way, self.place, self.calls, self.clock)
