"""One round of the watch: every source that is due is asked, what a maintenance window covers is kept back, and the rest is kept as alarms.
Called by the periodic sweep.

What is kept back is written down (`HeldAlarm`) and shown. It never becomes an alarm while the window runs; if it is still
so afterwards it is raised at once, since it has lasted long enough already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from custodes.places.models import Plan
from custodes.upkeep.alarms.condition import CannotTell, Condition, ConditionSource
from custodes.upkeep.alarms.conditions import (
    backup,
    cameras,
    delivery,
    devices,
    gaps,
    keys,
    nodes,
    notary,
    outofuse,
    people,
    prohibited,
    shortage,
    volumes,
)
from custodes.upkeep.alarms.keeping import WATCH_GAP, PassOutcome, keep
from custodes.upkeep.alarms.kinds import AlarmKind
from custodes.upkeep.alarms.kinds.trust import WATCH_FAILED
from custodes.upkeep.alarms.windows import NO_RECORDING, Windows
from custodes.upkeep.models import HeldAlarm


def hold(
    kinds: Sequence[AlarmKind], conditions: Iterable[Condition], now: datetime, every: timedelta = timedelta(0)
) -> list[Condition]:
    """What is left of a source's conditions once those inside a window are taken out.

    Args:
        kinds: what the source can say.
        conditions: what it says.
        now: the moment of the look.
        every: how often this source is asked, where that is less often than the watch goes round.
    """
    said = list(conditions)
    if not any(kind.planned for kind in kinds):
        return said
    windows = Windows.at(now)
    standing = list(HeldAlarm.objects.filter(kind__in=[kind.key for kind in kinds], gone_at=None, raised_at=None))
    if not windows.by_camera and not standing:
        return said
    with transaction.atomic():
        left, seen = [], set()
        for condition in said:
            plan = windows.holding(condition)
            if plan is None:
                left.append(condition)
            else:
                seen.add(_keep_back(condition, plan, now).pk)
        before = [row for row in standing if row.pk not in seen]
        fresh = now - max(WATCH_GAP, 2 * every)
        left = [_let_go(condition, [row for row in before if row.last_seen >= fresh], now) for condition in left]
        for row in before:
            _miss(row, now)
    return left


def _keep_back(condition: Condition, plan: Plan, now: datetime) -> HeldAlarm:
    kind, subject = condition.identity
    row, made = HeldAlarm.objects.get_or_create(
        plan=plan,
        kind=kind,
        subject=subject,
        defaults={
            "name": condition.name[:200],
            "camera_id": condition.cameras[0].camera if len(condition.cameras) == 1 else None,
            "first_seen": now,
            "last_seen": now,
        },
    )
    if not made and (row.gone_at is not None or now - row.last_seen > WATCH_GAP):
        row.gone_at, row.first_seen = None, now
    if row.ripe_at is None and now - row.first_seen >= condition.kind.lasting:
        row.ripe_at = now
    row.last_seen = now
    row.save(update_fields=["gone_at", "first_seen", "ripe_at", "last_seen"])
    return row


def _let_go(condition: Condition, before: list[HeldAlarm], now: datetime) -> Condition:
    """A condition that no window covers any more: it has lasted already if a window kept it back until now."""
    cameras = {one.camera for one in condition.cameras}
    ripe = [row for row in before if row.ripe_at is not None and _is_about(row, condition, cameras)]
    for row in ripe:
        row.raised_at = now
        row.save(update_fields=["raised_at"])
    return replace(condition, ripe=True) if ripe else condition


def _is_about(row: HeldAlarm, condition: Condition, cameras: set[UUID]) -> bool:
    kind = condition.kind.key
    same_kind = row.kind == kind or (row.kind in NO_RECORDING and kind in NO_RECORDING)
    return same_kind and (row.camera_id in cameras if row.camera_id else row.subject == condition.subject)


def _miss(row: HeldAlarm, now: datetime) -> None:
    """Its cause is gone. What never lasted long enough would have been no alarm, and is forgotten."""
    if row.raised_at is not None:
        return
    if row.ripe_at is None:
        row.delete()
        return
    row.gone_at = now
    row.save(update_fields=["gone_at"])


log = structlog.get_logger("custodes.upkeep.alarms")


class SourceWatch:
    """The sources and when each was asked last. One for the process; a test makes its own."""

    def __init__(self, sources: Sequence[ConditionSource]) -> None:
        self.sources = list(sources)
        self._asked: dict[str, datetime] = {}
        self._failed: dict[str, datetime] = {}

    def add(self, source: ConditionSource) -> None:
        """Another source; rooms to the right of this one bring theirs when they are ready."""
        if source.name not in {each.name for each in self.sources}:
            self.sources.append(source)

    def round(self, now: datetime) -> PassOutcome:
        """Ask and keep. A source that fails clears nothing, holds up no other, and becomes an alarm itself."""
        done = PassOutcome()
        for source in self.sources:
            asked = self._asked.get(source.name)
            if asked is not None and timedelta(0) <= now - asked < source.every:
                continue
            self._asked[source.name] = now
            try:
                left = hold(source.kinds, source.look(now), now, source.every)
                kept = keep(source.kinds, left, now, source.every)
            except CannotTell:
                self._asked.pop(source.name)
                continue
            except Exception:
                self._asked.pop(source.name)
                log.exception("alarms.source_failed", source=source.name)
                self._failed.setdefault(source.name, now)
                continue
            self._failed.pop(source.name, None)
            done.raised += kept.raised
            done.cleared += kept.cleared
        own = keep((WATCH_FAILED,), self._failures(), now)
        done.raised += own.raised
        done.cleared += own.cleared
        if done.raised or done.cleared:
            log.info("alarms.round", raised=len(done.raised), cleared=len(done.cleared))
        return done

    def _failures(self) -> list[Condition]:
        return [Condition(WATCH_FAILED, f"source:{name}", name, since) for name, since in sorted(self._failed.items())]


SOURCES = (
    nodes.SOURCE,
    cameras.SOURCE,
    volumes.SOURCE,
    shortage.SOURCE,
    devices.PICTURES,
    devices.DEVICES,
    devices.TIMES,
    prohibited.SOURCE,
    outofuse.SOURCE,
    notary.SOURCE,
    notary.RECORDS,
    notary.CHECKPOINT,
    notary.COPIES,
    gaps.SOURCE,
    keys.SOURCE,
    backup.SOURCE,
    people.SOURCE,
    people.ENTRUSTED,
    people.ALONE,
    delivery.UNDELIVERED_SOURCE,
    delivery.NOBODY_SOURCE,
)

WATCH = SourceWatch(SOURCES)
"""The web process's own; `oversight` adds the reconciliation of looks and grants."""
