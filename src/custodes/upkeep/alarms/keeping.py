"""Keeps alarms: raises what lasts, sees it again, holds down what flaps, clears what is over.

One pass takes what one source says at one moment. All that a pass changes is one transaction: an alarm, its steps and
their records stand or fall together, and a crash before it only means that the next pass does the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from custodes.upkeep.alarms import steps
from custodes.upkeep.alarms.condition import Condition
from custodes.upkeep.alarms.kinds import KINDS, AlarmKind
from custodes.upkeep.models import Alarm, AlarmCamera, AlarmEvent, AlarmState, AlarmStep

WATCH_GAP = timedelta(seconds=60)
"""After so long without a look, a cause that waits begins to last anew: nobody can say that it went on meanwhile."""

UNSTEADY_WINDOW = timedelta(hours=1)
UNSTEADY_AFTER = 3
"""So many comings of one cause within the window make one unsteady alarm."""

UNSTEADY_SETTLES = timedelta(minutes=30)
"""An unsteady alarm is over only when its cause stayed away for so long."""

FALSE_FOR = timedelta(days=1)
"""So long a false alarm is not asked about again while its cause stands: the next day somebody looks again."""

WORSE = 1.5
"""A cause whose measure is so many times what was found false is another thing than what a person looked at."""

WORSE_POINTS = 5.0
"""Of a share in percent, half of what was left of it is as much worse, and that by so many points at least."""

WAITING_SETTLES = timedelta(seconds=45)
"""A cause that has not been raised yet is forgotten when it stays away for so long: three looks."""


@dataclass
class PassOutcome:
    """What a pass did, by the alarms' titles' kinds and subjects."""

    raised: list[Alarm] = field(default_factory=list)
    cleared: list[Alarm] = field(default_factory=list)


def keep(
    kinds: Sequence[AlarmKind], conditions: Iterable[Condition], now: datetime, every: timedelta = timedelta(0)
) -> PassOutcome:
    """One pass.

    Args:
        kinds: what the source can say; alarms of other kinds are left alone.
        conditions: what it says.
        now: the moment of the look.
        every: how often this source is asked, where that is less often than the watch goes round.
    """
    gap = max(WATCH_GAP, 2 * every)
    said = {condition.identity: condition for condition in conditions}
    kept = PassOutcome()
    with transaction.atomic():
        alarms, false = _running(kinds), _found_false(kinds)
        seen = []
        for identity, condition in said.items():
            alarm, found_false = alarms.pop(identity, None), false.pop(identity, None)
            if found_false is not None and not _asks_again(found_false, condition, now):
                _see_false(found_false)
                if alarm is not None:
                    _miss(alarm, now, kept)  # it was worse for a moment
                continue
            if alarm is None:
                alarm = _begin(condition, now)
            if alarm is not None:
                _see(alarm, condition, now, gap, kept)
                seen.append(alarm.pk)
                if found_false is not None and alarm.state == AlarmState.OPEN:
                    found_false.still_seen = False
                    found_false.save(update_fields=["still_seen"])
        for alarm in alarms.values():
            _miss(alarm, now, kept)
        for alarm in false.values():
            _miss_false(alarm, now)
        if seen:
            Alarm.objects.filter(pk__in=seen).update(last_seen=now)
    return kept


def _running(kinds: Sequence[AlarmKind]) -> dict[tuple[str, str], Alarm]:
    rows = Alarm.objects.select_for_update().exclude(state=AlarmState.CLEARED)
    return {(row.kind, row.subject): row for row in rows.filter(kind__in=[kind.key for kind in kinds])}


def _found_false(kinds: Sequence[AlarmKind]) -> dict[tuple[str, str], Alarm]:
    """Alarms that a person found false and whose cause has not been gone since: it is not asked about twice, but for `_asks_again`."""
    judged = [kind.key for kind in kinds if kind.judged]
    if not judged:
        return {}
    rows = Alarm.objects.select_for_update().filter(still_seen=True, kind__in=judged)
    return {(row.kind, row.subject): row for row in rows}


def _asks_again(false: Alarm, condition: Condition, now: datetime) -> bool:
    """Whether what was found false is to be looked at again: a day has passed, or it has become worse than what was looked at."""
    if condition.kind.by_person:
        return False  # an event that happened once
    if false.cleared_at is None or now - false.cleared_at >= FALSE_FOR:
        return True
    then, current = (facts.get("measure") for facts in (false.facts, condition.facts))
    if not isinstance(then, int | float) or not isinstance(current, int | float):
        return False
    if current >= WORSE * then:
        return True
    share = str(condition.facts.get("unit", "")).startswith("%")
    return share and current >= then + max((100.0 - then) / 2, WORSE_POINTS)


def _see_false(alarm: Alarm) -> None:
    if alarm.gone_at is not None:
        alarm.gone_at = None
        alarm.save(update_fields=["gone_at"])


def _miss_false(alarm: Alarm, now: datetime) -> None:
    """The cause of a false alarm is gone: once that has lasted, it may be an alarm again."""
    alarm.gone_at = alarm.gone_at or now
    alarm.still_seen = now - alarm.gone_at < (UNSTEADY_SETTLES if alarm.unsteady else KINDS[alarm.kind].settles)
    alarm.save(update_fields=["gone_at", "still_seen"])


def _begin(condition: Condition, now: datetime) -> Alarm | None:
    kind, subject = condition.identity
    if condition.kind.by_person and Alarm.objects.filter(kind=kind, subject=subject).exists():
        return None  # a person has closed it; the same cause is not asked about twice
    return Alarm.objects.create(
        kind=kind,
        subject=subject,
        name=condition.name[:200],
        severity=condition.kind.severity,
        facts=dict(condition.facts),
        node_id=condition.node,
        since=min(condition.since, now),
        first_seen=now,
        last_seen=now,
    )


def _see(alarm: Alarm, condition: Condition, now: datetime, gap: timedelta, kept: PassOutcome) -> None:
    changed = _describe(alarm, condition)
    if alarm.state == AlarmState.WAITING and now - alarm.last_seen > gap:
        alarm.first_seen = now
        changed.add("first_seen")
    came_back = alarm.gone_at is not None
    if came_back:
        alarm.gone_at = None
        changed.add("gone_at")
    joined = _take_cameras(alarm, condition, now)
    lasted = condition.ripe or now - alarm.first_seen >= condition.kind.lasting
    if alarm.state == AlarmState.WAITING and lasted:
        changed |= {"state", "raised_at", "raises", "unsteady"}
        steps.raise_alarm(alarm, now)
        _mark_unsteady(alarm, now)
        kept.raised.append(alarm)
    elif alarm.state == AlarmState.OPEN and came_back:
        changed |= {"raises", "unsteady"}
        alarm.raises += 1
        if not alarm.unsteady:
            AlarmEvent.objects.create(alarm=alarm, at=now, step=AlarmStep.AGAIN)
            _mark_unsteady(alarm, now)
    elif alarm.state == AlarmState.OPEN and joined:
        changed |= steps.grow(alarm, joined, now)
    if changed:
        alarm.save(update_fields=sorted(changed))


def _describe(alarm: Alarm, condition: Condition) -> set[str]:
    """Bring name and facts up to date; the fields that changed."""
    fresh = {
        "name": condition.name[:200],
        "facts": dict(condition.facts),
        "since": min(alarm.since, condition.since),
        "node_id": condition.node,
    }
    changed = {name for name, value in fresh.items() if getattr(alarm, name) != value}
    for name in changed:
        setattr(alarm, name, fresh[name])
    return changed


def _take_cameras(alarm: Alarm, condition: Condition, now: datetime) -> int:
    """Note which cameras it is about now; how many were not among them before."""
    known = {row.camera_id: row for row in alarm.cameras.all()} if condition.cameras else {}
    here = {each.camera: each for each in condition.cameras}
    fresh = [
        AlarmCamera(alarm=alarm, camera_id=each.camera, since=each.since)
        for each in here.values()
        if each.camera not in known
    ]
    AlarmCamera.objects.bulk_create(fresh, batch_size=500)
    back = [row.pk for key, row in known.items() if key not in here and row.back_at is None]
    AlarmCamera.objects.filter(pk__in=back).update(back_at=now)
    again = [row.pk for key, row in known.items() if key in here and row.back_at is not None]
    AlarmCamera.objects.filter(pk__in=again).update(back_at=None)
    return len(fresh)


def _mark_unsteady(alarm: Alarm, now: datetime) -> None:
    comings = AlarmEvent.objects.filter(
        alarm__kind=alarm.kind,
        alarm__subject=alarm.subject,
        step__in=[AlarmStep.RAISED, AlarmStep.AGAIN],
        at__gt=now - UNSTEADY_WINDOW,
    ).count()
    if comings >= UNSTEADY_AFTER:
        alarm.unsteady = True
        AlarmEvent.objects.create(alarm=alarm, at=now, step=AlarmStep.UNSTEADY)


def _miss(alarm: Alarm, now: datetime, kept: PassOutcome) -> None:
    kind = KINDS[alarm.kind]
    if alarm.state == AlarmState.WAITING:
        if now - alarm.last_seen >= WAITING_SETTLES:
            alarm.delete()
        return
    if alarm.gone_at is None:
        alarm.gone_at = now
        alarm.save(update_fields=["gone_at"])
    settles = UNSTEADY_SETTLES if alarm.unsteady else kind.settles
    if kind.by_person or now - alarm.gone_at < settles:
        return
    steps.clear(alarm, now)
    kept.cleared.append(alarm)
