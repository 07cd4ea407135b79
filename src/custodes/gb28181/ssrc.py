"""The ten digits of ``y=`` and the SSRC that they are (GB/T 28181-2016 §9.2.2, Annex F note 4). Who gives them out: `ssrc_pool.py`."""

from __future__ import annotations

_LONGEST = 20
"""Digits that are looked at: devices write fewer than ten, and more."""


def ssrc_of(text: str) -> int | None:
    """The number on the wire of what a peer wrote in ``y=``; shortened and lengthened ones are taken, None for what is no number of 32 bits.

    0 is what devices send that do not care: None too.
    """
    text = text.strip()
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST:
        return None
    number = int(text)
    return number if 0 < number < 2**32 else None


def written(number: int) -> str:
    """Ten digits, zeros in front: a device ignores the call otherwise."""
    return f"{number:010d}"
