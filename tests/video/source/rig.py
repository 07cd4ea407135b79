"""A reader, sources and a real server on loopback, driven by hand: no sleeps, only deadlines."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from custodes.video.clock import HostClock, SystemClock
from custodes.video.rtsp.digest import Guard
from custodes.video.rtsp.mount import Mount, MountFrame, loop
from custodes.video.rtsp.server import RtspServer
from custodes.video.source.address import AddressPolicy
from custodes.video.source.defaults import BARE_GROUND, ConnectionOptions, SourceDefaults
from custodes.video.source.foreign.source import ApartSource
from custodes.video.source.rtsp import RtspSource
from custodes.video.source.state import ClockJump, SourceState
from custodes.video.source.tick import Reader
from custodes.video.unit import AccessUnit, Codec
from tests.patience import PATIENCE
from tests.video.streams import stream

DEMO = AddressPolicy((), allow_loopback=True)


def frames(codec: Codec = Codec.H264, rate: float = 200.0, width: int = 160, height: int = 96) -> Iterator[MountFrame]:
    """Good frames without end, faster than a camera so that tests need not wait."""
    params, pictures = stream(codec, width, height)
    return loop(params, pictures, rate, 300)


def mount(path: str = "cam", given: Iterator[MountFrame] | None = None, codec: Codec = Codec.H264) -> Mount:
    return Mount(path, stream(codec)[0], given or frames(codec))


def serve(*mounts: Mount, users: dict[str, str] | None = None) -> RtspServer:
    clock = SystemClock()
    return RtspServer(mounts, Guard(users or {}, clock, b"k" * 32), clock)


class Rig:
    """One reader with sources; remembers what each told."""

    def __init__(self, clock: HostClock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.reader = Reader(self.clock)
        self.sources: list[RtspSource | ApartSource] = []
        self.units: dict[str, list[AccessUnit]] = {}
        self.states: dict[str, list[SourceState]] = {}
        self.jumps: dict[str, list[ClockJump]] = {}

    def add(
        self,
        url: str,
        name: str = "cam",
        username: str = "",
        password: str = "",
        policy: AddressPolicy = DEMO,
        on_unit: Callable[[AccessUnit], None] | None = None,
        silent_seconds: float = 10.0,
        way: ConnectionOptions | None = None,
        ground: SourceDefaults = BARE_GROUND,
    ) -> RtspSource:
        units = self.units.setdefault(name, [])
        states = self.states.setdefault(name, [])
        jumps = self.jumps.setdefault(name, [])
        source = RtspSource(
            name, url, way or ConnectionOptions(username, password),
            reader=self.reader, policy=policy, clock=self.clock,
            on_unit=on_unit or units.append, on_state=states.append, on_jump=jumps.append,
            silent_seconds=silent_seconds, rng=random.Random(1), ground=ground,
        )  # fmt: skip
        self.sources.append(source)
        source.start()
        return source

    def add_apart(self, url: str, name: str = "cam", **given: Any) -> ApartSource:
        """A source with a process of its own; `given` as for `ApartSource`."""
        units = self.units.setdefault(name, [])
        states = self.states.setdefault(name, [])
        plain: dict[str, Any] = {"policy": DEMO, "way": ConnectionOptions(reencode=True), "silent_seconds": 5.0}
        source = ApartSource(
            name, url, reader=self.reader, clock=self.clock, on_unit=units.append, on_state=states.append,
            rng=random.Random(1), **{**plain, **given},
        )  # fmt: skip
        self.sources.append(source)
        source.start()
        return source

    def until(self, done: Callable[[], object], what: str = "it") -> None:
        """Tick until `done`, or fail at the deadline."""
        end = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < end, f"waited {PATIENCE:g} s in vain for {what}; states: {self.states}"
            self.reader.tick()
            time.sleep(0.001)  # lets the server's thread run

    def names(self, name: str = "cam") -> list[str]:
        return [state.state for state in self.states[name]]

    def close(self) -> None:
        for source in self.sources:
            source.stop()
        self.reader.close()
