"""The steps of an alarm's life that leave a mark: raised, grown, cleared, each with its record in the log; and what a person does about it:
says that they know of it, closes one whose end a person must state, or finds it false.

Records of alarms are few by design: one when it is raised, one for each acknowledgement, one when it is over. What
flaps stays one alarm, so that it adds none. Notices leave none. An acknowledged alarm stays in the list until its cause is gone: it is
quieter, never hidden. A false one ends at once, with the person's words, and is counted.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.people.models import Person
from custodes.people.records import record, timestamp
from custodes.upkeep.alarms.kinds import KINDS
from custodes.upkeep.models import Alarm, AlarmEvent, AlarmState, AlarmStep, Severity
from custodes.upkeep.models.alarm import count_anew

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


def clear(
    alarm: Alarm, now: datetime, by: Person | None = None, words: str = "", false_alarm: bool = False
) -> UUID | None:
    """End an alarm: by itself, or by a person with words. Saves it; returns its record's id.

    The caller holds the transaction, and the alarm's row.

    Args:
        false_alarm: the person found nothing wrong. What it was raised for may be seen on (`keeping.keep` says when it is an alarm again).
    """
    alarm.state = AlarmState.CLEARED
    alarm.cleared_at, alarm.cleared_by, alarm.cleared_words = now, by, words
    alarm.false_alarm = alarm.still_seen = false_alarm
    alarm.save(update_fields=["state", "cleared_at", "cleared_by", "cleared_words", "false_alarm", "still_seen"])
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
            **({"false_alarm": True} if false_alarm else {}),
        ).pk
    if false_alarm:
        AlarmEvent.objects.create(alarm=alarm, at=now, step=AlarmStep.FALSE_ALARM, by=by)
    AlarmEvent.objects.create(
        alarm=alarm, at=now, step=AlarmStep.CLEARED, by=by, words=words, record=identity, told=False
    )
    return identity


LONGEST = 200


class AlarmRefused(Exception):
    """It can't be acknowledged or closed; the text says why, for the person."""


def acknowledge(alarm: Alarm, *, by: Person, words: str, at: datetime) -> Alarm:
    """Say that one knows of it and what one does. Another person may add theirs: the newest counts, all stay in its life.

    Raises:
        AlarmRefused: it is over, or nothing was said.
    """
    words = _said(words)
    with transaction.atomic():
        row = _open_row(alarm)
        row.acknowledged_at, row.acknowledged_by, row.acknowledged_words = at, by, words
        row.save(update_fields=["acknowledged_at", "acknowledged_by", "acknowledged_words"])
        identity = None
        if row.severity >= Severity.SERIOUS:
            identity = record(
                "alarm.acknowledged",
                at=at,
                alarm=row.pk,
                kind=row.kind,
                subject=row.subject,
                name=row.name,
                person=by,
                words=words,
            ).pk
        AlarmEvent.objects.create(alarm=row, at=at, step=AlarmStep.ACKNOWLEDGED, by=by, words=words, record=identity)
        return row


def find_false(alarm: Alarm, *, by: Person, words: str, at: datetime) -> Alarm:
    """Acknowledge an alarm as false: a person has looked and nothing was wrong. It ends, and is counted (`Alarm.false_alarm`).

    Raises:
        AlarmRefused: its cause is a fact and no judgement (`Kind.judged`), it is over, or nothing was said.
    """
    if not KINDS[alarm.kind].judged:
        raise AlarmRefused(_("这类告警说的是事实，不是对画面的判断，不能按误报结束。请先处理原因。"))
    with transaction.atomic():
        row = acknowledge(alarm, by=by, words=words, at=at)
        clear(row, at, by, row.acknowledged_words, false_alarm=True)
        return row


def close(alarm: Alarm, *, by: Person, words: str, at: datetime) -> Alarm:
    """Close an alarm that a person must close, with what was found.

    Raises:
        AlarmRefused: it ends by itself when its cause is gone, it is over, or nothing was said.
    """
    if not KINDS[alarm.kind].by_person:
        raise AlarmRefused(_("这类告警在原因消除后自动消除，不能人工销警。请先处理原因。"))
    words = _said(words)
    with transaction.atomic():
        row = _open_row(alarm)
        clear(row, at, by, words)
        return row


def _said(words: str) -> str:
    words = words.strip()
    if not words:
        raise AlarmRefused(_("请写明情况或者已采取的措施。"))
    if len(words) > LONGEST:
        raise AlarmRefused(_("不能超过 %(count)d 字。") % {"count": LONGEST})
    return words


def _open_row(alarm: Alarm) -> Alarm:
    row = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if row.state != AlarmState.OPEN:
        raise AlarmRefused(_("这条告警已经消除。"))
    return row
