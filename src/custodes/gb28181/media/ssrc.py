"""The ten digits of `y=` and the SSRC that they are (GB/T 28181-2016 Annex F note 4)."""

from __future__ import annotations

LARGEST = 0xFFFFFFFF


class BadSsrc(ValueError):
    """An SSRC can't be made of this; the message says why."""


def make(server_id: str, serial: int, *, history: bool) -> int:
    """The SSRC of a stream that the platform `server_id` (20 digits) asks for.

    Args:
        serial: 0 to 9999, unique in the platform's domain for live and for history apart.
        history: playback or download instead of live.

    Raises:
        BadSsrc: `server_id` has no eight digits, or `serial` does not fit.
    """
    domain = server_id[3:8]
    if len(domain) != 5 or not (domain.isascii() and domain.isdigit()):
        raise BadSsrc(f"the platform's id must begin with eight digits to make an SSRC of; it is {server_id!r}")
    if not 0 <= serial <= 9999:
        raise BadSsrc(f"the serial of an SSRC has four digits; it is {serial}")
    return int(f"{int(history)}{domain}{serial:04}")


def text(ssrc: int) -> str:
    """As `y=` has it: exactly ten digits, zeros in front (Hikvision ignores anything shorter)."""
    return f"{ssrc:010}"


def read(value: str) -> int | None:
    """The SSRC that somebody's `y=` names; None when it names none (missing, not digits, beyond 32 bits)."""
    digits = value.strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 20:
        return None
    number = int(digits)
    return number if number <= LARGEST else None
