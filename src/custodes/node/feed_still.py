"""Single pictures on a channel: for each wish the key frame at or before that time, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.node.channel import Channel
from custodes.node.key_frames import come_up
from custodes.video.archive.fragments import FragmentRef
from custodes.video.live import ticks_to_us
from custodes.video.mp4.boxes import Mp4Error
from custodes.video.mp4.fragment import Sample
from custodes.video.playback.timeline import PlaybackTimeline, read_key_picture

MOST_IN_ONE_ACCOUNT = 400
"""Then a new viewing begins: an account with more intervals joins some (`custodes.node.journal`), and would say more than was seen."""


async def feed_still(channel: Channel) -> None:
    """Answer `channel.target` whenever a wish is there: the picture if the grant opens it, then ``still``.

    A wish that a newer one replaced before its turn is not answered.

    Raises:
        CodecMissing, LineLost: as `Channel.emit`.
    """
    feed = _StillFeed(channel)
    while True:
        if channel.target is None:
            await channel.wait_change(3600)
        else:
            await feed.answer()


@dataclass(frozen=True, slots=True)
class _Found:
    """A key frame from the archive."""

    ref: FragmentRef
    sample: Sample
    picture: bytes

    @property
    def duration(self) -> int:
        """How long the picture alone was there, 90 kHz ticks."""
        return self.sample.duration or self.ref.duration

    @property
    def end_us(self) -> int:
        """Wall time of its end."""
        return self.ref.start_us + ticks_to_us(self.duration)


@dataclass(frozen=True, slots=True)
class _Nothing:
    """No picture; `reason` as in docs/design/wire.md §5."""

    reason: str


class _StillFeed:
    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._clock = channel.studio.clock
        self._timeline = PlaybackTimeline(channel.end)

    async def answer(self) -> None:
        """Answer the newest wish, when it is this channel's turn."""
        channel = self._channel
        await come_up(channel.line.still_pace, self._clock)
        wish = channel.target
        if wish is not None and not self._opens(wish):
            # Not at the desk: who asks for what the grant does not open must take nobody else's turn.
            channel.target = None
            await channel.say("still", at=wish, wall_us=None, reason="span")
            return
        async with channel.studio.stills.turn(self._clock):
            at_us, channel.target = channel.target, None
            assert at_us is not None
            found = await self._find(at_us)
        # The desk is left before anything is sent: a slow browser keeps nobody waiting.
        if isinstance(found, _Found):
            found = await self._show(found, at_us)
        if isinstance(found, _Found):
            await channel.say("still", at=at_us, wall_us=found.ref.start_us, reason="")
        else:
            await channel.say("still", at=at_us, wall_us=None, reason=found.reason)

    def _opens(self, at_us: int) -> bool:
        """Whether the grant opens this time now."""
        return self._channel.line.bounds.window_at(at_us, self._clock.wall_us()) is not None

    async def _find(self, at_us: int) -> _Found | _Nothing:
        """What was recorded at `at_us`, unless the grant does not open that time."""
        if not self._opens(at_us):  # the grant may have changed while it waited for its turn
            return _Nothing("span")
        return await self._channel.studio.disk.run(self._look_up, at_us)

    def _look_up(self, at_us: int) -> _Found | _Nothing:
        """The key frame that shows `at_us`. Reads the disk."""
        archive, camera = self._channel.studio.archive, self._channel.camera.id
        refs = list(archive.fragments(camera, at_us, at_us + 1))
        if refs and refs[0].key and refs[-1].end_us > at_us:
            try:
                return _Found(refs[0], *read_key_picture(refs[0]))
            except (OSError, Mp4Error):
                return _Nothing("nothing_recorded")
        gaps = archive.gaps(camera, at_us, at_us + 1)
        return _Nothing(gaps[0][2] if gaps else "nothing_recorded")

    async def _show(self, found: _Found, at_us: int) -> _Found | _Nothing:
        """Send the picture, if the grant opens all of it now."""
        channel = self._channel
        if not channel.line.bounds.opens(found.ref.start_us, found.end_us, self._clock.wall_us()):
            return _Nothing("span")
        if channel.viewing is not None and len(channel.viewing.shown.intervals) >= MOST_IN_ONE_ACCOUNT:
            await channel.close_account("closed")
        if channel.viewing is None:
            channel.opened = channel.opened.model_copy(update={"at": at_us})
        self._timeline.restart()
        await channel.emit(self._timeline.add_key(found.ref, found.sample, found.picture, found.duration))
        channel.end = self._timeline.end
        return found
