"""What a platform below sends of its recordings, stretch after stretch: called there as it is wanted, steered there, kept nowhere here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Literal

import structlog

from custodes.node.camera import NodeCamera
from custodes.node.gate import FootageBounds
from custodes.node.gb28181.sending.placing import Placing, SentBeyond, SentJumped
from custodes.node.gb28181.sending.reading import ArchivedPicture
from custodes.node.gb28181.viewing.call import FINISHED, HELD_BYTES, DeviceCall, Step
from custodes.node.gb28181.viewing.desk import DeviceDesk, NotPlayed
from custodes.node.gb28181.viewing.opened import SECOND, Stretch
from custodes.video.clock import HostClock
from custodes.video.unit import CLOCK_RATE, AccessUnit
from custodes.video.wire.token import GrantClaims

log = structlog.get_logger(__name__)

STEP_SECONDS = 3.0
"""For which a step waits for the word from below: whoever wants it above waits for four."""
LOW_BYTES = HELD_BYTES // 4
"""What came faster than it went is taken by then, and more is wanted."""
GAIN_US = 2 * SECOND
"""A call that brought less is not made again by itself."""
NEAR_END_US = 3 * SECOND
SLOWEST, SLACK_SECONDS = 1.5, 30.0
"""Times its length, and seconds, for which pictures of a stretch are waited for: a platform whose times stand still is believed no longer."""
_LOOK_SECONDS = 0.2
_MAY_SECONDS = 1.0
_SPEEDS: tuple[Literal[1, 2, 4, 8], ...] = (8, 4, 2, 1)
THINNED_FROM = 4.0
"""From this speed on whoever sends may send key pictures alone."""


class Below:
    """Of one sending. One stretch of one recording at a time is called, in the camera's seat.

    Args:
        asked: what may be asked for below; opens: whether a picture from, to (µs UTC) may be sent.
        span: what was asked for above, µs UTC.
        download: it is fetched, as fast as `picture` says when a stretch is called.
        hears: whether the sound is wanted of a call that is made now.

    Attributes:
        scale: times the pace of watching at which the call that stands plays.
        reached_us: where the next call begins.
        came: set when something came, or whoever waits has something else to do.
    """

    def __init__(
        self,
        desk: DeviceDesk,
        camera: NodeCamera,
        claims: GrantClaims,
        asked: FootageBounds,
        opens: Callable[[int, int], bool],
        span: tuple[int, int],
        clock: HostClock,
        *,
        download: bool,
        hears: Callable[[], bool] = lambda: False,
    ) -> None:
        self.scale = 1.0
        self.reached_us, self._end_us = span
        self.came = asyncio.Event()
        self._desk, self._camera, self._claims, self._asked, self._opens = desk, camera, claims, asked, opens
        self._clock = clock
        self._download, self._hears = download, hears
        self._due = CLOCK_RATE
        self._device: DeviceCall | None = None
        self._stretch = Stretch(0, 0, 0, 0)
        self._placing = Placing(self._stretch, self._due)
        self._seat: AsyncExitStack | None = None
        self._steps = asyncio.Lock()
        self._may_at = float("-inf")
        self._waited = 0.0
        self._stops = True  # it stands still where it is asked to

    # The seat

    async def sit(self) -> None:
        """Have the camera's seat.

        Raises:
            NotPlayed: somebody else has it.
        """
        if self._seat is None:
            seat = AsyncExitStack()
            await seat.enter_async_context(self._desk.seat(self._camera.id))
            self._seat = seat

    async def leave(self) -> None:
        """Hang up; others may have the seat."""
        self.hang_up()
        seat, self._seat = self._seat, None
        if seat is not None:
            await seat.aclose()

    # Pictures

    async def picture(self, speed: float, *, keys_alone: bool, until: Callable[[], bool]) -> ArchivedPicture | None:
        """The next one; None where there is none any more, or `until` says that something else is wanted.

        Args:
            speed: at which a download is asked for; a playback begins at its own.

        Raises:
            NotPlayed: of the step at which it stopped.
        """
        while not until():
            if self._device is None and not await self._call(speed):
                return None
            assert self._device is not None
            self.check()
            unit = self._device.next()
            if unit is not None:
                picture = self._placed(unit, keys_alone)
            elif self._device.over:
                picture = self._last(self._device.over)
            else:
                picture = None
                await self._wait()
                await self.flow()  # it may have been asked to stand still by a step that was not followed to its end
            if picture is not None:
                return picture
            await asyncio.sleep(0)  # much may wait of which nothing is sent on, and others have their turn between
        return None

    def turn(self, to_us: int, due: int | None) -> None:
        """Go on elsewhere: only what a call is begun for is known to be what comes (decision 0385).

        Args:
            due: of the picture that comes next in what is sent; None behind the last that was given.
        """
        self.hang_up()
        self.reached_us = to_us
        if due is not None:
            self._due = due

    def hang_up(self) -> None:
        """End the call that stands; what follows is called for anew."""
        if self._device is not None:
            self._device.close()
            self._device = None
            self.reached_us, self._due = self._placing.reached_us, self._placing.due

    def check(self) -> None:
        """Once a second.

        Raises:
            NotPlayed: the camera may be looked at no more.
        """
        now = self._clock.monotonic()
        if now - self._may_at > _MAY_SECONDS:
            self._may_at = now
            if not self._desk.may(self._camera):
                raise NotPlayed("not_here")

    # Steps

    @property
    def plays(self) -> bool:
        """Pictures of a call came, and it is not over."""
        return self._device is not None and not self._device.over and self._placing.begun

    async def rescale(self, scale: float) -> str:
        """Have what plays go at another speed; why it does not, empty where it does. Where nobody knows, it is hung up on."""
        device = self._device
        why = await self._step("scale", scale)
        if device is None or device is not self._device:
            return why
        if not why:
            self.scale = scale
            if device.paused:  # a speed is told by PLAY, and goes on with it
                self._placing.rejoin()
                device.paused = False
        elif why not in ("unknown", "busy") and not why.startswith("refused"):
            self.hang_up()
        return why

    async def stand(self) -> None:
        """Nothing is wanted for a while: what does not stand still is hung up on."""
        device = self._device
        if device is None or device.over or device.paused:
            return
        if not await self._pause(device):
            self.hang_up()

    async def flow(self) -> None:
        """More is wanted, unless much waits: what comes as datagrams stands still meanwhile, where it can."""
        device = self._device
        if device is None or device.over or self._steps.locked():  # what a step under way comes to is seen behind it
            return
        if device.paused and device.waiting <= LOW_BYTES:
            self._placing.rejoin()
            if await self._step("play"):
                self.hang_up()
            device.paused = False
        elif self._stops and not (device.paused or device.tcp) and device.waiting >= HELD_BYTES and self.plays:
            self._stops = await self._pause(device)

    async def _pause(self, device: DeviceCall) -> bool:
        device.paused = True
        if self.plays and not await self._step("pause"):
            return True
        device.paused = False
        return False

    async def _step(self, step: Step, scale: float = 1.0) -> str:
        """As of `DeviceCall.step`; one at a time."""
        async with self._steps:
            device = self._device
            if device is None:
                return "unknown"
            try:
                async with asyncio.timeout(STEP_SECONDS):
                    return await device.step(step, scale)
            except TimeoutError:
                return "no_answer"

    # One call

    async def _call(self, speed: float) -> bool:
        """Call the next stretch; False where there is none."""
        if self.reached_us >= self._end_us:
            return False
        await self.sit()
        try:
            stretch = await self._desk.stretch(self._camera, self._claims, self._asked, self.reached_us)
        except NotPlayed as error:
            if error.step == "not_open" and self._placing.begun:
                return False  # behind what was sent nothing is open any more
            raise
        if stretch is None or stretch.from_us >= self._end_us:
            return False
        fetched = asked_at(speed) if self._download else None
        main, grant = self._camera.assignment.main, self._claims.grant
        url = self._desk.channel(self._camera)
        device = DeviceCall(
            *(self._camera.id, url, main, stretch, grant, self._desk, self.came.set),
            speed=fetched,
            waits=True,
            hears=self._hears(),
        )
        self._device, self._stretch, self._placing = device, stretch, Placing(stretch, self._due)
        self.scale = float(fetched or 1)
        self._waited, self._stops = 0.0, True
        device.open()
        return True

    def _placed(self, unit: AccessUnit, keys_alone: bool) -> ArchivedPicture | None:
        try:
            heard = self._device.heard() if self._device is not None else ()
            picture = self._placing.add(unit, heard, keys_alone=keys_alone, thinned=self.scale >= THINNED_FROM)
        except SentJumped:
            return self._last("jump")
        except SentBeyond:
            return self._last("span")
        if picture is not None and not self._opens(picture.unit.wall_us, picture.until_us):
            return self._last("span")
        return picture

    def _last(self, why: str) -> ArchivedPicture | None:
        """The call is over: its last picture, and on with what follows.

        Raises:
            NotPlayed: it broke off, and to call again would bring no more.
        """
        last = self._placing.finish() if why != "span" else None
        self.hang_up()
        stretch, gained = self._stretch, self.reached_us - self._stretch.from_us
        near = min(NEAR_END_US, (stretch.to_us - stretch.from_us) // 2)
        cut = why in ("ended", "silent")
        if why in ("span", FINISHED) or (cut and self.reached_us >= stretch.to_us - near):
            self.reached_us = max(self.reached_us, stretch.to_us)
        elif not ((cut or why in ("jump", "fast")) and gained >= GAIN_US):
            raise NotPlayed(why)
        if last is not None and not self._opens(last.unit.wall_us, last.until_us):
            return None
        return last

    async def _wait(self) -> None:
        began = self._clock.monotonic()
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                await self.came.wait()
            self.came.clear()
        except TimeoutError:
            pass
        self._waited += (self._clock.monotonic() - began) * min(self.scale, 1.0)
        length = (self._stretch.to_us - self._stretch.from_us) / SECOND
        if self._waited > SLOWEST * length + SLACK_SECONDS:
            raise NotPlayed("times")


def asked_at(speed: float) -> Literal[1, 2, 4, 8]:
    """The speed of a download that can be asked for, not above this one."""
    return next((one for one in _SPEEDS if one <= speed), 1)
