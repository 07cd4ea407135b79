"""The lens: where it looks, how sharp it is, and what sticks to it or stands right before it."""

from __future__ import annotations

import cv2
import numpy as np
from bench.pictures.place import HEIGHT, VIEW, WIDTH, Floats


def aim(right: float = 0.0, down: float = 0.0, turn: float = 0.0, zoom: float = 1.0) -> np.ndarray:
    """Affine matrix from a place to the view.

    Args:
        right, down: shift of the aim, shares of the view's width and height.
        turn: rotation about the axis of the lens, degrees.
        zoom: above 1 the view is narrower.
    """
    centre = (WIDTH / 2 + right * VIEW[0], HEIGHT / 2 + down * VIEW[1])
    matrix = cv2.getRotationMatrix2D(centre, turn, zoom)
    matrix[:, 2] += np.array(VIEW) / 2 - np.array(centre)
    return np.asarray(matrix)


def defocus(out: Floats, radius: float) -> Floats:
    """A disc of confusion of `radius` pixels."""
    size = int(np.ceil(radius)) * 2 + 1
    y, x = np.mgrid[0:size, 0:size] - size // 2
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    return np.asarray(cv2.filter2D(out, -1, disc / disc.sum(), borderType=cv2.BORDER_REFLECT), np.float32)


def stuck(out: Floats, mask: Floats, colour: tuple[float, float, float], passing: float, shine: float) -> Floats:
    """Something right before the lens, far out of focus.

    Args:
        mask: how much of each point it hides, 0–1.
        colour: its reflectance; it is lit as brightly as the scene's mean times `shine`.
        passing: share of light that comes through it.
    """
    mask = mask[..., None]
    own = np.array(colour, np.float32) * float(np.median(out)) * shine
    through = cv2.GaussianBlur(out, (0, 0), 12) * passing
    return np.asarray(out * (1 - mask) + (own + through) * mask, np.float32)


def blob(rng: np.random.Generator, share: float, soft: float) -> Floats:
    """A mask of one irregular piece that hides about `share` of the view from one side, with an edge `soft` pixels wide."""
    width, height = VIEW
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    along = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle)
    rough = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 40)
    along += 0.06 * rough / max(float(rough.std()), 1e-6)
    limit = np.quantile(along, 1 - share)
    return np.asarray(cv2.GaussianBlur((along > limit).astype(np.float32), (0, 0), soft), np.float32)


def leaves(rng: np.random.Generator, share: float) -> Floats:
    """A mask of out-of-focus leaves on a twig."""
    width, height = VIEW
    mask = np.zeros((height, width), np.float32)
    x, y = rng.uniform(0.1, 0.9) * width, rng.uniform(-0.05, 0.25) * height
    angle = rng.uniform(0.6, 2.4)
    while mask.mean() < min(share, 0.85):
        x, y = x + np.cos(angle) * 26, y + np.sin(angle) * 26
        if not (-40 < x < width + 40 and -40 < y < height + 40):
            x, y, angle = rng.uniform(0, width), 0.0, rng.uniform(0.6, 2.4)
        size = rng.uniform(26, 56)
        axes = (int(size), int(size * 0.45))
        cv2.ellipse(mask, (int(x), int(y)), axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
        cv2.line(mask, (int(x), int(y)), (int(x + np.cos(angle) * 30), int(y + np.sin(angle) * 30)), 1.0, 5)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 7), np.float32)


def dirt(rng: np.random.Generator, share: float) -> Floats:
    """A mask of specks and drops that lie over each other."""
    width, height = VIEW
    mask = np.zeros((height, width), np.float32)
    while (mask > 0).mean() < share:
        at = (int(rng.uniform(0, width)), int(rng.uniform(0, height)))
        spot = cv2.circle(np.zeros_like(mask), at, int(rng.uniform(8, 30)), float(rng.uniform(0.7, 1)), -1)
        np.maximum(mask, spot, out=mask)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 8), np.float32)


def drops(out: Floats, share: float, rng: np.random.Generator) -> Floats:
    """Rain on the lens: each drop shows the scene behind it small, upside down and soft; they run and dry from check to check."""
    mask = dirt(rng, share)[..., None]
    bent = cv2.GaussianBlur(np.ascontiguousarray(out[::-1, ::-1]), (0, 0), 9) * 1.15
    return np.asarray(out * (1 - 0.85 * mask) + bent * 0.85 * mask, np.float32)
