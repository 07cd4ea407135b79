"""Whole days of healthy cameras at the rate at which a node asks for key frames: what `bench/health.py --camera-days` judges.

A day is 5,760 checks, too many to draw and code whole. What a measure looks at is drawn at the size at which it looks:

* *each check*, at 160×90 pixels, for covered: the light of every half hour, by day once under a clear and once under an overcast sky,
  and between them what changes from check to check: clouds that let the sun through and take it away, lamps that are
  switched, who passes, headlights, rain, flakes and drops, a mast in the wind, exposure, the sensor's noise and what an encoder
  leaves of it (`CODING`).
* *each half hour*, whole: coded by a real encoder and judged by the whole judgement. Blur does not hang on the check before and light
  changes it slowly. Where such a picture comes near the limit, six minutes around it are drawn whole, check by check.

Places and days go by seed. `TUNING` may be looked at while measures are chosen; `HELD_OUT` are drawn once, when they are frozen. Both
were fixed, with this generator, before a threshold was changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import av
import cv2
import numpy as np
from bench.pictures.camera import decoded, expose
from bench.pictures.days import moments_of_a_day
from bench.pictures.drawing import KINDS
from bench.pictures.faults import Harm
from bench.pictures.light import Moment, light
from bench.pictures.optics import dirt
from bench.pictures.passing import pass_by
from bench.pictures.place import VIEW, Floats
from bench.pictures.runs import SECONDS, Run, Studio, coded_references, labels_of

TUNING = tuple((kind, seed) for seed in (102, 104) for kind in KINDS)
"""Camera-days that measures may be chosen on. Some of 201 to 217, 301 to 317 and 401 to 417 were looked at as well: two choices for cover failed on them. Those of 601 to 617 gave the figure once, 9 false alarms of cover and 2 of blur on 63
days, and were looked at then; of 701 to 717 forty days gave 3 of cover, all at dawn (lamps that went out, twice; first light that was taken for specks), and 1 of blur."""

HELD_OUT = tuple((kind, seed) for seed in (801, 803, 805, 807, 809, 811, 813, 815, 817) for kind in KINDS)
"""Camera-days that give the figure: 63, nine of each kind of place."""

CHECKS = 86_400 // SECONDS
WHOLE = 120
"""Checks from one whole picture to the next: half an hour."""

NEAR = 24
"""Checks of a stretch that is drawn whole: what states a fault, and two minutes more."""

SMALL = (160, 90)
GRAIN_LEFT = 0.165
"""Of the sensor's noise, in luma's mean over 4×4 pixels."""

CODING = 0.35
"""What an encoder of a low rate adds to that mean from key frame to key frame, levels."""

LUMA = np.array((0.2126, 0.7152, 0.0722), np.float32)
POOL = 16
"""Different veils of rain, snow and drops of a day; each is turned over by chance."""


@dataclass(frozen=True)
class Lit:
    """The place's light at one moment: under a clear sky and, where that differs, under an overcast one."""

    moment: Moment
    clear: Floats
    overcast: Floats | None

    @classmethod
    def of(cls, studio: Studio, moment: Moment, rng: np.random.Generator) -> Lit:
        """Without what comes and goes from check to check."""
        steady = replace(moment, rain=0.0, snowing=0.0, drops=0.0, headlights=())
        if studio.place.indoor or moment.night:
            return cls(moment, light(studio.view, steady, rng), None)
        skies = [light(studio.view, replace(steady, cloud=cloud), rng) for cloud in (0.0, 1.0)]
        return cls(moment, skies[0], skies[1])

    def under(self, cloud: float) -> Floats:
        """The light when so much of the sun is hidden."""
        return self.clear if self.overcast is None else self.clear * (1 - cloud) + self.overcast * cloud

    @property
    def kind(self) -> tuple[bool, bool, bool]:
        """What is switched at once and not by and by."""
        return self.moment.infrared, self.moment.dim, self.moment.night


class CameraDay:
    """One healthy camera from midnight to midnight."""

    def __init__(self, kind: str, seed: int) -> None:
        self.studio = Studio(kind, seed)
        run = Run(kind, seed, "a_day")
        self._labels = labels_of(run)
        self.references = [decoded(one) for one in coded_references(self.studio, self._labels, seed)]
        self._rng = np.random.default_rng((KINDS.index(kind), seed, 41))
        self._moments = list(moments_of_a_day(CHECKS // 8, run.rng, "infrared" in self._labels))
        self._clouds = self._sky()
        self._lit: dict[int, Lit] = {}
        self._small_of: dict[int, tuple[Floats, Floats | None]] = {}
        self._veils: dict[str, list[Floats]] = {}
        self._noise = self._rng.standard_normal((SMALL[1] * 3, SMALL[0] * 3), np.float32)

    def moment(self, check: int) -> tuple[Moment, float, float]:
        """Moment, business and sway at a check."""
        return self._moments[min(check // 8, len(self._moments) - 1)]

    def whole(self, check: int, at: int | None = None) -> av.VideoFrame:
        """The key frame of a check, drawn whole and coded; in the light of check `at`, where that is another."""
        studio, rng = self.studio, self._rng
        moment, busy, sway = self.moment(check)
        out = self.lit((check if at is None else at) // WHOLE).under(float(self._clouds[check]))
        out = pass_by(studio.view, out.copy(), rng, busy, moment.night)
        shift = np.array(((1, 0, rng.normal(0, sway)), (0, 1, rng.normal(0, sway))), np.float32)
        out = np.asarray(cv2.warpAffine(out, shift, VIEW, borderMode=cv2.BORDER_REFLECT), np.float32)
        out = self._passing_veils(out, moment)
        shown = expose(out, studio.body, Harm().ill, moment.infrared, studio.view.foliage, rng)
        return decoded(studio.frame(shown, check * SECONDS, int(rng.integers(-1, 2))))

    def near(self, check: int) -> Iterator[av.VideoFrame]:
        """Each key frame of the minutes around a whole picture, whole."""
        first = min(max(check - NEAR // 2, 0), CHECKS - NEAR)
        return (self.whole(one, check) for one in range(first, first + NEAR))

    def lit(self, key: int) -> Lit:
        """The light at whole picture number `key`; the last two are kept."""
        if key not in self._lit:
            self._lit = {one: lit for one, lit in self._lit.items() if abs(one - key) == 1}
            self._lit[key] = Lit.of(self.studio, self.moment(key * WHOLE)[0], self._rng)
        return self._lit[key]

    def small(self, check: int) -> np.ndarray:
        """Luma of a check at `SMALL`, levels of video range."""
        key, after, share = self.between(check)
        cloud = float(self._clouds[check])
        out = self._small_light(key, cloud) * (1 - share)
        if share:
            out = out + self._small_light(after, cloud) * share
        moment, busy, sway = self.moment(check)
        moment = replace(moment, infrared=self.lit(after if share >= 0.5 else key).moment.infrared)
        out = self._passing_small(out, busy, moment.night)
        if sway > 0.4:  # less is not a tenth of a pixel here
            aside = self._rng.normal(0, sway / 4, 2)
            shift = np.array(((1, 0, aside[0]), (0, 1, aside[1])), np.float32)
            out = np.asarray(cv2.warpAffine(out, shift, SMALL, borderMode=cv2.BORDER_REFLECT), np.float32)
        return self._exposed_small(self._passing_veils(out, moment), moment)

    def between(self, check: int) -> tuple[int, int, float]:
        """Between which two whole pictures a check lies, and how far from the first, 0 to 1: lamps are switched in the middle."""
        key, rest = divmod(check, WHOLE)
        after = min(key + 1, CHECKS // WHOLE - 1)
        switched = self.lit(key).kind != self.lit(after).kind
        return key, after, float(rest >= WHOLE // 2) if switched else rest / WHOLE

    def _small_light(self, key: int, cloud: float) -> Floats:
        if key not in self._small_of:
            lit = self.lit(key)
            self._small_of = {one: small for one, small in self._small_of.items() if abs(one - key) == 1}
            self._small_of[key] = _small_luma(lit.clear), None if lit.overcast is None else _small_luma(lit.overcast)
        clear, overcast = self._small_of[key]
        return clear if overcast is None else np.asarray(clear * (1 - cloud) + overcast * cloud, np.float32)

    def _exposed_small(self, out: Floats, moment: Moment) -> np.ndarray:
        """As `camera.expose`, for luma alone."""
        body, rng = self.studio.body, self._rng
        some = out[::3, ::3].ravel()
        bright = np.partition(some, int(0.97 * some.size))[int(0.97 * some.size)]
        level = float(np.minimum(some, bright).mean())
        gain = float(np.clip((0.12 if moment.infrared else 0.2) / max(level, 1e-6), 0.1, body.most_gain))
        out = np.minimum(out * gain, 1.0)
        x, y = (int(one) for one in rng.random(2) * (SMALL[0] * 2, SMALL[1] * 2))
        noise = self._noise[y : y + SMALL[1], x : x + SMALL[0]]
        strength = body.grain * GRAIN_LEFT * np.sqrt(max(gain, 0.3))
        out = np.maximum(out + noise * np.sqrt(out * strength**2 + 0.25 * strength**2), 0.0)
        shown = np.asarray(cv2.pow(out, 1 / 2.2)) * 219 + (16.5 + CODING * noise[::-1])
        return np.asarray(np.clip(shown, 16, 235), np.uint8)

    def _passing_small(self, out: Floats, busy: float, night: bool) -> Floats:
        """Who passes, as `pass_by` puts them, a quarter as large."""
        place, rng = self.studio.place, self._rng
        shapes = [(rng.uniform(*place.walk), 0.32, False) for _ in range(rng.poisson(busy))]
        if place.road is not None:
            shapes += [(rng.uniform(*place.road), 2.6, True) for _ in range(rng.poisson(busy * 0.7))]
        if not shapes:
            return out
        out, level = out.copy(), float(np.median(out))
        for y, wide, car in shapes:
            high = (60 + 160 * (y - place.walk[0]) / 400 if place.indoor else 18 + 60 * (y - place.walk[0]) / 400) / 4
            high = rng.uniform(7, 12) if car else high
            x, y = self.studio.view.at(rng.uniform(200, 1080), y)
            left, top = int(x / 4), max(int(y / 4 - high), 0)
            area = out[top : max(int(y / 4), 0), max(left, 0) : max(int(left + max(high * wide, 1)), 0)]
            area[:] = rng.uniform(0.1, 1.6) * level
            if night and car and area.size:
                area[-1:, :1] = level * 30
        return out

    def _passing_veils(self, out: Floats, moment: Moment) -> Floats:
        """Rain, flakes, drops on the lens and headlights of one check, at any size."""
        for name, amount in (("rain", moment.rain), ("snowing", moment.snowing)):
            if amount:
                veil = self._veil(name, out)
                strength = float(out.mean()) * (0.5 if name == "rain" else 2.2)
                kept = (1 - 0.12 * amount) if name == "rain" else (1 - 0.6 * amount * veil)
                out = out * kept + veil * amount * strength * (1 if name == "rain" else 0.6)
        if moment.drops:
            mask = self._veil("drops", out) * min(1.0, moment.drops / 0.12)
            bent = cv2.GaussianBlur(np.ascontiguousarray(out[::-1, ::-1]), (0, 0), 9 * out.shape[1] / VIEW[0]) * 1.15
            out = out * (1 - 0.85 * mask) + np.asarray(bent, np.float32) * 0.85 * mask
        scale = out.shape[1] / VIEW[0]
        for at_x, at_y, strength in moment.headlights:
            y, x = np.ogrid[0 : out.shape[0], 0 : out.shape[1]]
            square = ((x / scale - at_x) ** 2 + (y / scale - at_y) ** 2).astype(np.float32)
            bloom = strength * (np.exp(-square / 22.0**2) + 0.05 * np.exp(-square / 110.0**2))
            out = out + (bloom[..., None] if out.ndim == 3 else bloom)
        return np.asarray(out, np.float32)

    def _veil(self, name: str, out: Floats) -> Floats:
        """One of the day's, turned over by chance; as large as the picture."""
        if name not in self._veils:
            rng = np.random.default_rng(77)
            self._veils[name] = [_drawn_veil(name, rng) for _ in range(POOL)]
        veil = self._veils[name][int(self._rng.integers(POOL))][:: self._rng.choice((1, -1))]
        if out.shape[1] == SMALL[0]:
            veil = cv2.resize(np.ascontiguousarray(veil), SMALL, interpolation=cv2.INTER_AREA)
        return np.asarray(veil[..., None] if out.ndim == 3 else veil, np.float32)

    def _sky(self) -> np.ndarray:
        """Share of the sun that is hidden at each check: the day's wandering, and single clouds that pass within a minute or ten."""
        wandering = np.repeat([moment.cloud for moment, _, _ in self._moments], 8)
        out, rng, check = wandering.copy(), self._rng, 0
        while check < CHECKS:
            check += int(rng.exponential(40)) + 2
            long = int(rng.exponential(12)) + 2
            some = slice(check, check + long)
            if check < CHECKS and 0.15 < wandering[check] < 0.85:
                out[some] = float(rng.random() < 0.5)
            check += long
        return np.asarray(out, np.float32)


def _small_luma(out: Floats) -> Floats:
    return np.asarray(cv2.resize(out @ LUMA, SMALL, interpolation=cv2.INTER_AREA), np.float32)


def _drawn_veil(name: str, rng: np.random.Generator) -> Floats:
    width, height = VIEW
    if name == "drops":
        return dirt(rng, 0.12)
    veil = np.zeros((height, width), np.float32)
    for _ in range(500 if name == "rain" else 420):
        x, y, long = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(8, 26)
        strength = float(rng.uniform(0.3, 1))
        if name == "rain":
            cv2.line(veil, (int(x), int(y)), (int(x + long * 0.12), int(y + long)), strength, 1)
        else:
            cv2.circle(veil, (int(x), int(y)), int(rng.choice((1, 1, 1, 2, 2, 4))), strength, -1)
    return np.asarray(cv2.GaussianBlur(veil, (0, 0), 0.7 if name == "rain" else 0.9), np.float32)
