"""How large a message may be. What is larger is refused before it is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SipLimits:
    """Largest sizes in octets and counts; the defaults hold any message that a device was seen to send, many times over.

    Attributes:
        head: start line and header fields.
        body: what follows; a datagram can't be longer than 65,535 anyway.
        fields: number of header fields.
        garbage: octets of a connection that may be skipped in search of a message before it is closed.
    """

    head: int = 16 * 1024
    body: int = 256 * 1024
    fields: int = 100
    garbage: int = 64 * 1024


LIMITS = SipLimits()
