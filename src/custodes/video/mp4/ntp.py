"""64-bit NTP timestamps (RFC 5905 §6), as `prft` and RTCP carry them, and microseconds since the Unix epoch."""

from __future__ import annotations

_EPOCH_SECONDS = 2_208_988_800
"""Seconds from 1900-01-01 to 1970-01-01."""
_ERA = 1 << 64
_HALF = 1 << 63


def ntp_from_us(wall_us: int) -> int:
    """The timestamp of a moment; the era (since 2036: 1) is dropped as in RFC 5905 §6."""
    seconds, micros = divmod(wall_us, 1_000_000)
    return (((seconds + _EPOCH_SECONDS) << 32) + ((micros << 32) + 500_000) // 1_000_000) % _ERA


def us_from_ntp(ntp: int) -> int:
    """The moment of a timestamp between 1968 and 2104: what is in the lower half of the range belongs to era 1."""
    if ntp < _HALF:
        ntp += _ERA
    seconds, fraction = ntp >> 32, ntp & 0xFFFF_FFFF
    return (seconds - _EPOCH_SECONDS) * 1_000_000 + (fraction * 1_000_000 + (1 << 31) >> 32)
