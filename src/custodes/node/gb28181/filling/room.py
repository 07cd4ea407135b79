"""A worker's gaps, looked at when their cameras are back, and filled: one of a device at a time, few in all, none while disks are short."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import structlog

from custodes.node.camera import Camera, Kept
from custodes.node.disk import Disk
from custodes.node.gb28181.calls import CallDesk
from custodes.node.gb28181.filling.due import LOOK_BACK_S, SECOND, Part, due, there
from custodes.node.gb28181.filling.fetch import Fetched, fetch
from custodes.node.gb28181.gateway_client import GatewayUnavailable
from custodes.node.gb28181.place import ChannelUrl, Place, is_channel, parse_channel_url
from custodes.node.gb28181.source import setup_of
from custodes.video.archive.archive import Archive
from custodes.video.archive.retention import Retention
from custodes.video.clock import Clock
from custodes.video.source.address import BadUrl
from custodes.video.source.way import Way
from custodes.video.wire.gateway import RecordingsAnswer, RecordingsAsk

log = structlog.get_logger(__name__)

AT_ONCE = 2
"""Of one worker, whatever devices these are of: what comes live goes first."""
TRIES = 3
MOST_KNOWN = 20_000
"""Parts of which it is remembered that nothing more is to be had."""


class Asked(Protocol):
    """The gateway, as `gateway_client.GatewayClient` is one."""

    async def records(self, ask: RecordingsAsk) -> RecordingsAnswer:
        """What a device has recorded.

        Raises:
            GatewayUnavailable.
        """
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """When it is filled.

    Attributes:
        least_s: gaps of at least so many seconds; 0 for none at all.
        rest_s: for which a camera has to be recorded again first, in seconds.
        look_s: between two looks at all cameras.
        again_s: after a try that came to nothing, times the number of tries.
        idle_s: a camera in whose gaps nothing is to be done is looked at again.
    """

    least_s: int
    rest_s: float = 60.0
    look_s: float = 15.0
    again_s: float = 600.0
    idle_s: float = 3_600.0


@dataclass
class _Tried:
    times: int = 0
    after: float = 0.0


@dataclass
class Filling:
    """Of one worker. Everything runs on its event loop, where its recorders do.

    Attributes:
        filled_us: microseconds that were written since the start.
        failed: tries that came to nothing.
    """

    cameras: Iterable[Camera]
    archive: Archive
    disk: Disk
    desk: CallDesk
    gateway: Callable[[], Asked | None]
    place: Place
    retention: Retention
    clock: Clock
    terms: Terms
    filled_us: int = 0
    failed: int = 0
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)  # by device
    _tried: dict[tuple[UUID, int], _Tried] = field(default_factory=dict)  # by camera and a part's first second
    _since: dict[UUID, int] = field(default_factory=dict)  # since when it is recorded, as the last look saw it
    _idle: dict[UUID, tuple[int, float]] = field(
        default_factory=dict
    )  # since when it is recorded, and when to look again

    async def run(self) -> None:
        """Until cancelled; what is being filled then is written as far as it came."""
        try:
            while True:
                await asyncio.sleep(self.terms.look_s)
                if self.terms.least_s:
                    self.look()
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def look(self) -> None:
        """Begin with what is due and has room."""
        for camera in self.cameras:
            if len(self._tasks) >= AT_ONCE:
                return
            url = self._due(camera)
            if url is not None and url.device not in self._tasks:
                task = asyncio.create_task(self._fill(camera, url))
                self._tasks[url.device] = task
                task.add_done_callback(lambda _done, device=url.device: self._tasks.pop(device))  # type: ignore[misc]

    def _due(self, camera: Camera) -> ChannelUrl | None:
        """The channel of a camera that is recorded, whole, and has been for a while."""
        main, state = camera.assignment.main, camera.present_state
        if not is_channel(main.url) or state.state != "recording" or camera.kept is not Kept.WHOLE:
            return None
        if self.clock.wall_us() - state.since_us < self.terms.rest_s * SECOND or not self.place.address:
            return None
        self._since[camera.id] = state.since_us
        since, after = self._idle.get(camera.id, (-1, 0.0))
        if since == state.since_us and self.clock.monotonic() < after:
            return None
        try:
            return parse_channel_url(main.url)
        except BadUrl:
            return None

    # One camera

    async def _fill(self, camera: Camera, url: ChannelUrl) -> None:
        try:
            parts = await self.disk.run(self._parts, camera.id)
            part = next((one for one in parts if self._may(camera.id, one)), None)
            if part is None:
                self._rest(camera.id, self._until_again(camera.id, parts))
                return
            await self._fill_part(camera, url, part)
        except Exception:
            log.exception("filling.failed", camera=str(camera.id))
            self._rest(camera.id, self.terms.idle_s)

    def _may(self, camera: UUID, part: Part) -> bool:
        tried = self._tried.get((camera, part.start))
        return tried is None or (tried.times < TRIES and self.clock.monotonic() >= tried.after)

    def _until_again(self, camera: UUID, parts: list[Part]) -> float:
        """Seconds until one of these may be tried again, or until it is looked for others."""
        tries = [tried for part in parts if (tried := self._tried.get((camera, part.start))) is not None]
        waiting = [tried.after - self.clock.monotonic() for tried in tries if tried.times < TRIES]
        return min([*waiting, self.terms.idle_s])

    def _parts(self, camera: UUID) -> list[Part]:
        """What is missing and may be filled, the oldest first."""
        now_us = self.clock.wall_us()
        stream = self.archive.stream(camera)
        cutoff_us = self.retention.cutoff_us(stream.retention_days, now_us)
        from_us = max(now_us - LOOK_BACK_S * SECOND, cutoff_us, stream.first_us)
        to_us = now_us - round(self.terms.rest_s * SECOND)
        lasting = stream.gap
        if lasting is not None:
            to_us = min(to_us, lasting.from_us)
        if from_us >= to_us:
            return []
        gaps, runs = self.archive.gaps(camera, from_us, to_us), self.archive.runs(camera, from_us, to_us)
        return due(gaps, runs, from_us, to_us, self.terms.least_s)

    async def _fill_part(self, camera: Camera, url: ChannelUrl, part: Part) -> None:
        gateway = self.gateway()
        if gateway is None:
            self._again(camera.id, part, "gateway")
            return
        ask = RecordingsAsk(camera=camera.id, device=url.device, channel=url.channel, start=part.start, end=part.end)
        try:
            answer = await gateway.records(ask)
        except GatewayUnavailable:
            self._again(camera.id, part, "gateway")
            return
        if answer.failure:
            self._again(camera.id, part, answer.failure)
            return
        found = there(answer.recordings, part)
        done: list[tuple[Part, Fetched]] = []
        for one in found:
            done.append((one, await self._fetch(camera, url, one)))
            if done[-1][1].why not in ("end", "jump"):
                break
        self._tell(camera.id, url, part, done)
        self._note(camera.id, part, answer.whole, found, done)

    async def _fetch(self, camera: Camera, url: ChannelUrl, part: Part) -> Fetched:
        main = camera.assignment.main
        # `Transport` of an assignment: ``tcp-active`` is a connection that we make.
        active = main.transport == "tcp-active"
        way = Way(transport="udp" if main.transport == "udp" else "tcp", active=active)
        return await fetch(
            *(camera.id, url, setup_of(way), part, self.archive, self.place, self.desk, self.clock),
        )

    def _tell(self, camera: UUID, url: ChannelUrl, part: Part, done: list[tuple[Part, Fetched]]) -> None:
        """The record of it, where anything was written."""
        written = [fetched.written for _one, fetched in done if fetched.written is not None]
        if not written:
            return
        self.filled_us += sum(end - begin for begin, end in written)
        stops = sorted({fetched.why for _one, fetched in done} - {"end"})
        detail = (
            f"recorded by device {url.device}, channel {url.channel}, and fetched from it; times are by the device's clock, "
            "and true to within its distance of key pictures"
        )
        if stops:
            detail += f"; stopped: {', '.join(stops)}"
        self.archive.book.gap_filled(self.archive.stream(camera), part.span, written, detail)
        log.info(
            "filling.filled", camera=str(camera), seconds=round(sum(end - begin for begin, end in written) / SECOND)
        )

    def _note(self, camera: UUID, part: Part, whole: bool, found: list[Part], done: list[tuple[Part, Fetched]]) -> None:
        """What is left of the part is asked for again where that may bring more."""
        gained = sum(fetched.written[1] - fetched.written[0] for _one, fetched in done if fetched.written is not None)
        if not found and whole:
            self._given_up(camera, part.start)
            return
        if gained < SECOND:
            self._again(camera, part, done[-1][1].why if done else "partial")
            return
        if done[-1][1].why != "end":
            self._rest(
                camera, self.terms.again_s
            )  # what is left begins elsewhere now: without a rest each second would be a call
        # What lies between and behind the device's recordings it does not have; the rest begins elsewhere by now.
        reached = part.start
        for one, fetched in done:
            if one.start > reached:
                self._given_up(camera, reached)
            reached = -(-fetched.written[1] // SECOND) if fetched.written is not None else one.start
        if whole and done and done[-1][1].why == "end" and len(done) == len(found):
            self._given_up(camera, reached)

    def _rest(self, camera: UUID, seconds: float) -> None:
        """Nothing is looked for in its gaps for so long, unless it goes away and comes back meanwhile."""
        since = self._since.get(camera, -1)
        self._idle[camera] = since, self.clock.monotonic() + seconds

    def _again(self, camera: UUID, part: Part, why: str) -> None:
        self.failed += 1
        tried = self._tried.setdefault((camera, part.start), _Tried())
        tried.times += 1
        tried.after = self.clock.monotonic() + self.terms.again_s * tried.times
        log.info("filling.not_filled", camera=str(camera), why=why, tries=tried.times)
        self._forget_oldest()

    def _given_up(self, camera: UUID, start: int) -> None:
        self._tried[camera, start] = _Tried(TRIES)
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        while len(self._tried) > MOST_KNOWN:
            del self._tried[next(iter(self._tried))]
