"""A recording of a platform below on its way to one above: called there as it is sent, and kept nowhere here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import structlog

from custodes.node.camera import Camera
from custodes.node.channel import Studio
from custodes.node.gate import Admission
from custodes.node.gb28181.sending.reading import Picture
from custodes.node.gb28181.sending.recorded import READ_SECONDS, RecordedSending
from custodes.node.gb28181.sending.sending import NoPicture, Sending
from custodes.node.gb28181.sending.ways import Way
from custodes.node.gb28181.viewing.call import FINISHED, DeviceCall
from custodes.node.gb28181.viewing.desk import DeviceDesk, NotPlayed
from custodes.node.gb28181.viewing.opened import KEY_US, Stretch
from custodes.video.mp4.decode_times import DecodeTimes
from custodes.video.unit import CLOCK_RATE, AccessUnit
from custodes.video.wire.uppers import SendAsk, SendStep, SendStepped

log = structlog.get_logger(__name__)

_USUAL_TICKS = 3600
_BEFORE_US = KEY_US + 2_000_000
"""The margin that is kept behind the beginning of what a person may see is not kept here: a platform below sends nothing from before what was
asked for, and is asked for nothing before the beginning. With the doubt of its clock."""
_LOOK_SECONDS = 0.2
_MAY_SECONDS = 1.0


class PassedOnSending(RecordedSending):
    """By the rules for a person who looks here (`viewing`): placed by what was asked for, one at a time of a camera.

    At its own speed alone. Standing still and going elsewhere hang up below; what follows is another call there, for which the officer of the
    platform above is stated anew.
    """

    source: Literal["", "device"] = "device"
    picture_seconds = 6.0

    def __init__(
        self,
        ask: SendAsk,
        span: tuple[int, int],
        camera: Camera,
        admission: Admission,
        way: Way,
        studio: Studio,
        on_over: Callable[[Sending], None],
        desk: DeviceDesk,
    ) -> None:
        self._desk = desk
        self._device: DeviceCall | None = None
        self._stretch: Stretch | None = None
        self._reached_us = span[0]
        self._end = CLOCK_RATE
        self._first: tuple[int, int] | None = (
            None  # decode time of this call's first picture: below, and in what is sent
        )
        self._decode_times = DecodeTimes(0)
        self._duration = _USUAL_TICKS
        self._may_at = 0.0
        self._came = asyncio.Event()
        super().__init__(ask, span, camera, admission, way, studio, on_over)
        # Begun behind the margin the first picture would be another's than the second that the platform above places it at.
        self._asked = replace(self._bounds, span=(span[0] - _BEFORE_US, span[1]))

    def step(self, step: SendStep) -> SendStepped:
        """Follow a step; a speed other than its own is not had from below."""
        if step.scale is not None and step.scale != 1.0:
            return self._stepped(551)
        stepped = super().step(step)
        if stepped.status == 200 and self._paused and self._target_us is None:
            self._target_us = self._stands_us  # where it is called again when it goes on
        self._came.set()
        return stepped

    async def _send(self) -> None:
        try:
            async with self._desk.seat(self.camera.id):
                await super()._send()
        except NotPlayed as error:
            raise self._none(error.step) from error
        finally:
            self._hang_up()

    def _turn(self, to_us: int) -> None:
        self._hang_up()
        self._end = self._pictures[0].due if self._pictures else self._end
        self._pictures.clear()
        self._target_us, self._reached_us = None, to_us

    async def _waits_at_the_edge(self) -> bool:
        """Never: what is recorded below meanwhile is asked for anew by whoever wants it."""
        return False

    async def _read(self) -> bool:
        try:
            async with asyncio.timeout(READ_SECONDS):
                return await self._receive()
        except TimeoutError as error:
            raise self._none("silent") from error
        except NotPlayed as error:
            if error.step == "not_open" and self._reached_us > self._begin_us:
                return False
            raise self._none(error.step) from error

    async def _receive(self) -> bool:
        """Have one picture more; False where there is none below."""
        while self._target_us is None:
            if self._device is None and not await self._call():
                return False
            assert self._device is not None
            self._may()
            unit = self._device.next()
            if unit is not None:
                if (picture := self._placed(unit)) is not None:
                    self._pictures.append(picture)
                    return True
            elif self._device.over:
                self._behind(self._device.over)
            else:
                await self._wait()
        return True

    async def _call(self) -> bool:
        """Call the next stretch; False where there is none.

        Raises:
            NotPlayed.
        """
        if self._reached_us >= self._end_us:
            return False
        claims, camera = self.admission.claims, self.camera
        stretch = await self._desk.stretch(camera, claims, self._asked, self._reached_us)
        if stretch is None or stretch.from_us >= self._end_us:
            return False
        url = self._desk.channel(camera)
        device = DeviceCall(
            camera.id, url, camera.assignment.main, stretch, claims.grant, self._desk, self._came.set
        )  # fmt: skip
        self._device, self._stretch, self._first = device, stretch, None
        device.open()
        return True

    def _placed(self, unit: AccessUnit) -> Picture | None:
        """Where a picture stands; None before the first key picture, and where it lies beyond what may be sent."""
        assert self._stretch is not None
        if self._first is None:
            if not unit.key:
                return None
            rate = unit.params.frame_rate
            self._duration = round(CLOCK_RATE / rate) if 1 <= rate <= 240 else _USUAL_TICKS
            self._decode_times = DecodeTimes(unit.params.reorder, self._duration)
            decode = self._decode_times.next(unit.media_time)
            self._first = decode, self._end
        else:
            decode = self._decode_times.next(unit.media_time)
        below, sent = self._first
        due = sent + decode - below
        from_us = self._stretch.from_us + (decode - below) * 100 // 9
        until_us = from_us + self._duration * 100 // 9
        if until_us > self._stretch.to_us or not self._opens(from_us, until_us):
            self._behind(FINISHED)
            return None
        self._reached_us, self._end = until_us, due + self._duration
        shown = replace(unit, media_time=due + unit.media_time - decode, wall_us=from_us)
        return Picture(shown, due, until_us)

    def _behind(self, why: str) -> None:
        """The call is over: on with what follows, where it was sent to its end.

        Raises:
            NoPicture: it was not.
        """
        assert self._stretch is not None
        self._hang_up()
        if why not in (FINISHED, "ended", "silent"):
            raise self._none(why)
        self._reached_us = max(self._reached_us, self._stretch.to_us)

    def _may(self) -> None:
        now = self._studio.clock.monotonic()
        if now - self._may_at > _MAY_SECONDS:
            self._may_at = now
            if not self._desk.may(self.camera):
                raise self._none("not_here")

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._came.wait()
        except TimeoutError:
            return
        self._came.clear()

    def _hang_up(self) -> None:
        if self._device is not None:
            self._device.close()
            self._device = None

    def _none(self, step: str) -> NoPicture:
        log.info("send.not_passed_on", camera=str(self.camera.id), step=step)
        return NoPicture()
