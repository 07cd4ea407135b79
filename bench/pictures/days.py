"""A whole day of one camera: night, dawn, weather that changes, rush hours, dusk. What a healthy camera goes through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from bench.pictures.light import Moment

A_DAY = "a_day"
"""Name of the circumstances."""

DAY_CHECKS = 720
"""Drawn of one day."""

DAYS = ("fine", "wet", "winter", "fog")
"""What kind of day it is, by chance."""


def moments_of_a_day(checks: int, rng: np.random.Generator, infrared: bool) -> Iterator[tuple[Moment, float, float]]:
    """Moment, business and sway from midnight to midnight, `checks` of them, evenly.

    Args:
        infrared: whether the camera goes over to infrared light in the dark.
    """
    kind, cloud, wind = str(rng.choice(DAYS)), float(rng.uniform(0, 0.7)), 0.2
    sunrise, sunset = (7.6, 17.8) if kind == "winter" else (6.2, 19.6)
    season = "winter" if kind == "winter" else str(rng.choice(("summer", "summer", "autumn")))
    laid = float(rng.uniform(0, 0.6)) if kind == "winter" else 0.0
    for number in range(checks):
        hour = 24 * number / checks
        share = (hour - sunrise) / (sunset - sunrise)
        sun = 58 * np.sin(np.pi * share) if 0 < share < 1 else -9 * min(1, min(abs(share), abs(share - 1)) * 12)
        # Clouds and wind wander; a step a minute.
        pull = 60 * 24 / checks / 40
        cloud += pull * (0.45 - cloud) + rng.normal(0, 0.05)
        wind += pull * (0.3 - wind) + rng.normal(0, 0.05)
        now = Moment(
            sun=float(sun),
            azimuth=0.2 + 2.7 * float(np.clip(share, 0, 1)),
            cloud=float(np.clip(cloud, 0, 1)),
            season=season,
            snow=laid,
            infrared=infrared and sun < -4,
            dim=not 6 <= hour < 22.5,
            warm=float(np.clip(1 - abs(sun - 2) / 6, 0, 1)) * (1 - float(np.clip(cloud, 0, 1))),
        )
        now = replace(now, **_weather(kind, hour, now, rng))
        if kind == "winter" and 13 <= hour < 16:
            laid = min(0.9, laid + 0.4 * 24 / checks)
        yield now, _business(hour), 0.1 + max(0.0, wind) * 0.8


def _weather(kind: str, hour: float, now: Moment, rng: np.random.Generator) -> dict[str, object]:
    if kind == "fog":
        fog = 0.05 * _hump(hour, 3.5, 9.5) + 0.001
        return {"fog": fog, "cloud": max(now.cloud, min(1.0, fog * 30))}
    if kind == "wet":
        shower = max(_hump(hour, 2, 3.5), _hump(hour, 13, 16.5), _hump(hour, 20, 21))
        # What stands on the lens dries for half an hour.
        standing = max(shower, _hump(hour, 13.2, 17.2), _hump(hour, 2.2, 4.2), _hump(hour, 20.2, 21.6))
        out: dict[str, object] = {"rain": shower, "drops": 0.12 * standing}
        return out | ({"cloud": 1.0} if shower else {})
    if kind == "winter":
        falling = _hump(hour, 13, 16)
        return {"snowing": falling} | ({"cloud": 1.0} if falling else {})
    if now.night and hour > 18 and rng.random() < 0.5 and not now.infrared:
        at = tuple((rng.uniform(60, 580), rng.uniform(140, 300), rng.uniform(1, 5)) for _ in range(rng.poisson(1.5)))
        return {"headlights": at}
    if 2 < now.sun < 9 and now.cloud < 0.3:
        return {"glare": (80 + 25 * now.sun, 60.0, 4.0)}
    return {}


def _hump(hour: float, begins: float, ends: float) -> float:
    """0 outside, 1 in the middle, with ramps of a quarter of the span."""
    share = (hour - begins) / (ends - begins)
    return float(np.clip(4 * min(share, 1 - share), 0, 1))


def _business(hour: float) -> float:
    rush = max(_hump(hour, 7, 9), _hump(hour, 11.5, 13.5), _hump(hour, 17, 19))
    return 0.1 if hour < 5.5 else 0.6 + 5 * rush
