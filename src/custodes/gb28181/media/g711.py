"""G.711 (ITU-T G.711): one octet a sample, 8,000 a second. From A-law to µ-law and back through the samples that they stand for."""

from __future__ import annotations

from typing import Final

RATE: Final = 8_000
SILENCE: Final = 0xD5
"""The A-law octet of a sample of zero."""
_BIAS: Final = 0x84
_LARGEST: Final = 32_635


def _of_alaw(octet: int) -> int:
    value = octet ^ 0x55
    part, size = value >> 4 & 7, (value & 15) << 4
    size += 8 if not part else 0x108
    size <<= max(0, part - 1)
    return size if value & 0x80 else -size


def _of_ulaw(octet: int) -> int:
    value = ~octet & 0xFF
    size = (((value & 15) << 3) + _BIAS << (value >> 4 & 7)) - _BIAS
    return -size if value & 0x80 else size


_ALAW: Final = [_of_alaw(octet) for octet in range(256)]
_ULAW: Final = [_of_ulaw(octet) for octet in range(256)]


def _table(source: list[int], target: list[int]) -> bytes:
    return bytes(min(range(256), key=lambda octet: (abs(target[octet] - sample), octet)) for sample in source)


TO_ULAW: Final = _table(_ALAW, _ULAW)
"""`bytes.translate` with it makes µ-law of A-law."""
TO_ALAW: Final = _table(_ULAW, _ALAW)
"""And A-law of µ-law."""


def samples_of(alaw: bytes) -> list[int]:
    """The samples, 16 bits each."""
    return [_ALAW[octet] for octet in alaw]


def alaw_of(samples: list[int]) -> bytes:
    """The nearest A-law octets of samples of 16 bits, for tests and tools."""
    return bytes(_octet(sample) for sample in samples)


def _octet(sample: int) -> int:
    size = min(abs(sample), _LARGEST)
    part = max(0, size.bit_length() - 8)
    mantissa = size >> (part + 3 if part else 4) & 15
    return (part << 4 | mantissa | (0x80 if sample >= 0 else 0)) ^ 0x55
