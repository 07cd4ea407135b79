"""Draws places. Deterministic by kind and seed."""

from __future__ import annotations

import cv2
import numpy as np
from bench.pictures.place import HEIGHT, WIDTH, Floats, Place

KINDS = ("street", "square", "corridor", "carpark", "gate", "wall", "field")
SODIUM, LED = (1.0, 0.72, 0.38), (0.9, 0.97, 1.0)


class _Canvas:
    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.colour = np.full((HEIGHT, WIDTH, 3), 0.5, np.float32)
        self.distance = np.full((HEIGHT, WIDTH), 300.0, np.float32)
        self.masks = {
            name: np.zeros((HEIGHT, WIDTH), np.float32) for name in ("ground", "sky", "foliage", "windows", "solid")
        }

    def box(self, x: float, y: float, w: float, h: float, colour: object, far: float, *marks: str) -> None:
        """A rectangle that hides what is behind it."""
        area = (slice(max(int(y), 0), max(int(y + h), 0)), slice(max(int(x), 0), max(int(x + w), 0)))
        self.colour[area] = colour
        self.distance[area] = far
        for name, mask in self.masks.items():
            mask[area] = float(name in marks)

    def polygon(self, points: list[tuple[float, float]], colour: object, far: float, *marks: str) -> None:
        """The same for a polygon."""
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.fillPoly(mask, [np.array(points, np.int32)], 1)
        self.where(mask > 0, colour, far, *marks)

    def where(self, at: np.ndarray, colour: object, far: float, *marks: str) -> None:
        """The same for a mask."""
        self.colour[at] = colour
        self.distance[at] = far
        for name, mask in self.masks.items():
            mask[at] = float(name in marks)

    def grain(self, at: np.ndarray, amount: float, size: float) -> None:
        """Texture: gravel, plaster, asphalt."""
        noise = self.rng.normal(0, 1, (int(HEIGHT / size) + 2, int(WIDTH / size) + 2)).astype(np.float32)
        noise = cv2.resize(noise, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        self.colour[at] *= (1 + amount * noise[..., None])[at]

    def tint(self, low: float = 0.25, high: float = 0.8) -> np.ndarray:
        """A wall's colour."""
        base = self.rng.uniform(low, high)
        return np.clip(base + self.rng.normal(0, 0.06, 3), 0.05, 0.95).astype(np.float32)

    def building(self, x: float, base: float, w: float, h: float, far: float) -> None:
        """A block with windows, a cornice and a door."""
        rng, wall = self.rng, self.tint()
        self.box(x, base - h, w, h, wall, far, "solid")
        self.box(x, base - h, w, h * 0.05, wall * 0.55, far, "solid")
        step_x, step_y = rng.uniform(22, 46), rng.uniform(30, 52)
        for top in np.arange(base - h + step_y * 0.6, base - step_y, step_y):
            for left in np.arange(x + step_x * 0.4, x + w - step_x * 0.7, step_x):
                glass = rng.uniform(0.06, 0.3) * np.array((0.9, 1.0, 1.1), np.float32)
                self.box(left - 2, top - 2, step_x * 0.55 + 4, step_y * 0.55 + 4, wall * 0.7, far, "solid")
                self.box(left, top, step_x * 0.55, step_y * 0.55, glass, far, "solid", "windows")
        door = rng.uniform(x, x + w * 0.8)
        self.box(door, base - 46, 26, 46, self.tint(0.1, 0.4), far, "solid")
        if rng.random() < 0.6:
            sign = np.clip(rng.uniform(0, 1, 3), 0.1, 0.9)
            self.box(x + w * 0.2, base - 78, w * 0.5, 16, sign, far, "solid")

    def tree(self, x: float, base: float, size: float, far: float) -> None:
        """Trunk, branches and a crown of leaves."""
        rng = self.rng
        trunk = np.array((0.25, 0.19, 0.13), np.float32)
        self.box(x - size * 0.05, base - size, size * 0.1, size, trunk, far, "solid")
        for _ in range(9):
            angle, length = rng.uniform(-1.2, 1.2), size * rng.uniform(0.35, 0.75)
            end = (x + np.sin(angle) * length, base - size * 0.75 - np.cos(angle) * length)
            mask = np.zeros((HEIGHT, WIDTH), np.uint8)
            cv2.line(mask, (int(x), int(base - size * 0.75)), (int(end[0]), int(end[1])), 1, max(int(size / 40), 1))
            self.where(mask > 0, trunk, far, "solid")
        blobs = np.zeros((HEIGHT, WIDTH), np.uint8)
        for _ in range(60):
            angle, out = rng.uniform(0, 2 * np.pi), size * 0.6 * np.sqrt(rng.random())
            at = (int(x + np.cos(angle) * out), int(base - size * 1.15 + np.sin(angle) * out * 0.8))
            cv2.circle(blobs, at, max(int(size * rng.uniform(0.04, 0.11)), 2), 1, -1)
        leaf = blobs > 0
        shade = rng.uniform(0.5, 1.3, (HEIGHT // 5 + 1, WIDTH // 5 + 1)).astype(np.float32)
        shade = cv2.resize(shade, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
        green = np.array((0.16, 0.28, 0.1), np.float32) * shade[..., None]
        self.where(leaf, green[leaf], far, "foliage", "solid")

    def place(self, lamps: list, road: tuple[int, int] | None, walk: tuple[int, int], indoor: bool) -> Place:
        """What was drawn."""
        return Place(
            np.clip(self.colour, 0.02, 0.98), self.distance, *(self.masks[name] for name in self.masks),
            tuple(lamps), road, walk, indoor,
        )  # fmt: skip


def _sky(canvas: _Canvas, horizon: int) -> None:
    canvas.box(0, 0, WIDTH, horizon, (0.75, 0.82, 0.92), 5000, "sky")
    rng = canvas.rng
    if rng.random() < 0.7:
        points = [(x, horizon - rng.uniform(20, 160)) for x in np.linspace(0, WIDTH, 9)]
        canvas.polygon([(0, horizon), *points, (WIDTH, horizon)], canvas.tint(0.3, 0.5), 2500.0)


def _ground(canvas: _Canvas, horizon: int, colour: float, grain: float) -> None:
    canvas.box(0, horizon, WIDTH, HEIGHT - horizon, colour, 50, "ground")
    rows = np.arange(horizon, HEIGHT)
    far = 6.0 / np.tan(np.clip((rows - horizon + 12) / 900, 0.01, None))
    canvas.distance[horizon:] = np.clip(far, 4, 400)[:, None]
    canvas.grain(canvas.masks["ground"] > 0, grain, 2.0)
    canvas.grain(canvas.masks["ground"] > 0, grain * 1.3, 24.0)


def _poles(canvas: _Canvas, base: int, far: float, sodium: bool) -> list:
    lamps = []
    for x in np.arange(canvas.rng.uniform(60, 220), WIDTH, canvas.rng.uniform(260, 380)):
        high = canvas.rng.uniform(150, 240)
        canvas.box(x, base - high, 5, high, (0.35, 0.36, 0.38), far, "solid")
        canvas.box(x - 16, base - high, 34, 5, (0.4, 0.4, 0.42), far, "solid")
        lamps.append((float(x), float(base - high + 6), 230.0, SODIUM if sodium else LED))
    return lamps


def street(rng: np.random.Generator) -> Place:
    """Houses along a road."""
    canvas, horizon = _Canvas(rng), int(rng.uniform(270, 330))
    _sky(canvas, horizon)
    _ground(canvas, horizon, rng.uniform(0.28, 0.42), 0.05)
    base = horizon + int(rng.uniform(50, 90))
    x = -40.0
    while x < WIDTH:
        wide = rng.uniform(110, 230)
        canvas.building(x, base, wide - 6, rng.uniform(130, 330), rng.uniform(35, 90))
        x += wide
    road = (base + int(rng.uniform(40, 70)), HEIGHT - int(rng.uniform(60, 160)))
    canvas.box(0, base, WIDTH, road[0] - base, 0.5, 30, "ground")
    canvas.grain(canvas.masks["ground"] > 0, 0.04, 3.0)
    for y in (road[0], road[1]):
        canvas.box(0, y, WIDTH, 4, (0.68, 0.67, 0.64), 25, "ground")
    middle = (road[0] + road[1]) // 2
    for dash in np.arange(0, WIDTH, 90):
        canvas.box(dash, middle, 46, 5, (0.8, 0.8, 0.76), 22, "ground")
    crossing = rng.uniform(200, 900)
    for bar in range(7):
        canvas.box(crossing + bar * 22, road[0] + 6, 12, road[1] - road[0] - 10, (0.78, 0.78, 0.75), 20, "ground")
    for _ in range(rng.integers(2, 5)):
        canvas.tree(rng.uniform(40, WIDTH - 40), base + 24, rng.uniform(70, 130), 28.0)
    lamps = _poles(canvas, base + 30, 26.0, rng.random() < 0.5)
    return canvas.place(lamps, road, (base + 4, road[0] - 4), False)


def square(rng: np.random.Generator) -> Place:
    """Paved ground before a large building."""
    canvas, horizon = _Canvas(rng), int(rng.uniform(240, 300))
    _sky(canvas, horizon)
    _ground(canvas, horizon, rng.uniform(0.4, 0.6), 0.04)
    tile = rng.uniform(30, 60)
    for row in np.geomspace(horizon + 20, HEIGHT + 40, 18):
        canvas.box(0, row, WIDTH, 2, 0.3, 20, "ground")
    for start in np.arange(-900, WIDTH + 900, tile * 2):
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.line(mask, (int(WIDTH / 2 + (start - WIDTH / 2) * 0.3), horizon + 20), (int(start), HEIGHT), 1, 2)
        canvas.where(mask > 0, 0.3, 20.0, "ground")
    for _ in range(4):
        wide = rng.uniform(180, 380)
        canvas.building(rng.uniform(-60, WIDTH - 120), horizon + rng.uniform(16, 40), wide, rng.uniform(120, 230), 80.0)
    for _ in range(rng.integers(1, 4)):
        canvas.tree(rng.uniform(40, WIDTH - 40), horizon + rng.uniform(60, 200), rng.uniform(80, 160), 25.0)
    for _ in range(5):
        x, y = rng.uniform(0, WIDTH), rng.uniform(horizon + 120, HEIGHT - 120)
        canvas.box(x, y, 90, 8, canvas.tint(0.2, 0.4), 15, "solid")
        canvas.box(x + 8, y + 8, 6, 22, 0.2, 15, "solid")
        canvas.box(x + 74, y + 8, 6, 22, 0.2, 15, "solid")
    lamps = _poles(canvas, horizon + 110, 30.0, rng.random() < 0.3)
    return canvas.place(lamps, None, (horizon + 60, HEIGHT - 200), False)


def corridor(rng: np.random.Generator) -> Place:
    """A corridor with doors, notices and ceiling lamps, lit day and night."""
    canvas = _Canvas(rng)
    wall, floor = canvas.tint(0.5, 0.8), rng.uniform(0.3, 0.6)
    canvas.box(0, 0, WIDTH, HEIGHT, wall, 10)
    vx, vy = WIDTH * rng.uniform(0.42, 0.58), HEIGHT * rng.uniform(0.36, 0.46)
    back_w, back_h = rng.uniform(60, 110), rng.uniform(70, 110)
    left, right, top, foot = vx - back_w, vx + back_w, vy - back_h, vy + back_h
    canvas.polygon([(0, HEIGHT), (WIDTH, HEIGHT), (right, foot), (left, foot)], floor, 8.0, "ground")
    canvas.polygon([(0, 0), (WIDTH, 0), (right, top), (left, top)], 0.75, 8.0)
    canvas.grain(canvas.masks["ground"] > 0, 0.05, 3.0)
    canvas.box(left, top, right - left, foot - top, canvas.tint(0.4, 0.7), 25)
    canvas.box(vx - 24, foot - 90, 48, 90, canvas.tint(0.15, 0.4), 25)
    lamps = []
    for near in (0.15, 0.35, 0.6, 0.85):
        scale = near**1.5
        for side, x0, x1 in (("l", left, 0.0), ("r", right, float(WIDTH))):
            if rng.random() < 0.2:
                continue
            x_a, x_b = x0 + (x1 - x0) * scale, x0 + (x1 - x0) * min(scale * 1.35, 1)
            y_a, y_b = foot + (HEIGHT - foot) * scale, foot + (HEIGHT - foot) * min(scale * 1.35, 1)
            h_a, h_b = (back_h * 1.5 + 380 * s for s in (scale, min(scale * 1.35, 1)))
            door = canvas.tint(0.1, 0.45)
            canvas.polygon([(x_a, y_a), (x_b, y_b), (x_b, y_b - h_b), (x_a, y_a - h_a)], door, 6.0)
            note_x = x_a - (x_b - x_a) * 0.45
            canvas.box(
                min(note_x, note_x + 26 * scale), y_a - h_a * 0.8, 8 + 60 * scale, 10 + 44 * scale, canvas.tint(), 6
            )
            del side
        y = top * (1 - scale)
        half = 30 + 260 * scale
        canvas.box(vx - half, y, 2 * half, 4 + 26 * scale, 0.95, 8, "windows")
        lamps.append((float(vx), float(y + 20), 520.0, LED))
        canvas.box(0, foot + (HEIGHT - foot) * scale, WIDTH, 2, floor * 0.8, 8, "ground")
    return canvas.place(lamps, None, (int(foot + 20), HEIGHT - 120), True)


def carpark(rng: np.random.Generator) -> Place:
    """Rows of marked places, some with a car that stays."""
    canvas, horizon = _Canvas(rng), int(rng.uniform(180, 230))
    _sky(canvas, horizon)
    _ground(canvas, horizon, rng.uniform(0.25, 0.4), 0.06)
    for _ in range(3):
        canvas.building(rng.uniform(-60, WIDTH - 100), horizon + 24, rng.uniform(200, 420), rng.uniform(80, 180), 90.0)
    canvas.box(0, horizon + 40, WIDTH, 14, canvas.tint(0.3, 0.5), 60, "solid")
    for y, high in ((horizon + 110, 60), (horizon + 270, 90), (horizon + 450, 110)):
        wide = high * 1.1
        for x in np.arange(rng.uniform(-50, 0), WIDTH, wide):
            canvas.box(x, y - high * 0.5, 3, high, 0.8, 20, "ground")
            if rng.random() < 0.55:
                paint = np.clip(rng.uniform(0.05, 0.85) + rng.normal(0, 0.1, 3), 0.03, 0.95)
                canvas.box(x + wide * 0.14, y - high * 0.35, wide * 0.74, high * 0.62, paint, 20, "solid")
                canvas.box(x + wide * 0.24, y - high * 0.28, wide * 0.54, high * 0.22, 0.12, 20, "solid")
    lamps = _poles(canvas, horizon + 80, 40.0, rng.random() < 0.5)
    for _ in range(2):
        canvas.tree(rng.uniform(40, WIDTH - 40), horizon + 90, rng.uniform(70, 120), 45.0)
    return canvas.place(lamps, (horizon + 170, horizon + 200), (horizon + 150, HEIGHT - 140), False)


def gate(rng: np.random.Generator) -> Place:
    """A gate in a wall, with a lodge and a forecourt."""
    canvas, horizon = _Canvas(rng), int(rng.uniform(220, 270))
    _sky(canvas, horizon)
    _ground(canvas, horizon, rng.uniform(0.35, 0.5), 0.05)
    canvas.building(rng.uniform(0, 200), horizon + 26, rng.uniform(380, 560), rng.uniform(150, 250), 70.0)
    canvas.building(rng.uniform(650, 800), horizon + 26, rng.uniform(280, 420), rng.uniform(120, 220), 80.0)
    base = horizon + int(rng.uniform(90, 140))
    middle, half = WIDTH / 2 + rng.uniform(-90, 90), rng.uniform(110, 170)
    brick = canvas.tint(0.25, 0.45)
    for x0, x1 in ((0.0, middle - half), (middle + half, float(WIDTH))):
        canvas.box(x0, base - 70, x1 - x0, 70, brick, 30, "solid")
        canvas.box(x0, base - 76, x1 - x0, 6, brick * 1.3, 30, "solid")
        for x in np.arange(x0, x1, 56):
            canvas.box(x, base - 84, 14, 84, brick * 0.8, 30, "solid")
    for x in np.arange(middle - half, middle + half, 13):
        canvas.box(x, base - 62, 4, 62, (0.2, 0.22, 0.24), 30, "solid")
    canvas.box(middle - half, base - 118, 2 * half, 32, (0.62, 0.16, 0.12), 30, "solid")
    for x in np.arange(middle - half + 14, middle + half - 24, 30):
        canvas.box(x, base - 112, 18, 20, (0.85, 0.72, 0.3), 30, "solid")
    canvas.building(middle + half + 10, base + 16, 120, 110, 26.0)
    for x in np.arange(rng.uniform(0, 80), WIDTH, 118):
        canvas.box(x, base + 100, 10, 34, (0.75, 0.7, 0.15), 18, "solid")
    canvas.box(0, base + 190, WIDTH, 6, (0.75, 0.74, 0.7), 14, "ground")
    for _ in range(3):
        canvas.tree(rng.uniform(40, WIDTH - 40), base + 20, rng.uniform(80, 150), 24.0)
    lamps = _poles(canvas, base + 40, 24.0, rng.random() < 0.5)
    return canvas.place(lamps, (base + 200, base + 330), (base + 30, base + 180), False)


def wall(rng: np.random.Generator) -> Place:
    """A rendered wall with a door, a downpipe and a kerb: little to hold on to, and all of it faint."""
    canvas, foot = _Canvas(rng), int(rng.uniform(480, 560))
    plaster = canvas.tint(0.45, 0.75)
    canvas.box(0, 0, WIDTH, foot, plaster, 14, "solid")
    canvas.grain(canvas.masks["solid"] > 0, 0.012, 3.0)
    canvas.grain(canvas.masks["solid"] > 0, 0.03, 60.0)
    _ground(canvas, foot, rng.uniform(0.35, 0.5), 0.03)
    canvas.box(0, foot - 60, WIDTH, 60, plaster * 0.86, 14, "solid")
    for x in (rng.uniform(180, 420), rng.uniform(700, 1000)):
        canvas.box(x, foot - 210, 96, 210, canvas.tint(0.2, 0.5), 14, "solid")
        canvas.box(x + 74, foot - 110, 8, 8, 0.7, 14, "solid")
    for x in rng.uniform(40, WIDTH - 40, 3):
        canvas.box(x, 0, 9, foot, plaster * rng.uniform(0.7, 0.9), 14, "solid")
    for y in np.arange(120, foot - 80, 130):
        canvas.box(0, y, WIDTH, 2, plaster * 0.9, 14, "solid")
    canvas.box(0, foot + 60, WIDTH, 9, 0.6, 12, "ground")
    x, y = rng.uniform(500, 640), rng.uniform(170, 260)
    canvas.box(x, y, 120, 90, plaster * 0.8, 14, "solid")
    canvas.box(x + 5, y + 5, 110, 80, 0.14, 14, "solid", "windows")
    lamps = [(float(x), 90.0, 260.0, SODIUM if rng.random() < 0.5 else LED) for x in (330.0, 950.0)]
    return canvas.place(lamps, None, (foot + 20, HEIGHT - 90), False)


def field(rng: np.random.Generator) -> Place:
    """Open ground behind a fence, a bank of reservoir: sky, grass, a line of posts."""
    canvas, horizon = _Canvas(rng), int(rng.uniform(300, 360))
    _sky(canvas, horizon)
    _ground(canvas, horizon, rng.uniform(0.2, 0.35), 0.07)
    grass = canvas.masks["ground"] > 0
    canvas.colour[grass] *= np.array((0.85, 1.1, 0.6), np.float32)
    canvas.masks["foliage"][grass] = 0.4
    bank = horizon + rng.uniform(30, 60)
    canvas.polygon(
        [(0, bank), (WIDTH, bank + rng.uniform(-14, 14)), (WIDTH, bank + 46), (0, bank + 40)], 0.55, 60.0, "ground"
    )
    canvas.building(rng.uniform(100, 900), horizon + 20, rng.uniform(90, 160), rng.uniform(50, 80), 140.0)
    step = rng.uniform(70, 110)
    for x in np.arange(rng.uniform(0, step), WIDTH, step):
        canvas.box(x, bank + 90, 6, 150, 0.5, 16, "solid")
    for y in (100, 150, 200):
        canvas.box(0, bank + y, WIDTH, 2, 0.45, 16, "solid")
    for _ in range(rng.integers(1, 4)):
        canvas.tree(rng.uniform(40, WIDTH - 40), horizon + 26, rng.uniform(50, 90), 80.0)
    lamps = _poles(canvas, int(bank) + 80, 20.0, rng.random() < 0.5)[:2]
    return canvas.place(lamps, None, (int(bank) + 40, HEIGHT - 140), False)


def draw(kind: str, seed: int) -> Place:
    """The place of `kind` and `seed`."""
    # str hashes differ from run to run; the place must not.
    return globals()[kind](np.random.default_rng((KINDS.index(kind), seed)))


__all__ = ["KINDS", "Floats", "draw"]
