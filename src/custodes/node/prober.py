"""Trying camera addresses for the web: at a bounded rate, one look at a time, keeping the picture in memory only;
and which way an address is tried.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from custodes.node.cameras import CameraSet
from custodes.node.gb28181.calls import CallDesk
from custodes.node.gb28181.place import CallPlace, is_channel, same_channel
from custodes.node.gb28181.trial import look_at_live, probe_channel
from custodes.video.clock import HostClock
from custodes.video.source.address import AddressPolicy
from custodes.video.source.defaults import ConnectionOptions, SourceDefaults
from custodes.video.source.probe import ProbeResult, probe
from custodes.video.unit import AccessUnit

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Probes:
    """Of one worker: `prober.Prober` says when, and how many."""

    cameras: CameraSet
    policy: AddressPolicy
    place: CallPlace
    calls: CallDesk
    clock: HostClock
    ground: SourceDefaults

    async def of(self, id: UUID, url: str, way: ConnectionOptions) -> ProbeResult:
        """Try the address of a camera."""
        if not is_channel(url):
            return await probe(url, way, self.policy, self.clock, ground=self.ground)
        camera = self.cameras.get(id)
        if camera is not None and same_channel(camera.assignment.main.url, url) and camera.live() is not None:
            return await look_at_live(camera.live, self.clock)
        return await probe_channel(id, url, way, self.place, self.calls, self.clock)


KEPT_SECONDS = 60.0
MAX_AT_ONCE = 4
MAX_KEPT = 100

Probe = Callable[[UUID, str, ConnectionOptions], Awaitable[ProbeResult]]
"""Camera, URL and how it is spoken with, to what was found."""


class TooManyProbes(Exception):
    """Over the rate of probes."""


@dataclass
class Prober:
    """Probes and their first key frames.

    Attributes:
        probe: does the work.
        per_minute: probes that are taken in a minute.
    """

    probe: Probe
    clock: HostClock
    per_minute: int
    _begun: deque[float] = field(default_factory=deque)
    _running: int = 0
    _kept: dict[UUID, tuple[float, AccessUnit]] = field(default_factory=dict)

    async def run(self, camera: UUID, url: str, way: ConnectionOptions) -> ProbeResult | None:
        """Probe one address for `camera`; None when too many are under way.

        Raises:
            TooManyProbes: over the rate.
        """
        self.count()
        if self._running >= MAX_AT_ONCE:
            return None
        self._running += 1
        try:
            result = await self.probe(camera, url, way)
        except Exception:
            log.exception("probe.failed", camera=str(camera))
            result = ProbeResult(
                ok=False, failure="protocol", detail="the probe itself failed; the node's log says why"
            )
        finally:
            self._running -= 1
        # The web writes the record of the change; here the address stays out of the log.
        log.info("probe.done", camera=str(camera), ok=result.ok, failure=result.failure)
        if result.key_unit is not None:
            self._keep(camera, result.key_unit)
        return result

    def count(self) -> None:
        """Count one look at an address.

        Raises:
            TooManyProbes: over the rate.
        """
        now = self.clock.monotonic()
        while self._begun and self._begun[0] <= now - 60:
            self._begun.popleft()
        if len(self._begun) >= self.per_minute:
            raise TooManyProbes(f"more than {self.per_minute} probes in a minute")
        self._begun.append(now)

    def take_key_frame(self, camera: UUID) -> AccessUnit | None:
        """The key frame that a probe of `camera` found in the last minute."""
        self._forget()
        kept = self._kept.get(camera)
        return kept[1] if kept is not None else None

    def _keep(self, camera: UUID, unit: AccessUnit) -> None:
        self._forget()
        self._kept.pop(camera, None)
        if len(self._kept) >= MAX_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[camera] = (self.clock.monotonic() + KEPT_SECONDS, unit)
        asyncio.get_running_loop().call_later(KEPT_SECONDS + 1, self._forget)

    def _forget(self) -> None:
        now = self.clock.monotonic()
        self._kept = {camera: kept for camera, kept in self._kept.items() if kept[0] > now}
