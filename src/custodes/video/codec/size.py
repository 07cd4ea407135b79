"""Which picture sizes are believed."""

from __future__ import annotations

from custodes.video.codec.bits import CodecError

LARGEST = 16_384
"""Largest width or height in pixels; H.264 and H.265 levels end near half of it."""


def check_size(width: int, height: int) -> None:
    """Refuse a size that no camera has.

    Raises:
        CodecError: a side is not positive or larger than `LARGEST`.
    """
    if not (0 < width <= LARGEST and 0 < height <= LARGEST):
        raise CodecError(f"it states an impossible picture size ({width}×{height})")
