"""A device's own recording on a channel: called as it is watched, shown as it comes, kept nowhere here (docs/design/gateway.md).

What it shows is placed by what was asked for and by the device's clock, less what that is ahead of ours; where anything about that is not sure, it
shows less. Going elsewhere in it is a new call: only what was asked for at the beginning of a call is known to be what comes (decision 0385).
"""

from __future__ import annotations

import asyncio

from custodes.node.channel import Channel
from custodes.node.gb28181.viewing.call import FINISHED, DeviceCall
from custodes.node.gb28181.viewing.desk import DeviceDesk, NotPlayed
from custodes.node.gb28181.viewing.opened import Stretch
from custodes.node.socket_line import ChannelEnded
from custodes.video.live import Fragment, Output, OutputGap
from custodes.video.playback.device import Beyond, DeviceTimeline, Jumped
from custodes.video.playback.pace import PlaybackPace
from custodes.video.unit import CLOCK_RATE, AccessUnit

SECOND = 1_000_000
FASTEST = 4.0
"""The speeds of the standard (GB/T 28181-2016 Annex B) end here, and from here on devices send key pictures alone."""
FIRST_TICKS = CLOCK_RATE
FIRST_SECONDS = 2.0
"""So much of a recording is gathered before the first of it is sent: it comes no faster than it is watched."""
STANDS_SECONDS = 300.0
"""A picture that stands still for so long gives its device's stream back, and its seat; it is called again when it goes on."""
NEAR_END_US = 3 * SECOND
GAIN_US = 2 * SECOND
"""A call that brought less is not made again by itself."""
SLACK_SECONDS = 30.0
SLOWEST = 1.5
"""Times its length, and the slack, that what was asked for may take: a device whose times stand still is believed no longer."""


async def feed_device(channel: Channel) -> None:
    """Play the device's own recordings from `channel.target` until the channel turns to something else.

    Raises:
        ChannelEnded: ``span`` at the end of what the grant opens or the device has; ``device`` with the step as detail.
    """
    desk = channel.studio.devices
    if desk is None:
        raise ChannelEnded("device", "not_device")
    # What was seen of the archive and what was seen of the device are two accounts.
    await channel.close_account("closed")
    channel.source = "device"
    at_us = channel.target
    try:
        while at_us is not None:
            at_us = await _seated(channel, desk, at_us)
            if at_us is not None:
                await _stand(channel, desk)
        await channel.close_account("closed")
    except NotPlayed as error:
        raise ChannelEnded("device", error.step) from error
    finally:
        # An account that a cut-off leaves open knows its source by what it began with.
        channel.source = ""


async def _seated(channel: Channel, desk: DeviceDesk, at_us: int) -> int | None:
    """In the camera's seat from there on, wherever the channel turns to in the device's recordings.

    Returns:
        Where to go on once it stood still for so long that others may have the seat; None when it turned to something else.

    Raises:
        ChannelEnded, NotPlayed.
    """
    async with desk.seat(channel.camera.id):
        while True:
            if channel.turned:
                if channel.target is None or not channel.wants_device:
                    return None
                at_us = channel.target
            channel.turned = False
            stands_us = await _DeviceFeed(channel, desk).run(at_us)
            if stands_us is not None:
                return stands_us


async def _stand(channel: Channel, desk: DeviceDesk) -> None:
    """Without a seat or a call, until the picture goes on.

    Raises:
        ChannelEnded: the camera may be looked at no more.
    """
    while channel.paused and not channel.turned:
        _look_whether_it_may(channel, desk)
        await channel.wait_change(1.0)


def _look_whether_it_may(channel: Channel, desk: DeviceDesk) -> None:
    if not desk.may(channel.taken_in):
        raise ChannelEnded("device", "planned" if channel.taken_in.dark else "off")


class _DeviceFeed:
    """From one place on, until the channel turns."""

    def __init__(self, channel: Channel, desk: DeviceDesk) -> None:
        self._channel, self._desk = channel, desk
        self._clock = channel.studio.clock
        self._timeline = DeviceTimeline(channel.end)
        self._pace = PlaybackPace(channel.end, channel.rate, self._clock.monotonic())
        self._call: DeviceCall | None = None
        self._gathered: list[Output] = []
        self._gathered_at: float | None = None
        self._begins = True
        self._scale = 1.0
        self._stood_at: float | None = None
        self._stood_long = False
        self._played = 0.0
        self._stepped_at = 0.0
        self._checked_at = 0.0
        channel.reported = None

    async def run(self, at_us: int) -> int | None:
        """Stretch after stretch. Where to go on when it stood still for too long; None when the channel turned.

        Raises:
            ChannelEnded, NotPlayed.
        """
        channel, shown = self._channel, False
        channel.opened = channel.opened.model_copy(update={"at": at_us})
        try:
            while not channel.turned:
                stretch = await self._find(at_us)
                if channel.turned:
                    return None
                if stretch is None:
                    await self._flush()
                    raise ChannelEnded(
                        *(("span", "the device has no more") if shown else ("device", "nothing_recorded"))
                    )
                if stretch.from_us - at_us > SECOND:
                    await self._flush()
                    await channel.emit([OutputGap(at_us, stretch.from_us, "device")])
                at_us = await self._play(stretch)
                if self._stood_long:
                    return at_us
                shown = True
            return None
        finally:
            self._hang_up()
            channel.end = self._timeline.end

    async def _find(self, at_us: int) -> Stretch | None:
        """What is played from there; a recorder that tells for a minute keeps nobody from going elsewhere.

        Raises:
            NotPlayed.
        """
        channel = self._channel
        line, camera = channel.line, channel.taken_in
        asking = asyncio.ensure_future(self._desk.stretch(camera, line.claims, line.bounds, at_us))
        try:
            while not (asking.done() or channel.turned):
                await asyncio.wait({asking}, timeout=0.2)
            return None if channel.turned else await asking
        finally:
            asking.cancel()

    async def _play(self, stretch: Stretch) -> int:
        """One call; where to go on behind it."""
        channel, timeline = self._channel, self._timeline
        self._hang_up()
        camera = channel.taken_in
        url = self._desk.channel(camera)
        self._call = call = DeviceCall(
            *(camera.id, url, camera.assignment.main, stretch, channel.line.claims.grant, self._desk),
            channel.changed.set,
        )
        timeline.begin(stretch.from_us, stretch.to_us)
        self._begins, self._scale, self._played = True, 1.0, 0.0
        self._stepped_at = self._clock.monotonic()
        call.open()
        while not channel.turned:
            await self._obey(call, stretch)
            if self._stood_long:
                await self._put(timeline.finish())
                await self._flush()
                return max(timeline.reached_us, stretch.from_us)
            if call.over == "closed":  # it would not stand still: called again when it goes on
                if not channel.paused:
                    return max(timeline.reached_us, stretch.from_us)
                await channel.wait_change(1.0)
                continue
            if not self._room:
                await channel.wait_change(0.1)
                continue
            unit = call.next()
            if unit is not None:
                why = await self._show(unit)
                if why:
                    return await self._behind(call, stretch, why)
            elif call.over:
                return await self._behind(call, stretch, call.over)
            else:
                await self._flush_late()
                await channel.wait_change(0.2)
        return timeline.reached_us

    async def _behind(self, call: DeviceCall, stretch: Stretch, why: str) -> int:
        """Where to go on when a call is over.

        Raises:
            ChannelEnded: nowhere.
        """
        call.close()
        await self._put(self._timeline.finish())
        await self._flush()
        reached = self._timeline.reached_us
        near = min(NEAR_END_US, (stretch.to_us - stretch.from_us) // 2)
        if why == "span" or (why in (FINISHED, "ended", "silent") and reached >= stretch.to_us - near):
            return max(reached, stretch.to_us)
        if why == "jump" and reached - stretch.from_us >= GAIN_US:
            return reached
        if why == FINISHED and reached > stretch.from_us:
            return stretch.to_us  # by its own word there is no more of this one
        raise ChannelEnded("device", why)

    @property
    def _room(self) -> bool:
        """Whether more may be sent: a device that is faster than it was asked gains nothing."""
        return self._timeline.end <= self._pace.limit(self._clock.monotonic())

    async def _show(self, unit: AccessUnit) -> str:
        """One picture; why it can't be placed, empty where it can."""
        self._begins = self._begins and not unit.key
        try:
            made = self._timeline.add(unit, keys_only=self._scale >= FASTEST)
        except Jumped:
            return "jump"
        except Beyond:
            return "span"
        await self._put(made)
        return ""

    async def _put(self, made: list[Output]) -> None:
        """Send what was made, a moment later at the beginning.

        Raises:
            ChannelEnded: it lies beyond what the grant opens.
        """
        bounds, now_us = self._channel.line.bounds, self._clock.wall_us()
        for output in made:
            if isinstance(output, Fragment) and not bounds.opens(output.wall_us, output.end_us, now_us):
                raise ChannelEnded("span", "what the grant opens ends here")
            self._gathered.append(output)
        if self._gathered and self._gathered_at is None:
            self._gathered_at = self._clock.monotonic()
        if self._flows or self._timeline.end - self._channel.end >= FIRST_TICKS:
            await self._flush()

    @property
    def _flows(self) -> bool:
        """Whether the first of it was sent already."""
        return self._gathered_at is not None and self._gathered_at < 0

    async def _flush_late(self) -> None:
        at = self._gathered_at
        if self._gathered and at is not None and self._clock.monotonic() - at > FIRST_SECONDS:
            await self._flush()

    async def _flush(self) -> None:
        made, self._gathered = self._gathered, []
        if made:
            self._gathered_at = -1.0
            await self._channel.emit(made)
            self._channel.end = self._timeline.end

    # What the browser asks for

    async def _obey(self, call: DeviceCall, stretch: Stretch) -> None:
        """Stand still, go on, another speed: as far as the device follows. And end what may be no longer.

        Raises:
            ChannelEnded.
        """
        channel, now = self._channel, self._clock.monotonic()
        self._keep_pace()
        if not call.paused:
            self._played += (now - self._stepped_at) * self._scale
        self._stepped_at = now
        if now - self._checked_at >= 1.0:
            self._checked_at = now
            self._check(stretch)
        if channel.paused and self._stood_at is None:
            self._stood_at = now
            if not call.over and not self._begins:
                call.paused = True
                if await call.step("pause"):
                    call.close()
        elif channel.paused:
            self._stood_long = self._stood_at is not None and now - self._stood_at > STANDS_SECONDS
        elif self._stood_at is not None:
            self._stood_at = None
            if call.paused and not call.over:
                self._timeline.rejoin()
                if await call.step("play"):
                    call.close()
                call.paused = False
        if not (channel.paused or self._begins or call.over) and channel.rate != self._scale:
            await self._at_rate(call)

    async def _at_rate(self, call: DeviceCall) -> None:
        channel, wanted = self._channel, self._channel.rate
        why = "fast" if wanted > FASTEST else await call.step("scale", wanted)
        if not why:
            self._scale = wanted
        elif channel.rate == wanted:
            channel.rate = self._scale
            await channel.say("rate", rate=self._scale, failure=why)

    def _check(self, stretch: Stretch) -> None:
        """Raises `ChannelEnded` where the camera may be looked at no more, or a device's times stand still."""
        _look_whether_it_may(self._channel, self._desk)
        length = (stretch.to_us - stretch.from_us) / SECOND
        if self._played > SLOWEST * length + SLACK_SECONDS:
            raise ChannelEnded("device", "times")

    def _keep_pace(self) -> None:
        """The pace, with what the browser has asked for since."""
        channel, pace, now = self._channel, self._pace, self._clock.monotonic()
        if channel.reported is not None:
            pace.report(self._timeline.media_at(channel.reported))
            channel.reported = None
        if channel.rate != pace.rate:
            pace.set_rate(channel.rate, now)
        if channel.paused != pace.paused:
            (pace.pause if channel.paused else pace.resume)(now)

    def _hang_up(self) -> None:
        if self._call is not None:
            self._call.close()
            self._call = None
