"""How old the last back-up is, by the note that `custodes backup` leaves."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from custodes.backupnote import last_made
from custodes.web.doctor.finding import Finding, Patient, attention, ok

SUBJECT = "backup"
REMEDY = "custodes backup"


def check(patient: Patient) -> Iterator[Finding]:
    """Its age."""
    at, every = last_made(patient.settings.data), patient.settings.backup_every_days
    if patient.settings.training or not every:
        return
    if at is None:
        yield attention(SUBJECT, _("没有备份的记录：数据库和存证日志应当每天备份到其他磁盘。"), REMEDY)
    elif patient.at - at > datetime.timedelta(days=every):
        yield attention(SUBJECT, _("最近一次备份在 {days} 日前。"), REMEDY, days=(patient.at - at).days)
    else:
        yield ok(SUBJECT, _("最近一次备份在 {hours} 小时前。"), hours=int((patient.at - at).total_seconds() // 3600))
