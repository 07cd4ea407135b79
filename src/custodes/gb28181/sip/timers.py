"""Timers of RFC 3261 §17, in seconds."""

from __future__ import annotations

T1 = 0.5
"""Seconds of a round trip (RFC 3261 §17.1.1.1)."""
T2 = 4.0
"""Longest pause between retransmissions of what is no INVITE, and of responses to INVITE."""
T4 = 5.0
"""Seconds that a message stays in the network."""
GIVE_UP = 64 * T1
"""Timers B, F, H, J, L, M: 32 s."""

NEVER = float("inf")
"""The moment of what is not due."""
