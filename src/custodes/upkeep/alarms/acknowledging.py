"""What a person does about an alarm: says that they know of it, or closes one whose end a person must state.

An acknowledged alarm stays in the list until its cause is gone. It is quieter, never hidden.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.people.models import Person
from custodes.people.records import record
from custodes.upkeep.alarms import steps
from custodes.upkeep.alarms.kinds import KINDS
from custodes.upkeep.models import Alarm, AlarmEvent, AlarmState, AlarmStep, Severity

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
        steps.clear(row, at, by, words)
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
