"""The archive as it goes to an upper platform: which stretches there are, and picture by picture, over gaps, other codecs and what is deleted meanwhile."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from custodes.node.camera import NodeCamera
from custodes.node.cameras import CameraSet
from custodes.node.channel import WorkerServices
from custodes.node.gate import FootageBounds, Gate, TokenRefused
from custodes.node.gb28181.sending.sounding import SoundPiece, beside
from custodes.node.gb28181.viewing.desk import DeviceDesk, NotPlayed
from custodes.node.rooms import Signed
from custodes.video.archive.archive import FootageGone
from custodes.video.archive.fragments import FragmentRef
from custodes.video.mp4.boxes import Mp4Error
from custodes.video.mp4.parse import parse_fragment
from custodes.video.playback.group import ArchiveReader
from custodes.video.playback.timeline import SoundReader, follows, read_key_picture
from custodes.video.unit import CLOCK_RATE, AccessUnit
from custodes.video.wire.sending import SendRecordings, SendRecords
from custodes.video.wire.token import GrantClaims

LOOKED_AT = 64
"""Fragments that one call looks at: whoever waits for it may be ending."""
_AHEAD_ROWS = 16


@dataclass(slots=True)
class ArchivedPicture:
    """One picture of the archive, where it stands in what is sent.

    Attributes:
        unit: it; `media_time` is of what is sent: it begins at one second and goes on over every hole.
        due: its decode time there, 90 kHz ticks.
        until_us: to when it stands, µs UTC; for those behind it too, where it is sent alone.
        sounds: what is heard beside it.
    """

    unit: AccessUnit
    due: int
    until_us: int
    sounds: list[SoundPiece] = field(default_factory=list)


class RecordReader:
    """Pictures of one camera from a moment on. Every call but `turn` may block on a disk; one call at a time.

    Args:
        opens: whether footage from, to (µs UTC) may be sent.
        at_us: where to begin: at the key picture at or before it that may be sent, else at the first one behind.
        until_us: nothing that begins later is read.
        hears: whether sound is read too.

    Attributes:
        reached_us: how far the archive was gone through.
    """

    def __init__(
        self,
        archive: ArchiveReader,
        camera: UUID,
        opens: Callable[[int, int], bool],
        at_us: int,
        until_us: int,
        hears: Callable[[], bool] = lambda: False,
    ) -> None:
        self._hears = hears
        self._sounds = SoundReader()
        self._archive = archive
        self._camera = camera
        self._opens = opens
        self._until_us = until_us
        self.turn(at_us, CLOCK_RATE)

    def turn(self, at_us: int, due: int | None = None) -> None:
        """Go on at another time.

        Args:
            due: of the picture that comes next in what is sent, 90 kHz ticks; None behind the last that was read.
        """
        if due is not None:
            self._end = due
        self._at_us = self.reached_us = at_us
        self._refs: deque[FragmentRef] = deque()
        self._source: Iterator[FragmentRef] | None = None
        self._last: FragmentRef | None = None
        self._before: FragmentRef | None = None  # given to its end: what follows it needs no key picture

    @property
    def over(self) -> bool:
        """Whether all was read, whatever may be recorded yet."""
        return self.reached_us >= self._until_us

    def read(self, *, keys_alone: bool = False) -> list[ArchivedPicture] | None:
        """The next pictures, those of one fragment at most; None when there are no more by now. None of them: call again.

        Args:
            keys_alone: each key picture stands for those up to the next.
        """
        for _ in range(LOOKED_AT):
            if self._peek() is None:
                return None
            found = self._key(self._pop()) if keys_alone else self._all(self._pop())
            if found:
                return found
        return []

    def _all(self, ref: FragmentRef) -> list[ArchivedPicture]:
        goes_on = self._before is not None and follows(self._before, ref)
        self._before = None
        if not (goes_on or ref.key):
            return []
        try:
            data = self._archive.read(ref)
            parsed = parse_fragment(data)
        except (FootageGone, Mp4Error):
            return []  # deleted meanwhile, or damaged: the next one stands behind a hole
        found: list[ArchivedPicture] = []
        into, offset, begin = 0, parsed.data_offset, self._end
        for sample in parsed.samples:
            from_us, until_us = _wall(ref, into), _wall(ref, into + sample.duration)
            opened = (goes_on or sample.key) and self._opens(from_us, until_us)
            if opened:
                begin = begin if goes_on else self._end - into
                picture, time = data[offset : offset + sample.size], begin + into
                unit = AccessUnit(picture, sample.key, time + sample.composition, from_us, ref.params)
                found.append(ArchivedPicture(unit, time, until_us))
                self._end = time + sample.duration
            goes_on = opened
            into, offset = into + sample.duration, offset + sample.size
        self._before = ref if goes_on else None
        if found and self._hears():
            self._hear(ref, data, found, parsed.samples[0].composition)
        return found

    def _hear(self, ref: FragmentRef, data: bytes, found: list[ArchivedPicture], first: int) -> None:
        """Put its sound beside the pictures of a fragment. What can't be read holds nothing up.

        Args:
            first: how much later its first picture is shown than decoded: from there its sound is counted.
        """
        try:
            sound = self._sounds.read(ref, data)
        except (OSError, Mp4Error):
            return
        if sound is not None:
            places = [(one.unit.wall_us, one.until_us, one.due + first) for one in found]
            for number, piece in beside(sound, places):
                found[number].sounds.append(piece)

    def _key(self, ref: FragmentRef) -> list[ArchivedPicture]:
        """The first picture of `ref` for all up to the next key picture or hole."""
        self._before = None
        if not ref.key:
            return []
        last, ticks = ref, ref.duration
        while (after := self._peek()) is not None and not after.key and follows(last, after):
            if not self._opens(ref.start_us, after.end_us):
                break
            last, ticks = self._pop(), ticks + after.duration
        try:
            sample, data = read_key_picture(ref)
        except (OSError, Mp4Error):
            return []
        until_us = last.end_us if self._opens(ref.start_us, last.end_us) else _wall(ref, sample.duration)
        if not self._opens(ref.start_us, until_us):
            return []
        unit = AccessUnit(data, True, self._end + sample.composition, ref.start_us, ref.params)
        found = ArchivedPicture(unit, self._end, until_us)
        self._end += ticks
        return [found]

    def _pop(self) -> FragmentRef:
        self._last = self._refs.popleft()
        self.reached_us = max(self.reached_us, self._last.end_us)
        return self._last

    def _peek(self) -> FragmentRef | None:
        if not self._refs:
            self._refs.extend(self._fetch())
        return self._refs[0] if self._refs else None

    def _fetch(self) -> list[FragmentRef]:
        if self._source is None:
            if self._last is None:
                self._source = self._archive.fragments(self._camera, self._at_us, self._until_us)
            else:
                self._source = self._archive.fragments_after(self._last, self._until_us)
        found = list(islice(self._source, _AHEAD_ROWS))
        if not found:
            self._source = None
        return found


def _wall(ref: FragmentRef, ticks: int) -> int:
    return ref.start_us + ticks * 100 // 9


log = structlog.get_logger(__name__)

AT_ONCE = 4
"""Questions that are answered at once: they share the disk threads with whoever looks."""
MOST_SPANS = 2_000
APART_US = 2_000_000
"""A gap that is longer parts two recordings."""


@dataclass
class RecordDesk:
    """Of one worker."""

    cameras: CameraSet
    gate: Gate
    studio: WorkerServices
    _asked: int = 0

    def routes(self, signed: Signed) -> list[Route]:
        """Its route, signed by the gateway."""
        return [Route("/internal/send/records", signed(self._ask), methods=["POST"])]

    async def find(self, ask: SendRecords) -> SendRecordings:
        """Stretches within what is asked and what the token opens, which is used up by it."""
        if self._asked >= AT_ONCE:
            return SendRecordings(step="full")
        try:
            claims = self.gate.admit_listing(ask.token, self.studio.clock.wall_us() / 1_000_000)
        except TokenRefused as error:
            log.info("send.not_listed", why=str(error))
            return SendRecordings(step="not_granted")
        camera = self.cameras.get(claims.cameras[0])
        if camera is None:
            return SendRecordings(step="not_here")
        assert claims.span is not None
        from_us, until_us = max(ask.start_us, claims.span[0]), min(ask.end_us, claims.span[1])
        if from_us >= until_us:
            return SendRecordings()
        self._asked += 1
        try:
            devices = self.studio.devices
            if devices is not None and devices.passes_on(camera):
                return await _below(devices, camera, claims, from_us, until_us)
            spans, more = await self.studio.disk.run(
                self.studio.archive.stretches, camera.id, from_us, until_us, MOST_SPANS, APART_US
            )
        finally:
            self._asked -= 1
        return SendRecordings(spans=tuple(spans), more=more)

    async def _ask(self, _request: Request, body: bytes) -> Response:
        found = await self.find(SendRecords.model_validate_json(body))
        return Response(found.model_dump_json(), media_type="application/json")


async def _below(
    devices: DeviceDesk, camera: NodeCamera, claims: GrantClaims, from_us: int, until_us: int
) -> SendRecordings:
    """Asked by the same rules as for a person who looks here; under the grant of the platform above."""
    try:
        found = await devices.recordings(camera, claims, FootageBounds.of(claims), from_us, until_us)
    except NotPlayed as error:
        log.info("send.not_listed_below", camera=str(camera.id), step=error.step)
        if error.step == "not_open":
            return SendRecordings()
        return SendRecordings(step="full" if error.step in ("busy", "often") else "not_here")
    return SendRecordings(spans=found.spans[:MOST_SPANS], more=not found.whole or len(found.spans) > MOST_SPANS)
