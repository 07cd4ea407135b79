"""IDs for devices: 20 digits of the division, the kind and the next number that is free (GB/T 28181-2016 Annex D.1)."""

from __future__ import annotations

from typing import Any

from django.db.models import Max

from custodes.gb28181 import ids
from custodes.gb28181.id_kinds import PROVINCES, TYPES
from custodes.gb28181.refused import Refused
from custodes.people.said import said
from custodes.places.models import GbDevice, Network, System

KINDS = (132, 118, 111, 130, 113, 122, 200)
"""Types that are entered, the commonest first."""

_INSIDE_A_UNIT = 2
_NETWORKS = {Network.VIDEO: 0, Network.LOCAL: 8, Network.INTERNET: 7, Network.ISOLATED: 0}


def kinds() -> list[tuple[str, Any]]:
    """To choose from: code and what it is called, in the language of the page."""
    return [(str(code), said(TYPES[code].zh, TYPES[code].en)) for code in KINDS]


def next_id(system: System, kind: int) -> str:
    """The next free ID of this kind at the system's division; empty where its division has no code of GB/T 2260.

    Args:
        kind: type code, digits 11 to 13.
    """
    code = system.site.division.code
    centre = code[:8] if len(code) >= 8 else code[:6]
    if not ids.is_digits(centre) or len(centre) not in (6, 8) or centre[:2] not in PROVINCES:
        return ""
    try:
        start = ids.make(centre, _INSIDE_A_UNIT, kind, _NETWORKS[Network(system.network)], 1).text
    except Refused:
        return ""
    # Those that were retired keep their number: what stands in records of one is not to be read of another.
    # Only digits count: an ID that a person entered as an odd one sorts behind them all.
    taken = GbDevice.objects.filter(gb_id__startswith=start[:14], gb_id__regex=r"^[0-9]{20}$")
    last = taken.aggregate(last=Max("gb_id"))["last"]
    serial = int(last[14:20]) + 1 if last and ids.is_standard(last) else 1
    return f"{start[:14]}{serial:06}" if serial <= 999_999 else ""
