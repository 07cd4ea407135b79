"""Profile, tier and level of H.265 (ITU-T H.265 §7.3.3)."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.video.codec.bits import BitReader


@dataclass(frozen=True, slots=True)
class Profile:
    """The general part of profile_tier_level.

    Attributes:
        space, high_tier, number: general_profile_space, general_tier_flag, general_profile_idc.
        compatibility: the 32 general_profile_compatibility flags, flag 0 the most significant bit.
        constraints: the 6 bytes behind them.
        level: general_level_idc, 30 times the level.
    """

    space: int
    high_tier: bool
    number: int
    compatibility: int
    constraints: bytes
    level: int


def read_profile(bits: BitReader, sub_layers: int) -> Profile:
    """Read profile_tier_level with its general part, and skip the `sub_layers` - 1 sub-layers' own."""
    space, high_tier, number = bits.u(2), bits.flag(), bits.u(5)
    compatibility = bits.u(32)
    constraints = bits.u(48).to_bytes(6, "big")
    level = bits.u(8)
    present = [(bits.flag(), bits.flag()) for _ in range(sub_layers - 1)]
    if sub_layers > 1:
        bits.u(2 * (8 - (sub_layers - 1)))
    for has_profile, has_level in present:
        if has_profile:
            bits.u(88)
        if has_level:
            bits.u(8)
    return Profile(space, high_tier, number, compatibility, constraints, level)
