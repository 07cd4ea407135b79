"""One function a fault: what a camera shows once it has it, slight, clear or severe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from bench.pictures import optics
from bench.pictures.camera import Ill
from bench.pictures.place import Floats

SEVERITIES = ("slight", "clear", "severe")


@dataclass(frozen=True)
class Harm:
    """What a fault does, stage by stage.

    Attributes:
        aim: how the camera is turned away: `optics.aim`'s arguments.
        lens: what happens to the light in the lens.
        ill: what is wrong with the sensor.
        stopped: ``""``, ``clock`` (the picture stands still and the burnt-in clock goes on), ``all``.
    """

    aim: dict[str, float] = field(default_factory=dict)
    lens: Callable[[Floats], Floats] | None = None
    ill: Ill = field(default_factory=Ill)
    stopped: str = ""


def _of(severity: str, slight: float, clear: float, severe: float) -> float:
    return dict(zip(SEVERITIES, (slight, clear, severe), strict=True))[severity]


def black(rng: np.random.Generator, severity: str) -> Harm:
    """A lens cap, a dead sensor, or a hand's breadth of tape: `slight` lets some light through."""
    leak = _of(severity, 0.02, 0.002, 0.0)
    # The camera turns its gain up and finds its own noise.
    return Harm(lens=lambda out: out * 0 + leak * out.mean(), ill=Ill(gain=_of(severity, 0.05, 0.05, 0.01)))


def white(rng: np.random.Generator, severity: str) -> Harm:
    """An iris that is stuck open, or exposure that has failed."""
    return Harm(ill=Ill(gain=_of(severity, 5.0, 14.0, 40.0), offset=_of(severity, 0, 0.1, 0.5)))


def frozen(rng: np.random.Generator, severity: str) -> Harm:
    """The encoder repeats one picture; `slight` burns a running clock over it."""
    return Harm(stopped="clock" if severity == "slight" or rng.random() < 0.5 else "all")


def blurred(rng: np.random.Generator, severity: str) -> Harm:
    """Out of focus."""
    radius = _of(severity, 1.6, 3.5, 7.0) * rng.uniform(0.9, 1.15)
    return Harm(lens=lambda out: optics.defocus(out, radius))


def colour_cast(rng: np.random.Generator, severity: str) -> Harm:
    """White balance that has failed, or the infrared filter stuck open by day."""
    if rng.random() < 0.3:
        return Harm(ill=Ill(infrared=_of(severity, 0.35, 1.0, 1.6)))
    by = _of(severity, 1.35, 2.0, 3.0)
    tone = ((by, 1, 1), (1, by, 1), (1, 1, by), (1, 1 / by, 1))[rng.integers(4)]
    return Harm(ill=Ill(tone=tone))


def noise(rng: np.random.Generator, severity: str) -> Harm:
    """Gain that runs away, or a sensor that dies."""
    return Harm(ill=Ill(noise=_of(severity, 0.05, 0.16, 0.35)))


def covered(rng: np.random.Generator, severity: str) -> Harm:
    """Paint, cloth, leaves or dirt on the lens or right before it."""
    share = _of(severity, 0.12, 0.35, 0.7) * rng.uniform(0.9, 1.15)
    kind = rng.integers(4)
    if kind == 0:
        mask, colour, passing = optics.blob(rng, share, 10), tuple(rng.uniform(0.02, 0.4, 3)), 0.0
    elif kind == 1:
        mask, colour, passing = optics.blob(rng, share, 16), tuple(rng.uniform(0.2, 0.8, 3)), 0.15
    elif kind == 2:
        mask, colour, passing = optics.leaves(rng, share), (0.12, 0.2, 0.08), 0.05
    else:
        mask, colour, passing = optics.dirt(rng, share), (0.3, 0.26, 0.2), 0.1
    shine = rng.uniform(0.4, 1.6)
    return Harm(lens=lambda out: optics.stuck(out, mask, colour, passing, shine))  # type: ignore[arg-type]


def moved(rng: np.random.Generator, severity: str) -> Harm:
    """Bumped, blown or turned aside; zoomed."""
    kind = rng.integers(4)
    way = rng.uniform(0, 2 * np.pi)
    if kind == 0:
        return Harm(aim={"turn": float(rng.choice((-1, 1)) * _of(severity, 1.5, 5.0, 13.0) * rng.uniform(0.9, 1.1))})
    if kind == 1:
        return Harm(aim={"zoom": float(_of(severity, 1.04, 1.15, 1.4) ** rng.choice((-1, 1)))})
    far = _of(severity, 0.025, 0.1, 0.38) * rng.uniform(0.9, 1.1)
    harm = Harm(aim={"right": float(np.cos(way) * far), "down": float(np.sin(way) * far)})
    if kind == 3:
        return replace(harm, aim={**harm.aim, "turn": float(_of(severity, 0.5, 2.0, 6.0))})
    return harm


FAULTS: dict[str, Callable[[np.random.Generator, str], Harm]] = {
    function.__name__: function for function in (black, white, frozen, blurred, colour_cast, noise, covered, moved)
}
