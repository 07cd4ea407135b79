"""One camera's recording on its way to one upper platform: at its own pace or as a download, steered by steps."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from custodes.node.camera import NodeCamera
from custodes.node.channel import WorkerServices
from custodes.node.gate import Admission, FootageBounds
from custodes.node.gb28181.sending.reading import ArchivedPicture, RecordReader
from custodes.node.gb28181.sending.sending import NoPicture, Sending
from custodes.node.gb28181.sending.ways import SendTransport
from custodes.video.unit import CLOCK_RATE
from custodes.video.wire.sending import SendAsk, SendStep, SendStepped

OCTETS_A_SECOND = 4_000_000
"""Of one recording at most: eight times a camera of 4 Mbit/s. What would be faster takes longer."""
BURST_SECONDS = 0.25
"""For so long it may be exceeded: a key picture is large, and timers are not exact."""
LATE_SECONDS = 2.0
"""What is late by more, because the receiver or the disk is slow, is not made up for."""


class Beat:
    """Of one recording: by its own clock, so many times as fast.

    Attributes:
        speed: how many times.
    """

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._from: tuple[int, float] | None = None
        self._free_at = float("-inf")

    def anew(self, speed: float) -> None:
        """The next picture goes at once, those behind it `speed` times as fast as they were recorded."""
        self.speed = speed
        self._from = None

    def left(self, due: int, now: float) -> float:
        """Seconds until a picture may go; 0 or less when it may.

        Args:
            due: its decode time, 90 kHz ticks.
            now: monotonic seconds.
        """
        if self._from is None:
            self._from = due, now
        begun, at = self._from
        time = at + (due - begun) / CLOCK_RATE / self.speed
        if now - time > LATE_SECONDS:
            self._from = due, now - LATE_SECONDS
        return max(time, self._free_at) - now

    def sent(self, octets: int, now: float) -> None:
        """So many octets went at `now`."""
        self._free_at = max(self._free_at, now - BURST_SECONDS) + octets / OCTETS_A_SECOND


SLOWEST, FASTEST = 0.25, 8.0
"""Between which a recording is steered."""
UNABLE, NO_PLACE = 551, 457
"""Status of RTSP: not at that speed, no such place."""
KEYS_ABOVE = 2.0
"""Above this speed a playback sends key pictures alone, as many devices do; a download sends every picture at each."""
DOWNLOAD_SPEED = 4
"""Of a download that names none."""
EDGE_US = 8_000_000
"""What a running camera's durable footage may lag behind now; what is missing longer is a gap."""
READ_SECONDS = 20.0
"""A disk that gives nothing for so long has failed."""
EARLY_SECONDS = 0.002
"""A picture may go so much before its time: timers are no more exact, and end a little early."""
_LOOK_SECONDS = 0.5


class NoSpan(Exception):
    """A recording is asked for without a time that could be one."""


def span_of(ask: SendAsk) -> tuple[int, int] | None:
    """What is asked for of the archive, µs UTC; None for the live picture.

    Raises:
        NoSpan: a recording of no time.
    """
    if ask.session == "Play":
        return None
    if ask.start_us is None or ask.end_us is None or ask.start_us >= ask.end_us:
        raise NoSpan("a recording is asked for without a time")
    return ask.start_us, ask.end_us


class RecordedSending(Sending):
    """From the key picture at or before the asked begin to the asked end, or to where the archive ends.

    Attributes:
        download: it is a file that is fetched: it ends with what is there. A playback goes on with what is recorded meanwhile.
        picture_seconds: within which the first picture is found; an upper waits for an answer.
    """

    picture_seconds = 4.0

    def __init__(
        self,
        ask: SendAsk,
        span: tuple[int, int],
        camera: NodeCamera,
        admission: Admission,
        way: SendTransport,
        studio: WorkerServices,
        on_over: Callable[[Sending], None],
    ) -> None:
        self.at_us, self._end_us = span
        self._begin_us = self._stands_us = span[0]
        self.download = ask.session == "Download"
        self._bounds = replace(FootageBounds.of(admission.claims), back_us=0)
        self._reader = RecordReader(studio.archive, camera.id, self._opens, *span, lambda: self._hears)
        self._beat = Beat(float(min(max(ask.speed or DOWNLOAD_SPEED, 1), FASTEST)) if self.download else 1.0)
        self._pictures: deque[ArchivedPicture] = deque()
        self._whole = False  # the picture before went whole: the next needs no key picture
        self._paused = False
        self._target_us: int | None = None
        self._rest_us: int | None = None  # where the range that a step named ends
        self._rests = False  # it stands still there
        self._changed = asyncio.Event()
        super().__init__(ask.call, camera, admission, way, ask.ssrc, studio, on_over)

    async def step(self, step: SendStep) -> SendStepped:
        """Follow a step; one that can't be followed changes nothing."""
        status = self._against(step)
        return self._stepped(status) if status else self._follow(step)

    def _against(self, step: SendStep) -> int:
        """RTSP's status of a step that can't be followed; 0 of one that can."""
        if step.scale is not None and not SLOWEST <= step.scale <= FASTEST:
            return UNABLE
        at_us = self._stands_us if step.at_s is None else self._place(step.at_s)
        if step.at_s is not None and at_us >= min(self._end_us, self._studio.clock.wall_us()):
            return NO_PLACE
        return NO_PLACE if step.until_s is not None and self._place(step.until_s) <= at_us else 0

    def _follow(self, step: SendStep) -> SendStepped:
        if step.at_s is not None:
            self._target_us = self._stands_us = self._place(step.at_s)
        if step.ranged:
            self._rest_us = self._place(step.until_s) if step.until_s is not None else None
        elif self._rests and not step.pause:
            self._rest_us = None  # it stood at the end of its range, and is to go on
        speed = step.scale if step.scale is not None else self._beat.speed
        before, goes_on = self._keys_alone, self._paused and not step.pause
        if goes_on or step.at_s is not None or speed != self._beat.speed:  # else whoever repeats it would hurry it
            self._beat.anew(speed)
        self._rests = self._rests and step.pause and step.at_s is None
        self._paused = step.pause
        if before and not self._keys_alone and self._target_us is None:
            self._all_again()
        self._changed.set()
        return self._stepped(200)

    def _all_again(self) -> None:
        """Every picture goes again from where it stands: the next key picture was read to stand alone."""
        self._target_us = self._stands_us

    def _place(self, seconds: float) -> int:
        """A place that a step names, µs UTC."""
        return self._begin_us + round(seconds * 1_000_000)

    def quiet(self, seconds: float) -> bool:
        """Never: it ends by itself, or stands as long as it is named."""
        return False

    @property
    def _keys_alone(self) -> bool:
        return self._beat.speed > KEYS_ABOVE and not self.download

    def _stepped(self, status: int) -> SendStepped:
        at_s = max(0, self._stands_us - self._begin_us) / 1_000_000
        until_s = None
        if self._rest_us is not None and self._rest_us < self._end_us:
            until_s = (self._rest_us - self._begin_us) / 1_000_000
        return SendStepped(status=status, at_s=at_s, scale=self._beat.speed, until_s=until_s)

    def _opens(self, from_us: int, until_us: int) -> bool:
        return until_us <= self._end_us and self._bounds.opens(from_us, until_us, until_us)

    async def _send(self) -> None:
        await self._have_picture()
        self.codec = self._pictures[0].unit.params.codec
        self.sound = next((one.sounds[0].params for one in self._pictures if one.sounds), None)
        self._cutter.expect(self.sound)
        self._is_ready()
        await self._go.wait()
        await self.way.reach()
        while True:
            while await self._go_on():
                continue
            await self.way.finish()
            if self._target_us is None:  # nobody has gone back meanwhile
                break
        self._is_over("finished", "finished")

    async def _have_picture(self) -> None:
        try:
            async with asyncio.timeout(self.picture_seconds):
                while not self._pictures:
                    if not await self._read():
                        raise NoPicture
        except TimeoutError as error:
            raise NoPicture from error

    async def _go_on(self) -> bool:
        """Do what is next; whether there is more to do."""
        if self._target_us is not None:
            self._turn(self._target_us)
        if self._paused:
            await self._stand()
        elif self._pictures and self._rest_us is not None and self._pictures[0].unit.wall_us >= self._rest_us:
            self._paused = self._rests = True  # its range is sent: from playing back to ready (RFC 2326 A.2)
        elif self._pictures:
            left = self._beat.left(self._pictures[0].due, self._studio.clock.monotonic())
            if left > EARLY_SECONDS:
                await self._wait_for_step(left)
            else:
                await self._show(self._pictures.popleft())
        elif not await self._read():
            return await self._waits_at_the_edge()
        return True

    def _turn(self, to_us: int) -> None:
        self._target_us = None
        self._reader.turn(to_us, self._pictures[0].due if self._pictures else None)
        self._pictures.clear()

    async def _stand(self) -> None:
        """It stands still, until somebody steers."""
        await self._wait_for_step(None)

    async def _show(self, picture: ArchivedPicture) -> None:
        unit = picture.unit
        if unit.key or self._whole:
            packets = self._cutter.packets(unit, unit.media_time)
            self._whole = await self._send_picture(packets, unit.wall_us, picture.until_us)
            self._beat.sent(sum(map(len, packets)), self._studio.clock.monotonic())
            if self.download or self._beat.speed == 1.0:
                await self._sound(picture)
        if self._target_us is None:
            self._stands_us = picture.until_us
        await asyncio.sleep(0)  # what is late goes quickly, and others have their turn between

    async def _sound(self, picture: ArchivedPicture) -> None:
        """What is heard beside a picture, at its own speed: of a playback at another one nothing is."""
        for piece in picture.sounds:
            if self._hears and self._opens(piece.from_us, piece.until_us):
                await self._send_sound(piece)

    async def _read(self) -> bool:
        """Have more pictures, of the place that counts by now; False when the archive has no more by now."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                found = await self._studio.disk.run(self._reader.read, keys_alone=self._keys_alone)
        except TimeoutError as error:
            raise NoPicture from error
        if found is None:
            return self._target_us is not None
        self._pictures.extend(found)
        return True

    async def _waits_at_the_edge(self) -> bool:
        """Whether more may be recorded yet that is to be sent; waits a little for it."""
        behind = self._reader.reached_us < self._studio.clock.wall_us() - EDGE_US
        if self.download or behind or self._reader.over:
            return False
        await self._wait_for_step(_LOOK_SECONDS)
        return True

    async def _wait_for_step(self, seconds: float | None) -> None:
        """Until somebody steers, `seconds` at most."""
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return
        self._changed.clear()
