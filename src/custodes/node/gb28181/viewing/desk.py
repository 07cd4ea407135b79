"""A worker's looks at the recordings of devices: what a device has, asked at a pace; one recording of a channel at a time.

What a device recorded before a camera was this channel may be another camera's: since when it is, is kept (`Since`).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import structlog

from custodes.node.camera import NodeCamera
from custodes.node.disk import Disk
from custodes.node.gate import FootageBounds
from custodes.node.gb28181.calls import CallDesk
from custodes.node.gb28181.filling.fetch import MARGIN_US, widened
from custodes.node.gb28181.filling.room import channel_of, planned_out
from custodes.node.gb28181.gateway_client import GatewayUnavailable
from custodes.node.gb28181.place import CallPlace, ChannelUrl
from custodes.node.gb28181.viewing.opened import SECOND, DeviceClock, Stretch, opened, stretch_at, told
from custodes.node.journal import Journal
from custodes.video.archive.archive import Archive
from custodes.video.archive.retention import Retention
from custodes.video.archive.timeline import Span, merge
from custodes.video.clock import HostClock
from custodes.video.plan import EXCUSED, PLANNED
from custodes.video.wire.calls import LONGEST_SPAN, CallStep, RecordingsAnswer, RecordingsAsk, StepTaken
from custodes.video.wire.token import GrantClaims

log = structlog.get_logger(__name__)


class Since:
    """Kept in the worker's journal, over restarts. Every call blocks.

    Args:
        clock: by which it is noted.
    """

    def __init__(self, journal: Journal, clock: HostClock) -> None:
        self._journal, self._clock = journal, clock
        self._known: dict[UUID, int] = {}

    def follow(self, addresses: Mapping[UUID, str]) -> None:
        """Which channel each camera is now; one that was another until now, or none, is it from now on."""
        now_us, changed = self._clock.wall_us(), dict[str, int]()
        for camera, address in addresses.items():
            mark = _mark(address)
            if self._known.get(camera) == mark:
                continue
            if self._journal.fact(_channel(camera)) != mark:
                changed |= {_channel(camera): mark, _since(camera): now_us}
            self._known[camera] = mark
        # One that is away may come back as another's channel: it is looked up again then.
        self._known = {camera: mark for camera, mark in self._known.items() if camera in addresses}
        if changed:
            self._journal.remember_all(changed)

    def of(self, camera: UUID, address: str) -> int | None:
        """Since when, µs UTC; None where it is not that channel."""
        if self._journal.fact(_channel(camera)) != _mark(address):
            return None
        return self._journal.fact(_since(camera))


def _mark(address: str) -> int:
    return int.from_bytes(hashlib.sha256(address.encode()).digest()[:7])


def _channel(camera: UUID) -> str:
    return f"channel:{camera}"


def _since(camera: UUID) -> str:
    return f"channel-since:{camera}"


QUESTION_SECONDS = 2.0
"""Between two questions of one person to devices."""
TURN_SECONDS = 10.0
"""For which a question waits for its turn; of more that are asked at once none is."""
KEPT_SECONDS = 60.0
"""For which an answer is not asked for again."""
MOST_KEPT = 200
SEAT_SECONDS = 3.0
"""For which a seat is waited for: a person who opens the picture anew may still be leaving the old one."""
YIELD_SECONDS = 5.0
"""For which filling is waited for; it looks each second whether somebody wants to look."""
AHEAD_SECONDS = 4 * 3600
"""How far a question reaches that is asked in order to play."""


class NotPlayed(Exception):
    """It can't be asked for or played; `step` says where it stopped (docs/design/wire.md §5, `end`)."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


class ViewingGateway(Protocol):
    """What is asked of the gateway beside calls; each raises `GatewayUnavailable`."""

    async def records(self, ask: RecordingsAsk) -> RecordingsAnswer:
        """What a device has recorded."""
        ...

    async def step(self, step: CallStep) -> StepTaken:
        """Steer a recording that plays."""
        ...


@dataclass(frozen=True, slots=True)
class DeviceRecordings:
    """What a device has.

    Attributes:
        spans: where, by our clock, of what the look opens; whole: nothing is missing.
        opens: what that was.
    """

    spans: tuple[Span, ...]
    whole: bool
    clock: DeviceClock
    opens: tuple[Span, ...]


@dataclass
class DeviceDesk:
    """Looks at the recordings of devices, of one worker.

    Attributes:
        calls: the worker's calls.
        camera: the camera of an id, as it is taken in now.
        fetching: whether a camera's gaps are being filled from its device just now.
    """

    archive: Archive
    disk: Disk
    calls: CallDesk
    gateway: Callable[[], ViewingGateway | None]
    place: CallPlace
    retention: Retention
    since: Since
    clock: HostClock
    camera: Callable[[UUID], NodeCamera | None]
    fetching: Callable[[UUID], bool] = lambda _camera: False
    _seats: set[UUID] = field(default_factory=set)
    _waiting: dict[UUID, int] = field(default_factory=dict)  # who wants a seat, by camera
    _kept: OrderedDict[tuple[UUID, UUID, int, int], tuple[float, RecordingsAnswer]] = field(default_factory=OrderedDict)
    _asked: OrderedDict[str, float] = field(default_factory=OrderedDict)  # when each person asked last

    # Seats

    def wanted(self, camera: UUID) -> bool:
        """Whether somebody looks at the device's recordings of a camera, or is about to."""
        return camera in self._seats or camera in self._waiting

    @asynccontextmanager
    async def seat(self, camera: UUID) -> AsyncIterator[None]:
        """The only place from which this camera's recordings are called.

        Raises:
            NotPlayed: ``busy``: somebody else has it.
        """
        self._waiting[camera] = self._waiting.get(camera, 0) + 1
        try:
            await self._until(lambda: camera not in self._seats, SEAT_SECONDS)
            self._seats.add(camera)
        finally:
            self._waiting[camera] -= 1
            if not self._waiting[camera]:
                del self._waiting[camera]
        try:
            await self._until(lambda: not self.fetching(camera), YIELD_SECONDS)
            yield
        finally:
            self._seats.discard(camera)

    async def _until(self, free: Callable[[], bool], seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not free():
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise NotPlayed("busy") from None

    # What is opened

    def channel(self, camera: NodeCamera) -> ChannelUrl:
        """The channel that a camera is.

        Raises:
            NotPlayed: ``not_device``; ``off``: it is a device's, and not to be recorded; ``planned``: nothing of it may be seen just now (S10(3)).
        """
        url = channel_of(camera)
        if url is None:
            raise NotPlayed("not_device")
        if not (camera.assignment.record or url.platform):
            raise NotPlayed("off")
        if camera.dark:
            raise NotPlayed("planned")
        if not self.place.address:
            raise NotPlayed("address")
        return url

    def passes_on(self, camera: NodeCamera) -> bool:
        """Whether what is recorded of it is a platform's below alone: that is what a platform above is told of and sent."""
        url = channel_of(camera)
        return url is not None and url.platform and not camera.assignment.record

    async def opens(self, camera: NodeCamera, bounds: FootageBounds) -> list[Span]:
        """What a look opens of its device's recordings: of the archive's windows what is not past its retention, was this camera's, and was
        left out by no plan, ten minutes around it neither (F7, F8 of docs/design/archive.md)."""
        now_us = self.clock.wall_us()
        windows = bounds.windows(now_us) if camera.id in bounds.cameras else ()
        if not windows:
            return []
        since = await self.disk.run(self.since.of, camera.id, camera.assignment.main.url)
        if since is None:
            return []
        stream = self.archive.stream(camera.id)
        since = max(since, stream.first_us, self.retention.cutoff_us(stream.retention_days, now_us))
        left_out = await self.disk.run(self._left_out, camera, max(since, windows[0][0]), now_us)
        return opened(windows, since, now_us, left_out)

    def _left_out(self, camera: NodeCamera, from_us: int, to_us: int) -> list[Span]:
        gaps = self.archive.gaps(camera.id, from_us - MARGIN_US, to_us + MARGIN_US)
        # Of a platform below, that nothing is recorded here leaves nothing out: it is recorded there.
        excused = EXCUSED if camera.assignment.record else {PLANNED}
        planned = widened((begin, end) for begin, end, reason in gaps if reason in excused)
        return merge([*planned, *planned_out(camera, self.archive, from_us, to_us)])

    # What is there

    async def recordings(
        self, camera: NodeCamera, claims: GrantClaims, bounds: FootageBounds, from_us: int, to_us: int
    ) -> DeviceRecordings:
        """What the device has between two times, of what the look opens.

        Raises:
            NotPlayed: ``not_open``, ``often``, ``clock``, ``gateway``, a failure of `RecordingsAnswer`, or as of `channel`.
        """
        url = self.channel(camera)
        opens = [span for span in await self.opens(camera, bounds) if span[0] < to_us and from_us < span[1]]
        if not opens:
            raise NotPlayed("not_open")
        begin, end = max(from_us, opens[0][0]), min(to_us, opens[-1][1])
        start = begin // SECOND
        answer = await self._ask(camera, url, claims, start, min(-(-end // SECOND), start + LONGEST_SPAN))
        clock = (
            DeviceClock(answer.ahead_ms * 1000, answer.ahead_within_ms * 1000) if answer.ahead_ms is not None else None
        )
        if clock is None:
            raise NotPlayed("clock")
        if abs(clock.ahead_us) > SECOND + clock.within_us:
            moved = clock.theirs(begin)
            until = moved + min(-(-(end - begin) // SECOND), LONGEST_SPAN)
            answer = await self._ask(camera, url, claims, moved, until, again=True)
        return DeviceRecordings(tuple(told(answer.recordings, clock, opens)), answer.whole, clock, tuple(opens))

    async def stretch(
        self, camera: NodeCamera, claims: GrantClaims, bounds: FootageBounds, at_us: int
    ) -> Stretch | None:
        """What is played from `at_us` on; None where the device has nothing more of what the look opens.

        Raises:
            NotPlayed: as of `recordings`.
        """
        opens = await self.opens(camera, bounds)
        window = next((one for one in opens if at_us < one[1]), None)
        if window is None:
            raise NotPlayed("not_open")
        from_us = max(at_us, window[0]) // (60 * SECOND) * 60 * SECOND
        to_us = from_us + AHEAD_SECONDS * SECOND
        found = await self.recordings(camera, claims, bounds, from_us, to_us)
        return stretch_at(at_us, found.spans, found.opens, found.clock)

    def may(self, camera: NodeCamera) -> bool:
        """Whether what is being looked at may still be: much may be decided meanwhile."""
        try:
            self.channel(camera)
        except NotPlayed:
            return False
        return self.camera(camera.id) is camera

    async def _ask(
        self, camera: NodeCamera, url: ChannelUrl, claims: GrantClaims, start: int, end: int, *, again: bool = False
    ) -> RecordingsAnswer:
        """The answer, or the one that was given lately under the same grant: a platform below is told for whom it is asked.

        Args:
            again: by the device's own clock, now that it is known: one question of a person's with the one before.
        """
        kept = self._lately(claims.grant, camera.id, start, end)
        if kept is not None:
            return kept
        if not again:
            await self._turn(claims.sub)
        gateway = self.gateway()
        if gateway is None:
            raise NotPlayed("gateway")
        ask = RecordingsAsk(
            camera=camera.id, device=url.device, channel=url.channel, start=start, end=end, grant=claims.grant
        )
        log.info("view.recordings_asked", camera=str(camera.id), grant=str(claims.grant), seconds=end - start)
        try:
            answer = await gateway.records(ask)
        except GatewayUnavailable:
            raise NotPlayed("gateway") from None
        if answer.failure:
            raise NotPlayed("busy" if answer.failure == "full" else answer.failure)
        self._kept[claims.grant, camera.id, start, end] = (self.clock.monotonic(), answer)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return answer

    def _lately(self, grant: UUID, camera: UUID, start: int, end: int) -> RecordingsAnswer | None:
        now = self.clock.monotonic()
        for (of, about, begin, until), (at, answer) in reversed(self._kept.items()):
            if (of, about) == (grant, camera) and begin <= start and end <= until and now - at < KEPT_SECONDS:
                return answer
        return None

    async def _turn(self, person: str) -> None:
        """Wait until this person may ask again.

        Raises:
            NotPlayed: ``often``: too many questions wait already.
        """
        now = self.clock.monotonic()
        turn = max(now, self._asked.get(person, float("-inf")) + QUESTION_SECONDS)
        if turn - now > TURN_SECONDS:
            raise NotPlayed("often")
        self._asked[person] = turn
        self._asked.move_to_end(person)
        while len(self._asked) > MOST_KEPT:
            self._asked.popitem(last=False)
        if turn > now:
            await asyncio.sleep(turn - now)
