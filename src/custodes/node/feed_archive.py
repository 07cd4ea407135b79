"""Playback on a channel: archive fragments at the pace of watching, within what the grant opens, up to the live edge.

For eyes that may look and not take away (`feed_burnt`) every picture bears the viewer's name, and none is the archive's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import ParamSpec, Protocol, TypeVar

from custodes.node.channel import Channel
from custodes.node.socket_line import ChannelEnded
from custodes.video.archive.fragments import FootageGone, FragmentRef
from custodes.video.burn.burner import BurnFailed, Unwritable
from custodes.video.burn.timeline import BurntTimeline
from custodes.video.live import OutputGap
from custodes.video.mp4.boxes import Mp4Error
from custodes.video.playback.pace import KEY_FRAMES_ABOVE, PlaybackPace
from custodes.video.playback.timeline import PlaybackTimeline, SoundReader, follows, read_key_picture
from custodes.video.unit import CLOCK_RATE

_P = ParamSpec("_P")
_T = TypeVar("_T")

SECOND = 1_000_000
CLAMP_US = 10 * SECOND
"""A wish this little before the open window starts at the window: it may have rolled on since the person clicked."""

EDGE_US = 8 * SECOND
"""What a running camera's durable footage may lag behind now; what is missing longer is a gap."""

GAP_US = SECOND // 2
"""Holes shorter than this are not announced: nobody sees them."""

_FAR_US = 1 << 62
_AHEAD_ROWS = 16


class ArchiveFeeding(Protocol):
    """Makes what is sent of what was read."""

    async def __call__(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The result of `call`, here or in a thread."""
        ...


async def _at_once(call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    return call(*args, **kwargs)


async def feed_archive(channel: Channel) -> None:
    """Play the archive from `channel.target` until the channel turns elsewhere or the live edge is reached.

    Raises:
        ChannelEnded: nothing is recorded there, or the granted span ends.
    """
    await ArchiveFeed(channel, PlaybackTimeline(channel.end)).run()


class ArchiveFeed:
    """Plays from `channel.target` on.

    Args:
        timeline: puts fragments one behind the other.
        key_frames_above: the rate above which key frames stand for the rest.
        work: makes the timeline's calls; where they take long, in a thread.
    """

    def __init__(
        self,
        channel: Channel,
        timeline: PlaybackTimeline,
        key_frames_above: float = KEY_FRAMES_ABOVE,
        work: ArchiveFeeding = _at_once,
    ) -> None:
        assert channel.target is not None
        self._channel = channel
        self._archive = channel.studio.archive
        self._disk = channel.studio.disk
        self._clock = channel.studio.clock
        self._timeline = timeline
        self._work = work
        self._sounds = SoundReader()
        self._pace = PlaybackPace(channel.end, channel.rate, self._clock.monotonic(), key_frames_above)
        self._at_us = channel.target
        self._refs: deque[FragmentRef] = deque()
        self._source: Iterator[FragmentRef] | None = None
        self._last: FragmentRef | None = None
        self._group: list[FragmentRef] = []
        self._shown = False
        self._shown_us = 0
        self._done = False
        channel.reported = None

    async def run(self) -> None:
        """Until the channel turns elsewhere or the live edge is reached.

        Raises:
            ChannelEnded: nothing is recorded there, or the granted span ends.
        """
        self._enter()
        while not (self._done or self._channel.turned):
            ref = await self._next()
            if ref is not None:
                await self._show(ref)
            else:
                await self._at_end()

    def _enter(self) -> None:
        """Where to begin: at the wish, or a little after it where the window has rolled on."""
        now_us = self._clock.wall_us()
        bounds = self._channel.line.bounds
        if self._at_us >= now_us and bounds.live:
            self._go_live()
            return
        if bounds.window_at(self._at_us, now_us) is not None:
            return
        for start, _ in bounds.windows(now_us):
            if 0 < start - self._at_us <= CLAMP_US:
                self._at_us = start
                return
        raise ChannelEnded("span", "the grant does not open this time")

    def _go_live(self) -> None:
        self._channel.target = None
        self._done = True

    async def _next(self) -> FragmentRef | None:
        """The next fragment of the archive, if it has one by now."""
        if not self._refs:
            self._refs.extend(await self._disk.run(self._fetch))
        if not self._refs:
            return None
        self._last = self._refs.popleft()
        return self._last

    def _fetch(self) -> list[FragmentRef]:
        if self._source is None:
            if self._last is None:
                self._source = self._archive.fragments(self._channel.camera.id, self._at_us, _FAR_US)
            else:
                self._source = self._archive.fragments_after(self._last, _FAR_US)
        found = list(islice(self._source, _AHEAD_ROWS))
        if not found:
            self._source = None
        return found

    async def _show(self, ref: FragmentRef) -> None:
        now_us = self._clock.wall_us()
        if not self._channel.line.bounds.opens(ref.start_us, ref.start_us + ref.duration_us, now_us):
            await self._outside(ref, now_us)
        elif self._pace_now().key_frames_only:
            await self._collect(ref)
        else:
            await self._flush()
            if self._timeline.takes(ref):
                await self._send(ref)

    async def _outside(self, ref: FragmentRef, now_us: int) -> None:
        """A fragment that is not open: before the window it is passed over, behind it the play is over."""
        await self._flush()
        windows = self._channel.line.bounds.windows(now_us)
        if self._shown or not any(start > ref.start_us for start, _ in windows):
            await self._end_of_span(now_us)

    async def _send(self, ref: FragmentRef) -> None:
        """One whole fragment."""
        if not await self._room(ref.duration):
            return
        try:
            data = await self._disk.run(self._archive.read, ref)
            await self._announce_hole(ref)
            await self._channel.emit(await self._work(self._timeline.add, ref, data))
        except (FootageGone, Mp4Error):
            return  # the next one stands behind a hole, which is announced
        self._sent(ref)
        if self._channel.may_hear:
            await self._send_sound(ref, data)

    async def _send_sound(self, ref: FragmentRef, data: bytes) -> None:
        """The sound beside a fragment, as far as the grant opens it; sound that can't be read holds nothing up."""
        try:
            sound = await self._disk.run(self._sounds.read, ref, data)
        except (OSError, Mp4Error):
            return
        bounds = self._channel.line.bounds
        if sound is not None and bounds.opens(sound.wall_us, sound.end_us, self._clock.wall_us()):
            await self._channel.emit([sound])

    async def _collect(self, ref: FragmentRef) -> None:
        """Fragments up to the next key frame are stood for by their first picture."""
        if self._group and not ref.key and follows(self._group[-1], ref):
            self._group.append(ref)
            return
        await self._flush()
        if ref.key:
            self._group = [ref]
        elif self._timeline.takes(ref):  # the rate was raised within a group of pictures
            await self._send(ref)

    async def _flush(self) -> None:
        """Send the key frame that stands for the group."""
        group, self._group = self._group, []
        if not group:
            return
        duration = sum(ref.duration for ref in group)
        if not await self._room(duration):
            return
        try:
            sample, picture = await self._disk.run(read_key_picture, group[0])
        except (OSError, Mp4Error):
            return
        await self._announce_hole(group[0])
        await self._channel.emit(await self._work(self._timeline.add_key, group[0], sample, picture, duration))
        self._timeline.skip_to(group[-1])
        self._sent(group[-1])

    def _sent(self, ref: FragmentRef) -> None:
        self._shown = True
        self._shown_us = ref.start_us + ref.duration_us
        self._channel.end = self._timeline.end

    async def _finish(self) -> None:
        await self._channel.emit(await self._work(self._timeline.finish))
        self._channel.end = self._timeline.end

    async def _announce_hole(self, ref: FragmentRef) -> None:
        hole = self._timeline.hole_before(ref) if self._shown else (self._at_us, ref.start_us)
        if hole is not None and hole[1] - hole[0] > GAP_US:
            await self._announce(*hole, beginning=not self._shown)

    async def _announce(self, from_us: int, to_us: int, *, beginning: bool = False) -> None:
        gaps = await self._disk.run(self._archive.gaps, self._channel.camera.id, from_us, to_us)
        if beginning and not gaps:
            return  # the window opens within a fragment, which is left out whole: nothing is missing there
        await self._finish()
        longest = max(gaps, key=lambda gap: min(gap[1], to_us) - max(gap[0], from_us), default=None)
        await self._channel.emit([OutputGap(from_us, to_us, longest[2] if longest else "unexplained")])

    def _pace_now(self) -> PlaybackPace:
        """The pace, with what the browser has asked for since."""
        channel, pace, now = self._channel, self._pace, self._clock.monotonic()
        if channel.reported is not None:
            pace.report(self._timeline.media_at(channel.reported))
            channel.reported = None
        if channel.rate != pace.rate:
            pace.set_rate(channel.rate, now)
        if channel.paused != pace.paused:
            (pace.pause if channel.paused else pace.resume)(now)
        return pace

    async def _room(self, duration: int) -> bool:
        """Wait until `duration` more ticks may be sent; False when the channel turned meanwhile."""
        while not self._channel.turned:
            pace, now = self._pace_now(), self._clock.monotonic()
            over = self._timeline.end + duration - pace.limit(now)
            # A group of pictures longer than what may be ahead is sent when all before it was watched.
            if over <= 0 or self._timeline.end <= pace.position(now):
                return True
            await self._channel.wait_change(min(1.0, max(0.02, over / CLOCK_RATE / pace.rate)))
        return False

    async def _at_end(self) -> None:
        """The archive has no more by now: wait for more, cross over to the live picture, or end."""
        await self._flush()
        now_us = self._clock.wall_us()
        ended_us = self._last.start_us + self._last.duration_us if self._last is not None else self._at_us
        bounds = self._channel.line.bounds
        window = bounds.window_at(ended_us, now_us)
        if window is None or window[1] < now_us - EDGE_US:
            await self._end_of_span(now_us)
        behind = ended_us < now_us - EDGE_US
        if bounds.live:
            if not behind and not self._caught_up():
                await self._channel.wait_change(0.5)
                return
            if behind:
                await self._announce(ended_us, now_us)
            await self._channel.say("edge")
            self._go_live()
        elif not self._shown and behind:
            raise ChannelEnded("nothing_recorded", "nothing is recorded from there on")
        else:
            await self._channel.wait_change(1.0)

    async def _end_of_span(self, now_us: int) -> None:
        if not self._shown:
            raise ChannelEnded("nothing_recorded", "nothing is recorded from there on")
        await self._finish()
        window = self._channel.line.bounds.window_at(self._shown_us - 1, now_us)
        if window is not None and window[1] - self._shown_us > SECOND + GAP_US:
            await self._announce(self._shown_us, window[1])
        raise ChannelEnded("span", "what the grant opens ends here")

    def _caught_up(self) -> bool:
        return self._timeline.end - self._pace_now().position(self._clock.monotonic()) <= CLOCK_RATE


BURNT_KEY_FRAMES_ABOVE = 2.0
"""Above this rate key frames stand for the rest: each picture is decoded, also those that nobody sees."""


async def feed_burnt(channel: Channel) -> None:
    """Play the granted span from `channel.target` on, wherever the channel turns.

    Raises:
        ChannelEnded: the span ends, nothing is recorded there, all seats are taken, or the name can't be written here.
    """
    desk = channel.studio.burning
    if desk is None:
        raise ChannelEnded("error", "supervised pictures are not shown here")
    with desk.seat():
        while True:
            channel.turned = False
            if channel.target is None:
                raise ChannelEnded("span", "the grant opens no live picture")
            burner = await desk.burner(channel.line.claims, channel.region)
            timeline = BurntTimeline(channel.end, burner, channel.studio.clock.wall_us)
            try:
                await ArchiveFeed(channel, timeline, BURNT_KEY_FRAMES_ABOVE, desk.run).run()
            except (BurnFailed, Unwritable) as error:
                raise ChannelEnded("error", str(error)) from error
