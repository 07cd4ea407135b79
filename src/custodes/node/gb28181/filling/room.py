"""A worker's gaps, looked at in turn when their cameras are back, and filled: one of a device at a time, few in all, none while disks are short."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import structlog

from custodes.node.camera import NodeCamera, ShortageRecording
from custodes.node.disk import Disk
from custodes.node.gb28181.calls import CallDesk
from custodes.node.gb28181.filling.fetch import (
    LOOK_BACK_S,
    MARGIN_US,
    SECOND,
    TERMS,
    Fetched,
    FillPart,
    due,
    fetch,
    there,
    widened,
)
from custodes.node.gb28181.gateway_client import GatewayUnavailable
from custodes.node.gb28181.place import CallPlace, ChannelUrl, is_channel, parse_channel_url
from custodes.node.gb28181.source import setup_of
from custodes.video.archive.archive import Archive
from custodes.video.archive.retention import Retention
from custodes.video.archive.streams import OpenSegment
from custodes.video.archive.timeline import Span, subtract
from custodes.video.clock import HostClock
from custodes.video.plan import RecordingPlan, dark_at
from custodes.video.source.address import BadUrl
from custodes.video.source.defaults import ConnectionOptions
from custodes.video.wire.calls import RecordingsAnswer, RecordingsAsk

log = structlog.get_logger(__name__)

AT_ONCE = 2
"""Of one worker, whatever devices these are of: what comes live goes first."""
TRIES = 3
MOST_KNOWN = 20_000
"""Parts of which it is remembered that nothing more is to be had."""
SETTLE_SECONDS = 0.05
"""Between two looks at whether what was written has its rows."""


class FillGateway(Protocol):
    """The gateway, as `gateway_client.GatewayClient` is one."""

    async def records(self, ask: RecordingsAsk) -> RecordingsAnswer:
        """What a device has recorded.

        Raises:
            GatewayUnavailable.
        """
        ...


@dataclass(frozen=True, slots=True)
class FillTerms:
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


@dataclass(frozen=True, slots=True)
class _Done:
    """A part that was fetched, as far as it has rows in the archive now."""

    part: FillPart
    why: str
    filled: list[Span]

    @property
    def us(self) -> int:
        """How much."""
        return sum(end - begin for begin, end in self.filled)


@dataclass
class Filling:
    """Of one worker. Everything runs on its event loop, where its recorders do.

    Attributes:
        filled_us: microseconds that were filled since the start.
        failed: tries that came to nothing.
        wanted: whether somebody looks at a camera's own recordings, of which a device sends one at a time: filling gives way.
    """

    cameras: Iterable[NodeCamera]
    archive: Archive
    disk: Disk
    desk: CallDesk
    gateway: Callable[[], FillGateway | None]
    place: CallPlace
    retention: Retention
    clock: HostClock
    terms: FillTerms
    filled_us: int = 0
    failed: int = 0
    wanted: Callable[[UUID], bool] = lambda _camera: False
    _fetching: set[UUID] = field(default_factory=set)
    _tasks: dict[UUID, asyncio.Task[bool]] = field(default_factory=dict)  # by camera
    _busy: set[str] = field(default_factory=set)  # devices that are asked or fetched from
    _assigned: dict[UUID, tuple[NodeCamera, str, int]] = field(
        default_factory=dict
    )  # each as it is taken in, and since when
    _looks: int = 0
    _looked: dict[UUID, int] = field(default_factory=dict)  # number of its last look
    _lost: dict[UUID, list[Span]] = field(default_factory=dict)  # written to a disk that failed: it may come back
    _stopped: bool = False
    _tried: dict[tuple[UUID, int], _Tried] = field(default_factory=dict)  # by camera and a part's first second
    _since: dict[UUID, int] = field(default_factory=dict)  # since when it is recorded, as the last look saw it
    _idle: dict[UUID, tuple[int, float]] = field(
        default_factory=dict
    )  # since when it is recorded, and when to look again

    async def run(self) -> None:
        """Until cancelled; what is being filled then is written as far as it came."""
        try:
            while True:
                self._follow()
                await asyncio.sleep(self.terms.look_s)
                self.look()
        finally:
            self._stopped = True
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def fetching(self, camera: UUID) -> bool:
        """Whether the device sends a recording of it for filling just now."""
        return camera in self._fetching

    def look(self) -> None:
        """Begin with what is due and has room, whoever was looked at longest ago first."""
        self._follow()
        if not self.terms.least_s:
            return
        for camera in sorted(self.cameras, key=lambda one: self._looked.get(one.id, 0)):
            if len(self._tasks) >= AT_ONCE or self._stopped:
                return
            url = self._due(camera)
            if url is None or camera.id in self._tasks or url.device in self._busy:
                continue
            self._looks += 1
            self._looked[camera.id] = self._looks
            task = asyncio.create_task(self._fill(camera, url))
            self._tasks[camera.id] = task
            task.add_done_callback(lambda done, camera=camera.id: self._ended(camera, done))  # type: ignore[misc]

    def _ended(self, camera: UUID, task: asyncio.Task[bool]) -> None:
        """Its place is free; where there was nothing to do the next has it at once."""
        del self._tasks[camera]
        if not task.cancelled() and not task.result():
            self.look()

    def _follow(self) -> None:
        """Note since when each camera is taken in as it is now: what its device recorded before may be another's."""
        now_us, before = self.clock.wall_us(), self._assigned
        self._assigned = {}
        for camera in self.cameras:
            known, url = before.get(camera.id), camera.assignment.main.url
            same = known is not None and known[0] is camera and known[1] == url
            self._assigned[camera.id] = known if known is not None and same else (camera, url, now_us)
        self._looked = {camera: turn for camera, turn in self._looked.items() if camera in self._assigned}

    def _due(self, camera: NodeCamera) -> ChannelUrl | None:
        """The channel of a camera that is recorded, whole, and has been for a while."""
        state = camera.present_state
        if not is_channel(camera.assignment.main.url) or not self._recorded(camera) or not self.place.address:
            return None
        if self.wanted(camera.id):
            return None
        if self.clock.wall_us() - state.since_us < self.terms.rest_s * SECOND:
            return None
        self._since[camera.id] = state.since_us
        since, after = self._idle.get(camera.id, (-1, 0.0))
        if since == state.since_us and self.clock.monotonic() < after:
            return None
        return channel_of(camera)

    def _recorded(self, camera: NodeCamera) -> bool:
        """Whole, and nothing says that it is not to be seen."""
        state, now_us = camera.present_state, self.clock.wall_us()
        whole = state.state == "recording" and state.reason != "thinned" and camera.kept is ShortageRecording.WHOLE
        return whole and dark_at(camera.assignment, now_us) is None

    def _stands(self, camera: NodeCamera, url: ChannelUrl, part: FillPart) -> bool:
        """Whether what is being filled may still be: much may be decided meanwhile."""
        return (
            any(one is camera for one in self.cameras)
            and channel_of(camera) == url
            and self._recorded(camera)
            and not self.wanted(camera.id)
            and subtract([part.span], self._left_out(camera, *part.span)) == [part.span]
        )

    # One camera

    async def _fill(self, camera: NodeCamera, url: ChannelUrl) -> bool:
        """Whether anything was done."""
        try:
            parts = await self.disk.run(self._parts, camera)
            part = next((one for one in parts if self._may(camera.id, one)), None)
            if part is None:
                self._rest(camera.id, self._until_again(camera.id, parts))
                return False
            if url.device in self._busy:
                return False  # another camera of it was quicker; this one is looked at again when that is over
            self._busy.add(url.device)
            try:
                await self._fill_part(camera, url, part)
            finally:
                self._busy.discard(url.device)
        except Exception:
            log.exception("filling.failed", camera=str(camera.id))
            self._rest(camera.id, self.terms.idle_s)
        return True

    def _may(self, camera: UUID, part: FillPart) -> bool:
        tried = self._tried.get((camera, part.start))
        return tried is None or (tried.times < TRIES and self.clock.monotonic() >= tried.after)

    def _until_again(self, camera: UUID, parts: list[FillPart]) -> float:
        """Seconds until one of these may be tried again, or until it is looked for others."""
        tries = [tried for part in parts if (tried := self._tried.get((camera, part.start))) is not None]
        waiting = [tried.after - self.clock.monotonic() for tried in tries if tried.times < TRIES]
        return min([*waiting, self.terms.idle_s])

    def _parts(self, camera: NodeCamera) -> list[FillPart]:
        """What is missing and may be filled, the oldest first."""
        now_us, known = self.clock.wall_us(), self._assigned.get(camera.id)
        stream = self.archive.stream(camera.id)
        cutoff_us = self.retention.cutoff_us(stream.retention_days, now_us)
        from_us = max(now_us - LOOK_BACK_S * SECOND, cutoff_us, stream.first_us)
        to_us = now_us - round(self.terms.rest_s * SECOND)
        lasting = stream.gap
        if lasting is not None:
            to_us = min(to_us, lasting.from_us)
        if from_us >= to_us or known is None or known[0] is not camera:
            return []
        return due(
            self.archive.gaps(camera.id, from_us - MARGIN_US, to_us + MARGIN_US),
            self.archive.runs(camera.id, from_us, to_us),
            from_us,
            to_us,
            self.terms.least_s,
            left_out=[*self._left_out(camera, from_us, to_us), *self._lost.get(camera.id, ())],
            since_us=known[2],
        )

    def _left_out(self, camera: NodeCamera, from_us: int, to_us: int) -> list[Span]:
        """What plans leave out by today's word, with margins: a gap may have begun, and been named, before its plan came."""
        return planned_out(camera, self.archive, from_us, to_us)

    async def _fill_part(self, camera: NodeCamera, url: ChannelUrl, part: FillPart) -> None:
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
        done: list[_Done] = []
        for one in found:
            done.append(await self._fetch(camera, url, one))
            if done[-1].why not in ("end", "jump"):
                break
        self._tell(camera.id, url, part, done)
        self._note(camera.id, part, answer.whole, found, done)

    async def _fetch(self, camera: NodeCamera, url: ChannelUrl, part: FillPart) -> _Done:
        def may() -> bool:
            return self._stands(camera, url, part)

        if not may():
            return _Done(part, TERMS, [])
        main = camera.assignment.main
        # `Transport` of an assignment: ``tcp-active`` is a connection that we make.
        active = main.transport == "tcp-active"
        way = ConnectionOptions(transport="udp" if main.transport == "udp" else "tcp", active=active)
        self._fetching.add(camera.id)
        try:
            fetched = await fetch(
                *(camera.id, url, setup_of(way), part, self.archive, self.place, self.desk, self.clock, may),
            )
        finally:
            self._fetching.discard(camera.id)
        return await self._settled(camera.id, part, fetched)

    async def _settled(self, camera: UUID, part: FillPart, fetched: Fetched) -> _Done:
        """Once all that was written has its row, or was given up: until then a look would find it missing and ask for it again."""
        stream = self.archive.stream(camera)

        def waits(segment: OpenSegment) -> bool:
            return stream.open.get(segment.origin.sequence) is segment

        while any(waits(segment) for segment in fetched.segments):
            await asyncio.sleep(SETTLE_SECONDS)
        lost = [
            (one.origin.wall_us, max(one.written_end_us, one.end_us or 0)) for one in fetched.segments if one.failed
        ]
        if lost:
            self._lost.setdefault(camera, []).extend(lost)
        return _Done(part, fetched.why, await self.disk.run(self.archive.filled, camera, *part.span))

    def _tell(self, camera: UUID, url: ChannelUrl, part: FillPart, done: list[_Done]) -> None:
        """The record of it, where anything was kept."""
        filled = [span for one in done for span in one.filled]
        if not filled:
            return
        stops = sorted({one.why for one in done} - {"end"})
        detail = (
            f"recorded by device {url.device}, channel {url.channel}, and fetched from it; times are by the device's clock, "
            "and true to within its distance of key pictures"
        )
        if stops:
            detail += f"; stopped: {', '.join(stops)}"
        self.archive.book.gap_filled(self.archive.stream(camera), part.span, filled, detail)
        gained = sum(one.us for one in done)
        self.filled_us += gained
        log.info("filling.filled", camera=str(camera), seconds=round(gained / SECOND))

    def _note(self, camera: UUID, part: FillPart, whole: bool, found: list[FillPart], done: list[_Done]) -> None:
        """What is left of the part is asked for again where that may bring more."""
        if not found and whole:
            self._given_up(camera, part.start)
            return
        if done and done[-1].why == TERMS:
            self._rest(camera, self.terms.again_s)  # nothing was wrong with the device: no try
            return
        if sum(one.us for one in done) < SECOND:
            self._again(camera, part, done[-1].why if done else "partial")
            return
        if done[-1].why != "end":
            self._rest(
                camera, self.terms.again_s
            )  # what is left begins elsewhere now: without a rest each second would be a call
        # What lies between and behind the device's recordings it does not have; the rest begins elsewhere by now.
        reached = part.start
        for one in done:
            if one.part.start > reached:
                self._given_up(camera, reached)
            reached = -(-one.filled[-1][1] // SECOND) if one.filled else one.part.start
        if whole and done and done[-1].why == "end" and len(done) == len(found):
            self._given_up(camera, reached)

    def _rest(self, camera: UUID, seconds: float) -> None:
        """Nothing is looked for in its gaps for so long, unless it goes away and comes back meanwhile."""
        since = self._since.get(camera, -1)
        self._idle[camera] = since, self.clock.monotonic() + seconds

    def _again(self, camera: UUID, part: FillPart, why: str) -> None:
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


def planned_out(camera: NodeCamera, archive: Archive, from_us: int, to_us: int) -> list[Span]:
    """What plans leave out of a camera, by what was planned as it was recorded and by today's word, with margins."""
    planned = RecordingPlan(camera.assignment.planned, camera.assignment.week)
    spans: list[Span] = []
    for plan in (archive.stream(camera.id).plan, planned):
        if plan is not None:
            spans += [(begin, end) for begin, end, _ in plan.excuses(from_us - MARGIN_US, to_us + MARGIN_US)]
    return widened(spans)


def channel_of(camera: NodeCamera) -> ChannelUrl | None:
    """The channel that a camera is; None for one that is none."""
    try:
        return parse_channel_url(camera.assignment.main.url)
    except BadUrl:
        return None
