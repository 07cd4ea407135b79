"""Every kind of alarm there is, as data."""

from __future__ import annotations

from collections.abc import Mapping

from custodes.upkeep.alarms.kinds import cameras, machines, people, trust
from custodes.upkeep.alarms.kinds.kind import AlarmKind, AlarmReach

KINDS: Mapping[str, AlarmKind] = {
    kind.key: kind for kind in (*cameras.KINDS, *machines.KINDS, *people.KINDS, *trust.KINDS)
}

__all__ = ["KINDS", "AlarmKind", "AlarmReach"]
