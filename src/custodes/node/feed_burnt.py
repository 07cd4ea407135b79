"""Playback for eyes that may look and not take away: every picture bears the viewer's name, and none is the archive's."""

from __future__ import annotations

from custodes.node.channel import Channel, Ended
from custodes.node.feed_archive import ArchiveFeed
from custodes.video.burn.burner import BurnFailed
from custodes.video.burn.lettering import Unwritable
from custodes.video.burn.timeline import BurntTimeline

KEY_FRAMES_ABOVE = 2.0
"""Above this rate key frames stand for the rest: each picture is decoded, also those that nobody sees."""


async def feed_burnt(channel: Channel) -> None:
    """Play the granted span from `channel.target` on, wherever the channel turns.

    Raises:
        Ended: the span ends, nothing is recorded there, all seats are taken, or the name can't be written here.
    """
    desk = channel.studio.burning
    if desk is None:
        raise Ended("error", "supervised pictures are not shown here")
    with desk.seat():
        while True:
            channel.turned = False
            if channel.target is None:
                raise Ended("span", "the grant opens no live picture")
            burner = await desk.burner(channel.line.claims, channel.region)
            timeline = BurntTimeline(channel.end, burner, channel.studio.clock.wall_us)
            try:
                await ArchiveFeed(channel, timeline, KEY_FRAMES_ABOVE, desk.run).run()
            except (BurnFailed, Unwritable) as error:
                raise Ended("error", str(error)) from error
