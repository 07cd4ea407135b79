"""How old the last backup is.

Whoever makes a backup leaves the note ``backup.json`` in the data folder: ``{"at": "2026-01-01T02:00:00Z"}``, and more if it
likes. Nothing else is known of backups here.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from custodes.web.doctor.finding import Finding, Patient, attention, ok

SUBJECT = "backup"
NOTE = "backup.json"
OLD = datetime.timedelta(days=2)
REMEDY = "custodes backup"


def last_backup(data: Path) -> datetime.datetime | None:
    """When the last backup ended; None when none is noted, or the note can't be read."""
    try:
        noted = datetime.datetime.fromisoformat(json.loads((data / NOTE).read_text(encoding="utf-8"))["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return noted if noted.tzinfo is not None else None


def check(patient: Patient) -> Iterator[Finding]:
    """Its age."""
    if patient.settings.training:
        return
    at = last_backup(patient.settings.data)
    if at is None:
        yield attention(SUBJECT, _("没有备份的记录：数据库和存证日志应当每天备份到其他磁盘。"), REMEDY)
    elif patient.at - at > OLD:
        yield attention(SUBJECT, _("最近一次备份在 {days} 日前。"), REMEDY, days=(patient.at - at).days)
    else:
        yield ok(SUBJECT, _("最近一次备份在 {hours} 小时前。"), hours=int((patient.at - at).total_seconds() // 3600))
