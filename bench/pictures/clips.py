"""Films that were really filmed, as further negatives and with faults put into them. None is part of the project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from bench.pictures.camera import coded, decoded
from bench.pictures.faults import FAULTS, Harm
from bench.pictures.place import VIEW

from custodes.video.health.finding import StandingFault
from custodes.video.health.judge import CameraJudge, Reference
from custodes.video.health.measure import measure, small_picture

CHECKS, ONSET = 24, 11


@dataclass(frozen=True)
class ClipRun:
    """A film with a fault from some check on, or without."""

    path: Path
    fault: str
    severity: str


def clip_runs(folder: Path) -> Iterator[ClipRun]:
    """Every film of a folder, without a fault and with each."""
    for path in sorted(folder.iterdir()):
        yield ClipRun(path, "", "")
        for fault in FAULTS:
            if fault not in ("black", "white"):  # gain is the drawn camera's: nothing here to turn up
                yield ClipRun(path, fault, "clear")


def judge_clip(run: ClipRun) -> tuple[str, str, str, str, int, tuple[tuple[StandingFault, ...], ...]]:
    """Judge it; the fields of an outcome. A film's first picture is the declared view: what moves with the camera is left out."""
    shots = _shots(run.path)
    rng = np.random.default_rng(list(f"{run.path.name}/{run.fault}".encode()))
    harm = FAULTS[run.fault](rng, run.severity) if run.fault else Harm()
    camera = CameraJudge([Reference("0", measure(small_picture(decoded(coded(_cut(shots[0], Harm()), 28)))))])
    stopped, checks = None, []
    for number in range(CHECKS):
        ill = bool(run.fault) and number >= ONSET
        shown = _cut(shots[number % len(shots)], harm if ill else Harm())
        if ill and harm.stopped:
            stopped = shown if stopped is None else stopped
            shown = stopped
        elif ill:
            shown = _harm(shown, harm, rng)
        checks.append(camera.check(small_picture(decoded(coded(shown, 28))), 1 + number * 15_000_000))
    return run.path.stem, "filmed", run.fault, run.severity, ONSET, tuple(checks)


def _shots(path: Path) -> list[np.ndarray]:
    """The part of a film in which its camera stands still: as far as the first picture is in place."""
    with av.open(str(path)) as film:
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    return frames[:48:2]


def _cut(shot: np.ndarray, harm: Harm) -> np.ndarray:
    """The middle of the film as the view, so that a turned camera finds something beside it."""
    height, width = shot.shape[:2]
    scale = 1.35 * max(VIEW[0] / width, VIEW[1] / height)
    shift = (harm.aim.get("right", 0.0) * VIEW[0], harm.aim.get("down", 0.0) * VIEW[1])
    matrix = cv2.getRotationMatrix2D(
        (width / 2, height / 2), harm.aim.get("turn", 0.0), scale * harm.aim.get("zoom", 1.0)
    )
    matrix[:, 2] += np.array(VIEW) / 2 - np.array((width / 2, height / 2)) - np.array(shift)
    return np.asarray(cv2.warpAffine(shot, matrix, VIEW, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT))


def _harm(shown: np.ndarray, harm: Harm, rng: np.random.Generator) -> np.ndarray:
    out = (shown.astype(np.float32) / 255) ** 2.2
    if harm.lens is not None:
        out = harm.lens(out)
    out = out * np.array(harm.ill.tone, np.float32)
    out += rng.standard_normal(out.shape, np.float32) * harm.ill.noise * np.sqrt(0.25 + np.clip(out, 0, 1))
    return np.asarray(255 * np.clip(out, 0, 1) ** (1 / 2.2), np.uint8)
