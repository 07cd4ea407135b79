"""The strip along the top of a simulated picture: the frame's number in black and white blocks.

32 blocks side by side over the whole width, the top 1/18 of the height. From the left: white, black; 8 bits camera
number; 16 bits frame number; 4 check bits; black, white. White is 1, the most significant bit first. The check is the
exclusive or of the six data nibbles and 1010. To read it, take the mean brightness in the middle of each block and
compare it with the mean of the four marker blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

BLOCKS = 32
ROWS = 18
"""The strip's height is the picture's divided by this."""
_CHECK = 0b1010


def blocks(camera: int, frame: int) -> tuple[int, ...]:
    """The strip's 32 blocks, 1 for white; `camera` 0–255, `frame` 0–65535."""
    data = (camera & 0xFF) << 16 | frame & 0xFFFF
    bits = [data >> shift & 1 for shift in range(23, -1, -1)]
    check = _check(data)
    return (1, 0, *bits, *(check >> shift & 1 for shift in range(3, -1, -1)), 0, 1)


def read(brightness: Sequence[float]) -> tuple[int, int] | None:
    """Camera and frame number out of the blocks' brightness; None when it is no strip or does not check."""
    if len(brightness) != BLOCKS:
        return None
    white = (brightness[0] + brightness[-1]) / 2
    black = (brightness[1] + brightness[-2]) / 2
    if white - black < 40:
        return None
    middle = (white + black) / 2
    bits = [int(value > middle) for value in brightness]
    if bits[:2] != [1, 0] or bits[-2:] != [0, 1]:
        return None
    value = int("".join(map(str, bits[2:-2])), 2)
    data, check = value >> 4, value & 15
    return (data >> 16, data & 0xFFFF) if _check(data) == check else None


def sample(width: int, height: int, luma_at: Callable[[int, int], float]) -> list[float]:
    """Brightness of the 32 blocks of a picture; `luma_at(x, y)` gives a pixel's."""
    y = height // ROWS // 2
    out = []
    for index in range(BLOCKS):
        x = (2 * index + 1) * width // (2 * BLOCKS)
        out.append(sum(luma_at(x + dx, y + dy) for dx in (-2, 0, 2) for dy in (-2, 0, 2)) / 9)
    return out


def _check(data: int) -> int:
    nibbles = 0
    for shift in range(0, 24, 4):
        nibbles ^= data >> shift & 15
    return nibbles ^ _CHECK
