"""Runs one channel to its end: live or playback in turn, and the account closed whatever happens."""

from __future__ import annotations

import structlog

from custodes.node.channel import Channel, CodecMissing, Ended, Feed, LineLost
from custodes.node.feed_archive import feed_archive
from custodes.node.feed_device import feed_device
from custodes.node.feed_live import feed_live
from custodes.node.feed_still import feed_still

log = structlog.get_logger(__name__)


async def feed_picture(channel: Channel) -> None:
    """Live and playback in turn, of the archive or of the device."""
    while True:
        channel.turned = False
        if channel.target is None:
            await feed_live(channel)
        else:
            await (feed_device if channel.wants_device else feed_archive)(channel)


class ChannelRun:
    """One channel under way.

    Attributes:
        feed: what is sent on it, `feed_picture` or `feed_still`.
        reason: for ``view.ended`` when the task is cancelled: ``closed``, ``revoked``, ``expired``, …
    """

    def __init__(self, channel: Channel, feed: Feed = feed_picture) -> None:
        self.channel = channel
        self.feed = feed
        self.reason = "closed"

    @property
    def stills(self) -> bool:
        """Whether single pictures are shown on it."""
        return self.feed is feed_still

    async def run(self) -> None:
        """Until the channel ends or the task is cancelled. Only cancellation leaves it."""
        channel = self.channel
        try:
            await self.feed(channel)
        except Ended as end:
            self.reason = end.reason
            await self._say_end(end.reason, end.detail)
        except CodecMissing:
            self.reason = "codec"
        except LineLost:
            self.reason = "disconnected"
        except Exception:
            self.reason = "error"
            log.exception("view.channel_failed", camera=str(channel.camera.id))
            await self._say_end("error", "the worker failed; its log says why")
        finally:
            await channel.close_account(self.reason)

    async def _say_end(self, reason: str, detail: str) -> None:
        try:
            await self.channel.say("end", reason=reason, detail=detail)
        except LineLost:
            return
