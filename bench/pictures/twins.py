"""Whether a fault can be seen at all: the same moment with and without it, held against the camera's own noise.

Decided before any of the held-out scenes was drawn. A fault is *visible* when, in at least `VISIBLE` percent of the picture's
small blocks (bands of the overlays left out), the picture with it differs from the picture without it by as much as `NOISES`
of the sensor's noise there, root mean square over the block's pixels, and by a level at least. It is asked three times after
its onset, and the largest counts. Nothing here looks at what the measures do.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from bench.pictures.faults import FAULTS, Harm
from bench.pictures.light import Moment, View
from bench.pictures.runs import Run, Studio, aimed, labels_of, moments_of

VISIBLE = 5.0
"""% of the blocks."""

NOISES, LEAST_LEVELS = 0.5, 1.0
"""Times the noise's standard deviation; and levels of 255."""

BLOCKS = (32, 18)


def share_that_differs(run: Run, studio: Studio) -> float:
    """Share of the picture that the fault of `run` changes by more than noise, %, at the best of three checks."""
    rng = run.rng
    harm = FAULTS[run.fault](rng, run.severity)
    if harm.stopped:
        return 100.0  # a standing picture is not seen in one picture, but in two
    rng.integers(0, 86_400)  # as a run draws it
    moments = list(moments_of(run.trouble, run.checks, rng, "infrared" in labels_of(run)))
    turned = aimed(studio, harm)
    asked = (run.onset, (run.onset + run.checks) // 2, run.checks - 1)
    return max(_differs(studio, moments[number], harm, turned, number) for number in asked)


def _differs(studio: Studio, at: tuple[Moment, float, float], harm: Harm, turned: View, number: int) -> float:
    moment, busy, _ = at
    quiet = Studio.of(studio, replace(studio.body, grain=0.0))
    well, with_noise = (
        one.shot(moment, np.random.default_rng(number), Harm(), studio.view, busy, 0.0) for one in (quiet, studio)
    )
    ill = quiet.shot(moment, np.random.default_rng(number), harm, turned, busy, 0.0)
    noise, change = (_strength(one - well) for one in (with_noise, ill))
    differs = change >= np.maximum(NOISES * noise, LEAST_LEVELS)
    return 100.0 * float(differs[2:-2].mean())


def _strength(difference: np.ndarray) -> np.ndarray:
    """Root mean square of each block over its pixels and colours."""
    square = (difference.astype(np.float32) ** 2).mean(axis=2)
    return np.sqrt(cv2.resize(square, BLOCKS, interpolation=cv2.INTER_AREA))
