"""Volumes: how long they last, and whether they are what they should be; a node's shortage is `conditions/shortage.py`'s.

A node says of each volume a state in words (wire.md §2): `ok`, or why it is not written to. Which kind of alarm a state
is stands in `state_kind`; a state that it does not know is an alarm all the same, with the node's own words.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from custodes.settings import Settings, get_settings
from custodes.upkeep.alarms.condition import CameraSince, Condition, ConditionSource, Fact
from custodes.upkeep.alarms.kinds import AlarmKind
from custodes.upkeep.alarms.kinds.machines import (
    VOLUME_ABSENT,
    VOLUME_BRAKED,
    VOLUME_BROKEN,
    VOLUME_FAILED,
    VOLUME_SOON_FULL,
    VOLUME_UNDER_FLOOR,
)
from custodes.upkeep.health import VolumeForecast, forecasts
from custodes.upkeep.models.status import STALE
from custodes.video.archive.forecast import BRAKED

SOON_DAYS = 2.0
KINDS = (VOLUME_FAILED, VOLUME_ABSENT, VOLUME_BROKEN, VOLUME_UNDER_FLOOR, VOLUME_SOON_FULL, VOLUME_BRAKED)

_DECIDED = ("draining", "retired", "replaced")
"""Nothing is written to these any more, so that how long they would last means nothing."""
_AWAY = ("missing", "wrong")
_ABSENT_WORDS = ("is another volume", "has no ", "holds files", "can't be read", "can't be used", "has format")
"""How a node says that a volume is not there or is not the one (video/archive/volume.py). Its words begin with the path
and are cut at 40 characters: what a long path leaves of them may only be enough for *not written to*."""


def state_kind(state: str) -> AlarmKind | None:
    """Which alarm a volume's state is; None for states that nobody has to act on."""
    if state in {"ok", "draining", "retired", "replaced"}:
        return None
    if state == BRAKED:
        return VOLUME_BRAKED
    if any(word in state for word in _ABSENT_WORDS):
        return VOLUME_ABSENT
    return VOLUME_FAILED


def floor_days(settings: Settings) -> float:
    """How many days of footage a volume must hold (S32); a training installation may keep less."""
    return settings.training_retention_minutes / 1440 if settings.training else float(settings.retention_days)


def look(now: datetime) -> Iterator[Condition]:
    """What is so. Volumes of which nobody reports any more are told by their node's alarm."""
    settings = get_settings()
    for volume in forecasts(settings.volume_cap_bytes > 0):
        if now - volume.at <= STALE:
            yield from _of(volume, floor_days(settings))


def _of(volume: VolumeForecast, floor: float) -> Iterator[Condition]:
    name = f"{volume.node.name}/{volume.name}"
    facts: dict[str, Fact] = {
        "free": volume.free,
        "used": volume.used,
        "days_left": _to_minutes(volume.days_left),
        "days_held": _to_minutes(volume.days_held),
        "floor_days": _to_minutes(floor),
    }
    said = set()
    for state in volume.states:
        # A node that says how its volumes stand is not judged by words that may be cut.
        kind = VOLUME_ABSENT if volume.stands in _AWAY and state_kind(state) else state_kind(state)
        if kind is not None and kind.key not in said:
            said.add(kind.key)
            yield Condition(kind, f"volume:{name}", name, volume.at, facts | {"state": state})
    if VOLUME_FAILED.key in said or VOLUME_ABSENT.key in said:
        return
    if volume.failing_since is not None:
        cameras = tuple(CameraSince(camera, volume.failing_since) for camera in volume.turned_away)
        told: dict[str, Fact] = {
            "count": len(cameras),
            "path": volume.path,
            "error": "; ".join(volume.failing_with),
            "failing_since": volume.failing_since.isoformat(),
        }
        yield Condition(VOLUME_BROKEN, f"volume:{name}", name, volume.failing_since, facts | told, cameras)
    if volume.stands in _DECIDED:
        return
    if volume.under_floor(floor):
        # A volume that holds the retention period deletes what is due and never fills; one that can't, will.
        soon = volume.days_left is not None and volume.days_left < min(SOON_DAYS, floor)
        kind = VOLUME_SOON_FULL if soon else VOLUME_UNDER_FLOOR
        yield Condition(kind, f"volume:{name}", name, volume.at, facts)


def _to_minutes(days: float | None) -> float | None:
    """As fine as the words that are made of it: a day or two in hours, an hour or two in minutes."""
    return None if days is None else round(days * 1440) / 1440


SOURCE = ConditionSource("volumes", KINDS, look)
