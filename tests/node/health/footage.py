"""A camera that is turned aside while it is watched: pictures of a drawn place, coded like a camera's."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

import av
import numpy as np
from bench.pictures import optics
from bench.pictures.camera import burn_in
from bench.pictures.faults import Harm
from bench.pictures.light import View
from bench.pictures.runs import REFERENCE_MOMENTS, Studio

from custodes.video.codec import bitstream, h264
from custodes.video.codec.build import codec_parameters
from custodes.video.rtsp.mount import MountFrame, loop
from custodes.video.unit import Codec, CodecParameters

RATE = 10


@lru_cache
def _shots() -> tuple[CodecParameters, list[list[bytes]], list[list[bytes]]]:
    studio = Studio("street", 4)
    rng = np.random.default_rng(1)
    aside = View(studio.place, optics.aim(right=0.2, turn=4))
    shown = [
        burn_in(studio.shot(REFERENCE_MOMENTS["day"], rng, Harm(), view, 1.0, 0.1), "CAM 04", number)
        for view in (studio.view, aside)
        for number in range(6)
    ]
    encoder: Any = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 640, 360, "yuv420p"
    encoder.time_base = Fraction(1, RATE)
    encoder.options = {"preset": "veryfast", "tune": "zerolatency", "crf": "28", "x264-params": "keyint=1:aud=1"}
    sets: list[bytes] = []
    pictures: list[list[bytes]] = []
    for number, one in enumerate([*shown, None]):
        frame = None
        if one is not None:
            frame = av.VideoFrame.from_ndarray(one, "rgb24").reformat(format="yuv420p")
            frame.pts = number
        for packet in encoder.encode(frame):
            nals = list(bitstream.split(bytes(packet)))
            sets += [nal for nal in nals if nal[0] & 31 in (h264.SPS, h264.PPS) and nal not in sets]
            pictures.append([nal for nal in nals if nal[0] & 31 == h264.IDR])
    return codec_parameters(Codec.H264, sets), pictures[:6], pictures[6:]


class TurnedAside:
    """An endless loop of frames; `turned` changes where the camera looks from the next round on."""

    def __init__(self) -> None:
        self.params, self._declared, self._aside = _shots()
        self.turned = False

    def frames(self) -> Iterator[MountFrame]:
        """As `Mount` wants them."""
        loops = {
            way: loop(self.params, [(nals, True) for nals in pictures], float(RATE))
            for way, pictures in ((False, self._declared), (True, self._aside))
        }
        for _ in itertools.count():
            yield next(loops[self.turned])
