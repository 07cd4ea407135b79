"""Codes of devices, channels, regions and platforms as bodies carry them: text, never numbers (leading digits matter).

The standard's is 20 decimal digits (Annex D), a region's 2, 4, 6 or 8. Real fleets hold others, and a device is never refused because of
its code: what is checked is that it can stand in a SIP address and in XML as it is.
"""

from __future__ import annotations

import re

from custodes.gb28181.badbody import BadBody

_CODE = re.compile(r"[0-9A-Za-z._-]{1,64}")
_STANDARD = re.compile(r"[0-9]{20}")
_REGION = re.compile(r"(?:[0-9]{2}){1,4}")


def checked(text: str, field: str = "DeviceID") -> str:
    """The code without blanks around it.

    Raises:
        BadBody: empty, longer than 64 characters, or with others than letters, digits, dot, dash and underscore.
    """
    code = text.strip()
    if not _CODE.fullmatch(code):
        raise BadBody(field, "is no code", "give 20 digits (GB/T 28181 Annex D), for a region 2, 4, 6 or 8")
    return code


def is_standard(code: str) -> bool:
    """Whether it is 20 digits."""
    return _STANDARD.fullmatch(code) is not None


def is_region(code: str) -> bool:
    """Whether it is the code of an administrative region."""
    return _REGION.fullmatch(code) is not None


def type_of(code: str) -> int | None:
    """Digits 11 to 13 of a 20-digit code (200 a platform, 131 a camera); None for any other."""
    return int(code[10:13]) if is_standard(code) else None
