"""A moment at a place: what light falls where, and what is in the air. Linear light, 1.0 is a white wall in full sun."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from bench.pictures.optics import drops
from bench.pictures.place import HEIGHT, VIEW, WIDTH, Floats, Place

SEASONS = ("summer", "autumn", "winter")


@dataclass(frozen=True)
class Moment:
    """Light and weather.

    Attributes:
        sun: height of the sun, degrees; below −4 lamps are lit.
        azimuth: where it stands, radians.
        cloud: share of the sun that is hidden.
        season: of `SEASONS`.
        fog: extinction per metre (0.01: sight of 300 m; 0.05: 60 m).
        rain, snowing: streaks and flakes, 0–1.
        snow: how much lies, 0–1.
        infrared: the camera's own lamp is lit and the picture is grey.
        dim: an indoor place whose lights are off but for a few.
        headlights: cars that look into the camera: x, y and strength.
        glare: the sun itself in the picture: x, y and strength.
        warm: how red the whole sky is, 0–1: an hour of sunset or of dust.
        sodium: all lamps are sodium lamps, as before they were replaced.
        drops: rain that stands on the lens, share of the view.
    """

    sun: float = 45.0
    azimuth: float = 1.0
    cloud: float = 0.2
    season: str = "summer"
    fog: float = 0.0
    rain: float = 0.0
    snowing: float = 0.0
    snow: float = 0.0
    infrared: bool = False
    dim: bool = False
    headlights: tuple[tuple[float, float, float], ...] = ()
    glare: tuple[float, float, float] | None = None
    warm: float = 0.0
    sodium: bool = False
    drops: float = 0.0

    @property
    def night(self) -> bool:
        """Whether lamps are lit."""
        return self.sun < -4


@dataclass
class View:
    """A place as one aim of the camera shows it; layers are cut out once.

    Attributes:
        aim: affine matrix from the place to the view.
    """

    place: Place
    aim: np.ndarray
    colour: Floats = field(init=False)
    pools: Floats | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        place = self.place
        self.colour = self._cut(place.colour)
        self.distance, self.ground, self.sky, self.foliage, self.windows, self.solid = (
            self._cut(layer)
            for layer in (place.distance, place.ground, place.sky, place.foliage, place.windows, place.solid)
        )
        rng = np.random.default_rng(7)
        cells = cv2.resize(rng.random((HEIGHT // 40, WIDTH // 34)).astype(np.float32), (WIDTH, HEIGHT), interpolation=0)
        self.lit = self._cut((cells < 0.3).astype(np.float32)) * self.windows

    def _cut(self, layer: Floats) -> Floats:
        cut = cv2.warpAffine(layer, self.aim, VIEW, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT)
        return np.asarray(cut, np.float32)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the place is in the view."""
        out = self.aim @ np.array((x, y, 1.0))
        return float(out[0]), float(out[1])


def light(view: View, moment: Moment, rng: np.random.Generator) -> Floats:
    """The light that reaches the lens, ``(height, width, 3)``."""
    colour = _dressed(view, moment, rng)
    out = colour * _fallen(view, moment)
    if not view.place.indoor:
        out = _air(view, moment, out, rng)
    out = _into_lens(out, moment)
    return drops(out, moment.drops, rng) if moment.drops else out


def _dressed(view: View, moment: Moment, rng: np.random.Generator) -> Floats:
    """Colours of the season."""
    colour = view.colour.copy()
    if view.place.indoor:
        return colour
    if moment.season != "summer":
        tint = (1.9, 1.05, 0.6) if moment.season == "autumn" else (1.5, 1.4, 1.5)
        colour = np.where(view.foliage[..., None] > 0.5, colour * np.array(tint, np.float32), colour)
    if moment.snow:
        noise = cv2.GaussianBlur(np.random.default_rng(3).random(colour.shape[:2]).astype(np.float32), (0, 0), 6)
        noise = (noise - noise.mean()) / max(float(noise.std()), 1e-6)
        cover = np.clip((view.ground + 0.35 * view.foliage) * (moment.snow * 1.4 + 0.15 * noise - 0.15), 0, 1)
        colour += (0.88 - colour) * cover[..., None]
    return colour


def _fallen(view: View, moment: Moment) -> Floats:
    """Light on each point."""
    height, width = view.distance.shape
    if view.place.indoor:
        total = np.full((height, width, 3), 0.03 if moment.dim else 0.16, np.float32)
        total += _pools(view, 0.02 if moment.dim else 0.16)
        return total + view.windows[..., None] * (0.15 if moment.dim else 1.2)
    if moment.infrared:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        beam = np.exp(-(((x / width - 0.5) / 0.5) ** 2 + ((y / height - 0.55) / 0.55) ** 2))
        beam /= 1 + (view.distance / 25) ** 2
        shine = np.repeat((0.06 * beam)[..., None], 3, axis=2) * (1 + 1.2 * view.foliage[..., None])
        return shine + 0.0006 + _pools(view, 0.01) + view.lit[..., None] * 0.03
    if moment.night:
        warm = np.array((1.0, 0.85, 0.6), np.float32)
        pools = _pools(view, 0.05)
        if moment.sodium:
            pools = pools.max(axis=2, keepdims=True) * np.array((1.0, 0.62, 0.2), np.float32)
        return np.asarray(0.0012 + pools + view.lit[..., None] * 0.25 * warm, np.float32)
    high = np.clip(np.sin(np.radians(max(moment.sun, 0.5))), 0.02, 1)
    warmth = np.clip(1 - moment.sun / 25, 0, 1)
    sun = np.array((1.0, 1.0 - 0.28 * warmth, 1.0 - 0.55 * warmth), np.float32)
    direct = high * (1 - moment.cloud) * 0.85
    ambient = (0.1 + 0.28 * high) * np.array((0.92, 0.98, 1.1), np.float32)
    ambient = ambient * (1 + moment.warm * np.array((0.45, 0.0, -0.4)))
    if moment.sun < 0:
        ambient = ambient * max(0.08, 1 + moment.sun / 5)
        direct = 0
    lit = 1 - _shadow(view, moment)
    fallen = ambient + direct * sun * lit[..., None]
    return np.where(view.sky[..., None] > 0.5, (ambient * 2.2 + direct * 0.25), fallen).astype(np.float32)


def _shadow(view: View, moment: Moment) -> Floats:
    reach = np.clip(14 / np.tan(np.radians(max(moment.sun, 6))), 4, 60)
    step = np.array((np.cos(moment.azimuth), 0.45 * abs(np.sin(moment.azimuth)) + 0.1)) * reach / 4
    shade = np.zeros_like(view.solid)
    for number in range(1, 9):
        move = np.float32([[1, 0, step[0] * number], [0, 1, step[1] * number]])
        np.maximum(shade, cv2.warpAffine(view.solid, move, VIEW), out=shade)
    on = np.clip(view.ground + 0.25 * view.solid, 0, 1)
    return np.asarray(cv2.GaussianBlur(shade * on, (0, 0), 1.5), np.float32) * 0.95


def _pools(view: View, strength: float) -> Floats:
    """Light of the place's lamps; their form is drawn once a view."""
    if view.pools is None:
        view.pools = _draw_pools(view)
    return view.pools * strength


def _draw_pools(view: View) -> Floats:
    height, width = view.distance.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    total = np.zeros((height, width, 3), np.float32)
    for lamp_x, lamp_y, reach, tint in view.place.lamps:
        at_x, at_y = view.at(lamp_x, lamp_y)
        square = ((x - at_x) ** 2 + ((y - at_y - reach * 0.5) * 1.3) ** 2) / (reach * 0.6) ** 2
        pool = np.exp(-square) + 60 * np.exp(-((x - at_x) ** 2 + (y - at_y) ** 2) / 18)
        total += pool[..., None] * np.array(tint, np.float32)
    return total


def _air(view: View, moment: Moment, out: Floats, rng: np.random.Generator) -> Floats:
    if moment.fog:
        clear = np.exp(-moment.fog * np.minimum(view.distance, 900))[..., None]
        veil = float(out.mean()) * 1.5 if not moment.night else float(out.mean()) * 0.9 + 0.002
        out = out * clear + veil * (1 - clear)
    height, width = out.shape[:2]
    if moment.rain:
        streaks = np.zeros((height, width), np.float32)
        for _ in range(int(500 * moment.rain)):
            x, y, length = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(8, 26)
            cv2.line(
                streaks, (int(x), int(y)), (int(x + length * 0.12), int(y + length)), float(rng.uniform(0.3, 1)), 1
            )
        streaks = cv2.GaussianBlur(streaks, (0, 0), 0.7)
        out = out * (1 - 0.12 * moment.rain) + streaks[..., None] * float(out.mean()) * 0.5
    if moment.snowing:
        flakes = np.zeros((height, width), np.float32)
        for _ in range(int(420 * moment.snowing)):
            at = (int(rng.uniform(0, width)), int(rng.uniform(0, height)))
            cv2.circle(flakes, at, int(rng.choice((1, 1, 1, 2, 2, 4))), float(rng.uniform(0.3, 1)), -1)
        flakes = cv2.GaussianBlur(flakes, (0, 0), 0.9)[..., None]
        out = out * (1 - 0.6 * flakes) + flakes * 0.6 * max(float(out.mean()) * 2.2, 0.01)
    return out


def _into_lens(out: Floats, moment: Moment) -> Floats:
    height, width = out.shape[:2]
    spots = [(*spot, 22.0) for spot in moment.headlights]
    if moment.glare is not None:
        spots.append((*moment.glare, 46.0))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    for at_x, at_y, strength, reach in spots:
        square = (x - at_x) ** 2 + (y - at_y) ** 2
        bloom = strength * (np.exp(-square / reach**2) + 0.05 * np.exp(-square / (reach * 5) ** 2))
        out = out + bloom[..., None]
    return np.asarray(out, np.float32)
