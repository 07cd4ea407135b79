"""What simulated devices show: the films of the simulated cameras as frames of a program stream, with the tones of a call beside them where sound is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from custodes.gb28181.device.head import View
from custodes.gb28181.device.reel import Reel
from custodes.gb28181.device.steered import Steered, side_of
from custodes.gb28181.media.frame import CLOCK_RATE, Coding, Frame
from custodes.video.simcam.dome import VIEWS
from custodes.video.simcam.film import FilmOrder, load_film
from custodes.video.simcam.spoken import SAMPLES, call_tones
from custodes.video.simcam.studio import film_apart
from custodes.video.unit import Codec

PIECE = SAMPLES // 25
"""Samples of sound in one PES packet: 40 ms, as cameras send them."""


class Reels:
    """Films by the number of their camera, from 0 on; made once, shared by all channels that show them.

    Args:
        films: in the cameras' order; cache: the folder that holds them.
        sub: the small stream is shown instead of the large one.
        sound: the tones of a call go with the pictures.
        turning: number of the camera, from 1 on, that has films of its other sides; 0 for none.
    """

    def __init__(
        self, films: Sequence[FilmOrder], cache: Path, *, sub: bool = False, sound: bool = False, turning: int = 0
    ) -> None:
        self._films = films
        self._cache = cache
        self._sub = sub
        self._sound = _sounds() if sound else ()
        self._turning = turning - 1
        self._sides: dict[str, Reel] = {}
        self._reels = [self._load(order) for order in films]

    def of(self, number: int, view: Callable[[], View]) -> Reel:
        """What the channel of this number shows, for one stream; channels beyond the films begin with the first again."""
        index = number % len(self._reels)
        if index != self._turning:
            return self._reels[index]
        return Steered(self._reels[index], self._sides, lambda: side_of(view()))

    def film_sides(self) -> None:
        """Make the films of the camera that turns; each is shown from when it is there. Blocks, and is for a thread of its own."""
        for order in self._films:
            if order.camera.number - 1 != self._turning:
                continue
            for view in VIEWS:
                side = FilmOrder(order.camera, order.codec, order.main, order.sub, order.seconds, order.rate, order.gop, view=view)  # fmt: skip
                if film_apart(side, self._cache):
                    self._sides[view] = self._load(side)

    def _load(self, order: FilmOrder) -> Reel:
        codec = Codec.H264 if self._sub else order.codec
        film = load_film(order.files(self._cache)[int(self._sub)], codec)
        coding, step = Coding(codec.value), CLOCK_RATE // order.rate
        pictures = [
            Frame(coding, b"".join(len(nal).to_bytes(4, "big") + nal for nal in nals), key, number * step, 0, film.params.sets)
            for number, (nals, key) in enumerate(film.pictures)
        ]  # fmt: skip
        end = len(pictures) * step
        return Reel(sorted((*pictures, *(one for one in self._sound if one.time < end)), key=lambda one: one.time))


def _sounds() -> tuple[Frame, ...]:
    """A picture is before the sound of its moment, so that a film begins with a picture."""
    octets = call_tones()
    ticks = PIECE * CLOCK_RATE // SAMPLES
    return tuple(
        Frame(Coding.G711A, octets[at : at + PIECE], True, at // PIECE * ticks, 0)
        for at in range(0, len(octets) - PIECE + 1, PIECE)
    )
