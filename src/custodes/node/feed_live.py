"""The live picture on a channel: from the cached key frame on, a fragment a picture."""

from __future__ import annotations

from custodes.node.catch_up import CatchingUp
from custodes.node.channel import Channel
from custodes.node.socket_line import ChannelEnded
from custodes.video.hub import Hearer, StreamHub
from custodes.video.live import LiveMuxer, beside
from custodes.video.unit import AccessUnit


async def feed_live(channel: Channel) -> None:
    """Send the live picture until the channel turns elsewhere.

    Raises:
        ChannelEnded: the grant does not open the live picture, or the camera is gone.
    """
    if not channel.line.bounds.live:
        raise ChannelEnded("span", "the grant does not open the live picture")
    # Each time: while the channel played back nobody told the browser what changed.
    await channel.say_state(channel.taken_in.state)
    while not channel.turned:
        if channel.paused:
            await channel.wait_change(3600)
            continue
        await _watch(channel)


async def _watch(channel: Channel) -> None:
    taken_in = channel.taken_in
    hub = taken_in.hub(channel.opened.stream)
    if channel.studio.key_frames is not None:
        channel.studio.key_frames.joined(taken_in, channel.opened.stream)
    queue = hub.watch()
    channel.on_turn = lambda: hub.leave(queue)
    muxer = LiveMuxer(channel.end)
    studio, camera = channel.studio, taken_in.id
    if queue.behind is not None and not _opens(channel, hub, queue.behind.key):
        queue.give_up()
    pictures = CatchingUp(queue, lambda: studio.archive.being_written(camera), studio.disk, studio.clock)
    showing = False
    ears = _Ears(channel)
    try:
        while (item := await pictures.take()) is not None:
            unit, hole = item
            if channel.turned or channel.paused:
                return
            if not _opens(channel, hub, unit):
                showing = False
                continue
            if not (showing or unit.key):
                continue
            outputs = muxer.add(unit, hole or not showing)
            showing = True
            await channel.emit(outputs)
            channel.end = muxer.end
            await ears.send(unit)
    finally:
        ears.close()
        channel.on_turn = lambda: None
        hub.leave(queue)
    if not (channel.turned or channel.paused):
        raise ChannelEnded("closed", "the camera is no longer taken in here")


class _Ears:
    """The sound beside the pictures of a channel, whichever stream it shows: it comes with the main one."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._hub = channel.taken_in.hub("main")
        self._hearer: Hearer | None = None

    async def send(self, unit: AccessUnit) -> None:
        """Send what came since the picture before `unit`, where it may be heard."""
        channel = self._channel
        if not channel.may_hear:
            self.close()
            return
        if self._hearer is None:
            self._hearer = self._hub.hear()
        for sound in beside(unit, self._hearer.take()):
            bounds, now_us = channel.line.bounds, channel.studio.clock.wall_us()
            if bounds.opens_live(sound.wall_us, now_us):
                await channel.emit([sound])

    def close(self) -> None:
        """Listen no more."""
        if self._hearer is not None:
            self._hub.unhear(self._hearer)
            self._hearer = None


def _opens(channel: Channel, hub: StreamHub, unit: AccessUnit) -> bool:
    """Whether a picture may be sent: as live, or because it is recorded and old enough to be played back."""
    bounds, now_us = channel.line.bounds, channel.studio.clock.wall_us()
    if bounds.opens_live(unit.wall_us, now_us):
        return True
    return bounds.live and hub.recorded and bounds.opens(unit.wall_us, unit.wall_us, now_us)
