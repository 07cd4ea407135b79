"""The sources of this room, in the order in which they are asked, and the process's watch over them."""

from __future__ import annotations

from custodes.upkeep.alarms.conditions import (
    backup,
    cameras,
    delivery,
    devices,
    gaps,
    keys,
    nodes,
    notary,
    prohibited,
    shortage,
    volumes,
)
from custodes.upkeep.alarms.evaluating import Watch

SOURCES = (
    nodes.SOURCE,
    cameras.SOURCE,
    volumes.SOURCE,
    shortage.SOURCE,
    devices.PICTURES,
    devices.DEVICES,
    prohibited.SOURCE,
    notary.SOURCE,
    notary.RECORDS,
    notary.CHECKPOINT,
    gaps.SOURCE,
    keys.SOURCE,
    backup.SOURCE,
    delivery.UNDELIVERED_SOURCE,
    delivery.NOBODY_SOURCE,
)

WATCH = Watch(SOURCES)
"""The web process's own; `oversight` adds the reconciliation of looks and grants."""
