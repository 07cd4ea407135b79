"""The steps of an alarm's life that leave a mark: raised, grown, cleared; each with its record in the log.

Records of alarms are few by design: one when it is raised, one for each acknowledgement, one when it is over. What
flaps stays one alarm, so that it adds none. Notices leave none.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from custodes.people.models import Person
from custodes.people.records import record, timestamp
from custodes.upkeep.models import Alarm, AlarmEvent, AlarmState, AlarmStep, Severity
from custodes.upkeep.models.escalation import count_anew

NAMED_CAMERAS = 16
"""A record names its cameras when there are no more than these."""

_WORDS = {Severity.SERIOUS: "serious", Severity.CRITICAL: "critical"}


def raise_alarm(alarm: Alarm, now: datetime) -> None:
    """Raise an alarm that waited; the caller saves it. Called inside the transaction of the look."""
    alarm.state = AlarmState.OPEN
    alarm.raised_at = now
    alarm.raises += 1
    alarm.cameras.filter(back_at__isnull=False).delete()  # those that came back before it was an alarm
    cameras = list(alarm.cameras.values_list("camera_id", flat=True)[: NAMED_CAMERAS + 1])
    identity = None
    if alarm.severity in _WORDS:
        identity = record(
            "alarm.raised",
            at=now,
            alarm=alarm.pk,
            kind=alarm.kind,
            severity=_WORDS[Severity(alarm.severity)],
            subject=alarm.subject,
            name=alarm.name,
            since=timestamp(alarm.since),
            count=count_of(alarm),
            cameras=cameras if len(cameras) <= NAMED_CAMERAS else [],
        ).pk
    AlarmEvent.objects.create(alarm=alarm, at=now, step=AlarmStep.RAISED, record=identity, told=False)


def count_of(alarm: Alarm) -> int:
    """How many cameras (or other things) it is about; 1 when its facts don't say."""
    count = alarm.facts.get("count")
    return count if isinstance(count, int) else 1


def grow(alarm: Alarm, joined: int, now: datetime) -> set[str]:
    """More cameras have joined: whoever acknowledged it knew of fewer, so that the acknowledgement lapses.

    Returns:
        The fields that changed; the caller saves them.
    """
    AlarmEvent.objects.create(alarm=alarm, at=now, step=AlarmStep.GREW, words=f"+{joined}")
    if alarm.acknowledged_at is None:
        return set()
    alarm.acknowledged_at, alarm.acknowledged_by, alarm.acknowledged_words = None, None, ""
    count_anew(alarm, now)
    return {"acknowledged_at", "acknowledged_by", "acknowledged_words"}


def clear(alarm: Alarm, now: datetime, by: Person | None = None, words: str = "") -> UUID | None:
    """End an alarm: by itself, or by a person with words. Saves it; returns its record's id.

    The caller holds the transaction, and the alarm's row.
    """
    alarm.state = AlarmState.CLEARED
    alarm.cleared_at, alarm.cleared_by, alarm.cleared_words = now, by, words
    alarm.save(update_fields=["state", "cleared_at", "cleared_by", "cleared_words"])
    identity = None
    if alarm.severity in _WORDS:
        identity = record(
            "alarm.cleared",
            at=now,
            alarm=alarm.pk,
            kind=alarm.kind,
            subject=alarm.subject,
            name=alarm.name,
            by=str(by.uuid) if by else "system",
            words=words,
            raises=alarm.raises,
        ).pk
    AlarmEvent.objects.create(
        alarm=alarm, at=now, step=AlarmStep.CLEARED, by=by, words=words, record=identity, told=False
    )
    return identity
