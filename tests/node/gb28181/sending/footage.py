"""A worker's sendings with a real archive that a test writes through the real recorder, by a clock that is driven by hand."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from custodes.gb28181.media.frame import Frame
from custodes.node.gb28181.sending.recorded import RecordedSending
from custodes.video.archive.archive import Archive
from custodes.video.archive.volume import VolumeConfig
from custodes.video.recorder.host_clock import HostSync
from custodes.video.recorder.recorder import Recorder
from custodes.video.source.state import SourceState
from custodes.video.unit import AccessUnit, Codec
from custodes.video.wire.sending import SendReady, SendStep, SendStepped
from tests.node.gb28181.sending.room import CAMERA, Room, Upper
from tests.patience import PATIENCE, until_async
from tests.video.footage import units

SECOND = 1_000_000


class ArchiveRoom(Room):
    """One worker's, whose camera was recorded.

    Attributes:
        start: when recording began, µs UTC, a whole minute: the recorder cuts by the clock of the wall.
        taken: what was recorded, in order.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self.clock.advance(60 - self.clock.wall_us() / SECOND % 60)
        self.archive = Archive.open(
            self.folder / "index.sqlite3",
            [VolumeConfig(self.folder / "volume", reserve_bytes=0)],
            node="node-1",
            worker=0,
            clock=self.clock,
            threads=False,
        )
        self.archive.register(CAMERA)
        self.recorder = Recorder(
            CAMERA, self.archive, self.clock, segment_seconds=20, host_sync=lambda: HostSync(True, 0, "ok")
        )
        self.studio = replace(self.studio, archive=self.archive)
        self.desk.studio = self.studio
        self.start = self.clock.wall_us()
        self.taken: list[AccessUnit] = []
        self._media = 1_000_000

    def at(self, seconds: float) -> int:
        """µs UTC of a second since the start."""
        return self.start + round(seconds * SECOND)

    def record(self, seconds: float, codec: Codec = Codec.H264, **how: Any) -> None:
        """Record so long, all of it durable; what passes on the clock passes for sendings too."""
        for unit in units(
            round(seconds * 25), codec=codec, media=self._media, wall_us=self.clock.wall_us(), **({"gop": 25} | how)
        ):
            self.taken.append(unit)
            self.recorder.take(unit)
            self.clock.advance(0.04)
        self._media += round(seconds * 90_000)
        self.archive.tick()

    def gap(self, seconds: float) -> None:
        """Nothing comes for so long."""
        self.recorder.source_state(SourceState("network", "network", "the cable is out", self.clock.wall_us()))
        self.clock.advance(seconds)
        self._media += 5_000_000
        self.archive.tick()

    def done(self, seconds: float = 60.0) -> None:
        """Recording ends, so long ago."""
        self.recorder.close()
        self.archive.tick()
        self.clock.advance(seconds)

    def ask(self, upper: Upper, begin: float, end: float, *, session: str = "Playback", **changes: Any) -> Any:
        """To send of the archive; the token opens the same span unless `span` says otherwise (seconds)."""
        opened = changes.pop("span", (begin, end))
        what = "download" if session == "Download" else "history"
        token = changes.pop("token", None) or self.token_of(*opened, **({"what": what} | changes.pop("claims", {})))
        times = {"start_us": self.at(begin), "end_us": self.at(end)}
        return upper.ask(token, session=session, **(times | changes))

    def token_of(self, begin: float, end: float, **changes: Any) -> str:
        """A token for a span of the archive."""
        return self.token(**({"live": False, "span": (self.at(begin), self.at(end))} | changes))

    async def call(self, upper: Upper, begin: float, end: float, **how: Any) -> SendReady:
        """Ask, and start."""
        ready = await self.desk.make_ready(self.ask(upper, begin, end, **how))
        assert not ready.step, ready
        await upper.connect(ready)
        assert self.desk.start(upper.call)
        return ready

    async def step(self, upper: Upper, **how: Any) -> SendStepped:
        """Steer it."""
        return await self.desk.step(SendStep(call=upper.call, **how))

    def sending(self, upper: Upper) -> RecordedSending:
        """The one of a call."""
        found = self.desk._calls[upper.call]
        assert isinstance(found, RecordedSending)
        return found

    def stands(self, upper: Upper) -> float:
        """Where it stands, seconds since the start of the recording."""
        return (self.sending(upper)._stands_us - self.start) / SECOND

    async def until_stands(self, upper: Upper, seconds: float) -> None:
        """Wait, the clock standing still, until it has come so far; it goes no further."""
        await until_async(lambda: (upper.read() and False) or abs(self.stands(upper) - seconds) < 0.021)
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert abs(self.stands(upper) - seconds) < 0.021, self.stands(upper)

    async def run(self, *uppers: Upper, step: float = 0.02) -> None:
        """Let the clock go until their recordings are sent."""
        deadline = time.monotonic() + PATIENCE
        while left := [upper for upper in uppers if upper.call in self.desk._calls]:
            assert time.monotonic() < deadline, (
                f"waited {PATIENCE:g} s in vain for recordings to be sent; they stand at {[*map(self.stands, left)]} s"
            )
            for upper in uppers:
                upper.read()
            self.clock.advance(step)
            await asyncio.sleep(0.0005)
        for upper in uppers:
            assert self.desk.keep((upper.call,)).ended == {upper.call: "finished"}

    async def run_without(self, slow: Upper, *uppers: Upper) -> None:
        """The same while `slow` reads nothing."""
        assert slow.call in self.desk._calls
        await self.run(*uppers)

    def delete(self, from_s: float, to_s: float) -> None:
        """Take the files of segments that lie there, as retention does once their rows are gone."""
        for one in self.archive.sealed_segments(CAMERA, self.at(from_s), self.at(to_s)):
            one.path.unlink()

    async def close(self) -> None:
        """End all."""
        await super().close()
        self.archive.close()
        shutil.rmtree(self.folder / "volume", ignore_errors=True)


@asynccontextmanager
async def archive_room(folder: Path, **how: Any) -> AsyncIterator[ArchiveRoom]:
    """One, closed at its end."""
    made = ArchiveRoom(folder, **how)
    try:
        yield made
    finally:
        await made.close()


def same(frames: Iterable[Frame], taken: Iterable[AccessUnit]) -> None:
    """What came is what was recorded, octet for octet, the last perhaps not whole yet."""
    frames, taken = list(frames), list(taken)
    assert [frame.data for frame in frames] == [unit.data for unit in taken[: len(frames)]]
    assert [frame.key for frame in frames] == [unit.key for unit in taken[: len(frames)]]
    assert [frame.sets for frame in frames if frame.key] == [
        unit.params.sets for unit in taken[: len(frames)] if unit.key
    ]
    assert len(taken) - 1 <= len(frames) <= len(taken)
