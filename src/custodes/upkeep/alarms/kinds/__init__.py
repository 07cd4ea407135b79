"""Every kind of alarm there is, as data."""

from __future__ import annotations

from collections.abc import Mapping

from custodes.upkeep.alarms.kinds import cameras, machines, trust
from custodes.upkeep.alarms.kinds.kind import Kind, Reach

KINDS: Mapping[str, Kind] = {kind.key: kind for kind in (*cameras.KINDS, *machines.KINDS, *trust.KINDS)}

__all__ = ["KINDS", "Kind", "Reach"]
