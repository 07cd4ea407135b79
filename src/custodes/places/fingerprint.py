"""A certificate's fingerprint as people compare it: SHA-256 in groups of four hex digits."""

from __future__ import annotations


def grouped(fingerprint: str) -> str:
    """`fingerprint` (64 hex digits) in groups, so that the eye finds its place again."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4)).upper()
