"""Which pictures a reviewer looks at besides the tracks: one out of each stretch of the film, drawn from the hash of the source.

Nobody chooses them, everybody finds the same ones, and they stay the same however often the copy is written anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

LEAST, MOST = 12, 120
EVERY = 2 * 90_000
"""Ticks: one sample for so much film, within the bounds."""


def samples_of(times: Sequence[int], source: str) -> tuple[int, ...]:
    """Ticks of the samples, rising; the first and the last picture are among them. Of a short film all pictures.

    Args:
        times: of all pictures, rising.
        source: SHA-256 of the film, hex.
    """
    if len(times) <= LEAST:
        return tuple(times)
    count = min(max((times[-1] - times[0]) // EVERY, LEAST), MOST, len(times))
    inner = count - 2
    first, last = 1, len(times) - 1
    found = {times[0], times[-1]}
    for stretch in range(inner):
        begin = first + (last - first) * stretch // inner
        end = max(begin + 1, first + (last - first) * (stretch + 1) // inner)
        drawn = int.from_bytes(hashlib.sha256(f"{source}:{stretch}".encode()).digest()[:8], "big")
        found.add(times[begin + drawn % (end - begin)])
    return tuple(sorted(found))
