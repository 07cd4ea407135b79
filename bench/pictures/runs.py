"""Sequences of checks of one camera, with their label: healthy in hard circumstances, or with a fault from some check on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import av
import cv2
import numpy as np
from bench.pictures import optics
from bench.pictures.camera import Body, Ill, burn_in, coded, decoded, expose
from bench.pictures.days import A_DAY, moments_of_a_day
from bench.pictures.drawing import KINDS, draw
from bench.pictures.faults import FAULTS, Harm
from bench.pictures.light import Moment, View, light
from bench.pictures.passing import pass_by

SECONDS = 15
"""Between checks: four a minute."""

TROUBLES = (
    "day", "dusk", "night", "infrared", "rain", "snow", "fog", "low_sun", "headlights", "season", "clouds", "crowd",
    "lights_out", "wind", "dawn_fog", "night_rain", "sodium", "sunset", "thick_fog", "snow_night", "lens_drops",
    "infrared_dawn", "dust",
)  # fmt: skip
"""Circumstances in which a healthy camera must not be called faulty."""


@dataclass(frozen=True)
class Run:
    """One camera over some checks.

    Attributes:
        kind, seed: its place; even seeds tune, odd seeds are held out.
        trouble: circumstances, of `TROUBLES`.
        fault, severity: what it gets, or empty.
        checks: how many in all.
        onset: the check at which the fault begins.
    """

    kind: str
    seed: int
    trouble: str
    fault: str = ""
    severity: str = ""
    checks: int = 24
    onset: int = 10

    @property
    def held_out(self) -> bool:
        """Whether no threshold was chosen by it."""
        return self.seed % 2 == 1

    @property
    def rng(self) -> np.random.Generator:
        """Its own chance, the same each time."""
        name = f"{self.kind}/{self.seed}/{self.trouble}/{self.fault}/{self.severity}"
        return np.random.default_rng(list(name.encode()))


class Studio:
    """One camera at one place; gives decoded key frames."""

    def __init__(self, kind: str, seed: int) -> None:
        rng = np.random.default_rng((seed, 99))
        self.place = draw(kind, seed)
        self.view = View(self.place, optics.aim())
        self.body = Body(
            grain=rng.uniform(0.003, 0.009),
            most_gain=rng.uniform(14, 40),
            soft=rng.uniform(0.5, 0.9),
            calm=rng.uniform(0.2, 0.7),
            tone=(rng.uniform(0.95, 1.06), rng.uniform(0.94, 1.06)),
            crf=int(rng.integers(24, 36)),
            words=f"CAM {seed:02d} {kind.upper()}",
        )

    @classmethod
    def of(cls, other: Studio, body: Body) -> Studio:
        """Another camera at the place of `other`, with the same view."""
        studio = cls.__new__(cls)
        studio.place, studio.view, studio.body = other.place, other.view, body
        return studio

    def shot(
        self, moment: Moment, rng: np.random.Generator, harm: Harm, view: View, busy: float, sway: float
    ) -> np.ndarray:
        """A picture without words."""
        out = light(view, moment, rng)
        out = pass_by(view, out, rng, busy, moment.night)
        if sway:
            shift = np.float32([[1, 0, rng.normal(0, sway)], [0, 1, rng.normal(0, sway)]])
            out = cv2.warpAffine(out, shift, (out.shape[1], out.shape[0]), borderMode=cv2.BORDER_REFLECT)
        if harm.lens is not None:
            out = harm.lens(out)
        return expose(out, self.body, harm.ill, moment.infrared, view.foliage, rng)

    def frame(self, shown: np.ndarray, seconds: int, drift: int = 0) -> bytes:
        """The coded key frame."""
        return coded(burn_in(shown, self.body.words, seconds), self.body.crf + drift)


REFERENCE_MOMENTS = {
    "day": Moment(sun=42, azimuth=1.2, cloud=0.35),
    "night": Moment(sun=-12),
    "infrared": Moment(sun=-12, infrared=True),
}


def references(studio: Studio, labels: tuple[str, ...], seed: int) -> list[av.VideoFrame]:
    """Declared reference views, decoded."""
    return [decoded(one) for one in coded_references(studio, labels, seed)]


def coded_references(studio: Studio, labels: tuple[str, ...], seed: int) -> Iterator[bytes]:
    """Declared reference views, as a person sets them: by day and, where wished, at night."""
    rng = np.random.default_rng((seed, 5))
    for label in labels:
        shown = studio.shot(REFERENCE_MOMENTS[label], rng, Harm(), studio.view, 1.0, 0.1)
        yield studio.frame(shown, 30_000)


def aimed(studio: Studio, harm: Harm) -> View:
    """What the camera sees of its place with `harm`."""
    return View(studio.place, optics.aim(**harm.aim)) if harm.aim else studio.view


def labels_of(run: Run) -> tuple[str, ...]:
    """Which references this camera has: by day always, at night as the circumstances need."""
    if run.trouble == A_DAY:
        return ("day", "infrared") if run.seed % 4 < 2 else ("day", "night")
    return ("day", "infrared") if run.trouble.startswith("infrared") else ("day", "night")


def frames(run: Run, studio: Studio) -> Iterator[av.VideoFrame]:
    """The checks of `run`, decoded."""
    return map(decoded, coded_frames(run, studio))


def coded_frames(run: Run, studio: Studio) -> Iterator[bytes]:
    """The checks of `run`, as they are drawn and coded."""
    rng = run.rng
    harm = FAULTS[run.fault](rng, run.severity) if run.fault else Harm()
    turned = aimed(studio, harm)
    base = int(rng.integers(0, 86_400))
    stopped: np.ndarray | None = None
    stopped_at = 0
    moments = moments_of(run.trouble, run.checks, rng, "infrared" in labels_of(run))
    for number, (moment, busy, sway) in enumerate(moments):
        ill = number >= run.onset and bool(run.fault)
        seconds = base + number * SECONDS
        now = harm if ill else Harm()
        if ill and harm.stopped:
            if stopped is None:
                stopped, stopped_at = studio.shot(moment, rng, Harm(), studio.view, busy, sway), seconds
            yield studio.frame(stopped, seconds if harm.stopped == "clock" else stopped_at)
            continue
        shown = studio.shot(moment, rng, now, turned if ill else studio.view, busy, sway)
        yield studio.frame(shown, seconds, int(rng.integers(-1, 2)))


def moments_of(
    trouble: str, checks: int, rng: np.random.Generator, infrared: bool
) -> Iterator[tuple[Moment, float, float]]:
    """Moment, business and sway of each check."""
    if trouble == A_DAY:
        yield from moments_of_a_day(checks, rng, infrared)
        return
    moment = Moment(sun=rng.uniform(15, 65), azimuth=rng.uniform(0.2, 2.9), cloud=rng.uniform(0, 0.9), season="summer")
    busy, sway = rng.uniform(0.3, 3), 0.15
    night = replace(moment, sun=-12)
    winter = bool(rng.random() < 0.5)
    for number in range(checks):
        share = number / max(checks - 1, 1)
        now = replace(moment, azimuth=moment.azimuth + 0.02 * number)
        if trouble == "dusk":
            now = replace(now, sun=8 - 18 * share)
        elif trouble == "night":
            now = night
        elif trouble == "infrared":
            now = replace(night, infrared=True) if number >= checks // 4 else replace(now, sun=-3)
        elif trouble == "rain":
            now = replace(now, rain=min(1.0, share * 3), cloud=1.0)
        elif trouble == "night_rain":
            now = replace(night, rain=0.8)
        elif trouble == "snow":
            now = replace(now, snowing=0.8, snow=0.2 + 0.4 * share, season="winter", cloud=1.0)
        elif trouble == "fog":
            now = replace(now, fog=0.005 + 0.04 * share, cloud=1.0)
        elif trouble == "dawn_fog":
            now = replace(now, fog=0.03, sun=-6 + 16 * share, cloud=0.8)
        elif trouble == "low_sun":
            glare = (80 + 420 * float(moment.cloud) + 20 * share, 60.0, 6.0)  # a quarter of a degree a minute
            now = replace(now, sun=6, cloud=0.0, glare=glare, azimuth=0.4 + share)
        elif trouble == "headlights":
            lamps = tuple(
                (rng.uniform(60, 580), rng.uniform(140, 300), rng.uniform(1, 5)) for _ in range(rng.poisson(2))
            )
            now = replace(night, headlights=lamps)
        elif trouble == "season":
            now = replace(now, season="winter" if winter else "autumn", snow=0.9 * winter)
        elif trouble == "clouds":
            now = replace(now, cloud=float(rng.uniform(0, 1)))
        elif trouble == "crowd":
            busy = 14.0
        elif trouble == "lights_out":
            now = replace(night, dim=number > checks // 3)
        elif trouble == "wind":
            sway = 1.6
        elif trouble == "sodium":
            now = replace(night, sodium=True)
        elif trouble == "sunset":
            now = replace(now, sun=9 - 12 * share, cloud=0.3, warm=share)
        elif trouble == "dust":
            now = replace(now, warm=0.8, fog=0.004, cloud=1.0)
        elif trouble == "thick_fog":
            now = replace(now, fog=0.09, cloud=1.0)
        elif trouble == "snow_night":
            now = replace(night, snowing=0.8, snow=0.3 + 0.4 * share, season="winter")
        elif trouble == "lens_drops":
            now = replace(now, rain=0.5, cloud=1.0, drops=0.16 * min(1.0, share * 3))
        elif trouble == "infrared_dawn":
            now = replace(night, infrared=True) if number < checks // 2 else replace(now, sun=1 + 6 * share, cloud=0.5)
        yield now, busy, sway


def healthy(seeds: list[int], checks: int = 24) -> Iterator[Run]:
    """Every place in every circumstance, without fault."""
    for seed in seeds:
        for kind in KINDS:
            for trouble in TROUBLES:
                yield Run(kind, seed, trouble, checks=checks)


def ill(seeds: list[int], severities: tuple[str, ...], checks: int = 36) -> Iterator[Run]:
    """Every fault at every place, in circumstances in which it shows."""
    circumstances = ("day", "clouds", "rain", "crowd", "night", "dusk", "season", "wind")
    for seed in seeds:
        for place, kind in enumerate(KINDS):
            for number, fault in enumerate(FAULTS):
                for severity in severities:
                    trouble = circumstances[(seed + 3 * place + number) % len(circumstances)]
                    run = Run(kind, seed, trouble, fault, severity, checks, onset=15)
                    if fault in ("white", "colour_cast") and trouble in ("night", "dusk"):
                        run = replace(run, trouble="day")
                    yield run


__all__ = ["SECONDS", "TROUBLES", "Ill", "Run", "Studio", "frames", "healthy", "ill", "references"]
