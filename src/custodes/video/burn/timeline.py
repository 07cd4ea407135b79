"""Archive fragments on a channel's media timeline, each picture burnt on its way: as `PlaybackTimeline`, of other bytes."""

from __future__ import annotations

from collections.abc import Callable

from custodes.video.archive.fragments import FragmentRef
from custodes.video.burn.burner import Burner, BurnerPicture, Burnt
from custodes.video.live import Fragment, Init, Output, ticks_to_us
from custodes.video.mp4.fragment import Sample, fragment
from custodes.video.mp4.header import init_segment
from custodes.video.mp4.parse import parse_fragment
from custodes.video.playback.timeline import PlaybackTimeline


class BurntTimeline(PlaybackTimeline):
    """The last picture is held back until it is known how long it was there; `finish` lets it go.

    Args:
        start: media time at which the first fragment is put, 90 kHz ticks.
        burner: of this channel.
        now_us: says when it is looked at, µs UTC.
    """

    def __init__(self, start: int, burner: Burner, now_us: Callable[[], int]) -> None:
        super().__init__(start)
        self._burner = burner
        self._now_us = now_us
        self._held: Burnt | None = None
        self._until_us = 0
        self._base: tuple[int, int] | None = None

    def restart(self) -> None:
        """What comes next is somewhere else; what was held back is not shown."""
        super().restart()
        self._held = self._base = None

    def add(self, ref: FragmentRef, data: bytes) -> list[Output]:
        """The whole fragment `ref`, which `takes` must have accepted.

        Raises:
            Mp4Error: `data` is not the fragment that it should be.
            BurnFailed, Unwritable: nothing may be shown.
        """
        outputs = [] if self.follows(ref) else self.finish()
        parsed = parse_fragment(data)
        pictures, at, ticks = [], parsed.data_offset, 0
        for sample in parsed.samples:
            wall_us = ref.start_us + ticks_to_us(ticks + sample.composition)
            pictures.append(BurnerPicture(bytes(data[at : at + sample.size]), wall_us))
            at, ticks = at + sample.size, ticks + sample.duration
        burnt = self._burner.add(ref.params, pictures, self._now_us())
        self._previous, self._until_us = ref, ref.end_us
        return [*outputs, *self._place(burnt)]

    def add_key(self, ref: FragmentRef, sample: Sample, picture: bytes, duration: int) -> list[Output]:
        """The key frame of `ref` alone, standing for `duration` ticks.

        Raises:
            BurnFailed, Unwritable: nothing may be shown.
        """
        outputs = self.finish()
        burnt = self._burner.add(ref.params, [BurnerPicture(picture, ref.start_us)], self._now_us())
        self._previous, self._until_us = ref, ref.start_us + ticks_to_us(duration)
        return [*outputs, *self._place(burnt), *self._let_go()]

    def finish(self) -> list[Output]:
        """Everything that is held back. What is added next has an `Init` before it.

        Raises:
            BurnFailed: nothing may be shown.
        """
        return self._let_go()

    def _let_go(self) -> list[Output]:
        outputs = self._place(self._burner.finish(self._now_us()))
        if self._held is not None:
            last, self._held = self._held, None
            outputs.append(self._fragment([last], max(self._until_us, last.wall_us + 1_000)))
        self._base = None
        return outputs

    def _place(self, burnt: list[Burnt]) -> list[Output]:
        """All but the last, which is held back."""
        pictures = [*([self._held] if self._held is not None else []), *burnt]
        if not pictures:
            return []
        outputs: list[Output] = []
        if self._base is None:
            outputs.append(self._begin(pictures[0]))
        self._held = pictures.pop()
        if pictures:
            outputs.append(self._fragment(pictures, self._held.wall_us))
        return outputs

    def _begin(self, first: Burnt) -> Init:
        params = self._burner.params
        assert params is not None
        self._base = (self.end, first.wall_us)
        self._pieces.append(self._base)
        return Init(params, first.wall_us - ticks_to_us(self.end), False, init_segment(params))

    def _fragment(self, pictures: list[Burnt], until_us: int) -> Fragment:
        begin = self.end
        walls = [*(one.wall_us for one in pictures[1:]), until_us]
        samples = [
            Sample(len(one.data), self._pass(wall), 0, one.key) for one, wall in zip(pictures, walls, strict=True)
        ]
        self._sequence += 1
        data = fragment(self._sequence, begin, samples, [one.data for one in pictures])
        return Fragment(pictures[0].wall_us, max(until_us, pictures[0].wall_us), data)

    def _pass(self, wall_us: int) -> int:
        """How many ticks there are up to `wall_us`, from where media time stands; it stands there then."""
        assert self._base is not None
        media, wall = self._base
        end = max(self.end + 1, media + (wall_us - wall) * 9 // 100)
        ticks, self.end = end - self.end, end
        return ticks
